from __future__ import annotations

import subprocess
import sys

import duckdb
import numpy as np
import pytest

from golive.errors import WorldError
from golive.tables.stream import ROWS, batches

N = 3 * ROWS + 17


def test_columns_come_whole_and_in_pieces() -> None:
    query = f"select i as row, i / 3.0::double as x, cast(i % 2 as tinyint) as odd from range({N}) t(i)"
    kinds: dict[str, type[np.generic]] = {"row": np.int64, "x": np.float64, "odd": np.int8}
    pieces = list(batches(duckdb.connect().sql(query), kinds))
    assert max(len(one["row"]) for one in pieces) == ROWS
    found = {name: np.concatenate([one[name] for one in pieces]) for name in kinds}
    order = np.argsort(found["row"])
    assert (found["row"][order] == np.arange(N)).all()
    assert (found["x"][order] == np.arange(N) / 3.0).all()
    assert (found["odd"][order] == np.arange(N) % 2).all()


def test_missing_numbers_are_nan_wherever_they_stand() -> None:
    query = (
        f"select i as row, case when i % 7 = 0 then null else i::double end as x from range({N}) t(i) where i % 5 > 0"
    )
    pieces = list(batches(duckdb.connect().sql(query), {"row": np.int64, "x": np.float64}))
    row, x = (np.concatenate([one[name] for one in pieces]) for name in ("row", "x"))
    assert (np.isnan(x) == (row % 7 == 0)).all()
    assert (x[row % 7 > 0] == row[row % 7 > 0]).all()


def test_arrays_outlive_their_batch() -> None:
    """They are copies: what DuckDB holds is released as soon as the next piece is asked for."""
    query = f"select i::double as x from range({20 * ROWS}) t(i)"
    pieces = [one["x"] for one in batches(duckdb.connect().sql(query), {"x": np.float64})]
    assert np.concatenate(pieces).sum() == 20 * ROWS * (20 * ROWS - 1) / 2


def test_no_rows_give_no_pieces() -> None:
    relation = duckdb.connect().sql("select i::double as x from range(10) t(i) where i > 99")
    assert list(batches(relation, {"x": np.float64})) == []


def test_what_breaks_on_the_way_is_told() -> None:
    cast = "case when i = 1500000 then cast('x' || i as double) else i end"
    relation = duckdb.connect().sql(f"select {cast} as x from range(2000000) t(i)")
    with pytest.raises((WorldError, duckdb.Error), match="x1500000"):
        for _ in batches(relation, {"x": np.float64}):
            pass


def test_neither_pandas_nor_pyarrow_is_loaded() -> None:
    code = """
import sys, duckdb, numpy
from golive.tables.stream import batches
list(batches(duckdb.connect().sql("select 1.0::double as x"), {"x": numpy.float64}))
print(sorted({"pandas", "pyarrow", "polars"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

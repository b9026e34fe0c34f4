from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.errors import InputError
from golive.maths.folds import fold_of, folds
from golive.maths.histogram import arrange, grid
from golive.maths.money import basis_values, compile_payoffs, row_money
from golive.prove.template import money_template
from golive.records.money import parse
from golive.tables import score_tables
from golive.tables.expressions import Grid
from golive.tables.score_tables import Shape, steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Values = NDArray[np.float64]

MONEY = parse(money_template())
PAYOFFS = compile_payoffs(MONEY, ("Amount", "Time"))
SHAPE = Shape(Grid(), PAYOFFS, {"Amount": "x0", "Time": "x1"})


def rows(n: int = 3000, seed: int = 0) -> dict[str, Values]:
    rng = np.random.default_rng(seed)
    score = np.where(rng.random(n) < 0.7, rng.random(n), 10 ** rng.uniform(-10, 0, n))
    score[: n // 4] = rng.integers(0, 6, n // 4) / 5
    score[n // 4 : n // 3] = 1 - 10 ** rng.uniform(-10, -1, n // 3 - n // 4)
    amount = np.where(np.arange(n) % 3 == 0, rng.integers(1, 3, n) * 500.0, np.round(rng.lognormal(7, 1, n), 2))
    return {
        "score": score, "event": (rng.random(n) < score).astype(np.float64), "x0": amount,
        "x1": rng.integers(12, 14, n).astype(np.float64),
    }  # fmt: skip


def polars(found: dict[str, Values]) -> Any:
    return nw.from_native(pl.DataFrame(found).lazy())


def pandas(found: dict[str, Values]) -> Any:
    return nw.from_native(pd.DataFrame(found)).lazy()


def duck(found: dict[str, Values]) -> Any:
    connection = duckdb.connect()
    connection.execute("set disabled_optimizers='partial_aggregate_pushdown'")
    values = ",".join(f"unnest({column.tolist()}::double[]) as {name}" for name, column in found.items())
    connection.execute(f"create table rows as select {values}")
    return nw.from_native(connection.table("rows"))


ENGINES = {"polars": polars, "pandas": pandas, "duckdb": duck}


def collected(frame: Any) -> dict[str, NDArray[Any]]:
    """Columns sorted by all keys; an engine's own order means nothing."""
    native = frame.to_native()
    if isinstance(native, duckdb.DuckDBPyRelation):
        found = {name: np.ma.getdata(column) for name, column in native.fetchnumpy().items()}
    else:
        found = {name: column.to_numpy() for name, column in frame.collect().to_dict(as_series=True).items()}
    order = np.lexsort([found[name] for name in sorted(found)])
    return {name: column[order] for name, column in found.items()}


def places(engine: Callable[[dict[str, Values]], Any], found: dict[str, Values]) -> Any:
    bins = np.unique(grid(found["score"])).astype(np.float64)
    frame = {"bin": bins, "part": np.arange(len(bins)) // 10 * 1.0, "place": np.where(bins % 7 == 0, 0.5, 9.0)}
    if engine is not duck:
        return engine(frame).with_columns(bin=nw.col("bin").cast(nw.Int32))
    connection = CONNECTIONS["last"]
    values = ",".join(f"unnest({column.tolist()}::double[]) as {name}" for name, column in frame.items())
    connection.execute(f"create or replace table places as select bin::int as bin, part, place from (select {values})")
    return nw.from_native(connection.table("places"))


CONNECTIONS: dict[str, Any] = {}


def framed(name: str, found: dict[str, Values]) -> tuple[Any, Any]:
    if name != "duckdb":
        return ENGINES[name](found), places(ENGINES[name], found)
    connection = CONNECTIONS["last"] = duckdb.connect()
    connection.execute("set disabled_optimizers='partial_aggregate_pushdown'")
    values = ",".join(f"unnest({column.tolist()}::double[]) as {name}" for name, column in found.items())
    connection.execute(f"create table rows as select {values}")
    return nw.from_native(connection.table("rows")), places(duck, found)


def sizes(found: dict[str, Values]) -> score_tables.Steps:
    event = found["event"] == 1
    values = basis_values(PAYOFFS, {"Amount": found["x0"], "Time": found["x1"]}, event)
    gain = row_money(PAYOFFS, values, event, 0) - row_money(PAYOFFS, values, event, 1)
    size = np.abs(values[1:])
    products = [(size[0] * size[0]).sum(), (size[0] * size[1]).sum(), (size[1] * size[1]).sum()]
    return steps(len(event), 1.0, float(np.abs(gain).sum()), size.sum(axis=1).tolist(), products, 2)


def table(name: str, kind: str, found: dict[str, Values]) -> dict[str, NDArray[Any]]:
    frame, spots = framed(name, found)
    frame = score_tables.prepared(frame, SHAPE)
    step = sizes(found)
    make = {
        "fine": lambda: score_tables.fine(frame, SHAPE, step),
        "split": lambda: score_tables.split(frame, SHAPE, step, spots),
        "within": lambda: score_tables.within(frame, SHAPE, step, spots),
        "folded": lambda: score_tables.folded(frame, SHAPE, step, spots),
        "twins": lambda: score_tables.twins(frame, SHAPE, spots),
    }
    return collected(make[kind]())


@pytest.mark.parametrize("kind", ["fine", "split", "within", "folded", "twins"])
def test_every_engine_gives_the_same_bytes(kind: str) -> None:
    found = rows()
    tables = {name: table(name, kind, found) for name in ENGINES}
    (first, *others) = tables.values()
    exact = [name for name in first if name != "up"]
    for other in others:
        for name in exact:
            assert first[name].astype(np.float64).tobytes() == other[name].astype(np.float64).tobytes(), name
            if first[name].dtype == np.int64:
                assert (first[name] == other[name].astype(np.int64)).all()


def test_the_order_of_the_rows_and_the_number_of_threads_change_no_byte() -> None:
    found = rows()
    order = np.random.default_rng(3).permutation(len(found["score"]))
    moved = {name: column[order] for name, column in found.items()}
    for kind in ("fine", "folded", "twins"):
        one, other = table("duckdb", kind, found), table("duckdb", kind, moved)
        assert all((one[name] == other[name]).all() for name in one if name != "up")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_bins_are_those_of_the_grid(scores: list[float]) -> None:
    edges = [0.0, 1.0, 0.01, 0.99, 1e-8, 0.57, np.nextafter(0.01, 0), np.nextafter(0.99, 0)]
    score = np.array([*scores, *edges])
    frame = polars({"score": score, "event": np.zeros(len(score))})
    found = frame.select(bin=Grid().bin()).collect()["bin"].to_numpy()
    assert found.tolist() == grid(score).tolist()


def test_folds_are_those_of_the_definition() -> None:
    """Alone rows by SQL, the others by their counts: together the folds of the rows, cell by cell."""
    found = rows()
    event = found["event"] == 1
    values = basis_values(PAYOFFS, {"Amount": found["x0"], "Time": found["x1"]}, event)
    ordered = arrange(found["score"], event, values)
    assert len(np.unique(np.stack([ordered.score, ordered.event, *ordered.values]), axis=1)[0]) < len(
        event
    )  # has twins
    expected = np.bincount(fold_of(ordered.score, ordered.event, ordered.values[1:]), minlength=20)
    alone, twins = table("duckdb", "folded", found), table("duckdb", "twins", found)
    sizes = np.bincount(alone["fold"], weights=alone["n"], minlength=20)
    for hashed, n in zip(twins["hashed"], twins["n"], strict=True):
        at = folds(np.full(int(n), hashed), np.arange(int(n)))
        sizes[at[0]] -= n
        sizes += np.bincount(at, minlength=20)
    assert sizes.tolist() == expected.tolist()


def test_sums_are_those_of_the_rows() -> None:
    found = rows()
    event, step = found["event"] == 1, sizes(found)
    values = basis_values(PAYOFFS, {"Amount": found["x0"], "Time": found["x1"]}, event)
    made = table("duckdb", "folded", found)
    for at in (0, 1):
        assert made[f"sum{at}"].sum() / step.bases[at] == pytest.approx(values[at + 1].sum(), rel=1e-12)
    assert made["product1"].sum() / step.products[1] == pytest.approx((values[1] * values[2]).sum(), abs=1.0)
    assert made["product2"].sum() / step.products[2] == pytest.approx((values[2] ** 2).sum(), rel=1e-10)
    fine = table("duckdb", "fine", found)
    gain = row_money(PAYOFFS, values, event, 0) - row_money(PAYOFFS, values, event, 1)
    assert fine["gains"].sum() / step.gain == pytest.approx(gain.sum(), rel=1e-9)
    assert fine["up"].sum() == pytest.approx(np.maximum(gain, 0).sum())


def test_ten_million_rows_of_10000_do_not_overflow() -> None:
    connection = duckdb.connect()
    connection.execute("set disabled_optimizers='partial_aggregate_pushdown'")
    rows = connection.sql(
        "select 0.5::double score, 1 as event, 10000.0::double x0, 60.0::double x1 from range(10000000)"
    )
    step = steps(10_000_000, 1.0, 1e11, (6e12, 1e11), (3.6e18, 6e16, 1e15), 2)
    place = connection.sql(f"select {grid(np.array([0.5]))[0]} as bin, 0 as part, 2.0::double as place")
    frame = score_tables.prepared(nw.from_native(rows), SHAPE)
    (total,) = collected(score_tables.folded(frame, SHAPE, step, nw.from_native(place)))["sum1"].tolist()
    assert total == 10_000_000 * 10_000 * round(step.bases[1])
    assert step.bases[1] >= 100


def test_amounts_too_large_to_be_exact_are_refused() -> None:
    with pytest.raises(InputError, match="cannot be summed exactly to 2 decimal places"):
        steps(10**9, 1.0, 1e9, (1e17,), (1e20,), 2)

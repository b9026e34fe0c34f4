from __future__ import annotations

import math
from itertools import product
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
from golive.maths import tally
from golive.maths.batch import batch, bins
from golive.maths.folds import content, fold_of, folds
from golive.maths.histogram import arrange, grid
from golive.maths.money import basis_values, compile_payoffs, row_money
from golive.maths.shape import Grid, Shape, Steps, steps
from golive.maths.sizes import Sizes
from golive.maths.tally import Places
from golive.prove.template import money_template
from golive.records.money import parse
from golive.tables import score_tables
from golive.tables.expressions import bin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from golive.maths.batch import Batch

    Values = NDArray[np.float64]

MONEY = parse(money_template())
PAYOFFS = compile_payoffs(MONEY, ("Amount", "Time"))
FLAT = """[payoff.approve]
event = "-0.6 * Amount"
no_event = "{payoff}"
[payoff.reject]
event = 0
no_event = -2
"""
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
SIZE = 700
"""Rows of a batch: the tables are added up from several."""


def in_batches(found: dict[str, Values], shape: Shape) -> Iterator[Batch]:
    numbered = found | {"row": np.arange(len(found["score"]))}
    for start in range(0, len(found["score"]), SIZE):
        yield batch({name: column[start : start + SIZE] for name, column in numbered.items()}, shape)


def by_batches(kind: str, found: dict[str, Values], shape: Shape, step: Steps) -> dict[str, NDArray[Any]]:
    rows, spots = in_batches(found, shape), spots_of(found, shape)
    wanted = spots["bin"].astype(np.int64)
    first, cut = np.zeros(shape.grid.size, dtype=np.int64), np.full(shape.grid.size, 1e308)
    first[wanted], cut[wanted] = spots["part"], spots["place"]
    places = Places(first, cut, int(first.max()) + 2)
    make = {
        "fine": lambda: tally.fine(rows, shape, step),
        "split": lambda: tally.split(rows, shape, step, dict(zip(wanted.tolist(), spots["place"], strict=True))),
        "within": lambda: tally.within(rows, shape, step, wanted),
        "folded": lambda: tally.folded(rows, shape, step, places)[0],
        "twins": lambda: tally.twins(rows, shape, places, wanted),
    }
    return ordered(make[kind]())


def collected(frame: Any) -> dict[str, NDArray[Any]]:
    """Columns sorted by all keys; an engine's own order means nothing."""
    native = frame.to_native()
    if isinstance(native, duckdb.DuckDBPyRelation):
        found = {name: np.ma.getdata(column) for name, column in native.fetchnumpy().items()}
    else:
        found = {name: column.to_numpy() for name, column in frame.collect().to_dict(as_series=True).items()}
    return ordered(found)


def ordered(found: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    order = np.lexsort([found[name] for name in sorted(found)])
    return {name: column[order] for name, column in found.items()}


def spots_of(found: dict[str, Values], shape: Shape) -> dict[str, Values]:
    there = np.unique(bins(found["score"], shape.grid)).astype(np.float64)
    middle = float(np.median(found["score"]))
    return {
        "bin": there, "part": np.arange(len(there)) // 10 * 1.0, "place": np.where(there % 7 == 0, middle, 1e308),
    }  # fmt: skip


def places(engine: Callable[[dict[str, Values]], Any], frame: dict[str, Values]) -> Any:
    if engine is not duck:
        return engine(frame).with_columns(bin=nw.col("bin").cast(nw.Int32))
    connection = CONNECTIONS["last"]
    values = ",".join(f"unnest({column.tolist()}::double[]) as {name}" for name, column in frame.items())
    connection.execute(f"create or replace table places as select bin::int as bin, part, place from (select {values})")
    return nw.from_native(connection.table("places"))


CONNECTIONS: dict[str, Any] = {}


def framed(name: str, found: dict[str, Values], shape: Shape) -> tuple[Any, Any]:
    spots = spots_of(found, shape)
    if name != "duckdb":
        return ENGINES[name](found), places(ENGINES[name], spots)
    connection = CONNECTIONS["last"] = duckdb.connect()
    connection.execute("set disabled_optimizers='partial_aggregate_pushdown'")
    values = ",".join(f"unnest({column.tolist()}::double[]) as {name}" for name, column in found.items())
    connection.execute(f"create table rows as select {values}")
    return nw.from_native(connection.table("rows")), places(duck, spots)


def known_of(found: dict[str, Values], shape: Shape = SHAPE) -> dict[str, float]:
    known = Sizes(shape)
    for one in in_batches(found, shape):
        known.add(one)
    return known.found


def step_of(found: dict[str, Values], shape: Shape = SHAPE) -> Steps:
    known = known_of(found, shape)
    amounts = [known[f"size{at}"] for at in range(len(shape.names))]
    products = [known[f"product{at}"] for at in range(len(shape.pairs))]
    return steps(len(found["score"]), known["high"], known.get("size_gain", 1.0), amounts, products, 2)


def table(name: str, kind: str, found: dict[str, Values], shape: Shape = SHAPE) -> dict[str, NDArray[Any]]:
    step = step_of(found, shape)
    if name == "batches":
        return by_batches(kind, found, shape, step)
    frame, spots = framed(name, found, shape)
    frame = score_tables.prepared(frame, shape)
    make = {
        "fine": lambda: score_tables.fine(frame, shape, step),
        "split": lambda: score_tables.split(frame, shape, step, spots),
        "within": lambda: score_tables.within(frame, shape, step, spots),
        "folded": lambda: score_tables.folded(frame, shape, step, spots),
        "twins": lambda: score_tables.twins(frame, shape, spots),
    }
    return collected(make[kind]())


KINDS = ["fine", "split", "within", "folded", "twins"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_engine_gives_the_same_bytes(kind: str) -> None:
    """DuckDB, polars and pandas run one definition; batches of numpy arrays are what files are added up with."""
    found = rows()
    tables = {name: table(name, kind, found) for name in (*ENGINES, "batches")}
    same(list(tables.values()))


@pytest.mark.parametrize("kind", ["fine", "split", "folded", "twins"])
def test_scores_that_are_no_probabilities_and_no_prices_give_the_same_bytes_too(kind: str) -> None:
    found = rows()
    found["score"] = np.round(850 - 550 * found["score"])
    shape = Shape(Grid(float(found["score"].min()), float(found["score"].max())))
    same([table(name, kind, found, shape) for name in ("duckdb", "polars", "batches")])


def test_the_money_of_one_line_gives_the_same_bytes_too() -> None:
    shape = Shape(Grid(), PAYOFFS, {"Amount": "x0", "Time": "x1"}, "revenue")
    for kind in ("fine", "folded", "twins"):
        tables = [table(name, kind, rows(), shape) for name in ("duckdb", "polars", "batches")]
        assert kind == "fine" or tables[0]["sign"].max() >= 16
        same(tables)


@pytest.mark.parametrize("payoff", ["min(Amount, 900) / Time", "max(Amount, 3 * Time) - 0.1 * Amount", "-Time + 4"])
def test_formulas_of_every_kind_give_the_same_bytes(payoff: str) -> None:
    text = money_template()
    text = text[: text.index("[payoff.approve]")] + FLAT.format(payoff=payoff)
    compiled = compile_payoffs(parse(text), ("Amount", "Time"))
    shape = Shape(Grid(), compiled, {"Amount": "x0", "Time": "x1"})
    for kind in ("fine", "folded"):
        same([table(name, kind, rows(), shape) for name in ("duckdb", "polars", "batches")])


def test_twins_are_found_where_different_rows_share_a_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    found, hashed = rows(400), "hashed"
    expected = table("batches", "twins", found)
    whole = content
    monkeypatch.setattr(tally, "content", lambda *row: np.floor(whole(*row) / 2**22))
    twins = table("batches", "twins", found)
    assert len(expected["n"]) > 5
    names = [name for name in expected if name != hashed]
    assert sorted(zip(*(twins[name].tolist() for name in names), strict=True)) == sorted(
        zip(*(expected[name].tolist() for name in names), strict=True)
    )


def test_rows_with_small_hashes_are_the_sample() -> None:
    found = rows()
    step, limit = step_of(found), 2.0**24
    places = Places(np.zeros(SHAPE.grid.size, dtype=np.int64), np.full(SHAPE.grid.size, 1e308), 1)
    sampled = tally.folded(in_batches(found, SHAPE), SHAPE, step, places, limit).sampled
    event = found["event"] == 1
    values = basis_values(PAYOFFS, {"Amount": found["x0"], "Time": found["x1"]}, event)
    wanted = np.flatnonzero(content(found["score"], event, values[1:]) < limit)
    assert 0 < len(wanted) < len(event)
    assert sampled.tolist() == wanted.tolist()


def same(tables: list[dict[str, NDArray[Any]]]) -> None:
    (first, *others) = tables
    assert len(first["bin" if "bin" in first else "part"]) > 1
    for other in others:
        assert first.keys() == other.keys()
        for name in first:
            if name != "up":
                assert first[name].astype(np.float64).tobytes() == other[name].astype(np.float64).tobytes(), name
                if first[name].dtype == np.int64:
                    assert (first[name] == other[name].astype(np.int64)).all()


def test_the_order_of_the_rows_and_the_number_of_threads_change_no_byte() -> None:
    found = rows()
    order = np.random.default_rng(3).permutation(len(found["score"]))
    moved = {name: column[order] for name, column in found.items()}
    for engine, kind in product(("duckdb", "batches"), ("fine", "folded", "twins")):
        one, other = table(engine, kind, found), table(engine, kind, moved)
        assert all((one[name] == other[name]).all() for name in one if name != "up")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_bins_are_those_of_the_grid(scores: list[float]) -> None:
    edges = [0.0, 1.0, 0.01, 0.99, 1e-8, 0.57, np.nextafter(0.01, 0), np.nextafter(0.99, 0)]
    score = np.array([*scores, *edges])
    frame = polars({"score": score, "event": np.zeros(len(score))})
    found = frame.select(bin=bin_of(Grid())).collect()["bin"].to_numpy()
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
    alone, twins = table("batches", "folded", found), table("batches", "twins", found)
    n_of = np.bincount(alone["fold"], weights=alone["n"], minlength=20)
    for hashed, n in zip(twins["hashed"], twins["n"], strict=True):
        at = folds(np.full(int(n), hashed), np.arange(int(n)))
        n_of[at[0]] -= n
        n_of += np.bincount(at, minlength=20)
    assert n_of.tolist() == expected.tolist()


def test_sizes_are_those_of_the_rows() -> None:
    found = rows()
    event = found["event"] == 1
    values = basis_values(PAYOFFS, {"Amount": found["x0"], "Time": found["x1"]}, event)
    gain = row_money(PAYOFFS, values, event, 0) - row_money(PAYOFFS, values, event, 1)
    spoilt = found | {"x1": np.where(np.arange(3000) == 7, np.nan, found["x1"] - 13)}
    known, bad = known_of(found), known_of(spoilt)
    assert (bad["bad_x1"], bad["bad_x0"], bad["under_x1"]) == (1, 0, (np.delete(found["x1"], 7) < 13).sum())
    assert (known["low"], known["high"]) == (found["score"].min(), found["score"].max())
    assert (known["most"], known["least"]) == (gain.max(), gain.min())
    assert known["size_gain"] == pytest.approx(np.abs(gain).sum(), rel=1e-12)
    assert known["product1"] == pytest.approx(np.abs(values[1] * values[2]).sum(), rel=1e-12)
    assert known["spent_0_1_loss"] == 0
    negative = found | {"x0": np.where(np.arange(3000) == np.flatnonzero(event)[3], -100.0, found["x0"])}
    assert known_of(negative)["spent_0_1_loss"] == pytest.approx(60)


def test_sums_are_those_of_the_rows() -> None:
    found = rows()
    event, step = found["event"] == 1, step_of(found)
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
    with pytest.raises(InputError, match="amounts of inf in all"):
        steps(10**9, 1.0, 1e9, (math.inf,), (1e20,), 2)

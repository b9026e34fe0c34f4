"""Trace a function and hold the graph against pandas: on the training rows, on other rows, by column and by row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from golive.engine.builder import Builder
from golive.engine.operations import Text
from golive.engine.program import Program
from golive.errors import GoliveError, UnsupportedError
from golive.pack.trace import trace
from golive.pack.trace.kinds import kind_of
from golive.records.contract import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.pack.trace import Traced

    Clean = Callable[..., pd.DataFrame]


@pytest.fixture
def train() -> pd.DataFrame:
    """60 messy applications: missing numbers and texts, zeros, negatives, ties, one constant column."""
    rng = np.random.default_rng(7)
    n = 60
    income = rng.integers(0, 400, n).astype(float)
    income[rng.random(n) < 0.2] = np.nan
    debt = np.round(rng.normal(0, 1000, n), 2)
    debt[rng.random(n) < 0.1] = np.nan
    home = rng.choice(np.array(["rent", "owner", "Parents ", "other-flat", ""], dtype=object), n)
    job = rng.choice(np.array(["fixed", "freelance", "part time", None], dtype=object), n, p=[0.5, 0.2, 0.15, 0.15])
    return pd.DataFrame(
        {
            "Age": rng.integers(18, 70, n),
            "Income": income,
            "Debt": debt,
            "Amount": rng.integers(0, 5, n) * 500,
            "Price": rng.integers(1, 4000, n).astype(float),
            "Home": home,
            "Job": job,
            "Records": rng.choice(["yes", "no"], n),
            "Married": rng.random(n) < 0.4,
            "One": 1,
        },
        index=pd.RangeIndex(100, 100 + n),
    )


@pytest.fixture
def unseen(train: pd.DataFrame) -> pd.DataFrame:
    """Other rows: another distribution, unseen texts, extremes, missing where training had missing."""
    rng = np.random.default_rng(11)
    rows = train.sample(40, random_state=3, ignore_index=True)
    rows["Age"] = rng.integers(0, 120, 40)
    rows["Income"] = np.where(rng.random(40) < 0.4, np.nan, rng.normal(5000, 3000, 40).round(1))
    rows["Debt"] = rng.choice(np.array([np.nan, 0.0, -0.5, 2.5, 1e9, -1e9]), 40)
    rows["Amount"] = rng.integers(-3, 9000, 40)
    rows["Home"] = rng.choice(np.array(["rent", "castle", "RENT", "Straße", "a-b-c"], dtype=object), 40)
    rows["Job"] = rng.choice(np.array(["fixed", "pirate", None], dtype=object), 40)
    for name in ("Home", "Job"):
        rows[name] = rows[name].astype(train[name].dtype)
    return rows


Check = "Callable[..., Traced]"


@pytest.fixture
def equal(train: pd.DataFrame, unseen: pd.DataFrame) -> Callable[..., Traced]:
    """Trace `clean` and compare everywhere; gives what was traced."""

    def check(clean: Clean, rows: pd.DataFrame | None = None, others: pd.DataFrame | None = None) -> Traced:
        rows = train if rows is None else rows
        others = unseen if others is None and rows is train else others
        traced, program = compiled(clean, rows)
        assert list(traced.columns) == list(traced.frame.columns)
        assert not guarded(program, rows).any()
        assert_same(program, rows, traced.frame)
        pd.testing.assert_frame_equal(traced.replay(rows), traced.frame)
        if others is not None:
            hold_against_replay(traced, program, others)
        return traced

    return check


@pytest.fixture
def refused(train: pd.DataFrame) -> Callable[..., UnsupportedError]:
    """Trace `clean`, which must be refused with its place and its own line; gives the error."""

    def check(clean: Clean, match: str, rows: pd.DataFrame | None = None) -> UnsupportedError:
        with pytest.raises(UnsupportedError, match=match) as caught:
            compiled(clean, train if rows is None else rows)
        error = caught.value
        assert error.where.startswith("test_trace"), f"no place: {error}"
        assert error.where in str(error)
        return error

    return check


def kinds_of(rows: pd.DataFrame) -> dict[str, Kind]:
    return {str(name): Kind(kind_of(rows[name])) for name in rows.columns}


def compiled(clean: Clean, rows: pd.DataFrame) -> tuple[Traced, Program]:
    builder = Builder()
    traced = trace(clean, rows, builder, kinds_of(rows))
    ends = {**traced.columns, **{f"guard {at}": node for at, node in enumerate(traced.guards)}}
    graph, arrays = builder.finish(ends, builder.node("number", value=0.0))
    return traced, Program(graph, arrays)


def hold_against_replay(traced: Traced, program: Program, rows: pd.DataFrame) -> None:
    """Where the graph says that pandas raises, it raises; all other rows are equal, together and one by one."""
    raising = guarded(program, rows)
    for at in np.flatnonzero(raising)[:5]:
        with pytest.raises(GoliveError):
            traced.replay(rows.iloc[[at]])
    fine = rows[~raising]
    if len(fine):
        expected = traced.replay(fine)
        assert_same(program, fine, expected)
        for at in range(0, len(fine), 7):
            assert_same(program, fine.iloc[[at]], traced.replay(fine.iloc[[at]]))


def guarded(program: Program, rows: pd.DataFrame) -> Any:
    guards = [node for name, node in program.graph.cleaned.items() if name.startswith("guard ")]
    found = np.zeros(len(rows), dtype=bool)
    if guards:
        values = program.columns({name: column(rows[name]) for name in program.graph.inputs})
        for guard in guards:
            found |= values[guard]
    return found


def assert_same(program: Program, rows: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Cell by cell, by column and by row."""
    inputs = {name: column(rows[name]) for name in program.graph.inputs}
    values = program.columns(inputs) if inputs else None
    names = [name for name in program.graph.cleaned if not name.startswith("guard ")]
    for at in range(len(rows)):
        case = {name: cell(rows[name].iloc[at]) for name in inputs}
        by_row = program.row(case)
        for name in names:
            node = program.graph.cleaned[name]
            wanted = cell(expected[name].iloc[at])
            assert_cell(by_row[node], wanted, f"row path, {name}, {case}")
            if values is not None:
                assert_cell(picked(values[node], at), wanted, f"column path, {name}, {case}")


def column(real: pd.Series) -> Any:
    kind = kind_of(real)
    if kind == "number":
        return real.to_numpy(dtype=np.float64, na_value=np.nan)
    if kind == "boolean":
        return real.to_numpy(dtype=np.bool_)
    codes, values = pd.factorize(real.astype(object))
    return Text(codes.astype(np.int32), list(values))


def cell(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def picked(values: Any, at: int) -> Any:
    if isinstance(values, Text):
        code = values.codes[at]
        return None if code < 0 else values.values[code]
    return values[at].item()


def assert_cell(found: Any, wanted: Any, where: str) -> None:
    if isinstance(found, float) and math.isnan(found):
        found = None
    if wanted is None or isinstance(wanted, str) or isinstance(found, str) or found is None:
        assert found == wanted, where
    elif isinstance(found, bool) or isinstance(wanted, bool):
        assert found is wanted, f"{where}: {found!r} and {wanted!r}"
    else:
        assert math.isclose(found, wanted, rel_tol=1e-12, abs_tol=1e-12), f"{where}: {found!r} and {wanted!r}"


@pytest.fixture
def compile_and_run() -> Callable[..., Traced]:
    """Trace on some rows and compare others, by column, with what pandas alone made of them."""

    def run(clean: Clean, rows: pd.DataFrame, others: pd.DataFrame, expected: pd.DataFrame) -> Traced:
        traced, program = compiled(clean, rows)
        pd.testing.assert_frame_equal(traced.replay(others), expected)
        values = program.columns({name: column(others[name]) for name in program.graph.inputs})
        for name in traced.columns:
            found = values[program.graph.cleaned[name]]
            np.testing.assert_allclose(
                found, expected[name].to_numpy(dtype=float), rtol=1e-12, atol=1e-12, err_msg=name
            )
        return traced

    return run

"""Bad input through the Python surface: one sentence, a hint, exit code 2, and nothing is written."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.chain.conftest import tree

import golive
from golive.errors import GoliveError

GOOD: dict[str, Any] = {"Age": 40, "Amount": 1000, "Time": 36, "Income": 150.0, "Records": "no"}
OUTCOME = ["good"] * 30 + ["bad"] * 10
SCORE = np.array([0.1] * 30 + [0.8] * 10)

Frame = pd.DataFrame


@pytest.fixture
def frame(world: Path) -> Frame:
    return pd.read_csv(world / "train.csv")


@pytest.fixture
def model(world: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(world)
    monkeypatch.delitem(sys.modules, "small_model", raising=False)
    return import_module("small_model").fitted()


def refused(world: Path, call: Callable[[], object], said: str) -> GoliveError:
    before = tree(world)
    with pytest.raises(GoliveError) as caught:
        call()
    assert said in caught.value.message
    assert caught.value.exit_code == 2
    assert tree(world) == before
    return caught.value


BUILD: dict[str, tuple[Callable[[Frame], object], dict[str, Any], str]] = {
    "a missing column": (lambda rows: rows.drop(columns="Income"), {}, "fitted with the column `Income`"),
    "text among numbers": (lambda rows: rows.astype({"Age": object}).replace({"Age": 40}, "forty"), {}, "'forty'"),
    "no rows": (lambda rows: rows.head(0), {}, "`train` has 0 rows"),
    "29 rows": (lambda rows: rows.head(29), {}, "`train` has 29 rows; expected at least 30"),
    "one class": (lambda rows: rows.assign(Status="good"), {}, "is 'good' in every row; expected two classes"),
    "a column twice": (lambda rows: pd.concat([rows, rows[["Age"]]], axis=1), {}, "`Age` more than once"),
    "no frame": (lambda rows: rows.to_numpy(), {}, "is a ndarray; expected a pandas DataFrame"),
    "no label": (lambda rows: rows, {"event": "bed"}, "the event 'bed' is not among the labels"),
    "no event": (lambda rows: rows, {"event": None}, "nothing says which of them"),
    "NaN scores": (lambda rows: rows, {"reference": [float("nan")] * 600}, "`reference` is NaN in 600 of 600 rows"),
    "a bundle in the way": (lambda rows: rows, {"out": "b.golive"}, "`b.golive` is already there"),
    "a place in a bundle": (lambda rows: rows, {"out": "b.golive/new"}, "lies inside the bundle `b.golive`"),
    "a hostile name": (lambda rows: rows, {"name": "a\x1b[2J"}, "cannot be the name of a bundle"),
}


@pytest.mark.parametrize("name", BUILD)
def test_build(name: str, frame: Frame, model: Any, world: Path) -> None:
    change, options, said = BUILD[name]
    given = {"outcome": "Status", "event": "bad", "out": "new", **options}
    assert refused(world, lambda: golive.build(model, change(frame), **given), said).hint


MEASURE: dict[str, tuple[tuple[object, object], dict[str, Any], str]] = {
    "29 rows": ((OUTCOME[:29], SCORE[:29]), {}, "there are 29 rows; expected at least 30"),
    "one class": ((["good"] * 40, SCORE), {}, "all rows have the outcome `good`"),
    "no label": ((OUTCOME, SCORE), {"event": "bed"}, "the event `bed` is not among the labels"),
    "NaN scores": ((OUTCOME, SCORE * np.nan), {}, "score is missing or not finite in 40 rows"),
    "both columns": ((OUTCOME, np.ones((40, 2)) / 2), {}, "`score` has shape (40, 2)"),
    "dates for scores": ((OUTCOME, pd.Series(pd.date_range("2020", periods=40))), {}, "score holds datetime64"),
    "no money file": ((OUTCOME, SCORE), {"money": "none.toml"}, "the money file `none.toml` is not there"),
    "a folder for a money file": ((OUTCOME, SCORE), {"money": "b.golive"}, "`b.golive` is a folder; expected a money"),
    "money without columns": ((OUTCOME, SCORE), {"money": "money.toml"}, "money.toml:39:21: `Amount` is neither"),
}


@pytest.mark.parametrize("name", MEASURE)
def test_measure(name: str, world: Path) -> None:
    (outcome, score), options, said = MEASURE[name]
    assert refused(world, lambda: golive.measure(outcome, score, **{"event": "bad", **options}), said).hint


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{**GOOD, "Age": float("nan")}], "row 0: `Age`: nan is not a finite number; expected a number"),
        ([GOOD, {**GOOD, "Records": "maybe"}], "row 1: `Records`: 'maybe' was never seen in training"),
        (Frame([GOOD]).drop(columns="Age"), "row 0: `Age`: absent; expected a number"),
        (Frame([GOOD]).assign(Age="40"), "row 0: `Age`: the text '40'; expected a number"),
        (GOOD, "rows are one single case"),
        ("rows.csv", "rows are a str"),
    ],
)
def test_rows_that_break_the_contract_have_no_score_and_never_the_favourable_action(
    rows: object, said: str, world: Path
) -> None:
    bundle = golive.load("b.golive")
    assert refused(world, lambda: bundle.score(rows), said).hint
    if isinstance(rows, (list, Frame)):
        last = bundle.decide_many(rows)[-1]
        assert (last.action, last.fallback, last.score) == ("review", True, None)

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from golive.errors import InputError
from golive.prove.measure import measure

GOOD = ["good"] * 30 + ["bad"] * 10
SCORES = [0.1] * 30 + [0.8] * 10


def changed(values: list[Any], row: int, value: object) -> list[Any]:
    return [*values[:row], value, *values[row + 1 :]]


@pytest.mark.parametrize(
    ("outcome", "score", "event", "said"),
    [
        (GOOD, SCORES[:-1], "bad", "40 outcomes and 39 scores"),
        (GOOD[-20:], SCORES[-20:], "bad", "20 rows; expected at least 30"),
        (GOOD, SCORES, None, "which one is the event"),
        (GOOD, SCORES, "bed", r"`bed` is not among the labels `bad` \(10\), `good` \(30\)"),
        (["good"] * 40, SCORES, "good", "all 40 rows have the outcome `good`"),
        (["good"] * 40, SCORES, "bad", "all rows have the outcome `good`; expected two outcomes, one of them `bad`"),
        (changed(GOOD, 3, None), SCORES, "bad", r"outcome is missing in 1 row: row 3 \(from 0\)"),
        (changed(GOOD, 3, float("nan")), SCORES, "bad", "outcome is missing in 1 row: row 3"),
        (changed(GOOD, 3, pd.NA), SCORES, "bad", "outcome is missing in 1 row: row 3"),
        (changed(GOOD, 7, "open"), SCORES, "bad", r"3 values: .*`open` \(1\).* stands in row 7"),
        (GOOD, changed(SCORES, 5, float("nan")), "bad", "score is missing or not finite in 1 row: row 5"),
        (GOOD, changed(SCORES, 5, None), "bad", "score is missing or not finite in 1 row: row 5"),
        (GOOD, changed(SCORES, 5, np.inf), "bad", "not finite in 1 row: row 5"),
        (GOOD, changed(SCORES, 5, "high"), "bad", "score holds text"),
        (GOOD, [score + 0j for score in SCORES], "bad", "score holds complex128; expected numbers"),
        (GOOD, np.array(["2020-01-01"] * 40, dtype="datetime64[ns]"), "bad", r"score holds datetime64\[ns\]; expected"),
        (
            GOOD,
            [100 * score for score in SCORES],
            "bad",
            r"is 10 in row 0 \(from 0\), outside 0..1 \(40 rows in all\)",
        ),
        (GOOD, np.ones((40, 2)) / 2, "bad", r"`score` has shape \(40, 2\)"),
        (np.array([[0, 1]] * 40), SCORES, 1, r"`outcome` has shape \(40, 2\)"),
        ([], [], "bad", "0 rows; expected at least 30"),
    ],
)
def test_rows_that_cannot_be_judged_say_why(outcome: object, score: object, event: object, said: str) -> None:
    with pytest.raises(InputError, match=said):
        measure(outcome, score, event=event)


@pytest.mark.parametrize(
    ("outcome", "score", "hint"),
    [
        (GOOD, [100 * score for score in SCORES], "divide percentages by 100"),
        (GOOD, np.ones((40, 2)) / 2, r"predict_proba\(X\)\[:, 1\]"),
        (["Bad" if label == "bad" else label for label in GOOD], SCORES, "did you mean event='Bad'"),
    ],
)
def test_the_hint_can_be_pasted(outcome: object, score: object, hint: str) -> None:
    with pytest.raises(InputError, match=hint):
        measure(outcome, score, event="bad")


def test_any_finite_score_is_taken_when_it_is_said() -> None:
    found = measure(GOOD, [100 * score for score in SCORES], event="bad", probability=False)
    assert not found.score.probability
    assert found.calibration is None


def test_columns_of_other_rows_are_refused() -> None:
    from golive.prove.template import money_template
    from golive.records.money import parse

    columns = {"Amount": [1000.0] * 39, "Time": [12.0] * 40}
    with pytest.raises(InputError, match="column `Amount` has 39 rows, the outcomes have 40"):
        measure(GOOD, SCORES, money=parse(money_template()), columns=columns)


def test_two_different_events_are_refused() -> None:
    from golive.prove.template import money_template
    from golive.records.money import parse

    with pytest.raises(InputError, match="the event is `good`, but the money file is about `bad`"):
        measure(GOOD, SCORES, event="good", money=parse(money_template()), columns={})


def test_a_money_file_that_is_not_there_is_said() -> None:
    with pytest.raises(InputError, match=r"the money file `nowhere\.toml` is not there"):
        measure(GOOD, SCORES, event="bad", money="nowhere.toml")

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from golive.maths.buckets import ties
from golive.maths.decision_curve import THRESHOLDS, decision_curve
from golive.maths.histogram import arrange
from golive.records.evidence import DecisionCurve

Values = np.ndarray[tuple[int], np.dtype[np.float64]]
Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]


def rows(seed: int, n: int = 500, tells: float = 1.5) -> tuple[Values, Bools]:
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1.5, tells, n)
    score = np.round(1 / (1 + np.exp(-odds)), 2)
    return score, rng.random(n) < 1 / (1 + np.exp(-odds))


def curve(score: Values, event: Bools) -> DecisionCurve:
    found = arrange(score, event)
    return decision_curve(ties(found.score, found.event), event="bad")


@given(st.integers(0, 10**6))
def test_net_benefit_is_that_of_the_confusion_matrix(seed: int) -> None:
    score, event = rows(seed)
    found = curve(score, event)
    for at in range(0, len(THRESHOLDS), 9):
        t = THRESHOLDS[at]
        (_, false), (_, hits) = confusion_matrix(event, score >= t, labels=[False, True])
        assert found.benefit[at] == pytest.approx(hits / 500 - false / 500 * t / (1 - t))
        assert found.everybody[at] == pytest.approx(event.mean() - (1 - event.mean()) * t / (1 - t))


def test_limits_are_about_those_of_the_mean_over_cases() -> None:
    """Where many cases count, the closed interval of a paired mean; both comparisons."""
    score, event = rows(3, 20_000)
    found = curve(score, event)
    for t in (0.1, 0.3, 0.6):
        at = THRESHOLDS.index(t)
        acted = (score >= t) * np.where(event, 1.0, -t / (1 - t))
        everybody = np.where(event, 1.0, -t / (1 - t))
        for values, low, high in (
            (acted, found.low[at], found.high[at]),
            (acted - everybody, found.over_everybody_low[at], found.over_everybody_high[at]),
        ):
            half = 1.96 * values.std() / np.sqrt(len(values))
            assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.1 * half)


def test_the_limits_hold_in_95_of_100_samples() -> None:
    """A world of three scores: the true net benefit is known."""
    chance, share = np.array([0.05, 0.2, 0.6]), np.array([0.5, 0.3, 0.2])
    at, t, held, rng = THRESHOLDS.index(0.15), 0.15, 0, np.random.default_rng(8)
    true = share[1:] @ chance[1:] - share[1:] @ (1 - chance[1:]) * t / (1 - t)
    for _ in range(400):
        score = rng.choice(chance, 300, p=share)
        found = curve(score, rng.random(300) < score)
        low, high = found.low[at], found.high[at]
        assert low is not None and high is not None
        held += low <= true <= high
    assert 0.92 < held / 400 <= 1.0


def test_acting_on_all_scores_is_acting_on_everybody() -> None:
    score, event = rows(1)
    found = curve(np.maximum(score, 0.02), event)
    at = THRESHOLDS.index(0.01)
    assert found.benefit[at] == pytest.approx(found.everybody[at])
    assert found.over_everybody_low[at] == found.over_everybody_high[at] == 0.0


def test_the_sentence_names_where_the_score_helps() -> None:
    said = curve(*rows(2, 5000)).text
    assert said.startswith("Acting on the score at cut-offs from 0.0")
    assert "one missed `bad` is worth" in said
    useless = rows(2, 5000)[0]
    assert "At no cut-off" in curve(useless, np.random.default_rng(0).random(5000) < 0.2).text


def test_few_events_have_no_limits() -> None:
    found = curve(np.linspace(0, 1, 60), np.arange(60) >= 55)
    assert set(found.low) == {None}
    assert "Too few cases" in found.text

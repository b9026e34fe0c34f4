"""Bounds hold for every order of the scores that an entry hides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from golive.maths.buckets import Ties, ties
from golive.maths.classification import area, average_precision, brier, distance
from golive.maths.histogram import arrange
from golive.maths.within import within

Values = np.ndarray[tuple[int], np.dtype[np.float64]]
Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]


def rows(seed: int, n: int, levels: int) -> tuple[Values, Bools]:
    rng = np.random.default_rng(seed)
    score = np.round(rng.beta(2, 3, n), levels)
    event = rng.random(n) < score
    event[:2] = True, False
    return score, event


def folded(score: Values, event: Bools, bins: int) -> Ties:
    """Neighbouring scores in one entry, as a histogram has them."""
    place = np.minimum((score * bins).astype(int), bins - 1)
    there = np.unique(place)
    n = np.array([(place == one).sum() for one in there])
    events = np.array([(event & (place == one)).sum() for one in there])
    mean, low, high = (np.array([how(score[place == one]) for one in there]) for how in (np.mean, np.min, np.max))
    return Ties(mean, n, events, low=low, high=high)


@given(st.integers(0, 10**6), st.integers(20, 300), st.sampled_from([1, 2, 6]), st.sampled_from([1, 3, 10, 50]))
def test_the_figures_of_the_rows_lie_within(seed: int, n: int, levels: int, bins: int) -> None:
    score, event = rows(seed, n, levels)
    bounds = within(folded(score, event, bins))
    if bounds is None:
        return
    false, true, _ = metrics.roc_curve(event, score)
    for true_value, (low, high) in (
        (metrics.roc_auc_score(event, score), bounds.auc),
        (metrics.average_precision_score(event, score), bounds.average_precision),
        (metrics.brier_score_loss(event, score), bounds.brier or (1, 0)),
        (np.abs(true - false).max(), bounds.ks),
        (2 * metrics.roc_auc_score(event, score) - 1, bounds.gini),
    ):
        assert low - 1e-12 <= true_value <= high + 1e-12


@given(st.integers(0, 10**6))
def test_of_a_score_turned_round_too(seed: int) -> None:
    score, event = rows(seed, 100, 3)
    bounds = within(folded(1 - score, event, 8), rising=False, probability=False)
    assert bounds is not None and bounds.brier is None
    assert bounds.auc[0] - 1e-12 <= metrics.roc_auc_score(event, score) <= bounds.auc[1] + 1e-12
    found = metrics.average_precision_score(event, score)
    assert bounds.average_precision[0] - 1e-12 <= found <= bounds.average_precision[1] + 1e-12


def test_the_bounds_are_reached() -> None:
    """One entry with 3 events and 2 others: any order may be true."""
    found = Ties(np.array([0.5]), np.array([5]), np.array([3]), low=np.array([0.4]), high=np.array([0.6]))
    bounds = within(found)
    assert bounds is not None
    assert bounds.auc == (0.0, 1.0)
    assert bounds.ks == (0.0, 1.0)
    assert bounds.average_precision[1] == 1.0
    worst = np.mean([1 / 3, 2 / 4, 3 / 5])
    assert bounds.average_precision[0] == pytest.approx(worst, abs=0.02)
    assert bounds.average_precision[0] <= worst
    assert bounds.brier == pytest.approx(((3 * 0.4**2 + 2 * 0.4**2) / 5, (3 * 0.6**2 + 2 * 0.6**2) / 5))


def test_entries_of_one_score_each_are_exact() -> None:
    score, event = rows(1, 100, 2)
    arranged = arrange(score, event)
    assert within(ties(arranged.score, arranged.event)) is None


def test_the_bounds_of_a_fine_grid_are_narrow_and_hold_the_middle() -> None:
    score, event = rows(2, 50_000, 9)
    found = folded(score, event, 10_000)
    bounds = within(found)
    assert bounds is not None and bounds.brier is not None
    for value, (low, high) in (
        (area(found), bounds.auc), (average_precision(found), bounds.average_precision),
        (brier(found), bounds.brier), (distance(found), bounds.ks),
    ):  # fmt: skip
        assert low - 1e-12 <= value <= high + 1e-12
        assert high - low < 0.002

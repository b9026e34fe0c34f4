from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from golive.maths.buckets import Ties, ties
from golive.maths.classification import area
from golive.maths.histogram import arrange
from golive.maths.sorting import area_limits, brier_limits


def drawn(rng: np.random.Generator, n: int, apart: float, digits: int = 9) -> Ties:
    event = rng.random(n) < 0.3
    rows = arrange(np.round(rng.normal(apart * event, 1), digits), event)
    return ties(rows.score, rows.event)


@pytest.mark.parametrize("digits", [9, 0])
def test_the_variance_is_delongs_over_all_pairs(digits: int) -> None:
    found = drawn(np.random.default_rng(1), 200, 1.0, digits)
    score, n, events = found.score, found.n, found.events
    hits, quiet = np.repeat(score, events), np.repeat(score, n - events)
    wins = (hits[:, None] > quiet) + 0.5 * (hits[:, None] == quiet)
    se = np.sqrt(wins.mean(axis=1).var(ddof=1) / len(hits) + wins.mean(axis=0).var(ddof=1) / len(quiet))
    middle = wins.mean()
    limits = area_limits(found)
    assert limits is not None
    odds = np.log(np.array(limits) / (1 - np.array(limits)))
    assert np.diff(odds)[0] / 2 * middle * (1 - middle) / 1.96 == pytest.approx(se)
    assert odds.mean() == pytest.approx(np.log(middle / (1 - middle)))


@pytest.mark.parametrize("apart", [0.0, 1.0, 2.5])
def test_the_limits_of_the_area_hold(apart: float) -> None:
    true, held, rng = stats.norm.cdf(apart / np.sqrt(2)), 0, np.random.default_rng(5)
    for _ in range(500):
        limits = area_limits(drawn(rng, 150, apart))
        assert limits is not None
        held += limits[0] <= true <= limits[1]
    assert 0.92 < held / 500 < 0.985


def test_outcomes_that_do_not_overlap_are_not_certain() -> None:
    found = ties(np.arange(100.0), np.arange(100) >= 80)
    assert area_limits(found) == pytest.approx((stats.beta.ppf(0.025, 20, 1), 1.0))
    assert area_limits(found, rising=False) == pytest.approx((0.0, 1 - stats.beta.ppf(0.025, 20, 1)))
    assert area_limits(ties(np.arange(100.0), np.arange(100) >= 91)) is None


def test_a_score_turned_round_has_the_same_limits() -> None:
    found = drawn(np.random.default_rng(2), 300, 1.0)
    turned = Ties(-found.score[::-1], found.n[::-1], found.events[::-1])
    one, other = area_limits(found), area_limits(turned, rising=False)
    assert one == pytest.approx(other)
    assert one is not None and one[0] < area(found) < one[1]


def test_the_limits_of_the_brier_score_are_those_of_a_mean() -> None:
    rng = np.random.default_rng(3)
    score = np.round(rng.random(400), 2)
    event = rng.random(400) < score
    squares = (score - event) ** 2
    half = 1.96 * squares.std() / 20
    rows = arrange(score, event)
    assert brier_limits(ties(rows.score, rows.event)) == pytest.approx((squares.mean() - half, squares.mean() + half))

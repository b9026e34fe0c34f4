"""Values that are fixed for ever, through the front door where there is one."""

from __future__ import annotations

import numpy as np
import pytest

from golive.maths.classification import net_benefit
from golive.maths.intervals import binomial_tail, jeffreys_below, wilson
from golive.maths.prior import shifted
from golive.prove.measure import measure


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [(81, 263, 0.25529, 0.36621), (15, 148, 0.06239, 0.16049), (0, 20, 0, 0.16113), (1, 29, 0.00611, 0.17176)],
)
def test_wilson_of_a_bucket(events: int, n: int, low: float, high: float) -> None:
    """The first n rows have the score 0.15, the others 0.95: their buckets show these limits."""
    outcome = np.append(np.arange(n) < events, np.arange(40) < 30)
    found = measure(outcome, np.append(np.full(n, 0.15), np.full(40, 0.95)))
    bucket = found.buckets[1]
    assert (bucket.n, bucket.events) == (n, events)
    assert (bucket.low, bucket.high) == pytest.approx((low, high), abs=5e-6)
    assert wilson(events, n) == (bucket.low, bucket.high)


@pytest.mark.parametrize(("n", "expected"), [(20, 0.4765), (200, 0.9552)])
def test_jeffreys_of_a_bucket_without_events(n: int, expected: float) -> None:
    outcome = np.append(np.zeros(n), np.arange(40) < 30)
    found = measure(outcome, np.append(np.full(n, 0.01), np.full(40, 0.95)))
    assert found.buckets[0].jeffreys == pytest.approx(expected, abs=5e-5)
    assert jeffreys_below(0.01, 0, n) == pytest.approx(expected, abs=5e-5)


def test_binomial_of_a_bucket() -> None:
    outcome = np.append(np.arange(250) < 10, np.arange(40) < 30)
    found = measure(outcome, np.append(np.full(250, 0.01), np.full(40, 0.95)))
    assert found.buckets[0].binomial == pytest.approx(0.000250, abs=5e-7)
    assert binomial_tail(10, 250, 0.01) == pytest.approx(0.000250, abs=5e-7)


def test_prior_shift() -> None:
    high, even = shifted(np.array([0.9, 0.5]), 0.5, 0.05).tolist()
    assert high == pytest.approx(0.3214285714, abs=1e-10)
    assert even == pytest.approx(0.05, abs=1e-15)


@pytest.mark.parametrize("seed", range(5))
def test_a_constant_score_is_one_bucket_with_lift_1_in_any_order(seed: int) -> None:
    outcome = np.random.default_rng(seed).permutation(np.arange(500) < 130)
    (part,) = measure(outcome, np.full(500, 0.3)).lift
    assert (part.n, part.events, part.lift, part.gained) == (500, 130, 1.0, 1.0)


@pytest.mark.parametrize("push", [0.25, 0.5, 2.0, 3.0])
def test_the_slope_of_scores_pushed_to_c_times_their_log_odds_is_1_over_c(push: float) -> None:
    rng = np.random.default_rng(3)
    odds = rng.normal(-1, 1, 4000)
    outcome = rng.random(4000) < 1 / (1 + np.exp(-odds))
    true, pushed = (measure(outcome, 1 / (1 + np.exp(-c * odds))).calibration for c in (1.0, push))
    assert true is not None and true.slope is not None
    assert pushed is not None and pushed.slope is not None
    assert pushed.slope == pytest.approx(true.slope / push, rel=1e-7)
    assert true.slope_low is not None and true.slope_high is not None
    assert true.slope_low < 1 < true.slope_high
    assert pushed.material is (push != 1)


def test_net_benefit_of_the_curve() -> None:
    outcome = np.repeat([1, 0, 1, 0], [30, 10, 20, 140])
    score = np.repeat([0.7, 0.7, 0.1, 0.1], [30, 10, 20, 140])
    found = measure(outcome, score).decision_curve
    assert found is not None
    at = found.threshold.index(0.2)
    assert found.benefit[at] == pytest.approx(30 / 200 - 10 / 200 * 0.2 / 0.8)
    assert found.everybody[at] == pytest.approx(50 / 200 - 150 / 200 * 0.2 / 0.8)
    assert net_benefit(30, 10, 200, 0.2) == found.benefit[at]

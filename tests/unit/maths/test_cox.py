from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from golive.maths.buckets import Ties, ties
from golive.maths.cox import cox, in_the_large, log_odds
from golive.maths.histogram import arrange


def true_scores(n: int = 20_000, push: float = 1.0, lift: float = 0.0) -> Ties:
    """Outcomes drawn from the probabilities; the log-odds of the score are ``push`` times the true ones."""
    rng = np.random.default_rng(3)
    odds = rng.normal(-1, 1.2, n)
    event = rng.random(n) < 1 / (1 + np.exp(-odds - lift))
    rows = arrange(1 / (1 + np.exp(-push * odds)), event)
    return ties(rows.score, rows.event)


@pytest.mark.parametrize("push", [0.5, 1.0, 2.0])
def test_the_slope_of_scores_pushed_to_c_times_their_log_odds_is_1_over_c(push: float) -> None:
    fitted, true = cox(true_scores(push=push)), cox(true_scores())
    assert fitted is not None
    assert true is not None
    assert fitted.slope.value == pytest.approx(true.slope.value / push, rel=1e-8)
    assert fitted.slope.low < 1 / push < fitted.slope.high


def test_the_line_is_that_of_scikit_learn() -> None:
    found = true_scores(3000, push=1.4)
    fitted = cox(found)
    x = log_odds(found.score)[:, None]
    model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
    model.fit(np.vstack([x, x]), np.repeat([1, 0], len(x)), np.append(found.events, found.n - found.events))
    assert fitted is not None
    assert fitted.intercept.value == pytest.approx(model.intercept_[0], abs=1e-5)
    assert fitted.slope.value == pytest.approx(model.coef_[0, 0], abs=1e-5)


def test_the_limits_hold_in_95_of_100_samples() -> None:
    rng, held = np.random.default_rng(5), np.zeros(3)
    for _ in range(400):
        odds = rng.normal(-1, 1, 600)
        rows = arrange(1 / (1 + np.exp(-odds)), rng.random(600) < 1 / (1 + np.exp(-0.3 - 0.8 * odds)))
        found = ties(rows.score, rows.event)
        line, large = cox(found), in_the_large(true_part(rng))
        assert line is not None and large is not None
        for at, (limits, true) in enumerate(((line.intercept, 0.3), (line.slope, 0.8), (large, 0.4))):
            held[at] += limits.low <= true <= limits.high
    assert (held / 400 > 0.92).all()
    assert (held / 400 < 0.98).all()


def true_part(rng: np.random.Generator) -> Ties:
    odds = rng.normal(-1, 1, 600)
    rows = arrange(1 / (1 + np.exp(-odds)), rng.random(600) < 1 / (1 + np.exp(-0.4 - odds)))
    return ties(rows.score, rows.event)


def test_in_the_large_is_0_where_as_many_happen_as_were_said() -> None:
    exact = ties(np.array([0.2] * 50 + [0.6] * 50), np.array(([True] * 10 + [False] * 40) + [True] * 30 + [False] * 20))
    found = in_the_large(exact)
    assert found is not None
    assert found.value == pytest.approx(0.0, abs=1e-12)
    half = 1.96 / np.sqrt(50 * 0.2 * 0.8 + 50 * 0.6 * 0.4)
    assert (found.low, found.high) == pytest.approx((-half, half))


@given(st.floats(0.05, 0.9), st.integers(1, 99))
@example(0.38478000015595726, 94)
def test_in_the_large_of_a_constant_score_is_the_distance_of_the_log_odds(score: float, events: int) -> None:
    found = in_the_large(ties(np.full(100, score), np.arange(100) < events))
    expected = np.log(events / (100 - events)) - np.log(score / (1 - score))
    assert found is not None
    assert found.value == pytest.approx(expected, abs=1e-8)


def test_scores_that_cannot_be_fitted_have_no_line() -> None:
    constant = ties(np.full(40, 0.3), np.arange(40) < 10)
    separated = ties(np.array([0.1] * 20 + [0.9] * 20), np.arange(40) >= 20)
    assert cox(constant) is None
    assert cox(separated) is None
    assert in_the_large(ties(np.full(40, 0.3), np.zeros(40, dtype=bool))) is None

from __future__ import annotations

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from golive.maths.buckets import Ties, ties
from golive.maths.calibration import calibration, corp, cox, isotonic, prior_shift
from golive.maths.classification import brier
from golive.maths.histogram import arrange

Values = np.ndarray[tuple[int], np.dtype[np.float64]]


def true_scores(n: int = 20_000, push: float = 1.0) -> Ties:
    """Outcomes drawn from the probabilities; the log-odds of the score are ``push`` times the true ones."""
    rng = np.random.default_rng(3)
    odds = rng.normal(-1, 1.2, n)
    event = rng.random(n) < 1 / (1 + np.exp(-odds))
    rows = arrange(1 / (1 + np.exp(-push * odds)), event)
    return ties(rows.score, rows.event)


@pytest.mark.parametrize("push", [0.5, 1.0, 2.0])
def test_the_slope_of_scores_pushed_to_c_times_their_log_odds_is_1_over_c(push: float) -> None:
    fitted, true = cox(true_scores(push=push)), cox(true_scores())
    assert fitted is not None
    assert true is not None
    assert fitted[1] == pytest.approx(true[1] / push, rel=1e-8)
    assert fitted[2] < 1 / push < fitted[3]


@pytest.mark.parametrize(("push", "material"), [(1.0, False), (2.0, True), (0.5, True)])
def test_extreme_and_timid_scores_are_called_so(push: float, material: bool) -> None:
    found = calibration(true_scores(push=push))
    assert found.material is material
    assert ("too extreme" in found.text) is (push > 1)
    assert ("too timid" in found.text) is (push < 1)


def test_the_three_parts_add_up_to_the_brier_score() -> None:
    found = true_scores(500, push=1.7)
    miscalibration, discrimination, uncertainty = corp(found)
    assert miscalibration - discrimination + uncertainty == pytest.approx(brier(found), rel=1e-12)
    assert min(miscalibration, discrimination, uncertainty) >= 0


def test_the_curve_is_the_best_fit_that_never_falls() -> None:
    found = true_scores(700)
    expected = IsotonicRegression().fit_transform(found.score, found.events / found.n, sample_weight=found.n)
    assert isotonic(found) == pytest.approx(expected, abs=1e-12)
    curve = calibration(found).curve
    assert sum(step.n for step in curve) == 700
    assert [step.rate for step in curve] == sorted(step.rate for step in curve)


def test_scores_that_cannot_be_fitted_have_no_slope() -> None:
    constant = ties(np.full(40, 0.3), np.arange(40) < 10)
    separated = ties(np.array([0.1] * 20 + [0.9] * 20), np.arange(40) >= 20)
    assert cox(constant) is None
    assert cox(separated) is None
    assert calibration(constant).slope is None


def test_scores_of_zero_only_have_no_ratio() -> None:
    found = calibration(ties(np.zeros(40), np.arange(40) < 10))
    assert found.ratio is None
    assert found.material


def test_prior_shift() -> None:
    assert prior_shift(0.9, 0.5, 0.05) == pytest.approx(0.3214285714, abs=1e-10)
    assert prior_shift(0.5, 0.5, 0.05) == pytest.approx(0.05)

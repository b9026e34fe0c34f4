from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from golive.maths.buckets import Ties, equal_width, ties
from golive.maths.calibration import by_chance, calibration, corp, missed
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


def test_the_curve_has_all_rows_and_never_falls() -> None:
    curve = calibration(true_scores(700)).curve
    assert sum(step.n for step in curve) == 700
    assert [step.rate for step in curve] == sorted(step.rate for step in curve)


def test_scores_of_zero_only_have_no_ratio() -> None:
    found = calibration(ties(np.zeros(40), np.arange(40) < 10))
    assert found.ratio is None
    assert found.material


def bucketed(wrong: float = 0.0, n: int = 4000) -> Ties:
    """Ten scores 0.05, 0.15 ...; as many events as they say, but for 0.35, where ``wrong`` more happen."""
    score = np.repeat(np.arange(10) / 10 + 0.05, n // 10)
    rate = score + wrong * np.isclose(score, 0.35) - wrong * np.isclose(score, 0.65)
    place = np.tile(np.arange(n // 10), 10) / (n // 10)
    return ties(score, place < rate)


def test_a_score_that_is_right_everywhere_is_said_to_be() -> None:
    found = bucketed()
    told = calibration(found, equal_width(found, tested=True))
    assert (told.material, told.missed, told.buckets) == (False, 0, 10)
    assert told.text.endswith("the score means about what it says.")
    assert told.by_chance == 1.0


def test_buckets_outside_their_limits_are_said_beside_a_sum_that_is_right() -> None:
    found = bucketed(0.15)
    told = calibration(found, equal_width(found, tested=True))
    assert not told.material
    assert told.missed == 2
    assert told.by_chance is not None and told.by_chance < 1e-6
    said = "2 of 10 buckets lie outside, more than chance explains (between 0.3 and 0.4 the scores say 35.0 in 100"
    assert f"means about what it says. But not everywhere: {said}, 50.0 happened)." in told.text


def test_one_bucket_just_outside_may_be_chance() -> None:
    found = bucketed(0.055)
    told = calibration(found, equal_width(found, tested=True))
    assert told.missed == 2
    assert told.by_chance is not None and told.by_chance > 0.05
    assert "chance alone may do that among so many" in told.text


def test_the_tests_of_a_bucket_are_those_of_scipy() -> None:
    for one in equal_width(bucketed(0.1), tested=True):
        assert one.mean_score is not None
        beta = stats.beta(one.events + 0.5, one.n - one.events + 0.5)
        assert one.jeffreys == pytest.approx(beta.cdf(one.mean_score))
        assert one.binomial == pytest.approx(stats.binom.sf(one.events - 1, one.n, one.mean_score))


def test_scores_of_0_and_1_that_are_right_miss_nothing() -> None:
    found = ties(np.array([0.0] * 40 + [1.0] * 20), np.arange(60) >= 40)
    buckets = equal_width(found, tested=True)
    assert missed(buckets) == []
    assert by_chance(buckets) == 1.0
    assert by_chance(equal_width(found)) is None


def test_a_calibrated_score_misses_by_chance_in_few_samples() -> None:
    """300 samples of a true score: Bonferroni keeps its word, and about 1 in 20 buckets lies outside its limits."""
    rng, few, outside = np.random.default_rng(11), 0, 0
    for _ in range(300):
        score = rng.beta(2, 4, 800)
        rows = arrange(score, rng.random(800) < score)
        buckets = equal_width(ties(rows.score, rows.event), tested=True)
        chance = by_chance(buckets)
        assert chance is not None
        few += chance < 0.05
        outside += len(missed([one for one in buckets if one.n >= 20]))
    assert few <= 300 * 0.05 + 3 * (300 * 0.05 * 0.95) ** 0.5
    assert 0.02 < outside / (300 * 8) < 0.08

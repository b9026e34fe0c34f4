from __future__ import annotations

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression

from golive.maths.buckets import Ties, ties
from golive.maths.calibration import SHOWN, calibration
from golive.maths.consistency import GROUPS, consistency, outside
from golive.maths.histogram import arrange


def drawn(seed: int, n: int = 400, bent: float = 1.0) -> Ties:
    rng = np.random.default_rng(seed)
    score = np.round(rng.beta(1.5, 4, n), 3)
    rows = arrange(score, rng.random(n) < score**bent)
    return ties(rows.score, rows.event)


def test_the_curve_of_a_true_score_lies_inside_at_19_of_20_places() -> None:
    share = np.mean([outside(consistency(drawn(seed))) for seed in range(150)])
    assert 0.02 < share < 0.07


def test_a_score_that_does_not_mean_what_it_says_leaves_the_band() -> None:
    assert min(outside(consistency(drawn(seed, 3000, bent=0.5))) for seed in range(20)) > 0.5


def test_the_band_is_that_of_curves_fitted_to_outcomes_drawn_from_the_score() -> None:
    """Another generator, other fits: the limits agree within what 400 draws can say."""
    found = drawn(1)
    rng = np.random.default_rng(77)
    fits = [
        IsotonicRegression().fit_transform(found.score, rng.binomial(found.n, found.score) / found.n,
                                           sample_weight=found.n)
        for _ in range(800)
    ]  # fmt: skip
    low, high = np.quantile(fits, [0.025, 0.975], axis=0)
    band = consistency(found)
    assert np.average(np.abs(band.low - low), weights=found.n) < 0.015
    assert np.average(np.abs(band.high - high), weights=found.n) < 0.015


def test_the_same_scores_have_the_same_band_whatever_happened() -> None:
    found = drawn(4)
    other = Ties(found.score, found.n, found.n - found.events)
    assert consistency(found).low.tolist() == consistency(other).low.tolist()


def test_many_scores_are_put_into_groups_that_keep_all_rows() -> None:
    fine = Ties(np.sort(np.random.default_rng(1).random(30_000)), *(np.ones(30_000, dtype=int),) * 2)
    grouped = consistency(fine)
    assert len(grouped.score) == GROUPS
    assert grouped.n.sum() == 30_000
    inner = (grouped.score > 0.05) & (grouped.score < 0.95)  # at the ends a fit that never falls leans outwards
    assert (grouped.low <= grouped.score)[inner].all() and (grouped.score <= grouped.high)[inner].all()


@pytest.mark.parametrize("n", [60, 400, 30_000])
def test_the_record_keeps_a_hundred_places_with_both_ends(n: int) -> None:
    found = drawn(9, n)
    kept = calibration(found).band
    band = consistency(found)
    assert len(kept) == min(SHOWN, len(band.score)) or SHOWN - 10 < len(kept) <= SHOWN
    assert kept[-1].score == band.score[-1]
    assert kept[0].score == band.score[0]
    assert [one.score for one in kept] == sorted({one.score for one in kept})

from __future__ import annotations

import numpy as np
import pytest

from golive.maths.folds import FOLDS, PRIME, fold_of, halves, occurrences

VECTORS = [
    (0.0, False, 0, 17),
    (1.0, True, 0, 7),
    (0.5, False, 0, 14),
    (0.1, True, 0, 12),
    (0.1, True, 1, 8),
    (1 / 3, False, 7, 14),
    (650.0, True, 0, 7),
    (-3.25, False, 1, 15),
]
"""score, event, occurrence, fold: what every engine that fills the table must say, for ever."""


def slow(score: float, event: int, occurrence: int) -> int:
    """The definition, with Python's whole numbers."""
    scaled = score * 2**20
    whole = int(np.floor(scaled))
    h = 0
    for piece in (int(np.fmod(whole, PRIME)), int(np.floor((scaled - whole) * 2**31)), event, occurrence):
        h = (h + piece % PRIME) % PRIME
        for constant in (715_225_739, 1_181_783_497, 326_428_381):
            h = pow(h + constant, 5, PRIME)
    return h % FOLDS


@pytest.mark.parametrize("score", [0.0, 1.0, 0.5, 0.1, 1 / 3, 1e-12, 0.9999999, 650.0, -3.25, 1e9])
@pytest.mark.parametrize("event", [0, 1])
def test_the_fold_is_the_one_of_the_definition(score: float, event: int) -> None:
    found = fold_of(np.full(3, score), np.full(3, bool(event)), np.arange(3))
    assert found.tolist() == [slow(score, event, at) for at in range(3)]


@pytest.mark.parametrize(("score", "event", "occurrence", "fold"), VECTORS)
def test_vectors(score: float, event: bool, occurrence: int, fold: int) -> None:
    assert fold_of(np.array([score]), np.array([event]), np.array([occurrence])).tolist() == [fold]


def test_rows_that_are_all_the_same_spread_over_the_folds() -> None:
    score, event = np.full(20_000, 0.25), np.zeros(20_000, dtype=bool)
    sizes = np.bincount(fold_of(score, event, occurrences(score, event)), minlength=FOLDS)
    assert sizes.min() > 850
    assert sizes.max() < 1150


def test_occurrences_start_again_with_each_content() -> None:
    score = np.array([0.1, 0.1, 0.1, 0.2, 0.2])
    event = np.array([False, False, True, True, True])
    assert occurrences(score, event).tolist() == [0, 1, 0, 0, 1]


def test_half_samples_are_halves_all_different_and_never_change() -> None:
    found = halves()
    assert found[:3] == (158479, 1024204, 246887)
    assert len(set(found)) == 100
    assert {mask.bit_count() for mask in found} == {FOLDS // 2}

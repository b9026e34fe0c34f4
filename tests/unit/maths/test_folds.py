from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.maths.folds import FOLDS, PRIME, fold_of, halves

VECTORS = [
    (0.0, False, 2),
    (1.0, True, 9),
    (0.5, False, 4),
    (0.1, True, 1),
    (0.1, True, 15),
    (1 / 3, False, 15),
    (650.0, True, 13),
    (-3.25, False, 12),
]
"""score, event, fold of these rows in this order: what every engine that fills the table must say, for ever."""


def slow(score: float, event: int, occurrence: int) -> int:
    """The definition, with Python's whole numbers."""
    content = math.floor(score * 2**30 + 0.5)
    h = 0
    for piece in (int(math.fmod(content, PRIME)), event, occurrence):
        h = (h + piece % PRIME) % PRIME
        for constant in (715_225_739, 1_181_783_497, 326_428_381):
            h = pow(h + constant, 5, PRIME)
    return h % FOLDS


@pytest.mark.parametrize("score", [0.0, 1.0, 0.5, 0.1, 1 / 3, 1e-12, 0.9999999, 650.0, -3.25, 1e9])
@pytest.mark.parametrize("event", [0, 1])
def test_the_fold_is_the_one_of_the_definition(score: float, event: int) -> None:
    found = fold_of(np.full(3, score), np.full(3, bool(event)))
    assert found.tolist() == [slow(score, event, at) for at in range(3)]


def test_vectors() -> None:
    score, event, fold = zip(*VECTORS, strict=True)
    assert fold_of(np.array(score), np.array(event)).tolist() == list(fold)


def test_rows_that_are_all_the_same_spread_over_the_folds() -> None:
    sizes = np.bincount(fold_of(np.full(20_000, 0.25), np.zeros(20_000, dtype=bool)), minlength=FOLDS)
    assert sizes.min() > 850
    assert sizes.max() < 1150


@given(st.integers(0, 2**32))
def test_a_last_digit_moves_no_row_to_another_fold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    score = np.sort(rng.random(200))
    event = rng.random(200) < 0.3
    other = score * (1 + rng.integers(-4, 5, 200) * 2.0**-53)
    assert (fold_of(score, event) == fold_of(other, event)).mean() >= 0.99


def test_half_samples_are_halves_all_different_and_never_change() -> None:
    found = halves()
    assert found[:3] == (158479, 1024204, 246887)
    assert len(set(found)) == 100
    assert {mask.bit_count() for mask in found} == {FOLDS // 2}

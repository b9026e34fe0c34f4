from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.maths.folds import FOLDS, PRIME, fold_of, halves

VECTORS = [
    (0.0, False, (), 12),
    (1.0, True, (), 9),
    (0.5, False, (), 19),
    (0.1, True, (), 7),
    (0.1, True, (), 15),
    (1 / 3, False, (), 19),
    (1e-6, False, (), 1),
    (650.0, True, (), 10),
    (-3.25, False, (), 7),
    (0.1, True, (1234.56,), 14),
    (0.1, True, (1234.56,), 4),
    (0.1, True, (1234.56, 36.0), 1),
    (0.25, False, (-0.0001, 12_000_000.0), 16),
]
"""score, event, amounts, fold of rows in this order: what every engine that fills the table must say, for ever."""


def slow(score: float, event: int, amounts: tuple[float, ...], occurrence: int) -> int:
    """The definition, with Python's whole numbers."""

    def piece(value: float) -> int:
        size = abs(value)
        return math.floor(value * (2**50 if size < 2**-12 else 2**30 if size < 2**22 else 1) + 0.5)

    h = 0
    for part in (piece(score), event, *map(piece, amounts), occurrence):
        h = (h * 3_999_971 + part) % PRIME
    for constant in (35_725_239, 18_497_063):
        h = pow(h + constant, 3, PRIME)
    return h % FOLDS


@pytest.mark.parametrize("score", [0.0, 1.0, 0.5, 0.1, 1 / 3, 1e-12, 2**-12, 0.9999999, 650.0, -3.25, 1e9, 1e15])
@pytest.mark.parametrize("event", [0, 1])
@pytest.mark.parametrize("amounts", [(), (0.0,), (-12.5, 4e6), (4_194_304.5, 1e-5, 3.0)])
def test_the_fold_is_the_one_of_the_definition(score: float, event: int, amounts: tuple[float, ...]) -> None:
    columns = np.empty((len(amounts), 3))
    columns[:] = np.array(amounts)[:, np.newaxis]
    found = fold_of(np.full(3, score), np.full(3, bool(event)), columns)
    assert found.tolist() == [slow(score, event, amounts, at) for at in range(3)]


@pytest.mark.parametrize("amounts", [0, 1, 2])
def test_vectors(amounts: int) -> None:
    rows = [row for row in VECTORS if len(row[2]) == amounts]
    score, event, columns, fold = zip(*rows, strict=True)
    found = fold_of(np.array(score), np.array(event), np.array(columns).T.reshape(amounts, len(rows)))
    assert found.tolist() == list(fold)


@pytest.mark.parametrize("distinct", [10, 52, 1000])
def test_rows_that_share_scores_spread_as_if_drawn(distinct: int) -> None:
    """Counts by score and fold vary as those of independent draws do: variance n/20 * 19/20."""
    n = 2000
    score = np.repeat(np.arange(distinct) / distinct, n)
    found = fold_of(score, np.zeros(len(score), dtype=bool)).reshape(distinct, n)
    sizes = np.array([np.bincount(one, minlength=FOLDS) for one in found])
    assert abs(sizes.var(axis=1).mean() / (n / 20 * 0.95) - 1) < 6 / np.sqrt(10 * distinct)
    assert abs((found[1:] == found[:-1]).mean() - 1 / FOLDS) < 0.01  # neighbouring scores know nothing of each other


def test_amounts_on_a_lattice_spread_evenly() -> None:
    amounts = np.arange(0.0, 2e6, 100.0)[np.newaxis]
    sizes = np.bincount(fold_of(np.full(20_000, 0.3), np.zeros(20_000, dtype=bool), amounts), minlength=FOLDS)
    assert ((sizes - 1000) ** 2 / 1000).sum() < 43.8  # chi-square with 19 degrees of freedom, 1 in 1,000


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

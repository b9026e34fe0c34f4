from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from golive.maths.isotonic import isotonic


@given(st.lists(st.tuples(st.integers(1, 50), st.floats(0, 1)), min_size=1, max_size=200))
def test_it_is_the_fit_of_scikit_learn(rows: list[tuple[int, float]]) -> None:
    n = np.array([size for size, _ in rows])
    events = np.array([round(size * share) for size, share in rows])
    expected = IsotonicRegression().fit_transform(np.arange(len(n)), events / n, sample_weight=n)
    assert isotonic(n, events) == pytest.approx(expected, abs=1e-12)


def test_many_lines_are_each_fitted_alone() -> None:
    rng = np.random.default_rng(2)
    n = rng.integers(1, 9, 60)
    events = rng.binomial(n, 0.4, size=(50, 60))
    together = isotonic(n, events)
    for line, alone in zip(together, events, strict=True):
        assert line.tolist() == isotonic(n, alone).tolist()


def test_blocks_that_meet_one_at_a_time_are_pooled_to_the_end() -> None:
    """Rates that rise ever less, after one that is high: each round of runs could pool one block only."""
    n = np.full(400, 1000)
    events = np.append(900, np.arange(399))
    expected = IsotonicRegression().fit_transform(np.arange(400), events / n)
    assert isotonic(n, events) == pytest.approx(expected, abs=1e-12)


def test_equal_rates_are_one_block() -> None:
    assert isotonic(np.array([3, 6, 1]), np.array([1, 2, 1])).tolist() == [3 / 9, 3 / 9, 1.0]

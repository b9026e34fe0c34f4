from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from golive.maths.blocks import MOST, cut, quantile, scatter, widened


@given(st.lists(st.integers(0, 60), min_size=2, max_size=300).filter(lambda days: len(set(days)) > 1))
def test_a_day_is_never_cut_and_time_goes_on(days: list[int]) -> None:
    found = cut(np.array(days))
    place = np.where(found.late, 1 + found.block, 0)
    parts = [set(np.array(days)[place == at].tolist()) for at in range(found.blocks + 1)]
    assert all(parts)
    for one, other in pairwise(parts):
        assert max(one) < min(other)
    # No other day would come nearer to the half.
    apart = abs(2 * int((~found.late).sum()) - len(days))
    assert all(abs(2 * sum(day < first for day in days) - len(days)) >= apart for first in set(days) - {min(days)})


def test_many_days_make_twenty_blocks_of_about_equal_size() -> None:
    found = cut(np.repeat(np.arange(200), 7))
    assert found.blocks == MOST
    assert np.bincount(found.block[found.late]).tolist() == [35] * 20


def test_limits_are_those_of_a_test_of_the_blocks() -> None:
    """With blocks of equal size it is the one-sample interval of Student on the sums of the blocks."""
    sums = np.random.default_rng(3).normal(40, 25, 11)
    rows = np.full(11, 50.0)
    expected = stats.ttest_1samp(sums / 50, 0).confidence_interval(0.95)
    found = widened(0.79, 0.81, sums, rows, quantile(11, 0.025))
    assert found == pytest.approx((expected.low, expected.high))
    assert widened(-9.0, 9.0, sums, rows, quantile(11, 0.025)) == (-9.0, 9.0)
    assert scatter(rows * 2.5, rows) == 0


def test_blocks_that_share_their_luck_are_held_where_rows_alone_are_not() -> None:
    rng = np.random.default_rng(8)
    held = naive = 0
    for _ in range(1500):
        rows = rng.integers(60, 140, 12)
        luck = rng.normal(0, 0.5, 12)
        values = [1.0 + luck[at] + rng.normal(0, 1, n) for at, n in enumerate(rows)]
        whole = np.concatenate(values)
        half = 1.96 * whole.std() / np.sqrt(len(whole))
        low, high = widened(
            whole.mean() - half, whole.mean() + half, np.array([one.sum() for one in values]), rows.astype(float),
            quantile(12, 0.025),
        )  # fmt: skip
        held += low <= 1.0 <= high
        naive += abs(whole.mean() - 1.0) <= half
    assert held / 1500 > 0.935
    assert naive / 1500 < 0.5

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from golive.maths.buckets import Ties, equal_share, equal_width, ties
from golive.maths.histogram import arrange

Values = np.ndarray[tuple[int], np.dtype[np.float64]]
coarse = hnp.arrays(np.float64, st.integers(2, 300), elements=st.integers(0, 30).map(lambda k: k / 30))


def folded(score: Values, seed: int = 0) -> Ties:
    event = np.random.default_rng(seed).random(len(score)) < 0.4
    event[0] = True
    rows = arrange(score, event)
    return ties(rows.score, rows.event)


@given(coarse, st.integers(1, 20))
def test_buckets_add_up_to_the_rows(score: Values, count: int) -> None:
    found = folded(score)
    for buckets in (equal_width(found, count=count), equal_share(found, count=count)):
        assert sum(bucket.n for bucket in buckets) == len(score)
        assert sum(bucket.events for bucket in buckets) == found.events.sum()
        assert buckets[-1].gained == 1.0


@given(coarse, st.integers(2, 20))
def test_a_tie_never_crosses_a_bucket(score: Values, count: int) -> None:
    found = folded(score)
    for value, n in zip(found.score, found.n, strict=True):
        inside = [bucket for bucket in equal_share(found, count=count) if bucket.from_ <= value <= bucket.to]
        assert any(bucket.n >= n for bucket in inside)
    assert len(equal_share(found, count=count)) <= len(found.score)


@given(st.floats(0, 1), st.integers(30, 200))
def test_a_constant_score_is_one_bucket_with_lift_1(value: float, n: int) -> None:
    (bucket,) = equal_share(folded(np.full(n, value)))
    assert bucket.n == n
    assert bucket.lift == 1.0
    assert bucket.mean_score == pytest.approx(value)


def test_riskiest_first_and_of_about_equal_size() -> None:
    buckets = equal_share(folded(np.arange(1000) / 1000))
    assert [bucket.n for bucket in buckets] == [100] * 10
    assert buckets[0].from_ == pytest.approx(0.8995)
    assert buckets[-1].from_ == 0.0
    turned = equal_share(folded(np.arange(1000) / 1000), rising=False)
    assert turned[0].from_ == 0.0


def test_equal_width_keeps_empty_buckets_and_puts_edges_into_the_upper_one() -> None:
    buckets = equal_width(folded(np.array([0.0, 0.1, 0.3, 0.3, 1.0])))
    assert [bucket.n for bucket in buckets] == [1, 1, 0, 2, 0, 0, 0, 0, 0, 1]
    assert buckets[2].rate is None
    assert (buckets[3].from_, buckets[3].to) == (0.3, 0.4)


def test_money_of_a_bucket_is_that_of_its_rows() -> None:
    score = np.array([0.1, 0.1, 0.2, 0.9])
    found = ties(score, np.array([True, False, False, True]), np.array([1.0, 2.0, 4.0, 8.0]))
    assert [bucket.money for bucket in equal_width(found, count=2)] == [7.0, 8.0]

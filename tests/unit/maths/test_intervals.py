from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.maths.intervals import (
    Side,
    binomial_tail,
    difference,
    gamma_limits,
    jeffreys,
    jeffreys_below,
    total_limits,
    wilson,
)

NOTHING = Side(0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("events", "n", "low", "high"),
    [(81, 263, 0.25529, 0.36621), (15, 148, 0.06239, 0.16049), (0, 20, 0, 0.16113), (1, 29, 0.00611, 0.17176)],
)
def test_wilson_limits(events: int, n: int, low: float, high: float) -> None:
    assert wilson(events, n) == pytest.approx((low, high), abs=5e-6)


def test_wilson_ends_are_exact() -> None:
    assert wilson(0, 7)[0] == 0.0
    assert wilson(7, 7)[1] == 1.0
    assert wilson(0, 0) == (0.0, 1.0)


def test_jeffreys_says_how_sure_a_small_rate_is() -> None:
    assert jeffreys_below(0.01, 0, 20) == pytest.approx(0.4765, abs=5e-5)
    assert jeffreys_below(0.01, 0, 200) == pytest.approx(0.9552, abs=5e-5)
    assert jeffreys(0, 20)[0] == 0.0
    assert jeffreys(20, 20)[1] == 1.0
    assert jeffreys(5, 20)[0] < 0.25 < jeffreys(5, 20)[1]


def test_binomial_tail() -> None:
    assert binomial_tail(10, 250, 0.01) == pytest.approx(0.000250, abs=5e-7)
    assert binomial_tail(0, 250, 0.01) == 1.0


def test_gamma_limits_of_equal_amounts_are_those_of_a_poisson_count() -> None:
    """Ten cases of 1: the exact Poisson limits, 4.795 and 18.390."""
    assert gamma_limits(Side(10.0, 10.0, 1.0)) == pytest.approx((4.7954, 18.3904), abs=1e-4)


def test_nothing_seen_still_has_an_upper_limit() -> None:
    """No case seen, each would be 5: the upper limit is 5 times that of a Poisson count of none."""
    assert gamma_limits(Side(0.0, 0.0, 5.0)) == pytest.approx((0.0, 5 * -math.log(0.025)))


def test_the_same_policy_differs_by_nothing() -> None:
    assert difference(Side(0.0, 0.0, 3.0), Side(0.0, 0.0, 4.0), 100) == (0.0, 0.0)


def test_one_loss_alone_may_have_been_luck() -> None:
    low, high = difference(Side(50.0, 50.0, 1.0), NOTHING, 1000)
    cautious, _ = difference(Side(50.0, 50.0, 1.0), Side(0.0, 0.0, 30.0), 1000)
    assert cautious < low < 0.05 < high


@given(
    st.floats(1, 1e6), st.floats(1, 1e6), st.floats(1.0, 5.0), st.integers(30, 10**6), st.floats(0, 1e3),
)  # fmt: skip
def test_the_interval_holds_the_difference_and_pays_for_choosing(
    gained: float, lost: float, spread: float, n: int, optimism: float
) -> None:
    sides = Side(gained, gained * spread, spread), Side(lost, lost * spread, spread)
    low, high = difference(*sides, n)
    assert low <= (gained - lost) / n <= high
    paid = difference(*sides, n, optimism)
    assert paid == pytest.approx((low - optimism / 2, high))


def test_limits_of_a_total_widen_with_both_signs() -> None:
    gained, lost = Side(100.0, 400.0, 4.0), Side(40.0, 160.0, 4.0)
    low, high = total_limits(gained, lost)
    alone = total_limits(gained, NOTHING)
    assert low < 60 < high
    assert high - low > alone[1] - alone[0]

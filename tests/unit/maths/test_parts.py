from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from golive.maths.gamma import gamma_quantile
from golive.maths.intervals import TAIL, Side, difference, wilson
from golive.maths.parts import apportioned, holm, ratio

if TYPE_CHECKING:
    from collections.abc import Callable


def textbook(p: list[float]) -> set[int]:
    """Holm as it is taught: sort the p-values, compare each with its share, stop at the first that is too large."""
    found: set[int] = set()
    for at, index in enumerate(sorted(range(len(p)), key=lambda one: p[one])):
        if p[index] >= TAIL / (len(p) - at):
            break
        found.add(index)
    return found


@given(st.lists(st.floats(-6, 3), min_size=1, max_size=25))
def test_holm_finds_what_the_textbook_finds(gains: list[float]) -> None:
    def upper(gain: float) -> Callable[[float], float]:
        return lambda tail: gain + float(stats.norm.isf(tail))

    found = holm([upper(gain) for gain in gains])
    assert {at for at, limit in enumerate(found) if limit < 0} == textbook([float(stats.norm.cdf(g)) for g in gains])


def test_no_gain_that_is_not_there_is_found_in_more_than_1_of_40_families() -> None:
    rng = np.random.default_rng(2)
    false = 0
    for _ in range(2000):
        gains = rng.normal(size=12)
        found = holm([lambda tail, gain=gain: float(gain + stats.norm.isf(tail)) for gain in gains])  # type: ignore[misc]  # bound early
        false += any(limit < 0 for limit in found)
    assert false / 2000 < 0.025 + 3 * math.sqrt(0.025 * 0.975 / 2000)


def test_an_interval_at_another_level_is_wider() -> None:
    gained, lost = Side(500.0, 2500.0, 5.0), Side(300.0, 4500.0, 15.0)
    low, high = difference(gained, lost, 1000)
    lower, higher = difference(gained, lost, 1000, tail=TAIL / 20)
    assert lower < low < high < higher
    assert difference(gained, lost, 1000, tail=TAIL) == (low, high)


@pytest.mark.parametrize("tail", [1e-3, 1e-4, 1e-5])
@pytest.mark.parametrize("shape", [1.0, 3.5, 80.0, 9e3, 2e4])
def test_the_quantiles_of_far_levels_are_those_of_scipy(shape: float, tail: float) -> None:
    assert gamma_quantile(shape, 1 - tail) == pytest.approx(stats.gamma.ppf(1 - tail, shape), rel=1e-8)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.integers(0, 3))
def test_parts_add_up_to_the_last_digit(values: list[float], digits: int) -> None:
    total = math.fsum(values)
    parts = apportioned(np.array(values), total, digits)
    scale = 10**digits
    assert sum(round(part * scale) for part in parts) == math.floor(total * scale + 0.5)
    assert max(abs(part - value) for part, value in zip(parts, values, strict=True)) < 1.01 / scale


def limited(part: int, n: int) -> tuple[float, float, float]:
    return part / n, *wilson(part, n)


@pytest.mark.parametrize(("a", "n", "b", "m"), [(400, 1000, 800, 1600), (900, 3000, 700, 2000)])
def test_the_ratio_of_many_cases_has_the_limits_of_the_logarithm(a: int, n: int, b: int, m: int) -> None:
    found = ratio(limited(a, n), limited(b, m))
    expected = stats.contingency.relative_risk(a, n, b, m).confidence_interval(0.95)
    assert found is not None
    assert found == pytest.approx((a * m / n / b, expected.low, expected.high), rel=0.005)


@pytest.mark.parametrize(("p", "q", "n"), [(0.4, 0.6, 60), (0.05, 0.1, 60), (0.5, 0.02, 200)])
def test_the_limits_of_a_ratio_hold(p: float, q: float, n: int) -> None:
    rng = np.random.default_rng(9)
    held = asked = 0
    for a, b in rng.binomial(n, [p, q], size=(2000, 2)).tolist():
        found = ratio(limited(a, n), limited(b, n))
        if found is not None:
            asked += 1
            held += found[1] <= p / q <= found[2]
    assert held / asked > 0.935


def test_the_ends_of_a_ratio() -> None:
    assert ratio(limited(5, 10), limited(0, 10)) is None
    none = ratio(limited(0, 10), limited(5, 10))
    assert none is not None
    assert none[:2] == (0.0, 0.0)
    assert 0 < none[2] < 1
    one, _, other = ratio(limited(10, 10), limited(10, 10)) or (0, 0, 0)
    assert one == 1.0 < other

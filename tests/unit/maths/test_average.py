"""The limits of a mean of money hold where money is skewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.maths.average import Average, apart, average
from golive.maths.gamma import gamma_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray


@pytest.mark.parametrize("shape", [1.0, 1.0001, 2.5, 37.0, 99.5, 100.5, 9999.0, 10001.0, 1e6, 1e8])
@pytest.mark.parametrize("p", [0.001, 0.025, 0.5, 0.975, 0.999])
def test_gamma_quantiles_are_those_of_scipy(shape: float, p: float) -> None:
    stats = pytest.importorskip("scipy.stats")
    assert gamma_quantile(shape, p) == pytest.approx(stats.gamma.ppf(p, shape), rel=1e-10)


def test_gamma_quantiles_that_everybody_knows() -> None:
    assert gamma_quantile(1.0, 0.975) == pytest.approx(3.6888794541139363, rel=1e-12)  # -log(0.025)
    assert gamma_quantile(1.0, 0.025) == pytest.approx(0.025317807984289873, rel=1e-12)  # -log(0.975)


def loans(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    amount = rng.lognormal(0, 0.8, n)
    return np.where(rng.random(n) < 0.1, -0.6 * amount, 0.2 * amount)


def test_the_limits_of_skewed_money_cover_its_mean() -> None:
    rng = np.random.default_rng(1)
    truth = np.exp(0.32) * (0.9 * 0.2 - 0.1 * 0.6)
    found = [average(loans(rng, 200)) for _ in range(400)]
    assert 0.92 <= np.mean([a.low <= truth <= a.high for a in found]) <= 0.99


def test_no_loss_seen_is_not_no_loss_possible() -> None:
    found = average(np.array([10.0] * 5 + [0.0] * 95))
    assert found.low < 0.5 * found.point
    assert average(np.zeros(10)) == Average(0.0, 0.0, 0.0)


@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=2, max_size=50), st.floats(0.01, 1000))
def test_money_in_another_unit_has_the_same_limits(amounts: list[float], unit: float) -> None:
    values = np.array(amounts)
    once, scaled = average(values), average(values * unit)
    size = float(np.abs(values).max()) * unit
    assert scaled == pytest.approx(tuple(unit * limit for limit in once), rel=1e-6, abs=1e-9 * size)


@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=2, max_size=50))
def test_losses_mirror_gains(amounts: list[float]) -> None:
    values = np.array(amounts)
    there, back = average(values), average(-values)
    assert (back.low, back.point, back.high) == pytest.approx((-there.high, -there.point, -there.low), rel=1e-9)
    assert there.low <= there.point <= there.high


def test_two_means_are_apart_when_chance_does_not_explain_it() -> None:
    promised = Average(10.0, 8.0, 12.0)
    assert apart(Average(10.5, 7.0, 14.0), promised) == pytest.approx((0.5 - 4.0311, 0.5 + 4.0311), abs=1e-3)
    low, high = apart(Average(4.0, 2.0, 6.0), promised)
    assert high < 0 and low < high

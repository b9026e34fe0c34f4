from __future__ import annotations

import numpy as np
import pytest
from scipy.special import betainc

from golive.maths.beta import beta_cdf


@pytest.mark.parametrize(("most", "tolerance"), [(1e6, 1e-10), (1e8, 1e-8)])
def test_it_is_the_function_of_scipy(most: float, tolerance: float) -> None:
    """Events and rows of every size, asked about near the rate that was seen and far from it."""
    rng = np.random.default_rng(0)
    for _ in range(2000):
        n, share = 10 ** rng.uniform(0, np.log10(most)), rng.random() ** rng.integers(1, 5)
        a, b = n * share + 0.5, n * (1 - share) + 0.5
        spread = np.sqrt(a * b) / (a + b) ** 1.5
        x = float(np.clip(a / (a + b) + 2.5 * rng.normal() * spread, 1e-12, 1 - 1e-12))
        assert beta_cdf(x, a, b) == pytest.approx(float(betainc(a, b, x)), rel=tolerance, abs=1e-12)


def test_ends_and_halves() -> None:
    assert (beta_cdf(0, 2, 3), beta_cdf(1, 2, 3), beta_cdf(0, 0.5, 8)) == (0, 1, 0)
    assert beta_cdf(0.5, 7.5, 7.5) == pytest.approx(0.5, rel=1e-14)
    assert beta_cdf(0.3, 1, 1) == pytest.approx(0.3, rel=1e-14)
    assert beta_cdf(0.3, 2, 1) == pytest.approx(0.09, rel=1e-13)
    assert beta_cdf(1e-9, 0.5, 1e6) == pytest.approx(float(betainc(0.5, 1e6, 1e-9)), rel=1e-10)


def test_far_out_nothing_is_left() -> None:
    assert beta_cdf(0.2, 500_000.5, 500_000.5) == 0
    assert beta_cdf(0.8, 500_000.5, 500_000.5) == 1

"""The mean of money over cases, with limits that know about skewness. numpy only: production rooms use it.

For money decided by a rule that these cases did not choose. Where they chose the cut-off, the centre must be
corrected too, which needs the fold table of `prove`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from golive.maths.gamma import gamma_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

LEVEL = 0.95
NORMAL = 1.959963984540054
_TAIL = (1 - LEVEL) / 2


class Average(NamedTuple):
    """A mean and its 95 % limits."""

    point: float
    low: float
    high: float


def average(values: Values) -> Average:
    """Return the mean of money per case with 95 % limits.

    Parameters
    ----------
    values
        Money per case, (n,), n >= 1. For a comparison: the paired difference, zero where both do the same.

    Notes
    -----
    The wider, on either side, of the normal limits and of limits that treat gains and losses as weighted Poisson sums
    with gamma limits (Fay and Feuer 1997, the form that held in simulation for skewed money); a few large losses then
    widen the side on which a loss was missed. Where no case lost, the size of a possible loss is taken to be that of
    the gains, and the other way round. All cases zero: both limits are zero.

    References
    ----------
    M. P. Fay, E. J. Feuer, "Confidence intervals for directly standardized rates", Statistics in Medicine 16, 1997.
    """
    n = len(values)
    if not values.any():
        return Average(0.0, 0.0, 0.0)
    gains, losses = np.maximum(values, 0.0), np.maximum(-values, 0.0)
    point, square = float(values.mean()), float((values * values).mean())
    variance = max(square - point * point, 0.0)
    normal = NORMAL * math.sqrt(variance / n)
    shrink = math.sqrt(variance / square)
    p, n_ = _limits(gains, losses), _limits(losses, gains)
    down = shrink * math.hypot(p.total - p.low, n_.high - n_.total) / n
    up = shrink * math.hypot(p.high - p.total, n_.total - n_.low) / n
    return Average(point, point - max(normal, down), point + max(normal, up))


def apart(realised: Average, promised: Average) -> tuple[float, float]:
    """Return 95 % limits of the difference of two independent means, realised minus promised.

    References
    ----------
    G. Y. Zou, A. Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 27, 2008.
    """
    gap = realised.point - promised.point
    low = gap - math.hypot(realised.point - realised.low, promised.high - promised.point)
    high = gap + math.hypot(realised.high - realised.point, promised.point - promised.low)
    return low, high


class _Sum(NamedTuple):
    low: float
    total: float
    high: float


def _limits(amounts: Values, others: Values) -> _Sum:
    """Gamma limits of a weighted Poisson sum of positive amounts."""
    total, squares = float(amounts.sum()), float(amounts @ amounts)
    if total == 0.0:
        size = float(others @ others) / float(others.sum())
        return _Sum(0.0, 0.0, size * gamma_quantile(1.0, 1 - _TAIL))
    size = squares / total
    low = size * gamma_quantile(total / size, _TAIL)
    one_more = size * gamma_quantile(total / size + 1, 1 - _TAIL)
    wider_total, wider_squares = total + size, squares + size * size
    wider = wider_squares / wider_total * gamma_quantile(wider_total**2 / wider_squares, 1 - _TAIL)
    return _Sum(low, total, max(one_more, wider))

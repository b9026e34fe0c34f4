"""The mean of money over cases, with limits that know about skewness. numpy only: production rooms use it.

For money decided by a rule that these cases did not choose. Where they chose the cut-off, the centre must be
corrected too, which needs the fold table of `prove`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from golive.maths.intervals import Side, difference

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

LEVEL = 0.95


class Average(NamedTuple):
    """A mean and its 95 % limits."""

    point: float
    low: float
    high: float


def mean(values: Values) -> float:
    """Return the mean, rounded once at the end: the order of the cases changes nothing."""
    return math.fsum(values) / len(values)


def average(values: Values) -> Average:
    """Return the mean of money per case with 95 % limits.

    Parameters
    ----------
    values
        Money per case, (n,), n >= 1. For a comparison: the paired difference, zero where both do the same.

    Notes
    -----
    The limits are those of `golive.maths.intervals.difference` with nothing chosen. Where no case lost, the size of a
    possible loss is taken to be that of the gains, and the other way round. All cases zero: both limits are zero.
    """
    if not values.any():
        return Average(0.0, 0.0, 0.0)
    gains, losses = np.maximum(values, 0.0), np.maximum(-values, 0.0)
    low, high = difference(_side(gains, losses), _side(losses, gains), len(values))
    return Average(mean(values), low, high)


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


def _side(amounts: Values, others: Values) -> Side:
    total, squares = math.fsum(amounts), math.fsum(amounts * amounts)
    typical = squares / total if total > 0 else math.fsum(others * others) / math.fsum(others)
    return Side(total, squares, typical)

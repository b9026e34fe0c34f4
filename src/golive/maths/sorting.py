"""How sure a figure of sorting is: limits of the area under the curve, and of the Brier score.

References
----------
DeLong, DeLong, Clarke-Pearson (1988), Comparing the areas under two or more correlated receiver operating
characteristic curves.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.buckets import effective_rows
from golive.maths.intervals import Z

if TYPE_CHECKING:
    from golive.maths.buckets import Ties

FEWEST = 10
"""Events, and cases without, below which there are no limits."""


def area_limits(found: Ties, *, rising: bool = True) -> tuple[float, float] | None:
    """Return 95 % limits of the area under the curve; None below 10 events, or 10 cases without.

    Notes
    -----
    DeLong's variance from the rows folded by score, on the log-odds of the area, so that the limits stay inside 0..1.
    Where the outcomes do not overlap at all the variance is 0; then as many pairs as the rarer outcome has cases were
    all in order, and the exact binomial limit of that is taken.
    """
    found = effective_rows(found)
    events, others = found.events.astype(np.float64), (found.n - found.events).astype(np.float64)
    m, n = float(events.sum()), float(others.sum())
    if min(m, n) < FEWEST:
        return None
    over = (np.cumsum(others) - others / 2) / n  # share of cases without that an event of this score beats
    under = 1 - (np.cumsum(events) - events / 2) / m
    area = float((events * over).sum()) / m
    if area in (0.0, 1.0):
        bound = 0.025 ** (1 / min(m, n))
        low, high = (bound, 1.0) if area == 1.0 else (0.0, 1 - bound)
    else:
        variance = _spread(over, events, area) / (m - 1) + _spread(under, others, area) / (n - 1)
        half = Z * math.sqrt(variance) / (area * (1 - area))
        odds = math.log(area / (1 - area))
        low, high = (1 / (1 + math.exp(-odds - side)) for side in (-half, half))
    return (low, high) if rising else (1 - high, 1 - low)


def brier_limits(found: Ties) -> tuple[float, float] | None:
    """Return 95 % limits of the Brier score; None where `area_limits` has none."""
    found = effective_rows(found)
    events, others, n = found.events, found.n - found.events, float(found.n.sum())
    if min(float(events.sum()), float(others.sum())) < FEWEST:
        return None
    missed = 1 - found.score
    mean = float((events * missed**2 + others * found.score**2).sum()) / n
    squares = float((events * missed**4 + others * found.score**4).sum()) / n
    half = Z * math.sqrt(max(squares - mean * mean, 0.0) / n)
    return max(0.0, mean - half), min(1.0, mean + half)


def _spread(values: np.ndarray[tuple[int], np.dtype[np.float64]], weight: np.ndarray[tuple[int], np.dtype[np.float64]],
            mean: float) -> float:  # fmt: skip
    return float((weight * (values - mean) ** 2).sum() / weight.sum())

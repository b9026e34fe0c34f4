"""Intervals that hold: for rates, for sums of money, and for the difference between two policies.

The interval of a difference is the procedure of docs/explanation/money.md: a normal interval, widened where few
cases carry the money, by the gamma limits of what was gained and of what was lost. It was checked by simulation
(`benchmarks/interval.py`, tests/unit/maths/test_interval_bands.py).

References
----------
Wilson (1927), Probable inference. Fay and Feuer (1997), Confidence intervals for directly standardized rates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from golive.maths.beta import beta_cdf
from golive.maths.gamma import gamma_quantile
from golive.maths.quantiles import beta_quantile, probit

Z = 1.96
"""Standard deviations either side of a 95 % interval."""
TAIL = 0.025
"""Probability beyond each limit of it."""


def wilson(events: float, n: float) -> tuple[float, float]:
    """Return the 95 % limits of a rate; (0, 1) when there are no rows. Effective numbers need not be whole.

    Examples
    --------
    >>> [round(limit, 5) for limit in wilson(81, 263)]
    [0.25529, 0.36621]
    """
    if n == 0:
        return 0.0, 1.0
    z = 1.959963984540054
    rate, square = min(events / n, 1.0), z * z / n
    middle = (rate + square / 2) / (1 + square)
    half = z / (1 + square) * math.sqrt(rate * (1 - rate) / n + square / (4 * n))
    # At the ends the limit is exactly 0 or 1; the subtraction above misses it by one unit in the last place.
    return (0.0 if events == 0 else middle - half), (1.0 if events >= n else min(middle + half, 1.0))


def jeffreys(events: int, n: int) -> tuple[float, float]:
    """Return Jeffreys' 95 % limits of a rate, for tiny counts."""
    a, b = events + 0.5, n - events + 0.5
    low = 0.0 if events == 0 else beta_quantile(0.025, a, b)
    return low, 1.0 if events == n else beta_quantile(0.975, a, b)


def jeffreys_below(rate: float, events: float, n: float) -> float:
    """Return Jeffreys' probability that the true rate is at most ``rate``."""
    return beta_cdf(rate, events + 0.5, n - events + 0.5)


def binomial_tail(events: float, n: float, rate: float) -> float:
    """Return the probability of at least ``events`` in n when the true rate is ``rate``."""
    return 1.0 if events == 0 else beta_cdf(rate, events, n - events + 1)


@dataclass(frozen=True)
class Side:
    """Money of one sign, as positive amounts, on the rows where two policies differ."""

    total: float
    squares: float
    """Sum of squared amounts."""
    typical: float
    """Squares / total over ALL rows whose money has this sign: the size of a case that has not been seen yet."""


def gamma_limits(side: Side, tail: float = TAIL) -> tuple[float, float]:
    """Return the limits of a sum of positive amounts (Fay and Feuer), known to be skewed when cases are few."""
    S, Q, w = side.total, side.squares, side.typical
    seen = (Q / S) * gamma_quantile(S * S / Q + 1, 1 - tail) if S > 0 else 0.0
    one_more = 0.0
    if S + w > 0:
        one_more = ((Q + w * w) / (S + w)) * gamma_quantile((S + w) ** 2 / (Q + w * w), 1 - tail)
    low = (Q / S) * gamma_quantile(S * S / Q, tail) if S > 0 else 0.0
    return low, max(seen, one_more)


def difference(gained: Side, lost: Side, n: float, optimism: float = 0.0, *, tail: float = TAIL) -> tuple[float, float]:
    """Return the limits, 95 % unless ``tail`` says otherwise, of the money per row of one policy minus another, paired.

    Parameters
    ----------
    gained, lost
        Money won and money given up on the rows where they differ.
    n
        All rows.
    optimism
        Money per row by which the choice looks better on its own rows than on others (0 when nothing was chosen).
    tail
        Probability beyond each limit.

    Returns
    -------
    tuple
        Lower and upper limit per row; (0, 0) when the policies are the same.
    """
    if gained.total == 0 and lost.total == 0:
        return 0.0, 0.0
    d = (gained.total - lost.total) / n
    m2 = (gained.squares + lost.squares) / n
    variance = max(m2 - d * d, 0.0)
    se, kf = math.sqrt(variance / n), math.sqrt(variance / m2)
    gained_low, gained_high = gamma_limits(gained, tail)
    lost_low, lost_high = gamma_limits(lost, tail)
    z = Z if tail == TAIL else probit(1 - tail)
    down = kf * math.hypot(gained.total - gained_low, lost_high - lost.total) / n
    up = kf * math.hypot(gained_high - gained.total, lost.total - lost_low) / n
    return min(d - z * se, d - down) - optimism / 2, max(d + z * se, d + up)


def standard_deviation(gained: Side, lost: Side, n: int) -> float:
    """Return the standard deviation of the difference on one row."""
    d = (gained.total - lost.total) / n
    return math.sqrt(max((gained.squares + lost.squares) / n - d * d, 0.0))


def total_limits(gained: Side, lost: Side) -> tuple[float, float]:
    """Return the 95 % limits of a sum of money with both signs, from the gamma limits of each sign."""
    net = gained.total - lost.total
    gained_low, gained_high = gamma_limits(gained)
    lost_low, lost_high = gamma_limits(lost)
    down = math.hypot(gained.total - gained_low, lost_high - lost.total)
    return net - down, net + math.hypot(gained_high - gained.total, lost.total - lost_low)

"""The gain of the deployed cut-off on a part of the rows: a segment, or those whose action changes.

Works on rows, not on the score table: a part may be anything.

References
----------
Holm (1979), A simple sequentially rejective multiple test procedure. Donner, Zou (2012), Closed-form confidence
intervals for functions of the normal mean and standard deviation (the ratio from separate limits).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.blocks import FEWEST as FEWEST_BLOCKS
from golive.maths.blocks import quantile, widened
from golive.maths.intervals import TAIL, Side, difference, wilson
from golive.maths.units import effective
from golive.maths.words import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]

FEWEST = 10
"""Effective events, and cases without, below which a part has no interval."""


@dataclass(frozen=True)
class Weighed:
    """Rows with what they stand for."""

    event: Bools
    weight: Values
    squared: Values
    """`golive.maths.units.shared`; the weight itself, which is 1, where rows stand for themselves."""
    customer: Integers | None
    squares: Values | None = None
    """Where each entry stands for several rows: their squared gains, added up. They all win or lose by the same."""

    def n(self, here: Bools) -> float:
        return math.fsum(self.weight[here])

    def independent(self, here: Bools) -> float:
        """Return the effective number of rows."""
        return effective(self.n(here), math.fsum(self.squared[here]))

    def rate(self, which: Bools, here: Bools) -> tuple[float, float, float]:
        """Return the share of some rows among those here, with Wilson's limits; there must be rows here."""
        n, part = self.n(here), self.n(here & which)
        independent = self.independent(here)
        return part / n, *wilson(part * (independent / n), independent)

    def enough(self, here: Bools) -> bool:
        return min(self.independent(here & self.event), self.independent(here & ~self.event)) >= FEWEST

    def side(self, money: Values, here: Bools, typical: float) -> Side:
        """Return the positive money here, each customer's summed before it is squared."""
        amounts = np.maximum(money[here], 0.0)
        if self.squares is not None:
            return Side(math.fsum(amounts), math.fsum(self.squares[here][amounts > 0]), typical)
        if self.customer is not None:
            amounts = np.bincount(self.customer[here], weights=amounts)
        return Side(math.fsum(amounts), math.fsum(amounts * amounts), typical)


@dataclass(frozen=True)
class Compared:
    """The deployed cut-off and one alternative, row by row."""

    name: str
    won: Values
    """Money of the cut-off less that of the alternative, (n,); 0 where both do the same."""
    honest: Values
    """The same under the cut-off chosen without the row's fold, (n,)."""
    total: float
    """The gain that is shown for all rows; `honest` adds up to it except where it was moved into its interval."""
    optimism: float
    """Money per row that the choice owes to its own rows."""
    gained: Side
    """All money that could be won by differing from the alternative: for the size of a case not seen yet."""
    lost: Side
    block: Integers | None = None
    """Block of time of each row, (n,), where rows have dates."""
    blocks: int = 0


def ranged(rows: Weighed, one: Compared, here: Bools) -> bool:
    """Return whether a part has an interval: ten effective events, ten cases without, and blocks of time enough."""
    if one.block is not None and len(np.unique(one.block[here])) < FEWEST_BLOCKS:
        return False
    return rows.enough(here)


def limits(
    rows: Weighed, one: Compared, here: Bools, tail: float = TAIL, among: Bools | None = None
) -> tuple[float, float]:
    """Return the limits per row of the gain on a part, each missed with a probability of at most ``tail``.

    Parameters
    ----------
    here
        The rows on which something is gained.
    among
        The rows that it is shared by; those here when absent.
    """
    among = here if among is None else among
    gained = rows.side(one.won, here, one.gained.typical)
    lost = rows.side(-one.won, here, one.lost.typical)
    found = difference(gained, lost, rows.n(among), one.optimism, tail=tail)
    if one.block is None:
        return found
    sums = np.bincount(one.block[here], weights=one.won[here], minlength=one.blocks).astype(np.float64)
    sizes = np.bincount(one.block[among], weights=rows.weight[among], minlength=one.blocks).astype(np.float64)
    there = sizes > 0
    return widened(*found, sums[there], sizes[there], quantile(int(there.sum()), tail))


def totals(rows: Weighed, one: Compared, codes: Integers, size: int, digits: int) -> list[float]:
    """Return the honest gain of each part; rounded, and adding up to the rounded gain on all rows."""
    found = np.array([math.fsum(one.honest[codes == code]) for code in range(size)])
    shares = np.bincount(codes, weights=rows.weight, minlength=size) / math.fsum(rows.weight)
    return apportioned(found + (one.total - math.fsum(one.honest)) * shares, one.total, digits)


def apportioned(values: Values, total: float, digits: int) -> list[float]:
    """Round numbers so that they add up to the rounded total: the largest remainders go up.

    Examples
    --------
    >>> apportioned(np.array([0.333, 0.333, 0.334]), 1.0, 2)
    [0.33, 0.33, 0.34]
    """
    scale = 10**digits
    floors = np.floor(values * scale)
    missing = whole(total * scale) - int(math.fsum(floors))
    order = np.argsort(-(values * scale - floors), kind="stable")
    steps, rest = divmod(missing, len(values))
    floors += steps
    floors[order[:rest]] += 1
    return [float(part) / scale for part in floors]


def holm(upper: Sequence[Callable[[float], float]]) -> list[float]:
    """Return the upper limits after Holm of several gains.

    Parameters
    ----------
    upper
        For each gain: its upper limit as a function of the probability of missing it.

    Notes
    -----
    Those below zero at ``TAIL`` / (number not yet found) are found, until none is added. A limit is given at the level
    at which it was last asked, so a gain is found exactly where its limit is below zero.
    """
    found: dict[int, float] = {}
    left = list(range(len(upper)))
    while left:
        asked = {at: upper[at](TAIL / len(left)) for at in left}
        found |= asked
        losing = [at for at in left if asked[at] < 0]
        if not losing:
            break
        left = [at for at in left if at not in losing]
    return [found[at] for at in range(len(upper))]


def ratio(one: tuple[float, float, float], other: tuple[float, float, float]) -> tuple[float, float, float] | None:
    """Return one share divided by another with 95 % limits, from the limits of each; None when the other is 0.

    Examples
    --------
    >>> [round(part, 2) for part in ratio((0.5, 0.4, 0.6), (0.5, 0.4, 0.6))]
    [1.0, 0.75, 1.33]
    """
    (p, low, high), (q, bottom, top) = one, other
    if q == 0:
        return None
    down = p * q + math.sqrt(max((p * q) ** 2 - low * (2 * p - low) * top * (2 * q - top), 0.0))
    up = p * q + math.sqrt(max((p * q) ** 2 - high * (2 * p - high) * bottom * (2 * q - bottom), 0.0))
    return p / q, low * (2 * p - low) / down if low > 0 else 0.0, up / (bottom * (2 * q - bottom))

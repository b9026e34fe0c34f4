"""What score tables of many rows are made of: a grid of bins, the payoffs, and steps small enough for exact sums.

Sums are whole numbers of small steps, so that no order of rows and no number of threads changes a digit, and every
engine gives the same bytes. `Steps` says how small: as small as doubles hold exactly for sums of that size, so nothing
overflows; never coarser than the currency's own minor units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.errors import InputError
from golive.maths.histogram import SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.maths.money import Payoffs

STEPS = 20_000
"""Bins of a score that is no probability, from the smallest to the largest."""
ROOM = 2.0**52
"""What a sum of whole numbers may come to: doubles hold each of them exactly, so no order of adding matters."""
MOST_PLACES = 8
"""Decimal places of an amount that are kept at most."""


@dataclass(frozen=True)
class Grid:
    """Where bins lie: the fixed grid of probabilities, or `STEPS` equal ones between two scores."""

    low: float | None = None
    high: float | None = None

    @property
    def size(self) -> int:
        return SIZE if self.low is None else STEPS


@dataclass(frozen=True)
class Shape:
    """What the tables are made of."""

    grid: Grid
    compiled: Payoffs | None = None
    """The payoffs; none without prices."""
    columns: Mapping[str, str] | None = None
    """Column of the money file -> column of the rows."""
    line: str | None = None
    """The one line of the payoffs that is maximised; none: all of them, the profit."""

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that hold the bases, the first (1) left out."""
        return () if self.compiled is None else tuple(f"basis{at}" for at in range(1, len(self.compiled.bases)))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Pairs of these, each with itself and those behind it."""
        return tuple((one, other) for at, one in enumerate(self.names) for other in self.names[at:])


@dataclass(frozen=True)
class Steps:
    """How many steps a unit has, by kind of sum."""

    score: float
    square: float
    gain: float
    bases: tuple[float, ...]
    """Powers of ten; basis 1, 2 ..."""
    products: tuple[float, ...]
    """Powers of two; pairs (1,1), (1,2) ... (2,2) ..."""
    told: tuple[float, ...] = ()
    """Powers of two; money of `below`, of `above`, and the square of the gain, for parts of the rows."""


def steps(
    n: int, score: float, gain: float, amounts: Sequence[float], products: Sequence[float], minor_units: int
) -> Steps:
    """Return the steps for n rows, from what absolute values come to.

    Parameters
    ----------
    n
        Rows.
    score
        The largest score.
    gain, amounts, products
        Sums of the absolute gain, bases and products of bases (in the order of `Steps`) over all rows.
    minor_units
        Decimal places of the currency.

    Raises
    ------
    InputError
        Amounts so large that their sum cannot be exact to a minor unit.
    """
    places = [_places(size + n * 1e-9) for size in amounts]
    for size, found in zip(amounts, places, strict=True):
        if found < minor_units:
            raise InputError(
                f"amounts of {size:g} in all cannot be summed exactly to {minor_units} decimal places",
                hint="give the amounts in thousands, and the prices too",
            )
    return Steps(
        binary(n * score), binary(n * score * score), binary(gain + n * 1e-9),
        tuple(10.0**found for found in places), tuple(binary(size + n * 1e-9) for size in products),
    )  # fmt: skip


def _places(total: float) -> int:
    if not math.isfinite(total):
        return -1
    return min(MOST_PLACES, math.floor(math.log10(ROOM / total)))


def binary(total: float) -> float:
    """Return how many steps a unit has: the largest power of two for which a sum of absolute values has room."""
    return 2.0 ** min(math.floor(math.log2(ROOM / max(total, 1e-300))), 52)

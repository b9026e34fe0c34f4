"""Early and late: rows cut in two by time, and the later ones into blocks.

The cut-off is chosen on the earlier rows and judged on the later ones. Rows of one time may share their luck, so a
range must also hold the scatter between blocks of time: it is the wider of the range of the rows and of the blocks.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from golive.maths.intervals import TAIL
from golive.maths.quantiles import student_quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]

MOST, FEWEST = 20, 8
"""Blocks that the later rows are cut into, where there are days enough; with fewer than eight there is no range."""


class Cut(NamedTuple):
    """Where rows were cut."""

    late: Bools
    block: Integers
    """Block of each later row, 0 and up; 0 for earlier ones."""
    blocks: int


def cut(day: Integers) -> Cut:
    """Cut rows at the day that comes nearest to halving them, and the later ones into blocks of about equal size.

    Parameters
    ----------
    day
        Day of each row, (n,), at least two different ones. A day is never cut.
    """
    _, place, sizes = np.unique(day, return_inverse=True, return_counts=True)
    before = np.cumsum(sizes)[:-1]
    first = 1 + int(np.argmin(np.abs(2 * before - len(day))))
    late = np.asarray(place >= first, dtype=bool)
    kept = sizes[first:]
    middle = 2 * (np.cumsum(kept) - kept) + kept
    block = np.unique((MOST * middle) // (2 * int(kept.sum())), return_inverse=True)[1]
    found = np.where(late, block[np.maximum(place - first, 0)], 0)
    return Cut(late, found.astype(np.int64), int(block.max()) + 1)


def quantile(blocks: int, tail: float = TAIL) -> float:
    """Return how many standard errors of ``blocks`` blocks a limit lies away: Student's, with one block less."""
    return student_quantile(blocks - 1, 1 - tail)


def widened(low: float, high: float, sums: Values, rows: Values, times: float) -> tuple[float, float]:
    """Return limits that also hold the scatter between blocks.

    Parameters
    ----------
    low, high
        Limits per row, made from rows.
    sums, rows
        Money and rows of each block, (blocks,).
    times
        See `quantile`.

    Notes
    -----
    With D the sums, n the rows and d = sum D / sum n: se^2 = b / (b - 1) * sum (D - n d)^2 / (sum n)^2.
    """
    n = float(rows.sum())
    d, half = float(sums.sum()) / n, times * scatter(sums, rows)
    return min(low, d - half), max(high, d + half)


def scatter(sums: Values, rows: Values) -> float:
    """Return the standard error per row."""
    n, b = float(rows.sum()), len(sums)
    apart = sums - rows * (float(sums.sum()) / n)
    return math.sqrt(b / (b - 1) * float((apart * apart).sum())) / n

"""The best fit that never falls: pool adjacent violators, exact in whole numbers; weights need not be whole.

Two neighbours of which the first has the higher rate, or the same, lie in one block of the solution. So whole runs that
do not rise are pooled at once, again and again, which numpy does for any number of scores and for many draws beside
each other; what little is left after some rounds is pooled one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]
    Counts = NDArray[Any]  # whole numbers; fractions where rows have weights

ROUNDS = 60


def isotonic(n: Counts, events: Counts) -> Values:
    """Return the fitted rate of each score.

    Parameters
    ----------
    n, events
        Rows and events of each different score, ascending, (..., scores); each line along the last axis is a fit of
        its own.
    """
    lines = events.reshape(-1, events.shape[-1])
    sizes = np.broadcast_to(n, lines.shape).reshape(-1)
    line = np.repeat(np.arange(len(lines)), lines.shape[1])
    first, rows, happened = _pooled(sizes, lines.reshape(-1), line)
    widths = np.diff(np.append(first, len(sizes)))
    return np.repeat(happened / rows, widths).reshape(events.shape)


def _pooled(n: Counts, events: Counts, line: Integers) -> tuple[Integers, Counts, Counts]:
    """Return where each block of the solution begins, its rows and its events."""
    first = np.arange(len(n))
    for _ in range(ROUNDS):
        # Products stay below 2^63 up to 3,000 million rows in a block.
        rises = (events[:-1] * n[1:] < events[1:] * n[:-1]) | (line[:-1] != line[1:])
        if rises.all():
            return first, n, events
        starts = np.flatnonzero(np.append(True, rises))
        first, line = first[starts], line[starts]
        n, events = np.add.reduceat(n, starts), np.add.reduceat(events, starts)
    return _one_by_one(first, n, events, line)


def _one_by_one(first: Integers, n: Counts, events: Counts, line: Integers) -> tuple[Integers, Counts, Counts]:
    blocks: list[tuple[int, float, float, int]] = []
    for block in zip(first.tolist(), n.tolist(), events.tolist(), line.tolist(), strict=True):
        while blocks and blocks[-1][3] == block[3] and blocks[-1][2] * block[1] >= block[2] * blocks[-1][1]:
            before = blocks.pop()
            block = (before[0], before[1] + block[1], before[2] + block[2], block[3])
        blocks.append(block)
    firsts, sizes, happened, _ = zip(*blocks, strict=True)
    return np.array(firsts), np.asarray(sizes).astype(n.dtype), np.asarray(happened).astype(events.dtype)

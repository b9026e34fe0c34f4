"""How far a reliability curve may stray by chance alone: the consistency band.

If the score means what it says, each case has the event with the chance that its score names. Outcomes are drawn that
way many times, a curve is fitted to each draw, and the middle 95 % of the curves at a score are the band there.

References
----------
Dimitriadis, Gneiting, Jordan (2021), Stable reliability diagrams (CORP), section on consistency bands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from golive.maths.isotonic import isotonic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.maths.buckets import Ties

    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]
    Counts = NDArray[Any]  # whole numbers; fractions where rows have weights

DRAWS = 400
LEVEL = 0.95
GROUPS = 1000
"""More different scores than this are first put into groups of neighbours of about equal size."""
SEED = 20261125


class Band(NamedTuple):
    """The band, and the curve beside it; (groups,) each."""

    score: Values
    """Mean score of the group."""
    n: Counts
    low: Values
    high: Values
    rate: Values
    """The curve of the outcomes that were really seen."""


def consistency(found: Ties) -> Band:
    """Return the 95 % consistency band of the CORP curve, at every score or group of scores.

    Notes
    -----
    The draws are the same for the same scores, on every machine and with every numpy: its old generator is frozen.
    Cases of one group are drawn with the mean score of the group, which at 1,000 groups widens the band by nothing
    that can be seen.
    """
    score, n, events = _grouped(found)
    frozen = np.random.RandomState(SEED)
    whole = _whole(n)
    drawn = isotonic(whole, frozen.binomial(whole, np.clip(score, 0.0, 1.0), size=(DRAWS, len(n))).astype(np.int64))
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return Band(score, n, low, high, isotonic(n, events))


def outside(band: Band) -> float:
    """Return the share of cases whose part of the curve lies outside the band; about 0.05 at most by chance alone."""
    off = (band.rate < band.low) | (band.rate > band.high)
    return float(band.n[off].sum() / band.n.sum())


def _whole(n: Counts) -> Integers:
    """Return whole numbers of cases that add up as these do; a score that gets none is pooled with its neighbours."""
    return np.diff(np.floor(np.append(0.0, np.cumsum(n)) + 0.5)).astype(np.int64)


def _grouped(found: Ties) -> tuple[Values, Counts, Counts]:
    if len(found.score) <= GROUPS:
        return found.score, found.n, found.events
    before = np.cumsum(found.n) - found.n
    place = (GROUPS * before) // found.n.sum()
    starts = np.flatnonzero(np.append(True, place[1:] != place[:-1]))
    n, events = np.add.reduceat(found.n, starts), np.add.reduceat(found.events, starts)
    return np.add.reduceat(found.score * found.n, starts) / n, n, events

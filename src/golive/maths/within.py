"""Figures of sorting where many rows were folded before they were counted: known to lie within, not exactly.

An entry that stands for several neighbouring scores hides their order. Its events may all score higher than its other
cases, or lower, or tie; what is true of every order is a bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.records.evidence import Within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.maths.buckets import Ties

    Bools = NDArray[np.bool_]


def within(found: Ties, *, rising: bool = True, probability: bool = True) -> Within | None:
    """Return the bounds; None where every entry is one score, so that the figures are exact.

    Parameters
    ----------
    found
        Rows folded by score or by neighbouring scores.
    rising
        Whether a higher score means the event is more likely.
    probability
        Whether a Brier score has a meaning.
    """
    several = found.highest > found.lowest
    if not several.any():
        return None
    auc = _area(found, several, rising)
    return Within(
        auc=auc,
        gini=(2 * auc[0] - 1, 2 * auc[1] - 1),
        average_precision=_average_precision(found, several, rising),
        ks=_distance(found, several),
        brier=_brier(found) if probability else None,
    )


def _area(found: Ties, several: Bools, rising: bool) -> tuple[float, float]:
    others = found.n - found.events
    below = np.cumsum(others) - others
    pairs = float(found.events.sum()) * float(others.sum())
    least = float((found.events * (below + np.where(several, 0.0, others / 2))).sum()) / pairs
    most = float((found.events * (below + np.where(several, 1.0, 0.5) * others)).sum()) / pairs
    return (least, most) if rising else (1 - most, 1 - least)


def _average_precision(found: Ties, several: Bools, rising: bool) -> tuple[float, float]:
    """Bound the precision at each event: not above all events of its entry before its others, each alone after them."""
    turn = slice(None, None, -1) if rising else slice(None)
    n, events, mixed = (np.asarray(values)[turn].astype(np.float64) for values in (found.n, found.events, several))
    rows_before, before = np.cumsum(n) - n, np.cumsum(events) - events
    others, total = n - events, float(events.sum())
    tied = events * (before + events) / np.maximum(rows_before + n, 1.0)
    most = events * (before + events) / np.maximum(rows_before + events, 1.0)
    # The sum of (before + i) / (rows_before + others + i) over i = 1..events; a sum of 1 / x stays below its integral
    # from half a step earlier to half a step later.
    passed = rows_before + others
    least = events - (passed - before) * np.log((passed + events + 0.5) / (passed + 0.5))
    low, high = np.where(mixed == 1, least, tied), np.where(mixed == 1, most, tied)
    return max(0.0, float(low.sum() / total)), min(1.0, float(high.sum() / total))


def _distance(found: Ties, several: Bools) -> tuple[float, float]:
    others = (found.n - found.events) / float((found.n - found.events).sum())
    events = found.events / float(found.events.sum())
    after = np.cumsum(events) - np.cumsum(others)
    before = after - events + others
    inside = np.maximum(np.abs(before + events), np.abs(before - others))
    known = float(np.abs(after).max())
    return known, max(known, float(inside[several].max()))


def _brier(found: Ties) -> tuple[float, float]:
    """Put every score of an entry at the end that is best, or worst, for its outcome."""
    low, high, others = found.lowest, found.highest, found.n - found.events
    least = found.events * (1 - high) ** 2 + others * low**2
    most = found.events * (1 - low) ** 2 + others * high**2
    return float(least.sum() / found.n.sum()), float(most.sum() / found.n.sum())

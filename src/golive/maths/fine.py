"""The fine table: rows by bin of a grid, exact at every edge between bins, and what follows from it.

Between two bins nothing is approximate: a cut-off there sends the same rows to either side as on the rows themselves.
What happens inside a bin is known within bounds only (`golive.maths.within`), except where all of its rows share one
score. The best cut-off of the rows may lie inside a bin; `promising` names the few bins where that is possible, and a
second pass over their rows finds it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.buckets import Ties
from golive.maths.histogram import BINS, MARKS, inside, spread

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]


@dataclass(frozen=True)
class Fine:
    """One entry per bin that has rows, ascending; a bin that was split has two."""

    bin: Integers
    low: Values
    """Smallest score of each entry."""
    high: Values
    n: Integers
    events: Integers
    score: Values
    """Sum of the scores."""
    square: Values
    """Sum of their squares."""
    event_score: Values
    """Sum of the scores of the events."""
    gain: Integers | None = None
    """What the `below` action gains over the `above` action, in steps; absent without prices."""
    up: Values | None = None
    """The same in units of the currency, of the rows that gain: no cut inside the entry gains more."""
    steps: float = 1.0
    """Steps of ``gain`` per unit of the currency."""

    @property
    def mixed(self) -> NDArray[np.bool_]:
        """Entries whose rows do not all have the same score."""
        return self.low < self.high


def fine(cells: Mapping[str, NDArray[np.generic]], steps: Mapping[str, float]) -> Fine:
    """Join the two outcomes of each bin.

    Parameters
    ----------
    cells
        Columns ``bin``, ``event``, ``n``, ``low``, ``high``, ``scores``, ``squares`` and, with prices, ``gains`` and
        ``up``, one entry per bin and outcome; ``side`` (0 or 1) where bins were split.
    steps
        Steps per unit of ``score``, ``square`` and ``gain``.
    """
    side = cells["side"] if "side" in cells else np.zeros(len(cells["n"]), dtype=np.int64)
    place = np.asarray(cells["bin"], dtype=np.int64) * 2 + np.asarray(side, dtype=np.int64)
    entries, key = np.unique(place, return_inverse=True)
    happened = np.asarray(cells["event"]) == 1

    def whole(name: str, which: NDArray[np.bool_] | None = None) -> Integers:
        found = np.zeros(len(entries), dtype=np.int64)
        values = np.asarray(cells[name], dtype=np.int64)
        np.add.at(found, key, values if which is None else np.where(which, values, 0))
        return found

    low, high = np.full(len(entries), np.inf), np.full(len(entries), -np.inf)
    np.minimum.at(low, key, np.asarray(cells["low"], dtype=np.float64))
    np.maximum.at(high, key, np.asarray(cells["high"], dtype=np.float64))
    priced = "gains" in cells
    return Fine(
        bin=entries // 2, low=low, high=high, n=whole("n"), events=whole("n", happened),
        score=whole("scores") / steps["score"], square=whole("squares") / steps["square"],
        event_score=whole("scores", happened) / steps["score"], gain=whole("gains") if priced else None,
        up=_sums(key, cells["up"]) if priced else None,
        steps=steps["gain"],
    )  # fmt: skip


def _sums(key: Integers, values: NDArray[np.generic]) -> Values:
    found: Values = np.bincount(key, weights=np.asarray(values, dtype=np.float64)).astype(np.float64)
    return found


def replaced(found: Fine, parts: Fine) -> Fine:
    """Put the parts of bins that were split in the place of these bins."""
    kept = ~np.isin(found.bin, parts.bin)
    order = np.lexsort((np.append(found.low[kept], parts.low), np.append(found.bin[kept], parts.bin)))

    def joined(name: str) -> NDArray[np.generic]:
        both = np.append(getattr(found, name)[kept], getattr(parts, name))
        return both[order]

    names = ("bin", "low", "high", "n", "events", "score", "square", "event_score")
    priced = () if found.gain is None else ("gain", "up")
    return Fine(**{name: joined(name) for name in (*names, *priced)}, steps=found.steps)  # type: ignore[arg-type]  # each its own kind


def folded(found: Fine) -> Ties:
    """Return the entries as if each were one score, its mean: exact at every edge, and where all share one score."""
    mean = np.where(found.mixed, np.clip(found.score / found.n, found.low, found.high), found.low)
    money = None if found.gain is None else -found.gain / found.steps
    return Ties(mean, found.n, found.events, money, low=found.low, high=found.high)


def best_gap(found: Fine) -> int:
    """Return how many entries lie below the best of the cut-offs between entries; of several, the middle one."""
    assert found.gain is not None
    total = np.append(0, np.cumsum(found.gain))
    best = np.flatnonzero(total == total.max())
    return int((best[0] + best[-1]) // 2)


def promising(found: Fine) -> Integers:
    """Return the entries inside of which a cut-off may gain more than at any edge between entries."""
    assert found.gain is not None
    assert found.up is not None
    total = np.append(0, np.cumsum(found.gain))
    # The bound is a plain sum of doubles: one part in a thousand million more is more than its rounding.
    bound = total[:-1] + np.ceil(found.up * (1 + 1e-9) * found.steps) + found.n
    return np.flatnonzero(found.mixed & (bound > total.max()))


def best_inside(found: Fine, at: Integers, score: Values, gain: Integers, most: int) -> tuple[int, float, int] | None:
    """Return the best cut-off inside promising entries: its entry, the first score above it, and its gain.

    Parameters
    ----------
    found
        The table.
    at, score, gain
        Entry, score and gain (in steps) of the different scores of whole entries, ascending.
    most
        The best gain known so far.

    Returns
    -------
    tuple or None
        None where nothing is better than ``most``. Of several that are equally good, the middle one.
    """
    assert found.gain is not None
    total = np.append(0, np.cumsum(found.gain))
    starts = np.flatnonzero(np.append(True, at[1:] != at[:-1]))
    sums = np.append(0, np.cumsum(gain))
    before = np.repeat(sums[starts], np.diff(np.append(starts, len(at))))
    reached = total[at] + sums[1:] - before
    last = np.append(at[1:] != at[:-1], True)  # the whole entry: an edge, which is known
    reached[last] = np.iinfo(np.int64).min
    if not len(reached) or reached.max() <= most:
        return None
    best = np.flatnonzero(reached == reached.max())
    cut = int(best[(len(best) - 1) // 2])
    return int(at[cut]), float(score[cut + 1]), int(reached[cut])


def straddled(found: Fine, marks: tuple[float, ...] = MARKS) -> dict[int, float]:
    """Return entries that reach from below a mark to above it, with that mark."""
    return {
        int(at): mark for mark in marks for at in np.flatnonzero((found.low < mark) & (found.high >= mark)).tolist()
    }


def gaps(found: Fine, best: int | None, *, probability: bool) -> tuple[Integers, Values]:
    """Choose at most `BINS` - 1 edges for the table of the evidence: how many entries lie below each, and its number.

    The marks that people ask about and the best cut-off are among them, the others cut the rows evenly.
    """
    marks = MARKS if probability else ()
    kept = {int(np.searchsorted(found.high, mark)): mark for mark in reversed(marks)}
    if best is not None:
        kept.setdefault(best, np.nan)
    kept = {gap: mark for gap, mark in kept.items() if 0 < gap < len(found.n)}
    starts = np.cumsum(found.n) - found.n
    few = len(found.n) <= BINS
    wanted = range(1, len(found.n)) if few else spread(starts, int(found.n.sum()), BINS - len(kept))
    chosen = sorted(set(wanted) | kept.keys())
    edges = [inside(float(found.high[gap - 1]), float(found.low[gap]), kept.get(gap, np.nan)) for gap in chosen]
    return np.array(chosen, dtype=np.int64), np.array(edges)


def brier(found: Fine) -> float:
    """Return the mean squared distance between score and outcome: exact, from the sums."""
    return float(found.square.sum() - 2 * found.event_score.sum() + found.events.sum()) / float(found.n.sum())

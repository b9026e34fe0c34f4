"""Buckets of scores: equal width, or equal share with lift.

Edges lie only between different scores, so a tie never crosses a bucket: a useless score shows lift 1.0 whatever the
order of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.maths.intervals import binomial_tail, jeffreys_below, wilson
from golive.maths.units import effective
from golive.maths.words import whole
from golive.records.evidence import Bucket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]
    Counts = NDArray[Any]  # whole numbers; fractions where rows have weights


@dataclass(frozen=True)
class Ties:
    """Rows folded by score: one entry per different score, ascending."""

    score: Values
    n: Counts
    """Rows; with sampling weights the sum of the weights, which add up to the rows."""
    events: Counts
    money: Values | None = None
    """Gain of the `above` action over the `below` action on the rows of each score; absent without prices."""
    squared: Values | None = None
    """Sum of `golive.maths.units.shared`; absent where every row stands for itself."""
    low: Values | None = None
    """Smallest score of each entry, where an entry stands for neighbouring scores and ``score`` is their mean."""
    high: Values | None = None

    @property
    def lowest(self) -> Values:
        return self.score if self.low is None else self.low

    @property
    def highest(self) -> Values:
        return self.score if self.high is None else self.high

    @property
    def rows(self) -> int:
        return whole(float(self.n.sum()))


def ties(
    score: Values,
    event: Bools,
    money: Values | None = None,
    *,
    weight: Values | None = None,
    squared: Values | None = None,
) -> Ties:
    """Fold rows in canonical order (`golive.maths.histogram.arrange`) by their score."""
    starts = np.flatnonzero(np.append(True, score[1:] != score[:-1]))

    def total(values: Values) -> Values:
        sums: Values = np.add.reduceat(values, starts)
        return sums

    sizes, happened = _sizes(starts, event) if weight is None else (total(weight), total(weight * event))
    return Ties(
        score[starts],
        sizes,
        happened,
        None if money is None else total(money),
        None if squared is None else total(squared),
    )


def _sizes(starts: Integers, event: Bools) -> tuple[Counts, Counts]:
    return np.diff(np.append(starts, len(event))), np.add.reduceat(event.astype(np.int64), starts)


def effective_rows(found: Ties) -> Ties:
    """Return the same rates on the effective number of rows: what an interval may be made of.

    Without weights and customers nothing changes.
    """
    if found.squared is None:
        return found
    share = float(found.n.sum() / found.squared.sum())
    n, events = (share * counts.astype(np.float64) for counts in (found.n, found.events))
    return Ties(found.score, n, events, found.money, found.squared * share * share)


def equal_width(
    found: Ties, *, count: int = 10, low: float = 0.0, high: float = 1.0, tested: bool = False
) -> tuple[Bucket, ...]:
    """Cut the score into buckets of equal width, ascending; empty ones stay, with n = 0.

    Parameters
    ----------
    found
        The rows.
    count
        Number of buckets.
    low, high
        Ends of the score; for probabilities 0 and 1.
    tested
        Whether to ask of each bucket if its mean score can be the true rate; for probabilities.
    """
    if high <= low:
        return _buckets(found, [(low, high)], np.zeros(len(found.score), dtype=np.int64), tested=tested)
    edges = [low + (high - low) * part / count for part in range(count + 1)]
    place = np.searchsorted(np.array(edges[1:-1]), found.score, side="right")
    return _buckets(found, list(pairwise(edges)), place, tested=tested)


def equal_share(found: Ties, *, count: int = 10, rising: bool = True) -> tuple[Bucket, ...]:
    """Cut the rows into buckets of about equal size, riskiest first.

    Parameters
    ----------
    found
        The rows.
    count
        Number of buckets wanted. Fewer come out when many rows share a score: each score goes whole into the
        bucket in which the middle of its rows lies.
    rising
        Whether a higher score means the event is more likely.
    """
    before = np.cumsum(found.n) - found.n
    wanted = ((count * (2 * before + found.n)) // (2 * found.n.sum())).astype(np.int64)
    place = np.unique(wanted, return_inverse=True)[1]
    last = np.flatnonzero(np.append(place[1:] != place[:-1], True))
    gaps = [float(found.highest[end] + found.lowest[end + 1]) / 2 for end in last[:-1]]
    edges = [float(found.lowest[0]), *gaps, float(found.highest[-1])]
    ranges = list(pairwise(edges))
    if not rising:
        return _buckets(found, ranges, place)
    return _buckets(found, ranges[::-1], len(ranges) - 1 - place)


def _buckets(
    found: Ties, ranges: Sequence[tuple[float, float]], place: Integers, *, tested: bool = False
) -> tuple[Bucket, ...]:
    size = len(ranges)

    def total(values: Counts) -> list[float]:
        sums: list[float] = np.bincount(place, weights=values, minlength=size).tolist()
        return sums

    n, events, scores = total(found.n), total(found.events), total(found.score * found.n)
    squared = n if found.squared is None else total(found.squared)
    money = None if found.money is None else total(found.money)
    gained = np.cumsum(events) / max(sum(events), 1e-300)
    base = sum(events) / sum(n)
    return tuple(
        _bucket(
            ranges[at], n[at], events[at], squared[at], base, scores[at], float(gained[at]),
            None if money is None else money[at], tested,
        )
        for at in range(size)
    )  # fmt: skip


def _bucket(
    ends: tuple[float, float], n: float, events: float, squared: float, base: float, scores: float, gained: float,
    money: float | None, tested: bool,
) -> Bucket:  # fmt: skip
    rate = events / n if n else None
    independent = effective(n, squared)
    happened = events * (independent / n) if n else 0.0
    low, high = wilson(happened, independent) if n else (None, None)
    said = min(max(scores / n, 0.0), 1.0) if n and tested else None  # scores of 1 may add up to one unit more
    return Bucket(
        from_=ends[0],
        to=ends[1],
        n=whole(n),
        events=whole(events),
        rate=rate,
        low=low,
        high=high,
        lift=rate / base if rate is not None and base else None,
        mean_score=scores / n if n else None,
        gained=gained,
        money=money,
        jeffreys=None if said is None else jeffreys_below(said, happened, independent),
        binomial=None if said is None else binomial_tail(happened, independent, said),
    )

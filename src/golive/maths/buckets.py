"""Buckets of scores: equal width, or equal share with lift.

Edges lie only between different scores, so a tie never crosses a bucket: a useless score shows lift 1.0 whatever the
order of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from golive.maths.intervals import binomial_tail, jeffreys_below, wilson
from golive.records.evidence import Bucket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]


@dataclass(frozen=True)
class Ties:
    """Rows folded by score: one entry per different score, ascending."""

    score: Values
    n: Integers
    events: Integers
    money: Values | None = None
    """Gain of the `above` action over the `below` action on the rows of each score; absent without prices."""


def ties(score: Values, event: Bools, money: Values | None = None) -> Ties:
    """Fold rows in canonical order (`golive.maths.histogram.arrange`) by their score."""
    starts = np.flatnonzero(np.append(True, score[1:] != score[:-1]))
    sizes = np.diff(np.append(starts, len(score)))
    happened = np.add.reduceat(event.astype(np.int64), starts)
    return Ties(score[starts], sizes, happened, None if money is None else np.add.reduceat(money, starts))


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
        return _buckets(found, [(low, high)], np.zeros(len(found.score), dtype=np.int64))
    edges = [low + (high - low) * part / count for part in range(count + 1)]
    place = np.searchsorted(np.array(edges[1:-1]), found.score, side="right")
    buckets = _buckets(found, list(pairwise(edges)), place)
    return tuple(map(_tested, buckets)) if tested else buckets


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
    wanted = (count * (2 * before + found.n)) // (2 * int(found.n.sum()))
    place = np.unique(wanted, return_inverse=True)[1]
    last = np.flatnonzero(np.append(place[1:] != place[:-1], True))
    gaps = [float(found.score[end] + found.score[end + 1]) / 2 for end in last[:-1]]
    edges = [float(found.score[0]), *gaps, float(found.score[-1])]
    ranges = list(pairwise(edges))
    if not rising:
        return _buckets(found, ranges, place)
    return _buckets(found, ranges[::-1], len(ranges) - 1 - place)


def _buckets(found: Ties, ranges: Sequence[tuple[float, float]], place: Integers) -> tuple[Bucket, ...]:
    size = len(ranges)
    n = np.bincount(place, weights=found.n, minlength=size).astype(np.int64)
    events = np.bincount(place, weights=found.events, minlength=size).astype(np.int64)
    scores = np.bincount(place, weights=found.score * found.n, minlength=size)
    money = None if found.money is None else np.bincount(place, weights=found.money, minlength=size)
    gained = np.cumsum(events) / max(int(events.sum()), 1)
    base = float(events.sum()) / float(n.sum())
    return tuple(
        _bucket(
            ranges[at], int(n[at]), int(events[at]), base, float(scores[at]), float(gained[at]),
            None if money is None else float(money[at]),
        )
        for at in range(size)
    )  # fmt: skip


def _tested(bucket: Bucket) -> Bucket:
    if bucket.mean_score is None:
        return bucket
    said = min(max(bucket.mean_score, 0.0), 1.0)  # a sum of many scores of 1 may end one unit above
    return replace(
        bucket,
        jeffreys=jeffreys_below(said, bucket.events, bucket.n),
        binomial=binomial_tail(bucket.events, bucket.n, said),
    )


def _bucket(
    ends: tuple[float, float], n: int, events: int, base: float, scores: float, gained: float, money: float | None
) -> Bucket:
    rate = events / n if n else None
    low, high = wilson(events, n) if n else (None, None)
    return Bucket(
        from_=ends[0],
        to=ends[1],
        n=n,
        events=events,
        rate=rate,
        low=low,
        high=high,
        lift=rate / base if rate is not None and base else None,
        mean_score=scores / n if n else None,
        gained=gained,
        money=money,
    )

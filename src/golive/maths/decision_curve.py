"""Is acting on the score better than acting on everybody, or on nobody? For readers without prices.

A cut-off t says how a reader weighs mistakes: acting above t means that one missed event is worth (1 - t) / t false
alarms. The net benefit counts in events found per case: hits / n - false alarms / n * t / (1 - t).

References
----------
Vickers, Elkin (2006), Decision curve analysis: a novel method for evaluating prediction models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.maths.classification import net_benefit
from golive.maths.intervals import Side, difference
from golive.maths.recompute import FEWEST_EVENTS
from golive.maths.words import number
from golive.records.evidence import DecisionCurve

if TYPE_CHECKING:
    from golive.maths.buckets import Ties

THRESHOLDS = (0.001, 0.002, 0.005, *(percent / 100 for percent in range(1, 100)))


def decision_curve(found: Ties, *, event: str) -> DecisionCurve:
    """Return the net benefit at every threshold, with limits, against acting on nobody and on everybody.

    Parameters
    ----------
    found
        Rows with probabilities, folded by score, in effective numbers (`golive.maths.buckets.effective_rows`).
    event
        Label of the event, for the sentence.

    Notes
    -----
    The limits are those of a sum of gains and losses (`golive.maths.intervals.difference`): a hit earns 1, a false
    alarm costs t / (1 - t). Against everybody the cases below the cut-off count: false alarms spared, events missed.
    Below 10 events, or 10 cases without, there are none.
    """
    n, events = found.n.sum().item(), found.events.sum().item()
    hits, false = _above(found)
    enough = min(events, n - events) >= FEWEST_EVENTS
    nobody = [_limits(h, f * weight(t), t, n, enough) for t, h, f in zip(THRESHOLDS, hits, false, strict=True)]
    everybody = [
        _limits((n - events - f) * weight(t), events - h, t, n, enough, turned=True)
        for t, h, f in zip(THRESHOLDS, hits, false, strict=True)
    ]
    return DecisionCurve(
        threshold=THRESHOLDS,
        benefit=tuple(net_benefit(h, f, n, t) for t, h, f in zip(THRESHOLDS, hits, false, strict=True)),
        low=tuple(low for low, _ in nobody),
        high=tuple(high for _, high in nobody),
        everybody=tuple(net_benefit(events, n - events, n, t) for t in THRESHOLDS),
        over_everybody_low=tuple(low for low, _ in everybody),
        over_everybody_high=tuple(high for _, high in everybody),
        text=_text(nobody, everybody, event),
    )


def weight(threshold: float) -> float:
    """Return what a false alarm costs, in events found.

    Examples
    --------
    >>> weight(0.2)
    0.25
    """
    return threshold / (1 - threshold)


def _above(found: Ties) -> tuple[list[float], list[float]]:
    """Return hits and false alarms at or above each threshold."""
    first = np.searchsorted(found.score, np.array(THRESHOLDS), side="left")
    below = np.append(0, np.cumsum(found.n))[first], np.append(0, np.cumsum(found.events))[first]
    rows, hits = found.n.sum() - below[0], found.events.sum() - below[1]
    return hits.tolist(), (rows - hits).tolist()


def _limits(
    gained: float, lost: float, threshold: float, n: int, enough: bool, *, turned: bool = False
) -> tuple[float | None, float | None]:
    """Return 95 % limits per case of (cases of size 1 or t / (1 - t)) gained minus lost."""
    if not enough:
        return None, None
    first, second = (weight(threshold), 1.0) if turned else (1.0, weight(threshold))
    return difference(Side(gained, gained * first, first), Side(lost, lost * second, second), n)


def _text(
    nobody: list[tuple[float | None, float | None]], everybody: list[tuple[float | None, float | None]], event: str
) -> str:
    """Say between which thresholds the score is surely better than both."""
    better = [
        at
        for at, ((low, _), (other, _)) in enumerate(zip(nobody, everybody, strict=True))
        if low is not None and other is not None and low > 0 and other > 0
    ]
    if all(low is None for low, _ in nobody):
        return "Too few cases of one outcome to say whether acting on the score helps."
    if not better:
        return "At no cut-off is acting on the score shown to be better than both acting on everybody and on nobody."
    first, last = _longest(better)
    one, other = THRESHOLDS[first], THRESHOLDS[last]
    place = f"at a cut-off of {number(one)}" if one == other else f"at cut-offs from {number(one)} to {number(other)}"
    alarms = " to ".join(dict.fromkeys(f"{1 / weight(t):.2g}" for t in (other, one)))
    return (
        f"Acting on the score {place} is better than acting on everybody and than acting on nobody: that is, for"
        f" readers to whom one missed `{event}` is worth {alarms} false alarms."
    )


def _longest(places: list[int]) -> tuple[int, int]:
    """Return first and last of the longest run of neighbours."""
    runs: list[tuple[int, int]] = []
    for at in places:
        runs.append((runs.pop()[0], at) if runs and runs[-1][1] == at - 1 else (at, at))
    return max(runs, key=lambda run: (run[1] - run[0], -run[0]))

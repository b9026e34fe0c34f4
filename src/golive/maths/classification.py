"""The classification report everybody knows, the confusion matrix in counts and money, and the accuracy trap.

Ties are one step: no figure here depends on the order of rows that share a score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.maths.sorting import area_limits, brier_limits
from golive.maths.within import within
from golive.maths.words import percent, whole
from golive.records.evidence import Cell, Classification, ClassReport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.maths.buckets import Ties


def classification(
    found: Ties,
    cells: Sequence[tuple[float, float, float]],
    *,
    cutoff: float | None,
    event: str,
    rising: bool = True,
    probability: bool = True,
    prices: bool = True,
) -> Classification:
    """Return report and confusion matrix at one cut-off, and the figures that need none.

    Parameters
    ----------
    found
        All rows, folded by score.
    cells
        (rows, money, money with the other action) of below/no event, below/event, above/no event, above/event;
        see `golive.maths.recompute.cells`.
    cutoff
        For display.
    event
        Label of the event.
    rising
        Whether a higher score means the event is more likely: then `above` predicts the event, else `below` does.
    probability
        Whether a Brier score has a meaning.
    prices
        Whether the money in ``cells`` has one.
    """
    n = [cell[0] for cell in cells]
    hits, misses, false, quiet = (n[3], n[1], n[2], n[0]) if rising else (n[1], n[3], n[0], n[2])
    rows = sum(n)
    auc = area(found, rising=rising)
    limits, squares = area_limits(found, rising=rising), brier_limits(found) if probability else None
    return Classification(
        cutoff=cutoff,
        cells=tuple(_cell(at, cell, prices) for at, cell in enumerate(cells)),
        report=(_report(event, hits, false, misses), _report(f"not {event}", quiet, misses, false)),
        accuracy=(hits + quiet) / rows,
        balanced_accuracy=(_share(hits, hits + misses) + _share(quiet, quiet + false)) / 2,
        auc=auc,
        auc_low=None if limits is None else limits[0],
        auc_high=None if limits is None else limits[1],
        average_precision=average_precision(found, rising=rising),
        brier=brier(found) if probability else None,
        brier_low=None if squares is None else squares[0],
        brier_high=None if squares is None else squares[1],
        ks=distance(found),
        gini=2 * auc - 1,
        within=within(found, rising=rising, probability=probability),
        trap=trap((hits + quiet) / rows, (hits + misses) / rows, event),
    )


def area(found: Ties, *, rising: bool = True) -> float:
    """Return the area under the ROC curve: the chance that an event scores higher than a case without it; ties half."""
    others = found.n - found.events
    below = np.cumsum(others) - others
    pairs = float(found.events.sum()) * float(others.sum())
    wins = float((found.events * (below + others / 2)).sum())
    return wins / pairs if rising else 1 - wins / pairs


def average_precision(found: Ties, *, rising: bool = True) -> float:
    """Return the mean precision over the events, each different score taken as one step."""
    events, n = (found.events[::-1], found.n[::-1]) if rising else (found.events, found.n)
    return float((np.cumsum(events) / np.cumsum(n) * events).sum() / events.sum())


def brier(found: Ties) -> float:
    """Return the mean squared distance between score and outcome."""
    squares = found.events * (1 - found.score) ** 2 + (found.n - found.events) * found.score**2
    return float(squares.sum() / found.n.sum())


def distance(found: Ties) -> float:
    """Return the largest distance between the two distributions of the score (Kolmogorov and Smirnov)."""
    others = found.n - found.events
    return float(np.abs(np.cumsum(found.events) / found.events.sum() - np.cumsum(others) / others.sum()).max())


def net_benefit(hits: float, false: float, n: float, cutoff: float) -> float:
    """Return the net benefit of a cut-off, for readers without prices: TP/n - FP/n * t/(1 - t)."""
    return hits / n - false / n * cutoff / (1 - cutoff)


def trap(accuracy: float, base_rate: float, event: str) -> str:
    """Say what the accuracy of a model that predicts one class is worth."""
    larger, lazy = (event, base_rate) if base_rate > 0.5 else (f"not {event}", 1 - base_rate)
    verdict = "less" if accuracy < lazy else "no more" if accuracy == lazy else "more"
    return (
        f"A model that always says `{larger}` is right in {percent(lazy)} of the cases and worthless: it tells nobody"
        f" apart, and its precision and recall for the other class are 0.0. At this cut-off the score is right in"
        f" {percent(accuracy)}, {verdict} than that; accuracy alone does not say what it is worth."
    )


def _cell(at: int, cell: tuple[float, float, float], prices: bool) -> Cell:
    n, money, other = cell
    return Cell(
        above=at >= 2, event=bool(at % 2), n=whole(n), money=money if prices else None, other=other if prices else None
    )


def _report(label: str, hits: float, false: float, misses: float) -> ClassReport:
    precision, recall = _share(hits, hits + false), _share(hits, hits + misses)
    return ClassReport(
        label=label,
        precision=precision,
        recall=recall,
        f1=2 * precision * recall / (precision + recall) if precision + recall else 0.0,
        support=whole(hits + misses),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0

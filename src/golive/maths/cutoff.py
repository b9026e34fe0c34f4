"""Where to cut the score, and what that is worth on rows that did not choose it.

Choice and value are separated. 200 half-samples of the folds each choose an edge; the deployed edge is their mean on
the normal scale of ranks (a bagged cut-off). Its value is the money that fold k would have earned under the edge
chosen by the half-samples without fold k. See docs/explanation/money.md for why, and benchmarks/interval.py for how
well it holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.folds import FOLDS, halves
from golive.maths.quantiles import normal_cdf, probit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]

BEYOND = 3.62
"""A mean rank further out than this on the normal scale is a constant action."""


@dataclass(frozen=True)
class Choice:
    """An edge j means: the first j bins get the `below` action."""

    edge: int
    """The deployed edge."""
    by_fold: tuple[int, ...]
    """The edge chosen without each fold."""
    best: int
    """The edge that looks best on these very rows."""
    gain: Values
    """Gain of every edge over giving everybody the `above` action, (bins + 1,)."""
    honest: float
    """Gain of the choice on left-out folds, summed: always at most what the best edge promises in expectation."""

    @property
    def optimism(self) -> float:
        """Money by which the deployed edge looks better on its own rows than the choice does on left-out ones."""
        return max(float(self.gain[self.edge]) - self.honest, 0.0)


def choose(gains: Values, counts: Integers, masks: Sequence[int] | None = None) -> Choice:
    """Choose and value an edge.

    Parameters
    ----------
    gains
        Gain of the `below` action over the `above` action by bin and fold, (bins, 20); bins by ascending score.
    counts
        Rows of each bin, (bins,); no bin is empty.
    masks
        Half-samples as bit masks; those of `golive.maths.folds.halves` when absent.

    Notes
    -----
    Sums run over folds and bins in ascending order, one addition after the other, so that JavaScript gets the same
    doubles and ties stay ties.
    """
    masks = halves() if masks is None else masks
    edges = np.zeros((len(counts) + 1, FOLDS))
    np.cumsum(gains, axis=0, out=edges[1:])
    ranks = np.concatenate([[0], np.cumsum(counts)]) / counts.sum()
    total = _over_folds(edges, range(FOLDS))
    scales = _scales(edges, total, ranks, masks)
    by_fold = tuple(_nearest(_mean(scales, masks, without=fold), ranks) for fold in range(FOLDS))
    honest = 0.0
    for fold, edge in enumerate(by_fold):
        honest += float(edges[edge, fold])
    return Choice(
        edge=_nearest(_mean(scales, masks), ranks), by_fold=by_fold, best=_middle_best(total), gain=total, honest=honest
    )


def _scales(edges: Values, total: Values, ranks: Values, masks: Sequence[int]) -> list[tuple[float, float]]:
    """Return, per half-sample, the probit of the rank of its best edge, and that of its complement's."""
    found = []
    for mask in masks:
        half = _over_folds(edges, [fold for fold in range(FOLDS) if mask >> fold & 1])
        found.append((_scale(ranks[_middle_best(half)]), _scale(ranks[_middle_best(total - half)])))
    return found


def _over_folds(edges: Values, folds: Sequence[int]) -> Values:
    total = np.zeros(len(edges))
    for fold in folds:
        total += edges[:, fold]
    return total


def _middle_best(money: Values) -> int:
    """Return the edge with the most money; of several, the middle between the first and the last, rounded down."""
    best = np.flatnonzero(money == money.max())
    return int((best[0] + best[-1]) // 2)


def _scale(rank: float) -> float:
    return probit(min(max(float(rank), 1e-4), 1 - 1e-4))


def _mean(scales: Sequence[tuple[float, float]], masks: Sequence[int], without: int | None = None) -> float:
    """Return the mean over all half-samples, or over those that leave a fold out (one of each pair does)."""
    total, used = 0.0, 0
    for mask, (half, other) in zip(masks, scales, strict=True):
        if without is None or not mask >> without & 1:
            total, used = total + half, used + 1
        if without is None or mask >> without & 1:
            total, used = total + other, used + 1
    return total / used


def _nearest(scale: float, ranks: Values) -> int:
    if scale > BEYOND:
        return len(ranks) - 1
    if scale < -BEYOND:
        return 0
    return int(np.argmin(np.abs(ranks - normal_cdf(scale))))

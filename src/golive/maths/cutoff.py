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
from golive.maths.limits import less, over_folds
from golive.maths.quantiles import normal_cdf, probit
from golive.maths.table_sums import edges_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.maths.limits import Limits

    Bools = NDArray[np.bool_]
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
    kept: bool = True
    """Whether some edge keeps all limits on all rows; else the deployed one falls short least."""

    @property
    def optimism(self) -> float:
        """Money by which the deployed edge looks better on its own rows than the choice does on left-out ones."""
        return max(float(self.gain[self.edge]) - self.honest, 0.0)


def choose(
    gains: Values, counts: Integers | Values, masks: Sequence[int] | None = None, limits: Limits | None = None
) -> Choice:
    """Choose and value an edge.

    Parameters
    ----------
    gains
        Gain of the `below` action over the `above` action by bin and fold, (bins, 20); bins by ascending score.
    counts
        Rows of each bin, (bins,); no bin is empty.
    masks
        Half-samples as bit masks; those of `golive.maths.folds.halves` when absent.
    limits
        What every choice keeps on its own rows, and the deployed edge on all rows.

    Notes
    -----
    Sums run over folds and bins in ascending order, one addition after the other, so that JavaScript gets the same
    doubles and ties stay ties.
    """
    masks = halves() if masks is None else masks
    edges = edges_of(gains)
    ranks = np.concatenate([[0], np.cumsum(counts)]) / counts.sum()
    total = over_folds(edges, range(FOLDS))
    scales = _scales(edges, total, ranks, masks, limits)
    by_fold = tuple(
        _nearest(half_mean(scales, masks, without=fold), ranks, _without(limits, fold)) for fold in range(FOLDS)
    )
    honest = 0.0
    for fold, edge in enumerate(by_fold):
        honest += float(edges[edge, fold])
    everywhere = None if limits is None else limits.over(range(FOLDS))
    allowed = None if limits is None or everywhere is None else limits.allowed(everywhere)
    return Choice(
        edge=_nearest(half_mean(scales, masks), ranks, allowed),
        by_fold=by_fold,
        best=_best(total, allowed),
        gain=total,
        honest=honest,
        kept=limits is None or everywhere is None or float(limits.short(everywhere).min()) == 0.0,
    )


def _scales(
    edges: Values, total: Values, ranks: Values, masks: Sequence[int], limits: Limits | None
) -> list[tuple[float, float]]:
    """Return, per half-sample, the probit of the rank of its best edge, and that of its complement's."""
    found = []
    everywhere = None if limits is None else limits.over(range(FOLDS))
    for mask in masks:
        folds = [fold for fold in range(FOLDS) if mask >> fold & 1]
        half = over_folds(edges, folds)
        mine, other = None, None
        if limits is not None and everywhere is not None:
            held = limits.over(folds)
            mine, other = limits.allowed(held), limits.allowed(less(everywhere, held))
        found.append((scale_of(ranks[_middle_best(half, mine)]), scale_of(ranks[_middle_best(total - half, other)])))
    return found


def _without(limits: Limits | None, fold: int) -> Bools | None:
    """Return the edges that are allowed on the rows outside a fold."""
    if limits is None:
        return None
    return limits.allowed(limits.over([other for other in range(FOLDS) if other != fold]))


def _middle_best(money: Values, allowed: Bools | None = None) -> int:
    """Return the edge with the most money; of several, the middle between the first and the last, rounded down."""
    if allowed is not None:
        money = np.where(allowed, money, -np.inf)
    best = np.flatnonzero(money == money.max())
    return int((best[0] + best[-1]) // 2)


def best_edge(gain: Values, limits: Limits | None = None) -> int:
    """Return the edge that looks best on rows that did not choose."""
    return _best(gain, None if limits is None else limits.allowed(limits.over(range(FOLDS))))


def _best(money: Values, allowed: Bools | None) -> int:
    """Return the best edge of all rows; under limits the allowed maximiser next to the middle, the lower one first."""
    middle = _middle_best(money, allowed)
    if allowed is None or allowed[middle]:
        return middle
    bounded = np.where(allowed, money, -np.inf)
    best = np.flatnonzero(bounded == bounded.max())
    return int(best[np.argmin(np.abs(best - middle))])


def scale_of(rank: float) -> float:
    """Return a rank on the normal scale."""
    return probit(min(max(float(rank), 1e-4), 1 - 1e-4))


def half_mean(scales: Sequence[tuple[float, float]], masks: Sequence[int], without: int | None = None) -> float:
    """Return the mean over all half-samples, or over those that leave a fold out (one of each pair does).

    Parameters
    ----------
    scales
        What each half-sample chose, and what its complement chose.
    masks
        Half-samples as bit masks.
    without
        The fold that is left out.
    """
    total, used = 0.0, 0
    for mask, (half, other) in zip(masks, scales, strict=True):
        if without is None or not mask >> without & 1:
            total, used = total + half, used + 1
        if without is None or mask >> without & 1:
            total, used = total + other, used + 1
    return total / used


def _nearest(scale: float, ranks: Values, allowed: Bools | None = None) -> int:
    end = len(ranks) - 1 if scale > BEYOND else 0
    if abs(scale) > BEYOND and (allowed is None or allowed[end]):
        return end
    far = np.abs(ranks - normal_cdf(scale))
    return int(np.argmin(far if allowed is None else np.where(allowed, far, np.inf)))

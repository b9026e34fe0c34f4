"""Score histograms: small tables that stand for the rows.

`grid` is the fixed grid for probabilities, the same for any data, so that tables can be added up. `score_table` is
the table of the evidence: at most 200 bins between scores that were really seen, which the page can carry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.blocks import FEWEST, quantile
from golive.maths.folds import FOLDS, fold_of, halves
from golive.maths.units import shared, squares
from golive.records.score_table import FoldCells, SignCells, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.maths.blocks import Cut
    from golive.records.score_table import MoneyTerm

    Bools = NDArray[np.bool_]
    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]
    Sums = tuple[tuple[float, ...], ...]

BINS = 200
MARKS = tuple(mark / 20 for mark in range(1, 20))
"""Cut-offs that people ask about; edges of every table of probabilities."""
TOPS = (1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
"""Where the ever finer decades below 0.01 begin and end; those above 0.99 are their mirror image."""
TAIL = 1 + 900 * (len(TOPS) - 1)
"""Bins below 0.01."""
SIZE = 2 * TAIL + 9800
SIGNS = 32
"""Kinds of rows that `golive.records.score_table.SignCells` keeps apart in a bin and outcome."""
UNDER = float(np.nextafter(0.01, 0))
"""The largest score below 0.01."""
_PER_UNIT = np.array([1000 / top for top in TOPS[1:]])
"""Bins per unit of score, by decade."""


def grid(score: Values) -> Integers:
    """Return the bin of each probability on the fixed grid, (n,).

    Between 0.01 and 0.99 a bin is 1e-4 wide. Below 0.01 each of six decades has 900 bins of a thousandth of its top
    (0.001 to 0.01 in steps of 1e-5 ...), and what is under 1e-8 is one bin; above 0.99 it is the mirror image.

    Notes
    -----
    Computed with comparisons, products and floor only, in double. Bins ascend with the score. A step is taken at
    1e-9 of a bin before its edge, so that 0.57 (which times 10,000 is 5699.999...) begins bin 0.57.
    """
    score = np.asarray(score, dtype=np.float64)
    found = np.minimum(_steps(score, 1e4), 9899)
    found += TAIL - 100
    ends = np.flatnonzero((score < 0.01) | (score >= 0.99))
    found[ends] = _in_tails(score[ends])
    return found


@dataclass(frozen=True)
class Rows:
    """Rows in canonical order (score, outcome, money, what they stand for), so that no result depends on the order of
    a file."""

    score: Values
    event: Bools
    values: Values
    """Bases of the payoffs times the weight of the row, (bases, n); no bases without prices."""
    fold: Integers
    order: Integers
    """Position of each row in what was handed in."""
    weight: Values | None = None
    """(n,), adding up to n; None when every row weighs the same."""
    customer: Integers | None = None
    """Code of the customer, (n,); None when every row is its own."""
    today: Bools | None = None
    """Whether today's rule gives the `above` action, (n,); None where it is the same for everybody, or unknown."""
    late: Bools | None = None
    """Which rows come later, (n,), where they have dates; their fold is the block of time."""

    def taken(self, which: Bools) -> Rows:
        """Return some of the rows."""
        return Rows(
            self.score[which], self.event[which], self.values[:, which], self.fold[which], self.order[which],
            weight=None if self.weight is None else self.weight[which],
            customer=None if self.customer is None else self.customer[which],
            today=None if self.today is None else self.today[which],
        )  # fmt: skip

    @property
    def judged(self) -> Rows:
        """Return the rows that are judged: the later ones where they have dates, else all."""
        return self if self.late is None else self.taken(self.late)

    @property
    def squared(self) -> Values | None:
        """Weight of each row times that of its customer's rows, see `golive.maths.units.shared`."""
        return shared(self.weight, self.customer, len(self.score))


def arrange(
    score: Values,
    event: Bools,
    values: Values | None = None,
    today: Bools | None = None,
    *,
    weight: Values | None = None,
    customer: Integers | None = None,
    fold: Integers | None = None,
    cut: Cut | None = None,
    marks: Sequence[Integers] = (),
) -> Rows:
    """Put rows into canonical order.

    Parameters
    ----------
    score, event
        (n,) each.
    values
        Bases of the payoffs, (bases, n).
    today
        Whether today's rule gives the `above` action, (n,).
    weight
        Adding up to n, see `golive.maths.units.scaled`; multiplies the bases.
    customer, fold
        Code of the customer of each row, and the fold that a hash of the customer's id gives; the folds are those of
        the content when they are absent.
    cut
        Which rows come later, and their blocks of time.
    marks
        What else tells rows apart, such as codes of segments; rows alike in everything are interchangeable.
    """
    score = np.asarray(score, dtype=np.float64) + 0.0  # no -0
    event = np.asarray(event, dtype=bool)
    values = np.zeros((0, len(score))) if values is None else values
    time = None if cut is None else np.where(cut.late, 1 + cut.block, 0)
    others = [key for key in (weight, customer, today, time, *marks) if key is not None]
    order = np.lexsort((*others[::-1], *values[::-1], event, score))
    score, event = score[order], event[order]
    values = values[:, order]
    weight = None if weight is None else weight[order]
    folds = fold_of(score, event, values[1:]) if fold is None else fold[order]
    late = None if cut is None else cut.late[order]
    if cut is not None:
        folds = np.where(cut.late[order], cut.block[order], folds)
    return Rows(
        score, event, values if weight is None else values * weight, folds, order, weight=weight,
        customer=None if customer is None else customer[order], today=None if today is None else today[order],
        late=late,
    )  # fmt: skip


def score_table(
    rows: Rows,
    *,
    terms: tuple[MoneyTerm, ...] = (),
    bases: tuple[str, ...] = (),
    money: Values | None = None,
    probability: bool = True,
    blocks: int = 0,
) -> Table:
    """Fold rows into the table of the evidence.

    Parameters
    ----------
    rows
        In canonical order.
    terms, bases
        The payoffs, see `golive.records.score_table.Table`.
    money
        Money of the `below` and the `above` action per row at the recorded prices, (2, n); absent without prices. A
        third row, where there is one, is another difference whose sign is kept apart.
    probability
        Whether 0.05, 0.10 ... are edges.
    blocks
        Blocks of time of the later rows; 0 without dates.
    """
    starts = _starts(rows.score)
    late = np.ones(len(rows.score), dtype=bool) if rows.late is None else rows.late
    judged = rows.judged
    gain = None if money is None else np.where(late, money[0] - money[1], 0.0)
    edges = _edges(rows.score[starts], starts, len(rows.score), gain, MARKS if probability else ())
    bins = np.searchsorted(edges, rows.score, side="right")
    first = np.searchsorted(bins, np.arange(len(edges) + 1))
    last = np.append(first[1:], len(bins)) - 1
    return Table(
        edges=tuple(edges.tolist()),
        low=tuple(rows.score[first].tolist()),
        high=tuple(rows.score[last].tolist()),
        score_sum=tuple(np.bincount(bins[late], weights=_weighed(judged.score, judged), minlength=len(first)).tolist()),
        folds=FOLDS,
        halves=halves(),
        bases=bases,
        terms=terms,
        by_fold=_fold_cells(bins[late], judged, ruled=rows.late is not None),
        early=None if rows.late is None else _fold_cells(bins[~late], rows.taken(~late)),
        blocks=blocks,
        block_times=quantile(blocks) if blocks >= FEWEST else 0.0,
        by_sign=None if money is None else _sign_cells(bins[late], judged, money[:, late]),
        today=money is not None and rows.today is not None,
    )


def _starts(score: Values) -> Integers:
    """Return where each distinct score begins."""
    return np.flatnonzero(np.append(True, score[1:] != score[:-1]))


def _edges(distinct: Values, starts: Integers, n: int, gain: Values | None, marks: tuple[float, ...]) -> Values:
    """Choose at most `BINS` - 1 gaps between distinct scores, and a number inside each."""
    kept = {int(np.searchsorted(distinct, mark)): mark for mark in reversed(marks)}
    if gain is not None:
        kept.setdefault(_best_gap(starts, n, gain), np.nan)
    kept = {gap: mark for gap, mark in kept.items() if 0 < gap < len(distinct)}
    wanted = spread(starts, n, BINS - len(kept)) if len(distinct) > BINS else range(1, len(distinct))
    chosen = sorted(set(wanted) | kept.keys())
    return np.array([inside(distinct[gap - 1], distinct[gap], kept.get(gap, np.nan)) for gap in chosen])


def spread(starts: Integers, n: int, parts: int) -> list[int]:
    """Return gaps that cut the rows into parts of about equal size; a gap is the number of distinct scores below."""
    gaps = np.searchsorted(starts, np.arange(1, parts) * n / parts)
    return [int(gap) for gap in gaps if 0 < gap < len(starts)]


def _best_gap(starts: Integers, n: int, gain: Values) -> int:
    """Return how many distinct scores lie below the best cut-off of these very rows."""
    money = np.append(0.0, np.cumsum(gain))[np.append(starts, n)]
    best = np.flatnonzero(money == money.max())
    return int((best[0] + best[-1]) // 2)


def inside(below: float, above: float, mark: float) -> float:
    """Return the mark if there is one, else the middle of the gap; never the lower score itself."""
    if not np.isnan(mark):
        return mark
    middle = (below + above) / 2
    return middle if middle > below else above


def _fold_cells(bins: Integers, rows: Rows, *, ruled: bool = False) -> FoldCells:
    today = rows.today if ruled else None
    place = ((bins * 2 + rows.event) * FOLDS + rows.fold) * 2 + (0 if today is None else today)
    found, key = np.unique(place, return_inverse=True)
    cell, squared = found // 2, rows.squared
    return FoldCells(
        bin=tuple((cell // (2 * FOLDS)).tolist()),
        event=tuple((cell // FOLDS % 2).tolist()),
        fold=tuple((cell % FOLDS).tolist()),
        n=_counts(key, rows),
        squared=() if squared is None else _sums(key, squared[np.newaxis], 13)[0],
        today=() if today is None else tuple((found % 2).tolist()),
        sums=_sums(key, rows.values, 13),
    )


def _sign_cells(bins: Integers, rows: Rows, money: Values) -> SignCells:
    sign = (money[0] < 0) + 2 * (money[1] < 0) + 4 * (money[0] - money[1] < 0)
    sign = sign + (0 if rows.today is None else 8 * rows.today) + (16 * (money[2] < 0) if len(money) > 2 else 0)
    cell, key = np.unique((bins * 2 + rows.event) * SIGNS + sign, return_inverse=True)
    below, above = _products(key, bins, rows, rows.event * SIGNS + sign)
    return SignCells(
        bin=tuple((cell // (2 * SIGNS)).tolist()),
        event=tuple((cell // SIGNS % 2).tolist()),
        sign=tuple((cell % SIGNS).tolist()),
        n=_counts(key, rows),
        sums=_sums(key, rows.values, 13),
        products=below,
        products_above=above,
    )


def _products(key: Integers, bins: Integers, rows: Rows, kind: Integers) -> tuple[Sums, Sums]:
    """Return the sums of products of two bases by cell, from the first bin and, with customers, from the last."""
    if rows.customer is not None:
        found = squares(rows.values, key, bins, kind, rows.customer, _parts(rows.customer, kind))
        return written(found.below, 10), written(found.above, 10)
    k = len(rows.values)
    products = [rows.values[one] * rows.values[other] for one in range(k) for other in range(one, k)]
    return _sums(key, np.array(products), 10), ()


def _parts(customer: Integers, kind: Integers) -> Integers:
    """Return by row in how many kinds of cells its customer has money of the same sign."""
    side = customer * 2 + (kind & 4 > 0)
    pairs = np.unique(np.stack([side, kind]), axis=1)[0]
    return np.bincount(pairs)[side]


def _weighed(values: Values, rows: Rows) -> Values:
    return values if rows.weight is None else values * rows.weight


def _counts(key: Integers, rows: Rows) -> tuple[int | float, ...]:
    if rows.weight is None:
        return tuple(np.bincount(key).tolist())
    return _sums(key, rows.weight[np.newaxis], 13)[0]


def written(sums: Values, digits: int) -> Sums:
    return tuple(tuple(float(f"{total:.{digits}g}") for total in basis.tolist()) for basis in sums)


def _sums(key: Integers, values: Values, digits: int) -> Sums:
    """Sum each row of values by cell.

    Rounded to some digits: 13 keep money exact to the cent up to a thousand million, 10 are plenty for squares, which
    only make intervals. It takes the noise of the last digits (1234.5600000000002) out of a table that a page carries.
    """
    return written(np.array([np.bincount(key, weights=basis) for basis in values]), digits)


def _in_tails(score: Values) -> Integers:
    below = _from_end(score)
    return np.where(score < 0.01, below, SIZE - 1 - _from_end(np.minimum(1.0 - score, UNDER)))


def _from_end(score: Values) -> Integers:
    """Return the bin of scores below 0.01, counted from 0; 0 for others."""
    decade = np.searchsorted(TOPS, score, side="right") - 1
    inside = (decade >= 0) & (decade < len(TOPS) - 1)
    decade = np.where(inside, decade, 0)
    place = np.clip(np.floor(score * _PER_UNIT[decade] + 1e-9), 100, 999).astype(np.int64) - 100
    return np.where(inside, 1 + decade * 900 + place, 0)


def _steps(score: Values, scale: float) -> Integers:
    steps = score * scale
    steps += 1e-9
    return np.floor(steps, out=steps).astype(np.int64)

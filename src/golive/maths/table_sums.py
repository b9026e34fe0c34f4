"""What a score table adds up to: rows, events, money and squares, by bin, by edge, by cell.

Money is a product of the table's sums and of what one unit of each basis earns under some prices (`weights`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.maths.linear import coefficient
from golive.maths.units import effective
from golive.maths.words import whole
from golive.records.objective import PROFIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from golive.records.score_table import FoldCells, SignCells, Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]
    Counts = NDArray[Any]  # whole numbers; fractions where rows have weights

BELOW, ABOVE, TODAY = 0, 1, 2
"""The two actions; `TODAY` stands for a rule that gives one or the other from case to case."""
RULED = 8
"""Part of a sign: today's rule gives the `above` action."""


def weights(table: Table, prices: Mapping[str, float], objective: str | None = None) -> Values:
    """Return what one unit of each basis earns in an objective (the table's own): (2 actions, 2 outcomes, bases)."""
    found = np.zeros((2, 2, len(table.bases)))
    for term in table.terms:
        if (objective or table.objective) in (PROFIT, term.line):
            found[term.action, term.event, term.basis] += coefficient(term.coefficient, prices)
    return found


def bins(table: Table) -> int:
    return len(table.low)


def rows_of(table: Table) -> int:
    """Return the number of rows; weights add up to it."""
    return whole(math.fsum(table.by_fold.n))


def counts(table: Table) -> Counts:
    """Return the rows of each bin."""
    return _counted(table, np.ones(len(table.by_fold.n), dtype=bool))


def event_counts(table: Table) -> Counts:
    """Return the events of each bin."""
    return _counted(table, np.array(table.by_fold.event) == 1)


def events(table: Table) -> int:
    """Return the number of events, rounded where rows have weights."""
    return whole(float(event_counts(table).sum()))


def effective_outcomes(table: Table) -> tuple[float, float]:
    """Return the effective number of rows without the event, and with it."""
    event = np.array(table.by_fold.event)
    return effective_in(table, event == 0), effective_in(table, event == 1)


def effective_in(table: Table, which: Bools) -> float:
    """Return the effective number of rows in some cells of ``by_fold``."""
    n = float(np.array(table.by_fold.n)[which].sum())
    return effective(n, float(np.array(table.by_fold.squared)[which].sum())) if table.by_fold.squared else n


def favoured_today(table: Table) -> Bools:
    """Return which cells of ``by_sign`` get the favourable action under today's rule."""
    assert table.by_sign is not None
    above = (np.array(table.by_sign.sign) & RULED) > 0
    return np.asarray(above == (table.favourable == ABOVE), dtype=bool)


def cutoff_at(table: Table, edge: int) -> float | None:
    """Return the number that people see for an edge: the middle of its gap; null for a constant action."""
    if edge in (0, bins(table)):
        return None
    middle = (table.high[edge - 1] + table.low[edge]) / 2
    return middle if middle > table.high[edge - 1] else table.low[edge]


def edge_at(table: Table, cutoff: float) -> int:
    """Return the edge of a cut-off: bins whose scores all lie below it. Exact for the edges of the table."""
    return int(np.searchsorted(np.array(table.high), cutoff, side="left"))


def _counted(table: Table, which: Bools) -> Counts:
    n = np.array(table.by_fold.n)
    found = np.zeros(bins(table), dtype=n.dtype)
    np.add.at(found, np.array(table.by_fold.bin)[which], n[which])
    return found


def money_of(cells: FoldCells | SignCells, weight: Values) -> Values:
    """Return the money of each cell under what one unit of each basis earns by outcome, (2, bases)."""
    event = np.array(cells.event, dtype=np.int64)
    total = np.zeros(len(event))
    for basis, sums in enumerate(cells.sums):
        total += weight[event, basis] * np.array(sums)
    return total


def squares_of(cells: SignCells, weight: Values, side: int) -> Values:
    """Return the squared money of each cell, to be added up over cells below an edge or above it."""
    event = np.array(cells.event, dtype=np.int64)
    total, k = np.zeros(len(event)), weight.shape[1]
    pairs = [(one, other) for one in range(k) for other in range(one, k)]
    products = cells.products_above or cells.products if side == ABOVE else cells.products
    for (one, other), sums in zip(pairs, products, strict=True):
        total += (1 if one == other else 2) * weight[event, one] * weight[event, other] * np.array(sums)
    return np.maximum(total, 0.0)


def money_by_event(table: Table, prices: Mapping[str, float], action: int) -> Values:
    """Return the money of one action by outcome and bin, (2, bins)."""
    money = money_of(table.by_fold, weights(table, prices)[action])
    found = np.zeros((2, bins(table)))
    np.add.at(found, (np.array(table.by_fold.event, dtype=np.int64), np.array(table.by_fold.bin)), money)
    return found


def edge_sums(table: Table) -> Values:
    """Return the basis sums of the first j bins, (2 outcomes, bases, bins + 1)."""
    found = np.zeros((2, len(table.bases), bins(table) + 1))
    place = (np.array(table.by_fold.event, dtype=np.int64), np.array(table.by_fold.bin) + 1)
    for basis, sums in enumerate(table.by_fold.sums):
        np.add.at(found[:, basis], place, np.array(sums))
    return np.asarray(np.cumsum(found, axis=2), dtype=np.float64)


def by_bin_and_fold(table: Table, values: Values) -> Values:
    found = np.zeros((bins(table), table.folds))
    np.add.at(found, (np.array(table.by_fold.bin), np.array(table.by_fold.fold)), values)
    return found


def edges_of(values: Values) -> Values:
    """Sum up from the lowest bin: by edge and fold, (bins + 1, folds); a fold lies in one piece, as it is read."""
    found = np.zeros((len(values) + 1, values.shape[1]), order="F")
    np.cumsum(values, axis=0, out=found[1:])
    return found


def action_money(table: Table, prices: Mapping[str, float], action: int) -> Values:
    """Return the money of one action on each cell of `Table.by_fold`."""
    return money_of(table.by_fold, weights(table, prices)[action])


def by_bin(table: Table, weight: Values) -> Values:
    found = np.zeros(bins(table))
    np.add.at(found, np.array(table.by_fold.bin), money_of(table.by_fold, weight))
    return found


def squares_by_bin(table: Table, weight: Values, side: int) -> Values:
    assert table.by_sign is not None
    found = np.zeros(bins(table))
    np.add.at(found, np.array(table.by_sign.bin), squares_of(table.by_sign, weight, side))
    return found


def edges_gain(table: Table, weight: Values) -> Values:
    """Return the gain of every edge over giving everybody the `above` action, (bins + 1,)."""
    return np.append(0.0, np.cumsum(by_bin(table, weight[BELOW] - weight[ABOVE])))


def in_turn(values: Values) -> float:
    """Add one value after the other, so that JavaScript gets the same double."""
    total = 0.0
    for value in values.tolist():
        total += value
    return total

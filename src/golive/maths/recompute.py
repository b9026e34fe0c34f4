"""Every figure with money in it, from the score table, some prices and a cut-off.

`golive prove` fills the evidence through these functions, and the page repeats them line by line in JavaScript, so
moving a price there says what Python would say. Nothing here sees a row.

An edge j is the policy "the first j bins get the `below` action". Action 0 is `below`, action 1 is `above`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import structs

from golive.maths.blocks import scatter, widened
from golive.maths.cutoff import Choice, best_edge, choose
from golive.maths.intervals import Side, Z, difference, standard_deviation, total_limits
from golive.maths.limits import Limits, over_folds
from golive.maths.linear import coefficient
from golive.maths.units import effective
from golive.maths.words import whole
from golive.records.objective import PROFIT, REVENUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from golive.records.score_table import FoldCells, SignCells, Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]
    Counts = NDArray[Any]  # whole numbers; fractions where rows have weights

FEWEST_EVENTS = 10
"""Below this many events, or cases without it, there is no interval."""
BELOW, ABOVE, TODAY = 0, 1, 2
"""The two actions; `TODAY` stands for a rule that gives one or the other from case to case."""
RULED = 8
"""Part of a sign: today's rule gives the `above` action."""


@dataclass(frozen=True)
class Gain:
    """A policy against giving everybody one action, or against today's rule; money per row."""

    action: int
    """The action everybody gets in the alternative; `TODAY` where it is a rule."""
    point: float
    low: float | None
    high: float | None
    sd: float
    """Standard deviation of the difference on one row."""
    changed: int
    """Rows whose action differs."""
    total: float
    """Money of the alternative over all rows."""


@dataclass(frozen=True)
class Standing:
    """What one edge is worth."""

    edge: int
    below: int
    """Rows that get the `below` action."""
    above: int
    total: float
    """Money over all rows, honest where the edge was chosen from them."""
    low: float | None
    """Limits of the total."""
    high: float | None
    sd: float
    """Standard deviation of the money of one row."""
    against: tuple[Gain, ...]
    """Against everybody `below`, against everybody `above`, and against today's rule where the table has one."""


def weights(table: Table, prices: Mapping[str, float], objective: str | None = None) -> Values:
    """Return what one unit of each basis earns in an objective (the table's own): (2 actions, 2 outcomes, bases)."""
    found = np.zeros((2, 2, len(table.bases)))
    for term in table.terms:
        if (objective or table.objective) in (PROFIT, term.line):
            found[term.action, term.event, term.basis] += coefficient(term.coefficient, prices)
    return found


def chosen(table: Table, prices: Mapping[str, float], objective: str | None = None) -> Choice:
    """Choose the cut-off again under these prices, see `golive.maths.cutoff.choose`."""
    if table.early is not None:
        first = chosen(earlier(table), prices, objective)
        gain = _edges_gain(table, weights(table, prices, objective))
        return replace(first, gain=gain, best=best_edge(gain, limits(table, prices)), honest=float(gain[first.edge]))
    weight = weights(table, prices, objective)
    gains = by_bin_and_fold(table, _money(table.by_fold, weight[BELOW] - weight[ABOVE]))
    return choose(gains, counts(table), table.halves, limits(table, prices))


def earlier(table: Table) -> Table:
    """Return the table of the earlier rows, on which the cut-off is chosen."""
    assert table.early is not None
    return structs.replace(table, by_fold=table.early, early=None, blocks=0, block_times=0.0)


def limits(table: Table, prices: Mapping[str, float]) -> Limits | None:
    """Return the limits of the table under these prices, with what they are about; None without any."""
    if not table.limits:
        return None
    cells = table.by_fold
    n, event = np.array(cells.n, dtype=np.float64), np.array(cells.event)
    held = {"below": edges_of(by_bin_and_fold(table, n)), "events": edges_of(by_bin_and_fold(table, n * event))}
    for name in (PROFIT, REVENUE):
        if any(limit.quantity == f"{name}_per_case" for limit in table.limits):
            weight = weights(table, prices, name)
            above = by_bin_and_fold(table, _money(cells, weight[ABOVE]))
            gain = by_bin_and_fold(table, _money(cells, weight[BELOW] - weight[ABOVE]))
            held[name] = edges_of(gain) + edges_of(above)[-1]
    return Limits(table.limits, table.favourable, held)


def revalued(table: Table, prices: Mapping[str, float], choice: Choice, objective: str) -> Choice:
    """Return a choice with its gains in another objective: chosen for one, valued in the other."""
    weight = weights(table, prices, objective)
    if table.early is not None:
        gain = _edges_gain(table, weight)
        return replace(choice, gain=gain, honest=float(gain[choice.edge]))
    edges = edges_of(by_bin_and_fold(table, _money(table.by_fold, weight[BELOW] - weight[ABOVE])))
    honest = 0.0
    for fold, edge in enumerate(choice.by_fold):
        honest += float(edges[edge, fold])
    return replace(choice, gain=over_folds(edges, range(table.folds)), honest=honest)


def standing(
    table: Table, prices: Mapping[str, float], edge: int, choice: Choice | None = None, objective: str | None = None
) -> Standing:
    """Value an edge.

    Parameters
    ----------
    table, prices
        The rows, folded, and assumption -> value.
    edge
        The policy.
    choice
        Give it when the edge is the one that `chosen` deployed: value and interval then pay for the choosing.
        Without it the edge counts as fixed beforehand (a person moved the slider).
    objective
        What the money is; the table's own when absent. A choice must have been valued in it (`revalued`).
    """
    weight = weights(table, prices, objective)
    n = counts(table)
    rows = rows_of(table)
    everybody_above = float(_by_bin(table, weight[ABOVE]).sum())
    gain = _edges_gain(table, weight)
    earned = float(gain[edge]) if choice is None else choice.honest
    optimism = 0.0 if choice is None else choice.optimism / rows
    signs = Signs(table, weight, edge)
    enough, blocks = has_range(table), blocks_of(table, weight, edge)
    others = [(BELOW, float(gain[-1])), (ABOVE, 0.0), *([(TODAY, signs.today())] if table.today else [])]
    against = tuple(
        gain_against(signs, action, (earned - total) / rows, optimism, rows, enough, everybody_above + total, blocks)
        for action, total in others
    )
    own = signs.sides_of_policy()
    ends = difference(*own, rows, optimism)
    low, high = (limit * rows for limit in (ends if blocks is None else blocks.widened(*ends, blocks.own())))
    return Standing(
        edge=edge,
        below=whole(float(n[:edge].sum())),
        above=rows - whole(float(n[:edge].sum())),
        total=min(max(everybody_above + earned, low), high),
        low=low if enough else None,
        high=high if enough else None,
        sd=standard_deviation(*own, rows)
        if blocks is None
        else blocks.sd(standard_deviation(*own, rows), blocks.own()),
        against=against,
    )


def blocks_of(table: Table, weight: Values, low: int, high: int | None = None) -> Blocks | None:
    """Return the money by block of time; None without dates, or with too few blocks."""
    return Blocks(table, weight, low, high) if table.block_times else None


def has_range(table: Table) -> bool:
    """Return whether there are outcomes, and blocks of time, enough for a range."""
    return min(effective_outcomes(table)) >= FEWEST_EVENTS and (not table.blocks or table.block_times > 0)


def smallest_gain(table: Table, prices: Mapping[str, float]) -> float:
    """Return the smallest gain worth having where nobody said what running costs: 1 % of the mean difference."""
    weight = weights(table, prices)
    assert table.by_sign is not None
    return 0.01 * float(np.abs(_money(table.by_sign, weight[BELOW] - weight[ABOVE])).sum()) / rows_of(table)


def curve(table: Table, prices: Mapping[str, float]) -> tuple[Values, Values, Values]:
    """Return money, lower and upper pointwise limit of every edge, each (bins + 1,), for edges fixed beforehand."""
    weight = weights(table, prices)
    rows = rows_of(table)
    total = _edges_gain(table, weight) + float(_by_bin(table, weight[ABOVE]).sum())
    below, above = (_squares_by_bin(table, weight[action], action) for action in (BELOW, ABOVE))
    squares = np.append(0.0, np.cumsum(below)) + (above.sum() - np.append(0.0, np.cumsum(above)))
    half = Z * np.sqrt(np.maximum(squares - total * total / rows, 0.0))
    if table.block_times:
        half = np.maximum(half, table.block_times * rows * _scatter_of_edges(table, weight))
    return total, total - half, total + half


def _scatter_of_edges(table: Table, weight: Values) -> Values:
    """Return the standard error per row between blocks of time of every edge, (bins + 1,)."""
    money = [edges_of(by_bin_and_fold(table, _money(table.by_fold, weight[action]))) for action in (BELOW, ABOVE)]
    sums = (money[BELOW] + money[ABOVE][-1] - money[ABOVE])[:, : table.blocks]
    rows = np.bincount(table.by_fold.fold, weights=table.by_fold.n, minlength=table.blocks).astype(np.float64)
    return np.array([scatter(one, rows) for one in sums])


def cells(table: Table, prices: Mapping[str, float] | None, edge: int) -> tuple[tuple[float, float, float], ...]:
    """Return (rows, money with the action they get, money with the other action) of the four cells of the confusion
    matrix: below/no event, below/event, above/no event, above/event. Without prices the money is 0."""
    weight = weights(table, prices or {})
    found = []
    for action in (BELOW, ABOVE):
        for event in (0, 1):
            here = (np.array(table.by_fold.event) == event) & ((np.array(table.by_fold.bin) >= edge) == bool(action))
            n = np.array(table.by_fold.n)[here].sum().item()
            own, other = (float(_money(table.by_fold, weight[one])[here].sum()) for one in (action, 1 - action))
            found.append((n, own, other))
    return tuple(found)


def forgone(table: Table, prices: Mapping[str, float], inside: Bools, event: int, action: int) -> tuple[float, ...]:
    """Return what the other action would have earned more on some bins and one outcome: money and its 95 % limits."""
    weight = weights(table, prices)
    assert table.by_sign is not None
    money = _money(table.by_sign, weight[1 - action] - weight[action])
    outcome = np.array(table.by_sign.event) == event
    here = outcome & inside[np.array(table.by_sign.bin)]
    mine, others = (_squares(table.by_sign, weight[1 - action] - weight[action], side) for side in (action, 1 - action))
    squares = np.where(inside[np.array(table.by_sign.bin)], mine, others)
    gained, lost = (_side(sign * money, squares, here, outcome) for sign in (1, -1))
    return gained.total - lost.total, *total_limits(gained, lost)


def shifted(table: Table, prices: Mapping[str, float], start: int, end: int) -> tuple[float, float, float]:
    """Return what moving the cut-off from one edge to another gains over all rows, with its 95 % limits, both edges
    fixed beforehand."""
    weight = weights(table, prices)
    assert table.by_sign is not None
    rises = 1 if end > start else -1  # the rows between get the `below` action then, else the `above` action
    money = rises * _money(table.by_sign, weight[BELOW] - weight[ABOVE])
    # A customer's rows in bins further down stay joined to those between: rather too wide than too narrow.
    squares = _squares(table.by_sign, weight[BELOW] - weight[ABOVE], BELOW)
    place = np.array(table.by_sign.bin)
    here = (place >= min(start, end)) & (place < max(start, end))
    gained, lost = (_side(sign * money, squares, here, np.ones(len(here), dtype=bool)) for sign in (1, -1))
    rows = rows_of(table)
    low, high = difference(gained, lost, rows)
    return gained.total - lost.total, rows * low, rows * high


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


def _money(cells: FoldCells | SignCells, weight: Values) -> Values:
    """Return the money of each cell under what one unit of each basis earns by outcome, (2, bases)."""
    event = np.array(cells.event, dtype=np.int64)
    total = np.zeros(len(event))
    for basis, sums in enumerate(cells.sums):
        total += weight[event, basis] * np.array(sums)
    return total


def _squares(cells: SignCells, weight: Values, side: int) -> Values:
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
    money = _money(table.by_fold, weights(table, prices)[action])
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
    """Sum up from the lowest bin: by edge and fold, (bins + 1, folds)."""
    found = np.zeros((len(values) + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=found[1:])
    return found


def action_money(table: Table, prices: Mapping[str, float], action: int) -> Values:
    """Return the money of one action on each cell of `Table.by_fold`."""
    return _money(table.by_fold, weights(table, prices)[action])


def _by_bin(table: Table, weight: Values) -> Values:
    found = np.zeros(bins(table))
    np.add.at(found, np.array(table.by_fold.bin), _money(table.by_fold, weight))
    return found


def _squares_by_bin(table: Table, weight: Values, side: int) -> Values:
    assert table.by_sign is not None
    found = np.zeros(bins(table))
    np.add.at(found, np.array(table.by_sign.bin), _squares(table.by_sign, weight, side))
    return found


def _edges_gain(table: Table, weight: Values) -> Values:
    """Return the gain of every edge over giving everybody the `above` action, (bins + 1,)."""
    return np.append(0.0, np.cumsum(_by_bin(table, weight[BELOW] - weight[ABOVE])))


def gained_and_lost(table: Table, prices: Mapping[str, float]) -> tuple[Side, Side]:
    """Return what the `below` action gains over the `above` action on all rows, and what it loses: the two sides."""
    signs = Signs(table, weights(table, prices), 0)
    everywhere = np.ones(len(signs.gain), dtype=bool)
    return tuple(_side(sign * signs.gain, signs.gain_squares, everywhere, everywhere) for sign in (1, -1))  # type: ignore[return-value]  # two


class Signs:
    """Money won and lost under an edge, with the signs kept apart.

    With a second, higher edge the bins between the two are the middle band: they count as unchanged everywhere.
    """

    def __init__(self, table: Table, weight: Values, edge: int, high: int | None = None) -> None:
        assert table.by_sign is not None
        cells = table.by_sign
        self.n = np.array(cells.n)
        self.above = np.array(cells.bin) >= (edge if high is None else high)
        self.middle = (np.array(cells.bin) >= edge) & ~self.above
        self.above_today = (np.array(cells.sign) & RULED) > 0
        self.gain = _money(cells, weight[BELOW] - weight[ABOVE])
        gain = weight[BELOW] - weight[ABOVE]
        self.gain_squares = np.where(self.above, _squares(cells, gain, ABOVE), _squares(cells, gain, BELOW))
        self.own = np.where(self.above, _money(cells, weight[ABOVE]), _money(cells, weight[BELOW]))
        below, above = (_squares(cells, weight[action], action) for action in (BELOW, ABOVE))
        self.own_squares = np.where(self.above, above, below)

    def other(self, action: int) -> Bools:
        """Cells that get the `above` action in an alternative."""
        return self.above_today if action == TODAY else np.full(len(self.n), action == ABOVE)

    def differs(self, action: int) -> Bools:
        """Cells that get another action than in the alternative."""
        return np.asarray((self.above != self.other(action)) & ~self.middle, dtype=bool)

    def sides(self, action: int) -> tuple[Side, Side]:
        """Money won and lost against an alternative, by giving cells the action that they do not get in it."""
        won = np.where(self.other(action), self.gain, -self.gain)
        everywhere = np.ones(len(won), dtype=bool)
        here = self.differs(action)
        return tuple(_side(sign * won, self.gain_squares, here, everywhere) for sign in (1, -1))  # type: ignore[return-value]  # two

    def today(self) -> float:
        """Return what today's rule gains over giving everybody the `above` action."""
        return float(self.gain[~self.above_today].sum())

    def sides_of_policy(self) -> tuple[Side, Side]:
        """Money won and lost against doing nothing at all."""
        everywhere = np.ones(len(self.own), dtype=bool)
        return tuple(_side(sign * self.own, self.own_squares, everywhere, everywhere) for sign in (1, -1))  # type: ignore[return-value]  # two


def _side(money: Values, squares: Values, here: Bools, everywhere: Bools) -> Side:
    """Return the positive money of some cells, and the typical case of that sign among all cells."""
    positive = money > 0
    total, square = float(money[positive & everywhere].sum()), float(squares[positive & everywhere].sum())
    mine = positive & here
    return Side(float(money[mine].sum()), float(squares[mine].sum()), square / total if total > 0 else 0.0)


class Blocks:
    """Money by block of time under an edge, or under two of which the rows between keep their action."""

    def __init__(self, table: Table, weight: Values, edge: int, high: int | None = None) -> None:
        cells = table.by_fold
        self.table, self.size = table, table.blocks
        self.block = np.array(cells.fold)
        self.rows = self.summed(np.array(cells.n, dtype=np.float64))
        place = np.array(cells.bin)
        self.above = place >= (edge if high is None else high)
        self.between = (place >= edge) & ~self.above
        self.today = np.array(cells.today) > 0 if cells.today else None
        self.money = [_money(cells, weight[action]) for action in (BELOW, ABOVE)]

    def summed(self, values: Values) -> Values:
        found: Values = np.bincount(self.block, weights=values, minlength=self.size).astype(np.float64)
        return found

    def own(self) -> Values:
        return self.summed(np.where(self.above, self.money[ABOVE], self.money[BELOW]))

    def against(self, action: int) -> Values:
        """Return what the edge gains over an alternative in each block, (blocks,)."""
        other = np.full(len(self.above), action == ABOVE) if action != TODAY else self.today
        assert other is not None
        won = np.where(self.between, 0.0, self.above.astype(np.float64) - other)
        return self.summed(won * (self.money[ABOVE] - self.money[BELOW]))

    def widened(self, low: float, high: float, sums: Values) -> tuple[float, float]:
        return widened(low, high, sums, self.rows, self.table.block_times)

    def sd(self, of_rows: float, sums: Values) -> float:
        """Return the standard deviation of a row that makes the standard error of the blocks, if that is larger."""
        return max(of_rows, scatter(sums, self.rows) * math.sqrt(float(self.rows.sum())))


def gain_against(
    signs: Signs,
    action: int,
    point: float,
    optimism: float,
    rows: int,
    enough: bool,
    total: float,
    blocks: Blocks | None = None,
) -> Gain:
    sides = signs.sides(action)
    low, high = difference(*sides, rows, optimism)
    sd = standard_deviation(*sides, rows)
    if blocks is not None:
        sums = blocks.against(action)
        low, high = blocks.widened(low, high, sums)
        sd = blocks.sd(sd, sums)
    return Gain(
        action=action,
        point=min(max(point, low), high),
        low=low if enough else None,
        high=high if enough else None,
        sd=sd,
        changed=whole(float(signs.n[signs.differs(action)].sum())),
        total=total,
    )

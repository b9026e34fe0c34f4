"""Every figure with money in it, from the score table, some prices and a cut-off.

`golive prove` fills the evidence through these functions, and the page repeats them line by line in JavaScript, so
moving a price there says what Python would say. Nothing here sees a row.

An edge j is the policy "the first j bins get the `below` action". Action 0 is `below`, action 1 is `above`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import structs

from golive.maths.blocks import scatter
from golive.maths.cutoff import Choice, best_edge, choose
from golive.maths.intervals import Side, Z, difference, standard_deviation, total_limits
from golive.maths.limits import Limits, over_folds
from golive.maths.sides import Blocks, Signs, side_of
from golive.maths.table_sums import (
    ABOVE,
    BELOW,
    TODAY,
    by_bin,
    by_bin_and_fold,
    counts,
    edges_gain,
    edges_of,
    effective_outcomes,
    money_of,
    rows_of,
    squares_by_bin,
    squares_of,
    weights,
)
from golive.maths.words import whole
from golive.records.objective import PROFIT, REVENUE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from golive.records.score_table import Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]
    Counts = NDArray[Any]  # whole numbers; fractions where rows have weights

FEWEST_EVENTS = 10
"""Below this many events, or cases without it, there is no interval."""


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


def chosen(table: Table, prices: Mapping[str, float], objective: str | None = None) -> Choice:
    """Choose the cut-off again under these prices, see `golive.maths.cutoff.choose`."""
    if table.early is not None:
        first = chosen(earlier(table), prices, objective)
        gain = edges_gain(table, weights(table, prices, objective))
        return replace(first, gain=gain, best=best_edge(gain, limits(table, prices)), honest=float(gain[first.edge]))
    weight = weights(table, prices, objective)
    gains = by_bin_and_fold(table, money_of(table.by_fold, weight[BELOW] - weight[ABOVE]))
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
            above = by_bin_and_fold(table, money_of(cells, weight[ABOVE]))
            gain = by_bin_and_fold(table, money_of(cells, weight[BELOW] - weight[ABOVE]))
            held[name] = edges_of(gain) + edges_of(above)[-1]
    return Limits(table.limits, table.favourable, held)


def revalued(table: Table, prices: Mapping[str, float], choice: Choice, objective: str) -> Choice:
    """Return a choice with its gains in another objective: chosen for one, valued in the other."""
    weight = weights(table, prices, objective)
    if table.early is not None:
        gain = edges_gain(table, weight)
        return replace(choice, gain=gain, honest=float(gain[choice.edge]))
    edges = edges_of(by_bin_and_fold(table, money_of(table.by_fold, weight[BELOW] - weight[ABOVE])))
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
    everybody_above = float(by_bin(table, weight[ABOVE]).sum())
    gain = edges_gain(table, weight)
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
    return 0.01 * float(np.abs(money_of(table.by_sign, weight[BELOW] - weight[ABOVE])).sum()) / rows_of(table)


def curve(table: Table, prices: Mapping[str, float]) -> tuple[Values, Values, Values]:
    """Return money, lower and upper pointwise limit of every edge, each (bins + 1,), for edges fixed beforehand."""
    weight = weights(table, prices)
    rows = rows_of(table)
    total = edges_gain(table, weight) + float(by_bin(table, weight[ABOVE]).sum())
    below, above = (squares_by_bin(table, weight[action], action) for action in (BELOW, ABOVE))
    squares = np.append(0.0, np.cumsum(below)) + (above.sum() - np.append(0.0, np.cumsum(above)))
    half = Z * np.sqrt(np.maximum(squares - total * total / rows, 0.0))
    if table.block_times:
        half = np.maximum(half, table.block_times * rows * _scatter_of_edges(table, weight))
    return total, total - half, total + half


def _scatter_of_edges(table: Table, weight: Values) -> Values:
    """Return the standard error per row between blocks of time of every edge, (bins + 1,)."""
    money = [edges_of(by_bin_and_fold(table, money_of(table.by_fold, weight[action]))) for action in (BELOW, ABOVE)]
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
            own, other = (float(money_of(table.by_fold, weight[one])[here].sum()) for one in (action, 1 - action))
            found.append((n, own, other))
    return tuple(found)


def forgone(table: Table, prices: Mapping[str, float], inside: Bools, event: int, action: int) -> tuple[float, ...]:
    """Return what the other action would have earned more on some bins and one outcome: money and its 95 % limits."""
    weight = weights(table, prices)
    assert table.by_sign is not None
    money = money_of(table.by_sign, weight[1 - action] - weight[action])
    outcome = np.array(table.by_sign.event) == event
    here = outcome & inside[np.array(table.by_sign.bin)]
    mine, others = (
        squares_of(table.by_sign, weight[1 - action] - weight[action], side) for side in (action, 1 - action)
    )
    squares = np.where(inside[np.array(table.by_sign.bin)], mine, others)
    gained, lost = (side_of(sign * money, squares, here, outcome) for sign in (1, -1))
    return gained.total - lost.total, *total_limits(gained, lost)


def shifted(table: Table, prices: Mapping[str, float], start: int, end: int) -> tuple[float, float, float]:
    """Return what moving the cut-off from one edge to another gains over all rows, with its 95 % limits, both edges
    fixed beforehand."""
    weight = weights(table, prices)
    assert table.by_sign is not None
    rises = 1 if end > start else -1  # the rows between get the `below` action then, else the `above` action
    money = rises * money_of(table.by_sign, weight[BELOW] - weight[ABOVE])
    # A customer's rows in bins further down stay joined to those between: rather too wide than too narrow.
    squares = squares_of(table.by_sign, weight[BELOW] - weight[ABOVE], BELOW)
    place = np.array(table.by_sign.bin)
    here = (place >= min(start, end)) & (place < max(start, end))
    gained, lost = (side_of(sign * money, squares, here, np.ones(len(here), dtype=bool)) for sign in (1, -1))
    rows = rows_of(table)
    low, high = difference(gained, lost, rows)
    return gained.total - lost.total, rows * low, rows * high


def gained_and_lost(table: Table, prices: Mapping[str, float]) -> tuple[Side, Side]:
    """Return what the `below` action gains over the `above` action on all rows, and what it loses: the two sides."""
    signs = Signs(table, weights(table, prices), 0)
    everywhere = np.ones(len(signs.gain), dtype=bool)
    return tuple(side_of(sign * signs.gain, signs.gain_squares, everywhere, everywhere) for sign in (1, -1))  # type: ignore[return-value]  # two


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

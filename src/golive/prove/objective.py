"""Profit and revenue are separate lines: what the cut-off keeps and earns in each, and what choosing one costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from golive.errors import InputError
from golive.maths.recompute import chosen, curve, limits, revalued, standing
from golive.maths.scenario import FACTORS, scenario
from golive.maths.table_sums import ABOVE, BELOW, bins, cutoff_at, rows_of
from golive.maths.words import number
from golive.records.earned import Beside, Choice, Difference, KeptLimit, Scenario, Trade
from golive.records.objective import PROFIT, REVENUE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.maths import cutoff
    from golive.maths.scenario import Outcome
    from golive.records.money import Money
    from golive.records.score_table import Table

    Prices = Mapping[str, float]


def aimed(table: Table, money: Money) -> Table:
    """Return a table that knows what is maximised and which limits hold."""
    favourable = BELOW if money.actions.favourable == money.actions.below else ABOVE
    return replace(table, objective=money.objective.maximise, favourable=favourable, limits=money.objective.limits)


def kept(table: Table, prices: Prices, choice: cutoff.Choice) -> tuple[KeptLimit, ...]:
    """Return every limit with where the deployed cut-off stands.

    Raises
    ------
    InputError
        No cut-off keeps them all.
    """
    values = limited(table, prices, choice.edge)
    if not choice.kept:
        said = ", ".join(f"`{limit}`" for limit in table.limits)
        nearest = ", ".join(
            f"{limit.quantity} {number(value)}" for limit, value in zip(table.limits, values, strict=True)
        )
        raise InputError(
            f"no cut-off on these rows keeps {said}; the nearest has {nearest}",
            hint="loosen a limit in [objective] subject_to, or find out which of them was meant",
        )
    return tuple(
        KeptLimit(text=str(one), quantity=one.quantity, at_most=one.at_most, bound=one.bound, value=value)
        for one, value in zip(table.limits, values, strict=True)
    )


def limited(table: Table, prices: Prices, edge: int) -> tuple[float, ...]:
    """Return what an edge has of each limited quantity, on all rows."""
    found = limits(table, prices)
    if found is None:
        return ()
    held = found.over(range(table.folds))
    return tuple(float(found.value(one.quantity, held)[edge]) for one in table.limits)


def keeps(table: Table, prices: Prices) -> tuple[bool, bool]:
    """Return whether everybody `below`, and everybody `above`, would keep all limits."""
    found = limits(table, prices)
    if found is None:
        return True, True
    short = found.short(found.over(range(table.folds)))
    return bool(short[bins(table)] == 0), bool(short[0] == 0)


def has_revenue(table: Table) -> bool:
    return any(term.line == REVENUE for term in table.terms)


def beside(table: Table, prices: Prices, choice: cutoff.Choice, names: Sequence[str]) -> Beside | None:
    """Value the deployed cut-off in the objective that it was not chosen for."""
    if not has_revenue(table):
        return None
    other, rows = _other(table), rows_of(table)
    found = standing(table, prices, choice.edge, revalued(table, prices, choice, other), other)
    return Beside(
        objective=other,
        total=found.total,
        per_row=found.total / rows,
        low=None if found.low is None else found.low / rows,
        high=None if found.high is None else found.high / rows,
        against=tuple(
            Difference(name=name, per_row=gain.point, low=gain.low, high=gain.high)
            for name, gain in zip(names, found.against, strict=True)
        ),
    )


def trade(table: Table, prices: Prices, choice: cutoff.Choice) -> Trade | None:
    """Choose for both objectives, and value each choice in both."""
    if not has_revenue(table):
        return None
    made = {table.objective: choice, _other(table): chosen(table, prices, _other(table))}
    curves = {name: curve(replace(table, objective=name), prices)[0] for name in (PROFIT, REVENUE)}
    return Trade(
        profit=tuple(np.asarray(curves[PROFIT]).tolist()),
        revenue=tuple(np.asarray(curves[REVENUE]).tolist()),
        choices=(_choice(table, prices, PROFIT, made[PROFIT]), _choice(table, prices, REVENUE, made[REVENUE])),
    )


def scenarios(table: Table, prices: Prices, money: Money, edge: int) -> tuple[Scenario, ...]:
    """Return the what-ifs: harder times, or cases that were never approved where only approved ones have outcomes."""
    unseen, event = money.labelled == "only approved", money.event or "bad"
    found = []
    for factor in FACTORS[0 if unseen else 1 :]:
        one = scenario(table, prices, edge, factor)
        text = (
            f"cases that were never approved, were they {event} {factor:g} times as often as approved ones of the same"
            " score."
            if unseen
            else f"harder times, with {event} {factor:g} times as often at every score as in these rows."
        )
        label = f"A scenario, not an estimate: {text}"
        today = None if unseen else _against_today(one, money)
        found.append(
            Scenario(factor=factor, per_row=one.per_row, bad_rate=one.bad_rate, against_today=today, text=label)
        )
    return tuple(found)


def _against_today(one: Outcome, money: Money) -> float | None:
    if money.today.action is not None:
        return one.per_row - (one.everybody if money.today.action == money.actions.favourable else 0.0)
    return None if one.today is None else one.per_row - one.today


def _choice(table: Table, prices: Prices, objective: str, made: cutoff.Choice) -> Choice:
    rows, cut = rows_of(table), cutoff_at(table, made.edge)
    profit, revenue = (
        standing(table, prices, made.edge, revalued(table, prices, made, name), name).total / rows
        for name in (PROFIT, REVENUE)
    )
    return Choice(objective=objective, chosen=() if cut is None else (cut,), profit=profit, revenue=revenue)


def _other(table: Table) -> str:
    return REVENUE if table.objective == PROFIT else PROFIT

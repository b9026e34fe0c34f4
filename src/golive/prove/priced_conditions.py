"""Conditions that come from the money file: an effect nobody measured, a limit missed later, profit given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.maths.words import amount, count, number
from golive.prove.conditions import OWNER
from golive.records.evidence import Condition
from golive.records.objective import PROFIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.records.evidence import MoneyEvidence
    from golive.records.money import Money


def priced_conditions(money: Money, found: MoneyEvidence) -> tuple[Condition, ...]:
    """Collect them, in the order of the money file."""
    return (*_effects(money), *_missed(found), *_given_up(found))


def _effects(money: Money) -> Iterator[Condition]:
    """An action that is said to change what happens: without a control group nobody can know by how much."""
    for one in money.assumptions:
        if one.effect_of and not one.measured_by:
            yield Condition(
                code="effect_assumed",
                text=f"That “{one.effect_of}” changes what happens (`{one.name}`, {one.value:g}) is assumed, not"
                " measured: it needs a control group, cases that are left alone at random.",
                who=one.owner or OWNER,
            )


def _missed(found: MoneyEvidence) -> Iterator[Condition]:
    """A limit that was kept on the earlier rows, which chose, and is missed on the later ones, which judge."""
    for limit in found.limits:
        if (limit.value > limit.bound) if limit.at_most else (limit.value < limit.bound):
            yield Condition(
                code="limit_missed",
                text=f"The limit {limit.text} was kept where the cut-off was chosen, and is missed on later cases:"
                f" {number(limit.value)}.",
                who=OWNER,
            )


def _given_up(found: MoneyEvidence) -> Iterator[Condition]:
    """Revenue was maximised, and profit pays for it."""
    if found.beside is None or found.beside.objective != PROFIT:
        return
    decides = {one.name for one in found.against if one.decides}
    lost = [one for one in found.beside.against if one.name in decides and one.per_row < 0]
    if lost:
        worst = min(lost, key=lambda one: one.per_row)
        said = amount(-1000 * worst.per_row, found.currency)
        yield Condition(
            code="profit_given_up",
            text=f"It was chosen for revenue: per {count(1000, found.row)} it earns {said} less profit than"
            f" {worst.name}.",
            who=OWNER,
        )

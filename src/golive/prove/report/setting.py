"""What a reader of the page can change, and the evidence as it reads then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec.structs import replace

from golive.prove.objective import keeps

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.records.evidence import Against, Assumed, Evidence, MoneyEvidence
    from golive.records.score_table import Table


@dataclass(frozen=True)
class Setting:
    """What a reader can change."""

    prices: Mapping[str, float]
    edge: int | None = None
    """The cut-off in the picture; None: the one that these prices choose."""
    volume: int | None = None
    """The cut-off of the question what more volume costs; None: 100 more of 1,000 than these prices choose."""
    objective: str | None = None
    """``profit`` or ``revenue``; None: the recorded one."""
    bounds: tuple[float, ...] | None = None
    """Of the limits, in their order; None: the recorded ones."""
    ranges: Mapping[str, tuple[float, float]] | None = None
    """Assumption -> what is thought possible, where it was changed."""
    capacity: float | None = None
    """Cases that people can look at in a day; None: the recorded number."""


def recorded(evidence: Evidence) -> Setting:
    """Return the setting that the evidence speaks about."""
    return Setting({one.name: one.value for one in evidence.assumptions})


def under(evidence: Evidence, setting: Setting) -> Evidence:
    """Return the evidence with another objective, other limits and ranges; its figures are not worked out again."""
    assert evidence.money is not None
    table = _table(evidence.table, setting)
    money = replace(evidence.money, against=_deciding(table, evidence.money, setting.prices))
    ranges = setting.ranges or {}
    return replace(
        evidence, table=table, money=money, assumptions=tuple(_ranged(one, ranges) for one in evidence.assumptions)
    )


def _table(table: Table, setting: Setting) -> Table:
    bounds = setting.bounds or tuple(one.bound for one in table.limits)
    limits = tuple(replace(one, bound=bound) for one, bound in zip(table.limits, bounds, strict=True))
    return replace(table, objective=setting.objective or table.objective, limits=limits)


def _deciding(table: Table, money: MoneyEvidence, prices: Mapping[str, float]) -> tuple[Against, ...]:
    """Ask against what is done today, else what keeps the limits; where nothing does, what is possible."""
    if not table.limits or any(one.today for one in money.against):
        return money.against
    possible = [one.action not in money.impossible for one in money.against]
    asked = [may and kept for may, kept in zip(possible, keeps(table, prices), strict=True)]
    decides = asked if any(asked) else possible
    return tuple(replace(one, decides=now) for one, now in zip(money.against, decides, strict=True))


def _ranged(one: Assumed, ranges: Mapping[str, tuple[float, float]]) -> Assumed:
    if one.name not in ranges:
        return one
    low, high = ranges[one.name]
    return replace(one, low=low, high=high)

"""What the command line says beside the verdict: limits, the other objective, three bands, prices moved together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.maths.words import amount, count, number, percent

if TYPE_CHECKING:
    from golive.records.evidence import MoneyEvidence


def told(money: MoneyEvidence) -> list[str]:
    """Return one line for each that the money file asked for; none of them is netted with another."""
    return [*_limits(money), *_beside(money), *_bands(money), *_joint(money)]


def _limits(money: MoneyEvidence) -> list[str]:
    return [f"Limit {one.text}: {number(one.value)}." for one in money.limits]


def _beside(money: MoneyEvidence) -> list[str]:
    if money.beside is None:
        return []
    parts = [
        f"against {one.name} {_signed(one.per_row, money)}{_range(one.low, one.high, money)}"
        for one in money.beside.against
    ]
    name = money.beside.objective
    return [f"{name[0].upper()}{name[1:]} beside it, per {count(1000, money.row)}: {'; '.join(parts)}."]


def _bands(money: MoneyEvidence) -> list[str]:
    bands = money.bands
    if bands is None:
        return []
    below, middle, above = bands.rows
    cuts = " and ".join("none" if cut is None else number(cut) for cut in bands.chosen)
    measured = "; ".join(
        f"against {one.name} {_signed(one.per_row, money)}{_range(one.low, one.high, money)}" for one in bands.measured
    )
    added = bands.added
    return [
        f"Three bands, cut at {cuts}: {below:,} {money.below}, {middle:,} {bands.middle}, {above:,} {money.above}; the"
        f" middle may hold {percent(bands.share)}.",
        f"Measured of the outer bands, per {count(1000, money.row)}: {measured}.",
        f"Assumed, not measured: people add {_signed(added.per_row, money)}{_range(added.low, added.high, money)}.",
    ]


def _joint(money: MoneyEvidence) -> list[str]:
    joint = money.joint
    if joint is None:
        return []
    parts = [f"against {one.name} {_range(one.low, one.high, money).strip(' ()')}" for one in joint.against]
    per, lost = count(1000, money.row), percent(joint.lost)
    costs = amount(1000 * joint.regret, money.currency)
    return [
        f"With all prices moved inside their ranges, per {per}: {'; '.join(parts)}. Nothing is gained in {lost} of the"
        f" mixes; keeping the cut-off costs {costs}."
    ]


def _signed(per_row: float, money: MoneyEvidence) -> str:
    return f"{'+' if per_row > 0 else ''}{amount(1000 * per_row, money.currency)}"


def _range(low: float | None, high: float | None, money: MoneyEvidence) -> str:
    if low is None or high is None:
        return ""
    return f" ({amount(1000 * low, money.currency)} to {amount(1000 * high, money.currency)})"

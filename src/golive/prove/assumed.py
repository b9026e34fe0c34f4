"""What the prices do to the result: how far each may move, and what all of them together may do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.errors import InputError
from golive.maths.assumed import break_even
from golive.maths.joint import DRAWS, Ranged, joint, regret_at_ends
from golive.records.earned import Joint, Spread
from golive.records.evidence import Assumed, BreakEven

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.maths.assumed import Kept
    from golive.maths.money import Payoffs
    from golive.records.assumption import Assumption
    from golive.records.money import Money


def break_evens(
    stays: Kept, money: Money, compiled: Payoffs, asked: Sequence[int], names: Sequence[str]
) -> tuple[BreakEven, ...]:
    """Return the nearest value of each price at which a gain that the verdict asks about is gone; nearest first."""
    found = []
    for one in money.assumptions:
        if one.name in compiled.frozen:
            continue
        limits = None if one.low is None or one.high is None else (one.low, one.high)
        values = [(break_even(stays, compiled.prices, one.name, action, limits), action) for action in asked]
        near = [(abs(value - one.value), value, action) for value, action in values if value is not None]
        if near:
            _, value, action = min(near)
            found.append(
                BreakEven(
                    assumption=one.name,
                    now=one.value,
                    value=value,
                    alternative=names[action],
                    in_range=None if limits is None else limits[0] <= value <= limits[1],
                    owner=one.owner,
                )
            )
    return tuple(sorted(found, key=lambda one: abs(one.value - one.now) / max(abs(one.now), 1e-12)))


def drawn_together(
    stays: Kept, edge: int, money: Money, compiled: Payoffs, asked: Sequence[int], names: Sequence[str]
) -> Joint | None:
    """Draw all prices together; None when none has a range that can move."""
    ranged = [one for one in map(ranged_of, money.assumptions) if one is not None]
    moving = [one for one in ranged if one.name not in compiled.frozen]
    if not moving:
        return None
    found = joint(stays, edge, compiled.prices, moving, asked)
    return Joint(
        draws=DRAWS,
        drawn=tuple(one.name for one in moving),
        still=tuple(one.name for one in ranged if one.name in compiled.frozen),
        against=tuple(
            Spread(name=name, low=one.low, middle=one.middle, high=one.high, lost=one.lost)
            for name, one in zip(names, found.against, strict=True)
        ),
        lost=found.lost,
        regret=found.regret,
        regret_high=found.regret_high,
    )


def assumed(stays: Kept, edge: int, money: Money, compiled: Payoffs) -> tuple[Assumed, ...]:
    """Return every assumption as the page edits it."""
    return tuple(_assumed(stays, edge, one, compiled) for one in money.assumptions)


def _assumed(stays: Kept, edge: int, one: Assumption, compiled: Payoffs) -> Assumed:
    ranged, moves = ranged_of(one), one.name not in compiled.frozen
    regret = None if ranged is None or not moves else _regret(stays, edge, compiled, ranged)
    return Assumed(
        name=one.name, value=one.value, low=one.low, high=one.high, owner=one.owner, source=one.source,
        adjustable=moves, why=compiled.frozen.get(one.name, ""), regret=regret, means=one.means,
    )  # fmt: skip


def _regret(stays: Kept, edge: int, compiled: Payoffs, ranged: Ranged) -> float:
    try:
        return regret_at_ends(stays, edge, compiled.prices, ranged)
    except InputError as exc:
        raise InputError(
            f"`{ranged.name}` from {ranged.low:g} to {ranged.high:g}: {exc.message}", hint=exc.hint
        ) from exc


def ranged_of(one: Assumption) -> Ranged | None:
    """Return the range of an assumption; None where it has none, or one of a single value."""
    if one.low is None or one.high is None or one.low == one.high:
        return None
    return Ranged(one.name, one.low, one.high)

"""What the judged cases earned, by the one money formula."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from golive.maths.money import needed, payoffs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from golive.records.money import Money
    from golive.watch.cases import Case

    Values = NDArray[np.float64]


class Valued(NamedTuple):
    """Money of the mature cases, and why some have none."""

    earned: Values
    """Per case, of the action taken."""
    other: Mapping[str, Values]
    """Action -> what it would have earned on the same cases; empty when an outcome is missing."""
    waiting: int
    without_outcome: int
    unpriced: int
    unseen: int
    """Cases valued without an outcome, because the action taken earns the same either way."""
    unfavourable: int
    """Cases with an outcome although the favourable action was not taken."""


def value(cases: Sequence[Case], money: Money) -> Valued:
    """Value the mature cases.

    A case whose action earns the same whether or not the event happens (a rejected loan) has its money without an
    outcome. What another action would have earned on it stays unknown then, so no comparison is made at all: leaving
    such cases out would compare with the approved ones only.
    """
    mature = [case for case in cases if case.mature]
    waiting = [case for case in mature if case.reported is None and case.taken not in money.payoffs]
    columns = needed(money)
    priced = [case for case in mature if case.taken in money.payoffs and _priced(case, columns)]
    seen = [case for case in priced if case.outcome is not None]
    unseen = [case for case in priced if case.outcome is None]
    earns = _payoffs(seen, money, columns, [bool(case.outcome) for case in seen])
    same = _whatever_happens(unseen, money, columns)
    return Valued(
        earned=np.concatenate([_taken(seen, earns), same]),
        other={} if len(same) else earns,
        waiting=len(waiting),
        without_outcome=len(unseen) - len(same),
        unpriced=len(mature) - len(waiting) - len(priced),
        unseen=len(same),
        unfavourable=sum(case.taken != money.actions.favourable for case in seen),
    )


def _priced(case: Case, columns: Sequence[str]) -> bool:
    """Whether every column that the prices need is a number in this case."""
    inputs = case.decision.inputs or {}  # erased, or kept as a digest only
    return all(_is_number(inputs.get(name)) for name in columns)


def _is_number(cell: object) -> bool:
    # What the service recorded is what came in, whole numbers of any length included.
    return isinstance(cell, (int, float)) and not isinstance(cell, bool) and abs(cell) <= sys.float_info.max


def _payoffs(
    cases: Sequence[Case], money: Money, columns: Sequence[str], happened: Sequence[bool]
) -> Mapping[str, Values]:
    inputs = [case.decision.inputs or {} for case in cases]
    amounts = {name: np.array([row[name] for row in inputs], dtype=np.float64) for name in columns}
    return payoffs(money, amounts, np.array(happened, dtype=bool))


def _taken(cases: Sequence[Case], earns: Mapping[str, Values]) -> Values:
    return np.array([earns[case.taken][row] for row, case in enumerate(cases)], dtype=np.float64)


def _whatever_happens(cases: Sequence[Case], money: Money, columns: Sequence[str]) -> Values:
    """Return the money of those cases whose action earns the same with and without the event."""
    without, with_event = (
        _taken(cases, _payoffs(cases, money, columns, [event] * len(cases))) for event in (False, True)
    )
    same: Values = without[without == with_event]
    return same

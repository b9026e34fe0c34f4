"""The conditions under which a bundle was approved, held while it answers.

When one breaks, the case gets the policy's fallback, and the row says which condition it was, whose, and what rule or
band would have said. It goes on by itself when the condition holds again.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from golive.engine.journal import Day
from golive.records.decision import Problem
from golive.records.terms import FEWEST, holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.engine.journal import Counts, DecisionRow
    from golive.records.rules import Fallback
    from golive.records.signoff import Approved
    from golive.records.terms import Term


class Condition(NamedTuple):
    """A condition that golive holds, and who made it."""

    text: str
    term: Term
    role: str
    line: int
    """Of ``signoff.jsonl``."""


class Conditions:
    """Sends a decision to the fallback where a condition of the approval does not hold.

    Parameters
    ----------
    approved
        What the bundle was approved under.
    fallback
        Of its policy.
    """

    def __init__(self, approved: Approved, fallback: Fallback) -> None:
        self._fallback = fallback
        self._conditions = tuple(
            Condition(agreed.text, agreed.term, approver.role, approver.line)
            for approver in approved.approvers
            for agreed in approver.conditions
            if agreed.term is not None
        )

    def __bool__(self) -> bool:
        return bool(self._conditions)

    def __call__(self, row: DecisionRow, counts: Counts) -> DecisionRow:
        """Return the row as it may be answered."""
        if row.fallback:
            return row
        for condition in self._conditions:
            if cause := _broken(condition.term, row, counts):
                return self._instead(row, condition, cause)
        return row

    def _instead(self, row: DecisionRow, condition: Condition, cause: str) -> DecisionRow:
        told = Problem(
            field="",
            problem=f"a condition of the approval does not hold: {cause}",
            expected=f"`{condition.text}` ({condition.role}, line {condition.line} of the sign-off)",
        )
        kept = {"text": condition.text, "role": condition.role, "line": condition.line, "instead_of": row.action}
        return msgspec.structs.replace(
            row,
            action=self._fallback.action,
            message=self._fallback.message,
            band=None,
            rule=None,
            fallback=True,
            problems=(*row.problems, told),
            routing={**row.routing, "condition": kept},
        )


def _broken(term: Term, row: DecisionRow, counts: Counts) -> str:
    """Say how a row would break a term; empty when it does not."""
    day = date.fromisoformat(row.time[:10])
    inside = holds(term, day)
    if term.dates_only:
        return "" if inside else f"today is {day}"
    if not inside:
        return ""
    if term.most_per_day is not None:
        decided = counts.decided(Day(row.bundle, row.policy, row.time[:10]))
        return f"{decided:,} cases were decided on {day}" if decided >= term.most_per_day else ""
    since = (day - timedelta(days=term.window - 1)).isoformat()
    found = counts.turned(row.bundle, row.policy, since)
    if found.acted < FEWEST or found.turned <= (term.overrides or 0) * found.acted:
        return ""
    return f"people turned {found.turned:,} of the {found.acted:,} decisions they acted on since {since}"


def held(approved: Approved, fallback: Fallback) -> Conditions | None:
    """Return what holds the conditions of an approval; none where there is nothing to hold."""
    return Conditions(approved, fallback) or None


def sentences(approved: Approved) -> Sequence[str]:
    """Return the conditions of an approval for people, each with whether anything holds it."""
    from golive.records.terms import sentence

    return [
        f"condition of {approver.role}: `{agreed.text}`: {sentence(agreed)}"
        for approver in approved.approvers
        for agreed in approver.conditions
    ]

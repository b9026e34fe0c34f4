"""From the journal to cases: what was decided, what was done, what became of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from golive.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.engine.journal import Log
    from golive.records.journal import DecisionRow
    from golive.watch.signed import Signed


class Case(NamedTuple):
    """One decided case."""

    decision: DecisionRow
    outcome: bool | None
    """Whether the event happened; None while nobody has said."""
    reported: str | None
    """The action that somebody reported; None when nobody did."""
    mature: bool

    @property
    def taken(self) -> str:
        """The action taken: the one reported, else the decision, which then counts as carried out."""
        return self.decision.action if self.reported is None else self.reported


class Judged(NamedTuple):
    """The cases to judge, and how many decisions are none of this promise."""

    cases: tuple[Case, ...]
    other: int
    unapproved: int


def judged(log: Log, signed: Signed, *, as_of: datetime, final: bool) -> Judged:
    """Return the cases that this bundle and policy decided under approval."""
    ours = [row for row in log.decisions if (row.bundle, row.policy) == (signed.bundle, signed.policy)]
    approved = [row for row in ours if row.approved]
    outcomes = {row.case_id: row.outcome for row in log.outcomes}  # the last row of a case counts
    reported = {row.case_id: row.action for row in log.actions}
    event = signed.evidence.event
    _two_labels((outcomes[row.case_id] for row in approved if row.case_id in outcomes), event)
    days = None if final else signed.money.mature_after_days
    cases = tuple(
        Case(
            decision=row,
            outcome=outcomes[row.case_id] == event if row.case_id in outcomes else None,
            reported=reported.get(row.case_id),
            mature=row.case_id in outcomes if days is None else _aged(row, days, as_of),
        )
        for row in approved
    )
    return Judged(cases, len(log.decisions) - len(ours), len(ours) - len(approved))


def maturity(signed: Signed, *, final: bool) -> str:
    """Say which cases count as mature."""
    days = signed.money.mature_after_days
    if final:
        return "every case whose outcome was posted: outcomes were declared final"
    if days is None:
        return "every case whose outcome was posted: the money file states no `mature_after_days`"
    return f"every case decided at least {days} days ago"


def _aged(row: DecisionRow, days: int, as_of: datetime) -> bool:
    return datetime.fromisoformat(row.time).astimezone(UTC) + timedelta(days=days) <= as_of


def _two_labels(outcomes: Iterable[str], event: str) -> None:
    """A third label would silently count as "no event"."""
    others: Sequence[str] = sorted(set(outcomes) - {event})
    if len(others) > 1:
        raise InputError(
            f"the journal holds outcomes {', '.join(f'`{name}`' for name in others)} beside the event `{event}`",
            hint="expected the event and one other label; post a corrected outcome for the cases that are misspelt",
        )

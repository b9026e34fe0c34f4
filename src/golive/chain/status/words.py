"""What the stages took, and the rest of a status, in words: the terminal and the page say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.maths.words import count
from golive.records.status import State

if TYPE_CHECKING:
    from datetime import date

    from golive.records.status import Stage, Status

NOBODY = "nobody named"


def headline(status: Status) -> str:
    """Say how much is left."""
    waiting = sum(item.state is State.waiting for item in status.items)
    if not status.left:
        return "Nothing is left." + (f" {count(waiting, 'item')} for a day to come." if waiting else "")
    failed = sum(item.state is State.failed for item in status.items)
    return f"{count(status.left, 'item')} left until production" + (f", {failed} of them failed." if failed else ".")


DAYS = ("stage", "done, took", "expected", "whose date", "other models")
"""Heads of the table of the stages."""


def days(status: Status) -> list[tuple[str, ...]]:
    """Return the row of each stage."""
    return [(one.stage, done(one), expected(one, status.day), one.owner, before(one)) for one in status.stages]


def done(stage: Stage) -> str:
    """Say when a stage was done and what it took."""
    if stage.done is None:
        return "not done"
    return f"{stage.done}, {count(stage.took or 0, 'day')}"


def expected(stage: Stage, today: date) -> str:
    """Say what somebody expected, and how far it is from what happened."""
    if stage.expected is None:
        return ""
    off = ((stage.done or today) - stage.expected).days
    if stage.done is None:
        beside = f"in {count(-off, 'day')}" if off < 0 else "today" if off == 0 else f"{count(off, 'day')} ago"
    else:
        beside = f"{count(-off, 'day')} earlier" if off < 0 else "kept" if off == 0 else f"{count(off, 'day')} later"
    return f"{stage.expected} ({beside})"


def before(stage: Stage) -> str:
    """Say what it took in other projects; nothing where fewer than two finished it."""
    if stage.before is None:
        return ""
    low, high, models = stage.before.shortest, stage.before.longest, stage.before.models
    span = count(low, "day") if low == high else f"{low} to {count(high, 'day')}"
    return f"{span} in {models} models"

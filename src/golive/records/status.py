"""What is left until production: items with state, owner and day, and what the stages took."""

from __future__ import annotations

from datetime import date
from enum import Enum

from golive.records.brief import StageName
from golive.records.document import Part, Record


class State(str, Enum):
    done = "done"
    open = "open"
    """Somebody has something to do."""
    failed = "failed"
    """It is there and not in order."""
    later = "later"
    """An item above it comes first."""
    waiting = "waiting"
    """For a day that has not come: nobody has anything to do, so it is not left."""


LEFT = frozenset({State.open, State.failed, State.later})


class Item(Part, frozen=True, kw_only=True):
    id: str
    """Stable: ``approve.sign.risk``. It starts with the stage."""
    stage: StageName
    name: str
    state: State
    text: str
    """What was found, in a sentence."""
    owner: str = ""
    """A role; empty where nobody was named."""
    since: date | None = None
    """Since when it is in this state; null where there is no fact and no note."""
    next: str = ""
    """The command to type; empty when there is nothing to do."""

    @property
    def left(self) -> bool:
        """Whether it has to be done before production."""
        return self.state in LEFT


class Before(Part, frozen=True, kw_only=True):
    """What a stage took in other projects."""

    models: int
    """Projects that finished it; at least two."""
    shortest: int
    """Days."""
    longest: int


class Stage(Part, frozen=True, kw_only=True):
    """One stage: what it took, beside what somebody expected."""

    stage: StageName
    done: date | None
    """The day on which its last item was done; null while one is left."""
    took: int | None
    """Days from the stage before to this one; null while it is not done."""
    expected: date | None
    """As typed into the brief; null where nobody typed one."""
    owner: str
    """Whose date that is: a role."""
    before: Before | None
    """Null when fewer than two other projects finished it."""


class FirstOutcomes(Part, frozen=True, kw_only=True):
    """When an outcome can be trusted for the first time."""

    day: date | None
    """Null when the money file does not say how long outcomes take."""
    mature_after_days: int | None
    counted_from: date
    """The first decision under approval, or today."""
    decided: bool
    """Whether anything was decided yet; if not, ``day`` is what it would be if it decided today."""
    text: str


class Status(Record, frozen=True, kw_only=True, tag="status/1"):
    project: str
    """Name of the folder."""
    day: date
    """The day of looking, UTC."""
    left: int
    items: tuple[Item, ...]
    """In the order of the chain."""
    stages: tuple[Stage, ...]
    first_outcomes: FirstOutcomes
    notes: tuple[str, ...] = ()
    """What could not be looked at or kept."""

"""What a policy would have done with real cases whose outcome is known."""

from __future__ import annotations

from golive.records.document import Digest, Part, Record

BEFORE = "the policy before"
"""What the policy given to ``--against`` is called in `Compared`."""
EARLIER = (BEFORE, "the current policy")
"""The same, with its name in rehearsals of earlier versions."""


class Acted(Part, frozen=True, kw_only=True):
    """The cases that got one action."""

    action: str
    cases: int
    share: float
    """Of all cases, 0..1."""
    events: int
    """Cases among them in which the event happened."""
    per_case: float | None
    """Money per case of this action, in the currency; null when there are none, or when the action has no price."""


class Decider(Part, frozen=True, kw_only=True):
    """What decided, and how often."""

    kind: str
    """``rule``, ``band`` or ``fallback``."""
    id: str
    """Of the rule or band; empty for the fallback."""
    action: str
    cases: int


class Compared(Part, frozen=True, kw_only=True):
    """The policy against something else, on the same cases."""

    name: str
    """``approve all``, or `BEFORE`."""
    per_thousand: float
    """What the policy earns more per 1,000 cases, in the currency; negative when it earns less."""
    low: float
    high: float
    changed: int
    """Cases that get another action."""
    unknown: int = 0
    """Of these, cases whose money counts 0, because one of the two actions has no price; 0 in earlier versions."""


class Flip(Part, frozen=True, kw_only=True):
    """Cases that the policy before and this one treat differently."""

    before: str
    after: str
    cases: int
    events: int
    per_thousand: float | None
    """What these flips earn per 1,000 of all cases, in the currency; null when one of the actions has no price."""
    low: float | None = None
    """Lower limit of ``per_thousand``; null as that, and in rehearsals of earlier versions."""
    high: float | None = None


class Named(Part, frozen=True, kw_only=True):
    """How often an input was the first reason of an action."""

    action: str
    input: str
    cases: int


class Queue(Part, frozen=True, kw_only=True):
    """What goes to people."""

    action: str
    """``review``."""
    cases: int
    share: float
    fallback: int
    """Of these, cases that no rule and no band could decide."""
    per_month: float | None
    """Expected cases a month at the volume of the money file; null when it has none."""
    valued_as: str
    """The action whose money such a case is given here (today's); empty: it has no price and counts 0."""


class Load(Part, frozen=True, kw_only=True):
    """What goes to people on one day."""

    column: str
    """The column of dates that was counted; empty: the share of the cases, at the volume of the money file."""
    days: int | None = None
    """Days on which cases came; null for the volume."""
    per_day: float
    """Cases to people on a middle day (median); for the volume on the busiest day that the money file names."""
    most: float
    """On the fullest day."""
    fullest: str = ""
    """That day, ``2024-03-31``."""
    capacity: float | None
    """Cases that people can look at on one day, by the policy or by the money file; null: nobody said."""
    over: int | None = None
    """Days on which more came than they can look at."""
    overflow: float
    """Cases beyond the capacity, of all days; for the volume of that day."""
    then: str
    """The action that those get; empty or ``review``: they wait."""
    waiting: int | None = None
    """The most cases that waited at the end of a day."""


class Segment(Part, frozen=True, kw_only=True):
    """The cases with one value of a column."""

    column: str
    value: str | None
    """Null where it is missing, and for the rest."""
    joined: int
    """How many rarer values this one joins; 0 for a value of its own."""
    cases: int
    events: int
    acted: dict[str, int]
    """Action -> cases."""
    per_thousand: float
    """Money of the policy per 1,000 cases of the segment. Nothing is taken off: ``optimism`` is of all cases."""
    low: float | None
    """Null with fewer than 10 cases with the event or without it."""
    high: float | None
    changed: int | None
    """Cases that the policy before decides otherwise; null without one."""
    gained: float | None
    """What the policy earns more than the one before per 1,000 cases of the segment; null without one."""


class Rehearsal(Record, frozen=True, kw_only=True, tag="rehearsal/1"):
    bundle: Digest
    policy: Digest
    """Of ``policy.toml``."""
    money: Digest
    evidence: Digest | None = None
    """Whose optimism was taken off; null in those written before it was kept, which can no longer be signed."""
    current: Digest | None
    """Of the policy before; null when none was given. That of ``policy``: the same file, so nothing was compared."""
    rows: int
    events: int
    currency: str
    acted: tuple[Acted, ...]
    """One per action of the policy, in its order."""
    deciders: tuple[Decider, ...]
    per_thousand: float
    """Money of the policy per 1,000 cases."""
    low: float
    high: float
    level: float
    """Of every interval here, e.g. 0.95."""
    optimism: float
    """What was taken off per 1,000 cases because the cut-off was chosen on these rows; 0 for other rows."""
    against: tuple[Compared, ...]
    """Each constant action that is possible, and the policy before."""
    flips: tuple[Flip, ...]
    changes: tuple[str, ...] | None = None
    """What is different from the policy before, in sentences; null without one, and in earlier versions."""
    queue: Queue
    reasons: tuple[Named, ...]
    """The most frequent first reasons, at most five for each action."""
    loads: tuple[Load, ...] = ()
    """Of a day: from the volume of the money file, and from the dates of the rows; none in earlier versions."""
    segments: tuple[Segment, ...] = ()
    routing: tuple[str, ...] = ()
    """What the policy leaves to the service and was not rehearsed, in words, one line each."""

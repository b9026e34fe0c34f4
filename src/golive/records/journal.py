"""The rows of the journal: what was decided, what became of it, what was done with it, what was taken out again."""

from __future__ import annotations

from golive.records.decision import Problem, Reason
from golive.records.document import Digest, Part, Record


class Shadow(Part, frozen=True, kw_only=True):
    """What another bundle would have decided. It is never answered."""

    bundle: Digest
    score: float | None
    action: str


class DecisionRow(Part, frozen=True, kw_only=True):
    """One decision as it was answered; everything needed to give the same answer again."""

    case_id: str
    """Given by the caller; one decision per case, for ever. It cannot be erased: it should say nothing by itself."""
    time: str
    """UTC, ISO 8601 with microseconds and Z: when it was decided."""
    bundle: Digest
    policy: Digest
    """Of the bytes of ``policy.toml``."""
    policy_id: str
    """What people call the policy, with its version."""
    golive: str
    """Version that decided."""
    approved: bool
    """False when the service ran with ``--unapproved``."""
    inputs: dict[str, object] | None
    """The case as it came in, before any check. Null where only a keyed digest is kept, and where it was erased."""
    score: float | None
    action: str
    band: str | None
    rule: str | None
    reasons: tuple[Reason, ...]
    """Without their sentences where only a keyed digest of the inputs is kept."""
    message: str
    fallback: bool
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]
    """Keys of the case that the contract does not know."""
    routing: dict[str, object]
    """What was done beside the decision by state, clock or secret: ``queue``, ``arm``, ``propensity``,
    ``override_limit``, ``effective``. It stays when the case is erased, so it holds nothing of the person."""
    shadow: Shadow | None = None
    subject: str | None = None
    """Whom the case is about, where the caller says so; erased with the inputs."""
    erased: bool = False
    """Whether inputs, reasons and problems were taken out; not a column of its own."""


class OutcomeRow(Part, frozen=True, kw_only=True):
    """What became of a case. The last row of a case is the one that counts."""

    case_id: str
    outcome: str
    time: str
    """UTC: when it was recorded."""


class ActionRow(Part, frozen=True, kw_only=True):
    """What the person at the desk did with a case. The last row of a case is the one that counts."""

    case_id: str
    action: str
    by: str
    """Empty where it was erased."""
    reason: str
    """Why it differs from the decision; empty when it does not, and where it was erased."""
    time: str
    """UTC: when it was recorded."""
    role: str = ""
    """In which role, where the policy says who may override; else as the caller says."""
    above_limit: bool = False
    """Whether more was overridden than the policy allows."""


class RemovalRow(Part, frozen=True, kw_only=True):
    """What was taken out of a chain on purpose, so that what is left still holds."""

    kind: str
    """``erased``: the personal columns of one row. ``pruned``: all rows of a chain up to one."""
    chain: str
    """The table."""
    of_writer: str
    """Whose chain."""
    upto: int
    """Number of the row, or of the last one that is gone."""
    removed: int
    """Rows that are gone."""
    head: str
    """Digest of the row ``upto``: what the next row in the chain names."""
    by: str
    """Who did it, as typed."""
    reason: str
    time: str
    """UTC."""


class Head(Part, frozen=True, kw_only=True):
    """The end of a chain. Keep it elsewhere, and a journal that was rewritten whole is noticed."""

    table: str
    writer: str
    """Empty in journal/1, which has one chain per table."""
    number: int
    """Rows of the chain, pruned ones included."""
    digest: Digest


class Broken(Part, frozen=True, kw_only=True):
    """The first row that does not hold."""

    table: str
    writer: str
    number: int
    """Its place in the chain, from 1."""
    problem: str
    """What differs."""


class Erased(Record, frozen=True, kw_only=True, tag="journal-erased/1"):
    """What was erased for a person."""

    journal: str
    cases: tuple[str, ...]
    rows: int
    """Rows whose personal columns were taken out now; 0 where all were erased before."""


class Pruned(Record, frozen=True, kw_only=True, tag="journal-pruned/1"):
    """What was removed because it was old."""

    journal: str
    before: str
    """UTC: rows from this time on are kept."""
    rows: dict[str, int]
    """Table -> rows removed."""


class Verified(Record, frozen=True, kw_only=True, tag="journal-verified/1"):
    """What was found when a journal was verified."""

    journal: str
    """Where it is; a password is not shown."""
    rows: dict[str, int]
    """Table -> rows that hold."""
    erased: int
    """Rows whose personal columns were taken out."""
    pruned: int
    """Rows that were taken out because they were old."""
    heads: tuple[Head, ...]
    """The last row that holds, of each chain."""
    broken: Broken | None
    """Null when every row holds."""

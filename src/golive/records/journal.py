"""The rows of the journal: what was decided, what became of it, what was done with it."""

from __future__ import annotations

from golive.records.decision import Problem, Reason
from golive.records.document import Digest, Part


class DecisionRow(Part, frozen=True, kw_only=True):
    """One decision as it was answered; everything needed to give the same answer again."""

    case_id: str
    """Given by the caller; one decision per case, for ever."""
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
    inputs: dict[str, object]
    """The case as it came in, before any check."""
    score: float | None
    action: str
    band: str | None
    rule: str | None
    reasons: tuple[Reason, ...]
    message: str
    fallback: bool
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]
    """Keys of the case that the contract does not know."""
    routing: dict[str, object]
    """What was done beside the decision by state, clock or secret; empty today."""


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
    reason: str
    """Why it differs from the decision; empty when it does not."""
    time: str
    """UTC: when it was recorded."""

"""What the engine answers for one case."""

from __future__ import annotations

import math

from golive.records.document import Digest, Part, Record


class Reason(Part, frozen=True, kw_only=True):
    """One raw input that moved the score towards the event."""

    input: str
    text: str
    """A sentence for people."""
    contribution: float
    """Log-odds by which the input moved the score; positive is towards the event."""


class Problem(Part, frozen=True, kw_only=True):
    """Why a case breaks the contract."""

    field: str
    problem: str
    """What is wrong, with the value."""
    expected: str


class Decision(Record, frozen=True, kw_only=True, tag="decision/1"):
    """One decision. ``fallback`` is true whenever the case could not be decided by rule or band."""

    action: str
    """One of the policy's actions."""
    score: float | None
    """Probability of the event, 0..1; null when the case breaks the contract."""
    band: str | None
    """Id of the score band, null when a hard rule or the fallback decided."""
    rule: str | None
    """Id of the hard rule, null when none matched."""
    reasons: tuple[Reason, ...]
    """At most four, strongest first."""
    message: str
    """The text of the rule, band or fallback for the customer; may be empty."""
    fallback: bool
    problems: tuple[Problem, ...]
    """Empty unless the contract was broken."""
    bundle: Digest
    policy: Digest

    def __post_init__(self) -> None:
        # One is made for each case, so the two places where numbers stand are looked at first; the rest is for the
        # message.
        score = 0.0 if self.score is None else self.score
        if not all(map(math.isfinite, [score, *[reason.contribution for reason in self.reasons]])):
            super().__post_init__()

"""The golden rows of a bundle, each with the decision its policy gives: for whoever carries the policy elsewhere."""

from __future__ import annotations

from golive.records.document import Digest, Part, Record
from golive.records.graph import Scalar


class GoldenDecision(Part, frozen=True, kw_only=True):
    inputs: dict[str, Scalar]
    score: float | None
    """Null when the case breaks the contract."""
    action: str
    band: str | None
    rule: str | None
    fallback: bool


class GoldenDecisions(Record, frozen=True, kw_only=True, tag="golden-decisions/1"):
    policy: Digest
    """Of ``policy.toml``."""
    rows: tuple[GoldenDecision, ...]

"""One line of ``signoff.jsonl``: a statement in in-toto form, chained by the hash of the line before it."""

from __future__ import annotations

from golive.records.document import Digest, Part, Record


class Subject(Part, frozen=True, kw_only=True):
    """What is signed: a file by name and digest."""

    name: str
    digest: Digest


class Shown(Part, frozen=True, kw_only=True):
    """A number exactly as it stood before the signer's eyes."""

    name: str
    text: str
    value: float | None = None


class Signature(Part, frozen=True, kw_only=True):
    kind: str
    """``typed`` (a name that somebody typed: weak, and marked so everywhere) or ``ssh``."""
    value: str = ""
    """Empty for ``typed``; the armoured signature for ``ssh``."""


class Statement(Record, frozen=True, kw_only=True, tag="signoff/1"):
    previous: Digest
    """Digest of the line before, newline included; of no bytes for the first."""
    subjects: tuple[Subject, ...]
    """bundle, policy, money and evidence, in this order."""
    role: str
    name: str
    decision: str
    """``approve`` or ``reject``."""
    shown: tuple[Shown, ...]
    conditions: tuple[str, ...] = ()
    signed_at: str
    """UTC, ISO 8601 with seconds and Z."""
    expires: str | None = None
    """The last day on which it holds, ``YYYY-MM-DD``."""
    signature: Signature

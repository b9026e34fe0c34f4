"""One line of ``signoff.jsonl``: an in-toto statement, chained by the digest of the line before it.

How a statement becomes a line, and what a line must look like to hold, is fixed in `golive.engine.signoff`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from golive.records.document import Digest, Part, Record
from golive.records.terms import Agreed

Word = Literal["approve", "reject", "withdraw"]
"""What a signer says. ``withdraw`` takes back what the same role said about the same bytes before."""


class Sha256(Part, frozen=True, kw_only=True):
    """A digest in the form that in-toto fixes: 64 hexadecimal digits without a prefix."""

    sha256: str


class Subject(Part, frozen=True, kw_only=True):
    """What is signed: a file of the bundle by name and digest of its bytes."""

    name: str
    """Path inside the bundle, with ``/``."""
    digest: Sha256


class Shown(Part, frozen=True, kw_only=True):
    """A number exactly as it stood before the signer's eyes."""

    name: str
    text: str
    value: float | None = None


class Signature(Part, frozen=True, kw_only=True):
    kind: Literal["typed", "ssh"]
    """``typed`` (a name that somebody typed: weak, and marked so everywhere) or ``ssh``."""
    value: str = ""
    """Empty for ``typed``; the armoured signature for ``ssh``."""


class SignOff(Part, frozen=True, kw_only=True):
    """Who says what, on which numbers, for how long."""

    previous: Digest
    """Digest of the line before, newline included; of no bytes for the first."""
    role: str
    name: str
    decision: Word
    shown: tuple[Shown, ...]
    conditions: tuple[Agreed, ...] = ()
    although: str = ""
    """The verdict against which it was approved, in its own word (``do not use``); empty where it was not."""
    signed_at: str
    """UTC, ISO 8601 with seconds and Z."""
    expires: date | None = None
    """The last day on which it holds; null where it does not end."""
    signature: Signature
    """Always the last field: `golive.engine.signoff.message` says which bytes a signature is over."""


class Statement(Record, frozen=True, kw_only=True, tag="signoff/2"):
    """The line itself; `golive.records.signoff_1` reads those of the format before.

    Readers of in-toto statements pass over the fields they do not know (``format``, ``digest``).
    """

    type_: Literal["https://in-toto.io/Statement/v1"] = msgspec.field(
        name="_type", default="https://in-toto.io/Statement/v1"
    )
    subject: tuple[Subject, ...]
    """Every file that was signed: the manifest first (its digest is the bundle id), the others in a fixed order."""
    predicate_type: Literal["urn:golive:signoff:2"] = msgspec.field(
        name="predicateType", default="urn:golive:signoff:2"
    )
    predicate: SignOff


class Approver(Part, frozen=True, kw_only=True):
    """A role and the statement that speaks for it."""

    role: str
    name: str
    line: int
    """Of ``signoff.jsonl``, from 1."""
    signed_at: str
    expires: date | None
    conditions: tuple[Agreed, ...]
    although: str
    """The verdict against which it was approved; empty where it was not."""
    identity: str
    """``typed`` is weak: anybody could have typed it."""
    key: str
    """Fingerprint of the key that signed; empty for ``typed``."""


class Approved(Record, frozen=True, kw_only=True, tag="approved/2"):
    """That a bundle may serve, until when, and on whose word."""

    bundle: Digest
    """Digest of ``manifest.json``: compare it with the id of the bundle that was loaded."""
    policy: Digest
    """Digest of ``policy.toml``: compare it with the policy that was loaded."""
    approvers: tuple[Approver, ...]
    """One per required role, in the order asked for; then other roles whose approval counts, for their conditions."""
    expires: date | None
    """The earliest last day among the required roles."""
    head: Digest
    """Digest of the last line."""
    lines: int


class Line(Part, frozen=True, kw_only=True):
    """One line of the log, for people."""

    line: int
    role: str
    name: str
    decision: Word
    signed_at: str
    holds: bool
    """Intact, for these bytes, not expired, and the latest word of its role."""
    why: str
    """Why it does not hold; empty when it does."""
    conditions: tuple[Agreed, ...]
    although: str
    expires: date | None
    identity: str
    key: str
    """Fingerprint of the key behind an ssh signature; empty for a typed name, and where it does not hold."""


class Break(Part, frozen=True, kw_only=True):
    """The first line of the chain that does not hold together."""

    line: int
    problem: str
    """What was changed, as closely as it can be told."""


class Verified(Record, frozen=True, kw_only=True, tag="verified/2"):
    """What ``approve verify`` found."""

    changed: tuple[str, ...]
    """Files of the build that are not the ones in the manifest, each with what is wrong with it."""

    lines: tuple[Line, ...]
    """Lines before the first break."""
    broken: Break | None
    head: Digest | None
    """Digest of the last intact line; null when there is none."""

"""A line of ``signoff.jsonl`` as golive wrote it before conditions were held: read for ever, written no more."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from golive.records.document import Digest, Part, Record
from golive.records.signoff import Shown, Signature, SignOff, Statement, Subject, Word
from golive.records.terms import Agreed


class SignOff1(Part, frozen=True, kw_only=True):
    """See `golive.records.signoff.SignOff`; conditions are text that nothing enforces."""

    previous: Digest
    role: str
    name: str
    decision: Word
    shown: tuple[Shown, ...]
    conditions: tuple[str, ...] = ()
    signed_at: str
    expires: date | None = None
    signature: Signature


class Statement1(Record, frozen=True, kw_only=True, tag="signoff/1"):
    """See `golive.records.signoff.Statement`."""

    type_: Literal["https://in-toto.io/Statement/v1"] = msgspec.field(name="_type")
    subject: tuple[Subject, ...]
    predicate_type: Literal["urn:golive:signoff:1"] = msgspec.field(name="predicateType")
    predicate: SignOff1

    def today(self) -> Statement:
        """Return what it says in the form of today."""
        said = {name: getattr(self.predicate, name) for name in self.predicate.__struct_fields__}
        said["conditions"] = tuple(Agreed(text=text) for text in self.predicate.conditions)
        return Statement(subject=self.subject, predicate=SignOff(**said))

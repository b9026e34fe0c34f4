"""What changed between two policies."""

from __future__ import annotations

from golive.records.document import Digest, Part, Record


class Change(Part, frozen=True, kw_only=True):
    """One thing that changed."""

    what: str
    """``policy``, ``action``, ``input``, ``rule``, ``band``, ``fallback``, ``reasons``, ``routing`` or ``case``."""
    id: str
    """Of the rule or band, the name of the input or action, the table of the routing; empty where there is none."""
    text: str
    """The change in a sentence."""


class Difference(Record, frozen=True, kw_only=True, tag="policy-difference/1"):
    """Two policies side by side. No change: they do and say the same, however they are written."""

    before: Digest
    """Of the old file."""
    after: Digest
    changes: tuple[Change, ...]

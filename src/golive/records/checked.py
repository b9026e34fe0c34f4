"""What `golive prove` looked at before anybody believes a figure: each check with what it found."""

from __future__ import annotations

from enum import Enum

from golive.records.document import Part


class State(str, Enum):
    """How a check ended."""

    passed = "passed"
    failed = "failed"
    impossible = "not possible"


class Checked(Part, frozen=True, kw_only=True):
    """One check."""

    code: str
    """Stable: ``training_rows``, ``telling_input``, ``known_missing``, ``duplicates`` ..."""
    state: State
    text: str
    """What was found, in one sentence; where it was not possible, why, and what would make it possible."""
    condition: bool = False
    """Whether failing it turns `use` into `use with conditions`; else it is a note."""
    who: str = ""
    """The role that can lift the condition."""

"""What ``golive score`` did with a file, and what ``golive actions`` read back."""

from __future__ import annotations

from golive.records.document import Digest, Record


class Scored(Record, frozen=True, kw_only=True, tag="scored/1"):
    """A file of cases, decided."""

    source: str
    out: str
    rows: int
    decisions: dict[str, int]
    """Action -> rows, in the order of the policy."""
    fallback: int
    """Rows that no rule and no band decided."""
    problems: dict[str, int]
    """The most frequent problems of rows that went to the fallback, each with its rows; at most five."""
    before: int
    """Rows decided before, by the journal; they kept the answer that they got."""
    changed: int = 0
    """Rows without a decision: their case was decided before on other inputs."""
    ids: str
    """The column that names the cases; empty where ids were made from the file."""
    bundle: Digest
    policy: Digest
    approved: bool
    journal: str
    """Where each row was recorded; empty where nothing was."""
    notes: tuple[str, ...]
    """What a person must know about the copy."""


class Recorded(Record, frozen=True, kw_only=True, tag="recorded/1"):
    """Actions that were read from a filled sheet."""

    source: str
    rows: int
    filled: int
    """Rows with an action."""
    new: int
    """Actions that the journal did not hold as the last word on their case."""
    overridden: int
    """Filled rows whose action is not the decision, reviews not counted."""
    journal: str

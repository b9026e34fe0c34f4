"""What `golive tidy --check` found in notebooks without running them."""

from __future__ import annotations

from golive.records.document import Part, Record


class Finding(Part, frozen=True, kw_only=True):
    """One thing that makes a notebook unfit to be run again and again."""

    notebook: str
    """Path as it was named."""
    rule: str
    """One of the rules, e.g. ``hidden-state``."""
    cell: int
    """Counted from 1 down the file, text cells included."""
    line: int
    """Line in the cell, from 1."""
    what: str
    """A sentence for people, without the place."""
    hint: str = ""
    """What to do about it."""
    row: int | None = None
    """Line of the file, for programs that show files; null where the file does not hold the line as it is."""


class NotebookCheck(Record, frozen=True, kw_only=True, tag="notebook-check/1"):
    notebooks: tuple[str, ...]
    findings: tuple[Finding, ...]
    ignored: tuple[str, ...] = ()
    """Rules that were not asked."""

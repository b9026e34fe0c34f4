"""What `golive demo` did: the same facts that it prints, for machines."""

from __future__ import annotations

from golive.records.document import Part, Record

Fact = str | int | float | bool | None


class Step(Part, frozen=True, kw_only=True):
    """One room of the chain."""

    room: str
    sentences: tuple[str, ...]
    """What happened, in plain words."""
    files: tuple[str, ...]
    """What it made, relative to the output folder."""
    facts: dict[str, Fact]
    """The figures behind the sentences. Times and ids are not here: a second run gives the same bytes."""


class Walk(Record, frozen=True, kw_only=True, tag="walk/1"):
    absent: tuple[str, ...]
    """What this machine lacks and what was done about it."""
    steps: tuple[Step, ...]
    next: tuple[str, ...]
    """Three commands to try on one's own data."""

"""The chain of the journal: how a row's digest is taken, and which rows hold together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from golive.records.document import Digest, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FIRST = digest(b"")
"""What the first row of a chain names as the row before it."""

Cell = str | float | int | None


class Broken(NamedTuple):
    """The first row that does not hold."""

    table: str
    seq: int
    problem: str
    """What differs."""


class Held(NamedTuple):
    """How far a chain holds."""

    rows: int
    head: Digest
    """Digest of the last row that holds."""
    broken: Broken | None


def link(previous: Digest, cells: Mapping[str, Cell]) -> Digest:
    """Return the digest of a row: over the digest before it and the JSON of its columns, sorted by name."""
    return digest(previous.encode() + msgspec.json.encode(cells, order="sorted"))


def walk(table: str, rows: Iterable[Mapping[str, Cell]], kept: tuple[Digest, int]) -> Held:
    """Follow a chain from its start to the first row that does not hold.

    Parameters
    ----------
    table
        Its name, for the message.
    rows
        All rows in order, with ``seq``, ``previous`` and ``digest``.
    kept
        The head as it was kept when the last row was written: its digest and number.
    """
    previous, seq = FIRST, 0
    for cells in rows:
        problem = _problem(cells, seq + 1, previous)
        if problem:
            return Held(seq, previous, Broken(table, seq + 1, problem))
        previous, seq = Digest(str(cells["digest"])), seq + 1
    return Held(seq, previous, _at_the_end(table, previous, seq, kept))


def _problem(cells: Mapping[str, Cell], seq: int, previous: Digest) -> str | None:
    if cells["seq"] != seq:
        return f"the row is missing: the next one there is {cells['seq']}"
    if cells["previous"] != previous:
        return f"it names `{cells['previous']}` as the row before it, but that row's digest is `{previous}`"
    content = {name: value for name, value in cells.items() if name not in ("previous", "digest")}
    odd = [name for name, value in content.items() if not _plain(value)]
    if odd:
        return f"the column `{odd[0]}` holds a value that golive never writes"
    expected = link(previous, content)
    if cells["digest"] != expected:
        return f"its columns give the digest `{expected}`, but `{cells['digest']}` was written: a value was changed"
    return None


def _plain(value: Cell) -> bool:
    # NaN and infinity would read as null in JSON, bytes as text: changes that the digest alone does not see.
    return value is None or isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value))


def _at_the_end(table: str, head: Digest, seq: int, kept: tuple[Digest, int]) -> Broken | None:
    if kept == (head, seq):
        return None
    if kept[1] > seq:
        return Broken(table, seq + 1, f"the row is missing: {kept[1]} rows were written, the table ends at row {seq}")
    return Broken(table, seq, f"its digest is `{head}`, but the kept head is `{kept[0]}` of row {kept[1]}")

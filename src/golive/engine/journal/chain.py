"""The chain: what a row commits to, how its digest is taken, and which row breaks it.

A row's personal columns are not chained themselves. The chain covers a commitment to them, keyed with a random salt
that stands beside them. Once both are erased nobody can tell from the commitment what stood there, and the chain holds.
"""

from __future__ import annotations

import hmac
import math
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from golive.records.document import Digest, digest

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST = digest(b"")
"""What the first row of a chain names as the row before it."""

Cell = str | float | int | None


class Link(NamedTuple):
    """A place in a chain: the digest of a row and its number."""

    digest: Digest
    number: int


START = Link(FIRST, 0)


def whole(cell: Cell) -> int:
    """Return a stored number; -1, which is never one, where something else was put there."""
    return cell if isinstance(cell, int) else -1


def link(previous: Digest, cells: Mapping[str, Cell]) -> Digest:
    """Return the digest of a row: over the digest before it and the JSON of its chained columns, sorted by name."""
    return digest(previous.encode() + msgspec.json.encode(cells, order="sorted"))


def commitment(salt: str, personal: Mapping[str, Cell]) -> str:
    """Return what a row says of its personal columns: HMAC-SHA256 of their JSON, sorted by name.

    Parameters
    ----------
    salt
        Random, 32 hexadecimal digits; the key. Without it the values cannot be guessed and tried.
    personal
        The columns as they are stored.
    """
    return keyed(bytes.fromhex(salt), msgspec.json.encode(personal, order="sorted"))


def same_commitment(cells: Mapping[str, Cell], personal: Mapping[str, Cell]) -> bool:
    """Whether a stored row's personal columns are those that it commits to."""
    try:
        return cells["commitment"] == commitment(str(cells["salt"]), personal)
    except (ValueError, TypeError):  # a salt, or a value, that golive never writes
        return False


def keyed(key: bytes, data: bytes) -> str:
    """Return a keyed digest."""
    return "hmac-sha256:" + hmac.digest(key, data, "sha256").hex()


def problem(chained: Mapping[str, Cell], after: Link, previous: Cell, written: Cell) -> str | None:
    """Say what is wrong with a row that should follow another; None when it does follow.

    Parameters
    ----------
    chained
        The columns that its digest covers.
    after
        The row before it.
    previous, written
        What the row says: the digest before it, and its own.
    """
    if previous != after.digest:
        return f"it names `{previous}` as the row before it, but that row's digest is `{after.digest}`"
    odd = [name for name, value in chained.items() if not _plain(value)]
    if odd:
        return f"the column `{odd[0]}` holds a value that golive never writes"
    expected = link(after.digest, chained)
    if written != expected:
        return f"its columns give the digest `{expected}`, but `{written}` was written: a value was changed"
    return None


def end_problem(found: Link, kept: Link) -> tuple[int, str] | None:
    """Hold the end of a chain against its kept head; return the row and what is wrong."""
    if found == kept:
        return None
    if kept.number > found.number:
        lost = f"the row is missing: {kept.number} rows were written, the table ends at row {found.number}"
        return found.number + 1, lost
    return found.number, f"its digest is `{found.digest}`, but the kept head is `{kept.digest}` of row {kept.number}"


def _plain(value: Cell) -> bool:
    # NaN and infinity would read as null in JSON, bytes as text: changes that the digest alone does not see.
    return value is None or isinstance(value, (str, int)) or (isinstance(value, float) and math.isfinite(value))

"""The sign-off chain: how a statement becomes a line, and which lines hold together.

A line is the JSON of a statement whose last member is the digest of the bytes before it::

    {"format":"signoff/2", … ,"predicate":{"previous":"sha256:…", … },"digest":"sha256:…"}\\n

``digest`` covers everything to its left, ``previous`` covers the whole line before, newline included. So one changed
byte is found wherever it stands, also in the last line; lines that were moved, removed or put in between are found too.
A signature is over the bytes that stand there before it is put in (`message`), ``previous`` among them: it cannot be
taken to another line, role or bundle.
What a chain cannot show is that its last lines are gone: whoever serves remembers the lines it saw
(`golive.engine.approval`).
Everything is computed over the bytes on disk.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from golive.records.document import Digest, digest
from golive.records.signoff import Break, Statement
from golive.records.signoff_1 import Statement1

FIRST = digest(b"")
"""What the first line names as the line before it."""

_OPENING = b',"digest":"'
_CLOSING = b'"}\n'
_VALUE, _AFTER = b'"value":"', b'"}}'
TAIL = len(_OPENING) + len(FIRST) + len(_CLOSING)
"""Length of what `seal` adds, in bytes."""


class Entry(NamedTuple):
    """One intact line."""

    statement: Statement
    digest: Digest
    """Of the whole line, newline included: what the next line names as ``previous``."""
    message: bytes
    """What a signature of the line must be over; empty where golive would not have written the line so."""


class Chain(NamedTuple):
    """The intact lines from the start, and the first break if there is one."""

    entries: tuple[Entry, ...]
    broken: Break | None

    @property
    def head(self) -> Digest | None:
        """Digest of the last intact line."""
        return self.entries[-1].digest if self.entries else None


def line(statement: Statement) -> bytes:
    """Return the line of a statement, newline included."""
    return seal(msgspec.json.encode(statement)[:-1])


def seal(body: bytes) -> bytes:
    """Close an open JSON object with the digest of its own bytes."""
    return body + _OPENING + digest(body).encode() + _CLOSING


def message(body: bytes) -> bytes:
    """Return the bytes that a signature is over: the JSON of the statement with an empty signature value.

    Parameters
    ----------
    body
        A line to the left of ``,"digest":``. The value of the signature is the last text in it.

    Examples
    --------
    >>> message(b'{"predicate":{"role":"risk","signature":{"kind":"ssh","value":"abc"}}')
    b'{"predicate":{"role":"risk","signature":{"kind":"ssh","value":""}}}'
    """
    left, found, right = body.rpartition(_VALUE)
    value = right.removesuffix(_AFTER)
    # A quote in the value would let members follow that nobody signed.
    plain = bool(found) and right.endswith(_AFTER) and b'"' not in value
    return left + found + _AFTER + b"}" if plain else b""


def read(data: bytes) -> Chain:
    """Read a chain as far as it holds.

    Parameters
    ----------
    data
        The bytes of ``signoff.jsonl``.

    Returns
    -------
    Chain
        The lines before the first break; ``broken`` names the first line that does not hold and why.
    """
    entries: list[Entry] = []
    for number, piece in enumerate(lines(data), start=1):
        previous = entries[-1].digest if entries else FIRST
        found = _statement(piece, previous)
        if isinstance(found, str):
            return Chain(tuple(entries), Break(line=number, problem=found))
        entries.append(Entry(found, digest(piece), message(piece[:-TAIL])))
    return Chain(tuple(entries), None)


def lines(data: bytes) -> list[bytes]:
    """Split after each newline byte and nowhere else; a last line without one stays as it is."""
    pieces = data.split(b"\n")
    return [piece + b"\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])


def _statement(piece: bytes, previous: Digest) -> Statement | str:
    """Return the statement of one line, or what is wrong with the line."""
    if not piece.endswith(b"\n"):
        return "it is cut short: its end is missing"
    body, tail = piece[:-TAIL], piece[-TAIL:]
    if tail != seal(body)[-TAIL:]:
        return "its bytes are not the ones its digest was taken of"
    try:
        decoded = msgspec.json.decode(body + b"}", type=Statement | Statement1)
    except msgspec.MsgspecError as exc:
        return f"it is not a statement that this version of golive reads: {exc}"
    statement = decoded.today() if isinstance(decoded, Statement1) else decoded
    if statement.predicate.previous != previous:
        return "it does not follow the line before it: a line was changed, moved, removed or put in between"
    return statement

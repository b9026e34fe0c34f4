"""Which byte of a sign-off chain was changed.

A line carries the digest of its own bytes. If exactly one byte differs from what was signed, putting each of the other
255 values in each place finds the one that makes the digest right again; for a line of 2,000 bytes that is half a
million digests, about a second. It only explains a line that was already found broken.
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

from golive.engine.signoff import TAIL, seal

_SEALED = re.compile(rb'(.*),"digest":"sha256:([0-9a-f]{64})"\}\n', flags=re.DOTALL)
_JOINED = re.compile(rb'(.*?,"digest":"sha256:[0-9a-f]{64}"\})([^\n])\{', flags=re.DOTALL)
_LONGEST = 20_000


class Changed(NamedTuple):
    """One byte that is not what was signed."""

    position: int
    """From 0, within the line."""
    was: int
    now: int


def changed_byte(line: bytes, following: bytes = b"") -> Changed | None:
    """Return the one byte that was changed in a broken line, or None where the change is of another kind.

    Parameters
    ----------
    line
        From the start of the line to its newline byte, or to the end of the file.
    following
        The line after it: a byte that was changed into a newline cuts one line into two.
    """
    whole = line == seal(line[:-TAIL])  # its bytes are right; something else is wrong with it
    if whole or len(line) + len(following) > _LONGEST:
        return None
    return _in_tail(line) or _newline(line) or _in_body(line) or (_in_body(line + following) if following else None)


def around(line: bytes, change: Changed) -> tuple[str, str]:
    """Return the piece of text around a changed byte, as it was signed and as it stands."""
    before, after = line[max(0, change.position - 12) : change.position], line[change.position + 1 :][:12]
    was, now = ((before + bytes([value]) + after).decode("utf-8", "backslashreplace") for value in change[1:])
    return was, now


def _in_tail(line: bytes) -> Changed | None:
    """The digest, the braces or the newline at the end: they are known once the body is."""
    expected = seal(line[:-TAIL])
    if len(expected) != len(line):
        return None
    differ = [at for at in range(len(line) - TAIL, len(line)) if line[at] != expected[at]]
    return Changed(differ[0], expected[differ[0]], line[differ[0]]) if len(differ) == 1 else None


def _newline(line: bytes) -> Changed | None:
    """The newline between two lines: the first of them is whole without it."""
    joined = _JOINED.match(line)
    if joined is None or joined[1] + b"\n" != seal(joined[1][: 1 - TAIL]):
        return None
    return Changed(joined.start(2), ord("\n"), joined[2][0])


def _in_body(line: bytes) -> Changed | None:
    sealed = _SEALED.fullmatch(line)
    if sealed is None:
        return None
    body, wanted = sealed[1], bytes.fromhex(sealed[2].decode())
    start = hashlib.sha256()
    for position, now in enumerate(body):
        was = _repair(start, body[position + 1 :], wanted)
        if was is not None:
            return Changed(position, was, now)
        start.update(body[position : position + 1])
    return None


def _repair(start: hashlib._Hash, rest: bytes, wanted: bytes) -> int | None:
    for value in range(256):
        trial = start.copy()
        trial.update(bytes([value]) + rest)
        if trial.digest() == wanted:
            return value
    return None

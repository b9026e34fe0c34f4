"""Add one line to the sign-off chain, durably: either the whole line is on the disk or the file is as it was."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from golive.engine import signoff
from golive.engine.approval import FILE
from golive.errors import ApprovalError

try:
    from fcntl import LOCK_EX, flock
except ImportError:  # Windows has no flock; two signers at the same moment then break the chain, which is found
    flock = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from golive.engine.signoff import Chain
    from golive.records.document import Digest
    from golive.records.signoff import Statement


def append(bundle: Path, make: Callable[[Digest], Statement]) -> Statement:
    """Append the statement that ``make`` returns for the digest of the line before it.

    Raises
    ------
    ApprovalError
        The chain is broken, or its last line was signed later than now: nothing is added to it.
    """
    with _locked(bundle / FILE) as file:
        data = _read(file)
        chain = _intact(data, bundle)
        statement = make(chain.head or signoff.FIRST)
        _need_later(chain, statement)
        _write(file, len(data), signoff.line(statement))
    _sync_folder(bundle)
    return statement


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Open for appending; a second signer waits, so that two lines never name the same line before them."""
    file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        if flock is not None:
            flock(file, LOCK_EX)
        yield file
    finally:
        os.close(file)


def _read(file: int) -> bytes:
    os.lseek(file, 0, os.SEEK_SET)
    return b"".join(iter(lambda: os.read(file, 1 << 20), b""))


def _intact(data: bytes, bundle: Path) -> Chain:
    chain = signoff.read(data)
    if chain.broken is not None:
        raise ApprovalError(
            f"line {chain.broken.line} of `{FILE}` does not hold: {chain.broken.problem}; nothing was added",
            hint=f"golive approve verify {bundle} says what was changed; restore the file from a copy, then sign",
        )
    return chain


def _need_later(chain: Chain, statement: Statement) -> None:
    """A key is checked at the time the line says, so times only go on."""
    before = chain.entries[-1].statement.predicate.signed_at if chain.entries else ""
    if statement.predicate.signed_at < before:
        raise ApprovalError(
            f"it is {statement.predicate.signed_at} here, and the last line was signed at {before}; nothing was added",
            hint="set the clock of this machine",
        )


def _write(file: int, size: int, line: bytes) -> None:
    try:
        written = 0
        while written < len(line):
            written += os.write(file, line[written:])
        os.fsync(file)
    except BaseException:
        os.ftruncate(file, size)  # a half line would break the chain for everybody
        raise


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

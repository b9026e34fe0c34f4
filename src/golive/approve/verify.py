"""What the sign-off chain says, line by line, and what was changed where it does not hold."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from golive.approve.locate import around, changed_byte
from golive.engine import signoff
from golive.engine.approval import FILE, Words, differences, read_chain, role_key, subjects
from golive.records.signoff import Break, Line, Verified

if TYPE_CHECKING:
    from pathlib import Path

    from golive.engine.approval import Said
    from golive.records.signoff import Subject


def verify(bundle: Path, *, today: date) -> Verified:
    """Say which statements hold, and name the first broken line with what was changed in it.

    A statement holds when its line is intact, it speaks about the files as they are now, it is the latest word of its
    role about them, and it has not expired. Who must have signed is not asked here: that is known to whoever serves.
    """
    chain = read_chain(bundle)
    now = subjects(bundle)
    words = Words(chain, now, today=today, accept_typed=True)
    said = words.said
    return Verified(
        lines=tuple(_line(each, words, now) for each in said),
        broken=None if chain.broken is None else _explained(chain.broken, (bundle / FILE).read_bytes()),
        head=chain.head,
    )


def spoken_for(bundle: Path) -> bool:
    """Say whether a signature speaks about the files as they are now, so that changing one would undo it."""
    words = Words(read_chain(bundle), subjects(bundle), today=date.max, accept_typed=True)
    return bool(words.standing)


def _line(said: Said, words: Words, now: tuple[Subject, ...]) -> Line:
    word = said.statement.predicate
    why = _why(said, words, now)
    return Line(
        line=said.line,
        role=word.role,
        name=word.name,
        decision=word.decision,
        signed_at=word.signed_at,
        holds=not why,
        why=why,
        conditions=word.conditions,
        expires=word.expires,
        identity=word.signature.kind,
    )


def _why(said: Said, words: Words, now: tuple[Subject, ...]) -> str:
    """Say why a line does not hold. A rejection holds as a rejection."""
    changes = differences(said.statement.subject, now)
    if changes:
        return "signed other bytes: " + ", ".join(changes)
    latest = words.standing[role_key(said.statement.predicate.role)]
    if latest.line != said.line:
        return f"the same role spoke again in line {latest.line}"
    return words.weakness(said) if said.statement.predicate.decision == "approve" else ""


def _explained(broken: Break, data: bytes) -> Break:
    line, *after = signoff.lines(data)[broken.line - 1 :]
    change = changed_byte(line, after[0] if after else b"")
    if change is None:
        return broken
    was, now = around(line + (after[0] if after else b""), change)
    place = f"byte {change.position + 1} of the line was changed: `{now}` stands where `{was}` was signed"
    return Break(line=broken.line, problem=place)

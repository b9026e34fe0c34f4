"""What the sign-off chain says, line by line, and what was changed where it does not hold."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from golive.approve.locate import around, changed_byte
from golive.engine import signoff
from golive.engine.approval import FILE, against, read_chain
from golive.engine.files import MANIFEST
from golive.engine.signed import subjects
from golive.engine.words import Trusted, Words, differences
from golive.errors import BundleError
from golive.records.document import decode, digest_file
from golive.records.manifest import Manifest
from golive.records.roles import role_key
from golive.records.signoff import Break, Line, Verified

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from golive.engine.ssh import Signers
    from golive.engine.words import Said
    from golive.records.signoff import Subject


def verify(bundle: Path, *, today: date, signers: Signers | None = None) -> Verified:
    """Say which statements hold, and name the first broken line with what was changed in it.

    A statement holds when its line is intact, its signature fits, it speaks about the files as they are now, it is the
    latest word of its role about them, and it has not expired. Who must have signed is not asked here: that is known
    to whoever serves. Whose key it is, is asked where ``signers`` are given.
    """
    chain = read_chain(bundle)
    now = subjects(bundle)
    words = Words(
        chain, now, Trusted(accept_typed=True, signers=signers, any_key=True), today=today, verdict=against(bundle)
    )
    said = words.said
    return Verified(
        changed=tuple(_changed(bundle)),
        lines=tuple(_line(each, words, now) for each in said),
        broken=None if chain.broken is None else _explained(chain.broken, (bundle / FILE).read_bytes()),
        head=chain.head,
    )


def open_roles(found: Verified, roles: Sequence[str], *, accept_typed: bool) -> tuple[str, ...]:
    """Return the roles without an approval that counts where these roles are asked for.

    Parameters
    ----------
    roles, accept_typed
        Of whoever serves, as in ``golive.toml``.
    """
    signed = {
        role_key(line.role)
        for line in found.lines
        if line.holds and line.decision == "approve" and (accept_typed or line.identity != "typed")
    }
    return tuple(role for role in roles if role_key(role) not in signed)


def spoken_for(bundle: Path) -> bool:
    """Say whether a signature speaks about the files as they are now, so that changing one would undo it."""
    words = Words(read_chain(bundle), subjects(bundle), Trusted(), today=date.max)
    return bool(words.standing)


def _changed(bundle: Path) -> Iterator[str]:
    """Yield what is wrong with the build: the lines name its manifest, the manifest names the rest."""
    try:
        manifest = decode((bundle / MANIFEST).read_bytes(), Manifest, name=MANIFEST)
    except BundleError as exc:
        yield exc.message
        return
    for name, expected in sorted(manifest.files.items()):
        path = bundle / name
        if not path.is_file():
            yield f"`{name}` is gone"
        elif digest_file(path) != expected:
            yield f"`{name}` was changed"


def _line(said: Said, words: Words, now: tuple[Subject, ...]) -> Line:
    word = said.word
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
        although=word.although,
        expires=word.expires,
        identity=word.signature.kind,
        key=words.keys.get(said.line, ""),
    )


def _why(said: Said, words: Words, now: tuple[Subject, ...]) -> str:
    """Say why a line does not hold. A rejection holds as a rejection."""
    changes = differences(said.statement.subject, now)
    if changes:
        return "signed other bytes: " + ", ".join(changes)
    latest = words.standing[role_key(said.word.role)]
    if latest.line != said.line:
        return f"the same role spoke again in line {latest.line}"
    return words.weakness(said) if said.word.decision == "approve" else words.doubt(said)


def _explained(broken: Break, data: bytes) -> Break:
    line, *after = signoff.lines(data)[broken.line - 1 :]
    change = changed_byte(line, after[0] if after else b"")
    if change is None:
        return broken
    was, now = around(line + (after[0] if after else b""), change)
    place = f"byte {change.position + 1} of the line was changed: `{now}` stands where `{was}` was signed"
    return Break(line=broken.line, problem=place)

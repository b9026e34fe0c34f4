"""The policy that was signed before this one, and what differs from it where its text can be had.

A bundle keeps one policy. Of an older one its digest stands in the sign-off chain; its text is with whoever kept the
file, and its differences are in the rehearsal where that was made against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.approve.diff import sentences
from golive.approve.overlay import POLICY
from golive.engine.approval import read_chain
from golive.errors import InputError
from golive.records.document import Digest, digest
from golive.records.policy import parse
from golive.records.toml import read_bytes, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from golive.records.rehearsal import Rehearsal
    from golive.records.rules import Policy


class Signed(NamedTuple):
    """An approval of another policy than the one that is there now."""

    policy: Digest
    name: str
    role: str
    day: str
    """``2027-03-31``."""


class Before(NamedTuple):
    """What the rule is held against."""

    signed: Signed | None
    """The last approval of another policy; None where there never was one."""
    changes: tuple[str, ...] | None
    """What differs, in sentences; None where the text of that policy is not to be had."""


def before(bundle: Path, policy: Policy, now: Digest, *, against: Path | None, tried: Rehearsal | None) -> Before:
    """Return the policy that was signed before, and what differs from it.

    Parameters
    ----------
    bundle
        The bundle folder.
    policy, now
        The policy that is there, and its digest.
    against
        A file that holds the policy signed before; None: only what the rehearsal says is known.
    tried
        The rehearsal, where there is one.

    Raises
    ------
    InputError
        The file is another one than was signed.
    """
    signed = _signed(bundle, now)
    if against is not None:
        return Before(signed, sentences(_read(against, signed), policy))
    known = signed is not None and tried is not None and tried.policy == now and tried.current == signed.policy
    return Before(signed, tried.changes if known and tried is not None else None)


def _signed(bundle: Path, now: Digest) -> Signed | None:
    for entry in reversed(read_chain(bundle).entries):
        word = entry.statement.predicate
        named = {one.name: Digest(f"sha256:{one.digest.sha256}") for one in entry.statement.subject}
        policy = named.get(POLICY, now)
        if word.decision == "approve" and policy != now:
            return Signed(policy, word.name, word.role, word.signed_at[:10])
    return None


def _read(against: Path, signed: Signed | None) -> Policy:
    data = read_bytes(against, what="policy", hint="--against names the policy that was signed before")
    if signed is not None and digest(data) != signed.policy:
        raise InputError(
            f"`{against}` is not the policy that was signed before: its digest is {digest(data)}, "
            f"and {signed.name} signed {signed.policy}",
            hint="name the file with those very bytes; a copy of the bundle from then holds it as policy.toml",
        )
    return parse(text_of(data, name=str(against)), name=str(against))

"""May this bundle serve? Read from its sign-off chain, for those who run it.

Which roles must have signed comes from the serving side, never from the bundle: whoever can write the bundle could
write that list too. Nothing is approved by default; whatever is not plainly in order is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from golive.engine import signoff
from golive.engine.signed import about, subjects
from golive.engine.words import NO_SIGNERS, NO_TYPED, Trusted, Words
from golive.errors import ApprovalError
from golive.records.document import Digest
from golive.records.evidence import NEGATIVE, Word
from golive.records.roles import role_key
from golive.records.signoff import Approved, Approver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from golive.engine.signoff import Chain
    from golive.engine.ssh import Signers
    from golive.engine.words import Said
    from golive.records.signoff import Subject

FILE = "signoff.jsonl"
_EVIDENCE = "evidence/evidence.json"


def approval(
    bundle: Path, *, roles: Sequence[str], accept_typed: bool = False, signers: Signers | None = None, today: date,
    spoken: Mapping[Digest, Digest] | None = None,
) -> Approved:  # fmt: skip
    """Return who approved these very bytes, or refuse.

    Parameters
    ----------
    bundle
        The bundle folder. Only the files beside the build are read here; `golive.engine.bundle.load` checks the
        build's own files against the manifest. Compare ``Approved.bundle`` and ``Approved.policy`` with what was
        loaded, so that both looked at the same bytes.
    roles
        The roles whose approval is required, from the configuration of whoever serves.
    accept_typed
        Take a typed name for an identity. Anybody could have typed it, so this is off unless asked for.
    signers
        Whose key is whose; None: no ssh signature can be checked, so none counts.
    today
        The day against which expiry is held.
    spoken
        Lines that were seen before, in any copy of the bundle, each with what it is `about`: all that are about these
        very files must still be in the chain. Held against the same look at the files as the words are.

    Raises
    ------
    ApprovalError
        Not signed by a required role, rejected, withdrawn, expired, signed for other bytes, a typed identity without
        ``accept_typed``, a key that does not count, or a chain that is broken or shorter than it was. All reasons are
        named at once.
    WorldError
        A signature cannot be checked, because ``ssh-keygen`` is not installed.
    """
    if not roles:
        raise ApprovalError(
            "no role was named whose approval is required",
            hint='name each: --role risk, or roles = ["risk"] under [approve] of golive.toml (--config golive.toml)',
        )
    chain = unbroken(bundle)
    now = subjects(bundle)
    _not_shorter(chain, now, spoken or {})
    words = Words(chain, now, Trusted(accept_typed, signers), today=today, verdict=against(bundle))
    problems = [*words.objections(roles), *(problem for role in roles if (problem := words.problem(role)))]
    if problems:
        raise ApprovalError(
            f"`{bundle.name}` is not approved: {'; '.join(problems)}",
            hint=_cure(bundle, problems),
        )
    return _approved(chain, words, roles)


def _cure(bundle: Path, problems: Sequence[str]) -> str:
    """Say what helps: where the words are there and are only not believed, another signature does not."""
    shows = f"golive approve log {bundle} shows who said what"
    if any(NO_SIGNERS in problem for problem in problems):
        return f"{shows}; --config golive.toml names whose key is whose ([approve] allowed_signers and signers)"
    if all(NO_TYPED in problem for problem in problems):
        return f"{shows}; --accept-typed takes typed names, golive approve sign {bundle} --key KEY signs with a key"
    return f"{shows}; golive approve sign {bundle} adds a word"


class _Verdict(msgspec.Struct):
    word: Word


class _Evidence(msgspec.Struct):
    """As much of the evidence as an approval is held against; the rest is not looked at."""

    verdict: _Verdict


def against(bundle: Path) -> str:
    """Return the verdict that an approval must set aside in so many words; empty when the evidence has none such."""
    try:
        word = msgspec.json.decode((bundle / _EVIDENCE).read_bytes(), type=_Evidence).verdict.word
    except (msgspec.MsgspecError, OSError):
        return "unreadable"
    return word.value if word in NEGATIVE else ""


def read_chain(bundle: Path) -> Chain:
    """Read the sign-off chain of a bundle; no file is an empty chain."""
    path = bundle / FILE
    return signoff.read(path.read_bytes() if path.is_file() else b"")


def unbroken(bundle: Path) -> Chain:
    """Read the sign-off chain of a bundle; refuse one that is empty or does not hold."""
    chain = read_chain(bundle)
    if chain.broken is not None:
        raise ApprovalError(
            f"line {chain.broken.line} of `{FILE}` does not hold: {chain.broken.problem}",
            hint=f"golive approve verify {bundle} says what was changed; restore the file from a copy",
        )
    if not chain.entries:
        raise ApprovalError(
            f"`{bundle.name}` was signed by nobody", hint=f"golive approve sign {bundle} --role risk --as NAME"
        )
    return chain


def _not_shorter(chain: Chain, now: Sequence[Subject], spoken: Mapping[Digest, Digest]) -> None:
    needed, held = about(now), {entry.digest for entry in chain.entries}
    gone = sorted(line for line, of in spoken.items() if of == needed and line not in held)
    if gone:
        some = f"{len(gone)} lines that were" if len(gone) > 1 else "a line that was"
        raise ApprovalError(
            f"`{FILE}` no longer holds {some} seen before about these very files ({gone[0]}): "
            "lines were removed or rewritten",
            hint="restore the file from a copy, or take the one of the copy of the bundle that holds the line; "
            "a chain only grows",
        )


def _approved(chain: Chain, words: Words, roles: Sequence[str]) -> Approved:
    approvers = tuple(_approver(role, words.standing[role_key(role)], words.keys) for role in roles)
    asked = {role_key(role) for role in roles}
    besides = [said for role, said in words.standing.items() if role not in asked and not words.weakness(said)]
    names = {s.name: s.digest.sha256 for s in words.standing[role_key(roles[0])].statement.subject}
    ends = [approver.expires for approver in approvers if approver.expires is not None]
    return Approved(
        bundle=Digest("sha256:" + names["manifest.json"]),
        policy=Digest("sha256:" + names["policy.toml"]),
        approvers=(*approvers, *(_approver(said.word.role, said, words.keys) for said in besides)),
        expires=min(ends, default=None),
        head=chain.entries[-1].digest,
        lines=len(chain.entries),
    )


def _approver(role: str, said: Said, keys: Mapping[int, str]) -> Approver:
    word = said.word
    return Approver(
        role=role,
        name=word.name,
        line=said.line,
        signed_at=word.signed_at,
        expires=word.expires,
        conditions=word.conditions,
        although=word.although,
        identity=word.signature.kind,
        key=keys.get(said.line, ""),
    )

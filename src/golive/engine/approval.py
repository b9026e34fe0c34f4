"""May this bundle serve? Read from its sign-off chain, for those who run it.

Which roles must have signed comes from the serving side, never from the bundle: whoever can write the bundle could
write that list too. Nothing is approved by default; whatever is not plainly in order is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.engine import signoff
from golive.errors import ApprovalError
from golive.records.document import Digest, digest
from golive.records.signoff import Approved, Approver, Sha256, Statement, Subject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from golive.engine.signoff import Chain

FILE = "signoff.jsonl"
NEEDED = ("manifest.json", "policy.toml", "policy/graph.json", "money.toml", "evidence/evidence.json")
"""Without one of these there is nothing to approve."""
SIGNED = (*NEEDED, "policy/golden.json", "policy/rehearsal.json", "evidence/report.html")
"""Every file that a signature speaks about, in this order. The build's own files stand behind the manifest."""


def approval(
    bundle: Path, *, roles: Sequence[str], accept_typed: bool = False, today: date, head: Digest | None = None
) -> Approved:
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
    today
        The day against which expiry is held.
    head
        ``Approved.head`` of an earlier call: the line with this digest must still be in the chain.

    Raises
    ------
    ApprovalError
        Not signed by a required role, rejected, withdrawn, expired, signed for other bytes, a typed identity without
        ``accept_typed``, or a chain that is broken or shorter than it was. All reasons are named at once.
    """
    if not roles:
        raise ApprovalError("no role was named whose approval is required", hint="name at least one, e.g. `risk`")
    chain = unbroken(bundle)
    _not_shorter(chain, head)
    words = Words(chain, subjects(bundle), today=today, accept_typed=accept_typed)
    problems = [*words.objections(roles), *(problem for role in roles if (problem := words.problem(role)))]
    if problems:
        raise ApprovalError(
            f"`{bundle.name}` is not approved: {'; '.join(problems)}",
            hint=f"golive approve log {bundle} shows who said what; golive approve sign {bundle} adds a word",
        )
    return _approved(chain, words, roles)


def subjects(bundle: Path) -> tuple[Subject, ...]:
    """Return the files of a bundle that a signature speaks about, with the digests of their bytes as they are now."""
    present = ((name, bundle / name) for name in SIGNED)
    return tuple(_subject(name, path.read_bytes()) for name, path in present if path.is_file())


def differences(signed: Sequence[Subject], now: Sequence[Subject]) -> tuple[str, ...]:
    """Say in words how the files that were signed differ from the files that are there."""
    before, after = ({subject.name: subject.digest.sha256 for subject in side} for side in (signed, now))
    changed = [f"`{name}` was changed" for name in before if name in after and before[name] != after[name]]
    gone = [f"`{name}` is gone" for name in before if name not in after]
    unsigned = [f"`{name}` was never signed" for name in (*after, *NEEDED) if name not in before]
    return tuple(dict.fromkeys(changed + gone + unsigned))


class Said(NamedTuple):
    """A statement and where it stands in the chain."""

    line: int
    statement: Statement


class Words:
    """What each role says about the files as they are now: its latest statement on exactly these bytes."""

    def __init__(self, chain: Chain, now: Sequence[Subject], *, today: date, accept_typed: bool) -> None:
        self._now, self._today, self._accept_typed = tuple(now), today, accept_typed
        self.said = [Said(number, entry.statement) for number, entry in enumerate(chain.entries, start=1)]
        self.standing = {role_key(said.statement.predicate.role): said for said in self.said if self._speaks(said)}

    def problem(self, role: str) -> str:
        """Say why a role's word does not carry the bundle; empty when it does."""
        said = self.standing.get(role_key(role))
        return self._spoke_of_other_bytes(role) if said is None else self.weakness(said)

    def weakness(self, said: Said) -> str:
        """Say why a statement on these bytes is no approval; empty when it is one."""
        word = said.statement.predicate
        who = f"`{word.role}` ({word.name}, line {said.line})"
        if word.decision != "approve":
            return f"{who} {'rejected it' if word.decision == 'reject' else 'withdrew the approval'}"
        if word.expires is not None and self._today > word.expires:
            return f"the approval of {who} expired on {word.expires}"
        if word.signature.kind != "typed":
            return f"{who} signed with `{word.signature.kind}`, which this version of golive cannot check"
        if not self._accept_typed:
            return f"{who} is a typed name, which anybody could have typed, and typed names were not allowed here"
        return ""

    def objections(self, roles: Sequence[str]) -> Iterator[str]:
        """Yield the rejections of roles that were not asked for: a rejection that stands is never passed over."""
        asked = {role_key(role) for role in roles}
        for role, said in self.standing.items():
            if role not in asked and said.statement.predicate.decision == "reject":
                yield self.weakness(said)

    def _speaks(self, said: Said) -> bool:
        return not differences(said.statement.subject, self._now)

    def _spoke_of_other_bytes(self, role: str) -> str:
        spoken = [said for said in self.said if role_key(said.statement.predicate.role) == role_key(role)]
        if not spoken:
            return f"`{role}` has not signed"
        last = spoken[-1]
        changes = ", ".join(differences(last.statement.subject, self._now))
        return f"`{role}` signed other bytes (line {last.line}): {changes}"


def role_key(role: str) -> str:
    """Return the form in which roles are compared: `Risk` and `risk ` are one role."""
    return " ".join(role.split()).casefold()


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


def _not_shorter(chain: Chain, head: Digest | None) -> None:
    if head is not None and all(entry.digest != head for entry in chain.entries):
        raise ApprovalError(
            f"`{FILE}` no longer holds the line that was its last one before ({head}): lines were removed or rewritten",
            hint="restore the file from a copy; a chain only grows",
        )


def _approved(chain: Chain, words: Words, roles: Sequence[str]) -> Approved:
    approvers = tuple(_approver(role, words.standing[role_key(role)]) for role in roles)
    names = {s.name: s.digest.sha256 for s in words.standing[role_key(roles[0])].statement.subject}
    ends = [approver.expires for approver in approvers if approver.expires is not None]
    return Approved(
        bundle=Digest("sha256:" + names["manifest.json"]),
        policy=Digest("sha256:" + names["policy.toml"]),
        approvers=approvers,
        expires=min(ends, default=None),
        head=chain.entries[-1].digest,
        lines=len(chain.entries),
    )


def _approver(role: str, said: Said) -> Approver:
    word = said.statement.predicate
    return Approver(
        role=role,
        name=word.name,
        line=said.line,
        signed_at=word.signed_at,
        expires=word.expires,
        conditions=word.conditions,
        identity=word.signature.kind,
    )


def _subject(name: str, data: bytes) -> Subject:
    return Subject(name=name, digest=Sha256(sha256=digest(data).removeprefix("sha256:")))

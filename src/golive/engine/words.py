"""What was said in a sign-off chain about the files as they are, and why a word does not count."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.engine import ssh
from golive.engine.signed import NEEDED
from golive.errors import ApprovalError
from golive.records.roles import role_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from golive.engine.signoff import Chain, Entry
    from golive.engine.ssh import Signers
    from golive.records.signoff import SignOff, Statement, Subject

NO_TYPED = "typed names were not allowed here"
NO_SIGNERS = "no allowed signers were named to check it with"


class Trusted(NamedTuple):
    """Which identities count."""

    accept_typed: bool = False
    signers: Signers | None = None
    any_key: bool = False
    """Take a signature whose bytes fit for what it is, whoever's key it is: to read a log, never to serve."""


class Said(NamedTuple):
    """A statement and where it stands in the chain."""

    line: int
    entry: Entry

    @property
    def statement(self) -> Statement:
        """What was said."""
        return self.entry.statement

    @property
    def word(self) -> SignOff:
        """Who said what."""
        return self.entry.statement.predicate


class Words:
    """What each role says about the files as they are now: its latest statement on exactly these bytes.

    Parameters
    ----------
    chain, now
        What was said, and the files as they are.
    trusted
        Which identities count.
    today
        The day against which expiry is held.
    verdict
        The negative verdict of the evidence (`golive.engine.approval.against`); empty when it is not negative.
    """

    def __init__(
        self, chain: Chain, now: Sequence[Subject], trusted: Trusted, *, today: date, verdict: str = ""
    ) -> None:
        self._now, self._trusted, self._today, self._verdict = tuple(now), trusted, today, verdict
        self.said = [Said(number, entry) for number, entry in enumerate(chain.entries, start=1)]
        self.standing = {role_key(said.word.role): said for said in self.said if self._speaks(said)}
        self.keys: dict[int, str] = {}
        """Line -> fingerprint of the key whose signature was found good."""

    def problem(self, role: str) -> str:
        """Say why a role's word does not carry the bundle; empty when it does."""
        said = self.standing.get(role_key(role))
        return self._spoke_of_other_bytes(role) if said is None else self.weakness(said)

    def weakness(self, said: Said) -> str:
        """Say why a statement on these bytes is no approval; empty when it is one."""
        word, who = said.word, _who(said)
        if word.decision != "approve":
            return f"{who} {'rejected it' if word.decision == 'reject' else 'withdrew the approval'}"
        if word.expires is not None and self._today > word.expires:
            return f"the approval of {who} expired on {word.expires}"
        if self._verdict and word.although != self._verdict:
            return f"the verdict is `{self._verdict}`, and {who} approved without saying so"
        return self.doubt(said)

    def doubt(self, said: Said) -> str:
        """Say why a statement may not be from whom it says; empty when it is, as far as this place asks."""
        word, who = said.word, _who(said)
        if word.signature.kind == "typed":
            allowed = self._trusted.accept_typed
            return "" if allowed else f"{who} is a typed name, which anybody could have typed, and {NO_TYPED}"
        if word.signed_at[:10] > self._today.isoformat():
            return f"{who} signed at {word.signed_at}, which is not yet"
        if said.line > 1 and word.signed_at < self.said[said.line - 2].word.signed_at:
            return f"{who} signed at {word.signed_at}, before the line above: the clock was wrong, or set back"
        if self._trusted.signers is None and not self._trusted.any_key:
            return f"{who} signed with ssh, and {NO_SIGNERS}"
        try:
            self.keys[said.line] = self._key(said)
        except ApprovalError as exc:
            return f"{who}: {exc.message}"
        return ""

    def objections(self, roles: Sequence[str]) -> Iterator[str]:
        """Yield the rejections of roles that were not asked for: a rejection that stands is never passed over."""
        asked = {role_key(role) for role in roles}
        for role, said in self.standing.items():
            if role not in asked and said.word.decision == "reject":
                yield self.weakness(said)

    def _key(self, said: Said) -> str:
        word, signed = said.word, said.entry.message
        if self._trusted.signers is None:
            return ssh.need_whole(signed, word.signature.value)
        return ssh.need_good(
            self._trusted.signers,
            role=role_key(word.role),
            name=word.name,
            signed_at=word.signed_at,
            message=signed,
            signature=word.signature.value,
        )

    def _speaks(self, said: Said) -> bool:
        return not differences(said.statement.subject, self._now)

    def _spoke_of_other_bytes(self, role: str) -> str:
        spoken = [said for said in self.said if role_key(said.word.role) == role_key(role)]
        if not spoken:
            return f"`{role}` has not signed"
        last = spoken[-1]
        changes = ", ".join(differences(last.statement.subject, self._now))
        return f"`{role}` signed other bytes (line {last.line}): {changes}"


def _who(said: Said) -> str:
    return f"`{said.word.role}` ({said.word.name}, line {said.line})"


def differences(signed: Sequence[Subject], now: Sequence[Subject]) -> tuple[str, ...]:
    """Say in words how the files that were signed differ from the files that are there."""
    before, after = ({subject.name: subject.digest.sha256 for subject in side} for side in (signed, now))
    changed = [f"`{name}` was changed" for name in before if name in after and before[name] != after[name]]
    gone = [f"`{name}` is gone" for name in before if name not in after]
    unsigned = [f"`{name}` was never signed" for name in (*after, *NEEDED) if name not in before]
    return tuple(dict.fromkeys(changed + gone + unsigned))

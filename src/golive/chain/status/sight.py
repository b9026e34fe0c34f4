"""What there is to see in a project, opened once for every stage. What cannot be opened is told, not raised."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from golive.approve.overlay import opened_with
from golive.engine.approval import against, read_chain
from golive.engine.bundle import load
from golive.engine.journal import Tally, tally
from golive.engine.signed import subjects
from golive.engine.words import Trusted, Words
from golive.errors import GoliveError
from golive.records import document
from golive.records import money as prices
from golive.records.evidence import Evidence
from golive.records.golden_decisions import GoldenDecisions
from golive.records.parity import Parity
from golive.records.rehearsal import Rehearsal
from golive.records.roles import role_key
from golive.records.toml import read_bytes, text_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from golive.chain.status.project import Project
    from golive.engine.bundle import Bundle
    from golive.engine.signoff import Chain
    from golive.records.brief import Brief, StageName
    from golive.records.document import Digest
    from golive.records.money import Money
    from golive.records.signoff import Subject

T = TypeVar("T")
NOTHING = Tally(0, None, 0, 0, 0)


class Sight:
    """The project as it stands on a day."""

    def __init__(self, project: Project, brief: Brief, today: date) -> None:
        self.project, self.brief, self.today = project, brief, today
        self.folder = project.bundle

    def owner(self, stage: StageName) -> str:
        """Return the role whose date a stage is; empty where nobody was named."""
        return next((one.owner for one in self.brief.dates if one.stage == stage), "")

    @cached_property
    def build(self) -> Bundle | str:
        """The bundle without its policy, which is looked at by itself; or why it does not open."""
        return self._tried(lambda path: opened_with(path, None))

    @cached_property
    def bundle(self) -> Bundle | str:
        """The bundle with its policy, or why it does not open."""
        return self._tried(load)

    @cached_property
    def parity(self) -> Parity | str:
        return self._tried(lambda path: document.read(path / "parity.json", Parity))

    @cached_property
    def evidence(self) -> Evidence | str | None:
        """None: there is none."""
        return self._optional("evidence/evidence.json", lambda path: document.read(path, Evidence))

    @cached_property
    def rehearsal(self) -> Rehearsal | str | None:
        return self._optional("policy/rehearsal.json", lambda path: document.read(path, Rehearsal))

    @property
    def checked(self) -> bool:
        """Whether the policy was compiled as it is now: its golden decisions name its bytes."""
        golden = self._optional("policy/golden.json", lambda path: document.read(path, GoldenDecisions))
        compiled = self.folder is not None and (self.folder / "policy" / "graph.json").is_file()
        return (
            compiled
            and not isinstance(self.bundle, str)
            and isinstance(golden, GoldenDecisions)
            and golden.policy == self.bundle.policy_digest
        )

    @cached_property
    def money(self) -> Money | str | None:
        return self._optional("money.toml", _money)

    @cached_property
    def chain(self) -> Chain | None:
        """The sign-off chain as far as it holds; None without a bundle folder."""
        return None if self.folder is None or not self.folder.is_dir() else read_chain(self.folder)

    @cached_property
    def lines(self) -> tuple[Digest, ...]:
        """Digest of each line of the chain that holds."""
        return () if self.chain is None else tuple(entry.digest for entry in self.chain.entries)

    @property
    def broken(self) -> str | None:
        """What is wrong with the chain; None when it holds."""
        found = None if self.chain is None else self.chain.broken
        return None if found is None else f"line {found.line} does not hold: {found.problem}"

    @cached_property
    def words(self) -> Words | None:
        """What each role says about the files as they are now; None without a bundle."""
        if self.folder is None or self.chain is None:
            return None
        return Words(self.chain, self.files, self._trusted, today=self.today, verdict=against(self.folder))

    @cached_property
    def files(self) -> tuple[Subject, ...]:
        """The files that a signature speaks about, as they are now."""
        return () if self.folder is None else subjects(self.folder)

    @property
    def _trusted(self) -> Trusted:
        """What ``golive.toml`` says of identities; without it a typed name counts here, and is called weak."""
        settings = self.project.settings
        if settings is None:
            return Trusted(accept_typed=True, any_key=True)
        return Trusted(settings.project.approve.accept_typed, settings.signers)

    def unsigned(self, role: str) -> str:
        """Say why a role's word does not carry the bundle; empty when it does. A broken chain carries nothing."""
        if self.words is None:
            return f"`{role}` has not signed"
        return f"{self.broken} (sign-off chain)" if self.broken else self.words.problem(role)

    @cached_property
    def signed(self) -> bool:
        """Whether every role that must sign has signed; nobody named is nobody signed."""
        return bool(self.required) and not any(map(self.unsigned, self.required))

    @property
    def required(self) -> tuple[str, ...]:
        """The roles that must sign, by the brief and by ``golive.toml``."""
        settings = self.project.settings
        agreed = settings.project.approve.roles if settings else ()
        roles = {role_key(role): role for role in (*agreed, *self.brief.sign)}
        return tuple(roles.values())

    @property
    def mature_after_days(self) -> int | None:
        """Days until an outcome can be trusted; None where no money file says so."""
        return None if self.money is None or isinstance(self.money, str) else self.money.mature_after_days

    @cached_property
    def tally(self) -> Tally | str:
        """Decisions of this bundle and policy under approval; or why the journal cannot be read."""
        bundle, journal = self.bundle, self.project.journal
        if journal is None or isinstance(bundle, str) or bundle.policy_digest is None:
            return NOTHING
        until = self.today - timedelta(days=self.mature_after_days or 0)
        try:
            return tally(journal, bundle.id, bundle.policy_digest, until=until)
        except GoliveError as exc:
            return exc.message

    def day_of(self, name: str) -> date | None:
        """Return the day on which a file of the bundle was written on this disk."""
        if self.folder is None:
            return None
        path = self.folder / name if self.folder.is_dir() else self.folder
        return _day(path) if path.exists() else None

    def _tried(self, read: Callable[[Path], T]) -> T | str:
        if self.folder is None:
            return ""
        try:
            return read(self.folder)
        except GoliveError as exc:
            return exc.message

    def _optional(self, name: str, read: Callable[[Path], T]) -> T | str | None:
        if self.folder is None or not (self.folder / name).is_file():
            return None
        try:
            return read(self.folder / name)
        except GoliveError as exc:
            return exc.message


def _money(path: Path) -> Money:
    data = read_bytes(path, what="money file", hint="golive prove --init-money money.toml writes one")
    return prices.parse(text_of(data, name=path.name))


def _day(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def day_of_time(text: str) -> date:
    """Return the UTC day of a time as the journal and the chain write it."""
    return datetime.fromisoformat(text).astimezone(UTC).date()

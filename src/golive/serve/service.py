"""An open bundle with its approval and its journal: what every handler works on."""

from __future__ import annotations

import logging
import os
import threading
import time
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from golive.engine.bundle import load
from golive.engine.journal import address
from golive.errors import ApprovalError, GoliveError, WorldError
from golive.records.version import VERSION
from golive.serve.configured import Configured, configured
from golive.serve.labels import labels
from golive.serve.metrics import Metrics
from golive.serve.nogate import NoGate
from golive.serve.overriding import Limit
from golive.serve.queue.sessions import Sessions
from golive.serve.recorder import Recorder
from golive.serve.routing import Routing, priced, routing_of
from golive.serve.seal import Seal
from golive.serve.shadow import Beside

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from golive.engine.bundle import Bundle
    from golive.engine.journal import Deciding, DecisionRow, Route
    from golive.engine.ssh import Signers
    from golive.maths.stake import Stakes
    from golive.records.rules import Policy
    from golive.serve.gate import Gate

log = logging.getLogger("golive.serve")


class Served:
    """What answers at one moment: a bundle with its policy, its approval and the seal on its files."""

    def __init__(self, bundle: Bundle, gate: Gate | NoGate, seal: Seal, *, control_key: bytes | None = None) -> None:
        policy = _policy(bundle)
        self.bundle, self.gate, self.seal, self.policy = bundle, gate, seal, policy
        self.routing = routing_of(bundle, policy, control_key)
        self.labels = labels(bundle.path)
        self.inputs = frozenset(known.name for known in bundle.contract.inputs)
        self.policy_name, self.actions = f"{policy.id}/{policy.version}", policy.actions
        self.known_as = f"policy {self.policy_name} of {bundle.id}"

    @cached_property
    def _priced(self) -> tuple[Stakes | None, str]:
        return priced(self.bundle)  # for the pages of the queue alone: many services show none

    @property
    def stakes(self) -> Stakes | None:
        """What values a case; None where the money file of the bundle does not say it."""
        return self._priced[0]

    @property
    def currency(self) -> str:
        """Of the money file."""
        return self._priced[1]

    def route(self) -> Deciding | None:
        """Return what becomes of a new decision: the routing of the policy, the conditions of the approval."""
        conditions = self.gate.conditions
        return conditions if self.routing is None else partial(self.routing, conditions=conditions)

    def limit(self, decided: Mapping[str, DecisionRow]) -> Route | None:
        """Return what holds the share of decisions that people may override; None where the policy names none."""
        rules = self.policy.routing.overrides
        if rules is None or rules.most is None:
            return None
        return Limit(self.routing or Routing(self.policy), rules, decided)


class Service:
    """Decides cases and records them. Close it to let the journal go.

    Parameters
    ----------
    path
        The bundle folder, or an alias of it (`golive promote`): when the alias leads elsewhere, that is served from
        then on.
    journal
        A SQLite file or a URL, see `golive.engine.journal.address`; made when it is not there.
    config
        The project file, ``golive.toml``, for what is not said here: roles, signers, journal, retention, control key,
        frame hosts. It is read only when it is named.
    roles
        Whose approval is required. Comes from the serving side, never from the bundle.
    accept_typed
        Take a typed name for an identity; anybody could have typed it.
    signers
        Whose ssh key is whose, and for which role; None: no ssh signature counts.
    unapproved
        Serve without approval and mark every answer and journal row.
    shadow
        Another bundle that decides beside this one, for the journal alone.
    inputs_key
        Keep a keyed digest of the inputs in the journal, not the inputs.
    retention_days
        How long journal rows are kept at least; what the journal says when not given.
    control_key
        Secret by which cases are drawn into the control arm of the policy, where it has one.
    frame_hosts
        Pages that may show the queue in a frame, such as ``https://desk.example.org``.
    clock
        The time; for tests.
    every
        Seconds between two looks at the files of the bundle and at the alias.

    Raises
    ------
    BundleError
        A file of the bundle was changed, or the bundle cannot be read.
    ApprovalError
        It is not approved, or approved for other bytes, or expired.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        journal: str | Path | None = None,
        config: str | Path | None = None,
        roles: Sequence[str] = (),
        accept_typed: bool | None = None,
        signers: Signers | None = None,
        unapproved: bool = False,
        shadow: str | Path | None = None,
        inputs_key: bytes | None = None,
        retention_days: int | None = None,
        control_key: bytes | None = None,
        frame_hosts: tuple[str, ...] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        every: float = 1.0,
    ) -> None:
        said = Configured(journal, roles, accept_typed, signers, retention_days, control_key, frame_hosts)
        self._with = configured(config, said)
        self.frame_hosts = self._with.frame_hosts
        self.sessions, self.clock, self._every = Sessions(self.frame_hosts), clock, every
        self._path, self._unapproved = Path(path), unapproved
        self._journal = address(self._with.journal or "")
        self.metrics = Metrics()
        self.served = self._open()
        self.shadow = None if shadow is None else Beside(shadow, self.metrics)
        self.recorder = Recorder(self._journal, key=inputs_key)
        self.recorder.prepare(self._with.retention_days)
        self.version = VERSION
        self.renewing: threading.Thread | None = None
        self._reloading = threading.Lock()
        self._aimed: Path | None = Path(os.path.realpath(self.served.bundle.path))
        self._next = time.monotonic() + every

    @property
    def bundle(self) -> Bundle:
        """The bundle that answers now."""
        return self.served.bundle

    @property
    def gate(self) -> Gate | NoGate:
        """Its approval."""
        return self.served.gate

    def checked(self) -> Served:
        """Return what may answer now. Use what is returned to the end of the request: it may be replaced meanwhile.

        Raises
        ------
        ApprovalError
            The approval does not stand any more.
        RequestError
            The files of the bundle were changed.
        """
        self.look()
        served = self.served
        served.seal.check()
        served.gate.check(self.today())
        return served

    def look(self) -> None:
        """See where the alias leads, once a second at most, and open what is new there beside what is served."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + self._every
        if self._turned():
            self.reload_beside()

    def renew(self) -> None:
        """Open what the alias leads to, where that is new."""
        if self._turned():
            self.reload()

    def reload_beside(self) -> None:
        """Reload in a thread, while requests are answered."""
        self.renewing = threading.Thread(target=self.reload, name="golive-reload", daemon=True)
        self.renewing.start()

    def _turned(self) -> bool:
        aimed = Path(os.path.realpath(self._path))
        turned, self._aimed = aimed != self._aimed, aimed
        return turned

    def reload(self) -> bool:
        """Serve what the path leads to now; what is being answered is finished as it was begun.

        Returns
        -------
        bool
            False where that cannot be served: the log says why, and everything stays as it is.
        """
        with self._reloading:  # one after the other: what the path leads to at the end is what is served at the end
            try:
                served = self._open()
            except (GoliveError, OSError) as exc:
                log.error("`%s` is not taken up, the bundle before it goes on: %s", self._path.name, exc)
                self.metrics.count("golive_reloads_total", "refused")
                if isinstance(exc, (WorldError, OSError)):
                    self._aimed = None  # tried again at the next look: the world may mend
                return False
            before, self.served = self.served, served
        self.metrics.count("golive_reloads_total", "taken up")
        log.warning("`%s` answers now, %s; before it %s", served.bundle.path.name, served.known_as, before.known_as)
        return True

    def now(self) -> str:
        """Return the time as the journal writes it."""
        return self._moment().isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"

    def today(self) -> date:
        """Return the day against which an approval's expiry is held, in UTC."""
        return self._moment().date()

    def _moment(self) -> datetime:
        moment = self.clock()
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)

    def close(self) -> None:
        """Finish what waits to be written. Calling it twice does no harm."""
        self.recorder.close()

    def _open(self) -> Served:
        # An alias may lead elsewhere while it is read; a folder is told as it was typed.
        bundle = load(self._path.resolve() if self._path.is_symlink() else self._path)
        _policy(bundle)
        seal = Seal(bundle, every=self._every)  # before the gate: what it looked at is sealed already
        return Served(bundle, self._gate(bundle), seal, control_key=self._with.control_key)

    def _gate(self, bundle: Bundle) -> Gate | NoGate:
        if self._unapproved:
            return NoGate()
        _folder(bundle)
        from golive.serve.gate import Gate  # with everything that reads approvals

        return Gate(
            bundle, self._journal, roles=self._with.roles, accept_typed=bool(self._with.accept_typed),
            signers=self._with.signers, today=self.today(),
        )  # fmt: skip


def _policy(bundle: Bundle) -> Policy:
    if bundle.policy is None:
        raise ApprovalError(
            f"`{bundle.path.name}` has no policy, so nothing can be decided", hint=f"golive approve draft {bundle.path}"
        )
    return bundle.policy


def _folder(bundle: Bundle) -> None:
    if not bundle.path.is_dir():
        raise ApprovalError(
            f"`{bundle.path.name}` is not a folder; approval is read from the files beside the build",
            hint="unpack it and serve the folder",
        )

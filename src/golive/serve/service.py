"""An open bundle with its approval and its journal: what every handler works on."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from golive.engine.bundle import Bundle, load
from golive.errors import ApprovalError
from golive.serve.gate import Gate, NoGate
from golive.serve.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from golive.records.rules import Policy


class Service:
    """Decides cases and records them. Close it to let the journal go.

    Parameters
    ----------
    path
        The bundle folder.
    journal
        The SQLite file; made when it is not there.
    roles
        Whose approval is required. Comes from the serving side, never from the bundle.
    accept_typed
        Take a typed name for an identity; anybody could have typed it.
    unapproved
        Serve without approval and mark every answer and journal row.
    clock
        The time; for tests.

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
        journal: str | Path,
        roles: Sequence[str] = (),
        accept_typed: bool = False,
        unapproved: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._clock = clock
        self.bundle: Bundle = load(path)
        policy = _policy(self.bundle)
        self.gate: Gate | NoGate
        if unapproved:
            self.gate = NoGate()
        else:
            _folder(self.bundle)
            self.gate = Gate(self.bundle, Path(journal), roles=roles, accept_typed=accept_typed, today=self.today())
        self.recorder = Recorder(Path(journal))
        self.version = version("golive")
        self.inputs = frozenset(known.name for known in self.bundle.contract.inputs)
        self.policy_name, self.actions = f"{policy.id}/{policy.version}", policy.actions

    def now(self) -> str:
        """Return the time as the journal writes it."""
        return self._clock().astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")

    def today(self) -> date:
        """Return the day against which an approval's expiry is held, in UTC."""
        return self._clock().astimezone(UTC).date()

    def close(self) -> None:
        """Finish what waits to be written. Calling it twice does no harm."""
        self.recorder.close()


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

"""May we still answer? Approval as it stands now, asked again when the chain or the day changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.approval import FILE, approval
from golive.errors import ApprovalError
from golive.serve import heads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from golive.engine.bundle import Bundle
    from golive.engine.journal import Address
    from golive.records.signoff import Approved

_Seen = tuple["date", int, int]


class Gate:
    """Lets decisions through while the bundle that was loaded is approved.

    Parameters
    ----------
    bundle
        The bundle as it was loaded.
    journal
        Where the last line of the sign-off chain is remembered.
    roles, accept_typed
        The root of trust: it comes from whoever serves, never from the bundle.
    today
        The day of the first check.

    Raises
    ------
    ApprovalError
        It is not approved, or not these bytes.
    """

    def __init__(
        self, bundle: Bundle, journal: Address, *, roles: Sequence[str], accept_typed: bool, today: date
    ) -> None:
        self._bundle, self._journal = bundle, journal
        self._roles, self._accept_typed = tuple(roles), accept_typed
        self._file = bundle.path / FILE
        self._head = heads.seen(journal, bundle.id)
        self._problem: ApprovalError | None = None
        self.approved = self._ask(today)
        self._seen = self._look(today)

    def check(self, today: date) -> None:
        """Raise `ApprovalError` when the approval no longer stands (expired, withdrawn, chain changed)."""
        now = self._look(today)
        if now != self._seen:
            self._seen = now
            try:
                self.approved, self._problem = self._ask(today), None
            except ApprovalError as exc:
                self._problem = exc
        if self._problem is not None:
            raise self._problem

    def _look(self, today: date) -> _Seen:
        try:
            found = self._file.stat()
        except OSError:
            return today, 0, 0
        return today, found.st_mtime_ns, found.st_size

    def _ask(self, today: date) -> Approved:
        approved = approval(
            self._bundle.path, roles=self._roles, accept_typed=self._accept_typed, today=today, head=self._head
        )
        if (approved.bundle, approved.policy) != (self._bundle.id, self._bundle.policy_digest):
            raise ApprovalError(
                f"`{self._bundle.path.name}` was changed while it was opened: the approval speaks of other bytes",
                hint="start again when nobody writes to the bundle",
            )
        if approved.head != self._head:
            heads.remember(self._journal, approved.bundle, approved.head)
            self._head = approved.head
        return approved


class NoGate:
    """Lets everything through; every answer and row is marked. The mode ``--unapproved``."""

    approved: Approved | None = None

    def check(self, today: date) -> None:
        """Never object."""

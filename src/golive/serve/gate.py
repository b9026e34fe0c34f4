"""May we still answer? Approval as it stands now, asked again when the chain or the day changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.approval import FILE, approval, unbroken
from golive.errors import ApprovalError, WorldError
from golive.records.rules import REVIEW, Fallback
from golive.serve import heads
from golive.serve.conditions import Conditions, held
from golive.serve.stamp import stamp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from golive.engine.bundle import Bundle
    from golive.engine.journal import Address
    from golive.engine.ssh import Signers
    from golive.records.signoff import Approved
    from golive.serve.stamp import Stamp

_Seen = tuple["date", tuple["Stamp | None", ...]]


class Gate:
    """Lets decisions through while the bundle that was loaded is approved.

    Parameters
    ----------
    bundle
        The bundle as it was loaded.
    journal
        Where the lines of the sign-off chain that were seen are remembered.
    roles, accept_typed, signers
        The root of trust: it comes from whoever serves, never from the bundle.
    today
        The day of the first check.

    Raises
    ------
    ApprovalError
        It is not approved, or not these bytes.
    """

    def __init__(
        self, bundle: Bundle, journal: Address, *, roles: Sequence[str], accept_typed: bool,
        signers: Signers | None = None, today: date,
    ) -> None:  # fmt: skip
        self._bundle, self._journal = bundle, journal
        self._roles, self._accept_typed, self._signers = tuple(roles), accept_typed, signers
        self._files = (bundle.path / FILE, *(signers.files if signers else ()))
        self.conditions: Conditions | None = None
        self._problem: ApprovalError | None = None
        self._seen = self._look(today)  # before it is asked: what changes meanwhile is looked at again
        self.approved = self._ask(today)

    def check(self, today: date) -> None:
        """Raise `ApprovalError` when the approval no longer stands (expired, withdrawn, chain or keys changed)."""
        now = self._look(today)
        if now != self._seen:
            try:
                self.approved, self._problem = self._ask(today), None
            except ApprovalError as exc:
                self._problem = exc
            except WorldError as exc:  # asked again by the next request: the world may mend
                raise ApprovalError(f"the approval cannot be checked: {exc.message}", hint=exc.hint) from exc
            self._seen = now
        if self._problem is not None:
            raise self._problem

    def _look(self, today: date) -> _Seen:
        return today, tuple(map(stamp, self._files))

    def _ask(self, today: date) -> Approved:
        chain, known = unbroken(self._bundle.path), heads.seen(self._journal)
        if known is not None:  # before it is judged: a withdrawal that was seen stays seen
            heads.remember(self._journal, self._bundle.id, chain, known=known)
        approved = approval(
            self._bundle.path, roles=self._roles, accept_typed=self._accept_typed, signers=self._signers, today=today,
            spoken=known,
        )  # fmt: skip
        self._need_loaded(approved)
        if known is None:  # only now: a start that is refused leaves no journal
            heads.remember(self._journal, approved.bundle, chain)
        fallback = self._bundle.policy.fallback if self._bundle.policy else Fallback(action=REVIEW)
        self.conditions = held(approved, fallback)
        return approved

    def _need_loaded(self, approved: Approved) -> None:
        if (approved.bundle, approved.policy) != (self._bundle.id, self._bundle.policy_digest):
            raise ApprovalError(
                f"`{self._bundle.path.name}` was changed while it was opened: the approval speaks of other bytes",
                hint="start again when nobody writes to the bundle",
            )

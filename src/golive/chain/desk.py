"""Who decides the cases of a file: the bundle alone, or the service with its journal.

With a journal it is the same door as over HTTP: approval is asked again for every batch, a row is durable before its
answer is used, and a case that was decided before keeps the answer that it got.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, cast

from golive.engine.approval import approval
from golive.engine.bundle import load
from golive.engine.journal import Conflict
from golive.errors import ApprovalError, InputError
from golive.serve import documents
from golive.serve.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from golive.chain.cases import Cases
    from golive.engine.bundle import Bundle
    from golive.engine.ssh import Signers
    from golive.records.decision import Decision
    from golive.records.journal import DecisionRow
    from golive.records.signoff import Approved

    Answer = Decision | DecisionRow | None


class Trust(NamedTuple):
    """Whose approval is required; it comes from whoever scores, never from the bundle."""

    roles: Sequence[str] = ()
    accept_typed: bool = False
    signers: Signers | None = None
    """Whose ssh key is whose; without, no ssh signature counts."""
    unapproved: bool = False
    """Decide without approval and mark every row."""
    control_key: bytes | None = None
    """Secret of the draw of the control arm, where the policy has one and a journal is kept."""


class ChangedError(InputError):
    """Cases that were decided before on other inputs, or whose inputs were erased since."""

    def __init__(self, cases: Sequence[str]) -> None:
        self.cases = tuple(cases)
        super().__init__(f"{len(self.cases):,} of the cases were decided before on other inputs")


class Desk:
    """Decides, and records nothing."""

    def __init__(self, bundle: Bundle, *, approved: bool) -> None:
        if bundle.policy is None or bundle.policy_digest is None:
            raise ApprovalError(
                f"`{bundle.path.name}` has no policy, so nothing can be decided",
                hint=f"golive approve draft {bundle.path}",
            )
        self.bundle, self.approved = bundle, approved
        self.actions, self.policy = bundle.policy.actions, bundle.policy_digest
        self.before = 0
        """Cases that had been decided before."""

    def answers(self, cases: Cases) -> Sequence[Answer]:
        """Return the decision of each case: ``decide(batch) = [decide(row)]`` is a law of the engine."""
        return self.bundle.decide_many(cases.arrays())

    def marks(self, answers: Sequence[Answer]) -> Sequence[bool | None]:
        """Return for each answer whether it was approved when it was given; none where there is no answer."""
        return [self.approved] * len(answers)


class RecordingDesk(Desk):
    """Decides, records, and answers what stands in the journal.

    With ``leave_changed`` a case that was decided before on other inputs gets no answer; else it is refused.
    """

    def __init__(self, service: Service, *, leave_changed: bool) -> None:
        super().__init__(service.bundle, approved=service.gate.approved is not None)
        # One bundle for the whole file, also when the alias leads elsewhere meanwhile.
        self._service, self._served, self._leave = service, service.served, leave_changed

    def answers(self, cases: Cases) -> Sequence[Answer]:
        service, served = self._service, self._served
        served.seal.check()
        served.gate.check(service.today())
        decisions = served.bundle.decide_many(cases.arrays())
        rows = [
            documents.decision_row(service, served, case_id, inputs, decision)
            for case_id, inputs, decision in zip(cases.ids, cases.inputs(), decisions, strict=True)
        ]
        stand = self._recorded(rows)
        self.before += sum(row.case_id in stand and stand[row.case_id].time != row.time for row in rows)
        return [stand.get(case_id) for case_id in cases.ids]

    def _recorded(self, rows: Sequence[DecisionRow]) -> dict[str, DecisionRow]:
        """Record rows and return them as they stand, by case; without those that stand on other inputs."""
        left: set[str] = set()
        while True:
            new = [row for row in rows if row.case_id not in left]
            written = self._service.recorder.write(new, self._served.route())
            if not isinstance(written, Conflict):
                return {row.case_id: row for row in cast("Sequence[DecisionRow]", written)}
            changed = (*written.case_ids, *written.erased)
            if not self._leave:
                raise ChangedError(changed)
            left |= set(changed)

    def marks(self, answers: Sequence[Answer]) -> Sequence[bool | None]:
        return [None if row is None else row.approved for row in cast("Sequence[DecisionRow | None]", answers)]


@contextmanager
def desk(bundle: Path, trust: Trust, journal: str | None, *, leave_changed: bool = False) -> Iterator[Desk]:
    """Open a bundle for deciding.

    Raises
    ------
    ApprovalError
        It has no policy, or is not approved.
    """
    if journal is not None:
        service = Service(
            bundle, journal=journal, roles=trust.roles, accept_typed=trust.accept_typed, signers=trust.signers,
            unapproved=trust.unapproved, control_key=trust.control_key,
        )  # fmt: skip
        with closing(service):
            yield RecordingDesk(service, leave_changed=leave_changed)
        return
    opened = load(bundle.resolve())
    if not trust.unapproved:
        approved = approval(
            opened.path, roles=trust.roles, accept_typed=trust.accept_typed, signers=trust.signers,
            today=datetime.now(UTC).date(),
        )  # fmt: skip
        if (approved.bundle, approved.policy) != (opened.id, opened.policy_digest):
            raise ApprovalError(f"`{opened.path.name}` was changed while it was opened", hint="start again")
        _need_no_count(approved)
        _need_in_force(opened)
    yield Desk(opened, approved=not trust.unapproved)


def _need_no_count(approved: Approved) -> None:
    """Refuse conditions that are counted from a journal, where there is none to count from."""
    held = [condition.text for one in approved.approvers for condition in one.conditions if condition.term is not None]
    if held:
        raise ApprovalError(
            f"it was approved under conditions that only a journal can hold: {', '.join(f'`{text}`' for text in held)}",
            hint="--journal FILE records the decisions and holds them",
        )


def _need_in_force(bundle: Bundle) -> None:
    """Refuse a policy outside of its days: its fallback is routing, which is recorded where there is a journal."""
    if bundle.policy is None:  # which `Desk` refuses
        return
    when = bundle.policy.routing.effective
    day = datetime.now(when.zone).date()
    if not when.holds(day):
        days = f"from {when.first or 'the start'} until {when.last or 'it is replaced'}"
        raise ApprovalError(
            f"the policy of `{bundle.path.name}` is not in force on {day}; it is {days}",
            hint="--journal FILE records the cases with the policy's fallback",
        )

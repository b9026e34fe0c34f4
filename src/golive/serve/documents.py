"""What a decision becomes in the journal, and what a journal row becomes in an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.contract import outside
from golive.engine.journal import DecisionRow
from golive.serve import overriding
from golive.serve.answers import Wrong
from golive.serve.shapes import wrong_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.engine.journal import AnyRow
    from golive.records.decision import Decision
    from golive.records.journal import Shadow
    from golive.records.tokens import Token
    from golive.serve.service import Served, Service
    from golive.serve.shapes import Asked


def decision_row(
    service: Service,
    served: Served,
    case_id: str,
    inputs: Mapping[str, object],
    decision: Decision,
    *,
    subject: object = None,
    shadow: Shadow | None = None,
) -> DecisionRow:
    """Return the journal row of a decision made now."""
    return DecisionRow(
        case_id=case_id,
        time=service.now(),
        bundle=decision.bundle,
        policy=decision.policy,
        policy_id=served.policy_name,
        golive=service.version,
        approved=served.gate.approved is not None,
        inputs=dict(inputs),
        score=decision.score,
        action=decision.action,
        band=decision.band,
        rule=decision.rule,
        reasons=decision.reasons,
        message=decision.message,
        fallback=decision.fallback,
        problems=decision.problems,
        ignored=_unknown(inputs, served),
        routing={},
        subject=None if subject is None else str(subject),
        shadow=shadow,
    )


def _unknown(inputs: Mapping[str, object], served: Served) -> tuple[str, ...]:
    return () if served.inputs.issuperset(inputs) else tuple(sorted(set(inputs) - served.inputs))


def answer(row: AnyRow) -> dict[str, object]:
    """Return what is answered for a row: the same row, the same answer, now and later."""
    if isinstance(row, DecisionRow):
        return _decided(row)
    return {name: getattr(row, name) for name in row.__struct_fields__}


def bundle(service: Service) -> dict[str, object]:
    """Return what is served, under which policy, on whose word."""
    served = service.served
    opened = served.bundle
    return {
        "name": opened.manifest.name,
        "bundle": opened.id,
        "golive": service.version,
        "policy": served.policy_name,
        "policy_digest": opened.policy_digest,
        "actions": served.actions,
        "event": opened.contract.event,
        "inputs": opened.contract.inputs,
        "rules": opened.contract.rules,
        "not_included": outside(opened.contract),
        "approved": served.gate.approved,
    }


def gauges(service: Service) -> dict[str, tuple[str, dict[str, str], float]]:
    """Return what is measured and not counted."""
    served = service.served
    what = {"bundle": served.bundle.id, "policy": served.policy_name, "golive": service.version}
    approved = served.gate.approved is not None
    return {
        "golive_bundle_info": ("What is served.", what, 1),
        "golive_approved": ("1 where what is served was approved at the last look.", {}, float(approved)),
        "golive_journal_waiting": ("Requests that wait for their rows to be durable.", {}, service.recorder.waiting),
    }


def checked_actions(
    served: Served, asked: Asked, decided: Mapping[str, DecisionRow], holder: Token | None
) -> list[dict[str, object]]:
    """Return the actions as they can be recorded, each in its role; refuse them all where one cannot.

    A token that may act in one role only need not name it.
    """
    held = None if holder is None else holder.roles
    only = held[0] if held is not None and len(held) == 1 else ""
    entries, found = [], []
    for index, entry in enumerate(asked.entries):
        path = f"/{index}" if asked.many else ""
        complete = {"role": only, "reason": "", **entry}
        action, role, reason = (str(complete[name]) for name in ("action", "role", "reason"))
        decision = decided[str(entry["case_id"])].action
        for one in overriding.wrong(served.policy, decision, action=action, role=role, reason=reason, held=held):
            found.append(Wrong(f"{path}/{one.field}", one.problem, complete[one.field], one.expected))
        entries.append(complete)
    if found:
        raise wrong_fields(found)
    return entries


def _decided(row: DecisionRow) -> dict[str, object]:
    erased = {"erased": True} if row.erased else {}
    return {
        "case_id": row.case_id,
        "time": row.time,
        "decision": row.action,
        "score": row.score,
        "band": row.band,
        "rule": row.rule,
        "reasons": row.reasons,
        "message": row.message,
        "fallback": row.fallback,
        "problems": row.problems,
        "ignored": row.ignored,
        "approved": row.approved,
        "versions": {
            "bundle": row.bundle,
            "policy": row.policy_id,
            "policy_digest": row.policy,
            "golive": row.golive,
        },
        **erased,
    }

"""Gates about what people agreed to: money, calibration, segments, signatures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.chain.check.subject import failed, passed, skipped
from golive.engine.approval import approval, read_chain
from golive.engine.signed import subjects
from golive.engine.words import Trusted, Words
from golive.errors import ApprovalError
from golive.records.gates import GateState

if TYPE_CHECKING:
    from golive.chain.check.subject import Side, Subject
    from golive.records.evidence import Evidence, MoneyEvidence
    from golive.records.gates import Gate

_PROVE = "golive prove BUNDLE HOLDOUT --outcome COLUMN --event VALUE --money money.toml --out proof"


def money(subject: Subject) -> Gate:
    """Hold what it earns against what was signed for the bundle before."""
    evidence = subject.new.evidence
    if evidence is None:
        return skipped("money", "nobody has measured what it earns", hint=_PROVE)
    if evidence.verdict.negative:
        return failed(
            "money", f"the verdict is `{evidence.verdict.word.value}`: {evidence.verdict.sentence}", hint=_PROVE
        )
    if evidence.money is None or evidence.money.profit is None:
        return skipped("money", "the evidence has no prices, or too few events for a figure", hint=_PROVE)
    now, unit = 1000 * evidence.money.profit.per_row, f"{evidence.money.currency} per 1,000 cases"
    before = None if subject.old is None else _signed(subject, subject.old)
    if before is None or before.money is None or before.money.profit is None:
        why = "no bundle before was named" if subject.old is None else "nobody has signed what the bundle before earns"
        return skipped(
            "money", f"{why}; it earns {now:,.0f}", now, unit, hint="--against OLD.golive, signed, with prices"
        )
    if before.money.currency != evidence.money.currency:
        text = f"it earns {evidence.money.currency}, the bundle before {before.money.currency}"
        return failed("money", text, hint="prove both with prices in one currency")
    return _held(subject, now, before, before.money, unit)


def calibration(subject: Subject) -> Gate:
    """Ask whether the scores mean what they say."""
    evidence = subject.new.evidence
    found = None if evidence is None else evidence.calibration
    if found is None:
        why = "nobody has measured it" if evidence is None else "the score is no probability"
        return skipped("calibration", why, hint=_PROVE)
    unit = "events per expected event"
    if not found.material:
        return passed("calibration", found.text, found.ratio, 1, unit)
    signed = signatures(subject)  # it is a condition of the verdict, so it stood before the eyes of whoever signed
    if signed.state is GateState.passed:
        return passed("calibration", f"{found.text} Signed with it: {signed.text}.", found.ratio, 1, unit)
    hint = "fit the model again, put a calibration behind it, or let the roles sign with it"
    return failed("calibration", found.text, found.ratio, 1, unit, hint=hint)


def segments(subject: Subject) -> Gate:
    """Ask whether some segment surely loses."""
    evidence = subject.new.evidence
    if evidence is None or not evidence.segments:
        return skipped("segments", "no segments were looked at", hint=f"{_PROVE} --segment COLUMN")
    losers = [f"`{one.column}` {one.value}" for one in evidence.segments if one.loser]
    count = f"{len(evidence.segments)} segments"
    if losers:
        text = f"of {count} it surely loses for {', '.join(losers)}"
        return failed("segments", text, len(losers), 0, "segments", hint="a rule of the policy can leave them out")
    return passed("segments", f"of {count} it surely loses for none", 0, 0, "segments")


def signatures(subject: Subject) -> Gate:
    """Ask whether each required role has approved these very bytes, as the service will ask."""
    found = subject.found
    if found is None or not found.project.approve.roles:
        return skipped("signatures", "golive.toml names no role that must sign", hint="roles in [approve]")
    agreed, path = found.project.approve, subject.new.path
    if not path.is_dir():
        return failed(
            "signatures", f"`{path.name}` is a zip", hint="check the folder: its sign-off chain is read there"
        )
    try:
        said = approval(
            path, roles=agreed.roles, accept_typed=agreed.accept_typed, signers=found.signers, today=subject.today
        )
    except ApprovalError as exc:
        return failed("signatures", exc.message, hint=exc.hint or "golive approve sign BUNDLE")
    who = ", ".join(f"{one.role} ({one.identity})" for one in said.approvers)
    return passed("signatures", f"approved by {who}", len(said.approvers), len(agreed.roles), "roles")


def _signed(subject: Subject, side: Side) -> Evidence | None:
    """Return the evidence of the bundle before when an approval of it stands; expiry is not held against it."""
    if not side.path.is_dir():
        return None
    signers = subject.found.signers if subject.found else None
    trusted = Trusted(accept_typed=True, signers=signers, any_key=signers is None)
    words = Words(read_chain(side.path), subjects(side.path), trusted, today=subject.today)
    stands = any(said.word.decision == "approve" and not words.doubt(said) for said in words.standing.values())
    return side.evidence if stands else None


def _held(subject: Subject, now: float, before: Evidence, signed: MoneyEvidence, unit: str) -> Gate:
    profit, tolerance = signed.profit, subject.wanted.money_tolerance
    was = 1000 * (profit.per_row if profit else 0.0)
    text = f"it earns {now:,.0f} {unit}; signed were {was:,.0f}"
    if before.digests.holdout != (subject.new.evidence.digests.holdout if subject.new.evidence else None):
        text += ", measured on other cases"
    if tolerance is None:
        return skipped(
            "money", f"{text}; nobody said how much less is too little", now, unit, hint="money_tolerance in [check]"
        )
    least = was - tolerance * abs(was)
    if now < least:
        hint = "find what was lost, or let the roles sign the new figure and name that bundle as the one before"
        return failed("money", f"{text}; at least {least:,.0f} were agreed", now, least, unit, hint=hint)
    return passed("money", text, now, least, unit)

"""What a signer is shown, line by line: the same text is printed, signed and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.approve.moved import SAME, before, moved, otherwise, same_policy, unknown
from golive.maths.words import count
from golive.records.rehearsal import BEFORE, EARLIER
from golive.records.rules import REVIEW
from golive.records.signoff import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.records.evidence import Evidence, MoneyEvidence
    from golive.records.rehearsal import Load, Rehearsal


def shown(evidence: Evidence, rehearsal: Rehearsal | None) -> tuple[Shown, ...]:
    """Return every number a signer is asked to answer for.

    Parameters
    ----------
    evidence
        What the score earns.
    rehearsal
        What the policy would have done with real cases; None when it was not rehearsed, which is then one of the
        lines.
    """
    lines = [*_evidence(evidence)]
    if rehearsal is None:
        lines.append(Shown(name="rehearsal", text="this policy was not rehearsed on real cases"))
    else:
        lines.extend(rehearsed(rehearsal))
    return tuple(lines)


def amount(value: float, currency: str) -> str:
    """Return money for people: whole units with separators, cents below 100."""
    return f"{value:,.2f} {currency}" if abs(value) < 100 else f"{value:,.0f} {currency}"


def _evidence(evidence: Evidence) -> Iterator[Shown]:
    yield Shown(name="verdict", text=evidence.verdict.sentence or evidence.verdict.word.value)
    for condition in evidence.verdict.conditions:
        yield Shown(name="condition of the verdict", text=f"{condition.text} Can be lifted by: {condition.who}.")
    yield Shown(
        name="cases", text=f"{evidence.rows:,} cases, {evidence.events:,} of them {evidence.event}", value=evidence.rows
    )
    if evidence.money is not None:
        yield from _money(evidence.money)


def _money(money: MoneyEvidence) -> Iterator[Shown]:
    cut = ", ".join(f"{value:.4g}" for value in money.cutoff.chosen) or f"none: {money.cutoff.constant} for all"
    yield Shown(name="cut-off of the evidence", text=cut, value=money.cutoff.chosen[0] if money.cutoff.chosen else None)
    what = "" if money.objective == "profit" else f" in {money.objective}"
    if money.honest is not None:
        low, high = (amount(1000 * limit, money.currency) for limit in (money.honest.low, money.honest.high))
        text = f"{amount(1000 * money.honest.per_row, money.currency)} ({low} to {high})"
        yield Shown(name=f"the cut-off earns{what} per 1,000 cases", text=text, value=1000 * money.honest.per_row)
    for other in money.against:
        gain, name = 1000 * other.per_row, f"the cut-off earns{what} more than {other.name}, per 1,000 cases"
        limits = (
            "no range: too few events"
            if other.low is None or other.high is None
            else f"{amount(1000 * other.low, money.currency)} to {amount(1000 * other.high, money.currency)}"
        )
        yield Shown(name=name, text=f"{amount(gain, money.currency)} ({limits})", value=gain)
    yield from _beside(money)
    best = 1000 * money.promised.per_row
    yield Shown(
        name="the best figure of these cases per 1,000 (chosen and valued on the same cases, so too good)",
        text=amount(best, money.currency),
        value=best,
    )


def _beside(money: MoneyEvidence) -> Iterator[Shown]:
    """Return the limits, the other objective, and the bands: each stands for itself."""
    for limit in money.limits:
        yield Shown(name=f"limit {limit.text}", text=f"{limit.value:.4g}", value=limit.value)
    if money.beside is not None:
        value = 1000 * money.beside.per_row
        name = f"the cut-off earns in {money.beside.objective} per 1,000 cases"
        yield Shown(name=name, text=amount(value, money.currency), value=value)
    if money.bands is not None:
        below, middle, above = money.bands.rows
        cuts = " and ".join("none" if cut is None else f"{cut:.4g}" for cut in money.bands.chosen)
        yield Shown(name="cut-offs of the three bands", text=cuts)
        text = f"{below:,} {money.below}, {middle:,} {money.bands.middle}, {above:,} {money.above}"
        yield Shown(name="cases in the three bands", text=text, value=middle)
        added = money.bands.added
        low, high = (amount(1000 * limit, money.currency) for limit in (added.low, added.high))
        text = f"{amount(1000 * added.per_row, money.currency)} ({low} to {high}), assumed and not measured"
        yield Shown(name="what people are assumed to add per 1,000 cases", text=text, value=1000 * added.per_row)


def rehearsed(rehearsal: Rehearsal) -> Iterator[Shown]:
    """Return the lines of a rehearsal."""
    for acted in rehearsal.acted:
        text = f"{acted.cases:,} of {rehearsal.rows:,} cases ({acted.share:.1%})"
        yield Shown(name=f"rehearsed: {acted.action}", text=text, value=acted.share)
    low, high = (amount(limit, rehearsal.currency) for limit in (rehearsal.low, rehearsal.high))
    yield Shown(
        name="rehearsed: the policy earns per 1,000 cases",
        text=f"{amount(rehearsal.per_thousand, rehearsal.currency)} ({low} to {high})",
        value=rehearsal.per_thousand,
    )
    yield from _before(rehearsal)
    for other in rehearsal.against:
        if other.name in EARLIER:
            continue
        low, high = (amount(limit, rehearsal.currency) for limit in (other.low, other.high))
        yield Shown(
            name=f"rehearsed: the policy earns more than {other.name}, per 1,000 cases",
            text=f"{amount(other.per_thousand, rehearsal.currency)} ({low} to {high})",
            value=other.per_thousand,
        )
    yield from _people(rehearsal)


def _before(rehearsal: Rehearsal) -> Iterator[Shown]:
    """Return what is different from the policy before, where there was one."""
    if same_policy(rehearsal):
        yield Shown(name=f"rehearsed: against {BEFORE}", text=SAME)
    one = before(rehearsal)
    if one is None:
        return
    yield Shown(
        name=f"rehearsed: decided otherwise than by {BEFORE}", text=otherwise(rehearsal), value=float(one.changed)
    )
    for group in moved(rehearsal):
        yield Shown(name=f"rehearsed: {group.name} since {BEFORE}", text=group.text, value=float(group.cases))
    name, note = f"rehearsed: the policy earns more than {BEFORE}, per 1,000 cases", unknown(one)
    if note and one.unknown == one.changed:
        yield Shown(name=name, text=note)
        return
    low, high = (amount(limit, rehearsal.currency) for limit in (one.low, one.high))
    text = f"{amount(one.per_thousand, rehearsal.currency)} ({low} to {high})" + (f"; {note}" if note else "")
    yield Shown(name=name, text=text, value=one.per_thousand)


def _people(rehearsal: Rehearsal) -> Iterator[Shown]:
    """Return what goes to people, and on one day, and what the service does beside the rule."""
    queue = rehearsal.queue
    valued = f"valued as {queue.valued_as}" if queue.valued_as else "without a price, counted as 0"
    yield Shown(
        name="rehearsed: to people",
        text=f"{count(queue.cases, 'case')} ({queue.share:.1%}), {valued}",
        value=queue.share,
    )
    for load in rehearsal.loads:
        yield Shown(name=f"rehearsed: to people on one day, by {_source(load)}", text=_load(load), value=load.most)
    for line in rehearsal.routing:
        yield Shown(name="done by the service, not rehearsed", text=line)


def _source(load: Load) -> str:
    return f"the dates in {load.column}" if load.column else "the volume of the money file"


def _load(load: Load) -> str:
    if not load.column:
        text = f"{load.per_day:,.1f} cases"
        beyond = f"{load.overflow:,.1f} beyond the {load.capacity or 0:,g} that can be looked at"
    else:
        text = f"{load.per_day:,.1f} on a middle day, {load.most:,.0f} on the fullest ({load.fullest})"
        beyond = f"{load.overflow:,.0f} cases on {load.over} of {load.days} days beyond {load.capacity or 0:,g}"
    if load.capacity is None:
        return f"{text}; nobody said how many can be looked at"
    if not load.overflow:
        return f"{text}, of {load.capacity:,g} that can be looked at"
    then = f"they get {load.then}" if load.then not in ("", REVIEW) else "they wait"
    return f"{text}; {beyond}: {then}" + (f", at most {load.waiting:,} at once" if load.waiting else "")

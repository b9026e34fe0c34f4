"""What changes, for the work and for people: since the policy before, and from what is done today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.approve.moved import SAME, before, moved, otherwise, same_policy, unknown
from golive.approve.page.first import DAYS, few, room
from golive.page.escape import visible
from golive.page.groups import treated
from golive.page.markup import element
from golive.page.numbers import show
from golive.page.parts import Head, points, section, table
from golive.page.words import capital, plural, quoted

if TYPE_CHECKING:
    from golive.approve.page.view import View
    from golive.page.markup import Child, Markup
    from golive.records.rehearsal import Rehearsal


def changes(found: View) -> Markup:
    """Return what cases get, what is decided otherwise than before and than today, and what lands on people's desks."""
    title, rehearsal = "What changes", found.rehearsal
    if rehearsal is None:
        command = "golive approve rehearse BUNDLE --rows FILE --outcome COLUMN --against BEFORE"
        said = element("p", "Unknown: this rule was not tried on real cases. ", element("code", command), class_="fair")
        return section("changes", title, said)
    compared = rehearsal.current is not None and not same_policy(rehearsal)
    beside = "beside the policy before." if compared else "alone: no other policy was put beside it."
    lead = f"The rule on {show('count', float(rehearsal.rows))} real {plural(found.row)}, {beside}"
    parts = (_acted(found, rehearsal), *_since(found, rehearsal), *_swap(found), _queue(found, rehearsal))
    return section("changes", title, *parts, lead=lead)


def _acted(found: View, rehearsal: Rehearsal) -> Markup:
    names = ("Answer", plural(found.row), "share", f"“{visible(found.evidence.event)}” among them")
    rows: list[list[Child]] = [
        [visible(one.action), *_counted(one.cases, rehearsal), show("count", float(one.events))]
        for one in rehearsal.acted
    ]
    return table("What they get", [Head(name) for name in names], rows)


def _counted(cases: int, rehearsal: Rehearsal) -> tuple[str, str]:
    return show("count", float(cases)), show("share", cases / rehearsal.rows)


def _since(found: View, rehearsal: Rehearsal) -> tuple[Child, ...]:
    """Return what is decided otherwise than by the policy before."""
    if same_policy(rehearsal):
        return (element("p", f"{capital(SAME)}.", class_="fair"),)
    one = before(rehearsal)
    if one is None:
        return ()
    title = element("h3", "Since the policy before")
    if not rehearsal.flips:
        return title, element("p", "No case gets another answer than by the policy before.")
    said: list[Child] = [f"another answer: {otherwise(rehearsal)}"]
    said += [f"{group.name}: {visible(group.text)}" for group in moved(rehearsal)]
    if one.unknown and one.unknown < one.changed:
        said.append(unknown(one))
    return title, points(said), _flips(found, rehearsal)


def _flips(found: View, rehearsal: Rehearsal) -> Markup:
    bad = f"“{visible(found.evidence.event)}” among them"
    names = ("The policy before → this one", plural(found.row), "share", bad, "money per 1,000")
    rows: list[list[Child]] = [
        [
            f"{visible(flip.before)} → {visible(flip.after)}",
            *_counted(flip.cases, rehearsal),
            show("count", float(flip.events)),
            "unknown" if flip.per_thousand is None else show("gain", flip.per_thousand, rehearsal.currency),
        ]
        for flip in rehearsal.flips
    ]
    return table("Decided otherwise", [Head(name) for name in names], rows)


def _swap(found: View) -> tuple[Child, ...]:
    """Return who changes sides against what the money file says is done today; the evidence knows the cut-off alone."""
    swap = found.evidence.money.swap if found.evidence.money else None
    if swap is None:
        return ()
    return element("h3", "Against what is done today, by the cut-off alone"), element("p", quoted(swap.text))


def _queue(found: View, rehearsal: Rehearsal) -> Markup:
    queue, capacity = rehearsal.queue, found.policy.routing.review
    cases, share = _counted(queue.cases, rehearsal)
    said = f"To people: {cases} of these {plural(found.row)} ({share})"
    if queue.per_month is not None:
        said += f"; a month about {few(queue.per_month)}, a working day {few(queue.per_month / DAYS)}"
    if capacity is not None:
        said += f". {capital(room(capacity))}"
    return element("p", f"{said}.")


def people(found: View) -> Markup:
    """Return how groups that the law protects fare, or say that nobody looked."""
    title, evidence = "For whom", found.evidence
    looked = {one.column for one in evidence.protected}
    missed = [name for name in found.brief.decision.protected if name not in looked]
    notes: list[Child] = [f"The brief names “{visible(name)}”, and the evidence did not look at it." for name in missed]
    if not evidence.protected:
        how = element("code", "golive prove --protected COLUMN")
        said = element("p", "Not looked at: no column of protected groups was named (", how, ").", class_="fair")
        return section("people", title, said, points(notes))
    lead = (
        "What the cut-off does with groups that the law protects; they had no part in its choice. A ratio of shares"
        " under 0.8, or over 1.25, is what many rules ask about; where chance alone does not explain it, it is bold and"
        " a condition. Whether it is lawful is not for a page to say."
    )
    return section("people", title, treated(evidence), points(notes), lead=lead)

"""The first screen: the question, the answer of the evidence, and in a line each what the other sections say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.approve.moved import before, moved, otherwise
from golive.approve.page.compared import compared, mistakes
from golive.approve.page.signing import of_signers, of_verdict, standing
from golive.page.escape import visible
from golive.page.markup import Markup, element, join
from golive.page.numbers import show
from golive.page.parts import facts, points
from golive.page.plots import thousand
from golive.page.words import KINDS, capital, done, listed, plural, quoted
from golive.records.evidence import NEGATIVE
from golive.records.rules import REVIEW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.approve.page.compared import Gain
    from golive.approve.page.view import View
    from golive.page.markup import Child
    from golive.records.parts import ProtectedGroup
    from golive.records.routing import ReviewQueue

RANGES = "In brackets: the range in which the true figure lies in at least 95 of 100 such samples."
DAYS = 21
"""Working days of a month."""
_SHADES = ("yes", "no", "no bad", "yes bad")


def first(found: View) -> Markup:
    """Return the first screen."""
    policy, word = found.policy, found.evidence.verdict.word
    rule = f"“{visible(policy.id)}”, version {visible(policy.version)}"
    kicker = f"To decide and to sign: shall the rule {rule} decide about {plural(found.row)}? The evidence says:"
    lines: list[tuple[str, Child]] = [
        ("The question", _question(found)),
        ("Without it", _today(found)),
        ("What it is", _what(found)),
        ("Since before", _since(found)),
        ("When wrong", join(_wrong(found))),
        ("For people", _queue(found)),
        ("Groups", _groups(found)),
        ("Conditions", _conditions(found)),
        ("Must sign", _signed(found)),
    ]
    return element(
        "header",
        element("p", kicker, class_="kicker"),
        element("h1", capital(word.value), class_=f"word {KINDS[word]}"),
        _against(found),
        element("div", *(_gain(found, one) for one in compared(found)), class_="earns"),
        _bar(found),
        facts((name, said) for name, said in lines if said),
        element("p", RANGES, class_="quiet note"),
        id="first",
    )


def _gain(found: View, one: Gain) -> Markup:
    currency, money = found.currency, found.evidence.money
    against = f"per 1,000 {plural(found.row)} against {one.said} "
    span = element("span", f"({one.span(currency)})", class_="quiet")
    month = None
    if money is not None and money.cases_per_month is not None:
        a_month = show("gain", one.per_thousand * money.cases_per_month / 1000, currency)
        month = element("p", f"A month, with {show('count', money.cases_per_month)}: ", element("b", a_month), ".")
    total = element("p", show("gain", one.per_thousand, currency), class_="sum")
    return element("div", total, element("p", against, span), month)


def _against(found: View) -> Markup | None:
    """Say what the evidence says where it says no."""
    verdict = found.evidence.verdict
    if verdict.word not in NEGATIVE:
        return None
    return element("p", quoted(f"{verdict.sentence} {verdict.rows_sentence}".strip()), class_="say")


def _bar(found: View) -> Markup:
    """Draw what 1,000 cases get."""
    if found.rehearsal is None:
        said = "Nobody has seen yet what this rule does with real cases."
        return element("p", element("strong", "Not rehearsed. "), said, class_="fair")
    acted = [one for one in found.rehearsal.acted if one.cases]
    parts = [(one.share, _SHADES[at % 4], visible(one.action)) for at, one in enumerate(acted)]
    legend = [
        element("li", element("i", class_=kind), element("b", show("count", 1000 * share)), f" {name}")
        for share, kind, name in parts
    ]
    head = element("li", f"Of 1,000 {plural(found.row)}:")
    return element("div", thousand(parts), element("ul", head, *legend, class_="legend"), class_="bar-box")


def _question(found: View) -> Child:
    decision = found.brief.decision
    if not decision.question:
        return None
    concern = f" The key concern of the {found.who(decision.concern_of)}" if decision.concern_of else ""
    felt = f", felt in: {visible(decision.felt_in)}" if concern and decision.felt_in else ""
    return f"{visible(decision.question)}{concern}{felt}{'.' if concern else ''}"


def _today(found: View) -> Child:
    told = found.brief.today
    said = [visible(text) for text in (told.rule, told.cost) if text]
    return f"{capital('; '.join(said))}." if said else None


def _what(found: View) -> Child:
    bad, acting = visible(found.evidence.event), found.brief.acting
    desk = f", for the {found.who(acting.who)}" if acting.who else ""
    tool = f" (in: {visible(acting.tool)})" if desk and acting.tool else ""
    actions = listed([visible(action) for action in found.policy.actions], "or")
    said = f"A score for “{bad}” and a written rule turn each {visible(found.row)} into {actions}{desk}{tool}."
    meant = [f"{visible(action)}: {visible(what)}" for action, what in found.brief.answers.items() if what]
    return join((said, " ", "; ".join(meant), "." if meant else ""))


def _wrong(found: View) -> Iterator[Child]:
    for one in mistakes(found):
        yield element("b", show("count", one.of_thousand))
        yield f" of 1,000 {plural(found.row)} are {one.name}: they cost "
        yield element("b", "–" if one.cost is None else show("money", one.cost, found.currency))
        yield ". "


def _since(found: View) -> Child:
    """Return what is decided otherwise than by the policy before."""
    rehearsal = found.rehearsal
    if rehearsal is None or before(rehearsal) is None:
        return None
    if not rehearsal.flips:
        return "No case gets another answer than by the policy before."
    groups = "".join(f"; {group.name}: {visible(group.text)}" for group in moved(rehearsal))
    return f"Decided otherwise than by the policy before: {otherwise(rehearsal)}{groups}."


def _queue(found: View) -> Child:
    if found.rehearsal is None:
        return None
    queue, capacity = found.rehearsal.queue, found.policy.routing.review
    said = f"{show('count', 1000 * queue.share)} of 1,000 {plural(found.row)} wait for a person"
    if queue.per_month is not None:
        said += f"; about {few(queue.per_month / DAYS)} a working day"
    if capacity is not None:
        said += f"; {room(capacity)}"
    return f"{said}."


def room(capacity: ReviewQueue) -> str:
    """Say how many people can take, and what happens to more."""
    beyond = (
        "what is more waits" if capacity.overflow == REVIEW else f"what is more gets “{visible(capacity.overflow)}”"
    )
    return f"they can take {capacity.capacity_per_day:,} a day, {beyond}"


def few(count: float) -> str:
    """Write a number of cases that may be less than one."""
    return show("count", count) if count >= 10 or count == 0 else f"{count:.1f}" if count >= 0.1 else "under 0.1"


def _groups(found: View) -> Child:
    compared_with = {one.column: one for one in found.evidence.protected if one.reference}
    ratios = [one for one in found.evidence.protected if one.ratio is not None]
    if not ratios:
        return element("span", "Nobody has looked at groups that the law protects.", class_="fair")
    least = min(ratios, key=_ratio)
    than = compared_with.get(least.column)
    favoured = done(found.evidence.money.favourable) if found.evidence.money else "favoured"
    limits = "" if least.ratio_low is None else f" ({least.ratio_low:.2f} to {least.ratio_high or 0:.2f})"
    return join((
        f"Least often {favoured}: “{visible(least.column)}: {visible(least.value or 'missing')}”, ",
        element("b", f"{_ratio(least):.2f}"), element("span", limits, class_="quiet"),
        f" times as often as “{visible(than.value or 'missing') if than else 'the others'}”. ",
        element("a", "All groups", href="#people"),
    ))  # fmt: skip


def _ratio(one: ProtectedGroup) -> float:
    return 0.0 if one.ratio is None else one.ratio


def _conditions(found: View) -> Child:
    said = of_verdict(found)
    if asked := len(of_signers(found)):
        more = f"{asked} more of those who signed" if said else f"{asked} of those who signed"
        said.append(element("a", more, href="#conditions"))
    return points(said) if len(said) > 1 else said[0] if said else None


def _signed(found: View) -> Child:
    if not found.roles:
        return element("span", "Nobody has said yet: whoever serves names the roles in golive.toml.", class_="fair")
    states = standing(found)
    yes = listed([visible(role) for role, state in states.items() if state.holds], "and")
    no = listed([visible(role) for role, state in states.items() if not state.holds], "and")
    said = [f"{yes} signed" if yes else "", f"still to sign: {no}" if no else ""]
    return join((capital("; ".join(filter(None, said))), ". ", element("a", "How to sign", href="#to-sign")))

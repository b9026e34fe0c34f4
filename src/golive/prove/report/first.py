"""The first screen: what a product owner reads aloud. It has its own words; those of statistics stand further down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.maths.intervals import wilson
from golive.page.escape import visible
from golive.page.markup import Markup, element, join
from golive.page.numbers import SPACE, show
from golive.page.parts import facts, points
from golive.page.plots import thousand
from golive.prove.report.figures import sides
from golive.prove.report.words import doing, does, done, everybody, plural
from golive.records.evidence import Word

if TYPE_CHECKING:
    from golive.page.markup import Child
    from golive.prove.report.place import Shown
    from golive.records.evidence import Evidence

KINDS = {
    Word.use: "good", Word.use_with_conditions: "fair", Word.do_not_use: "poor", Word.not_enough_data: "fair",
    Word.no_prices: "open",
}  # fmt: skip
PLAIN = {
    "constant_score": "Every case has the same score: it tells nobody apart.",
    "direction": "The score points the other way: the cases that turn out worse have the lower scores.",
    "few_events": "One of the two outcomes was seen fewer than ten times: too few for a range.",
    "few_scores": "The score has only a few different values.",
    "one_class_model": "Everybody gets the same action.",
}
"""Warnings in the words of this screen, by code."""


def first_screen(found: Shown) -> Markup:
    """Return the first screen where there are prices."""
    lines = [
        ("It does", _deeds(found)),
        ("Goes bad", _bad(found)),
        ("The price", _price(found)),
        ("It hangs on", _hangs(found)),
        ("Looks better", _better(found)),
        ("Can go wrong", _wrong(found.evidence)),
        ("We need from you", _needed(found)),
    ]
    return element(
        "header", *_title(found.evidence, found.money.row), _lead(found), _bar(found), facts(lines), id="first"
    )


def without_prices(evidence: Evidence) -> Markup:
    """Return the first screen where nobody has said what a decision earns."""
    lines = [
        ("It sorts", _sorts(evidence)),
        ("Ask the owner", points(evidence.questions, ordered=True)),
        ("Can go wrong", _wrong(evidence)),
        (
            "We need from you",
            "The three answers. They go into one page of prices, and this page then says what it earns.",
        ),
    ]
    said = element("p", evidence.verdict.sentence, class_="say")
    return element("header", *_title(evidence, "case"), said, facts(lines), id="first")


def _title(evidence: Evidence, row: str) -> tuple[Markup, ...]:
    n, seen = (show("count", float(number)) for number in (evidence.rows, evidence.events))
    said = f"Judged on {n} {plural(row)}, {seen} of them “{visible(evidence.event)}”"
    word = evidence.verdict.word
    shown = f"{word.value[0].upper()}{word.value[1:]}"
    return (
        element("p", said, class_="kicker"),
        element("h1", element("span", shown, data_show="word"), class_=f"word {KINDS[word]}"),
    )


def _lead(found: Shown) -> Markup:
    """Say what it earns, against each simple rule, with the range."""
    money, evidence = found.money, found.evidence
    order = sorted(range(2), key=lambda at: (not money.against[at].today, not money.against[at].decides, -at))
    said: list[Child] = [f"Per 1,000 {plural(money.row)} it earns "]
    for place, at in enumerate(order):
        one = money.against[at]
        today = "today, which is " if one.today else ""
        said += [
            ", and " if place else "",
            found.strong(f"gain.{at}"),
            f" against {today}{everybody(one.action)}",
            *_range(found, f"gain.{at}.span"),
        ]
    said.append(".")
    reason = None
    if evidence.verdict.negative:
        why = evidence.verdict.sentence, evidence.verdict.rows_sentence
        reason = element("p", " ".join(part for part in why if part), class_="say recorded")
    return join((reason, element("p", *said, class_="say"), _month(found, order)))


def _range(found: Shown, name: str) -> list[Child]:
    if found.figures[name][1] == (None, None):
        return [element("span", " (no range: too few cases)", class_="quiet")]
    return [element("span", " (", found(name), ")", class_="quiet")]


def _month(found: Shown, order: list[int]) -> Markup | None:
    volume = found.money.cases_per_month
    if volume is None:
        return None
    said: list[Child] = [f"With {show('count', volume)} {plural(found.money.row)} a month that is "]
    for place, at in enumerate(order):
        one = found.money.against[at]
        said += [
            " and " if place else "",
            found(f"month.{at}"),
            f" against {everybody(one.action)}",
            *_range(found, f"month.{at}.span"),
        ]
    return element(
        "p",
        *said,
        " a month. Worth having is ",
        found("worth"),
        f" per 1,000 ({found.money.worth.source}).",
        class_="say small",
    )


def _bar(found: Shown) -> Markup:
    """Draw 1,000 cases: what they get, and how they turn out."""
    money = found.money
    yes = done(money.favourable)
    no = done(money.above if money.favourable == money.below else money.below)
    bad = visible(found.evidence.event)
    names = (f"{yes}, not “{bad}”", f"{yes}, “{bad}”", f"{no}, “{bad}”", f"{no}, not “{bad}”")
    kinds = ("yes", "yes bad", "no bad", "no")
    values = [found.figures[f"part.{at}"][1] for at in range(4)]
    shares = [value / 1000 if isinstance(value, float) else 0.0 for value in values]
    legend = join(
        element("li", element("i", class_=kind), found.strong(f"part.{at}"), f" {name}")
        for at, (name, kind) in enumerate(zip(names, kinds, strict=True))
    )
    drawn = thousand([(share, kind, name) for share, kind, name in zip(shares, kinds, names, strict=True)])
    return element("div", drawn, element("ul", legend, class_="legend"), class_="bar-box")


def _deeds(found: Shown) -> Markup:
    money = found.money
    other = money.above if money.favourable == money.below else money.below
    said: list[Child] = [
        f"Of 1,000 {plural(money.row)} it {does(money.favourable)} ",
        found.strong("yes"),
        f" and {does(other)} ",
        found.strong("no"),
        ". ",
    ]
    constant = found.evidence.money.cutoff.constant if found.evidence.money else None
    if constant is None:
        below, above = money.below, money.above
        said += [f"The cut-off is ", found("chosen.cut"), f": at this score or higher {above}, below it {below}."]
    return join(said)


def _bad(found: Shown) -> Markup:
    evidence, money = found.evidence, found.money
    before = show("share", evidence.base_rate)
    low, high = wilson(evidence.events, evidence.rows)
    span = show("shares", (low, high))
    today = (
        "Today"
        if any(one.today and one.action == money.favourable for one in money.against)
        else f"{doing(money.favourable).capitalize()} everybody"
    )
    return join((
        f"{today}, ", element("b", before), element("span", f" ({span})", class_="quiet"),
        f" turn out “{visible(evidence.event)}”; of those it {does(money.favourable)}, ", found.strong("bad"),
        element("span", " (", found("bad.span"), ")", class_="quiet"), ".",
    ))  # fmt: skip


def _price(found: Shown) -> Markup:
    money, evidence = found.money, found.evidence
    other = money.above if money.favourable == money.below else money.below
    _, no = sides(money)
    revenue = any(term.line == "revenue" and term.action == 1 - no and term.event == 0 for term in evidence.table.terms)
    said: list[Child] = [
        found.strong("part.3"), f" of 1,000 {plural(money.row)} are {done(other)} although they would have turned out well. They would have earned ",
        found.strong("lost"), element("span", " (", found("lost.span"), ")", class_="quiet"),
    ]  # fmt: skip
    if revenue:
        said += ["; revenue forgone: ", found("lost.revenue")]
    return join((*said, "."))


def _hangs(found: Shown) -> Markup:
    if not any(one.adjustable for one in found.evidence.assumptions) or found.figures["hangs.name"][1] is None:
        return join(("On no single price that this page can move.",))
    return join((
        element("b", found("hangs.name")), " = ", found("hangs.now"), ", answered for by ", found("hangs.owner"), ". If it ", found("hangs.side"), " ",
        found.strong("hangs.value"), ", nothing is gained against ", found("hangs.rule"), ". ", found("hangs.range"), ".",
    ))  # fmt: skip


def _better(found: Shown) -> Markup:
    money = found.money
    if money.honest is None:
        return join((
            "The best figure these rows can show is ", found.strong("promised"), f" per 1,000 {plural(money.row)}. It was chosen and valued on the"
            " same rows, and these are too few to say what is left of it.",
        ))  # fmt: skip
    return join((
        "The best figure these rows can show is ", found.strong("promised"), f" per 1,000 {plural(money.row)}: the best cut-off, picked and valued"
        " on the same rows. That always looks better than it is. Valued on rows that had no say in the choice it is ",
        found.strong("honest"), element("span", " (", found("honest.span"), ")", class_="quiet"), ", and that is the figure to plan with.",
    ))  # fmt: skip


def _wrong(evidence: Evidence) -> Markup:
    """Say what may not hold: the conditions with who can lift them, and the warnings."""
    said: list[Child] = [
        join((one.text, element("span", f" The {visible(one.who)} can clear this.", class_="quiet")))
        for one in evidence.verdict.conditions
    ]
    said += [PLAIN.get(one.code, "There is a warning further down, under “Checks”.") for one in evidence.warnings]
    if not said:
        nothing = "Judged on a random part of the rows, not on later cases." if evidence.money else ""
        return join((nothing or "Nothing was found that speaks against these rows.",))
    return join((points(said),))


def _needed(found: Shown) -> Markup:
    evidence = found.evidence
    owners = list(dict.fromkeys(visible(one.owner) for one in evidence.assumptions if one.owner))
    listed = " and ".join(filter(None, (", ".join(owners[:-1]), *owners[-1:])))
    who = f"from the {listed}, that" if owners else "that"
    if evidence.verdict.negative:
        said = "Nothing to sign. " + (
            "More outcomes, or other prices, could change this."
            if evidence.verdict.word is Word.not_enough_data
            else "Other prices could change this."
        )
        return join(
            (
                said,
                " ",
                element("a", "Try other prices", href="#earns", class_="button wanted"),
            )
        )
    return join((
        f"A yes {who} the prices are right; a decision on what can go wrong; then a signature. ",
        element("a", f"Change{SPACE}the{SPACE}prices", href="#earns", class_="button wanted"),
    ))  # fmt: skip


def _sorts(evidence: Evidence) -> Markup:
    riskiest, safest = evidence.lift[0], evidence.lift[-1]
    bad = visible(evidence.event)
    return join((
        f"Of all {show('count', float(evidence.rows))} cases ", element("b", show("share", evidence.base_rate)), f" are “{bad}”. "
        f"Of the {show('count', float(riskiest.n))} with the riskiest scores ", element("b", show("share", riskiest.rate)),
        element("span", f" ({show('shares', (riskiest.low, riskiest.high))})", class_="quiet"),
        f", of the {show('count', float(safest.n))} with the safest ", element("b", show("share", safest.rate)),
        element("span", f" ({show('shares', (safest.low, safest.high))})", class_="quiet"), ".",
    ))  # fmt: skip

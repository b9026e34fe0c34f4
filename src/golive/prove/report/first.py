"""The first screen: what a product owner reads aloud. It has its own words; those of statistics stand further down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from golive.maths.intervals import wilson
from golive.page.escape import visible
from golive.page.markup import Markup, element, join
from golive.page.numbers import show
from golive.page.parts import facts, points
from golive.page.plots import thousand
from golive.page.words import KINDS, capital, does, done, order, other, plural, quoted, rule
from golive.prove.report.doubts import MOST, conditions, harder, noticed, wrong
from golive.prove.report.figures import more_edge, sides
from golive.prove.report.place import say
from golive.records.evidence import Word
from golive.records.objective import PROFIT

if TYPE_CHECKING:
    from golive.page.markup import Child
    from golive.prove.report.place import Shown
    from golive.records.evidence import Against, Evidence, Verdict

RANGES = "In brackets: the range in which the true figure lies in at least 95 of 100 such samples."


def first_screen(found: Shown) -> Markup:
    """Return the first screen where there are prices."""
    bad = visible(found.evidence.event)
    lines: list[tuple[str, Child]] = [
        *conditions(found.evidence, MOST if len(found.money.against) < 3 else MOST - 1),
        ("It does", _deeds(found)),
        (f"Turn out “{bad}”", _bad(found)),
        ("The price", _price(found)),
        ("More volume", _more(found)),
        *harder(found),
        ("It hangs on", _hangs(found)),
        ("Can go wrong", wrong(found)),
        ("Looks best", _best(found)),
        ("We need", _needed(found)),
    ]
    note = element("p", _worth(found), " ", RANGES, class_="quiet note")
    top = _title(found.evidence, found.money.row)
    return element("header", *top, _lead(found), _bar(found), facts(lines), note, id="first")


def without_prices(evidence: Evidence) -> Markup:
    """Return the first screen where nobody has said what a decision earns."""
    lines: list[tuple[str, Child]] = [
        ("It sorts", _sorts(evidence)),
        ("Ask the owner", points(evidence.questions, ordered=True)),
        *_warnings(evidence),
        ("We need", "The three answers. They fill one page of prices; then this page says what the score earns."),
    ]
    said = element("p", quoted(_reason(evidence.verdict)), class_="say")
    note = element("p", RANGES, class_="quiet note")
    return element("header", *_title(evidence, "case"), said, facts(lines), note, id="first")


def _title(evidence: Evidence, row: str) -> tuple[Markup, ...]:
    n, seen = (show("count", float(number)) for number in (evidence.rows, evidence.events))
    when = "" if evidence.dates is None else f" from {evidence.dates.split} to {evidence.dates.last}"
    said = f"Judged on {n} {plural(row)}{when}, {seen} of them “{visible(evidence.event)}”{_meant(evidence)}"
    word = evidence.verdict.word
    name = element("span", capital(word.value), data_show="word")
    changed = element("span", " · figures with prices changed by the reader", class_="changed-only")
    return element("p", said, changed, class_="kicker"), element("h1", name, class_=f"word {KINDS[word]}")


def _meant(evidence: Evidence) -> str:
    """Say what the bad outcome is: in the words of the money file, or where it stands; and when it counts."""
    money = evidence.money
    said = f": {visible(money.event_means)}" if money and money.event_means else ""
    if not said and evidence.outcome:
        said = f" in the column “{visible(evidence.outcome)}”"
    days = money.mature_after_days if money else None
    return said if days is None else f"{said}, known {show('count', float(days))} days after the decision"


def _lead(found: Shown) -> Markup:
    """Say what it earns against each simple rule, with the range; and why not, where it should not be used."""
    verdict, money = found.evidence.verdict, found.money
    earns = element("div", *(_earns(found, at) for at in order(money)), class_="earns")
    why = f"{_reason(verdict)} {verdict.rows_sentence}".strip() if verdict.negative else ""
    return join((element("p", quoted(why), class_="recorded why") if why else None, earns))


def _earns(found: Shown, at: int) -> Markup:
    money = found.money
    said = found.say(
        "{objective} per 1,000 {row} against {rule} {(span)}", row=plural(money.row), rule=_rule(money.against[at]),
        span=found(f"gain.{at}.span"),
    )  # fmt: skip
    month = None
    if money.cases_per_month is not None:
        n = show("count", money.cases_per_month)
        month = element("p", found.say(f"A month, with {{n}}: {{*month.{at}}} {{(month.{at}.span)}}.", n=n))
    return element("div", element("p", found(f"gain.{at}"), class_="sum"), element("p", said, "."), month)


def _reason(verdict: Verdict) -> str:
    """Return the sentence of the record without its first words, which stand over it: "Do not use it. "."""
    return capital(re.sub(rf"^{verdict.word.value}[^.:]*[.:] ", "", verdict.sentence, flags=re.IGNORECASE))


def _rule(one: Against) -> str:
    return f"today, which is {rule(one)}" if one.today and one.action else rule(one)


def _worth(found: Shown) -> Markup:
    return found.say("Worth having: at least {worth} per 1,000, {source}.", source=quoted(found.money.worth.source))


def _bar(found: Shown) -> Markup:
    """Draw 1,000 cases: what they get, and how they turn out."""
    yes, no, bad = done(found.money.favourable), done(other(found.money)), visible(found.evidence.event)
    names = (f"{yes}, not “{bad}”", f"{yes}, “{bad}”", f"{no}, “{bad}”", f"{no}, not “{bad}”")
    kinds = ("yes", "yes bad", "no bad", "no")
    values = [found.figures[f"part.{at}"][1] for at in range(4)]
    shares = [value / 1000 if isinstance(value, float) else 0.0 for value in values]
    legend = join(
        element("li", element("i", class_=kind), found.say(f"{{*part.{at}}} {name}"))
        for at, (name, kind) in enumerate(zip(names, kinds, strict=True))
    )
    drawn = thousand(list(zip(shares, kinds, names, strict=True)))
    head = element("li", f"Of 1,000 {plural(found.money.row)}:")
    return element("div", drawn, element("ul", head, legend, class_="legend"), class_="bar-box")


def _deeds(found: Shown) -> Markup:
    money = found.money
    yes, no = does(money.favourable), does(other(money))
    said = found.say(f"Of 1,000 {{row}} it {yes} {{*yes}} and {no} {{*no}}.", row=plural(money.row))
    if money.cutoff.constant is not None:
        return said
    above, below = (visible(action) for action in (money.above, money.below))
    cut = found.say(" The cut-off is {chosen.cut}: at this score or a higher one, {above}; below it, {below}.",
                    above=above, below=below)  # fmt: skip
    return join((said, cut))


def _bad(found: Shown) -> Markup:
    evidence, favourable = found.evidence, found.money.favourable
    today = any(one.today and one.action == favourable for one in found.money.against)
    return found.say(
        "{before}, {*rate} {(span)} of all do; among those it {does}, {*bad} {(bad.span)}.",
        before="Today" if today else f"With everybody {done(favourable)}",
        rate=show("share", evidence.base_rate),
        span=show("shares", wilson(evidence.events, evidence.rows)),
        does=does(favourable),
    )


def _price(found: Shown) -> Markup:
    _, no = sides(found.money)
    terms = found.evidence.table.terms
    revenue = any(term.line == "revenue" and term.action == 1 - no and term.event == 0 for term in terms)
    said = (
        "{*part.3} of 1,000 {row} are {done} although they would have turned out well: {*lost} {(lost.span)} not earned"
    )
    revenue = revenue and found.money.objective == PROFIT
    more = " in profit; in revenue, before what they would have cost, it is {lost.revenue}." if revenue else "."
    return found.say(said + more, row=plural(found.money.row), done=done(other(found.money)))


def _hangs(found: Shown) -> Markup:
    if found.figures["hangs.name"][1] is None:
        return join(("No single price that this page can move would take the gain away.",))
    return found.say(
        "{*hangs.name}, now {hangs.now}; its owner: {hangs.owner}. If it {hangs.side} {*hangs.value},"
        " {hangs.then} against {hangs.rule}. {hangs.range}."
    )


def _best(found: Shown) -> Markup:
    said = (
        "The money itself, against no rule: the best that these very rows show is {*promised} per 1,000 {row}, by the"
        " cut-off that suits them most,"
    )
    if found.money.honest is None:
        rest = " valued on themselves. They are too few to say what is left of it on others."
    else:
        rest = (
            " valued on themselves: too good, because it owes some to luck. On rows that had no say in the choice it"
            " is {*honest}. Plan with this one."
        )
    return found.say(said + rest, row=plural(found.money.row))


def _more(found: Shown) -> Markup:
    """Say what favouring more cases would change; a slider asks for any other number."""
    favourable = found.money.favourable
    said = found.say(
        "With {*more.yes} of 1,000 {done} instead of {yes}: {*more} {(more.span)} per 1,000; of those,"
        " {*more.bad} {(more.bad.span)} turn out “{bad}”.",
        done=done(favourable), bad=visible(found.evidence.event),
    )  # fmt: skip
    below = found.evidence.table.high
    at = more_edge(found.evidence, found.money.cutoff.edge)
    label = f"how many of 1,000 are {done(favourable)}"
    slider = element(
        "input", type="range", id="volume", min=0, max=len(below), step=1, value=_along(found, at),
        class_="needs-script", attributes={"aria-label": label},
    )  # fmt: skip
    return join((element("span", said, attributes={"aria-live": "polite"}), slider))


def _along(found: Shown, edge: int) -> int:
    """Return the place of an edge on the slider, which runs from nobody favoured to everybody."""
    rising = sides(found.money)[0] == 0
    return edge if rising else len(found.evidence.table.high) - edge


def _warnings(evidence: Evidence) -> list[tuple[str, Child]]:
    said: list[Child] = [*noticed(evidence)]
    return [("Can go wrong", points(said) if len(said) > 1 else said[0])] if said else []


def _needed(found: Shown) -> Markup:
    return join((_asked_of(found.evidence), element("div", *_buttons(found.evidence), class_="buttons")))


def _asked_of(evidence: Evidence) -> str:
    if evidence.verdict.negative:
        more = "more outcomes, or " if evidence.verdict.word is Word.not_enough_data else ""
        return f"Nothing to sign. What could change this: {more}other prices."
    owners = list(dict.fromkeys(f"the {visible(one.owner)}" for one in evidence.assumptions if one.owner))
    listed = " and ".join(filter(None, (", ".join(owners[:-1]), *owners[-1:])))
    first = f"A yes to the prices from {listed}" if listed else "An owner's yes to the prices"
    stands = len(evidence.verdict.conditions)
    decision = f"; your decision on the condition{'s' if stands > 1 else ''}" if stands else ""
    return f"{first}{decision}; a signature."


def _buttons(evidence: Evidence) -> list[Markup]:
    places = [("Change the prices", "#prices", "button needs-script"), ("See the cases", "#right", "button")]
    places += [] if evidence.verdict.negative else [("Sign", "#sign", "button")]
    return [element("a", name, href=place, class_=kind) for name, place, kind in places]


def _sorts(evidence: Evidence) -> Markup:
    riskiest, safest = evidence.lift[0], evidence.lift[-1]
    words: dict[str, Child] = {"all": show("share", evidence.base_rate), "bad": visible(evidence.event)}
    for name, one in (("risky", riskiest), ("safe", safest)):
        words |= {f"{name}.n": show("count", float(one.n)), name: show("share", one.rate),
                  f"{name}.span": show("shares", (one.low, one.high))}  # fmt: skip
    return say(
        "Of all cases {*all} are “{bad}”: of the {risky.n} with the riskiest scores {*risky} {(risky.span)}, of the"
        " {safe.n} with the safest {*safe} {(safe.span)}.",
        words,
    )

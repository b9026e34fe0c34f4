"""The first screen: what a product owner reads aloud. It has its own words; those of statistics stand further down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.page.markup import Markup, element, join
from golive.page.numbers import price, show
from golive.page.parts import facts, points
from golive.page.plots import thousand
from golive.page.words import KINDS, capital, does, done, order, other, plural, priced, quoted, rule
from golive.prove.report.beside import beside
from golive.prove.report.doubts import MOST, conditions, harder, noticed, wrong
from golive.prove.report.figures import more_edge, sides
from golive.prove.report.place import say
from golive.records.evidence import Word
from golive.records.objective import PROFIT

if TYPE_CHECKING:
    from golive.page.markup import Child
    from golive.prove.report.place import Shown
    from golive.records.evidence import Against, Evidence, Verdict

RANGES = "In brackets: the range in which the true figure lies, at least 95 times in 100."
LINES = 15
"""That a product owner reads aloud: the word, the sums, the table's rows, and what is said under them."""
NAMED = 4
"""Prices that are named with their value; the others stand further down."""


def first_screen(found: Shown) -> Markup:
    """Return the first screen where there are prices."""
    big = [at for at, one in enumerate(found.money.against) if one.today or (one.decides and not _today(found))]
    said: list[tuple[str, Child]] = [
        ("Good ones lost", _price(found)),
        (f"More {done(found.money.favourable)}", _more(found)),
        *harder(found),
        ("Depends on", _hangs(found)),
        ("Can go wrong", wrong(found)),
        ("Too good", _best(found)),
        ("We need from you", _needed(found)),
    ]
    most = LINES - 1 - len(big) - (1 + len(found.money.against)) - len(said)
    stands = conditions(found.evidence, min(MOST, most))
    note = element("p", _decides(found), _worth(found), class_="quiet note")
    top = _title(found.evidence, found.money.row)
    return element(
        "header", *top, facts(stands) if stands else None, _lead(found, big), _bar(found),
        facts(said), note, id="first",
    )  # fmt: skip


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


def _today(found: Shown) -> bool:
    return any(one.today for one in found.money.against)


def _lead(found: Shown, big: list[int]) -> Markup:
    """Say what it earns against what is done today, with the range, and every rule beside it; and why not, where it
    should not be used."""
    verdict, money = found.evidence.verdict, found.money
    note, kind = element("p", element("small", RANGES)), "sums" if len(big) == 1 else "sums two"
    sums = element("div", *(_earns(found, at) for at in order(money) if at in big), note, class_=kind)
    why = f"{_reason(verdict)} {verdict.rows_sentence}".strip() if verdict.negative else ""
    said = element("p", quoted(why), class_="recorded why") if why else None
    return join((said, element("div", sums, beside(found), class_="earns")))


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
    """Say what is worth having, and which costs no figure has in it."""
    money = found.money
    costs = [
        f"{said} ({show('money', cost, money.currency)}{often})"
        for said, cost, often in (
            ("running it", money.cost_per_month, " a month"), ("building it", money.build_cost, ", once"),
        ) if cost
    ]  # fmt: skip
    off = f" Not taken off: {' and '.join(costs)}." if costs else ""
    worth = found.say(" Worth having: at least {worth} per 1,000, {source}.", source=quoted(money.worth.source))
    return join((worth, off))


def _decides(found: Shown) -> Markup:
    """Say what the score is, and from where on it decides."""
    money, score, bad = found.money, found.evidence.score, visible(found.evidence.event)
    ends = f"{show('score', score.low)} to {show('score', score.high)}"
    what = f"the chance of “{bad}” as the model sees it, from 0 to 1"
    if not score.probability:
        what = f"from {ends}, and a higher one means “{bad}” {'less' if score.higher_is_better else 'more'} often"
    if money.cutoff.constant is not None:
        return join((f"Every case has a score: {what}. No score changes what is done.",))
    above, below = (visible(action) for action in (money.above, money.below))
    return found.say(
        f"Every case has a score: {what}. From {{chosen.cut}} on: {{above}}; below: {{below}}.",
        above=above,
        below=below,
    )


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
    words = {"does": does(found.money.favourable), "other": does(other(found.money))}
    head = element("li", found.say("Of 1,000 it {does} {*yes}, {other} {*no}:", **words))
    return element("div", drawn, element("ul", head, legend, class_="legend"), class_="bar-box")


def _price(found: Shown) -> Markup:
    _, no = sides(found.money)
    terms = found.evidence.table.terms
    revenue = any(term.line == "revenue" and term.action == 1 - no and term.event == 0 for term in terms)
    said = (
        "{*part.3} of 1,000 {row} are {done} although they would have turned out well: {*lost} {(lost.span)} that is"
        " not earned"
    )
    revenue = revenue and found.money.objective == PROFIT
    more = ", in profit; in revenue, before their costs, it is {lost.revenue}." if revenue else "."
    return found.say(said + more, row=plural(found.money.row), done=done(other(found.money)))


def _hangs(found: Shown) -> Markup:
    if found.figures["hangs.name"][1] is None:
        return join(("No single price that this page can move would take the gain away.",))
    return found.say(
        "{*hangs.name}: now {hangs.now} (owner: {hangs.owner}). If it {hangs.side} {*hangs.value}, {hangs.then} against"
        " {hangs.rule}{hangs.why}. {hangs.range}."
    )


def _best(found: Shown) -> Markup:
    said = "{*promised} per 1,000 {row}: what the best cut-off earns on the {row} that it was picked from. Part of that"
    if found.money.honest is None:
        rest = " is chance, and these are too few to say what is left of it on others."
    else:
        rest = " is chance: on others it earns {*honest}. Plan with this one."
    return found.say(said + rest, row=plural(found.money.row))


def _more(found: Shown) -> Markup:
    """Say what favouring more cases would change; a slider asks for any other number."""
    favourable = found.money.favourable
    said = found.say(
        "With {*more.yes} of 1,000 {done} instead of {yes}, what it earns per 1,000 changes by {*more} {(more.span)};"
        " {*more.bad} {(more.bad.span)} of all {done} would turn out “{bad}”. The slider asks about any other number.",
        done=done(favourable), bad=visible(found.evidence.event),
    )  # fmt: skip
    below = found.evidence.table.high
    at = more_edge(found.evidence, found.money.cutoff.edge)
    label = f"how many of 1,000 are {done(favourable)}"
    slider = element(
        "input", type="range", id="volume", min=0, max=len(below), step=1, value=_along(found, at),
        class_="needs-script", attributes={"aria-label": label},
    )  # fmt: skip
    ends = (element("small", f"{end} {done(favourable)}") for end in ("nobody", "everybody"))
    asked = element("div", *ends, class_="row needs-script", id="volume-ends")
    return join((element("span", said, attributes={"aria-live": "polite"}), slider, asked))


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
    stands = len(evidence.verdict.conditions)
    start = f"whether to start while the condition{'s are' if stands > 1 else ' is'} open"
    decision = f" Your decision {start}." if stands else ""
    return f"{_agreed(evidence)}{decision} Then a signature for each role that must sign where it will run."


def _agreed(evidence: Evidence) -> str:
    """Ask for a yes to each price, from whoever answers for it."""
    asked = [
        f"{priced(one)} = {price(one.value)} ({visible(one.owner) or 'nobody yet'})" for one in evidence.assumptions
    ]
    if not asked:
        return "An owner's yes to the prices."
    more = f"; and {len(asked) - NAMED} more" if len(asked) > NAMED else ""
    return f"A yes to the prices, each from whoever answers for it: {'; '.join(asked[:NAMED])}{more}."


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

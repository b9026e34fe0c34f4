"""What a cut-off earns: the curve with its slider, the prices, and what is honest beside what was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.page.markup import element, join
from golive.page.numbers import NOTHING, price, show
from golive.page.parts import Head, figure, rows_of, section, table
from golive.page.plots import Range, money_curve, ranges
from golive.page.scale import nice
from golive.page.words import capital, done, plural, priced, quoted, rule
from golive.prove.report.aim import aim

if TYPE_CHECKING:
    from golive.page.markup import Child, Markup
    from golive.prove.report.place import Shown
    from golive.records.evidence import Assumed

HONEST = ("honest", "honest.span")
STEPS = 200
"""Places of a price's slider between its ends."""


def earning(found: Shown) -> Markup:
    """Return the sentence, the money curve with its slider, and the prices."""
    lead = (
        "Move the cut-off, or a price: everything that depends on it is worked out again here, without a network. A"
        " cut-off that you pick by looking at these rows will look better than it is."
    )
    return section(
        "earns",
        "What does a cut-off earn?",
        _asked(found),
        rows_of(_curve(found), _prices(found)),
        _here(found),
        lead=lead,
    )


def honest(found: Shown) -> Markup:
    """Return the best-looking figure beside the honest one and the simple rules."""
    lead = (
        "A cut-off that is chosen and valued on the same rows invents money. So the choice is made on one part of the"
        " rows and valued on another; the difference is what the best-looking figure owes to luck."
    )
    return section("honest", "Promised and honest", _ranges(found), _rules(found), _against(found), lead=lead)


def sentence(found: Shown, name: str, *, live: bool = False) -> Markup:
    """Return a sentence to be read aloud, with what it leaves out in small."""
    more = "Lost on the wrong ones: {N.lost} {(N.lost.span)}. Gained on all of them together: {N.saved}."
    small = element("small", found.say(more.replace("N", name)))
    attributes: dict[str, str | int | float | bool | None] = {"aria-live": "polite"} if live else {}
    return element("blockquote", found(name), small, class_="sentence", attributes=attributes)


def _asked(found: Shown) -> Markup | None:
    return sentence(found, "asked") if "asked" in found.figures else None


def _curve(found: Shown) -> Markup:
    evidence, money = found.evidence, found.money
    assert evidence.curve is not None
    per, curve = 1000 / evidence.rows, evidence.curve
    total, low, high = ([per * value for value in values] for values in (curve.total, curve.low, curve.high))
    rows = plural(money.row)
    drawn = money_curve(
        curve.below, total, low, high,
        at=money.cutoff.edge,
        title="Money by cut-off",
        description=f"Money per 1,000 {rows} by how many are {done(money.below)}; the figures of the marked cut-off and"
        " of both ends stand in the tables below.",
        across_title=f"of 1,000 {rows}, how many are {done(money.below)}",
        upward_title=f"{money.currency} per 1,000 {rows}",
    )  # fmt: skip
    caption = "What each cut-off earns, with its 95 % range if fixed beforehand"
    return figure(drawn, caption, _slider(found, curve.below))


def _slider(found: Shown, below: tuple[int, ...]) -> Markup:
    at = below[found.money.cutoff.edge]
    slider = element("input", type="range", id="edge", min=0, max=below[-1], step=1, value=at, class_="along")
    score = found.evidence.score
    step = 0.05 if score.probability else nice(max(score.high - score.low, 1e-6) / 20)
    typed = element("input", type="number", id="cut-typed", step=repr(step))
    back = element("button", "Back to the kept one", type="button", id="edge-back")
    return element(
        "div",
        element("label", "Cut-off ", element("b", found("cut")), for_="edge"),
        slider,
        element("div", element("label", "or type it ", typed), back, class_="row"),
        class_="control needs-script",
    )


def _here(found: Shown) -> Markup:
    rules = [
        found.say(f"; against {rule(one)} {{cut.gain.{at}}} {{(cut.gain.{at}.span)}}")
        for at, one in enumerate(found.money.against)
    ]
    below, above = done(found.money.below), done(found.money.above)
    said = found.say(
        f"Of 1,000, {{*cut.below}} are {below} and {{*cut.above}} {above}."
        " On these very rows that earns {*cut.money} {(cut.money.span)} per 1,000{rules}. Of the kept cut-off, "
        "{chosen.cut}, the honest figure is {*honest}.",
        rules=join(rules),
    )
    return join((sentence(found, "sentence", live=True), element("p", said)))


def _prices(found: Shown) -> Markup:
    cards = [_price(found, at, one) for at, one in enumerate(found.evidence.assumptions)]
    cards = cards or [element("p", "The money file names no price, only fixed amounts: there is nothing to move.")]
    back = element("button", "Back to the recorded prices", type="button", id="prices-back", class_="needs-script")
    return element("div", element("h3", "The prices"), *cards, aim(found), back, class_="prices", id="prices")


def _price(found: Shown, at: int, one: Assumed) -> Markup:
    fixed, name = not one.adjustable, priced(one)
    low, high = _ends(one)
    now = repr(one.value).removesuffix(".0")
    number = element(
        "input", type="number", id=f"price-{at}", value=now, step=repr(nice((high - low) / 40)), data_price=at,
        disabled=fixed, class_="needs-script", attributes={"aria-describedby": f"about-{at}"},
    )  # fmt: skip
    still = element("span", price(one.value), class_="without-script")
    slider = element(
        "input", type="range", id=f"slide-{at}", min=repr(low), max=repr(high), step=repr((high - low) / STEPS),
        value=now, data_price=at, disabled=fixed, attributes={"aria-label": f"{name}, slider"},
    )  # fmt: skip
    head = element("div", element("label", capital(name), for_=f"price-{at}"), number, still, class_="row")
    return element("div", head, slider, _about(found, at, one), class_="control")


def _about(found: Shown, at: int, one: Assumed) -> Markup:
    """Say who answers for a price, what is thought possible, where it takes the gain away; or why it cannot move."""
    parts: list[Child] = []
    if not one.adjustable:
        parts.append(element("strong", f"Cannot be moved here: {quoted(one.why)}. "))
    parts.append(f"{capital(visible(one.owner)) or 'Nobody yet'}; possible: ")
    parts += [_possible(at, one), ". "]
    if one.adjustable:
        parts.append(
            found.say(
                f"Break-even: {{even.{at}}}. At the worse end keeping the cut-off costs {{regret.{at}}} per 1,000. "
            )
        )
    parts.append(capital(visible(one.source)) + "." if one.source else None)
    parts.append(join((" In the money file: ", element("code", visible(one.name)), ".")) if one.means else None)
    return element("small", *parts, id=f"about-{at}")


def _possible(at: int, one: Assumed) -> Markup:
    """Return the range of a price; its ends can be changed where the price can."""
    if one.low is None or one.high is None:
        return join(("not given",))
    ends = price(one.low), price(one.high)
    if not one.adjustable:
        return join((" to ".join(ends),))
    step = repr(nice((one.high - one.low) / 20 or 0.01))
    sides = ("lowest", "highest")
    typed = (
        element(
            "input", type="number", value=repr(value).removesuffix(".0"), step=step, data_end=f"{at} {end}",
            class_="end needs-script",
            attributes={"aria-label": f"{priced(one)}, {sides[end]} value thought possible"},
        )
        for end, value in enumerate((one.low, one.high))
    )  # fmt: skip
    low, high = typed
    return join((low, element("span", ends[0], class_="without-script"), " to ", high,
                 element("span", ends[1], class_="without-script")))  # fmt: skip


def _ends(one: Assumed) -> tuple[float, float]:
    """Return the ends of the slider: the range and half its width more on either side; without one, 0 and twice."""
    if one.low is None or one.high is None or one.low == one.high:
        wide = 2 * max(abs(one.value), 0.5)
        return (0.0, wide) if one.value >= 0 else (-wide, 0.0)
    half = (one.high - one.low) / 2
    low = one.low - half
    return (max(low, 0.0) if one.low >= 0 else low), one.high + half


def _ranges(found: Shown) -> Markup:
    money = found.money
    drawn = [Range("promised", *_limits(found, "promised")), Range("honest", *_limits(found, "honest"))]
    drawn += [Range(rule(one), *_limits(found, f"all.{at}")) for at, one in enumerate(money.against)]
    unit = f"{money.currency} per 1,000 {plural(money.row)}"
    said = "; ".join(f"{one.name}: {show('gain', one.value, money.currency)}" for one in drawn)
    picture = ranges(drawn, title="Promised and honest money", description=said, across_title=unit)
    return figure(picture, "What each rule earns; the line is the 95 % range of the honest figure")


def _limits(found: Shown, name: str) -> tuple[float, float | None, float | None]:
    value = found.figures[name][1]
    span = found.figures.get(f"{name}.span", ("span", (None, None)))[1]
    assert isinstance(value, float)
    assert isinstance(span, tuple)
    return value, span[0], span[1]


def _rules(found: Shown) -> Markup:
    heads = [Head(name) for name in ("Rule", "Cut-off", "Per 1,000", "95 % range", "On these rows")]
    rows: list[list[Child]] = [
        ["Promised: the best of these rows, valued on them", found("promised.cut"), found("promised"), NOTHING],
        ["Honest: the kept one, valued on rows that did not choose it", *map(found, ("chosen.cut", *HONEST))],
    ]
    for at, one in enumerate(found.money.against):
        name = capital(rule(one)) + (" (today)" if one.today and one.action else "")
        rows.append([name, NOTHING, found(f"all.{at}"), NOTHING])
    totals = (
        found(f"{name}.total")
        for name in ("promised", "honest", *(f"all.{at}" for at in range(len(found.money.against))))
    )
    whole = [[*row, total] for row, total in zip(rows, totals, strict=True)]
    return table(
        f"Money of each rule, n = {show('count', float(found.evidence.rows))}", heads, whole, marked=1, kind="words"
    )


def _against(found: Shown) -> Markup:
    heads = [
        Head(name) for name in ("The honest figure, row by row", "Per 1,000", "95 % range", "Decisions that change")
    ]
    rows = [
        [f"against {rule(one)}", found(f"gain.{at}"), found(f"gain.{at}.span"), found(f"changed.{at}")]
        for at, one in enumerate(found.money.against)
    ]
    return table("The kept cut-off against each simple rule", heads, rows, kind="words")

"""What a cut-off earns: the curve with its slider, the prices that can be moved, right and wrong, promised and honest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.page.markup import Markup, element, join
from golive.page.numbers import NOTHING, price, show
from golive.page.parts import Head, figure, rows_of, section, table
from golive.page.plots import money_curve
from golive.prove.report.figures import report
from golive.prove.report.words import done, everybody, plural

if TYPE_CHECKING:
    from golive.page.markup import Child
    from golive.prove.report.place import Shown
    from golive.records.evidence import Assumed, Evidence

STEPS = 200
"""Places of a price's slider between its ends."""


def earning(found: Shown) -> Markup:
    """Return the sentence, the money curve with its slider, and the prices."""
    lead = (
        "Move the cut-off, or a price: everything that depends on it is worked out again on this page, offline."
        " A cut-off that you pick by looking at these rows will look better than it is."
    )
    return section(
        "earns",
        "What does a cut-off earn?",
        _asked(found),
        rows_of(_curve(found), _prices(found)),
        _here(found),
        lead=lead,
    )


def right_and_wrong(found: Shown) -> Markup:
    """Return confusion matrix and classification report at the cut-off in the picture."""
    lead = join(("At the cut-off ", found.strong("cut"), ". Counts are of all rows; money is theirs."))
    said = element("p", found.evidence.classification.trap, class_="quiet recorded")
    return section(
        "right",
        "Right and wrong, in cases and in money",
        element("p", lead, class_="lead"),
        _matrix(found),
        _report(found),
        said,
    )


def right_without_prices(evidence: Evidence) -> Markup:
    """Return the same where there are no prices, at the cut-off of the record."""
    found = evidence.classification
    lead = f"At the cut-off {show('score', found.cutoff)}, which nobody has chosen yet."
    heads = [Head("Score"), Head(f"not {visible(evidence.event)}"), Head(visible(evidence.event))]
    n = [show("count", float(cell.n)) for cell in found.cells]
    matrix = table(
        "Confusion matrix: cases", heads, [("below the cut-off", *n[:2]), ("at the cut-off or above", *n[2:])]
    )
    figures = report([cell.n for cell in found.cells], rising=not evidence.score.higher_is_better)
    rows = [
        [one.label, *(show(*figures[f"class.{at}.{name}"]) for name in CLASS), show("count", float(one.support))]
        for at, one in enumerate(found.report)
    ]
    caption = "Classification report"
    said = element("p", evidence.sentences[0].text, class_="sentence") if evidence.sentences else None
    return section(
        "right",
        "Right and wrong",
        said,
        rows_of(matrix, table(caption, _heads(), rows)),
        _overall(evidence),
        element("p", found.trap, class_="quiet"),
        lead=lead,
    )


def honest(found: Shown) -> Markup:
    """Return the best-looking figure beside the honest one and the simple rules."""
    money = found.money
    heads = [Head("What is done"), Head("Cut-off"), Head("Per 1,000"), Head("Range (95 %)"), Head("On these rows")]
    rows: list[list[Child]] = [
        ["Promised: the best of these rows, valued on them", found("promised.cut"), found("promised"), "none: it was picked to look good", found("promised.total")],
        ["Honest: the kept cut-off, valued on rows that did not choose it", found("chosen.cut"), found("honest"), found("honest.span"), found("honest.total")],
    ]  # fmt: skip
    for at, one in enumerate(money.against):
        today = " (today)" if one.today else ""
        rows.append(
            [
                f"{everybody(one.action).capitalize()}{today}",
                NOTHING,
                found(f"all.{at}"),
                NOTHING,
                found(f"all.{at}.total"),
            ]
        )
    against = [
        [
            f"Honest, against {everybody(one.action)}",
            found(f"gain.{at}"),
            found(f"gain.{at}.span"),
            show("count", float(one.changed)),
        ]
        for at, one in enumerate(money.against)
    ]
    more = [Head("Difference, row by row"), Head("Per 1,000"), Head("Range (95 %)"), Head("Decisions that change")]
    lead = (
        "A cut-off that is chosen and valued on the same rows invents money. So the choice is made on halves of the rows"
        " and valued on the others; the difference is what the best-looking figure owes to luck."
    )
    return section(
        "honest",
        "Promised and honest",
        table("Money of each rule", heads, rows, marked=1, kind="words"),
        table("The kept cut-off against each simple rule", more, against, kind="words"),
        lead=lead,
    )


CLASS = ("precision", "precision.span", "recall", "recall.span", "f1")


def _asked(found: Shown) -> Markup | None:
    if "asked" not in found.figures:
        return None
    return element("blockquote", found("asked"), _detail(found, "asked"), class_="sentence")


def _detail(found: Shown, name: str) -> Markup:
    said: list[Child] = [
        "Lost on the wrong ones: ", found(f"{name}.lost"), " (", found(f"{name}.lost.span"), "); gained on all of them together: ", found(f"{name}.saved"), ".",
    ]  # fmt: skip
    return element("small", *said)


def _curve(found: Shown) -> Markup:
    evidence, money = found.evidence, found.money
    assert evidence.curve is not None
    per = 1000 / evidence.rows
    below, curve = money.below, evidence.curve
    drawn = money_curve(
        curve.below,
        *([per * value for value in values] for values in (curve.total, curve.low, curve.high)),
        at=money.cutoff.edge,
        title="Money by cut-off",
        description=f"Money per 1,000 {plural(money.row)} by how many are {done(below)}. The table of rules below has the figures.",
        across_title=f"of 1,000 {plural(money.row)}, how many are {done(below)}",
        upward_title=f"{money.currency} per 1,000 {plural(money.row)}",
    )
    slider = element(
        "input", type="range", id="edge", min=0, max=len(curve.below) - 1, step=1, value=money.cutoff.edge,
        aria_describedby="sentence",
    )  # fmt: skip
    typed = element("input", type="number", id="cut-typed", step="any", attributes={"aria-label": "Cut-off, typed"})
    control = element(
        "div",
        element("label", "Cut-off ", found.strong("cut"), for_="edge"),
        slider,
        element(
            "div",
            element("label", "or type it ", typed),
            element("button", "Back to the kept one", type="button", id="edge-back"),
            class_="row",
        ),
        class_="control needs-script",
    )
    caption = "Money of each cut-off with the range for a cut-off fixed beforehand"
    return figure(drawn, caption, control)


def _here(found: Shown) -> Markup:
    money = found.money
    rules: list[Child] = []
    for at, one in enumerate(money.against):
        rules += [
            "; against ",
            f"{everybody(one.action)} ",
            found(f"cut.gain.{at}"),
            element("span", " (", found(f"cut.gain.{at}.span"), ")", class_="quiet"),
        ]
    said = (
        "Here ", found.strong("cut.below"), f" of 1,000 are {done(money.below)} and ", found.strong("cut.above"), f" {done(money.above)}. It earns ",
        found.strong("cut.money"), element("span", " (", found("cut.money.span"), ")", class_="quiet"), " per 1,000", *rules, ".",
    )  # fmt: skip
    live = {"aria-live": "polite"}
    return join((
        element("blockquote", found("sentence"), _detail(found, "sentence"), class_="sentence", id="sentence", attributes=live),
        element("p", *said),
    ))  # fmt: skip


def _prices(found: Shown) -> Markup:
    cards = [_price(found, at, one) for at, one in enumerate(found.evidence.assumptions)]
    back = element("button", "Back to the recorded prices", type="button", id="prices-back", class_="needs-script")
    return element("div", element("h3", "The prices"), *cards, back, class_="prices")


def _price(found: Shown, at: int, one: Assumed) -> Markup:
    fixed = not one.adjustable
    low, high = _ends(one)
    now = price(one.value)
    number = element("input", type="number", id=f"price-{at}", value=now, step="any", data_price=at, disabled=fixed)
    slider = element(
        "input", type="range", id=f"slide-{at}", min=repr(low), max=repr(high), step=repr((high - low) / STEPS), value=now, data_price=at,
        disabled=fixed, attributes={"aria-label": f"{visible(one.name)}, slider"},
    )  # fmt: skip
    given = (
        f"{price(one.low)} to {price(one.high)}" if one.low is not None and one.high is not None else "no range given"
    )
    owner = visible(one.owner) or "nobody yet"
    even = join(("gain gone at ", found(f"even.{at}"), " · ")) if one.adjustable else None
    return element(
        "div",
        element("div", element("label", visible(one.name), for_=f"price-{at}"), number, class_="row"),
        slider,
        element("small", f"Fixed: {one.why}") if fixed else None,
        element("small", even, f"range {given} · {owner}", f" · {visible(one.source)}" if one.source else None),
        class_="control",
    )


def _ends(one: Assumed) -> tuple[float, float]:
    """Return the ends of the slider: the range given and half of its width more, or half and twice the value."""
    if one.low is None or one.high is None or one.low == one.high:
        wide = max(abs(one.value), 1e-9)
        return (0.0, 2 * wide) if one.value >= 0 else (-2 * wide, 0.0)
    half = (one.high - one.low) / 2
    low = one.low - half
    return (max(low, 0.0) if one.low >= 0 else low), one.high + half


def _matrix(found: Shown) -> Markup:
    evidence, money = found.evidence, found.money
    bad = visible(evidence.event)
    heads = [
        Head("What is done"),
        Head("How it turns out"),
        Head("Cases"),
        Head("Money"),
        Head("With the other action"),
    ]
    rows: list[list[Child]] = []
    for at, (action, outcome) in enumerate(
        ((a, o) for a in (money.below, money.above) for o in (f"not “{bad}”", f"“{bad}”"))
    ):
        where = "below the cut-off" if at < 2 else "at the cut-off or above"
        rows.append(
            [
                f"{done(action)}, {where}",
                outcome,
                found(f"cell.{at}"),
                found(f"cell.{at}.money"),
                found(f"cell.{at}.other"),
            ]
        )
    return table("Confusion matrix in cases and money", heads, rows, kind="two")


def _report(found: Shown) -> Markup:
    evidence = found.evidence
    rows: list[list[Child]] = [
        [visible(one.label), *(found(f"class.{at}.{name}") for name in CLASS), show("count", float(one.support))]
        for at, one in enumerate(evidence.classification.report)
    ]
    return join((table("Classification report at this cut-off", _heads(), rows), _overall(evidence, found)))


def _heads() -> list[Head]:
    return [Head("Class"), Head("Precision"), Head("95 %"), Head("Recall"), Head("95 %"), Head("F1"), Head("Support")]


def _overall(evidence: Evidence, found: Shown | None = None) -> Markup:
    one = evidence.classification
    accuracy: Child = found("accuracy") if found else show("share", one.accuracy)
    span: Child = found("accuracy.span") if found else NOTHING
    said: list[Child] = [
        "Accuracy ", accuracy, " (", span, "). Without any cut-off: ",
        f"AUC {one.auc:.3f}, Gini {one.gini:.3f}, KS {one.ks:.3f}, average precision {one.average_precision:.3f}",
        f", Brier score {one.brier:.4f}" if one.brier is not None else "", f"; n = {show('count', float(evidence.rows))}.",
    ]  # fmt: skip
    return element("p", *said, class_="quiet")

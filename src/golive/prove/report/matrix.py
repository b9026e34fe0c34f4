"""Right and wrong at one cut-off: in cases, in money, and in the report everybody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.maths.table_sums import edge_at
from golive.page.escape import visible
from golive.page.markup import element
from golive.page.numbers import show
from golive.page.parts import Head, rows_of, section, table
from golive.page.words import capital, done, quoted
from golive.prove.report.figures import report

if TYPE_CHECKING:
    from golive.page.markup import Child, Markup
    from golive.prove.report.figures import Figures
    from golive.prove.report.place import Shown
    from golive.records.evidence import Classification, Evidence

CLASS = ("precision", "precision.span", "recall", "recall.span", "f1")


def right_and_wrong(found: Shown) -> Markup:
    """Return confusion matrix and classification report at the cut-off in the picture."""
    evidence = found.evidence
    lead = element("p", found.say("At the cut-off of the picture above, {*cut}."), class_="lead")
    rows: list[list[Child]] = [
        [visible(one.label), *(found(f"class.{at}.{name}") for name in CLASS), show("count", float(one.support))]
        for at, one in enumerate(evidence.classification.report)
    ]
    accuracy = found.say("Accuracy {accuracy} {(accuracy.span)}.")
    overall = element("p", accuracy, " ", _overall(evidence), class_="quiet")
    trap = element("p", quoted(evidence.classification.trap), class_="quiet recorded-cut")
    return section("right", "Right and wrong", lead, _matrix(found), _report(rows), overall, trap)


def right_without_prices(evidence: Evidence) -> Markup:
    """Return the same where there are no prices, at the cut-off of the record."""
    one, bad = evidence.classification, visible(evidence.event)
    lead = f"At the cut-off {show('score', one.cutoff)}, which nobody has chosen yet."
    n = [show("count", float(cell.n)) for cell in one.cells]
    heads = [Head("Score"), Head(f"not “{bad}”"), Head(f"“{bad}”")]
    matrix = table("Confusion matrix", heads, [("below", *n[:2]), ("at the cut-off or above", *n[2:])])
    table_, n_ = evidence.table, [float(cell.n) for cell in one.cells]
    edge = edge_at(table_, one.cutoff) if one.cutoff is not None else 0
    figures = report(table_, edge, n_, rising=not evidence.score.higher_is_better)
    rows = [[visible(label.label), *_given(figures, at), show("count", float(label.support))]
            for at, label in enumerate(one.report)]  # fmt: skip
    accuracy = f"Accuracy {show(*figures['accuracy'])} ({show(*figures['accuracy.span'])}). "
    said = [element("blockquote", quoted(one.text), class_="sentence") for one in evidence.sentences[:1]]
    overall = element("p", accuracy, _overall(evidence), class_="quiet")
    trap = element("p", quoted(one.trap), class_="quiet")
    return section("right", "Right and wrong", *said, rows_of(matrix, _report(rows)), overall, trap, lead=lead)


def _given(figures: Figures, at: int) -> list[str]:
    return [show(*figures[f"class.{at}.{name}"]) for name in CLASS]


def _matrix(found: Shown) -> Markup:
    money, bad = found.money, visible(found.evidence.event)
    names = (("below", money.below), ("at or above", money.above))
    rows: list[list[Child]] = []
    for at, (where, action) in enumerate(names):
        for event, outcome in enumerate((f"not “{bad}”", f"“{bad}”")):
            name = f"cell.{2 * at + event}"
            done_ = f"{capital(done(action))} ({where} the cut-off), {outcome}"
            rows.append([done_, found(name), found(f"{name}.money"), found(f"{name}.other")])
    heads = [
        Head("What is done, and how it turns out"),
        Head("Cases"),
        Head("Money"),
        Head("Money with the other action"),
    ]
    return table("Confusion matrix in cases and in money, all rows", heads, rows)


def _report(rows: list[list[Child]] | list[list[str]]) -> Markup:
    heads = [Head(name) for name in ("Class", "Precision", "95 %", "Recall", "95 %", "F1", "Support")]
    return table("Classification report", heads, rows)


def _overall(evidence: Evidence) -> str:
    one: Classification = evidence.classification
    auc = _limited("AUC", one.auc, one.auc_low, one.auc_high)
    figures = [("Gini", one.gini), ("KS", one.ks), ("average precision", one.average_precision)]
    listed = ", ".join((auc, *(f"{name} {show('figure', value)}" for name, value in figures)))
    if one.brier is not None:
        listed += ", " + _limited("Brier score", one.brier, one.brier_low, one.brier_high)
    return f"Whatever the cut-off: {listed}; n = {show('count', float(evidence.rows))}."


def _limited(name: str, value: float, low: float | None, high: float | None) -> str:
    said = f"{name} {show('figure', value)}"
    return said if low is None or high is None else f"{said} ({show('figure', low)} to {show('figure', high)})"

"""The report: evidence as one HTML file that a product owner reads, and a sceptic can try out.

The first screen has the words of the business; the rest has the figures with their ranges. Moving a price or the
cut-off works everything out again, without a network, with the same steps as in Python (`golive.maths.recompute`).
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from golive.page.document import document
from golive.page.escape import visible
from golive.page.markup import element
from golive.page.parts import bar
from golive.prove.report.data import page_data
from golive.prove.report.figures import figures, recorded
from golive.prove.report.first import first_screen, without_prices
from golive.prove.report.method import conditions, judged, method
from golive.prove.report.money import earning, honest, right_and_wrong, right_without_prices
from golive.prove.report.place import Shown
from golive.prove.report.score import meaning, sorting

if TYPE_CHECKING:
    from golive.page.markup import Markup
    from golive.records.evidence import Evidence

SCRIPTS = ("recompute.js", "report/figures.js", "report/report.js")


def html(evidence: Evidence) -> str:
    """Return the report of some evidence: the same evidence, the same bytes.

    Parameters
    ----------
    evidence
        Of `golive.measure`, or read from ``evidence.json``. Without prices the page has the score, and the three
        questions to take to the owner.

    Examples
    --------
    >>> from golive.prove.measure import measure
    >>> page = html(measure([0, 0, 1, 0, 1] * 40, [0.1, 0.3, 0.8, 0.2, 0.6] * 40))
    >>> page.startswith("<!doctype html>")
    True
    """
    title = f"{evidence.verdict.word.value}: “{visible(evidence.event)}”, {evidence.rows} cases"
    if evidence.money is None:
        body = (without_prices(evidence), meaning(evidence), sorting(evidence), right_without_prices(evidence))
        return document(title, element("main", *body, *_end(evidence)))
    found = Shown(evidence, evidence.money, figures(evidence, recorded(evidence)))
    parts = (
        first_screen(found),
        meaning(evidence),
        sorting(evidence),
        earning(found),
        right_and_wrong(found),
        honest(found),
    )
    return document(
        title, element("main", *parts, *_end(evidence)), _changed(found), scripts=[_script(name) for name in SCRIPTS],
        data=page_data(evidence),
    )  # fmt: skip


def _end(evidence: Evidence) -> tuple[Markup, ...]:
    return conditions(evidence), method(evidence), judged(evidence)


def _changed(found: Shown) -> Markup:
    """Return the bar that shows, at the foot of the screen, that these are no longer the recorded prices."""
    return bar(
        "Your prices, not the recorded ones: ", found.strong("word"), " · ", found("gain.1"), " · ", found("gain.0"),
        button="Back to the recorded prices", ident="changed",
    )  # fmt: skip


def _script(name: str) -> str:
    return files("golive.prove").joinpath(name).read_text(encoding="utf-8")

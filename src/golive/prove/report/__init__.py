"""The report: evidence as one HTML file that a product owner reads, and a sceptic can try out.

The first screen has the words of the business; the rest has the figures with their ranges. Moving a price or the
cut-off works everything out again, without a network, by the same steps as in Python (`golive.maths.recompute`).
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from golive.page.document import document
from golive.page.escape import text, visible
from golive.page.markup import Markup, element, join
from golive.page.parts import foot
from golive.page.words import order, rule
from golive.prove.report.aim import together, trading
from golive.prove.report.curves import acting
from golive.prove.report.data import page_data
from golive.prove.report.figures import figures
from golive.prove.report.first import first_screen, without_prices
from golive.prove.report.groups import banded, protected, segmented, swapped
from golive.prove.report.late import late
from golive.prove.report.matrix import right_and_wrong, right_without_prices
from golive.prove.report.method import conditions, judged, method
from golive.prove.report.money import earning, honest
from golive.prove.report.place import Shown
from golive.prove.report.score import meaning, sorting
from golive.prove.report.setting import recorded
from golive.prove.report.sign import signing

if TYPE_CHECKING:
    from golive.records.evidence import Evidence

__all__ = ["html", "notebook"]

REFUSED = " A price that divides cannot be 0: these figures are those before it."
BANDS = "bands.js"
"""Nine kilobytes that only pages with three bands need."""
SCRIPTS = (
    "intervals.js",
    "within.js",
    "tables.js",
    "recompute.js",
    "joint.js",
    BANDS,
    "report/figures.js",
    "report/report.js",
)


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
    title = f"{evidence.verdict.word.value}: “{visible(evidence.event)}”, {evidence.rows} rows"
    known = conditions(evidence), method(evidence), judged(evidence)
    if evidence.money is None:
        parts = without_prices(evidence), meaning(evidence), sorting(evidence), right_without_prices(evidence)
        parted = segmented(evidence), protected(evidence)
        return document(title, element("main", *parts, acting(evidence), *parted, *known))
    found = Shown(
        evidence, evidence.money, {**figures(evidence, recorded(evidence)), **late(evidence, recorded(evidence))}
    )
    seen = first_screen(found), meaning(evidence), sorting(evidence)
    earns = earning(found), right_and_wrong(found), honest(found)
    groups = swapped(found), banded(found), segmented(evidence), protected(evidence)
    more = *groups, together(found), trading(found)
    page = element("main", *seen, *earns, *more, *known[:1], signing(evidence), *known[1:])
    return document(
        title,
        page,
        _changed(found),
        scripts=[_script(name) for name in SCRIPTS if name != BANDS or found.money.bands],
        data=page_data(evidence),
    )


def notebook(evidence: Evidence) -> str:
    """Return the report for a notebook's cell: in a frame of its own, so that neither changes the other's style."""
    inside = text(html(evidence))
    style = "width:100%;height:720px;border:1px solid #8884"
    return f'<iframe title="golive report" sandbox="allow-scripts" style="{style}" srcdoc="{inside}"></iframe>'


def _changed(found: Shown) -> Markup:
    """Return the line that says, at the foot of the screen, that these are no longer the recorded prices."""
    first = order(found.money)[0]
    said = f"With your prices: {{*word}}; {{gain.{first}}} against {{rule}} {{(gain.{first}.span)}} per 1,000"
    alternative = rule(found.money.against[first])
    late = element("strong", REFUSED, id="refused", hidden=True)
    return foot(join((found.say(said, rule=alternative), late)), button="Back to the recorded prices", ident="changed")


def _script(name: str) -> str:
    return files("golive.prove").joinpath(name).read_text(encoding="utf-8")

"""Two curves for readers who know them: is the score true everywhere, and is acting on it worth anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.curves import Strip, decisions, reliability
from golive.page.escape import visible
from golive.page.markup import element
from golive.page.numbers import interval, show
from golive.page.parts import Head, details, figure, section, table
from golive.page.words import quoted

if TYPE_CHECKING:
    from golive.page.markup import Markup
    from golive.records.evidence import Calibration, DecisionCurve, Evidence

FIRST, EVERY = 7, 5
"""Thresholds that stand in the table: 0.05, and each fifth after it."""


def reliable(found: Calibration) -> Markup | None:
    """Return the reliability curve on its band, with its steps as a table; nothing without a band."""
    if not found.band:
        return None
    off = show("share", found.outside)
    said = f"The fitted rate leaves the band for {off} of the cases; up to about 5 % is chance."
    drawn = reliability(
        [(one.from_, one.to, one.rate) for one in found.curve],
        Strip(*zip(*((one.score, one.low, one.high) for one in found.band), strict=True)),
        title="Reliability curve",
        description=said,
    )
    rows = [
        (f"{show('score', one.from_)} to {show('score', one.to)}", show("count", float(one.n)), show("share", one.rate))
        for one in found.curve
    ]
    steps = table("Steps of the reliability curve", [Head("Score"), Head("Cases"), Head("Fitted rate")], rows)
    caption = (
        "Reliability curve (CORP): the rate that never falls and fits best; shaded, where 95 of 100 true scores have it"
    )
    return figure(drawn, caption, element("p", said, class_="quiet"), details("Its steps", steps))


def acting(evidence: Evidence) -> Markup | None:
    """Return the decision curve; nothing for a score that is no probability."""
    found = evidence.decision_curve
    if found is None:
        return None
    title = "Does acting on the score help?"
    lead = (
        "Whoever acts above a cut-off says how mistakes weigh: at 0.2 one missed case is worth four false alarms. The"
        f" curve counts “{visible(evidence.event)}” found per case, less the false alarms at that price. Acting on"
        " nobody is 0."
    )
    drawn = decisions(
        found.threshold, found.benefit, found.everybody, _limits(found), title=title, description=found.text
    )
    caption = f"Net benefit, n = {show('count', float(evidence.rows))}; dashed: acting on everybody; shaded: 95 %"
    heads = [Head("Cut-off"), Head("Score"), Head("95 %"), Head("Everybody"), Head("Score less everybody, 95 %")]
    rows = [_row(found, at) for at in range(FIRST, len(found.threshold), EVERY) if found.threshold[at] <= 0.9]
    under = element("p", quoted(found.text)), details("In figures", table("Net benefit", heads, rows))
    return section("acting", title, figure(drawn, caption, *under), lead=lead)


def _limits(found: DecisionCurve) -> Strip | None:
    low = [one for one in found.low if one is not None]
    high = [one for one in found.high if one is not None]
    return Strip(found.threshold, low, high) if len(low) == len(high) == len(found.threshold) else None


def _row(found: DecisionCurve, at: int) -> tuple[str, ...]:
    return (
        show("score", found.threshold[at]),
        show("figure", found.benefit[at]),
        interval(found.low[at], found.high[at]),
        show("figure", found.everybody[at]),
        interval(found.over_everybody_low[at], found.over_everybody_high[at]),
    )

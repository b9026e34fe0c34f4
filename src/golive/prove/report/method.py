"""What the reader must know before believing: conditions, checks, how it was worked out, and what exactly was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.page.markup import Markup, element, join
from golive.page.numbers import show
from golive.page.parts import facts, points, section
from golive.prove.report.score import calibrated

if TYPE_CHECKING:
    from golive.page.markup import Child
    from golive.records.evidence import Evidence

NOTES: tuple[tuple[str, str], ...] = (
    ("The cut-off", "200 half-samples of 20 parts of the rows each choose the cut-off that earns most; their mean rank, on"
     " the normal scale, is kept (bagging, Breiman 1996). A machine-chosen cut-off lies in the middle of the gap between two scores."),
    ("The honest figure", "Each of the 20 parts is valued under the cut-off chosen by the half-samples without it; the sum"
     " of the 20 is the honest figure. The best cut-off valued on its own rows is shown beside it as “promised”."),
    ("The range", "A 95 % interval for the money per row against one fixed rule, from the rows on which the two differ. It"
     " is the wider of the normal interval and one from gamma limits of what is won and what is lost (Fay and Feuer 1997),"
     " which know that few large losses make money skewed; half of what the choice owes to luck is taken off below. In"
     " simulations with known truth it covered at least 95 % in most settings, 91 to 95 % with heavy tails."),
    ("When a price moves", "Money is a sum of prices times sums over rows, so a new price needs no rows: choice, honest"
     " figure and range are worked out again from at most 200 groups of neighbouring scores, with the same steps as in Python."),
    ("A cut-off you move", "It is valued as if it had been fixed beforehand: no part of the range pays for choosing it."),
    ("Rates", "Wilson intervals (1927), 95 %. Cases with the same score never lie in different buckets."),
    ("The score and its meaning", "Cox (1958) intercept and slope; the split of the Brier score by isotonic regression"
     " (CORP: Dimitriadis, Gneiting and Jordan 2021)."),
    ("The word", "“Use”: against every rule that decides, the whole range lies above zero and the gain is at least what is"
     " worth having. “Do not use”: some range lies wholly below what is worth having, or hardly a decision changes."
     " Otherwise: “not enough data”. “Use” becomes “use with conditions” when any condition stands."),
)  # fmt: skip


def conditions(evidence: Evidence) -> Markup:
    """Return conditions with who can lift them, and what was noticed."""
    verdict = evidence.verdict
    lifted = points(
        join((one.text, element("span", f" Who can lift it: {visible(one.who)}.", class_="quiet")))
        for one in verdict.conditions
    )
    judged = element(
        "p",
        "The rows have no date, so the score was judged on a random part of them. That shows nothing about later cases.",
    )
    noticed = points(one.text for one in evidence.warnings) or element("p", "Nothing else was noticed.", class_="quiet")
    direction = element("p", f"Direction assumed: {evidence.score.direction}.")
    return section(
        "checks",
        "Conditions and checks",
        judged,
        element("h3", "Conditions") if lifted else None,
        lifted,
        element("h3", "Checks"),
        noticed,
        direction,
    )


def method(evidence: Evidence) -> Markup:
    """Return how it was worked out."""
    notes = [
        (name, said)
        for name, said in NOTES
        if evidence.money is not None or name in ("Rates", "The score and its meaning")
    ]
    table = calibrated(evidence.calibration) if evidence.calibration else None
    return section("method", "How it was worked out", table, facts(notes))


def judged(evidence: Evidence) -> Markup:
    """Return what exactly this page speaks about."""
    ids, score = evidence.digests, evidence.score
    unknown = "no file"
    lines: list[tuple[str, Child]] = [
        (
            "Rows",
            f"{show('count', float(evidence.rows))}, of them {show('count', float(evidence.events))} “{visible(evidence.event)}”",
        ),
        ("Outcome", visible(evidence.outcome) or "not named"),
        (
            "Score",
            f"{show('score', score.low)} to {show('score', score.high)}, {show('count', float(score.distinct))} different values",
        ),
        ("Bundle", element("code", ids.bundle or unknown)),
        ("Prices", element("code", ids.money or unknown)),
        ("Judged rows", element("code", ids.holdout or unknown)),
        ("Record", "evidence.json, format evidence/1; this page shows it and adds nothing"),
    ]
    return section("judged", "What was judged", facts(lines))

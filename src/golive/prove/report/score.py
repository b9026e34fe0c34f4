"""What the score says and how well it sorts: two plots with their tables. Needs no prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.maths.words import rounded
from golive.page.escape import visible
from golive.page.markup import element
from golive.page.numbers import NOTHING, interval, price, show
from golive.page.parts import Head, details, figure, rows_of, section, table
from golive.page.plots import Bar, Point, bars, buckets
from golive.page.words import quoted
from golive.prove.report.curves import reliable

if TYPE_CHECKING:
    from golive.page.markup import Markup
    from golive.records.evidence import Bucket, Calibration, Evidence

QUESTION = "Does the score mean what it says?"
BUCKETS = (2, 4, 5, 10, 20)
"""How many buckets the page offers: their borders are multiples of 0.05."""
OTHERWISE = "Does the score follow what happens?"
"""The question for a score that is no probability."""


def meaning(evidence: Evidence) -> Markup:
    """Return the bucket plot with its table."""
    bad, probability = visible(evidence.event), evidence.score.probability
    title = QUESTION if probability else OTHERWISE
    lead = "Cases are put into buckets by their score; a point shows how many of its bucket turned out"
    lead += f" “{bad}”, and the line through it where the true rate lies in 95 of 100 such samples."
    if probability:
        lead += f" Where the score says 30 %, 30 in 100 should turn out “{bad}”."
    caption = f"{show('count', float(evidence.rows))} cases; grey bars: how many cases each bucket holds"
    told = evidence.calibration
    return section(
        "meaning",
        title,
        rows_of(figure(_bucket_plot(evidence, title), caption, _how_many(evidence)), _bucket_table(evidence)),
        element("p", quoted(told.text)) if told else None,
        details("The same in figures, for those who know them", reliable(told), _calibration(told)) if told else None,
        lead=lead,
    )


def _how_many(evidence: Evidence) -> Markup | None:
    """Return the choice of how many buckets; the page's script works them out from the groups of scores, whose borders
    hold every twentieth. Only where there is a script, and where scores are probabilities."""
    if evidence.money is None or not evidence.score.probability:
        return None
    options = [element("option", str(n), value=n, selected=n == len(evidence.buckets)) for n in BUCKETS]
    chosen = element("select", *options, id="many")
    return element("div", element("label", "Buckets ", for_="many"), chosen, class_="control needs-script")


def sorting(evidence: Evidence) -> Markup:
    """Return the lift bars with their table."""
    title = "How well does the score sort?"
    lead = (
        "Cases are sorted by risk and cut into parts of about equal size. A bar of 2: twice as many as among all cases."
        " Cases with the same score never lie in different parts, so a useless score shows 1 everywhere."
    )
    found = [
        Bar(bucket.lift or 0.0, str(at), show("times", bucket.lift), _words(bucket))
        for at, bucket in enumerate(evidence.lift, start=1)
    ]
    said = "; ".join(bar.words for bar in found)
    drawn = bars(
        found, title=title, description=said, across_title="part of the cases, riskiest first", upward_title="lift"
    )
    caption = f"Lift: share of “{visible(evidence.event)}” in each part / {show('share', evidence.base_rate)} among all"
    return section("sorting", title, figure(drawn, caption), _lift_table(evidence), lead=lead)


def _bucket_plot(evidence: Evidence, title: str) -> Markup:
    points = [
        Point(bucket.mean_score, bucket.rate, bucket.low or 0.0, bucket.high or 1.0, bucket.n, _words(bucket))
        for bucket in evidence.buckets
        if bucket.mean_score is not None and bucket.rate is not None
    ]
    low, high = evidence.buckets[0].from_, evidence.buckets[-1].to
    ends = (0.0, 1.0) if evidence.score.probability else (low, high) if low < high else (low - 1, high + 1)
    said = "; ".join(point.words for point in points)
    return buckets(points, title=title, description=said, x=ends, ideal=evidence.score.probability)


def _words(bucket: Bucket) -> str:
    said, seen = show("score", bucket.mean_score), show("share", bucket.rate)
    return f"mean score {said}: {seen} of {bucket.n} ({show('shares', (bucket.low, bucket.high))})"


def _bucket_table(evidence: Evidence) -> Markup:
    names = ("Score", "Cases", f"“{visible(evidence.event)}”", "Mean score", "Observed", "95 %")
    probability = evidence.score.probability
    rows = [
        (_between(bucket, probability), show("count", float(bucket.n)), show("count", float(bucket.events)),
         _mean(bucket, probability), show("figure", bucket.rate), interval(bucket.low, bucket.high))
        for bucket in evidence.buckets
    ]  # fmt: skip
    return table("Buckets of equal width", [Head(name) for name in names], rows)


def _lift_table(evidence: Evidence) -> Markup:
    money, probability = evidence.money, evidence.score.probability
    names = ("Score", "Cases", f"“{visible(evidence.event)}”", "Rate", "95 %", "Lift", "Found so far")
    rows = [
        [_between(bucket, probability), show("count", float(bucket.n)), show("count", float(bucket.events)),
         show("share", bucket.rate), show("shares", (bucket.low, bucket.high)), show("times", bucket.lift),
         show("share", bucket.gained)]
        for bucket in evidence.lift
    ]  # fmt: skip
    heads = [Head(name) for name in names]
    if money:
        heads.append(Head(f"Gain, {money.currency}", f"of {visible(money.above)}"))
        rows = [[*row, show("plain", bucket.money)] for row, bucket in zip(rows, evidence.lift, strict=True)]
    return table("Lift by equal share; money at recorded prices", heads, rows)


def _between(bucket: Bucket, probability: bool) -> str:
    ends = bucket.from_, bucket.to
    low, high = (show("score", rounded(end, 3)) if probability else price(end, 5) for end in ends)
    return f"{low} to {high}"


def _mean(bucket: Bucket, probability: bool) -> str:
    if bucket.mean_score is None:
        return NOTHING
    return show("figure", bucket.mean_score) if probability else price(bucket.mean_score, 5)


def _calibration(found: Calibration) -> Markup:
    figures = [
        ("Observed / predicted", found.ratio, found.ratio_low, found.ratio_high, "1; material outside 0.9 to 1.1"),
        ("Slope (Cox)", found.slope, found.slope_low, found.slope_high, "1; material outside 0.8 to 1.25"),
        ("Intercept (Cox)", found.intercept, found.intercept_low, found.intercept_high, "0"),
        ("In the large (slope kept at 1)", found.large, found.large_low, found.large_high, "0"),
        ("Miscalibration", found.miscalibration, None, None, "0: what recalibration would take off the Brier score"),
        ("Discrimination", found.discrimination, None, None, "what the score explains of the Brier score"),
        ("Uncertainty", found.uncertainty, None, None, "Brier score of the base rate"),
        ("Curve outside its band", found.outside, None, None, "share of cases; up to about 0.05 is chance"),
    ]
    rows = [(name, show("figure", value), interval(low, high), right) for name, value, low, high, right in figures]
    heads = [Head(name) for name in ("Figure", "Value", "95 %", "Right is")]
    return table("Calibration", heads, rows, kind="words")

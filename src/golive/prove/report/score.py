"""What the score says and how well it sorts: the two plots with their tables. Needs no prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.page.markup import Markup, element, join
from golive.page.numbers import show
from golive.page.parts import Head, figure, rows_of, section, table
from golive.page.plots import Bar, Point, bars, buckets

if TYPE_CHECKING:
    from golive.records.evidence import Bucket, Calibration, Evidence

QUESTION = "Does the score mean what it says?"


def meaning(evidence: Evidence) -> Markup:
    """Return the bucket plot with its table."""
    bad, probability = visible(evidence.event), evidence.score.probability
    title = QUESTION if probability else f"Does the score follow what happens?"
    lead = (
        f"Cases are put into buckets by their score. If the score says 30 %, then 30 in 100 should turn out “{bad}”."
        " Each point is a bucket; the line through it is where the true rate lies in 95 of 100 such samples."
        if probability
        else f"Cases are put into buckets by their score; each point shows how many turned out “{bad}”."
    )
    filled = [bucket for bucket in evidence.buckets if bucket.n]
    points = [_point(bucket) for bucket in filled]
    x = (0.0, 1.0) if probability else (evidence.buckets[0].from_, evidence.buckets[-1].to)
    words = "; ".join(point.words for point in points)
    drawn = buckets(
        points, title=title, description=words, x=x if x[0] < x[1] else (x[0] - 1, x[1] + 1), ideal=probability
    )
    caption = (
        f"{show('count', float(evidence.rows))} cases in {len(filled)} buckets; grey bars: how many cases each holds"
    )
    said = element("p", evidence.calibration.text) if evidence.calibration else None
    return section("meaning", title, rows_of(figure(drawn, caption), _bucket_table(evidence)), said, lead=lead)


def sorting(evidence: Evidence) -> Markup:
    """Return the lift bars with their table."""
    lead = (
        "Cases are sorted by risk and cut into parts of about equal size. A bar of 2 means: twice as many as among all"
        " cases. Cases with the same score never lie in different parts, so a useless score shows 1 everywhere."
    )
    found = [
        Bar(bucket.lift or 0.0, str(at), show("figure", bucket.lift)[:-1], _words(bucket))
        for at, bucket in enumerate(evidence.lift, start=1)
    ]
    drawn = bars(
        found,
        title="How well does the score sort?",
        description="; ".join(bar.words for bar in found),
        across_title="part of the cases, riskiest first",
        upward_title="times the average",
    )
    caption = f"Share of “{visible(evidence.event)}” in each part, as a multiple of {show('share', evidence.base_rate)} among all"
    return section(
        "sorting", "How well does the score sort?", rows_of(figure(drawn, caption), _lift_table(evidence)), lead=lead
    )


def _point(bucket: Bucket) -> Point:
    assert bucket.mean_score is not None
    assert bucket.rate is not None
    return Point(bucket.mean_score, bucket.rate, bucket.low or 0.0, bucket.high or 1.0, bucket.n, _words(bucket))


def _words(bucket: Bucket) -> str:
    said, seen, span = (
        show("score", bucket.mean_score),
        show("share", bucket.rate),
        show("shares", (bucket.low, bucket.high)),
    )
    return f"score {said}: {seen} of {bucket.n} ({span})"


def _bucket_table(evidence: Evidence) -> Markup:
    rows = [
        (_between(bucket), show("count", float(bucket.n)), show("count", float(bucket.events)), show("figure", bucket.mean_score),
         show("figure", bucket.rate), _limits(bucket))
        for bucket in evidence.buckets
    ]  # fmt: skip
    heads = [Head("Score"), Head("Cases"), Head("Events"), Head("Mean score"), Head("Observed"), Head("95 %")]
    return table("Buckets of equal width", heads, rows)


def _lift_table(evidence: Evidence) -> Markup:
    priced = evidence.lift[0].money is not None
    currency = evidence.money.currency if evidence.money else ""
    heads = [
        Head("Part"),
        Head("Cases"),
        Head("Events"),
        Head("Rate"),
        Head("95 %"),
        Head("Lift"),
        Head("Found so far"),
    ]
    rows = [
        [f"{at}: {_between(bucket)}", show("count", float(bucket.n)), show("count", float(bucket.events)), show("share", bucket.rate),
         show("shares", (bucket.low, bucket.high)), show("figure", bucket.lift)[:-1], show("share", bucket.gained)]
        + ([show("gain", bucket.money, currency)] if priced else [])
        for at, bucket in enumerate(evidence.lift, start=1)
    ]  # fmt: skip
    if priced and evidence.money:
        heads.append(Head(f"Gain of {visible(evidence.money.above)}", f"over {visible(evidence.money.below)}"))
    return table("Lift by equal share, riskiest first", heads, rows)


def _between(bucket: Bucket) -> str:
    return f"{show('score', bucket.from_)} to {show('score', bucket.to)}"


def _limits(bucket: Bucket) -> str:
    return "–" if bucket.low is None or bucket.high is None else f"{bucket.low:.3f} to {bucket.high:.3f}"


def calibrated(found: Calibration) -> Markup:
    """Return the figures behind the plot, for readers who know them."""
    rows = [
        (
            "Observed / predicted",
            show("figure", found.ratio),
            _pair(found.ratio_low, found.ratio_high),
            "1; material outside 0.9 to 1.1",
        ),
        (
            "Slope (Cox)",
            show("figure", found.slope),
            _pair(found.slope_low, found.slope_high),
            "1; material outside 0.8 to 1.25",
        ),
        ("Intercept (Cox)", show("figure", found.intercept), "–", "0"),
        ("Miscalibration", f"{found.miscalibration:.4f}", "–", "0: what recalibration would take off the Brier score"),
        ("Discrimination", f"{found.discrimination:.4f}", "–", "what the score explains"),
        ("Uncertainty", f"{found.uncertainty:.4f}", "–", "Brier score of the base rate"),
    ]
    return table("Calibration", [Head("Figure"), Head("Value"), Head("95 %"), Head("Right is")], rows, kind="words")


def _pair(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else f"{low:.3f} to {high:.3f}"


__all__ = ["QUESTION", "calibrated", "join", "meaning", "sorting"]

"""What the reader must know before believing: conditions, checks, how it was worked out, what exactly was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import visible
from golive.page.markup import element, join
from golive.page.numbers import show
from golive.page.parts import Head, facts, points, section, table
from golive.page.words import quoted
from golive.records.checked import State

if TYPE_CHECKING:
    from golive.page.markup import Child, Markup
    from golive.records.evidence import Evidence

NAMES = {
    "base_rate": "Share of the outcome as in training",
    "buckets_miss": "Every bucket means what it says",
    "duplicates": "Rows that come twice",
    "event_name": "Same name of the outcome",
    "few_events_shown": "Enough cases behind each rate",
    "few_scores": "Enough different scores",
    "identifiers": "Inputs that only name rows",
    "known_after": "Inputs known too late",
    "known_missing": "Inputs known before the decision",
    "random_part": "Judged on later cases",
    "repeated_ids": "Ids that come again",
    "outside_ranges": "Values as training has seen them",
    "telling_input": "Inputs that know the outcome",
    "training_dates": "Training before these rows",
    "training_rows": "Rows of the training",
}
RATES = (
    "Rates",
    "Wilson intervals, 95 % (Wilson 1927). Cases with the same score never lie in different buckets, so the order of"
    " the rows changes nothing.",
)
MEANING = (
    "The score and its meaning",
    "Intercept and slope of the log-odds (Cox 1958); the split of the Brier score by isotonic regression (CORP:"
    " Dimitriadis, Gneiting and Jordan 2021). The curve's band holds it in 95 of 100 samples if every score is true,"
    " from 400 draws of outcomes. Whether a bucket's mean score can be its true rate is Jeffreys' probability.",
)
MONEY = (
    (
        "The cut-off",
        "The rows are dealt into 20 parts. Each of 200 half-samples of parts chooses the cut-off that earns most; the"
        " mean of their ranks, on the normal scale, is kept (bagging, Breiman 1996), in the middle of the gap between"
        " two scores.",
    ),
    (
        "The honest figure",
        "Each part is valued under the cut-off chosen by the half-samples without it; the honest figure is their sum.",
    ),
    (
        "The range",
        "A 95 % interval for the money per row against one fixed rule, from the rows on which the two differ: the wider"
        " of the normal interval and one from gamma limits of what is won and of what is lost (Fay and Feuer 1997),"
        " because few large losses make money skewed. Half of what the choice owes to luck is taken off below. In"
        " simulations with known truth it held in 94 to 100 of 100 samples.",
    ),
    (
        "When a price moves",
        "Money is a sum of prices times sums over rows, so a new price needs no rows: choice, honest figure and range"
        " come again from at most 200 groups of neighbouring scores, by the same steps as in Python, to the cent.",
    ),
    (
        "A cut-off you move",
        "It is valued as if it had been fixed beforehand. Nothing in its range pays for picking it.",
    ),
    (
        "The word",
        "Use: against every rule that decides, the whole range lies above zero and the gain is at least what is worth"
        " having. Do not use: some range lies wholly below what is worth having, or hardly a decision changes."
        " Otherwise: not enough data. Any condition turns “use” into “use with conditions”.",
    ),
)


NO_DATE = "The rows carry no date: the score was judged on a random part of them, not on later cases."


def conditions(evidence: Evidence) -> Markup:
    """Return conditions with who can lift them, and what was noticed."""
    lifted = points(
        join((quoted(one.text), element("span", f" Who can lift it: {visible(one.who)}.", class_="quiet")))
        for one in evidence.verdict.conditions
    )
    noticed = points(quoted(one.text) for one in evidence.warnings)
    return section(
        "checks",
        "Conditions and checks",
        element("p", visible(evidence.dates.text) if evidence.dates else NO_DATE),
        element("h3", "Conditions") if lifted else None,
        lifted,
        element("h3", "Checks"),
        noticed or (None if evidence.checks else element("p", "Nothing was noticed that a reader must know.")),
        _looked(evidence),
        element("p", f"Direction assumed: {quoted(evidence.score.direction)}."),
    )


def _looked(evidence: Evidence) -> Markup | None:
    """Return what was looked at: failed, not possible, passed."""
    order = list(State)
    found = sorted(evidence.checks, key=lambda one: (order.index(State.failed) - order.index(one.state)) % len(order))
    if not found:
        return None
    rows = [(NAMES.get(one.code, one.code), one.state.value, quoted(one.text)) for one in found]
    heads = [Head(name) for name in ("Looked at", "Ended", "What was found")]
    return table("Checks, on at most 20,000 rows", heads, rows, kind="words said")


def method(evidence: Evidence) -> Markup:
    """Return how it was worked out, with references."""
    notes = [*(MONEY if evidence.money else ()), RATES, *((MEANING,) if evidence.calibration else ())]
    return section("method", "How it was worked out", facts(notes))


def judged(evidence: Evidence) -> Markup:
    """Return what exactly this page speaks about."""
    ids, score, bad = evidence.digests, evidence.score, visible(evidence.event)
    rows, events, distinct = (show("count", float(n)) for n in (evidence.rows, evidence.events, score.distinct))
    lines: list[tuple[str, Child]] = [
        ("Rows", f"{rows}, of them {events} “{bad}”"),
        ("Outcome", visible(evidence.outcome) or "not named"),
        ("Score", f"{show('score', score.low)} to {show('score', score.high)}, {distinct} different values"),
        ("Bundle", element("code", ids.bundle or "none: scores came without a bundle")),
        ("Prices", element("code", ids.money or "none")),
        ("File of the rows", element("code", ids.holdout or "none: rows came from memory")),
        ("Record", "evidence.json, format evidence/1. This page shows the record and adds nothing to it."),
    ]
    return section("judged", "What was judged", facts(lines))

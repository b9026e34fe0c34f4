"""What a score means: the direction it was read in, its calibration, and what acting on it is worth without prices.

Units are those of `golive.records.evidence`.
"""

from __future__ import annotations

import msgspec

from golive.records.document import Part


class ScoreFacts(Part, frozen=True, kw_only=True):
    """What the score is and which way it was read."""

    probability: bool
    """True: 0..1, a probability of the event. False: any finite score; no calibration."""
    higher_is_better: bool
    """True: a higher score means the event is LESS likely (a 300-850 scorecard)."""
    direction: str
    """The direction assumed, in words: ``higher score = more `bad`: yes``."""
    low: float
    """Smallest score."""
    high: float
    """Largest score."""
    distinct: int
    """Number of different scores."""


class Reliability(Part, frozen=True, kw_only=True):
    """One step of the CORP curve: scores ``from``..``to`` all stand for the observed rate."""

    from_: float = msgspec.field(name="from")
    to: float
    n: int
    rate: float


class Consistency(Part, frozen=True, kw_only=True):
    """The band at one score: where the curve lies in 95 of 100 samples if every score means what it says."""

    score: float
    low: float
    high: float


class Calibration(Part, frozen=True, kw_only=True):
    """Does the score mean what it says? Probabilities only."""

    observed: float
    """Share of events."""
    predicted: float
    """Mean score."""
    ratio: float | None
    """observed / predicted; 1 is right. Null when every score is 0."""
    ratio_low: float | None
    """95 % limits."""
    ratio_high: float | None
    large: float | None = None
    """What is to be added to the log-odds of every score, the slope kept at 1: 0 is right, above 0 more happens than
    the scores say. Null where it cannot be fitted."""
    large_low: float | None = None
    large_high: float | None = None
    intercept: float | None
    """Cox: log-odds of the event = intercept + slope * log-odds of the score. Null when it cannot be fitted."""
    intercept_low: float | None = None
    intercept_high: float | None = None
    slope: float | None
    """1 is right; below 1 the scores are too extreme."""
    slope_low: float | None
    slope_high: float | None
    miscalibration: float
    """CORP part of the Brier score that calibration would remove."""
    discrimination: float
    """CORP part that the score explains."""
    uncertainty: float
    """Brier score of the base rate. brier = miscalibration - discrimination + uncertainty."""
    curve: tuple[Reliability, ...]
    band: tuple[Consistency, ...] = ()
    """At most 100 scores, ascending."""
    outside: float | None = None
    """Share of cases whose part of the curve lies outside the band; about 0.05 by chance alone."""
    buckets: int = 0
    """Buckets of ``Evidence.buckets`` that hold rows."""
    missed: int = 0
    """Of these, how many have a mean score outside the limits of their observed rate."""
    by_chance: float | None = None
    """How likely so wide a miss of some bucket is if every mean score is true (Jeffreys, Bonferroni); null without
    buckets."""
    material: bool
    """Ratio outside 0.9..1.1 or slope outside 0.8..1.25, with limits that exclude 1."""
    text: str
    """One sentence for people."""


class DecisionCurve(Part, frozen=True, kw_only=True):
    """Net benefit over thresholds t, for readers without prices; lists of equal length.

    Counted in events found per case: hits / n - false alarms / n * t / (1 - t). Acting on nobody has 0.
    """

    threshold: tuple[float, ...]
    """Ascending. Acting at t or above means that one missed event is worth (1 - t) / t false alarms."""
    benefit: tuple[float, ...]
    low: tuple[float | None, ...]
    """95 % limits of ``benefit``, which is also the gain over acting on nobody; null below 10 events."""
    high: tuple[float | None, ...]
    everybody: tuple[float, ...]
    """Net benefit of acting on everybody."""
    over_everybody_low: tuple[float | None, ...]
    """95 % limits of ``benefit - everybody``, paired case by case."""
    over_everybody_high: tuple[float | None, ...]
    text: str
    """Where acting on the score is better than both, in one sentence."""

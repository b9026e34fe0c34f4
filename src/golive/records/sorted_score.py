"""How well a score sorts: buckets, the report at a cut-off, and the sentence that is read aloud.

Units are those of `golive.records.evidence`.
"""

from __future__ import annotations

import msgspec

from golive.records.document import Part


class Bucket(Part, frozen=True, kw_only=True):
    """Rows whose scores lie together. Ties never cross a bucket; a bucket without rows has n = 0 and null rates."""

    from_: float = msgspec.field(name="from")
    """Lower edge, included. In JSON: ``from``."""
    to: float
    """Upper edge, excluded (included in the last bucket)."""
    n: int
    events: int
    rate: float | None
    """Observed share of events."""
    low: float | None
    """Wilson 95 % limits of the rate."""
    high: float | None
    lift: float | None
    """rate / base rate."""
    mean_score: float | None
    gained: float
    """Share of all events in this bucket and those listed before it."""
    money: float | None = None
    """Gain of the `above` action over the `below` action on these rows; null without prices."""
    jeffreys: float | None = None
    """Jeffreys' probability that the true rate is at most ``mean_score``: near 0 more happens than the score says, near
    1 less. Null for a score that is no probability."""
    binomial: float | None = None
    """Probability of at least so many events if ``mean_score`` were the true rate. Null where ``jeffreys`` is."""


class ClassReport(Part, frozen=True, kw_only=True):
    label: str
    """The event's label, or ``not EVENT``."""
    precision: float
    """0 where nothing was predicted to be of this class."""
    recall: float
    f1: float
    support: int
    """Rows of this class."""


class Cell(Part, frozen=True, kw_only=True):
    """One cell of the confusion matrix, in counts and in money."""

    above: bool
    """Whether the score is at or above the cut-off."""
    event: bool
    n: int
    money: float | None
    """What these rows earn with the action they get; null without prices."""
    other: float | None
    """What they would have earned with the other action; null without prices."""


class Within(Part, frozen=True, kw_only=True):
    """Least and largest value of a figure, where neighbouring scores were folded before they were counted."""

    auc: tuple[float, float]
    average_precision: tuple[float, float]
    brier: tuple[float, float] | None
    ks: tuple[float, float]
    gini: tuple[float, float]


class Classification(Part, frozen=True, kw_only=True):
    """Report and confusion matrix at one cut-off."""

    cutoff: float | None
    """The deployed cut-off, or 0.5 (the base rate's quantile for scores) without prices; null: a constant action."""
    cells: tuple[Cell, ...]
    """Four: below/no event, below/event, above/no event, above/event."""
    report: tuple[ClassReport, ...]
    """Two: the event, then its absence."""
    accuracy: float
    balanced_accuracy: float
    auc: float
    """Area under the ROC curve; 0.5 is worthless; ties count half."""
    auc_low: float | None = None
    """95 % limits (DeLong); null below 10 events."""
    auc_high: float | None = None
    average_precision: float
    brier: float | None
    """Mean squared error; null for a score that is no probability."""
    brier_low: float | None = None
    """95 % limits; null below 10 events."""
    brier_high: float | None = None
    ks: float
    """Largest distance between the two distributions of the score, 0..1."""
    gini: float
    """2 * auc - 1."""
    within: Within | None = None
    """Null where every different score was counted by itself, so that these figures are exact."""
    trap: str
    """What the accuracy of a model that always predicts the larger class is worth."""


class Sentence(Part, frozen=True, kw_only=True):
    """What one cut-off means, to be read aloud: "If we reject above 0.9, ..."."""

    text: str
    cutoff: float
    n: int
    """Rows at or above the cut-off (at or below it, when a higher score is better)."""
    right: int
    """Of these, rows with the event."""
    share: float | None
    """right / n; null when n is 0."""
    low: float | None
    """Wilson 95 % limits of the share."""
    high: float | None
    wrong: int
    lost: float | None
    """Money forgone on the wrong ones, positive; null without prices."""
    lost_low: float | None
    """95 % gamma limits of ``lost``."""
    lost_high: float | None
    saved: float | None
    """What the `above` action saves on all of them together; may be negative."""

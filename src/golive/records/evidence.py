"""What `golive prove` found: the whole of ``evidence.json``, and of the page that shows it.

Units. *Money* is in units of ``money.currency`` (not cents), gains positive. *per row* is money divided by the
rows of the holdout. Rates, shares and scores lie in 0..1 (a score may be any finite number where
``score.probability`` is false). *above* always means ``score >= cut-off``.

The parts stand in modules of their own, by what they are about; they are imported from here.
"""

from __future__ import annotations

from golive.records.checked import Checked
from golive.records.document import Digest, Part, Record
from golive.records.judged_money import Against, Amount, Assumed, Curve, CutOff, Honest, MoneyEvidence, Worth
from golive.records.parts import Dates, ProtectedGroup, Segment
from golive.records.score_meaning import Calibration, Consistency, DecisionCurve, Reliability, ScoreFacts
from golive.records.score_table import Table
from golive.records.sorted_score import Bucket, Cell, Classification, ClassReport, Sentence, Within
from golive.records.verdict import NEGATIVE, BreakEven, Condition, Verdict, Word

__all__ = [
    "NEGATIVE",
    "Against",
    "Amount",
    "Assumed",
    "BreakEven",
    "Bucket",
    "Calibration",
    "Cell",
    "ClassReport",
    "Classification",
    "Condition",
    "Consistency",
    "Curve",
    "CutOff",
    "DecisionCurve",
    "Digests",
    "Evidence",
    "Honest",
    "MoneyEvidence",
    "Reliability",
    "Sampled",
    "ScoreFacts",
    "Sentence",
    "Verdict",
    "Warned",
    "Within",
    "Word",
    "Worth",
]


class Warned(Part, frozen=True, kw_only=True):
    """``code`` is stable: ``few_events``, ``few_scores``, ``direction``, ``one_class_model``, ``duplicates`` ..."""

    code: str
    text: str


class Sampled(Part, frozen=True, kw_only=True):
    """The rows were re-sampled; scores and rows are corrected to the share of events that somebody declared."""

    declared: float
    """Share of events in the world; `Evidence.base_rate` is this."""
    seen: float
    """Share of events among the rows as they came."""
    scores: bool
    """Whether the scores were corrected, too (probabilities only): every cut-off here is one of corrected scores."""


class Digests(Part, frozen=True, kw_only=True):
    """Of the bytes this speaks about; null where there was no such file."""

    bundle: Digest | None = None
    money: Digest | None = None
    holdout: Digest | None = None
    known: Digest | None = None
    """The file that says which inputs are known before the decision."""
    training: Digest | None = None
    """The marks of the training rows, or the file of the rows themselves."""


class Evidence(Record, frozen=True, kw_only=True, tag="evidence/1"):
    """Everything that was shown, and enough to show it again under other prices."""

    verdict: Verdict
    rows: int
    events: int
    base_rate: float
    """events / rows."""
    outcome: str
    """Name of the outcome column; empty for arrays."""
    event: str
    """Label of the event."""
    other: str = ""
    """The other label of the outcome; empty in evidence from before it was kept."""
    score: ScoreFacts
    money: MoneyEvidence | None
    """Null when there are no prices."""
    questions: tuple[str, ...] = ()
    """The three questions to take to the owner; empty when there are prices."""
    lift: tuple[Bucket, ...]
    """Equal share, riskiest first."""
    buckets: tuple[Bucket, ...]
    """Equal width, score ascending; 10 over 0..1, or over the range seen for other scores."""
    classification: Classification
    sentences: tuple[Sentence, ...]
    """The first is the sentence for 0.9 (for the riskiest tenth where the score is no probability)."""
    curve: Curve | None
    """Null without prices."""
    calibration: Calibration | None
    """Null for a score that is no probability."""
    decision_curve: DecisionCurve | None = None
    """Null for a score that is no probability."""
    dates: Dates | None = None
    """Null without dates."""
    segments: tuple[Segment, ...] = ()
    """By column in the order asked for; in each the biggest first, then the rest, then missing values."""
    protected: tuple[ProtectedGroup, ...] = ()
    """In the same order. Never used in the choice of the cut-off."""
    assumptions: tuple[Assumed, ...] = ()
    checks: tuple[Checked, ...] = ()
    """What was looked at before the figures are believed; what failed and is a condition stands in ``verdict`` too."""
    warnings: tuple[Warned, ...] = ()
    sampled: Sampled | None = None
    """Null: the rows are as they came."""
    digests: Digests = Digests()
    table: Table

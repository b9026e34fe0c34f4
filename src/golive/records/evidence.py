"""What `golive prove` found: the whole of ``evidence.json``, and of the page that shows it.

Units. *Money* is in units of ``money.currency`` (not cents), gains positive. *per row* is money divided by the
rows of the holdout. Rates, shares and scores lie in 0..1 (a score may be any finite number where
``score.probability`` is false). *above* always means ``score >= cut-off``.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from golive.records.checked import Checked
from golive.records.document import Digest, Part, Record
from golive.records.earned import Bands, Beside, Difference, Joint, KeptLimit, Scenario, Trade
from golive.records.parts import Dates, ProtectedGroup, Segment, Swap
from golive.records.score_table import Table


class Word(str, Enum):
    """The verdict in one word."""

    use = "use"
    use_with_conditions = "use with conditions"
    do_not_use = "do not use"
    not_enough_data = "not enough data"
    no_prices = "no prices yet"


NEGATIVE = (Word.do_not_use, Word.not_enough_data)
"""Who approves against one of these says so in so many words."""


class Condition(Part, frozen=True, kw_only=True):
    """Why ``use`` is not unconditional."""

    code: str
    """``no_date``, ``unstable_cut_off``, ``calibration``, ``owner_missing``, ``known_missing``, ``only_approved``,
    ``few_effective_cases``, ``under_four_fifths``, ``random_part`` ... : the same code, the same reason."""
    text: str
    """One sentence."""
    who: str
    """The role that can lift it; ``data scientist`` where it needs data."""


class BreakEven(Part, frozen=True, kw_only=True):
    """How far one assumption can move, all others kept, until the kept cut-off gains nothing."""

    assumption: str
    now: float
    value: float
    """Where the gain against ``alternative`` is zero."""
    alternative: str
    """Name in ``money.against``."""
    in_range: bool | None
    """Whether the owner's range reaches it; null when there is no range."""
    owner: str


class Verdict(Part, frozen=True, kw_only=True):
    word: Word
    sentence: str
    """The verdict in one sentence with its numbers, for a product owner."""
    conditions: tuple[Condition, ...] = ()
    """Empty unless the word is ``use with conditions``."""
    break_even: tuple[BreakEven, ...] = ()
    """Nearest first (distance relative to the value now)."""
    rows_needed: int | None = None
    """Rows that would settle it at 80 % power; null when it is settled or more rows of this kind will not settle it."""
    rows_sentence: str = ""
    """The same in words; empty when it is settled."""

    @property
    def negative(self) -> bool:
        """Whether the command line leaves with exit code 1."""
        return self.word in NEGATIVE


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


class Amount(Part, frozen=True, kw_only=True):
    """Money of one policy on the holdout, against doing nothing at all (zero money)."""

    total: float
    """Money over all rows."""
    per_row: float


class Honest(Part, frozen=True, kw_only=True):
    """Money of the deployed cut-off, valued on rows that did not choose it."""

    total: float
    per_row: float
    low: float
    """Lower limit per row."""
    high: float
    """Upper limit per row."""
    level: float
    """0.95."""
    sd: float
    """Standard deviation of the money of one row under the deployed cut-off."""


class Against(Part, frozen=True, kw_only=True):
    """Gain of the deployed cut-off against one fixed alternative; paired, row by row."""

    name: str
    """``approve all``, ``reject all``, ``today's rule``."""
    action: str
    """The action everybody gets in this alternative; empty where it is a rule that treats cases differently."""
    per_row: float
    """The honest gain per row, inside ``low``..``high``."""
    low: float | None
    """Null below 10 events: no interval."""
    high: float | None
    changed: int
    """Rows whose action differs."""
    total: float
    """Money of the alternative itself over all rows."""
    decides: bool
    """Whether the verdict asks about it (today's rule if there is one, else every alternative that is neither declared
    impossible nor breaks a limit)."""
    today: bool
    """Whether this is what is done today."""


class CutOff(Part, frozen=True, kw_only=True):
    """Where the score was cut. Lists, because three bands would have two."""

    chosen: tuple[float, ...]
    """The deployed cut-off, in the middle of the gap between the scores either side; empty when ``constant``."""
    folds: tuple[tuple[float, ...], ...]
    """The 20 cut-offs chosen without one fold each; an empty list stands for a constant action."""
    constant: str | None
    """The action that everybody gets when the rows suggest no cut-off at all; else null."""
    edge: int
    """Position in ``table``: the first ``edge`` bins get the `below` action."""
    below: int
    """Rows that get the `below` action."""
    above: int
    """Rows that get the `above` action."""
    unstable: float
    """Largest share of rows whose action differs between the deployed cut-off and one of ``folds``."""


class Worth(Part, frozen=True, kw_only=True):
    """The smallest gain worth having."""

    per_row: float
    source: str
    """In words: ``running cost / volume`` or ``1 % of what the choice of action moves``."""


class MoneyEvidence(Part, frozen=True, kw_only=True):
    currency: str
    minor_units: int
    row: str
    """What one row is: ``application``."""
    below: str
    """The action below the cut-off."""
    above: str
    """The action at or above it."""
    favourable: str
    """Which of the two must never happen by mistake."""
    event_means: str = ""
    """What the event is, in the words of the money file; empty where it says nothing."""
    mature_after_days: int | None = None
    """Days after the decision until an outcome counts; null where the money file says nothing."""
    promised: Amount
    """The best of these rows, chosen and valued on the same rows: always too good."""
    promised_cutoff: tuple[float, ...]
    """Where that best lies; empty for a constant action."""
    honest: Honest | None
    """Null below 10 events."""
    against: tuple[Against, ...]
    cutoff: CutOff
    worth: Worth
    cases_per_month: float | None
    swap: Swap | None = None
    """Against today's decisions; null where they are unknown."""
    impossible: tuple[str, ...] = ()
    """Actions that cannot be given to everybody."""
    objective: str = "profit"
    """What was maximised, and what all money here is: ``profit`` or ``revenue``."""
    limits: tuple[KeptLimit, ...] = ()
    """What the cut-off had to keep."""
    beside: Beside | None = None
    """The other objective, never netted with this one; null where no payoff has a line called revenue."""
    trade: Trade | None = None
    """Profit against revenue over all cut-offs; null as above."""
    scenarios: tuple[Scenario, ...] = ()
    """Labelled what-ifs: harder times, 1.5 and 2 times as bad; where outcomes exist for approved cases only they are
    about the cases that were never approved, and begin with a factor of 1."""
    bands: Bands | None = None
    """Three bands; null where the money file has no middle action. The verdict is about the single cut-off."""
    joint: Joint | None = None
    """All prices moved together inside their ranges; null when none has a range that can move."""

    @property
    def profit(self) -> Difference | None:
        """Honest profit per row of the cut-off, whatever was maximised: what realised money is held against."""
        found = self.honest if self.objective == "profit" else self.beside
        if found is None:
            return None
        return Difference(name="profit", per_row=found.per_row, low=found.low, high=found.high)

    @property
    def profit_against(self) -> tuple[Difference, ...]:
        """The same against each alternative, paired."""
        if self.objective != "profit":
            return () if self.beside is None else self.beside.against
        return tuple(Difference(name=one.name, per_row=one.per_row, low=one.low, high=one.high) for one in self.against)


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


class Curve(Part, frozen=True, kw_only=True):
    """Money over all cut-offs of ``table``: entry j gives the first j bins the `below` action. Equal lengths."""

    cutoff: tuple[float | None, ...]
    """Null at both ends: nobody below, nobody above."""
    below: tuple[int, ...]
    total: tuple[float, ...]
    low: tuple[float, ...]
    """Pointwise 95 % limits of the total, for a cut-off fixed beforehand."""
    high: tuple[float, ...]


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


class Assumed(Part, frozen=True, kw_only=True):
    """One assumption of the money file as the page edits it."""

    name: str
    value: float
    low: float | None
    high: float | None
    owner: str
    source: str
    adjustable: bool
    """Whether ``table`` can recompute the money for another value."""
    why: str
    """Why not, in words; empty when adjustable."""
    regret: float | None = None
    """What keeping the cut-off costs per row at the worse end of the range against the best one there, beyond what it
    costs at the recorded prices; null without a range, or when not adjustable."""


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

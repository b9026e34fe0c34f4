"""Everything in the evidence that has money in it. Units are those of `golive.records.evidence`."""

from __future__ import annotations

from golive.records.document import Part
from golive.records.earned import Bands, Beside, Difference, Joint, KeptLimit, Scenario, Trade
from golive.records.parts import Swap


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
    cost_per_month: float | None = None
    """What running it costs in a month; in no other figure. Null where the money file says nothing."""
    build_cost: float | None = None
    """What building it cost once; in no other figure. Null as above."""
    today_rule: str = ""
    """What is done today, in the words of the money file, else as the rule stands there; empty where unknown."""
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


class Curve(Part, frozen=True, kw_only=True):
    """Money over all cut-offs of ``table``: entry j gives the first j bins the `below` action. Equal lengths."""

    cutoff: tuple[float | None, ...]
    """Null at both ends: nobody below, nobody above."""
    below: tuple[int, ...]
    total: tuple[float, ...]
    low: tuple[float, ...]
    """Pointwise 95 % limits of the total, for a cut-off fixed beforehand."""
    high: tuple[float, ...]


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
    means: str = ""
    """What it is, in the words of the money file; empty where it says nothing, and the name stands for it."""
    regret: float | None = None
    """What keeping the cut-off costs per row at the worse end of the range against the best one there, beyond what it
    costs at the recorded prices; null without a range, or when not adjustable."""

"""Parts of the evidence with money in them that only some money files ask for: limits, the other objective.

Units are those of `golive.records.evidence`.
"""

from __future__ import annotations

from golive.records.document import Part


class KeptLimit(Part, frozen=True, kw_only=True):
    """A limit of the money file, and where the deployed cut-off stands."""

    text: str
    """``approval_rate >= 0.6``."""
    quantity: str
    at_most: bool
    bound: float
    value: float
    """The quantity under the deployed cut-off, on all rows."""


class Difference(Part, frozen=True, kw_only=True):
    """A paired difference to one alternative, in the other objective."""

    name: str
    """As in ``money.against``."""
    per_row: float
    low: float | None
    """Null below 10 events."""
    high: float | None


class Spread(Part, frozen=True, kw_only=True):
    """The gain against one alternative when all prices move together inside their ranges, the cut-off kept."""

    name: str
    """As in ``money.against``."""
    low: float
    """Per row: 24 of the 1,000 draws lie below."""
    middle: float
    """Per row: the median."""
    high: float
    """Per row: 24 of the draws lie above."""
    lost: float
    """Share of draws without a gain."""


class Joint(Part, frozen=True, kw_only=True):
    """1,000 draws of the prices together: each from a triangle over its range with the top at its value, independently.

    How they are drawn is fixed in `golive.maths.joint`, so that the page draws the same.
    """

    draws: int
    """1,000."""
    drawn: tuple[str, ...]
    """Assumptions that were drawn, in the order of the file."""
    still: tuple[str, ...]
    """Assumptions with a range that could not move, because they are tied to a column."""
    against: tuple[Spread, ...]
    """In the order of ``money.against``."""
    lost: float
    """Share of draws in which the gain against some alternative that the verdict asks about is gone."""
    regret: float
    """What keeping the cut-off costs per row under the drawn prices against the best one for them, on average, beyond
    what it costs at the recorded prices; 0 or more."""
    regret_high: float
    """95 % of the draws cost at most this."""


class Scenario(Part, frozen=True, kw_only=True):
    """A what-if: harder times, or cases never approved, whose outcome nobody knows. No part of the verdict."""

    factor: float
    """Bad cases are this many times as frequent at every score as in these rows (never beyond all)."""
    per_row: float
    """What the cut-off then gains per row over giving the other action to everybody, were these cases like the rows."""
    bad_rate: float
    """Share of bad cases among those it would approve."""
    against_today: float | None = None
    """The same gain per row over what is done today; null where that is unknown, and for cases never approved."""
    text: str
    """The label, to be shown with the figures: a scenario, not an estimate."""


class Reviewed(Part, frozen=True, kw_only=True):
    """One assumption about the people who look at a case."""

    name: str
    """``cost`` (per case, in the currency), ``bad_stopped`` or ``good_passed`` (shares)."""
    value: float
    low: float | None
    high: float | None
    owner: str
    source: str
    break_even: float | None
    """Where people add nothing, the other two kept; null where no value does. May lie outside what is possible."""


class Added(Part, frozen=True, kw_only=True):
    """What people are ASSUMED to add on the middle band over what the single cut-off does with these cases.

    A line of its own, never part of the verdict: nobody measured it on these rows.
    """

    total: float
    per_row: float
    """Over all rows, not only those of the middle."""
    low: float
    """Per row, over 1,000 joint draws of the three assumptions: 24 lie below; equal to ``per_row`` without ranges."""
    high: float


class Measured(Part, frozen=True, kw_only=True):
    """What the two outer bands gain against one alternative; the middle counts as unchanged."""

    name: str
    """As in ``money.against``."""
    per_row: float
    low: float | None
    """Null below 10 events."""
    high: float | None
    changed: int
    """Rows of the outer bands whose action differs."""


class Bands(Part, frozen=True, kw_only=True):
    """Three bands under capacity: two cut-offs, chosen by the half-samples with what people are assumed to add."""

    middle: str
    """The action between the cut-offs."""
    chosen: tuple[float | None, float | None]
    """Below the first: ``money.below``; at the second or above: ``money.above``. Null: the band beyond it is empty."""
    folds: tuple[tuple[float | None, float | None], ...]
    """The 20 pairs chosen without one fold each."""
    edges: tuple[int, int]
    """Positions in ``table``."""
    rows: tuple[int, int, int]
    """Rows below, in the middle, above."""
    capacity_per_day: float
    per_day: float
    """Cases of the day that the capacity is held against: the busiest one, or one of 21 working days."""
    share: float
    """Largest share of the rows that the middle may hold: capacity / cases of that day, at most 1."""
    measured: tuple[Measured, ...]
    """In the order of ``money.against``."""
    added: Added
    review: tuple[Reviewed, Reviewed, Reviewed]
    """What is assumed of people: cost, bad_stopped, good_passed."""
    unstable: float
    """Largest share of rows whose band differs between the deployed pair and one of ``folds``."""


class Beside(Part, frozen=True, kw_only=True):
    """The deployed cut-off in the objective that it was not chosen for: what it earns there, also honest."""

    objective: str
    """``revenue`` when profit is maximised, ``profit`` when revenue is."""
    total: float
    per_row: float
    low: float | None
    """Limits per row; null below 10 events."""
    high: float | None
    against: tuple[Difference, ...]
    """In the order of ``money.against``."""


class Choice(Part, frozen=True, kw_only=True):
    """The cut-off that these rows suggest for one objective, with its honest money in both."""

    objective: str
    chosen: tuple[float, ...]
    """Empty for a constant action."""
    profit: float
    """Per row."""
    revenue: float
    """Per row."""


class Trade(Part, frozen=True, kw_only=True):
    """Profit against revenue: what choosing the one costs in the other."""

    profit: tuple[float, ...]
    """Profit of every edge of the table over all rows, (bins + 1,): the curve against ``revenue``."""
    revenue: tuple[float, ...]
    choices: tuple[Choice, Choice]
    """Chosen for profit, chosen for revenue; under the same limits."""

"""Parts of the rows in the evidence: segments, protected groups, and the swap set against today's decisions.

Units are those of `golive.records.evidence`. Sums of money of segments are rounded to the minor unit of the currency,
so that they add up to their total to the cent.
"""

from __future__ import annotations

from golive.records.document import Part


class Dates(Part, frozen=True, kw_only=True):
    """Rows cut in two by their date: the earlier ones chose the cut-off, all figures are of the later ones."""

    column: str
    """Name of the column of dates; empty for arrays without a name."""
    first: str
    """ISO 8601."""
    split: str
    """First day of the later rows."""
    last: str
    early: int
    """Rows that chose the cut-off and are in no other figure."""
    early_events: int
    late: int
    blocks: int
    """Blocks of time of the later rows; below 8 no range."""
    text: str
    """One sentence for people."""


class SegmentGain(Part, frozen=True, kw_only=True):
    """Gain of the deployed cut-off on one segment against one alternative that the verdict asks about."""

    name: str
    """As in ``money.against``."""
    total: float
    """Honest money over the rows of the segment. Over the segments of a column they add up to the gain on all rows."""
    per_row: float
    """total / n of the segment."""
    low: float | None
    """95 % limits per row; null under 10 (effective) events, or 10 cases without."""
    high: float | None
    adjusted_high: float | None
    """Upper limit after Holm: all segments of all columns against all these alternatives are one family. Below zero:
    the segment is a loser. Null where ``high`` is."""


class Segment(Part, frozen=True, kw_only=True):
    """One value of a segment column."""

    column: str
    value: str | None
    """The text of the value; null where it is missing, and for the rest (``joined``)."""
    joined: int = 0
    """Where the column has more values than are shown: how many rarer ones this last segment joins; else 0."""
    n: int
    events: int
    rate: float
    """Observed share of events."""
    rate_low: float
    """Wilson 95 % limits."""
    rate_high: float
    against: tuple[SegmentGain, ...] = ()
    """Empty without prices."""
    loser: bool = False
    """Whether some ``adjusted_high`` is below zero."""


class Share(Part, frozen=True, kw_only=True):
    """A share of some rows with its Wilson 95 % limits; all null when there are no such rows."""

    n: int
    """Rows of which it is a share."""
    value: float | None
    low: float | None
    high: float | None


class ProtectedGroup(Part, frozen=True, kw_only=True):
    """What the deployed cut-off does with one group that the law protects. Never used in the choice."""

    column: str
    value: str | None
    """As in `Segment`."""
    joined: int = 0
    n: int
    events: int
    favourable: Share | None
    """Share of the group that gets the favourable action (the approval rate); null without prices."""
    reference: bool
    """Whether the others of its column are compared with this group: it has the most rows."""
    ratio: float | None
    """Favourable share divided by that of the reference; null for the reference itself, and where that has none."""
    ratio_low: float | None
    """95 % limits."""
    ratio_high: float | None
    good_refused: Share | None
    """Of the group's cases without the event: share that does not get the favourable action."""
    bad_favoured: Share | None
    """Of the group's cases with the event: share that gets it."""


class SwapPart(Part, frozen=True, kw_only=True):
    """Cases by what is done with them today and what the deployed cut-off does."""

    code: str
    """``newly_favoured``, ``newly_refused``, ``both_favoured``, ``both_refused``."""
    n: int
    events: int
    rate: Share | None
    """Observed share of events; null when not observable."""
    money: float | None
    """What these rows earn with the action of the cut-off; null when not observable."""
    change: float | None
    """That less what they earn with today's action, honest; 0 where the action stays. The two new parts add up to the
    gain against today."""
    change_low: float | None
    """95 % limits of the change; null under 10 events."""
    change_high: float | None
    observable: bool
    """False for ``newly_favoured`` where outcomes exist for approved cases only."""


class Swap(Part, frozen=True, kw_only=True):
    parts: tuple[SwapPart, ...]
    """Four, in the order of the codes."""
    text: str
    """One sentence for people."""

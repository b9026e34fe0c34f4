"""What became of the promise: what was signed against what the journal shows."""

from __future__ import annotations

from typing import Literal

from golive.records.document import Digest, Part, Record

Word = Literal["inside", "below", "above", "too few cases"]
"""``inside``: what was realised fits what was signed. ``below``, ``above``: chance does not explain the difference."""


class Span(Part, frozen=True, kw_only=True):
    """Money per case, in the currency, with its interval."""

    per_case: float
    low: float
    high: float


class Kept(Part, frozen=True, kw_only=True):
    """One promise."""

    name: str
    """``earned``, or ``more than approve all``."""
    promised: Span
    """As signed."""
    realised: Span | None
    """Of the actions taken, over the mature cases; null when there are too few."""
    gap_low: float | None
    """Limits of realised minus promised, per case; zero between them means that chance explains the difference."""
    gap_high: float | None
    word: Word


class Meaning(Part, frozen=True, kw_only=True):
    """Calibration in the large: did as many events happen as the scores said?"""

    cases: int
    """With a score and an outcome."""
    observed: int
    """Events that happened."""
    expected: float
    """Sum of the scores."""
    low: float
    """Limits of the number of events if the scores mean what they say."""
    high: float
    word: Word


class Cases(Part, frozen=True, kw_only=True):
    """How far the cases got. Each number counts cases of this bundle and policy, unless it says otherwise."""

    decided: int
    scored: int
    """Of them with a score; the others broke the contract and went to the fallback."""
    fallback: int
    with_outcome: int
    mature: int
    """Old enough to count: see ``Watched.maturity``."""
    valued: int
    """Mature, with an action that has a price, and with all that its price needs."""
    waiting: int
    """Mature, sent to people, and nobody has reported what they did."""
    without_outcome: int
    """Mature, but the outcome has not arrived and the money hangs on it."""
    unpriced: int
    """Mature, but a column that the price needs is missing or not a number, or the action has no price."""
    other: int
    """Decisions of another bundle or policy: not judged here."""
    unapproved: int
    """Decisions of this bundle and policy made while the service ran without approval: not judged here."""


class Acted(Part, frozen=True, kw_only=True):
    """What people did with the decisions."""

    reported: int
    """Cases for which somebody reported an action."""
    agreed: int
    """Of them, the action was the decision."""
    overridden: int
    """Of them, the decision was another action than the one taken."""
    settled: int
    """Of them, the decision was to let people review it, and they did."""


class Watched(Record, frozen=True, kw_only=True, tag="watched/1"):
    bundle: Digest
    policy: Digest
    signed_by: tuple[str, ...]
    """``risk (A. Name, typed)``: whose approval of these bytes stands in the chain, expired or not."""
    source: Literal["rehearsal", "evidence"]
    """Where the promise is written: the rehearsal of this very policy, or the evidence of its cut-off."""
    currency: str
    level: float
    """Of every interval here."""
    maturity: str
    """In words: which cases count as mature."""
    word: Word
    """Of the first promise, what is earned per case."""
    sentence: str
    money: tuple[Kept, ...]
    meaning: Meaning | None
    """Null without a case that has both score and outcome."""
    cases: Cases
    acted: Acted
    notes: tuple[str, ...]
    """What a reader must know before using the figures."""
    journal: dict[str, Digest]
    """Table and writer -> digest of the last row. Kept elsewhere, they notice a journal that was rewritten whole."""
    signoff: Digest
    """Digest of the last line of the sign-off chain."""

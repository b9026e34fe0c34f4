"""Use it or not: the word, what it depends on, and what would settle it."""

from __future__ import annotations

from enum import Enum

from golive.records.document import Part


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

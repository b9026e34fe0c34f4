"""Use it or not: one word, one sentence, and what would change it.

The words of the first screen are those of a product owner: nothing here says AUC, fold, threshold or significant.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from golive.maths.words import amount, count, percent
from golive.records.evidence import Condition, Verdict, Word
from golive.records.objective import PROFIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.maths.recompute import Gain
    from golive.records.evidence import Against, BreakEven, MoneyEvidence

SAME = 0.01
"""Share of changed decisions under which a policy is the same as the alternative."""
POWER = 2.8
"""1.96 + 0.84: 80 % chance to see a gain at the 5 % level."""
SOON = 10
"""More than this many times the rows at hand is not soon."""


def verdict(
    money: MoneyEvidence,
    rows: int,
    events: int,
    *,
    gains: Sequence[Gain],
    conditions: Sequence[Condition] = (),
    break_even: Sequence[BreakEven] = (),
    no_range: str = "",
) -> Verdict:
    """Judge the deployed cut-off.

    Parameters
    ----------
    money
        What was found.
    rows, events
        Rows of the holdout, and events among them.
    gains
        The same gains as ``money.against``, with standard deviations.
    conditions
        What turns ``use`` into ``use with conditions``.
    break_even
        For display.
    no_range
        Why there is no range where it is not for a lack of events.
    """
    asked = [one for one in money.against if one.decides]
    found = word(asked, money.worth.per_row, rows)
    if found is Word.use and conditions:
        found = Word.use_with_conditions
    deviations = [gain.sd for gain, one in zip(gains, money.against, strict=True) if one.decides]
    needed, said = (None, "")
    if found is Word.not_enough_data:
        needed, said = (
            (None, "Take rows of a longer time.")
            if no_range
            else _rows_needed(asked, deviations, money.worth.per_row, rows)
        )
    return Verdict(
        word=found,
        sentence=_sentence(found, money, asked, rows, events, no_range),
        conditions=tuple(conditions) if found is Word.use_with_conditions else (),
        break_even=tuple(break_even),
        rows_needed=needed,
        rows_sentence=said,
    )


def word(asked: Sequence[Against], worth: float, rows: int) -> Word:
    """Return the verdict before conditions.

    ``use``: every lower limit above zero and every gain worth having. ``do not use``: some upper limit below what is
    worth having, or hardly a decision changes against an alternative that is not clearly beaten.
    """
    if any(one.low is None for one in asked):
        return Word.not_enough_data
    if all(_beaten(one, worth) for one in asked):
        return Word.use
    if any(_hopeless(one, worth) or (_same(one, rows) and not _beaten(one, worth)) for one in asked):
        return Word.do_not_use
    return Word.not_enough_data


def no_prices() -> Verdict:
    """Return the verdict where nobody has said what a decision earns."""
    return Verdict(
        word=Word.no_prices,
        sentence="No prices yet: what the score earns depends on what a right and a wrong decision are worth."
        " Take the three questions to the person who owns that number.",
    )


def _beaten(one: Against, worth: float) -> bool:
    return one.low is not None and one.low > 0 and one.per_row >= worth


def _hopeless(one: Against, worth: float) -> bool:
    return one.high is not None and one.high < worth


def _same(one: Against, rows: int) -> bool:
    return one.changed < SAME * rows


def _sentence(
    found: Word, money: MoneyEvidence, asked: Sequence[Against], rows: int, events: int, no_range: str
) -> str:
    worst = min(asked, key=lambda one: one.per_row)
    if found in (Word.use, Word.use_with_conditions):
        first, *others = (_gain(one, money) for one in sorted(asked, key=lambda one: one.per_row))
        also = "".join(f"; against {one}" for one in others)
        return f"Use it. Per {count(1000, money.row)}, against {first}{also}."
    if found is Word.do_not_use:
        return f"Do not use it. {_why_not(worst, asked, money, rows)}"
    if worst.low is None and no_range:
        return f"Not enough data. {no_range}"
    if worst.low is None:
        few = f"one of the two outcomes was seen only {count(min(events, rows - events), 'time')}"
        return f"Not enough data. Of {count(rows)}, {few}; 10 is the least."
    shown = f"These rows cannot show whether the model earns money: against {_gain(worst, money)}."
    beaten = "" if worst.per_row > 0 else f" On rows not used for choosing, the cut-off did not beat {worst.name}."
    return f"Not enough data. {shown}{beaten}"


def _gain(one: Against, money: MoneyEvidence) -> str:
    more = "more" if one.per_row >= 0 else "less"
    what = "" if money.objective == PROFIT else f" {money.objective}"
    gained = f"{one.name} {amount(abs(1000 * one.per_row), money.currency)} {more}{what}"
    if one.low is None or one.high is None:
        return gained
    low, high = (amount(1000 * limit, money.currency) for limit in (one.low, one.high))
    return f"{gained} (range {low} to {high})"


def _why_not(worst: Against, asked: Sequence[Against], money: MoneyEvidence, rows: int) -> str:
    same = next((one for one in asked if _same(one, rows) and not _beaten(one, money.worth.per_row)), None)
    if same is not None:
        return (
            f"It is the same as {same.name}: only {count(same.changed, 'decision')} of {rows:,} would change"
            f" ({percent(same.changed / rows)})."
        )
    hopeless = next(one for one in asked if _hopeless(one, money.worth.per_row))
    high, worth = (amount(1000 * value, money.currency) for value in (hopeless.high or 0.0, money.worth.per_row))
    return (
        f"Per {count(1000, money.row)} it earns at best {high} more than {hopeless.name},"
        f" less than the {worth} worth having."
    )


def _rows_needed(
    asked: Sequence[Against], deviations: Sequence[float], worth: float, rows: int
) -> tuple[int | None, str]:
    """Return the rows that would settle the least beaten alternative, and the same in words."""
    worst, sd = min(zip(asked, deviations, strict=True), key=lambda pair: pair[0].per_row)
    seen = _needed(sd, worst.per_row)
    having = _needed(sd, worth)
    soon = [needed for needed in (seen, having) if needed is not None and needed <= SOON * rows]
    if worst.low is None:
        return None, "Collect outcomes until both kinds were seen at least ten times."
    if not soon:
        return None, f"More rows of this kind will not settle it soon: it would take more than {count(SOON * rows)}."
    parts = []
    if seen is not None and seen <= SOON * rows:
        parts.append(f"about {count(max(seen, rows + 1))} would confirm a gain of the size seen here")
    if having is not None and having <= SOON * rows:
        parts.append(f"about {count(max(having, rows + 1))} would find the smallest gain worth having")
    said = ", ".join(parts)
    return max(max(soon), rows + 1), f"{said[0].upper()}{said[1:]}; here are {rows:,}."


def _needed(sd: float, gain: float) -> int | None:
    """Return (2.8 sd / gain)^2 rounded up; None where there is no gain to find."""
    if gain <= 0 or sd <= 0 or gain < sd * 1e-6:
        return None
    return math.ceil((POWER * sd / gain) ** 2)

"""Segments, protected groups and the swap set of the deployed cut-off, together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.table_sums import ABOVE, BELOW, TODAY
from golive.prove.split import compared, protected, segments
from golive.prove.swap import swap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.maths.cutoff import Choice
    from golive.maths.recompute import Gain
    from golive.prove.split import Split
    from golive.records.money import Money
    from golive.records.parts import ProtectedGroup, Segment, Swap
    from golive.records.score_table import Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]


@dataclass(frozen=True)
class JudgedParts:
    segments: tuple[Segment, ...]
    protected: tuple[ProtectedGroup, ...]
    swap: Swap | None


def judged_parts(
    split: Split,
    table: Table,
    money: Money,
    choice: Choice,
    gains: Sequence[Gain],
    names: Sequence[str],
    deciding: Sequence[bool],
    both: tuple[Values, Values],
) -> JudgedParts:
    """Judge the deployed cut-off on parts of the rows.

    Parameters
    ----------
    gains, names, deciding
        Its gain against each alternative, what that is called, and whether the verdict asks about it.
    both
        Money of `below` and of `above` per row, (n,) each.
    """
    gain = both[0] - both[1]
    sides = [compared(split, table, choice, gain, one, name) for one, name in zip(gains, names, strict=True)]
    above = split.above(table, choice.edge)
    favoured = above if money.actions.favourable == money.actions.above else ~above
    swapped = None
    for one, side in zip(gains, sides, strict=True):
        today = _today(split, money, one)
        if today is not None:
            swapped = swap(split, table, money, side, above, today, np.where(above, both[1], both[0]))
    return JudgedParts(
        segments(split, [side for side, asked in zip(sides, deciding, strict=True) if asked], money.minor_units),
        protected(split, favoured),
        swapped,
    )


def _today(split: Split, money: Money, one: Gain) -> Bools | None:
    """Return which rows get the `above` action today, where this alternative is today's rule."""
    if one.action == TODAY:
        return split.rows.today
    action = {BELOW: money.actions.below, ABOVE: money.actions.above}[one.action]
    if money.today.action != action:
        return None
    return np.full(len(split.rows.score), one.action == ABOVE)

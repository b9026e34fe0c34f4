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
    from golive.maths.parts import Compared
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
    judged: Sequence[tuple[Split, tuple[Values, Values]]],
    table: Table,
    money: Money,
    choice: Choice,
    gains: Sequence[Gain],
    names: Sequence[str],
    deciding: Sequence[bool],
) -> JudgedParts:
    """Judge the deployed cut-off on parts of the rows.

    Parameters
    ----------
    judged
        The rows, with the money of `below` and of `above` on each, (n,); or cells that stand for all of them, once for
        each column that tells them apart.
    gains, names, deciding
        Its gain against each alternative, what that is called, and whether the verdict asks about it.
    """
    family: list[tuple[Split, Sequence[Compared]]] = []
    groups: list[ProtectedGroup] = []
    swapped = None
    for split, (below, above) in judged:
        sides = [
            compared(split, table, choice, below - above, one, name) for one, name in zip(gains, names, strict=True)
        ]
        family.append((split, [side for side, asked in zip(sides, deciding, strict=True) if asked]))
        given = split.above(table, choice.edge)
        groups += protected(split, given if money.actions.favourable == money.actions.above else ~given)
        for one, side in zip(gains, sides, strict=True):
            today = _today(split, money, one)
            if today is not None:
                swapped = swap(split, table, money, side, given, today, np.where(given, above, below))
    return JudgedParts(segments(family, money.minor_units), tuple(groups), swapped)


def _today(split: Split, money: Money, one: Gain) -> Bools | None:
    """Return which rows get the `above` action today, where this alternative is today's rule."""
    if one.action == TODAY:
        return split.rows.today
    action = {BELOW: money.actions.below, ABOVE: money.actions.above}[one.action]
    if money.today.action != action:
        return None
    return np.full(len(split.rows.score), one.action == ABOVE)

"""Rows that are not held, by what tells them apart: cells that stand for them wherever two policies are compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.maths.histogram import Rows
from golive.maths.parts import Weighed
from golive.maths.tally import TOLD_BY, TOLD_SUMS
from golive.prove.split import Split
from golive.prove.tied import summed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from golive.maths.shape import Steps
    from golive.prove.labels import Labels
    from golive.records.score_table import Table

    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Cells(Split):
    """Cells in the place of rows: each weighs as many as it stands for."""

    part: Integers
    """Bin of the evidence's table, (n,)."""
    squares: Values | None
    """Squared gains of the rows of a cell, added up, (n,); without prices none."""
    both: tuple[Values, Values] | None
    """Money of `below` and of `above`, added up, (n,) each."""

    @property
    def weighed(self) -> Weighed:
        weight = self.rows.weight
        assert weight is not None
        return Weighed(self.rows.event, weight, weight, None, self.squares)

    def _bin(self, table: Table) -> Integers:
        return self.part


def by_code(found: Mapping[str, NDArray[Any]], step: Steps, labels: Labels | None, *, protected: bool) -> Cells:
    """Return the cells of one column; of everybody, where it is none.

    Parameters
    ----------
    found
        See `golive.maths.tally.Told`; some cells take others back.
    step
        Steps per unit of its sums.
    labels
        The column, read; its codes are those of its different values.
    protected
        Whether it tells protected groups apart; else segments.
    """
    cells = summed(found, TOLD_BY)
    there = cells["n"] > 0
    code, part, event, fold, _ = (cells[name][there] for name in TOLD_BY)
    n = cells["n"][there].astype(np.float64)
    sums = [cells[name][there] for name in TOLD_SUMS if name in cells]
    money = [one / per for one, per in zip(sums, step.told, strict=True)]
    rows = Rows(part.astype(np.float64), event == 1, np.zeros((0, len(n))), fold, np.arange(len(n)), weight=n)
    column = () if labels is None else (replace(labels, codes=code),)
    return Cells(
        rows, () if protected else column, column if protected else (), None,
        part=part, squares=money[2] if money else None, both=(money[0], money[1]) if money else None,
    )  # fmt: skip

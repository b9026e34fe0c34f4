"""Where two policies differ on a score table: money won and lost, by sign, and by block of time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.blocks import scatter, widened
from golive.maths.intervals import Side
from golive.maths.table_sums import ABOVE, BELOW, RULED, TODAY, money_of, squares_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.records.score_table import Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]


class Signs:
    """Money won and lost under an edge, with the signs kept apart.

    With a second, higher edge the bins between the two are the middle band: they count as unchanged everywhere.
    """

    def __init__(self, table: Table, weight: Values, edge: int, high: int | None = None) -> None:
        assert table.by_sign is not None
        cells = table.by_sign
        self.n = np.array(cells.n)
        self.above = np.array(cells.bin) >= (edge if high is None else high)
        self.middle = (np.array(cells.bin) >= edge) & ~self.above
        self.above_today = (np.array(cells.sign) & RULED) > 0
        self.gain = money_of(cells, weight[BELOW] - weight[ABOVE])
        gain = weight[BELOW] - weight[ABOVE]
        self.gain_squares = np.where(self.above, squares_of(cells, gain, ABOVE), squares_of(cells, gain, BELOW))
        self.own = np.where(self.above, money_of(cells, weight[ABOVE]), money_of(cells, weight[BELOW]))
        below, above = (squares_of(cells, weight[action], action) for action in (BELOW, ABOVE))
        self.own_squares = np.where(self.above, above, below)

    def other(self, action: int) -> Bools:
        """Cells that get the `above` action in an alternative."""
        return self.above_today if action == TODAY else np.full(len(self.n), action == ABOVE)

    def differs(self, action: int) -> Bools:
        """Cells that get another action than in the alternative."""
        return np.asarray((self.above != self.other(action)) & ~self.middle, dtype=bool)

    def sides(self, action: int) -> tuple[Side, Side]:
        """Money won and lost against an alternative, by giving cells the action that they do not get in it."""
        won = np.where(self.other(action), self.gain, -self.gain)
        everywhere = np.ones(len(won), dtype=bool)
        here = self.differs(action)
        return tuple(side_of(sign * won, self.gain_squares, here, everywhere) for sign in (1, -1))  # type: ignore[return-value]  # two

    def today(self) -> float:
        """Return what today's rule gains over giving everybody the `above` action."""
        return float(self.gain[~self.above_today].sum())

    def sides_of_policy(self) -> tuple[Side, Side]:
        """Money won and lost against doing nothing at all."""
        everywhere = np.ones(len(self.own), dtype=bool)
        return tuple(side_of(sign * self.own, self.own_squares, everywhere, everywhere) for sign in (1, -1))  # type: ignore[return-value]  # two


def side_of(money: Values, squares: Values, here: Bools, everywhere: Bools) -> Side:
    """Return the positive money of some cells, and the typical case of that sign among all cells."""
    positive = money > 0
    total, square = float(money[positive & everywhere].sum()), float(squares[positive & everywhere].sum())
    mine = positive & here
    return Side(float(money[mine].sum()), float(squares[mine].sum()), square / total if total > 0 else 0.0)


class Blocks:
    """Money by block of time under an edge, or under two of which the rows between keep their action."""

    def __init__(self, table: Table, weight: Values, edge: int, high: int | None = None) -> None:
        cells = table.by_fold
        self.table, self.size = table, table.blocks
        self.block = np.array(cells.fold)
        self.rows = self.summed(np.array(cells.n, dtype=np.float64))
        place = np.array(cells.bin)
        self.above = place >= (edge if high is None else high)
        self.between = (place >= edge) & ~self.above
        self.today = np.array(cells.today) > 0 if cells.today else None
        self.money = [money_of(cells, weight[action]) for action in (BELOW, ABOVE)]

    def summed(self, values: Values) -> Values:
        found: Values = np.bincount(self.block, weights=values, minlength=self.size).astype(np.float64)
        return found

    def own(self) -> Values:
        return self.summed(np.where(self.above, self.money[ABOVE], self.money[BELOW]))

    def against(self, action: int) -> Values:
        """Return what the edge gains over an alternative in each block, (blocks,)."""
        other = np.full(len(self.above), action == ABOVE) if action != TODAY else self.today
        assert other is not None
        won = np.where(self.between, 0.0, self.above.astype(np.float64) - other)
        return self.summed(won * (self.money[ABOVE] - self.money[BELOW]))

    def widened(self, low: float, high: float, sums: Values) -> tuple[float, float]:
        return widened(low, high, sums, self.rows, self.table.block_times)

    def sd(self, of_rows: float, sums: Values) -> float:
        """Return the standard deviation of a row that makes the standard error of the blocks, if that is larger."""
        return max(of_rows, scatter(sums, self.rows) * math.sqrt(float(self.rows.sum())))

"""How far the prices can move before the gain is gone, the cut-off kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import InputError
from golive.maths.table_sums import ABOVE, BELOW, RULED, TODAY, bins, rows_of, weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from golive.records.score_table import FoldCells, SignCells, Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]


@dataclass(frozen=True)
class Kept:
    """Gain per row of a cut-off that stays where it is, as a function of the prices."""

    table: Table
    sums: Values
    """Per alternative, outcome and basis, (2 or 3, 2, bases): basis sums of the rows that it gives the `below` action
    and the cut-off the `above` action, less those of the rows the other way round."""
    rows: int
    optimism: float
    """Money over all rows that the choice owes to its own rows; taken off at every price."""
    constant: bool = False
    """Whether the cut-off gives everybody the same action; such a choice owes nothing against a constant action."""

    def gain(self, prices: Mapping[str, float], action: int) -> float:
        """Return the gain per row against an alternative (everybody `below`, everybody `above`, today's rule)."""
        weight = weights(self.table, prices)
        difference = (weight[ABOVE] - weight[BELOW]) * self.sums[action]
        owed = 0.0 if self.constant and action != TODAY else self.optimism
        return (float(difference.sum()) - owed) / self.rows


def kept(table: Table, edge: int, optimism: float) -> Kept:
    """Fold the table once more, by what the cut-off and each alternative do."""
    cells = table.by_fold
    above = np.array(cells.bin) >= edge
    sums = [
        _signed(cells, above, np.zeros(len(above), dtype=bool)),
        _signed(cells, above, np.ones(len(above), dtype=bool)),
    ]
    if table.today:
        assert table.by_sign is not None
        signs = table.by_sign
        sums.append(_signed(signs, np.array(signs.bin) >= edge, (np.array(signs.sign) & RULED) > 0))
    return Kept(table, np.stack(sums), rows_of(table), optimism, constant=not 0 < edge < bins(table))


def _signed(cells: FoldCells | SignCells, above: Bools, other: Bools) -> Values:
    """Return the basis sums of rows that move to `above`, less those of rows that move to `below`, (2, bases)."""
    found = np.zeros((2, len(cells.sums)))
    moved = above.astype(np.float64) - other
    for basis, values in enumerate(cells.sums):
        np.add.at(found[:, basis], np.array(cells.event, dtype=np.int64), moved * np.array(values))
    return found


def break_even(
    found: Kept, prices: Mapping[str, float], name: str, action: int, limits: tuple[float, float] | None
) -> float | None:
    """Return the value of one price, the others kept, at which the gain against an action for everybody is zero.

    None where no value does: the gain does not depend on this price, or (when it is not a straight line in it)
    nothing inside its range does.
    """

    def gain(value: float) -> float:
        return found.gain({**prices, name: value}, action)

    now = prices[name]
    step = max(abs(now), 1e-6) / 8
    try:
        left, here, right = gain(now - step), gain(now), gain(now + step)
    except InputError:
        return None
    scale = max(abs(left), abs(here), abs(right))
    if abs(left - 2 * here + right) > 1e-9 * scale:
        return _bisected(gain, limits)
    slope = (right - left) / (2 * step)
    return now - here / slope if abs(right - left) > 1e-12 * scale and slope else None


def _bisected(gain: Callable[[float], float], limits: tuple[float, float] | None) -> float | None:
    if limits is None:
        return None
    low, high = limits
    try:
        bottom, top = gain(low), gain(high)
        if bottom * top > 0:
            return None
        for _ in range(200):
            middle = (low + high) / 2
            value = gain(middle)
            low, high = (middle, high) if value * bottom > 0 else (low, middle)
    except InputError:
        return None
    return (low + high) / 2

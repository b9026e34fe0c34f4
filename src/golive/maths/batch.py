"""Some rows, with what they are: their bin, their bases, their money.

Computed by the same operations in the same order as `golive.tables.expressions` writes them for other engines, so the
two agree to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.maths.formula import Name, Number, apply
from golive.maths.histogram import grid
from golive.maths.linear import coefficient
from golive.maths.shape import STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from golive.maths.formula import Tree
    from golive.maths.money import Payoffs
    from golive.maths.shape import Grid, Shape

    Arrays = Mapping[str, NDArray[Any]]
    Bools = NDArray[np.bool_]
    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]


@dataclass(frozen=True)
class Batch:
    """Some rows, with what the payoffs make of them."""

    score: Values
    event: Bools
    columns: Arrays
    bases: tuple[Values, ...] = ()
    """Every basis but the first, which is 1; 0 on an outcome on which no formula uses it."""
    below: Values | None = None
    """Money of the `below` action; absent without prices, like what follows."""
    above: Values | None = None
    gain: Values | None = None
    """What the `below` action gains over the `above` action."""
    profit: Values | None = None
    """The same over all lines, where the money is that of one line."""

    def taken(self, which: Integers) -> Batch:
        """Return some of the rows."""
        gain = None if self.gain is None else self.gain[which]
        return Batch(self.score[which], self.event[which], {}, gain=gain)


def batch(columns: Arrays, shape: Shape) -> Batch:
    """Return rows with their money.

    Parameters
    ----------
    columns
        ``score``, ``event`` and the columns of the money file, (n,) each.
    shape
        What the tables are made of.
    """
    score, event = columns["score"], columns["event"] == 1
    if shape.compiled is None:
        return Batch(score, event, columns)
    with np.errstate(all="ignore"):  # what is not finite is refused, see `golive.prove.fill`
        bases = _bases(shape.compiled, {name: columns[at] for name, at in (shape.columns or {}).items()}, event)
        below, above = (earned(shape.compiled, action, bases, event, shape.line) for action in (0, 1))
        profit = None
        if shape.line is not None:
            profit = earned(shape.compiled, 0, bases, event) - earned(shape.compiled, 1, bases, event)
        return Batch(score, event, columns, bases, below, above, below - above, profit)


def earned(compiled: Payoffs, action: int, bases: Sequence[Values], event: Bools, line: str | None = None) -> Values:
    """Return the money of one action per row, see `golive.maths.money.row_money`."""
    return np.where(event, *(_earned(compiled, action, outcome, bases, line) for outcome in (1, 0)))


def bins(score: Values, place: Grid) -> Integers:
    """Return the bin of each row."""
    if place.low is None or place.high is None:
        return grid(score)
    if place.high <= place.low:
        return np.zeros(len(score), dtype=np.int64)
    found = np.floor((score - place.low) * (STEPS / (place.high - place.low)))
    return np.clip(found, 0, STEPS - 1).astype(np.int64)


def whole(value: Values, steps: float) -> Values:
    """Return numbers as whole numbers of steps, ``steps`` per unit."""
    found = value * steps
    found += 0.5
    return np.floor(found, out=found)


def _bases(compiled: Payoffs, columns: Arrays, event: Bools) -> tuple[Values, ...]:
    used = {(term.basis, term.event) for term in compiled.terms}
    found = []
    for at, tree in enumerate(compiled.bases[1:], start=1):
        outcomes = [outcome for outcome in (0, 1) if (at, outcome) in used]
        value = np.broadcast_to(_amount(tree, columns, compiled.prices), event.shape)
        if len(outcomes) == 1:
            value = np.where(event == bool(outcomes[0]), value, 0.0)
        found.append(value if outcomes else np.zeros(len(event)))
    return tuple(found)


def _amount(tree: Tree, columns: Arrays, prices: Mapping[str, float]) -> Values:
    """Return the value of a formula per row, in the order in which it is written."""
    if isinstance(tree, Number):
        return np.asarray(tree.value, dtype=np.float64)
    if isinstance(tree, Name):
        return np.asarray(prices[tree.name]) if tree.name in prices else columns[tree.name]
    return apply(tree.op, [_amount(arg, columns, prices) for arg in tree.args])


def _earned(compiled: Payoffs, action: int, event: int, bases: Sequence[Values], line: str | None) -> Values:
    total: Values = np.asarray(0.0)
    for term in compiled.terms:
        if (term.action, term.event) == (action, event) and line in (None, term.line):
            price = coefficient(term.coefficient, compiled.prices)
            total = total + (bases[term.basis - 1] * price if term.basis else price)
    return total

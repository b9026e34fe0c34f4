"""What a row is, as expressions that every engine computes alike: its bin, its fold, its money, its sums.

Written once in narwhals, run by DuckDB, polars, pandas or Spark. Only comparisons, sums, products, quotients, floor,
least, greatest and casts are used, in double precision, in the order in which `golive.maths` does the same on arrays;
so a row falls into the same bin and fold everywhere, to the last bit.
"""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from operator import add, mul, sub, truediv
from typing import TYPE_CHECKING, Any

import narwhals as nw

from golive.maths import folds
from golive.maths.formula import Name, Number
from golive.maths.histogram import SIZE, TAIL, TOPS, UNDER
from golive.maths.linear import coefficient
from golive.maths.shape import STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.maths.formula import Tree
    from golive.maths.money import Payoffs
    from golive.maths.shape import Grid

    Expression = nw.Expr

SCORE, EVENT = "score", "event"
"""Columns of a frame that tables are made of: the score, and 1 where the event happened, else 0."""


def bin_of(grid: Grid) -> Expression:
    """Return the bin of each row; the same as `golive.maths.histogram.grid` on the fixed grid."""
    score = nw.col(SCORE)
    if grid.low is None or grid.high is None:
        return _cast(_probability_bin(score), nw.Int32)
    if grid.high <= grid.low:
        return _cast(score * 0.0, nw.Int32)
    place = ((score - grid.low) * (STEPS / (grid.high - grid.low))).floor()
    return _cast(_between(place, 0, STEPS - 1), nw.Int32)


def content(amounts: Sequence[Expression]) -> Expression:
    """Return the hash of what each row contains, `golive.maths.folds.content`."""
    h = nw.col(SCORE) * 0.0
    for piece in (_piece(nw.col(SCORE)), nw.col(EVENT), *map(_piece, amounts)):
        h = _rest(h * folds.STEP + piece)
    return h


def first_fold(hashed: str) -> Sequence[tuple[str, Expression]]:
    """Return the steps from a column with the `content` of each row to its fold as occurrence 0, in column ``fold``.

    One column after the other, so that no engine writes out the same product twice.
    """
    steps: list[tuple[str, Expression]] = [("mixed", _rest(nw.col(hashed) * folds.STEP))]
    for constant in folds.ROUNDS:
        steps += [
            ("mixed", _rest(nw.col("mixed") + constant)),
            ("square", _rest(nw.col("mixed") * nw.col("mixed"))),
            ("mixed", _rest(nw.col("square") * nw.col("mixed"))),
        ]
    fold = nw.col("mixed") - folds.FOLDS * (nw.col("mixed") / folds.FOLDS).floor()
    return [*steps, ("fold", _cast(fold, nw.Int32))]


def bases(compiled: Payoffs, columns: Mapping[str, str]) -> list[Expression]:
    """Return every basis but the first, which is 1; a basis that no formula uses on an outcome is 0 there.

    Parameters
    ----------
    compiled
        The payoffs.
    columns
        Column of the money file -> column of the frame.
    """
    used = {(term.basis, term.event) for term in compiled.terms}
    found = []
    for at, tree in enumerate(compiled.bases[1:], start=1):
        value = amount(tree, columns, compiled.prices)
        outcomes = [event for event in (0, 1) if (at, event) in used]
        found.append(value if len(outcomes) == 2 else _on(outcomes[0], value) if outcomes else nw.col(SCORE) * 0.0)
    return found


def money(compiled: Payoffs, action: int, values: Sequence[str], line: str | None = None) -> Expression:
    """Return the money of one action per row from the columns of the bases, see `golive.maths.money.row_money`."""
    return (
        nw.when(nw.col(EVENT) == 1)
        .then(_earned(compiled, action, 1, values, line))
        .otherwise(_earned(compiled, action, 0, values, line))
    )


def amount(tree: Tree, columns: Mapping[str, str], prices: Mapping[str, float]) -> Expression:
    """Return the value of a formula per row, in the order in which it is written."""
    if isinstance(tree, Number):
        return nw.lit(float(tree.value))
    if isinstance(tree, Name):
        return nw.lit(float(prices[tree.name])) if tree.name in prices else nw.col(columns[tree.name])
    args = [amount(arg, columns, prices) for arg in tree.args]
    if tree.op == "neg":
        return args[0] * -1.0
    if tree.op in ("min", "max"):
        return (nw.min_horizontal if tree.op == "min" else nw.max_horizontal)(*args)
    return reduce({"+": add, "-": sub, "*": mul, "/": truediv}[tree.op], args)


def whole(value: Expression, steps: float) -> Expression:
    """Return a number as a whole number of steps, ``steps`` per unit, to be summed exactly: in doubles, below 2^53."""
    return (value * steps + 0.5).floor()


def _earned(compiled: Payoffs, action: int, event: int, values: Sequence[str], line: str | None) -> Expression:
    """Return the sum of the terms of one action and outcome, added in their order."""
    total = nw.lit(0.0)
    for term in compiled.terms:
        if (term.action, term.event) == (action, event) and line in (None, term.line):
            price = coefficient(term.coefficient, compiled.prices)
            total = total + (nw.col(values[term.basis - 1]) * price if term.basis else nw.lit(price))
    return total


def _probability_bin(score: Expression) -> Expression:
    middle = TAIL - 100 + _between((score * 1e4 + 1e-9).floor(), 100, 9899)
    rest = nw.min_horizontal(1.0 - score, nw.lit(UNDER))
    above = nw.when(score >= 0.99).then(SIZE - 1 - _from_end(rest)).otherwise(_from_end(score))
    return nw.when((score >= 0.01) & (score < 0.99)).then(middle).otherwise(above)


def _from_end(score: Expression) -> Expression:
    found = score * 0.0
    for decade, (bottom, top) in enumerate(pairwise(TOPS)):
        place = _between((score * (1000 / top) + 1e-9).floor(), 100, 999) + (1 + decade * 900 - 100)
        found = nw.when((score >= bottom) & (score < top)).then(place).otherwise(found)
    return found


def _piece(value: Expression) -> Expression:
    value = _between(value, -folds.WIDEST, folds.WIDEST)
    small, middle, large = folds.STEPS
    size = value.abs()
    steps = nw.when(size < folds.SMALL).then(nw.lit(small))
    return (
        value * steps.otherwise(nw.when(size < folds.LARGE).then(nw.lit(middle)).otherwise(nw.lit(large))) + 0.5
    ).floor()


def _rest(x: Expression) -> Expression:
    return x - float(folds.PRIME) * (x / float(folds.PRIME)).floor()


def _between(x: Expression, low: float, high: float) -> Expression:
    return nw.max_horizontal(nw.min_horizontal(x, nw.lit(float(high))), nw.lit(float(low)))


def _on(event: int, value: Expression) -> Expression:
    return nw.when(nw.col(EVENT) == event).then(value).otherwise(nw.lit(0.0))


def _cast(x: Expression, kind: Any) -> Expression:
    return x.cast(kind)

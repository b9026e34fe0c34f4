"""What is gained when all prices move together inside their ranges, the cut-off kept.

Each price that has a range and can move is drawn from a triangle over it, with the top at its value, independently of
the others. The 1,000 draws are the same for ever: a plain linear congruential generator, x -> 48271 x mod 2^31 - 1 from
20,261,102, gives one number after the other (draw by draw, prices in the order of the file), and every language that
has doubles repeats it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import InputError
from golive.maths.limits import over_folds
from golive.maths.recompute import limits
from golive.maths.table_sums import ABOVE, BELOW, TODAY, bins, edge_sums, in_turn, weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from golive.maths.assumed import Kept
    from golive.records.score_table import Step, Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]
    Prices = Mapping[str, float]

DRAWS = 1000
SEED, FACTOR, PRIME = 20_261_102, 48_271, 2**31 - 1
TAIL = 24
"""Draws left out at either end of an interval: 952 of 1,000 lie in it."""
NINETY_FIFTH = 949
"""Place of the 95 % point among the sorted draws, from 0."""


@dataclass(frozen=True)
class Ranged:
    """A price that moves."""

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """Gain per row against one alternative over the draws."""

    low: float
    middle: float
    high: float
    lost: float
    """Share of draws without a gain."""


@dataclass(frozen=True)
class Joint:
    against: tuple[Spread, ...]
    """Per alternative of the cut-off."""
    lost: float
    """Share of draws in which the gain against some alternative that is asked about is gone."""
    regret: float
    """Mean over the draws of what the best cut-off under the drawn prices would earn more per row than the kept one."""
    regret_high: float
    """95 % of the draws are at most this."""


def joint(found: Kept, edge: int, prices: Prices, ranged: Sequence[Ranged], asked: Sequence[int]) -> Joint:
    """Draw prices together.

    Parameters
    ----------
    found, edge
        The cut-off, kept.
    prices
        Assumption -> value; tops of the triangles (drawn into the range where they lie outside).
    ranged
        Which prices move, in the order of the file; at least one.
    asked
        Alternatives that the verdict asks about.
    """
    drawn = draws(prices, ranged)
    difference = _differences(found.table, drawn)
    gains = []
    for action, sums in enumerate(found.sums):
        owed = 0.0 if found.constant and action != TODAY else found.optimism
        gains.append((_over_bases(difference, sums) - owed) / found.rows)
    missed = _regrets(found.table, edge, prices, difference) / found.rows
    missed.sort()
    lost = np.zeros(DRAWS, dtype=bool)
    for action in asked:
        lost |= gains[action] <= 0
    return Joint(
        against=tuple(_spread(gain) for gain in gains),
        lost=int(lost.sum()) / DRAWS,
        regret=in_turn(missed) / DRAWS,
        regret_high=float(missed[NINETY_FIFTH]),
    )


def regret_at_ends(found: Kept, edge: int, prices: Prices, one: Ranged) -> float:
    """Return what keeping the cut-off costs per row at the worse end of one price's range, the others kept."""
    ends = {name: np.full(2, value) for name, value in prices.items()} | {one.name: np.array([one.low, one.high])}
    return float(_regrets(found.table, edge, prices, _differences(found.table, ends)).max()) / found.rows


def draws(prices: Prices, ranged: Sequence[Ranged]) -> dict[str, Values]:
    """Return `DRAWS` values of every price; those that do not move stay."""
    shares = np.empty((DRAWS, len(ranged)))
    state = SEED
    for draw in range(DRAWS):
        for at in range(len(ranged)):
            state = state * FACTOR % PRIME
            shares[draw, at] = state / PRIME
    found = {name: np.full(DRAWS, value) for name, value in prices.items()}
    return found | {one.name: _triangle(one, prices[one.name], shares[:, at]) for at, one in enumerate(ranged)}


def _triangle(one: Ranged, value: float, share: Values) -> Values:
    """Return the quantiles of a triangle over a range with its top at a value."""
    top, width = min(max(value, one.low), one.high), one.high - one.low
    left = top - one.low
    rising = one.low + np.sqrt(share * width * left)
    falling = one.high - np.sqrt((1 - share) * width * (one.high - top))
    return np.asarray(np.where(share < left / width, rising, falling), dtype=np.float64)


def _differences(table: Table, drawn: Mapping[str, Values]) -> Values:
    """Return what one unit of each basis earns more `above` than `below`, per draw: (2 outcomes, bases, draws)."""
    size = len(next(iter(drawn.values())))
    found = np.zeros((2, 2, len(table.bases), size))
    for term in table.terms:
        if table.objective in ("profit", term.line):
            found[term.action, term.event, term.basis] += _coefficients(term.coefficient, drawn, size)
    return np.asarray(found[ABOVE] - found[BELOW], dtype=np.float64)


def _coefficients(steps: Sequence[Step], drawn: Mapping[str, Values], size: int) -> Values:
    """Return a coefficient under all draws, by the same steps as `golive.maths.linear.coefficient`."""
    stack: list[Values] = []
    for step in steps:
        if not isinstance(step, str):
            stack.append(np.full(size, float(step)))
        elif step.startswith("="):
            stack.append(drawn[step[1:]])
        elif step == "neg":
            stack.append(-stack.pop())
        else:
            right, left = stack.pop(), stack.pop()
            if step == "/" and (right == 0).any():
                raise InputError("a price used as a divisor is zero inside its range", hint="narrow the range")
            stack.append(_STEPS[step](left, right))
    return stack.pop()


_STEPS = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "min": np.minimum, "max": np.maximum,
}  # fmt: skip


def _over_bases(difference: Values, sums: Values) -> Values:
    """Return the money of signed basis sums, (2 outcomes, bases), under all draws; one addition after the other."""
    total = np.zeros(difference.shape[2])
    for event in (0, 1):
        for basis in range(difference.shape[1]):
            total += difference[event, basis] * sums[event, basis]
    return total


def _regrets(table: Table, edge: int, prices: Prices, difference: Values) -> Values:
    """Return what the best cut-off would earn more than the kept one, over all rows, per draw.

    At the recorded prices the best of these very rows looks better than the kept one, too: that luck is taken off, so
    that only what the move of the prices adds is left, never less than 0. Both are cut-offs that keep all limits.
    """
    sums = edge_sums(table)
    bound = limits(table, prices)
    allowed = np.ones(bins(table) + 1, dtype=bool)
    if bound is not None:
        allowed = bound.allowed({name: over_folds(one, range(table.folds)) for name, one in bound.held.items()})
    weight = weights(table, prices)
    luck = _behind((weight[ABOVE] - weight[BELOW])[:, :, None], sums, edge, allowed)[0]
    return np.asarray(np.maximum(_behind(difference, sums, edge, allowed) - luck, 0.0), dtype=np.float64)


def _behind(difference: Values, sums: Values, edge: int, allowed: Bools) -> Values:
    """Return by how much the edge is behind the best allowed one, per draw."""
    gain = np.zeros((difference.shape[2], sums.shape[2]))
    for event in (0, 1):
        for basis in range(difference.shape[1]):
            gain -= difference[event, basis][:, None] * sums[event, basis][None, :]
    return np.asarray(gain[:, allowed].max(axis=1) - gain[:, edge], dtype=np.float64)


def _spread(gain: Values) -> Spread:
    ordered = np.sort(gain)
    middle = (float(ordered[DRAWS // 2 - 1]) + float(ordered[DRAWS // 2])) / 2
    lost = int((gain <= 0).sum()) / DRAWS
    return Spread(low=float(ordered[TAIL]), middle=middle, high=float(ordered[DRAWS - 1 - TAIL]), lost=lost)

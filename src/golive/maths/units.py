"""What a row stands for: how much it weighs, and which rows belong to one customer.

Weights are scaled so that they add up to the number of rows: points are those of rows repeated in these proportions.
Rows of one customer are not independent. A rate is judged as if all rows of a customer ended alike; for money the
amounts of a customer are added up before they are squared.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]


KINDS = 64


def scaled(weight: Values) -> Values:
    """Return weights that add up to the number of rows."""
    return weight * (len(weight) / math.fsum(weight))


def by_part(weight: Values | None, late: Bools) -> Values | None:
    """Return weights that add up to the number of rows in both parts of the rows."""
    if weight is None:
        return None
    found = weight.copy()
    for part in (late, ~late):
        found[part] = scaled(weight[part])
    return found


def shared(weight: Values | None, customer: Integers | None, n: int) -> Values | None:
    """Return the weight of each row times that of all rows of its customer, (n,); None where each row is its own.

    Notes
    -----
    Added up over any rows it is at least the sum of (a customer's weight there)^2, so (sum of weights)^2 divided by it
    is at most the effective number of rows: Kish's, with the customer as the unit.
    """
    if weight is None and customer is None:
        return None
    own = np.ones(n) if weight is None else weight
    if customer is None:
        return own * own
    return own * np.bincount(customer, weights=own)[customer]


def effective(n: float, squared: float) -> float:
    """Return how many independent rows of equal weight say as much, see `shared`."""
    return n * n / squared if squared > 0 else 0.0


def by_customer(gain: Values, customer: Integers | None) -> Values:
    """Return what each customer gains, and what each loses; per row where every row is its own."""
    if customer is None:
        return gain
    won, lost = (np.bincount(customer, weights=np.maximum(sign * gain, 0.0)) for sign in (1, -1))
    return np.concatenate([won, -lost])


class Squares(NamedTuple):
    """Sum of basis a times basis b by cell, one row per pair (0,0), (0,1) ... (1,1) ..."""

    below: Values
    """Added up over the cells of the first bins: a customer's amounts there are joined before they are squared."""
    above: Values
    """The same over the cells of the last bins."""


def squares(
    values: Values, cell: Integers, bins: Integers, kind: Integers, customer: Integers, parts: Integers
) -> Squares:
    """Return products of bases by cell, with the customer as the unit.

    Parameters
    ----------
    values
        Bases, (bases, n).
    cell
        Cell of each row, (n,), 0 and up.
    bins
        Bin of each row, (n,).
    kind
        Outcome and sign of each row, (n,), below `KINDS`: amounts of one kind are joined.
    customer
        Code of the customer of each row, (n,).
    parts
        By row: in how many kinds the customer has money of this sign, (n,). Sums of k kinds cannot be joined here, so
        each counts k times: (A + B)^2 <= 2 (A^2 + B^2).

    Notes
    -----
    With x the sum of a customer's amounts in a bin and E the sum of those of the same kind in lower bins, the entries
    x^2 + 2 x E = (E + x)^2 - E^2 add up over the first bins to the square of the customer's sum there. From the other
    end it is the same with the amounts in higher bins.
    """
    order = np.lexsort((bins, kind, customer))
    group = customer[order] * KINDS + kind[order]
    new_group = np.append(True, group[1:] != group[:-1])
    here = bins[order]
    starts = np.flatnonzero(new_group | np.append(True, here[1:] != here[:-1]))
    x = np.add.reduceat(values[:, order], starts, axis=1)
    of_group = (np.cumsum(new_group) - 1)[starts]
    first = np.flatnonzero(np.append(True, of_group[1:] != of_group[:-1]))
    before = np.cumsum(x, axis=1) - x
    before -= before[:, first][:, of_group]
    after = np.add.reduceat(x, first, axis=1)[:, of_group] - before - x
    times = parts[order][starts]
    cells = cell[order][starts]
    return Squares(_by_cell(x, before, times, cells), _by_cell(x, after, times, cells))


def _by_cell(x: Values, others: Values, times: Integers, cells: Integers) -> Values:
    k = len(x)
    return np.array(
        [
            np.bincount(cells, weights=times * (x[a] * x[b] + x[a] * others[b] + x[b] * others[a]))
            for a in range(k)
            for b in range(a, k)
        ]
    )

"""A few cases that carry most of the money: on which side, which share, and which rows they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.units import by_customer
from golive.maths.words import amount, count, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.maths.histogram import Rows
    from golive.records.money import Money

    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]

DOMINANT = 0.02
"""Share of the money that one case may carry."""
EFFECTIVE = 40
"""Effective cases, (sum |g|)^2 / sum g^2, on either side."""


@dataclass(frozen=True)
class Carried:
    """One side of the money, carried by a few cases."""

    below: bool
    """Whether it is the side of the cases that earn more by the `below` action."""
    at: Integers
    """Places of the cases above `DOMINANT`, the largest first."""
    n: int
    """Cases of the side."""
    share: float
    """What those cases carry of the money of the side."""
    largest: float
    """Money of the largest case, positive, in the currency."""
    largest_share: float


def carried(gain: Values) -> tuple[Carried, ...]:
    """Return the sides of the money that a few cases carry: each with a case above `DOMINANT`.

    Parameters
    ----------
    gain
        Money of `below` minus money of `above` per case, (n,).

    Notes
    -----
    Fewer than `EFFECTIVE` cases count on a side only where one of them lies above `DOMINANT`: with none above a share s
    there are at least 1 / s effective ones. So the cases above `DOMINANT` are those to look at under either rule.
    """
    return tuple(found for below in (True, False) if (found := _side(gain if below else -gain, below)) is not None)


def _side(gain: Values, below: bool) -> Carried | None:
    amounts = np.maximum(gain, 0.0)
    total, largest = float(amounts.sum()), float(amounts.max())
    if total <= 0 or not few_cases(largest, total, float((amounts**2).sum())):
        return None
    order = np.argsort(-amounts, kind="stable")
    at = order[: int((amounts > DOMINANT * total).sum())]
    return Carried(below, at, int((amounts > 0).sum()), float(amounts[at].sum()) / total, largest, largest / total)


def few_cases(largest: float, total: float, squares: float) -> bool:
    """Return whether a few cases carry most of the money of one side, from the sums of positive amounts."""
    return largest > DOMINANT * total or total**2 / squares < EFFECTIVE


def few_carry(sides: Sequence[Carried], money: Money, *, customers: bool = False) -> str:
    """Say which side is carried by how few cases; without sides, only that some are.

    Parameters
    ----------
    customers
        Whether a case is a customer with several rows.
    """
    case = "customer" if customers else money.row
    what = "; ".join(_said(one, money, case) for one in sides) or "A few cases carry most of the money"
    return f"{what}, so the range may be too narrow (measured: such ranges hold in 80 to 92 of 100 samples)."


def _said(one: Carried, money: Money, case: str) -> str:
    action = money.actions.below if one.below else money.actions.above
    of_all = f"{len(one.at)} of the {count(one.n, case)} that earn more by `{action}`"
    largest = amount(one.largest, money.currency)
    if len(one.at) == 1:
        return f"{of_all} carries {percent(one.share)} of what that is worth ({largest})"
    alone = f"the largest alone {percent(one.largest_share)}, {largest}"
    return f"{of_all} carry {percent(one.share)} of what that is worth ({alone})"


def carrying_rows(rows: Rows, gain: Values) -> tuple[int, ...]:
    """Return the rows behind all this, ascending, as positions in what was handed in.

    Parameters
    ----------
    rows, gain
        Rows in canonical order, and money of `below` minus money of `above` on each, (n,).
    """
    cases = by_customer(gain, rows.customer)
    found: set[int] = set()
    for side in carried(cases):
        here = side.at
        if rows.customer is not None:  # first what each customer gains, then what each loses
            theirs = np.isin(rows.customer, side.at % (len(cases) // 2))
            here = np.flatnonzero(theirs & ((gain > 0) == side.below) & (gain != 0))
        found.update(rows.order[here].tolist())
    return tuple(sorted(found))

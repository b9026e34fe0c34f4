"""Limits that a cut-off must keep (`golive.records.objective`), asked of every edge at once on any part of the rows.

An edge that keeps all limits falls short by 0. Where none does, the edges that fall short least are taken, so that a
half-sample in which no edge fits still says something; on all rows the caller refuses or says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.records.objective import REVIEW_RATE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from golive.records.objective import Limit

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]

    Held = Mapping[str, Values]
    """``below``: rows in the first j bins; ``events``: events among them; ``profit``, ``revenue``: money of edge j;
    each by edge and fold, (bins + 1, folds), or summed over folds, (bins + 1,)."""


@dataclass(frozen=True)
class Limits:
    limits: tuple[Limit, ...]
    favourable: int
    """0 when the `below` action is the favourable one."""
    held: Held
    """By edge and fold."""

    def over(self, folds: Sequence[int]) -> Held:
        """Return what is held by some folds, summed in their order."""
        return {name: over_folds(values, folds) for name, values in self.held.items()}

    def allowed(self, held: Held) -> Bools:
        """Return the edges that keep all limits; where none does, those that fall short least, (bins + 1,)."""
        short = self.short(held)
        return np.asarray(short == short.min(), dtype=bool)

    def short(self, held: Held) -> Values:
        """Return by how much each edge misses its limits, summed over them, (bins + 1,)."""
        total = np.zeros(len(held["below"]))
        for limit in self.limits:
            value = self.value(limit.quantity, held)
            total += np.maximum(value - limit.bound if limit.at_most else limit.bound - value, 0.0)
        return total

    def value(self, quantity: str, held: Held) -> Values:
        """Return a quantity of every edge, (bins + 1,)."""
        rows = float(held["below"][-1])
        if quantity in ("profit_per_case", "revenue_per_case"):
            return np.divide(held[quantity.removesuffix("_per_case")], rows)
        if quantity == REVIEW_RATE:  # with one cut-off nobody is looked at
            return np.zeros(len(held["below"]))
        favoured: Values = held["below"] if self.favourable == 0 else rows - held["below"]
        if quantity == "approval_rate":
            return np.divide(favoured, rows)
        if quantity == "reject_rate":
            return np.divide(rows - favoured, rows)
        bad = held["events"] if self.favourable == 0 else held["events"][-1] - held["events"]
        return np.divide(bad, np.where(favoured > 0, favoured, 1.0))


def less(held: Held, part: Held) -> Held:
    """Return what the other folds hold."""
    return {name: values - part[name] for name, values in held.items()}


def over_folds(values: Values, folds: Sequence[int]) -> Values:
    """Sum over some folds, one addition after the other."""
    total = np.zeros(len(values))
    for fold in folds:
        total += values[:, fold]
    return total

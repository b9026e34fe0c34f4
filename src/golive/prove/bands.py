"""Three bands under capacity: what is measured, and what people are assumed to add, side by side and never netted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.maths.bands import Help, assumed, choose_bands, measured
from golive.maths.table_sums import counts, cutoff_at, rows_of
from golive.maths.words import whole
from golive.prove.assumed import ranged_of
from golive.records.earned import Added, Bands, Measured, Reviewed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.maths.bands import Pairs
    from golive.records.assumption import Assumption
    from golive.records.money import Money
    from golive.records.score_table import Table

    Prices = Mapping[str, float]


def bands(table: Table, money: Money, prices: Prices, single: int, names: Sequence[str]) -> Bands | None:
    """Choose and value three bands; None where the money file has no middle action.

    Limits that a single cut-off keeps are kept by a pair, too: with an empty middle.
    """
    review, volume = money.review, money.volume
    if review is None or volume is None:
        return None
    people = Help(review.cost.value, review.bad_stopped.value, review.good_passed.value)
    share = min(review.capacity_per_day / volume.per_day, 1.0)
    found = choose_bands(table, prices, people, share)
    ranged = [one for one in map(ranged_of, review.assumptions) if one is not None]
    added, rows = assumed(table, prices, found.edges, single, people, ranged), rows_of(table)
    return Bands(
        middle=money.actions.middle,
        chosen=_cuts(table, found.edges),
        folds=tuple(_cuts(table, pair) for pair in found.by_fold),
        edges=found.edges,
        rows=_rows(table, found.edges),
        capacity_per_day=review.capacity_per_day,
        per_day=volume.per_day,
        share=share,
        measured=tuple(
            Measured(name=name, per_row=one.point, low=one.low, high=one.high, changed=one.changed)
            for name, one in zip(names, measured(table, prices, found), strict=True)
        ),
        added=Added(total=added.total, per_row=added.total / rows, low=added.low / rows, high=added.high / rows),
        review=(
            _reviewed(review.cost, added.break_even[0]),
            _reviewed(review.bad_stopped, added.break_even[1]),
            _reviewed(review.good_passed, added.break_even[2]),
        ),
        unstable=_unstable(table, found),
    )


def _cuts(table: Table, pair: tuple[int, int]) -> tuple[float | None, float | None]:
    return cutoff_at(table, pair[0]), cutoff_at(table, pair[1])


def _rows(table: Table, pair: tuple[int, int]) -> tuple[int, int, int]:
    n = counts(table)
    below, above = float(n[: pair[0]].sum()), float(n[pair[1] :].sum())
    return whole(below), whole(float(n.sum()) - below - above), whole(above)


def _unstable(table: Table, found: Pairs) -> float:
    """Return the largest share of rows that change their band under a pair chosen without a fold."""
    before = np.append(0.0, np.cumsum(counts(table)))
    place = np.arange(len(before) - 1)
    bands_of = [(place >= low).astype(int) + (place >= high) for low, high in (found.edges, *found.by_fold)]
    moved = [float(counts(table)[bands_of[0] != one].sum()) for one in bands_of[1:]]
    return max(moved) / float(before[-1])


def _reviewed(one: Assumption, even: float | None) -> Reviewed:
    return Reviewed(
        name=one.name, value=one.value, low=one.low, high=one.high, owner=one.owner, source=one.source, break_even=even
    )

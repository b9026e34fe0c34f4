"""What if bad cases were more frequent: a labelled scenario for harder times, and for cases whose outcome nobody knows.

Where only approved cases have outcomes, those that were never approved may turn bad more often at the same score. A
scenario multiplies the share of bad cases at every score by a factor (never beyond all of them) and keeps the amounts.
It is a what-if on the rows at hand, not an estimate, and no part of the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.table_sums import (
    ABOVE,
    BELOW,
    bins,
    counts,
    event_counts,
    favoured_today,
    money_by_event,
    money_of,
    rows_of,
    weights,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from golive.records.score_table import Table

    Values = NDArray[np.float64]

FACTORS = (1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Outcome:
    per_row: float
    """Gain per row over giving everybody the other action than the favourable one."""
    bad_rate: float
    """Share of bad cases among those that get the favourable action; 0 when nobody does."""
    everybody: float
    """What the favourable action for everybody would gain per row over the other one."""
    today: float | None
    """What today's rule would gain per row over it; None where the table has no such rule."""


def scenario(table: Table, prices: Mapping[str, float], edge: int, factor: float) -> Outcome:
    """Value an edge where the share of bad cases in every bin is a factor of the one seen."""
    n, bad = counts(table), event_counts(table)
    good, more = n - bad, np.minimum(factor * bad, n)
    gain = money_by_event(table, prices, BELOW) - money_by_event(table, prices, ABOVE)
    if table.favourable == ABOVE:
        gain = -gain
    times = np.array([(n - more) / np.where(good > 0, good, 1), more / np.where(bad > 0, bad, 1)])
    scaled = gain[0] * times[0] + gain[1] * times[1]
    here = (np.arange(bins(table)) < edge) == (table.favourable == BELOW)
    money, worse, favoured = 0.0, 0.0, 0.0
    for at in np.flatnonzero(here).tolist():
        money, worse, favoured = money + float(scaled[at]), worse + float(more[at]), favoured + float(n[at])
    rows = rows_of(table)
    return Outcome(
        per_row=money / rows,
        bad_rate=worse / favoured if favoured else 0.0,
        everybody=float(scaled.sum()) / rows,
        today=_today(table, prices, times) / rows if table.today else None,
    )


def _today(table: Table, prices: Mapping[str, float], times: Values) -> float:
    """Return what today's rule gains over giving everybody the other action, with scaled outcomes in every bin."""
    cells, weight = table.by_sign, weights(table, prices)
    assert cells is not None
    gain = money_of(cells, weight[table.favourable] - weight[1 - table.favourable])
    return float((gain * times[np.array(cells.event), np.array(cells.bin)])[favoured_today(table)].sum())

"""What if bad cases were more frequent: a labelled scenario for harder times, and for cases whose outcome nobody knows.

Where only approved cases have outcomes, those that were never approved may turn bad more often at the same score. A
scenario multiplies the share of bad cases at every score by a factor (never beyond all of them) and keeps the amounts.
It is a what-if on the rows at hand, not an estimate, and no part of the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.table_sums import ABOVE, BELOW, bins, counts, event_counts, money_by_event, rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.records.score_table import Table

FACTORS = (1.0, 1.5, 2.0)


@dataclass(frozen=True)
class Outcome:
    per_row: float
    """Gain per row over giving everybody the other action than the favourable one."""
    bad_rate: float
    """Share of bad cases among those that get the favourable action; 0 when nobody does."""


def scenario(table: Table, prices: Mapping[str, float], edge: int, factor: float) -> Outcome:
    """Value an edge where the share of bad cases in every bin is a factor of the one seen."""
    n, bad = counts(table), event_counts(table)
    good, more = n - bad, np.minimum(factor * bad, n)
    gain = money_by_event(table, prices, BELOW) - money_by_event(table, prices, ABOVE)
    if table.favourable == ABOVE:
        gain = -gain
    scaled = gain[0] * (n - more) / np.where(good > 0, good, 1) + gain[1] * more / np.where(bad > 0, bad, 1)
    here = (np.arange(bins(table)) < edge) == (table.favourable == BELOW)
    money, worse, favoured = 0.0, 0.0, 0.0
    for at in np.flatnonzero(here).tolist():
        money, worse, favoured = money + float(scaled[at]), worse + float(more[at]), favoured + float(n[at])
    return Outcome(per_row=money / rows_of(table), bad_rate=worse / favoured if favoured else 0.0)

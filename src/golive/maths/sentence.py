"""What one cut-off means, in a sentence to be read aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.maths.intervals import wilson
from golive.maths.recompute import cells, forgone
from golive.maths.table_sums import ABOVE, BELOW, bins, counts, edge_at, effective_in, event_counts
from golive.maths.words import amount, number, percent, whole
from golive.records.evidence import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.records.score_table import Table

NOUNS = {
    "reject": "rejections", "refuse": "refusals", "decline": "refusals", "block": "blocks", "contact": "contacts",
    "review": "reviews", "approve": "approvals",
}  # fmt: skip
"""Action -> what its cases are called; others are "these"."""


def sentence(
    table: Table,
    cutoff: float,
    *,
    action: str,
    prices: Mapping[str, float] | None = None,
    currency: str = "",
    rising: bool = True,
) -> Sentence:
    """Say what happens when the risky side of a cut-off gets its action.

    Parameters
    ----------
    table
        The rows, folded.
    cutoff
        An edge of the table, or a number that separates no two scores of a bin.
    action
        What is done on the risky side, e.g. ``reject``.
    prices
        Assumption -> value; absent without prices.
    currency
        For display.
    rising
        Whether a higher score means the event is more likely: then the risky side is at or above the cut-off,
        else below it.
    """
    edge = edge_at(table, cutoff)
    inside = (np.arange(bins(table)) >= edge) if rising else (np.arange(bins(table)) < edge)
    exact, happened = float(counts(table)[inside].sum()), float(event_counts(table)[inside].sum())
    n, right = whole(exact), whole(happened)
    independent = effective_in(table, inside[np.array(table.by_fold.bin)])
    low, high = wilson(happened * (independent / exact), independent) if exact else (0.0, 1.0)
    share = happened / exact if exact else 0.0
    lost = forgone(table, prices, inside, 0, ABOVE if rising else BELOW) if prices is not None and n else None
    start = f"If we {action} {'above' if rising else 'below'} {number(cutoff)}"
    cost = None if lost is None else amount(lost[0], currency)
    return Sentence(
        text=start + (_right(n, right, share, (low, high), action, cost) if n else _nobody(table, cutoff, rising)),
        cutoff=cutoff,
        n=n,
        right=right,
        share=share if n else None,
        low=low if n else None,
        high=high if n else None,
        wrong=n - right,
        lost=None if lost is None else lost[0],
        lost_low=None if lost is None else lost[1],
        lost_high=None if lost is None else lost[2],
        saved=None if lost is None else _saved(table, prices or {}, edge, rising),
    )


def _saved(table: Table, prices: Mapping[str, float], edge: int, rising: bool) -> float:
    """Return what the action on the risky side earns there more than the other action would."""
    found = cells(table, prices, edge)
    return sum(money - other for _, money, other in (found[2:] if rising else found[:2]))


def _nobody(table: Table, cutoff: float, rising: bool) -> str:
    reaches, end, last = ("reaches", "highest", table.high[-1]) if rising else ("lies below", "lowest", table.low[0])
    return f", nothing happens: no score {reaches} {number(cutoff)}; the {end} is {number(last)}."


def _right(n: int, right: int, share: float, limits: tuple[float, float], action: str, lost: str | None) -> str:
    noun = f"{NOUNS[action]} are" if action in NOUNS else "these are"
    between = f"95 % between {percent(limits[0])} and {percent(limits[1])}"
    said = f", {percent(share)} of {noun} right ({right} of {n}, {between})"
    if right == n:
        return f"{said}: none of these was wrong."
    if lost is None:
        return f"{said}; what the other {percent(1 - share)} cost nobody has said yet."
    return f"{said} and we lose {lost} on the other {percent(1 - share)}."

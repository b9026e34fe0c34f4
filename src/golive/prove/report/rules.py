"""What the rules do that need no score: today's, and the two simple ones. No price changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.maths.table_sums import favoured_today
from golive.page.words import does, other, rule

if TYPE_CHECKING:
    from golive.records.evidence import Evidence, MoneyEvidence


def favoured(evidence: Evidence, at: int) -> tuple[float, float]:
    """Return how many rows an alternative gives the favourable action, and how many of them turn out badly."""
    assert evidence.money is not None
    one, counted = evidence.money.against[at], evidence.table.by_fold
    n, event = np.array(counted.n, dtype=np.float64), np.array(counted.event)
    if one.action:
        here = np.full(len(n), one.action == evidence.money.favourable)
    else:
        assert evidence.table.by_sign is not None
        n, event = np.array(evidence.table.by_sign.n, dtype=np.float64), np.array(evidence.table.by_sign.event)
        here = favoured_today(evidence.table)
    return float(n[here].sum()), float((n * event)[here].sum())


def whys(money: MoneyEvidence, action: int) -> tuple[str, str]:
    """Return why nothing is gained any more against a rule that favours as many cases or more, and one with fewer."""
    yes, no, than = does(money.favourable), does(other(money)), rule(money.against[action])
    return (
        f": it {no} more than {than}, and what that saves would no longer make up for the good ones lost",
        f": it {yes} more than {than}, and what the good ones bring would no longer make up for the others",
    )

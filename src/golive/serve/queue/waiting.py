"""The cases that wait for people, in the order of the policy, with what is at stake in each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from golive.engine import journal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.maths.stake import Stake, Stakes
    from golive.records.journal import DecisionRow
    from golive.serve.service import Service

MOST = 2_000
"""Cases that are looked at, the oldest first; more wait behind them."""


class Case(NamedTuple):
    """A decision, and what is at stake in it."""

    row: DecisionRow
    stake: Stake | None
    """None where an amount or the score is missing, or there are no prices."""


class Waiting(NamedTuple):
    """What waits."""

    cases: tuple[Case, ...]
    more: int
    """Cases beyond `MOST`."""
    order: str
    """``expected money``, ``score`` or ``arrival``."""


def waiting(service: Service) -> Waiting:
    """Return the cases of this policy that wait: decided `review`, and nobody acted yet."""
    served = service.served
    found, more = journal.waiting(service.recorder.at, served.policy.id, MOST)
    review = served.policy.routing.review
    order = review.order if review is not None else "arrival"
    if order == "expected money" and served.stakes is None:
        order = "arrival"
    cases = valued(found, served.stakes)
    if order == "expected money":  # what is not known may be large: it comes first
        cases.sort(key=lambda one: -one.stake.right_answer if one.stake else -math.inf)
    elif order == "score":
        cases.sort(key=lambda one: -one.row.score if one.row.score is not None else -math.inf)
    return Waiting(tuple(cases), more, order)


def valued(rows: Sequence[DecisionRow], stakes: Stakes | None) -> list[Case]:
    """Return decisions with what is at stake in each."""
    found = [None] * len(rows) if stakes is None else stakes.of_many([(row.inputs, row.score) for row in rows])
    return list(map(Case, rows, found))

"""A second bundle that decides beside the one that answers. Its word is recorded and never given.

It must not hurt the answer: what it raises is counted and forgotten; it has a share of time per request, and when it
needs more than that again and again it rests.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

from golive.engine.bundle import load
from golive.errors import ApprovalError
from golive.records.journal import Shadow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from golive.records.decision import Decision
    from golive.serve.metrics import Metrics

log = logging.getLogger("golive.serve")

BUDGET = 0.02
"""Seconds per request."""
REST = 60.0
"""Seconds without it, once it was too slow too often."""
_TOO_OFTEN = 3
_AT_ONCE = 50
"""Cases between two looks at the clock."""


class Beside:
    """Decides the same cases with another bundle.

    Parameters
    ----------
    path
        Its folder. It needs a policy and no approval, because it is never answered.
    metrics
        Counts how often it took the same action.
    budget
        Seconds per request; the cases of a list that are left then have no shadow.
    clock
        Seconds; for tests.

    Raises
    ------
    BundleError
        It cannot be opened.
    ApprovalError
        It has no policy.
    """

    def __init__(
        self,
        path: str | Path,
        metrics: Metrics,
        *,
        budget: float = BUDGET,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.bundle = load(Path(path).resolve())
        if self.bundle.policy is None:
            raise ApprovalError(
                f"the shadow `{self.bundle.path.name}` has no policy, so it decides nothing",
                hint=f"golive approve draft {self.bundle.path}",
            )
        self._metrics, self._budget, self._clock = metrics, budget, clock
        self._slow, self._back = 0, 0.0

    def decide(self, cases: Sequence[dict[str, object]], answers: Sequence[Decision]) -> list[Shadow | None]:
        """Return what it would decide beside the answers, or none where it failed or had no time. Never raises."""
        begun = self._clock()
        found: list[Shadow | None] = []
        if begun >= self._back:
            while len(found) < len(cases) and self._clock() - begun <= self._budget:
                found += self._some(cases[len(found) : len(found) + _AT_ONCE])
            self._judge(self._clock() - begun)
        late = len(cases) - len(found)
        self._count("no time", late)
        for one, answer in zip(found, answers, strict=False):
            if one is not None:
                self._count("same" if one.action == answer.action else "other", 1)
        return found + [None] * late

    def _some(self, cases: Sequence[dict[str, object]]) -> list[Shadow | None]:
        try:
            decided = [self.bundle.decide(cases[0])] if len(cases) == 1 else self.bundle.decide_many(list(cases))
            found = [Shadow(bundle=one.bundle, score=one.score, action=one.action) for one in decided]
        except Exception as exc:  # its faults are its own; its message may hold a person's inputs
            self._count("failed", len(cases))
            log.error("the shadow failed: %s", type(exc).__name__)
            return [None] * len(cases)
        return list(found)

    def _count(self, result: str, cases: int) -> None:
        if cases:
            self._metrics.count("golive_shadow_total", result, by=cases)

    def _judge(self, spent: float) -> None:
        self._slow = self._slow + 1 if spent > self._budget else 0
        if self._slow >= _TOO_OFTEN:
            log.error("the shadow is too slow and rests for %.0f seconds", REST)
            self._slow, self._back = 0, self._clock() + REST

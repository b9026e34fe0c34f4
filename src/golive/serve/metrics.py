"""What the service counts, in the text form that Prometheus reads. No inputs, no case ids, nothing of a person.

Several workers of one service each count for themselves; whoever is asked adds up (`golive.serve.board`).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from golive.engine.journal import DecisionRow
    from golive.serve.board import Board

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
EDGES = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Seconds; upper ends of the bins of a histogram."""
COUNTED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "golive_decisions_total": ("Decisions that were answered.", ("action", "band", "rule", "fallback")),
    "golive_requests_total": ("Requests.", ("method", "route", "status")),
    "golive_problems_total": ("Requests that were refused, by the end of the problem's type.", ("problem",)),
    "golive_reloads_total": ("Bundles that were to be taken up while the service ran.", ("result",)),
    "golive_shadow_total": ("Cases of the shadow: same action, other action, failed, or no time.", ("result",)),
}
"""Counter -> what it is, and its labels."""
TIMED: Mapping[str, str] = {
    "golive_request_seconds": "From the whole body to the answer.",
    "golive_journal_seconds": "From a decision to its durable row, waiting included.",
}
"""Histogram -> what it is."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Others are counted together: a label has few values, whatever is sent."""


class Metrics:
    """The counts of one process.

    ``counts`` is name and labels -> value; of a histogram the number of the bin, or ``sum``, is the label. Adding is
    one look-up in a dict, so it is done on every request.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, ...]] = Counter()
        self._board: Board | None = None
        self._worker = 0

    def share(self, board: Board, worker: int) -> None:
        """Go on with what this worker's part of a board holds."""
        self._board, self._worker = board, worker
        self.counts.update(board.read(worker))

    def post(self) -> None:
        """Write the counts where the other workers find them."""
        if self._board is not None:
            self._board.post(self._worker, self.counts.copy())

    def total(self) -> Counter[tuple[str, ...]]:
        """Return the counts of all workers: one's own now, those of the others a second old at most."""
        mine = self.counts.copy()  # in one step: other threads go on counting
        return mine if self._board is None else mine + self._board.others(self._worker)

    def count(self, name: str, *labels: str, by: int = 1) -> None:
        """Add to a counter."""
        self.counts[(name, *labels)] += by

    def answered(self, method: str, route: str, status: int, problem: str, seconds: float) -> None:
        """Count a request."""
        self.counts[("golive_requests_total", method if method in _METHODS else "other", route, str(status))] += 1
        if problem:
            self.counts[("golive_problems_total", problem)] += 1
        self.time("golive_request_seconds", seconds)

    def time(self, name: str, seconds: float) -> None:
        """Add to a histogram."""
        self.counts[(name, str(bisect_left(EDGES, seconds)))] += 1
        self.counts[(name, "sum")] += seconds  # type: ignore[assignment]  # as above

    def decided(self, rows: Iterable[DecisionRow]) -> None:
        """Count decisions."""
        for row in rows:
            told = "true" if row.fallback else "false"
            self.counts[("golive_decisions_total", row.action, row.band or "", row.rule or "", told)] += 1


def text(counts: Mapping[tuple[str, ...], float], gauges: Mapping[str, tuple[str, Mapping[str, str], float]]) -> str:
    """Return everything as text.

    Parameters
    ----------
    counts
        As `Metrics` keeps them, added up.
    gauges
        Name -> what it is, labels, value.
    """
    lines: list[str] = []
    for name, (what, labels) in COUNTED.items():
        found = sorted((key[1:], value) for key, value in counts.items() if key[0] == name)
        lines += _head(name, what, "counter")
        lines += [_line(name, dict(zip(labels, values, strict=True)), value) for values, value in found]
    for name, what in TIMED.items():
        lines += [*_head(name, what, "histogram"), *_histogram(name, counts)]
    for name, (what, named, value) in gauges.items():
        lines += [*_head(name, what, "gauge"), _line(name, named, value)]
    return "\n".join(lines) + "\n"


def _histogram(name: str, counts: Mapping[tuple[str, ...], float]) -> list[str]:
    bins = [counts.get((name, str(number)), 0.0) for number in range(len(EDGES) + 1)]
    ends: Sequence[str] = (*map(str, EDGES), "+Inf")
    total = list(accumulate(bins))
    return [
        *(_line(f"{name}_bucket", {"le": end}, value) for end, value in zip(ends, total, strict=True)),
        _line(f"{name}_sum", {}, counts.get((name, "sum"), 0.0)),
        _line(f"{name}_count", {}, total[-1]),
    ]


def _head(name: str, what: str, kind: str) -> list[str]:
    return [f"# HELP {name} {what}", f"# TYPE {name} {kind}"]


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    named = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
    return f"{name}{{{named}}} {value:.17g}" if named else f"{name} {value:.17g}"


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

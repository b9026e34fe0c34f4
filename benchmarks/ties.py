"""Is the lift of a score the same in every order of the file? golive and other people's libraries, on tied scores.

Run with ``python -m benchmarks.ties``; ``--write`` also writes docs/reference/ties.md. Each library runs in its own
environment (`benchmarks/_peer.py`). The rows: 1,000 with 200 events, so a lift lies between 0 and 5. A constant score
tells nobody apart, so its lift is 1. A score of 52 values tells something; whatever its lift is, the order of the file
cannot change it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks._peer import ROOT, asked
from golive.prove.measure import measure

PAGE = ROOT / "docs" / "reference" / "ties.md"
N, EVENTS, VALUES = 1000, 200, 52
PEERS = (
    "kds", "scikit-plot", "scikit-plots", "binclass-tools", "empulse", "scorecardpy", "optbinning", "dcurves",
)  # fmt: skip
NO_LIFT = {
    "plot-metric 0.0.6": "has no function for lift or gain",
    "yellowbrick 1.5": "has no function for lift or gain",
    "toad 0.1.7": "installs, but cannot be imported: its package names no requirements, and numpy is missing",
    "modelplotpy": "the registry answered that it has no such package",
}
Order = tuple[list[int], list[float]]
HEAD = """# Tied scores: what other libraries say about the same rows

Many scores are tied: a scorecard has 60 points, a shallow tree has 8 leaves, a rounded probability has two digits.
Whoever cuts the sorted rows at 10 % cuts through such a group, and which rows fall on which side is then decided by the
order of the file or by the sorting algorithm. The lift that comes out is no property of the score.

`python -m benchmarks.ties --write` made this page: 1,000 rows, 200 of them events, in six orders of the file (events
first, events last, as drawn, three shuffles); each library in an environment of its own, the newest version that
installs.

- **A constant score** tells nobody apart: its lift is 1, in any order.
- **A score of 52 values** tells something. Its lift in the top tenth is one number, in any order.

| library | function | constant score (right: 1) | 52 values | any order, same answer |
|---|---|---|---|---|
"""
FOOT = """
scikit-plot runs with scipy below 1.12 only: with a newer one it cannot be imported. binclass-tools' response curve
adds random numbers to the scores before it sorts them (here with a fixed seed).

Two numbers are the lowest and the highest answer over the six orders. golive's first bucket is made of whole ties and
holds about a tenth of the rows; its size stands beside its lift in the evidence. dcurves draws decision curves and no
lift: its net benefit at the base rate, as a share of the base rate, stands in the table to show that counting
`score >= cut-off` needs no order. A constant score has no net benefit there.

Not in the table:
"""


@dataclass(frozen=True)
class Row:
    """What one function said, per kind of score and order."""

    library: str
    function: str
    said: dict[str, list[float | str]]

    @property
    def same(self) -> bool:
        """Whether no order changed an answer."""
        return all(len(set(answers)) == 1 and isinstance(answers[0], float) for answers in self.said.values())

    def cell(self, kind: str) -> str:
        """Return the lowest and the highest answer."""
        numbers = [answer for answer in self.said[kind] if isinstance(answer, float)]
        if not numbers:
            return f"refuses: {self.said[kind][0]}"
        low, high = f"{min(numbers):.2f}", f"{max(numbers):.2f}"
        return low if low == high else f"{low} to {high}"


def rows() -> dict[str, list[Order]]:
    """Return both kinds of score in six orders of the file."""
    rng = np.random.default_rng(0)
    event = np.arange(N) < EVENTS
    constant = np.full(N, EVENTS / N)
    told = np.clip(np.round(rng.beta(2, 5, N) * (VALUES - 1) + 6 * event), 0, VALUES - 1) / VALUES
    drawn = rng.permutation(N)
    orders = [np.arange(N), np.arange(N)[::-1], drawn, *(rng.permutation(N) for _ in range(3))]
    return {
        kind: [(event[order].astype(int).tolist(), score[order].tolist()) for order in orders]
        for kind, score in (("constant", constant), ("values", told))
    }


def ours(given: dict[str, list[Order]]) -> Row:
    """Return the lift of golive's first bucket."""
    found: dict[str, list[float | str]] = {
        kind: [_first_lift(order) for order in orders] for kind, orders in given.items()
    }
    return Row("golive", "measure(...).lift", found)


def _first_lift(order: Order) -> float | str:
    bucket = max(measure(*order).lift, key=lambda one: one.mean_score or 0.0)
    return "none" if bucket.lift is None else bucket.lift


def theirs(peer: str, given: dict[str, list[Order]]) -> tuple[str, list[Row], str]:
    """Return version, answers, and why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        asked_for, answer = Path(folder) / "rows.json", Path(folder) / "answer.json"
        asked_for.write_text(json.dumps(given))
        try:
            done = asked(peer, "ties", peer, str(asked_for), str(answer))
        except subprocess.CalledProcessError as exc:
            return "", [], f"does not install: {(exc.stderr or b'').decode().strip().splitlines()[-1:]}"
        if not answer.exists():
            return "", [], f"does not run: {done.stderr.strip().splitlines()[-1]}"
        said = json.loads(answer.read_text())
    return peer, [Row(peer, function, answers) for function, answers in said.items()], ""


def version(peer: str) -> str:
    """Return the version that the requirement file names."""
    text = (ROOT / "benchmarks" / "peers" / f"{peer}.txt").read_text()
    return next(line.partition("==")[2] for line in text.splitlines() if line.startswith(f"{peer}=="))


def main(*, write: bool = False) -> int:
    """Print the table, and write the page; return 1 when golive's answer depends on the order."""
    given = rows()
    found, failed = [ours(given)], dict(NO_LIFT)
    for peer in PEERS:
        _, answers, why = theirs(peer, given)
        found += answers
        if why:
            failed[peer] = why
    lines = [
        f"| {row.library}{'' if row.library == 'golive' else ' ' + version(row.library)} | `{row.function}` |"
        f" {row.cell('constant')} | {row.cell('values')} | {'yes' if row.same else '**no**'} |"
        for row in found
    ]
    notes = [f"- {peer}: {why}." for peer, why in failed.items()]
    table = "\n".join(lines) + "\n"
    print(table + "\n".join(notes))
    if write:
        PAGE.write_text(HEAD + table + FOOT + "\n" + "\n".join(notes) + "\n", encoding="utf-8")
    return 0 if found[0].same else 1


if __name__ == "__main__":
    sys.exit(main(write="--write" in sys.argv))

"""How often does a score that knows nothing get the word `use`? Real applications, real amounts, random scores.

Run with ``python -m benchmarks.useless [draws]`` (1,000 draws: about 15 minutes). Each draw takes n of the demo's
applications with their outcomes and amounts, gives them random scores, and asks `golive.measure` for its verdict, once
for each price set of ``tests/unit/prove/useless``. At most 35 of 1,000 draws may end in ``use``, with or without
conditions; a lower limit of 95 % would allow 25, and three standard errors are 15.
"""

from __future__ import annotations

import csv
import gzip
import sys
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.money import payoffs
from golive.prove.measure import measure
from golive.records.evidence import Word
from golive.records.money import Money, parse

if TYPE_CHECKING:
    from numpy.typing import NDArray

PRICES = Path(__file__).resolve().parent.parent / "tests" / "unit" / "prove" / "useless"
SIZES = (60, 200, 1000)
MOST = 0.035
"""Share of draws that may be called useful."""
USED = (Word.use, Word.use_with_conditions)


@dataclass(frozen=True)
class Applications:
    """The demo's applications: what happened, and the amount."""

    outcome: NDArray[np.str_]
    amount: NDArray[np.float64]


def applications() -> Applications:
    """Read them from the package."""
    packed = (files("golive.chain") / "data" / "credit_data.csv.gz").read_bytes()
    rows = list(csv.DictReader(gzip.decompress(packed).decode().splitlines()))
    known = [row for row in rows if row["Status"] in ("good", "bad")]
    return Applications(np.array([row["Status"] for row in known]), np.array([float(row["Amount"]) for row in known]))


def price_sets() -> dict[str, Money]:
    """Return name -> prices."""
    return {
        path.stem: parse(path.read_text(encoding="utf-8"), name=path.name) for path in sorted(PRICES.glob("*.toml"))
    }


def verdict(rows: Applications, money: Money, n: int, seed: int) -> Word:
    """Judge a random score on n of the applications."""
    rng = np.random.default_rng([seed, n])
    taken = rng.choice(len(rows.amount), n, replace=False)
    found = measure(rows.outcome[taken], rng.random(n), money=money, columns={"Amount": rows.amount[taken]})
    return found.verdict.word


def used(rows: Applications, money: Money, n: int, draws: int) -> int:
    """Return how many draws (seeds 0, 1, ...) are called useful."""
    return sum(verdict(rows, money, n, seed) in USED for seed in range(draws))


def approving(rows: Applications, money: Money) -> float:
    """Return what approving everybody earns per application more than rejecting everybody."""
    earned = payoffs(money, {"Amount": rows.amount}, rows.outcome == "bad")
    return float(np.mean(earned[money.actions.below] - earned[money.actions.above]))


def main(draws: int = 1000) -> int:
    """Print the table and return 1 when a useless score is used too often."""
    rows, broken = applications(), 0
    print(f"{len(rows.amount):,} applications; called useful in {draws:,} draws of n rows with random scores")
    print(f"{'prices':18}{'approving earns':>16}" + "".join(f"{f'n = {n:,}':>12}" for n in SIZES))
    for name, money in price_sets().items():
        found = [used(rows, money, n, draws) for n in SIZES]
        kept = max(found) <= MOST * draws
        broken += not kept
        counts = "".join(f"{count:12}" for count in found)
        print(f"{name:18}{approving(rows, money):16.2f}{counts}  {'ok' if kept else 'BROKEN'}", flush=True)
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))

"""Does the interval also hold against today's rule, under a limit, and for the outer parts of three bands?

Run with ``python -m benchmarks.interval_alternatives [draws]`` (200 draws: about two minutes, most of it to choose
two cut-offs). The generators are those of ``benchmarks.interval``; the truth is that of two million cases. Today's rule
approves amounts below the median, whatever the score; the limit is "at least 90 % are approved"; people can look at
15 % of the cases, cost 0.02, stop 70 % of the bad ones and pass 90 % of the good ones.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from benchmarks.interval import LOSS, WORLDS, World
from golive.maths.bands import Help, choose_bands, measured
from golive.maths.histogram import arrange, score_table
from golive.maths.recompute import chosen, standing
from golive.maths.table_sums import ABOVE, BELOW, TODAY, bins
from golive.records.objective import Limit
from golive.records.score_table import MoneyTerm, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]

MANY = 2_000_000
PEOPLE, SHARE = Help(cost=0.02, bad_stopped=0.7, good_passed=0.9), 0.15
LIMIT = Limit(quantity="approval_rate", at_most=False, bound=0.9)
TERMS = (MoneyTerm(action=BELOW, event=0, line="payoff", basis=1, coefficient=(1.0,)),
         MoneyTerm(action=BELOW, event=1, line="payoff", basis=1, coefficient=(1.0,)))  # fmt: skip
COVERAGE = {"today": 0.91, "limit": 0.91, "outer, all": 0.91, "outer, none": 0.90}
"""Smallest share of draws in which the truth lies inside."""


@dataclass(frozen=True)
class Truth:
    """Money per case of every cut-off, from many cases."""

    score: Values
    approving: Values
    """Money of approving everybody below each score, (MANY + 1,)."""
    today: float

    def below(self, threshold: float) -> float:
        return float(self.approving[np.searchsorted(self.score, threshold)])


def cases(world: World, n: int, rng: np.random.Generator) -> tuple[Values, Bools, Values, Bools]:
    """Draw score, event, money of approving, and whether today's rule rejects."""
    event = rng.random(n) < world.events
    score = np.where(event, world.mu, 0.0) + rng.standard_normal(n)
    noise = rng.standard_normal(n)
    size = np.exp(world.rho * score + world.sigma * noise - world.sigma**2 / 2)
    return score, event, np.where(event, -LOSS, world.margin) * size, noise > 0


def truth(world: World) -> Truth:
    score, _, gain, rejected = cases(world, MANY, np.random.default_rng(99))
    order = np.argsort(score)
    return Truth(score[order], np.append(0.0, np.cumsum(gain[order])) / MANY, float(gain[~rejected].sum()) / MANY)


def table(world: World, n: int, rng: np.random.Generator) -> Table:
    score, event, gain, rejected = cases(world, n, rng)
    rows = arrange(score, event, np.stack([np.ones(n), gain]), rejected)
    money = np.stack([rows.values[1], np.zeros(n)])
    return score_table(rows, terms=TERMS, bases=("1", "gain"), money=money, probability=False)


def inside(world: World, true: Truth, rng: np.random.Generator, *, bands: bool, n: int = 1000) -> dict[str, bool]:
    """Draw one sample and ask of each interval whether it contains the truth."""
    drawn = table(world, n, rng)
    everybody = true.below(np.inf)
    choice = chosen(drawn, {})
    gain = standing(drawn, {}, choice.edge, choice).against[TODAY]
    found = {"today": _holds(gain.low, gain.high, true.below(_cut(drawn, choice.edge)) - true.today)}
    limited = msgspec.structs.replace(drawn, limits=(LIMIT,))
    bound = chosen(limited, {})
    gain = standing(limited, {}, bound.edge, bound).against[BELOW]
    found["limit"] = _holds(gain.low, gain.high, true.below(_cut(drawn, bound.edge)) - everybody)
    if bands:
        pair = choose_bands(drawn, {}, PEOPLE, SHARE)
        gains = measured(drawn, {}, pair)
        low, high = (true.below(_cut(drawn, edge)) for edge in pair.edges)
        found["outer, all"] = _holds(gains[BELOW].low, gains[BELOW].high, high - everybody)
        found["outer, none"] = _holds(gains[ABOVE].low, gains[ABOVE].high, low)
    return found


def coverage(name: str, draws: int, *, bands: bool = True, seed: int = 0) -> dict[str, float]:
    """Return the share of draws in which each interval contains the truth."""
    world = WORLDS[name]
    true = truth(world)
    found = [inside(world, true, np.random.default_rng([seed, at]), bands=bands) for at in range(draws)]
    return {key: float(np.mean([one[key] for one in found])) for key in found[0]}


def _cut(drawn: Table, edge: int) -> float:
    if edge in (0, bins(drawn)):
        return np.inf if edge else -np.inf
    return (drawn.high[edge - 1] + drawn.low[edge]) / 2


def _holds(low: float | None, high: float | None, value: float) -> bool:
    return low is not None and high is not None and low - 1e-12 <= value <= high + 1e-12


def main(draws: int = 200) -> int:
    """Print the table and return 1 when a band is broken."""
    print(f"{'world':22}" + "".join(f"{title:>13}" for title in COVERAGE))
    broken = 0
    for name in WORLDS:
        found = coverage(name, draws)
        kept = all(found[key] >= least - 0.02 for key, least in COVERAGE.items())
        broken += not kept
        print(
            f"{name:22}" + "".join(f"{found[key]:13.1%}" for key in COVERAGE) + ("  ok" if kept else "  BROKEN"),
            flush=True,
        )
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))

"""Does the interval of the cut-off's value hold? Simulation with known truth.

Run with ``python -m benchmarks.interval [draws]`` (1,000 draws: about a minute). A score z is normal with mean
``mu`` for events and 0 otherwise; the amount is lognormal; approving earns ``margin`` of it, or loses 0.6 of it when
the event happens. So the true gain of every cut-off is a closed form, and each drawn sample can be asked: did the
interval contain the true gain of the cut-off that these rows chose? The bands below are what a test freezes.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.cutoff import choose
from golive.maths.folds import FOLDS, fold_of
from golive.maths.intervals import Side, difference
from golive.maths.quantiles import normal_cdf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

LOSS = 0.6


@dataclass(frozen=True)
class World:
    """A generator with known truth, and the bands it must keep (money x 1e-4 per row)."""

    events: float
    mu: float
    sigma: float
    rho: float
    margin: float
    coverage: float
    """Smallest share of draws, against approving all."""
    bias: float
    """Largest mean error of the point."""
    false_gain: float = 1.0
    """Largest share of draws whose lower limit is above zero."""


NEAR = "G near approving all"
WORLDS = {
    "A strong score": World(0.20, 1.466, 0.3, 0.0, 0.20, coverage=0.93, bias=12),
    "B weak, 5 % events": World(0.05, 0.358, 1.0, 0.1, 0.04, coverage=0.95, bias=8),
    "C useless": World(0.10, 0.0, 0.5, 0.0, 0.10, coverage=0.95, bias=4, false_gain=0.01),
    "E heavy tails": World(0.10, 0.954, 1.5, 0.0, 0.10, coverage=0.91, bias=20),
    NEAR: World(0.05, 0.20, 1.0, 0.1, 0.0565, coverage=0.95, bias=4, false_gain=0.01),
}
REJECT_COVERAGE = 0.90
"""Smallest coverage against rejecting all, everywhere."""
PROMISED = 15
"""The promised gain exceeds the truth of that cut-off by more than this, everywhere (control)."""
NAIVE = 0.85
"""The naive interval covers less than this share in world G (control)."""


@dataclass(frozen=True)
class Draw:
    """One sample: truth, point and limits of the deployed cut-off, per row."""

    true: tuple[float, float]
    """Against approving all, and against rejecting all."""
    point: float
    low: tuple[float, float]
    high: tuple[float, float]
    promised: float
    """Gain against approving all of the best cut-off on its own rows, minus the truth of that cut-off."""
    naive: tuple[float, float]


@dataclass(frozen=True)
class Summary:
    coverage: float
    against_rejecting: float
    mean: float
    bias: float
    width: float
    false_gain: float
    promised: float
    naive: float


def simulate(world: World, draws: int, *, n: int = 1000, seed: int = 0) -> Summary:
    """Draw samples and summarise; money x 1e-4 per row."""
    found = [draw(world, n, np.random.default_rng([seed, index])) for index in range(draws)]
    true = np.array([one.true for one in found])
    low, high = np.array([one.low for one in found]), np.array([one.high for one in found])
    inside = ((low <= true) & (true <= high)).mean(axis=0)
    naive = np.array([one.naive for one in found])
    return Summary(
        coverage=float(inside[0]),
        against_rejecting=float(inside[1]),
        mean=1e4 * float(true[:, 0].mean()),
        bias=1e4 * float(np.mean([one.point for one in found]) - true[:, 0].mean()),
        width=1e4 * float(np.mean(high[:, 0] - low[:, 0])),
        false_gain=float(np.mean(low[:, 0] > 0)),
        promised=1e4 * float(np.mean([one.promised for one in found])),
        naive=float(np.mean((naive[:, 0] <= true[:, 0]) & (true[:, 0] <= naive[:, 1]))),
    )


def draw(world: World, n: int, rng: np.random.Generator) -> Draw:
    """Draw one sample, one row per bin, and value the cut-off it chooses."""
    event = rng.random(n) < world.events
    score = np.where(event, world.mu, 0.0) + rng.standard_normal(n)
    size = np.exp(world.rho * score + world.sigma * rng.standard_normal(n) - world.sigma**2 / 2)
    order = np.argsort(score, kind="stable")
    score, event, size = score[order], event[order], size[order]
    gain = np.where(event, -LOSS, world.margin) * size
    gains = np.zeros((n, FOLDS))
    gains[np.arange(n), fold_of(score, event)] = gain
    choice = choose(gains, np.ones(n, dtype=np.int64))
    approved = np.arange(n) < choice.edge
    limits = [_limits(-gain, ~approved, choice.optimism), _limits(gain, approved, choice.optimism)]
    everybody = float(choice.gain[-1])
    truth = _truth(world, _threshold(score, choice.edge))
    best = float(choice.gain[choice.best]) - everybody
    return Draw(
        true=truth,
        point=min(max((choice.honest - everybody) / n, limits[0][0]), limits[0][1]),
        low=(limits[0][0], limits[1][0]),
        high=(limits[0][1], limits[1][1]),
        promised=best / n - _truth(world, _threshold(score, choice.best))[0],
        naive=_naive(score, gain, rng),
    )


def _limits(won: Values, differs: NDArray[np.bool_], optimism: float) -> tuple[float, float]:
    """``won``: money per row of the cut-off minus that of the alternative where they differ."""
    return difference(_side(won, differs), _side(-won, differs), len(won), optimism / len(won))


def _side(money: Values, differs: NDArray[np.bool_]) -> Side:
    positive = np.maximum(money, 0)
    total, squares = float(positive.sum()), float((positive**2).sum())
    here = positive[differs]
    return Side(float(here.sum()), float((here**2).sum()), squares / total if total else 0.0)


def _threshold(score: Values, edge: int) -> float:
    if edge == 0:
        return -math.inf
    return math.inf if edge == len(score) else float(score[edge - 1] + score[edge]) / 2


def _truth(world: World, threshold: float) -> tuple[float, float]:
    money = _true_money(world, threshold)
    return money - _true_money(world, math.inf), money


def _true_money(world: World, threshold: float) -> float:
    """Mean money per row when everybody with z below the threshold is approved."""
    good = math.exp(world.rho**2 / 2) * normal_cdf(threshold - world.rho)
    bad = math.exp(world.rho * world.mu + world.rho**2 / 2) * normal_cdf(threshold - world.mu - world.rho)
    return (1 - world.events) * world.margin * good - world.events * LOSS * bad


def _naive(score: Values, gain: Values, rng: np.random.Generator) -> tuple[float, float]:
    """Cross-fitting as it is usually done: ten folds, then the standard error of all left-out rows."""
    n = len(score)
    fold = rng.permutation(n) % 10
    won = np.zeros(n)
    for left_out in range(10):
        total = np.concatenate([[0], np.cumsum(np.where(fold == left_out, 0, gain))])
        rejected = np.arange(n) >= int(np.argmax(total))
        here = (fold == left_out) & rejected
        won[here] = -gain[here]
    se = float(won.std()) / math.sqrt(n)
    return float(won.mean()) - 1.96 * se, float(won.mean()) + 1.96 * se


def main(draws: int = 1000) -> int:
    """Print the table and return 1 when a band is broken."""
    titles = ("coverage", "vs all", "mean D", "bias", "width", "L > 0", "promised", "naive")
    print(f"{'world':22}" + "".join(f"{title:>9}" for title in titles))
    broken = 0
    for name, world in WORLDS.items():
        found = simulate(world, draws)
        kept = (
            found.coverage >= world.coverage
            and found.against_rejecting >= REJECT_COVERAGE
            and abs(found.bias) <= world.bias
            and found.false_gain <= world.false_gain
            and found.promised > PROMISED
            and (name != NEAR or found.naive < NAIVE)
        )
        broken += not kept
        shares = f"{found.coverage:9.1%}{found.against_rejecting:9.1%}"
        money = f"{found.mean:9.1f}{found.bias:9.1f}{found.width:9.0f}{found.false_gain:9.1%}"
        controls = f"{found.promised:9.1f}{found.naive:9.1%}"
        print(f"{name:22}{shares}{money}{controls}  {'ok' if kept else 'BROKEN'}")
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))

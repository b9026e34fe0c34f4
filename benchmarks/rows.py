"""Does the interval hold when rows belong to customers, carry weights, or have dates?

Run with ``python -m benchmarks.rows [draws]`` (200 draws by default). The worlds are those of `benchmarks.interval`;
the score table is filled as `golive prove` fills it. "plain" forgets what is known of the rows: with customers of four
rows each, or with weights taken for repeated rows, its interval is too narrow. "a quarter" is as many independent rows
as there are customers: the yardstick for them where events are few.
"""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.interval import NEAR, WORLDS, _truth
from golive.maths.blocks import cut
from golive.maths.folds import fold_of_text
from golive.maths.formula import show
from golive.maths.histogram import arrange, score_table
from golive.maths.money import basis_values, compile_payoffs, row_money
from golive.maths.recompute import chosen, standing
from golive.maths.table_sums import ABOVE, BELOW, cutoff_at
from golive.maths.units import by_part, scaled
from golive.records.money import parse

if TYPE_CHECKING:
    from benchmarks.interval import World

EACH = 4
"""Rows of a customer."""
WAYS = ("a quarter", "customers", "customers, plain", "weights", "weights, plain", "dates")
MONEY = """currency = "EUR"
[actions]
below = "approve"
above = "reject"
[payoff.approve]
no_event = "{margin} * Amount"
event = "-0.6 * Amount"
[payoff.reject]
no_event = 0
event = 0
"""


def sample(world: World, n: int, rng: np.random.Generator, *, each: int = 1) -> tuple[Any, Any, Any]:
    """Draw scores, outcomes and amounts; the rows of a customer share outcome and amount and most of the score."""
    m = n // each
    event = np.repeat(rng.random(m) < world.events, each)
    own, common = rng.standard_normal(n), np.repeat(rng.standard_normal(m), each)
    z = common if each == 1 else math.sqrt(0.8) * common + math.sqrt(0.2) * own
    score = np.where(event, world.mu, 0.0) + z
    size = np.exp(world.rho * score + np.repeat(world.sigma * rng.standard_normal(m), each) - world.sigma**2 / 2)
    return score, event, size


def covered(world: World, way: str, n: int, rng: np.random.Generator) -> tuple[bool, bool, float]:
    """Return whether the limits against both constants hold the truth, and the width of the first."""
    n = n // EACH if way == "a quarter" else n
    score, event, size = sample(world, n, rng, each=EACH if way.startswith("customers") else 1)
    told: dict[str, Any] = {}
    if way.startswith("weights"):
        # A row that stands for w cases is drawn with a chance of 1 / w: the weighted rows are the world again.
        weight = rng.choice([1.0, 6.0], n, p=[0.75, 0.25])
        told["weight"] = scaled(weight)
        if way.endswith("plain"):
            told = {}
            repeats = weight.astype(int)
            score, event, size = (np.repeat(one, repeats) for one in (score, event, size))
    if way == "customers":
        customer = np.repeat(np.arange(n // EACH), EACH)
        told |= {"customer": customer, "fold": fold_of_text([str(one) for one in customer.tolist()])}
    if way == "dates":
        told["cut"] = cut(rng.integers(0, 100, n))
        told["weight"] = by_part(None, told["cut"].late)
    compiled = compile_payoffs(parse(MONEY.format(margin=world.margin)), ("Amount",))
    rows = arrange(score, event, basis_values(compiled, {"Amount": size}, event), **told)
    money = np.stack([row_money(compiled, rows.values, rows.event, action) for action in (0, 1)])
    table = score_table(
        rows, terms=compiled.terms, bases=tuple(map(show, compiled.bases)), money=money, probability=False,
        blocks=told["cut"].blocks if "cut" in told else 0,
    )  # fmt: skip
    choice = chosen(table, {})
    found = standing(table, {}, choice.edge, choice)
    place = cutoff_at(table, choice.edge)
    truth = _truth(world, place if place is not None else -math.inf if choice.edge == 0 else math.inf)
    ends = [(found.against[at].low or 0.0, found.against[at].high or 0.0) for at in (BELOW, ABOVE)]
    held = [low <= true <= high for (low, high), true in zip(ends, truth, strict=True)]
    return held[0], held[1], ends[0][1] - ends[0][0]


def main(draws: int = 200) -> int:
    """Print the table and return 1 where an interval that knows its rows holds in less than 90 %, and customers in less
    than as many independent rows do."""
    broken, least = False, 0.9
    print(f"{'world':22}{'rows':20}{'vs approve all':>16}{'vs reject all':>15}{'width x 1e4':>13}")
    for name in ("A strong score", NEAR):
        for way in WAYS:
            found = [covered(WORLDS[name], way, 1000, np.random.default_rng([7, at])) for at in range(draws)]
            below, above, width = (float(np.mean([one[at] for one in found])) for at in range(3))
            least = min(0.9, below, above) if way == "a quarter" else least
            broken |= way not in ("a quarter", "customers, plain", "weights, plain") and min(below, above) < (
                least if way == "customers" else 0.9
            )
            print(f"{name:22}{way:20}{below:16.1%}{above:15.1%}{1e4 * width:13.0f}")
    return int(broken)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))

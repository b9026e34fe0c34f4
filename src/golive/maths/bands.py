"""Three bands: below, a middle that people look at, and above; chosen under capacity, valued without the people.

What people add is assumed (`Help`): of the bad cases they stop a share, of the good ones they pass a share, and looking
costs. With that assumption two cut-offs are chosen by the half-samples of `golive.maths.cutoff`: each picks the pair of
edges that earns most while its middle holds no more than the capacity allows. What the pair is then worth is measured
without it: rows of the middle count as unchanged in every comparison, and what people add is a sum of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.cutoff import BEYOND, half_mean, scale_of
from golive.maths.folds import FOLDS
from golive.maths.joint import TAIL, Ranged, draws
from golive.maths.limits import less, over_folds
from golive.maths.quantiles import normal_cdf
from golive.maths.recompute import blocks_of, earlier, gain_against, has_range, limits
from golive.maths.sides import Signs
from golive.maths.table_sums import (
    ABOVE,
    BELOW,
    TODAY,
    action_money,
    by_bin_and_fold,
    counts,
    edges_of,
    in_turn,
    rows_of,
    weights,
)
from golive.records.objective import PROFIT, REVIEW_RATE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from golive.maths.limits import Held, Limits
    from golive.maths.recompute import Gain
    from golive.records.score_table import Table

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]
    Prices = Mapping[str, float]
    Pair = tuple[int, int]

ROOM = 1e-9
"""Share of the rows by which a middle may miss the capacity: 0.29 of 100 rows are 29."""


@dataclass(frozen=True)
class Help:
    """What people add, assumed."""

    cost: float
    bad_stopped: float
    good_passed: float


@dataclass(frozen=True)
class Pairs:
    """Edges (j, k): the first j bins get the `below` action, those from k on the `above` action."""

    edges: Pair
    by_fold: tuple[Pair, ...]
    kept: bool
    """Whether some pair within the capacity keeps all limits on all rows."""


@dataclass(frozen=True)
class Assumed:
    """What people are assumed to add on the middle, over all rows, against the single cut-off."""

    total: float
    low: float
    """24 of 1,000 draws of the three assumptions lie below."""
    high: float
    break_even: tuple[float | None, float | None, float | None]
    """Cost, share stopped, share passed at which they add nothing, the others kept; null where none does."""


def choose_bands(table: Table, prices: Prices, people: Help, share: float) -> Pairs:
    """Choose two edges.

    Parameters
    ----------
    table, prices
        The rows, folded, and assumption -> value.
    people
        What they add, assumed.
    share
        Largest share of the rows that they can look at.
    """
    if table.early is not None:
        return choose_bands(earlier(table), prices, people, share)
    below, above = (action_money(table, prices, action) for action in (BELOW, ABOVE))
    middle = edges_of(by_bin_and_fold(table, _reviewed(table, below, above, people) - above))
    held: dict[str, Values] = {
        "first": edges_of(by_bin_and_fold(table, below - above)) - middle,
        "second": middle,
        "n": edges_of(by_bin_and_fold(table, np.array(table.by_fold.n, dtype=np.float64))),
    }
    bound = limits(table, prices)
    held |= {} if bound is None else dict(bound.held)
    whole = _over(held, range(FOLDS))
    ranks = np.concatenate([[0], np.cumsum(counts(table))]) / counts(table).sum()
    share = min([share, *(one.bound for one in table.limits if one.quantity == REVIEW_RATE)])
    scales = []
    for mask in table.halves:
        half = _over(held, [fold for fold in range(FOLDS) if mask >> fold & 1])
        pairs = [_best(part, share, bound) for part in (half, less(whole, half))]
        scales.append([[scale_of(ranks[edge]) for edge in pair] for pair in pairs])
    by_fold = []
    for fold in range(FOLDS):
        others = _over(held, [other for other in range(FOLDS) if other != fold])
        by_fold.append(_nearest(_mean(table, scales, fold), ranks, _allowed(others, share, bound)[0]))
    allowed, short = _allowed(whole, share, bound)
    return Pairs(_nearest(_mean(table, scales, None), ranks, allowed), tuple(by_fold), kept=short == 0.0)


def measured(table: Table, prices: Prices, found: Pairs) -> tuple[Gain, ...]:
    """Value the two outer bands against each alternative; the middle counts as unchanged.

    Against a constant action the value is that of the pairs chosen without each fold. Against today's rule, which the
    folds do not tell, it is that of these rows less what the choice owes in the worse of the two constants.
    """
    weight, rows = weights(table, prices), rows_of(table)
    gain = edges_of(by_bin_and_fold(table, action_money(table, prices, BELOW) - action_money(table, prices, ABOVE)))
    low, high = found.edges
    signs = Signs(table, weight, low, high)
    enough, blocks = has_range(table), blocks_of(table, weight, low, high)
    everybody_above = float(action_money(table, prices, ABOVE).sum())
    total = float(over_folds(gain, range(FOLDS))[-1])
    own = (_rejected(gain, [found.edges] * FOLDS), _approved(gain, [found.edges] * FOLDS))
    chose = found.by_fold if table.early is None else [found.edges] * FOLDS  # earlier rows chose all of it
    honest = (_rejected(gain, chose), _approved(gain, chose))
    owed = [max(mine - paid, 0.0) for mine, paid in zip(own, honest, strict=True)]
    against = [
        gain_against(
            signs, action, honest[action] / rows, owed[action] / rows, rows, enough, everybody_above + more, blocks
        )
        for action, more in ((BELOW, total), (ABOVE, 0.0))
    ]
    if table.today:
        sides, debt = signs.sides(TODAY), max(owed)
        point = (sides[0].total - sides[1].total - debt) / rows
        more = everybody_above + signs.today()
        against.append(gain_against(signs, TODAY, point, debt / rows, rows, enough, more, blocks))
    return tuple(against)


def assumed(table: Table, prices: Prices, edges: Pair, single: int, people: Help, ranged: Sequence[Ranged]) -> Assumed:
    """Return what people are assumed to add on the middle over what a single edge does there.

    Parameters
    ----------
    table, prices, edges
        The bands.
    single
        The edge deployed with two bands.
    people
        The assumptions.
    ranged
        Those of them with a range, by the names of `Help`.
    """
    yes = _in_middle(table, prices, edges, table.favourable)
    no = _in_middle(table, prices, edges, 1 - table.favourable)
    cells, low, high = table.by_fold, *edges
    place = np.array(cells.bin)
    inside = (place >= low) & (place < high)
    n = in_turn(np.array(cells.n, dtype=np.float64)[inside]) if table.objective == PROFIT else 0.0
    plain = 0.0
    for action, side in ((BELOW, place < single), (ABOVE, place >= single)):
        plain += in_turn(action_money(table, prices, action)[inside & side])
    start, stopped, passed = yes[0] + yes[1] - plain, no[1] - yes[1], no[0] - yes[0]

    def adds(cost: Values | float, bad: Values | float, good: Values | float) -> Values | float:
        return start + bad * stopped + (1.0 - good) * passed - cost * n

    now = {"cost": people.cost, "bad_stopped": people.bad_stopped, "good_passed": people.good_passed}
    drawn = draws(now, ranged)
    spread = np.sort(np.asarray(adds(drawn["cost"], drawn["bad_stopped"], drawn["good_passed"])))
    total = float(adds(*now.values()))
    slopes = {"cost": -n, "bad_stopped": stopped, "good_passed": -passed}
    even = [now[name] - total / slope if slope else None for name, slope in slopes.items()]
    return Assumed(total, float(spread[TAIL]), float(spread[len(spread) - 1 - TAIL]), (even[0], even[1], even[2]))


def _reviewed(table: Table, below: Values, above: Values, people: Help) -> Values:
    """Return the money of looking at the rows of each cell."""
    yes, no = (below, above) if table.favourable == BELOW else (above, below)
    stopped = np.where(np.array(table.by_fold.event) == 1, people.bad_stopped, 1.0 - people.good_passed)
    cost = people.cost * np.array(table.by_fold.n, dtype=np.float64) if table.objective == PROFIT else 0.0
    return np.asarray(yes + stopped * (no - yes) - cost, dtype=np.float64)


def _over(held: Held, folds: Sequence[int]) -> dict[str, Values]:
    return {name: over_folds(values, folds) for name, values in held.items()}


def _allowed(part: Held, share: float, bound: Limits | None) -> tuple[Bools, float]:
    """Return the pairs within the capacity that fall short of the limits least, and by how much."""
    n = part["n"]
    ordered = np.arange(len(n))[:, None] <= np.arange(len(n))[None, :]
    fits = ordered & (n[None, :] - n[:, None] <= (share + ROOM) * n[-1])
    if bound is None:
        return fits, 0.0
    # The edge of the favourable band answers for approvals and bad cases, the other one for rejections.
    short = [np.zeros(len(n)), np.zeros(len(n))]
    for limit in bound.limits:
        side = bound.favourable if limit.quantity != "reject_rate" else 1 - bound.favourable
        value = bound.value(limit.quantity, part)
        short[side] += np.maximum(value - limit.bound if limit.at_most else limit.bound - value, 0.0)
    missed = np.where(fits, short[0][:, None] + short[1][None, :], np.inf)
    least = float(missed.min())
    return np.asarray(missed == least, dtype=bool), least


def _best(part: Held, share: float, bound: Limits | None) -> Pair:
    """Return the pair with the most money; of several, the middle of the first and the last for each edge."""
    allowed, _ = _allowed(part, share, bound)
    money = np.where(allowed, part["first"][:, None] + part["second"][None, :], -np.inf)
    best = money == money.max()
    ends = [np.flatnonzero(best.any(axis=axis)) for axis in (1, 0)]
    return int((ends[0][0] + ends[0][-1]) // 2), int((ends[1][0] + ends[1][-1]) // 2)


def _mean(table: Table, scales: Sequence[Sequence[Sequence[float]]], without: int | None) -> tuple[float, float]:
    """Return the mean scale of both edges over the half-samples, or over those that leave a fold out."""
    first, second = (
        half_mean([(half[edge], other[edge]) for half, other in scales], table.halves, without) for edge in (0, 1)
    )
    return first, second


def _nearest(scale: tuple[float, float], ranks: Values, allowed: Bools) -> Pair:
    far = [np.abs(ranks - _rank(one)) for one in scale]
    best = int(np.argmin(np.where(allowed, far[0][:, None] + far[1][None, :], np.inf)))
    return best // len(ranks), best % len(ranks)


def _rank(scale: float) -> float:
    if abs(scale) > BEYOND:
        return 1.0 if scale > 0 else 0.0
    return normal_cdf(scale)


def _approved(gain: Values, pairs: Sequence[Pair]) -> float:
    """Return what the lowest band gains over `above`, each fold under its own pair."""
    total = 0.0
    for fold, (low, _) in enumerate(pairs):
        total += float(gain[low, fold])
    return total


def _rejected(gain: Values, pairs: Sequence[Pair]) -> float:
    """Return what the highest band gains over `below`, each fold under its own pair."""
    total = 0.0
    for fold, (_, high) in enumerate(pairs):
        total += float(gain[high, fold]) - float(gain[-1, fold])
    return total


def _in_middle(table: Table, prices: Prices, edges: Pair, action: int) -> tuple[float, float]:
    """Return the money of an action on the middle, without the event and with it."""
    money, place = action_money(table, prices, action), np.array(table.by_fold.bin)
    inside, event = (place >= edges[0]) & (place < edges[1]), np.array(table.by_fold.event)
    return in_turn(money[inside & (event == 0)]), in_turn(money[inside & (event == 1)])

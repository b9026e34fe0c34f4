"""Three bands: two cut-offs under capacity; what is measured stays apart from what people are assumed to add."""

from __future__ import annotations

import random
import re
from functools import cache
from itertools import combinations_with_replacement
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest
from tests.unit.prove.script import needs_node
from tests.unit.prove.script import run as script_run

import golive.prove
from golive.errors import DocumentError
from golive.maths.bands import Help, Pairs, assumed, choose_bands, measured
from golive.maths.folds import FOLDS
from golive.maths.intervals import Side, difference
from golive.maths.joint import Ranged
from golive.maths.money import payoffs
from golive.maths.recompute import chosen
from golive.maths.table_sums import bins, counts, event_counts
from golive.prove.measure import measure
from golive.prove.template import money_template
from golive.records.money import Money, Volume, parse

if TYPE_CHECKING:
    from types import SimpleNamespace

    from golive.records.earned import Bands
    from golive.records.evidence import Evidence

    Values = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

SCRIPTS = Path(golive.prove.__file__).parent
PEOPLE = Help(cost=12, bad_stopped=0.7, good_passed=0.9)
LIMITS = '["approval_rate >= 0.5", "reject_rate <= 0.25", "review_rate <= 0.1"]'
REVIEW = """
[review]
capacity_per_day = 6
cost = { value = 12, range = [8, 20], owner = "head of operations" }
bad_stopped = { value = 0.7, range = [0.4, 0.9], owner = "head of risk" }
good_passed = { value = 0.9, range = [0.7, 1.0], owner = "head of risk" }
"""


def reviewed(more: str = "", review: str = REVIEW) -> Money:
    text = money_template().replace('above = "reject"', 'middle = "review"\nabove = "reject"')
    text = text.replace("cases_per_month = 400", "cases_per_month = 400\nbusiest_day = 30")
    return parse(text.replace('maximise = "profit"', more or 'maximise = "profit"') + review)


def found(world: SimpleNamespace, more: str = "", **given: Any) -> tuple[Evidence, Bands]:
    evidence = measure(world.outcome, world.score, money=reviewed(more), columns=world.columns, **given)
    assert evidence.money is not None
    assert evidence.money.bands is not None
    return evidence, evidence.money.bands


def sides(world: SimpleNamespace, evidence: Evidence, edges: tuple[int, int]) -> tuple[Any, Any]:
    """Return which rows lie below the first cut-off, and which at the second or above."""
    lows = [*evidence.table.low, np.inf]
    return world.score < lows[edges[0]], world.score >= lows[edges[1]]


def test_the_middle_holds_no_more_than_people_can_look_at(world: SimpleNamespace) -> None:
    evidence, bands = found(world)
    assert (bands.capacity_per_day, bands.per_day, bands.share) == (6, 30, 0.2)
    assert sum(bands.rows) == evidence.rows == 1000
    assert 150 <= bands.rows[1] <= 200
    below, above = sides(world, evidence, bands.edges)
    assert bands.rows == (below.sum(), (~below & ~above).sum(), above.sum())
    low, high = bands.chosen
    assert low is not None
    assert high is not None
    assert low < high
    assert ((world.score < low) == below).all()
    assert ((world.score >= high) == above).all()
    assert len(bands.folds) == FOLDS


def test_a_month_without_a_busiest_day_has_21_working_days(world: SimpleNamespace) -> None:
    plain = msgspec.structs.replace(reviewed(), volume=Volume(cases_per_month=400))
    money = measure(world.outcome, world.score, money=plain, columns=world.columns).money
    assert money is not None
    assert money.bands is not None
    assert money.bands.share == pytest.approx(6 / (400 / 21))


def test_the_verdict_is_that_of_the_single_cut_off(world: SimpleNamespace) -> None:
    """What people add is no part of it: neither the word nor a figure moves with what is assumed of them."""
    evidence, bands = found(world)
    better = REVIEW.replace("value = 0.7, range = [0.4, 0.9]", "value = 1.0, range = [1, 1]").replace(
        "12, range", "8, range"
    )
    other = measure(world.outcome, world.score, money=reviewed(review=better), columns=world.columns)
    assert other.money is not None
    assert evidence.money is not None
    assert other.money.bands is not None
    assert other.money.bands.added.total > bands.added.total
    assert other.money.against == evidence.money.against
    assert other.verdict == evidence.verdict


def test_what_is_measured_is_that_of_the_two_outer_bands(world: SimpleNamespace) -> None:
    """Points, limits and changed rows of fixed bands, worked out again from the rows."""
    before = world.columns["Amount"] >= 1200
    evidence, bands = found(world, today=before)
    prices = {one.name: one.value for one in evidence.assumptions}
    fixed = measured(evidence.table, prices, Pairs(bands.edges, (bands.edges,) * FOLDS, kept=True))
    earned = payoffs(reviewed(), world.columns, np.array(world.outcome) == "bad")
    below, above = sides(world, evidence, bands.edges)
    for gain, other in zip(fixed, (np.zeros(1000, bool), np.ones(1000, bool), before), strict=True):
        differs = (below & other) | (above & ~other)
        won = np.where(other, earned["approve"] - earned["reject"], earned["reject"] - earned["approve"])
        assert gain.changed == differs.sum()
        assert gain.point * 1000 == pytest.approx(won[differs].sum(), abs=0.005)
        both = []
        for sign in (1, -1):
            part = np.maximum(sign * won, 0)
            mine = part[differs]
            both.append(Side(float(mine.sum()), float((mine**2).sum()), float((part**2).sum() / part.sum())))
        assert (gain.low, gain.high) == pytest.approx(difference(both[0], both[1], 1000), rel=1e-7)


def test_the_choice_pays_for_choosing(world: SimpleNamespace) -> None:
    evidence, _ = found(world)
    prices = {one.name: one.value for one in evidence.assumptions}
    made = choose_bands(evidence.table, prices, PEOPLE, 0.2)
    paid = measured(evidence.table, prices, made)
    free = measured(evidence.table, prices, Pairs(made.edges, (made.edges,) * FOLDS, kept=True))
    worse = Pairs(made.edges, tuple((max(low - 9, 0), high) for low, high in made.by_fold), kept=True)
    owing = measured(evidence.table, prices, worse)
    assert owing[1].point < free[1].point
    assert owing[1].low is not None
    assert free[1].low is not None
    assert owing[1].low < free[1].low
    assert paid[0].high == free[0].high


def test_what_people_add_is_worked_out_from_the_rows(world: SimpleNamespace) -> None:
    evidence, bands = found(world)
    assert evidence.money is not None
    earned = payoffs(reviewed(), world.columns, np.array(world.outcome) == "bad")
    below, above = sides(world, evidence, bands.edges)
    middle, bad = ~below & ~above, np.array(world.outcome) == "bad"
    single = np.where(world.score >= evidence.money.cutoff.chosen[0], earned["reject"], earned["approve"])

    def adds(cost: float, stopped: float, passed: float) -> float:
        share = np.where(bad, stopped, 1 - passed)
        looked = earned["approve"] + share * (earned["reject"] - earned["approve"]) - cost
        return float((looked - single)[middle].sum())

    assert bands.added.total == pytest.approx(adds(12, 0.7, 0.9), abs=0.005)
    assert bands.added.low < bands.added.per_row < bands.added.high
    assert adds(20, 0.4, 0.7) / 1000 < bands.added.low
    cost, stopped, passed = bands.review
    assert cost.break_even is not None
    assert stopped.break_even is not None
    assert passed.break_even is not None
    assert adds(cost.break_even, 0.7, 0.9) == pytest.approx(0, abs=1e-6)
    assert adds(12, stopped.break_even, 0.9) == pytest.approx(0, abs=1e-6)
    assert adds(12, 0.7, passed.break_even) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("limit", ["", 'subject_to = ["approval_rate >= 0.5", "reject_rate <= 0.25"]'])
def test_every_half_sample_takes_its_best_pair_within_the_capacity(limit: str) -> None:
    """Against a search over all pairs of the rows of each half; the deployed pair is near the mean of their places."""
    evidence, prices = small(limit)
    table, share = evidence.table, 0.25
    cells = table.by_fold
    earned = {action: cell_money(evidence, action) for action in (0, 1)}
    bad = np.array(cells.event) == 1
    looked = earned[0] + np.where(bad, 0.7, 1 - 0.9) * (earned[1] - earned[0]) - 12 * np.array(cells.n)
    place, n = np.array(cells.bin), np.array(cells.n)
    places = []
    for mask in table.halves:
        for side in (1, 0):
            inside = np.array([mask >> fold & 1 == side for fold in cells.fold])
            rows, best, most = n[inside].sum(), [], -np.inf
            for low, high in combinations_with_replacement(range(bins(table) + 1), 2):
                first, last = inside & (place < low), inside & (place >= high)
                middle = inside & (place >= low) & (place < high)
                if n[middle].sum() > share * rows + 1e-6:
                    continue
                if limit and (n[first].sum() < 0.5 * rows or n[last].sum() > 0.25 * rows):
                    continue
                money = earned[0][first].sum() + looked[middle].sum() + earned[1][last].sum()
                if money > most + 1e-6:
                    most, best = money, [(low, high)]
                elif money > most - 1e-6:
                    best.append((low, high))
            lows, highs = ([pair[at] for pair in best] for at in (0, 1))
            places.append(((min(lows) + max(lows)) // 2, (min(highs) + max(highs)) // 2))
    found_pairs = choose_bands(table, prices, PEOPLE, share)
    from scipy.stats import norm  # type: ignore[import-untyped, unused-ignore]  # no stubs

    ranks = np.append(0, np.cumsum(np.bincount(place, n))) / n.sum()
    wanted = [
        norm.cdf(np.mean(norm.ppf(np.clip(ranks[[pair[at] for pair in places]], 1e-4, 1 - 1e-4)))) for at in (0, 1)
    ]
    allowed = [
        (abs(ranks[low] - wanted[0]) + abs(ranks[high] - wanted[1]), low, high)
        for low, high in combinations_with_replacement(range(bins(table) + 1), 2)
        if ranks[high] - ranks[low] <= share + 1e-9
        and (not limit or (ranks[low] >= 0.5 and 1 - ranks[high] <= 0.25 + 1e-12))
    ]
    assert found_pairs.edges == min(allowed)[1:]
    assert found_pairs.kept


def cell_money(evidence: Evidence, action: int) -> Values:
    from golive.maths.table_sums import action_money

    return action_money(evidence.table, {one.name: one.value for one in evidence.assumptions}, action)


@cache
def small(limit: str = "", seed: int = 5) -> tuple[Evidence, dict[str, float]]:
    rng = np.random.default_rng(seed)
    bad = rng.random(300) < 0.3
    score = np.round(1 / (1 + np.exp(-rng.normal(np.where(bad, 1.0, -1.0)))) * 14) / 14
    columns = {"Amount": np.round(rng.lognormal(7, 0.6, 300)), "Time": rng.integers(6, 60, 300).astype(float)}
    evidence = measure(
        np.where(bad, "bad", "good"), score, money=reviewed(limit), columns=columns, today=columns["Amount"] > 1300
    )
    return evidence, {one.name: one.value for one in evidence.assumptions}


def test_without_capacity_worth_the_name_nobody_is_looked_at() -> None:
    evidence, prices = small()
    made = choose_bands(evidence.table, prices, PEOPLE, 0.0)
    assert made.edges[0] == made.edges[1]
    single = chosen(evidence.table, prices)
    assert abs(made.edges[0] - single.edge) <= 1


def test_people_who_cost_more_than_they_save_get_no_cases() -> None:
    evidence, prices = small()
    made = choose_bands(evidence.table, prices, Help(1e6, 0.7, 0.9), 1.0)
    assert made.edges[0] == made.edges[1]


def test_people_who_never_err_and_cost_nothing_get_what_they_can_take() -> None:
    evidence, prices = small()
    low, high = choose_bands(evidence.table, prices, Help(0, 1, 1), 1.0).edges
    n, events = counts(evidence.table), event_counts(evidence.table)
    mixed = np.flatnonzero((events > 0) & (events < n))  # elsewhere an action for all of them is as good
    assert low <= mixed[0]
    assert high > mixed[-1]


def test_a_review_rate_is_a_limit_too(world: SimpleNamespace) -> None:
    _, bands = found(world, 'subject_to = ["review_rate <= 0.05"]')
    assert bands.rows[1] <= 50


def test_a_scorecard_has_its_bands_the_other_way_round(world: SimpleNamespace) -> None:
    text = money_template().replace('below = "approve"', 'below = "reject"')
    text = text.replace('above = "reject"', 'middle = "review"\nabove = "approve"')
    text = text.replace("cases_per_month = 400", "cases_per_month = 400\nbusiest_day = 30")
    points = 1000 - 1000 * world.score
    turned = measure(
        world.outcome, points, money=parse(text + REVIEW), columns=world.columns, higher_is_better=True
    ).money
    _, same = found(world)
    assert turned is not None
    assert turned.bands is not None
    assert turned.bands.rows[::-1] == pytest.approx(same.rows, abs=25)
    assert turned.bands.added.per_row == pytest.approx(same.added.per_row, rel=0.2)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("capacity_per_day = 6\n", "", "`capacity_per_day` is missing"),
        ("capacity_per_day = 6", "capacity_per_day = 0", "expected more than 0"),
        ("value = 0.7, range = [0.4, 0.9]", "value = 7, range = [4, 9]", "`value` is 7; expected 0 to 1"),
        ("range = [0.7, 1.0]", "range = [0.7, 1.2]", r"`range` is \[0.7, 1.2\]; expected 0 to 1"),
        ("value = 12, range = [8, 20]", "value = -1", "`value` is -1; expected at least 0"),
        ("value = 12", "value = 30", "outside its own range 8 to 20"),
        ('cost = { value = 12, range = [8, 20], owner = "head of operations" }\n', "", "`cost` is missing"),
        ("capacity_per_day", "capacity", "unknown field `capacity`"),
    ],
)
def test_a_review_that_cannot_be_is_refused(old: str, new: str, said: str) -> None:
    assert old in REVIEW
    with pytest.raises(DocumentError, match=said):
        reviewed(review=REVIEW.replace(old, new))


def test_a_middle_and_its_review_need_each_other_and_a_volume() -> None:
    with pytest.raises(DocumentError, match="`middle` needs `\\[review\\]`"):
        reviewed(review="")
    with pytest.raises(DocumentError, match="needs the action of the middle band"):
        parse(money_template() + REVIEW)
    without = money_template().replace('above = "reject"', 'middle = "review"\nabove = "reject"')
    without = re.sub(r'\[volume\]\ncases_per_month = 400\n.*\nowner = "head of lending"\n', "", without)
    with pytest.raises(DocumentError, match="a capacity needs `\\[volume\\]`"):
        parse(without + REVIEW)
    with pytest.raises(DocumentError, match="limits of money are not kept with three bands yet"):
        reviewed('subject_to = ["profit_per_case >= 1"]')
    with pytest.raises(DocumentError, match="`middle` is 'reject'; expected a third action"):
        parse(money_template().replace('above = "reject"', 'middle = "reject"\nabove = "reject"') + REVIEW)


def test_nobody_answers_for_the_people(world: SimpleNamespace) -> None:
    money = reviewed(review=REVIEW.replace(', owner = "head of operations"', ""))
    verdict = measure(world.outcome, world.score, money=money, columns=world.columns).verdict
    assert any("cost" in one.text for one in verdict.conditions if one.code == "owner_missing")


@needs_node
@pytest.mark.parametrize(
    "limit", ["", 'subject_to = ["approval_rate >= 0.5", "reject_rate <= 0.25", "review_rate <= 0.1"]']
)
def test_the_page_chooses_and_values_the_same_bands(limit: str) -> None:
    evidence, recorded = small(limit)
    rng = random.Random(limit)
    asked: list[dict[str, Any]] = []
    for _ in range(40):
        prices = {name: value * rng.choice([1.0, rng.uniform(0.3, 2)]) for name, value in recorded.items()}
        people = {"cost": rng.uniform(0, 60), "bad_stopped": rng.random(), "good_passed": rng.random()}
        asked.append({"prices": prices, "people": people, "share": rng.choice([0.0, 0.1, 0.3, 1.0]), "single": 7})
    ranged = [Ranged("cost", 8, 20), Ranged("bad_stopped", 0.4, 0.9)]
    script = """
      answer = given.asked.map(({ prices, people, share, single }) => {
        const found = bands.chosen(given.table, prices, people, share);
        const added = bands.added(given.table, prices, found.edges, single, people, given.ranged);
        return [found, bands.measured(given.table, prices, found), added];
      });
    """
    listed = [{"name": one.name, "low": one.low, "high": one.high} for one in ranged]
    theirs = run(script, {"table": evidence.table, "asked": asked, "ranged": listed})
    for one, (pairs, gains, added) in zip(asked, theirs, strict=True):
        prices, assisted = one["prices"], Help(**one["people"])
        made = choose_bands(evidence.table, prices, assisted, one["share"])
        assert (list(made.edges), [list(pair) for pair in made.by_fold], made.kept) == (
            pairs["edges"], pairs["byFold"], pairs["kept"],
        )  # fmt: skip
        for ours, their in zip(measured(evidence.table, prices, made), gains, strict=True):
            assert [their[key] for key in ("point", "low", "high")] == pytest.approx(
                [ours.point, ours.low, ours.high], abs=1e-6
            )
            assert their["changed"] == ours.changed
        mine = assumed(evidence.table, prices, made.edges, 7, assisted, ranged)
        assert [added[key] for key in ("total", "low", "high")] == pytest.approx(
            [mine.total, mine.low, mine.high], abs=0.005
        )
        for even, their_even in zip(mine.break_even, added["breakEven"], strict=True):
            assert their_even == (None if even is None else pytest.approx(even, rel=1e-6))


def run(script: str, given: object) -> Any:
    return script_run(script, given, bands=SCRIPTS / "bands.js")

"""Profit and revenue are separate lines and separate objectives; limits are kept by the choice and by all its parts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from golive.errors import DocumentError, InputError
from golive.maths.folds import FOLDS
from golive.maths.money import payoffs
from golive.maths.recompute import chosen, curve, limits, standing
from golive.maths.table_sums import bins
from golive.maths.words import number
from golive.prove.measure import measure
from golive.prove.priced_conditions import priced_conditions
from golive.prove.template import money_template
from golive.records.evidence import Word
from golive.records.money import Money, parse

if TYPE_CHECKING:
    from golive.records.evidence import Evidence, MoneyEvidence


def aimed(text: str) -> Money:
    return parse(money_template().replace('maximise = "profit"', text))


def found(world: SimpleNamespace, text: str, **more: Any) -> tuple[Evidence, MoneyEvidence]:
    evidence = measure(world.outcome, world.score, money=aimed(text), columns=world.columns, **more)
    assert evidence.money is not None
    return evidence, evidence.money


def rejected(world: SimpleNamespace, money: MoneyEvidence) -> Any:
    if money.cutoff.constant is not None:
        return np.full(len(world.score), money.cutoff.constant == "reject")
    return world.score >= money.cutoff.chosen[0]


def test_without_an_objective_profit_is_maximised_and_revenue_stands_beside(world: SimpleNamespace) -> None:
    evidence, money = found(world, "")
    assert (money.objective, money.limits) == ("profit", ())
    assert money.beside is not None
    assert money.beside.objective == "revenue"
    bad = np.array(world.outcome) == "bad"
    revenue = np.where(bad, 0.0, 0.08 * world.columns["Amount"] * world.columns["Time"] / 12)
    prices = {one.name: one.value for one in evidence.assumptions}
    fixed = standing(evidence.table, prices, money.cutoff.edge, None, "revenue")
    assert fixed.total == pytest.approx(revenue[~rejected(world, money)].sum(), abs=0.005)
    assert fixed.against[0].total == pytest.approx(revenue.sum(), abs=0.005)
    assert [one.name for one in money.beside.against] == ["approve all", "reject all"]
    assert money.beside.against[0].per_row < 0 < money.beside.against[1].per_row  # rejecting costs revenue


def test_revenue_alone_rejects_only_who_brings_none_and_its_price_in_profit_is_shown(world: SimpleNamespace) -> None:
    evidence, money = found(world, 'maximise = "revenue"')
    assert money.objective == "revenue"
    assert (np.array(world.outcome)[rejected(world, money)] == "bad").all()  # they bring no revenue
    assert evidence.verdict.word is Word.do_not_use  # no more revenue than approving everybody
    assert money.trade is not None
    for_profit, for_revenue = money.trade.choices
    assert for_profit.profit > for_revenue.profit
    assert for_revenue.revenue > for_profit.revenue
    assert for_revenue.chosen == money.cutoff.chosen


def test_revenue_under_a_limit_of_losses_is_used_with_the_profit_it_costs(world: SimpleNamespace) -> None:
    evidence, money = found(world, 'maximise = "revenue"\nsubject_to = ["bad_rate <= 0.1"]')
    assert [(one.name, one.decides) for one in money.against] == [("approve all", False), ("reject all", True)]
    assert evidence.verdict.word is Word.use_with_conditions
    bad = np.array(world.outcome) == "bad"
    approved = ~rejected(world, money)
    (limit,) = money.limits
    assert limit.text == "bad_rate <= 0.1"
    assert limit.value == pytest.approx(bad[approved].mean())
    assert limit.value <= 0.1


def test_curves_of_profit_and_revenue_are_those_of_the_rows(world: SimpleNamespace) -> None:
    evidence, money = found(world, "")
    assert money.trade is not None
    earned = payoffs(aimed(""), world.columns, np.array(world.outcome) == "bad")
    for edge in (0, 1, 40, bins(evidence.table)):
        below = world.score <= (evidence.table.high[edge - 1] if edge else -1.0)
        assert money.trade.profit[edge] == pytest.approx(
            earned["approve"][below].sum() + earned["reject"][~below].sum()
        )
    prices = {one.name: one.value for one in evidence.assumptions}
    turned = msgspec.structs.replace(evidence.table, objective="revenue")
    assert money.trade.revenue == pytest.approx(curve(turned, prices)[0].tolist())


@pytest.mark.parametrize(
    ("limit", "value"),
    [
        ("approval_rate >= 0.9", lambda approved, bad, profit: approved.mean()),
        ("approval_rate <= 0.5", lambda approved, bad, profit: approved.mean()),
        ("0.3 >= reject_rate", lambda approved, bad, profit: (~approved).mean()),
        ("bad_rate <= 0.04", lambda approved, bad, profit: bad[approved].mean()),
        ("profit_per_case >= 10", lambda approved, bad, profit: np.mean(np.where(approved, profit[0], profit[1]))),
    ],
)
def test_a_limit_is_kept_and_its_figure_is_that_of_the_rows(world: SimpleNamespace, limit: str, value: Any) -> None:
    _, money = found(world, f'subject_to = ["{limit}"]')
    earned = payoffs(aimed(""), world.columns, np.array(world.outcome) == "bad")
    approved, bad = ~rejected(world, money), np.array(world.outcome) == "bad"
    (kept,) = money.limits
    assert kept.value == pytest.approx(value(approved, bad, (earned["approve"], earned["reject"])))
    assert (kept.value <= kept.bound) if kept.at_most else (kept.value >= kept.bound)


def test_a_limit_that_binds_takes_the_edge_next_to_it_and_promises_less(world: SimpleNamespace) -> None:
    _, free = found(world, "")
    evidence, bound = found(world, 'subject_to = ["approval_rate >= 0.9"]')
    share = np.arange(bins(evidence.table) + 1)
    approved = np.cumsum(np.append(0, np.bincount(np.array(evidence.table.by_fold.bin), evidence.table.by_fold.n)))
    assert bound.cutoff.edge in share[approved >= 0.9 * len(world.score)][:3]  # each half keeps it on its own rows
    assert bound.promised.total < free.promised.total


def test_every_half_sample_keeps_the_limits_on_its_own_rows(world: SimpleNamespace) -> None:
    """Worked out without the shortfall code: the best edge of a half among those that approve enough of its rows."""
    evidence, _ = found(world, 'subject_to = ["approval_rate >= 0.9"]')
    prices = {one.name: one.value for one in evidence.assumptions}
    bound = limits(evidence.table, prices)
    assert bound is not None
    cells = evidence.table.by_fold
    for mask in evidence.table.halves[:10]:
        folds = [fold for fold in range(FOLDS) if mask >> fold & 1]
        inside = np.isin(cells.fold, folds)
        n = np.bincount(np.array(cells.bin)[inside], np.array(cells.n)[inside], minlength=bins(evidence.table))
        expected = np.append(0, np.cumsum(n)) / n.sum() >= 0.9
        assert (bound.allowed(bound.over(folds)) == expected).all()
    choice = chosen(evidence.table, prices)
    for fold, edge in enumerate(choice.by_fold):
        inside = np.array(cells.fold) != fold
        below = np.array(cells.n)[inside & (np.array(cells.bin) < edge)].sum()
        assert below / np.array(cells.n)[inside].sum() >= 0.9


def test_the_scorecard_keeps_the_same_limit(world: SimpleNamespace) -> None:
    text = (
        money_template()
        .replace('below = "approve"', 'below = "reject"')
        .replace('above = "reject"', 'above = "approve"')
    )
    points = 850 - 550 * world.score
    for limit in ("approval_rate >= 0.9", "reject_rate >= 0.4", "bad_rate <= 0.03"):
        turned = parse(text.replace('maximise = "profit"', f'subject_to = ["{limit}"]'))
        one = measure(world.outcome, points, money=turned, columns=world.columns, higher_is_better=True).money
        _, same = found(world, f'subject_to = ["{limit}"]')
        assert one is not None
        assert one.limits[0].value == pytest.approx(same.limits[0].value, abs=0.02)


def test_limits_that_exclude_each_other_are_refused_with_what_can_be_reached(world: SimpleNamespace) -> None:
    with pytest.raises(
        InputError, match=r"no cut-off .* keeps `approval_rate >= 0.9`, `bad_rate <= 0.01`; the nearest"
    ):
        found(world, 'subject_to = ["approval_rate >= 0.9", "bad_rate <= 0.01"]')


def test_limits_that_no_constant_keeps_need_a_rule_of_today(world: SimpleNamespace) -> None:
    both = 'subject_to = ["approval_rate >= 0.3", "approval_rate <= 0.9"]'
    with pytest.raises(
        InputError, match=r"`approve all` breaks a limit, `reject all` breaks a limit, and nothing is said"
    ):
        found(world, both)
    _, money = found(world, both, today=world.columns["Amount"] > 1200)
    assert [one.decides for one in money.against] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('maximise = "sales"', "money.toml:56:12: `maximise` is 'sales'; expected"),
        ('subject_to = ["approval_rate > 0.6"]', "money.toml:56:15: `approval_rate > 0.6` is no limit"),
        ('subject_to = ["approvals >= 0.6"]', "`approvals` cannot be limited; expected one of approval_rate"),
        ('subject_to = ["approval_rate >= 60"]', "`approval_rate` is a share; expected 0 to 1, not 60"),
        ('subject_to = ["approval_rate >= 60 %"]', "write 0.6"),
        ('subject_to = ["approval_rate >= 0.6 and bad_rate <= 0.1"]', "is no limit"),
        ('subjectto = ["approval_rate >= 0.6"]', "unknown field `subjectto`"),
    ],
)
def test_an_objective_that_cannot_be_read_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        aimed(text)
    assert any(said in problem for problem in caught.value.problems), caught.value.problems


def test_revenue_that_no_payoff_names_cannot_be_maximised() -> None:
    text = money_template().replace("revenue = ", "loss = ")
    with pytest.raises(DocumentError, match="no payoff has a line called `revenue`"):
        parse(text.replace('"profit"', '"revenue"'))


def test_a_limit_that_later_rows_miss_is_a_condition() -> None:
    """The world gets worse: at the same scores twice as many turn bad in the later half."""
    rng = np.random.default_rng(4)
    later = np.arange(1600) >= 800
    score = np.round(rng.beta(1.5, 5, 1600), 3)
    bad = rng.random(1600) < np.minimum(score * np.where(later, 2, 1), 1)
    columns = {"Amount": np.round(rng.lognormal(7, 0.3, 1600)), "Time": np.full(1600, 36.0)}
    date = [f"2024-{1 + at // 134:02}-{1 + at % 28:02}" for at in range(1600)]
    money = aimed('maximise = "revenue"\nsubject_to = ["bad_rate <= 0.15"]')
    evidence = measure(np.where(bad, "bad", "good"), score, money=money, columns=columns, date=date)
    assert evidence.money is not None
    (limit,) = evidence.money.limits
    assert limit.value > 0.2
    missed = [one for one in priced_conditions(money, evidence.money) if one.code == "limit_missed"]
    assert [one.text for one in missed] == [
        f"The limit bad_rate <= 0.15 was kept where the cut-off was chosen, and is missed on later cases:"
        f" {number(limit.value)}."
    ]


def test_an_effect_without_a_control_group_is_a_condition(world: SimpleNamespace) -> None:
    said = 'source = "plan for the year"\n'
    for more, codes in (('effect_of = "approve"\n', ["effect_assumed"]), ("", [])):
        money = parse(money_template().replace(said, said + more))
        verdict = measure(world.outcome, world.score, money=money, columns=world.columns).verdict
        assert [one.code for one in verdict.conditions if one.code == "effect_assumed"] == codes
    measured = parse(money_template().replace(said, said + 'effect_of = "approve"\nmeasured_by = "May, 2,000 cases"\n'))
    verdict = measure(world.outcome, world.score, money=measured, columns=world.columns).verdict
    assert "effect_assumed" not in [one.code for one in verdict.conditions]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('effect_of = "call"\n', "`effect_of` is 'call'; expected"),
        ('measured_by = "May"\n', "`measured_by` stands without `effect_of`"),
        ('currency = "USD"\n', "`currency` is 'USD', but the file is in 'EUR'; convert the amount first"),
    ],
)
def test_an_assumption_that_does_not_fit_is_refused(more: str, said: str) -> None:
    place = 'source = "plan for the year"\n'
    with pytest.raises(DocumentError, match=said):
        parse(money_template().replace(place, place + more))

"""The table says what the rows say, at the recorded prices and at others."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.maths.formula import show
from golive.maths.histogram import Rows, arrange, score_table
from golive.maths.intervals import Side, difference
from golive.maths.money import basis_values, compile_payoffs, payoffs, row_money
from golive.maths.recompute import cells, chosen, curve, forgone, shifted, smallest_gain, standing
from golive.maths.table_sums import ABOVE, BELOW, bins, counts, cutoff_at, edge_at
from golive.records.money import parse
from golive.records.score_table import Table

MONEY = """\
currency = "EUR"
[actions]
below = "approve"
above = "reject"
[assumptions]
margin = {{ value = {margin} }}
loss = {{ value = {loss} }}
fee = {{ value = {fee} }}
[payoff.approve]
no_event = {{ revenue = "margin * Amount * Time / 12", cost = "fee" }}
event = {{ loss = "loss * Amount", cost = "fee" }}
[payoff.reject]
no_event = "-fee / 4"
event = 0
"""
BASE = {"margin": 0.1, "loss": 0.6, "fee": 12.0}
Values = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


@cache
def frame(n: int = 3000) -> tuple[Values, Values, dict[str, Values]]:
    rng = np.random.default_rng(11)
    event = rng.random(n) < 0.25
    odds = rng.normal(np.where(event, 0.6, -1.4), 1.0)
    columns = {"Amount": np.round(rng.lognormal(7, 0.7, n), 2), "Time": rng.integers(6, 60, n).astype(float)}
    return 1 / (1 + np.exp(-odds)), event.astype(float), columns


@cache
def folded(n: int = 3000) -> tuple[Rows, Table, tuple[str, ...]]:
    score, event, columns = frame(n)
    money = parse(MONEY.format(**BASE))
    compiled = compile_payoffs(money, tuple(columns))
    rows = arrange(score, event > 0, basis_values(compiled, columns, event > 0))
    both = np.stack([row_money(compiled, rows.values, rows.event, action) for action in (0, 1)])
    bases = tuple(show(basis) for basis in compiled.bases)
    return rows, score_table(rows, terms=compiled.terms, bases=bases, money=both), bases


def by_rows(prices: dict[str, float]) -> tuple[Values, Values]:
    """Money of both actions per row in canonical order, straight from the formula."""
    _, event, columns = frame()
    found = payoffs(parse(MONEY.format(**prices)), columns, event > 0)
    order = folded()[0].order
    return found["approve"][order], found["reject"][order]


prices = st.fixed_dictionaries(
    {"margin": st.floats(0.01, 0.5), "loss": st.floats(0.1, 1.0), "fee": st.floats(0.01, 80.0)}
)


@settings(max_examples=40)
@given(prices, st.floats(0, 1))
def test_money_of_any_edge_under_any_prices_equals_the_rows_to_the_cent(
    changed: dict[str, float], share: float
) -> None:
    rows, table, _ = folded()
    edge = round(share * bins(table))
    below, above = by_rows(changed)
    first = int(counts(table)[:edge].sum())
    found = standing(table, changed, edge)
    expected = below[:first].sum() + above[first:].sum()
    assert found.total == pytest.approx(expected, abs=0.005)
    assert (found.below, found.above) == (first, len(below) - first)
    assert found.against[BELOW].point * len(below) == pytest.approx((above - below)[first:].sum(), abs=0.005)
    assert found.against[ABOVE].point * len(below) == pytest.approx((below - above)[:first].sum(), abs=0.005)
    matrix = cells(table, changed, edge)
    happened = rows.event
    got = [below[:first][~happened[:first]], below[:first][happened[:first]]]
    got += [above[first:][~happened[first:]], above[first:][happened[first:]]]
    for cell, mine in zip(matrix, got, strict=True):
        assert cell[0] == len(mine)
        assert cell[1] == pytest.approx(mine.sum(), abs=0.005)


def side(money: Values, here: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Side:
    positive = np.maximum(money, 0)
    typical = (positive**2).sum() / positive.sum() if positive.sum() else 0.0
    return Side(float(positive[here].sum()), float((positive[here] ** 2).sum()), float(typical))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.7, 0.97, 1.0])
def test_the_interval_equals_that_of_the_rows_at_the_recorded_prices(share: float) -> None:
    _, table, _ = folded()
    edge = round(share * bins(table))
    below, above = by_rows(BASE)
    n = len(below)
    rejected = np.arange(n) >= counts(table)[:edge].sum()
    found = standing(table, BASE, edge)
    for action, won, here in ((BELOW, above - below, rejected), (ABOVE, below - above, ~rejected)):
        gain = found.against[action]
        assert (gain.low, gain.high) == pytest.approx(difference(side(won, here), side(-won, here), n), rel=1e-8)
        assert gain.changed == here.sum()
    own = np.where(rejected, above, below)
    everywhere = np.ones(n, dtype=bool)
    limits = difference(side(own, everywhere), side(-own, everywhere), n)
    assert found.low is not None
    assert found.high is not None
    assert (found.low / n, found.high / n) == pytest.approx(limits, rel=1e-8)
    assert found.sd == pytest.approx(own.std(), rel=1e-6)


def test_the_choice_pays_for_choosing() -> None:
    _, table, _ = folded()
    choice = chosen(table, BASE)
    owing = dataclasses.replace(choice, honest=float(choice.gain[choice.edge]) - 6000.0)
    honest, fixed = standing(table, BASE, choice.edge, owing), standing(table, BASE, choice.edge)
    assert owing.optimism == pytest.approx(6000.0)
    assert honest.total == pytest.approx(fixed.total - 6000.0)
    for paid, free in zip(honest.against, fixed.against, strict=True):
        assert paid.low is not None
        assert free.low is not None
        assert paid.low == pytest.approx(free.low - 1.0)  # half of 6,000 over 3,000 rows
        assert paid.high == free.high


@given(prices)
@settings(max_examples=10)
def test_prices_can_move_and_come_back(changed: dict[str, float]) -> None:
    _, table, _ = folded()
    before = standing(table, BASE, 40)
    standing(table, changed, 40)
    assert standing(table, BASE, 40) == before


def test_the_smallest_gain_is_a_hundredth_of_what_the_choice_moves() -> None:
    below, above = by_rows(BASE)
    assert smallest_gain(folded()[1], BASE) == pytest.approx(0.01 * np.abs(below - above).mean(), rel=1e-9)


def test_the_curve_is_the_money_of_every_edge() -> None:
    _, table, _ = folded()
    total, low, high = curve(table, BASE)
    assert len(total) == bins(table) + 1
    for edge in (0, 17, 120, bins(table)):
        assert total[edge] == pytest.approx(standing(table, BASE, edge).total, rel=1e-9)
        assert low[edge] < total[edge] < high[edge]


def test_what_wrong_rejections_lose_is_what_approving_would_have_earned() -> None:
    rows, table, _ = folded()
    below, above = by_rows(BASE)
    edge = edge_at(table, 0.6)
    wrong = (rows.score >= 0.6) & ~rows.event
    lost, low, high = forgone(table, BASE, np.arange(bins(table)) >= edge, 0, ABOVE)
    assert lost == pytest.approx((below - above)[wrong].sum(), abs=0.005)
    assert low < lost < high


@pytest.mark.parametrize(("start", "end"), [(40, 90), (90, 40), (0, 60), (55, 55)])
def test_moving_the_cut_off_is_worth_the_rows_in_between(start: int, end: int) -> None:
    rows, table, _ = folded()
    below, above = by_rows(BASE)
    first, last = (int(counts(table)[:edge].sum()) for edge in sorted((start, end)))
    change = (below - above if end > start else above - below)[first:last]
    found, low, high = shifted(table, BASE, start, end)
    assert found == pytest.approx(change.sum(), abs=0.005)
    every = below - above if end > start else above - below
    won, lost = (
        Side(mine.sum(), (mine**2).sum(), (all_**2).sum() / all_.sum())
        for mine, all_ in ((change[change > 0], every[every > 0]), (-change[change < 0], -every[every < 0]))
    )
    limits = [len(rows.score) * limit for limit in difference(won, lost, len(rows.score))]
    assert [low, high] == pytest.approx(limits, rel=1e-9)


def test_the_number_shown_lies_between_the_scores_either_side() -> None:
    rows, table, _ = folded()
    for edge in (1, 30, bins(table) - 1):
        cutoff = cutoff_at(table, edge)
        assert cutoff is not None
        assert (rows.score < cutoff).sum() == counts(table)[:edge].sum()
        assert edge_at(table, cutoff) == edge
    assert cutoff_at(table, 0) is None
    assert cutoff_at(table, bins(table)) is None


def test_few_events_have_no_interval() -> None:
    score = np.linspace(0, 1, 60)
    rows = arrange(score, score > 0.9, np.ones((1, 60)))
    gain = np.where(rows.event, -5.0, 1.0)
    terms = compile_payoffs(parse(MONEY.format(**BASE)), ("Amount", "Time")).terms
    constant = tuple(term for term in terms if term.basis == 0)
    table = score_table(rows, terms=constant, bases=("1",), money=np.stack([gain, np.zeros(60)]))
    found = standing(table, BASE, 30)
    assert found.low is None
    assert found.against[0].low is None

"""Weights and customers against sums over customers, made the slow way."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.maths.buckets import effective_rows, equal_width, ties
from golive.maths.folds import FOLDS, PRIME, fold_of_text
from golive.maths.formula import show
from golive.maths.histogram import SIGNS, Rows, arrange, score_table
from golive.maths.intervals import Side, difference, wilson
from golive.maths.money import basis_values, compile_payoffs, payoffs, row_money
from golive.maths.recompute import chosen, curve, standing
from golive.maths.table_sums import ABOVE, BELOW, bins, counts, effective_outcomes, rows_of
from golive.maths.units import KINDS, effective, scaled, shared, squares
from golive.records.money import parse

if TYPE_CHECKING:
    from golive.maths.recompute import Gain
    from golive.records.score_table import Table

Values = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
MONEY = parse("""\
currency = "EUR"
[actions]
below = "approve"
above = "reject"
[assumptions]
margin = { value = 0.1 }
fee = { value = 12.0 }
[payoff.approve]
no_event = { revenue = "margin * Amount", cost = "fee" }
event = { loss = "0.6 * Amount", cost = "fee" }
[payoff.reject]
no_event = "-fee / 4"
event = 0
""")
PRICES = {"margin": 0.1, "fee": 12.0}


@dataclasses.dataclass(frozen=True)
class Made:
    score: Values
    event: np.ndarray[tuple[int], np.dtype[np.bool_]]
    amount: Values
    customer: np.ndarray[tuple[int], np.dtype[np.int64]]
    weight: Values


@cache
def made(n: int = 1200, smallest: float = 300.0) -> Made:
    rng = np.random.default_rng(3)
    customer = rng.integers(0, n // 3, n)
    event = rng.random(n) < 0.3
    score = np.round(1 / (1 + np.exp(-rng.normal(np.where(event, 0.8, -0.8), 1.0))), 3)
    amount = smallest + np.round(rng.lognormal(6, 0.6, n), 2)
    return Made(score, event, amount, customer, scaled(rng.uniform(0.5, 3.0, n)))


def folded(one: Made, *, weights: bool = False, customers: bool = False) -> tuple[Rows, Table]:
    compiled = compile_payoffs(MONEY, ("Amount",))
    rows = arrange(
        one.score,
        one.event,
        basis_values(compiled, {"Amount": one.amount}, one.event),
        weight=one.weight if weights else None,
        customer=one.customer if customers else None,
        fold=fold_of_text([str(code) for code in one.customer]) if customers else None,
    )
    both = np.stack([row_money(compiled, rows.values, rows.event, action) for action in (0, 1)])
    bases = tuple(show(basis) for basis in compiled.bases)
    return rows, score_table(rows, terms=compiled.terms, bases=bases, money=both)


def by_customers(amounts: Values, customer: Any, here: Any, everywhere: Any) -> Side:
    """Sum positive amounts by customer, square, add up."""

    def sums(which: Any) -> Values:
        found: dict[int, float] = defaultdict(float)
        for code, amount in zip(customer[which], amounts[which], strict=True):
            found[int(code)] += max(float(amount), 0.0)
        return np.array(list(found.values()) or [0.0])  # nobody: no money

    mine, all_ = sums(here), sums(everywhere)
    return Side(float(mine.sum()), float((mine**2).sum()), float((all_**2).sum() / max(all_.sum(), 1e-300)))


def slow(one: Made, table: Table, edge: int, weight: Values, action: int) -> tuple[float, float]:
    paid = payoffs(MONEY, {"Amount": one.amount}, one.event)
    above = one.score > (table.high[edge - 1] if edge else -1)
    gain = weight * (paid["approve"] - paid["reject"])
    won, here = (-gain, above) if action == BELOW else (gain, ~above)
    everywhere = np.ones(len(gain), dtype=bool)
    # The typical customer is judged part by part: what he has below the edge, and what he has above it.
    sides = []
    for sign in (1, -1):
        mine = by_customers(sign * won, one.customer, here, everywhere)
        parts = [by_customers(sign * won, one.customer, part, part) for part in (above, ~above)]
        typical = sum(part.squares for part in parts) / sum(part.total for part in parts)
        sides.append(Side(mine.total, mine.squares, typical))
    return difference(sides[0], sides[1], len(gain))


def limits(gain: Gain) -> tuple[float, float]:
    assert gain.low is not None
    assert gain.high is not None
    return gain.low, gain.high


@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.8])
def test_the_interval_is_that_of_the_sums_of_customers_at_every_edge(share: float, weights: bool) -> None:
    one = made()
    _, table = folded(one, customers=True, weights=weights)
    edge = round(share * bins(table))
    found = standing(table, PRICES, edge)
    weight = one.weight if weights else np.ones(len(one.score))
    for action in (BELOW, ABOVE):
        assert limits(found.against[action]) == pytest.approx(slow(one, table, edge, weight, action), rel=1e-7)


def test_money_of_one_sign_under_both_outcomes_is_never_judged_too_certain() -> None:
    """Loans so small that they lose even when repaid: a customer's two sums cannot be joined, so both count double."""
    one = made(smallest=0.0)
    small = dataclasses.replace(one, amount=one.amount / 6)
    _, table = folded(small, customers=True)
    for share in (0.3, 0.8):
        edge = round(share * bins(table))
        for action in (BELOW, ABOVE):
            low, high = limits(standing(table, PRICES, edge).against[action])
            slow_low, slow_high = slow(small, table, edge, np.ones(len(one.score)), action)
            assert low <= slow_low
            assert high >= slow_high
            assert high - low <= 1.42 * (slow_high - slow_low)  # the square root of 2, at worst


def test_customers_with_one_row_each_change_no_interval() -> None:
    one = dataclasses.replace(made(), customer=np.arange(1200))
    alone, plain = folded(one, customers=True)[1], folded(one)[1]
    for edge in (10, 100, 190):
        for mine, theirs in zip(
            standing(alone, PRICES, edge).against, standing(plain, PRICES, edge).against, strict=True
        ):
            assert limits(mine) == pytest.approx(limits(theirs), rel=1e-8)


def test_rows_that_only_repeat_a_customer_add_no_certainty() -> None:
    one = made(400)
    twice = Made(*(np.repeat(getattr(one, field.name), 2) for field in dataclasses.fields(one)))
    single = dataclasses.replace(one, customer=np.arange(400))
    pairs = dataclasses.replace(twice, customer=np.repeat(np.arange(400), 2))
    once, clustered, naive = folded(single, customers=True)[1], folded(pairs, customers=True)[1], folded(twice)[1]
    for edge in (50, 150):
        widths = [
            [high - low for low, high in (limits(gain) for gain in standing(table, PRICES, edge).against)]
            for table in (once, clustered, naive)
        ]
        # A little wider: the mean is taken off per row, not per customer.
        assert (np.array(widths[1]) >= np.array(widths[0])).all()
        assert (np.array(widths[1]) <= 1.08 * np.array(widths[0])).all()
        assert np.array(widths[2]) == pytest.approx(np.array(widths[0]) / np.sqrt(2), rel=0.1)


def test_whole_weights_give_the_points_of_repeated_rows() -> None:
    one = made()
    times = np.random.default_rng(8).integers(1, 5, len(one.score))
    weighed = dataclasses.replace(one, weight=scaled(times.astype(float)))
    repeated = Made(*(np.repeat(getattr(one, field.name), times) for field in dataclasses.fields(one)))
    (rows, table), (more, other) = folded(weighed, weights=True), folded(repeated)
    assert rows_of(table) == 1200
    n, m = len(one.score), len(repeated.score)
    edges = np.searchsorted(np.array(table.high), [0.2, 0.5, 0.8])
    others = np.searchsorted(np.array(other.high), [0.2, 0.5, 0.8])
    for edge, twin in zip(edges.tolist(), others.tolist(), strict=True):
        mine, theirs = standing(table, PRICES, edge), standing(other, PRICES, twin)
        assert mine.total / n == pytest.approx(theirs.total / m)
        assert [gain.point for gain in mine.against] == pytest.approx([gain.point for gain in theirs.against])
        assert mine.below / n == pytest.approx(theirs.below / m, abs=0.5 / n)
    mine_ties = ties(rows.score, rows.event, weight=rows.weight, squared=rows.squared)
    for a, b in zip(equal_width(mine_ties), equal_width(ties(more.score, more.event)), strict=True):
        assert (a.rate, a.mean_score, a.lift, a.gained) == pytest.approx((b.rate, b.mean_score, b.lift, b.gained))


def test_rates_have_the_limits_of_their_effective_number_of_rows() -> None:
    one = made()
    rows, table = folded(one, weights=True)
    found = equal_width(ties(rows.score, rows.event, weight=rows.weight, squared=rows.squared), count=4)
    for bucket in found:
        here = (one.score >= bucket.from_) & (one.score < bucket.to)
        w, y = one.weight[here], one.event[here]
        kish = w.sum() ** 2 / (w**2).sum()
        assert (bucket.low, bucket.high) == pytest.approx(wilson(kish * (w @ y) / w.sum(), kish))
        assert bucket.n == round(w.sum())
    w = one.weight[one.event]
    assert effective_outcomes(table)[1] == pytest.approx(w.sum() ** 2 / (w**2).sum())


def test_a_rate_counts_a_customer_once() -> None:
    one = dataclasses.replace(made(), customer=np.repeat(np.arange(300), 4))
    rows, _ = folded(one, customers=True)
    whole = equal_width(ties(rows.score, rows.event, squared=rows.squared), count=1)[0]
    assert (whole.low, whole.high) == pytest.approx(wilson(whole.events / 4, 300))
    thinned = effective_rows(ties(rows.score, rows.event, squared=rows.squared))
    assert thinned.n.sum() == pytest.approx(300)
    assert thinned.events.sum() == pytest.approx(whole.events / 4)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30))
def test_effective_rows_lie_between_one_and_all(weights: list[float]) -> None:
    w = np.array(weights)
    squared = shared(w, None, len(w))
    assert squared is not None
    assert 1 - 1e-9 <= effective(float(w.sum()), float(squared.sum())) <= len(w) + 1e-9


def test_weights_of_one_change_nothing() -> None:
    one = dataclasses.replace(made(), weight=scaled(np.full(1200, 7.0)))
    (_, weighed), (_, plain) = folded(one, weights=True), folded(one)
    edge = 120
    assert standing(weighed, PRICES, edge).against == standing(plain, PRICES, edge).against
    assert chosen(weighed, PRICES).edge == chosen(plain, PRICES).edge
    assert [part.tolist() for part in curve(weighed, PRICES)] == [part.tolist() for part in curve(plain, PRICES)]
    assert counts(weighed).tolist() == counts(plain).tolist()


def test_the_kinds_of_two_customers_never_meet() -> None:
    """A customer's code times `KINDS` leaves room for every outcome and sign of the table."""
    assert 2 * SIGNS <= KINDS
    values = np.array([[3.0, 5.0]])
    found = squares(
        values, np.array([0, 1]), np.array([0, 0]), np.array([2 * SIGNS - 1, 0]), np.array([0, 1]), np.array([1, 1])
    )
    assert found.below.tolist() == found.above.tolist() == [[9.0, 25.0]]


def slow_fold(text: str) -> int:
    """The definition, with Python's whole numbers."""
    h = 0
    for character in text:
        h = (h * 3_999_971 + ord(character)) % PRIME
    for constant in (35_725_239, 18_497_063):
        h = pow(h + constant, 3, PRIME)
    return h % FOLDS


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=20))
def test_the_fold_of_a_text_is_the_one_of_the_definition(texts: list[str]) -> None:
    assert fold_of_text(texts).tolist() == [slow_fold(text) for text in texts]


@pytest.mark.parametrize(("text", "fold"), [("", 12), ("1", 10), ("C-1007", 8), ("Ä", 7), ("客户", 4)])
def test_the_folds_of_customers_stay_what_they_are(text: str, fold: int) -> None:
    assert fold_of_text([text]).tolist() == [fold]

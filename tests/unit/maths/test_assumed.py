from __future__ import annotations

import numpy as np
import pytest

from golive.maths.assumed import Kept, break_even, kept
from golive.maths.formula import show
from golive.maths.histogram import arrange, score_table
from golive.maths.money import basis_values, compile_payoffs, row_money
from golive.maths.table_sums import ABOVE, BELOW, bins
from golive.records.money import Money, parse

MONEY = """\
currency = "EUR"
[actions]
below = "approve"
above = "reject"
[assumptions.gain]
value = 10
range = [5, 15]
owner = "head of lending"
[assumptions.loss]
value = 30
range = [20, 90]
[assumptions.rate]
value = 1
[payoff.approve]
no_event = "gain / (1 + rate)"
event = "-loss"
[payoff.reject]
no_event = 0
event = 0
"""


def world() -> tuple[Kept, Money]:
    """100 cases; the 60 below the cut-off have 50 good ones and 10 bad ones, the 40 above 10 and 30."""
    score = np.arange(100) / 100
    event = np.zeros(100, dtype=bool)
    event[:10] = event[60:90] = True
    money = parse(MONEY)
    compiled = compile_payoffs(money, ())
    rows = arrange(score, event, basis_values(compiled, {}, event))
    both = np.stack([row_money(compiled, rows.values, rows.event, action) for action in (0, 1)])
    bases = tuple(show(basis) for basis in compiled.bases)
    table = score_table(rows, terms=compiled.terms, bases=bases, money=both)
    assert bins(table) == 100
    return kept(table, 60, 0.0), money


def value(name: str, action: int, limits: tuple[float, float] | None = None) -> float | None:
    found, money = world()
    return break_even(found, {one.name: one.value for one in money.assumptions}, name, action, limits)


def test_break_even_of_a_straight_price_is_exact() -> None:
    """Approved: 50 * gain / 2 = 10 * loss, so gain = 12 at loss 30; rejected: 10 * gain / 2 = 30 * loss."""
    assert value("gain", ABOVE) == pytest.approx(12.0)
    assert value("loss", ABOVE) == pytest.approx(25.0)
    assert value("loss", BELOW) == pytest.approx(10 * 5 / 30)


def test_break_even_of_a_bent_price_is_looked_for_in_its_range_only() -> None:
    """50 * 10 / (1 + rate) = 300 at rate 2/3."""
    assert value("rate", ABOVE) is None
    assert value("rate", ABOVE, (0.0, 2.0)) == pytest.approx(2 / 3)
    assert value("rate", ABOVE, (1.0, 2.0)) is None


def test_optimism_is_taken_off_at_every_price() -> None:
    found, money = world()
    prices = {one.name: one.value for one in money.assumptions}
    owing = Kept(found.table, found.sums, found.rows, optimism=50.0)
    assert owing.gain(prices, ABOVE) == pytest.approx(found.gain(prices, ABOVE) - 0.5)

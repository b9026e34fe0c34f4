from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from golive.maths.formula import show
from golive.maths.histogram import arrange, score_table
from golive.maths.money import basis_values, compile_payoffs, row_money
from golive.maths.scenario import scenario
from golive.maths.table_sums import bins
from golive.records.money import parse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.records.score_table import Table

MONEY = """\
currency = "EUR"
[actions]
below = "approve"
above = "reject"
[payoff.approve]
no_event = "0.1 * Amount"
event = "-Amount"
[payoff.reject]
no_event = -1
event = 0
"""
SCORE = np.repeat([0.1, 0.3, 0.5, 0.7], 10)
EVENT = np.arange(40) % 10 < np.repeat([0, 2, 6, 10], 10)
AMOUNT = 100.0 + np.arange(40)


def table(today: NDArray[np.bool_] | None = None) -> Table:
    compiled = compile_payoffs(parse(MONEY), ("Amount",))
    rows = arrange(SCORE, EVENT, basis_values(compiled, {"Amount": AMOUNT}, EVENT), today)
    both = np.stack([row_money(compiled, rows.values, rows.event, action) for action in (0, 1)])
    bases = tuple(show(basis) for basis in compiled.bases)
    found = score_table(rows, terms=compiled.terms, bases=bases, money=both)
    assert bins(found) == 4
    return found


@pytest.mark.parametrize("factor", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("edge", [0, 2, 3, 4])
def test_each_score_has_so_many_more_bad_cases_of_its_own_mean_amount(factor: float, edge: int) -> None:
    found, money, bad = scenario(table(), {}, edge, factor), 0.0, 0.0
    for at in range(edge):
        here = slice(10 * at, 10 * at + 10)
        event, amount = EVENT[here], AMOUNT[here]
        more = min(factor * event.sum(), 10)
        bad += more
        if event.any():
            money += more * -amount[event].mean()
        if not event.all():
            money += (10 - more) * (0.1 * amount[~event].mean() + 1)
    assert found.per_row == pytest.approx(money / 40)
    assert found.bad_rate == pytest.approx(bad / (10 * edge) if edge else 0.0)


@pytest.mark.parametrize("factor", [1.0, 1.5, 2.0])
def test_todays_rule_lives_through_the_same_times(factor: float) -> None:
    above = np.arange(40) % 3 == 0
    found = scenario(table(above), {}, 2, factor)
    money = 0.0
    for at in range(4):
        here = slice(10 * at, 10 * at + 10)
        event, gain = EVENT[here], np.where(EVENT[here], -AMOUNT[here], 0.1 * AMOUNT[here] + 1)
        more = min(factor * event.sum(), 10)
        times = np.where(event, more / max(event.sum(), 1), (10 - more) / max((~event).sum(), 1))
        money += float((gain * times)[~above[here]].sum())
    assert found.today == pytest.approx(money / 40)
    assert found.everybody == pytest.approx(scenario(table(), {}, 4, factor).per_row)
    assert scenario(table(), {}, 2, factor).today is None

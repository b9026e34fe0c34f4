"""All prices moved together: against scipy's triangle, against a loop over the rows, against a closed form."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest, triang  # type: ignore[import-untyped, unused-ignore]  # no stubs

from golive.errors import InputError
from golive.maths.assumed import Kept, kept
from golive.maths.formula import show
from golive.maths.histogram import arrange, score_table
from golive.maths.joint import DRAWS, Ranged, draws, joint, regret_at_ends
from golive.maths.money import basis_values, compile_payoffs, row_money
from golive.maths.table_sums import ABOVE, BELOW, bins
from golive.records.money import parse

MONEY = """\
currency = "EUR"
[actions]
below = "approve"
above = "reject"
[assumptions]
gain = { value = 10 }
loss = { value = 30 }
[payoff.approve]
no_event = "gain"
event = "-loss"
[payoff.reject]
no_event = 0
event = "0 / gain"
"""
PRICES = {"gain": 10.0, "loss": 30.0}
GAIN, LOSS = Ranged("gain", 5, 15), Ranged("loss", 20, 90)
EVENT = np.zeros(100, dtype=bool)
EVENT[:10] = EVENT[60:90] = True


def world(optimism: float = 0.0) -> Kept:
    """100 cases; the 60 below the cut-off have 50 good ones and 10 bad ones, the 40 above 10 and 30."""
    compiled = compile_payoffs(parse(MONEY), ())
    rows = arrange(np.arange(100) / 100, EVENT, basis_values(compiled, {}, EVENT))
    both = np.stack([row_money(compiled, rows.values, rows.event, action) for action in (0, 1)])
    bases = tuple(show(basis) for basis in compiled.bases)
    table = score_table(rows, terms=compiled.terms, bases=bases, money=both)
    assert bins(table) == 100
    return kept(table, 60, optimism)


def test_each_price_is_drawn_from_its_triangle_and_they_are_independent() -> None:
    found = draws(PRICES, [GAIN, LOSS])
    assert len(found["gain"]) == DRAWS
    assert kstest(found["gain"], triang(0.5, 5, 10).cdf).pvalue > 0.05
    assert kstest(found["loss"], triang(10 / 70, 20, 70).cdf).pvalue > 0.05
    assert abs(np.corrcoef(found["gain"], found["loss"])[0, 1]) < 0.08


def test_the_draws_are_the_same_for_ever() -> None:
    first = 20_261_102 * 48_271 % (2**31 - 1) / (2**31 - 1)
    assert draws(PRICES, [GAIN])["gain"][0] == pytest.approx(triang(0.5, 5, 10).ppf(first), rel=1e-12)
    assert (draws(PRICES, [GAIN])["loss"] == 30.0).all()


def test_a_price_outside_its_range_has_its_top_at_the_nearer_end() -> None:
    found = draws({"gain": 99.0, "loss": 30.0}, [GAIN])["gain"]
    assert kstest(found, triang(1.0, 5, 10).cdf).pvalue > 0.05


def test_gains_are_those_of_every_draw_worked_out_by_hand() -> None:
    """Against rejecting all: 50 gain - 10 loss; against approving all: 30 loss - 10 gain, over 100 rows."""
    found, drawn = joint(world(100.0), 60, PRICES, [GAIN, LOSS], [ABOVE]), draws(PRICES, [GAIN, LOSS])
    gains = {
        BELOW: (30 * drawn["loss"] - 10 * drawn["gain"] - 100) / 100,
        ABOVE: (50 * drawn["gain"] - 10 * drawn["loss"] - 100) / 100,
    }
    for action, gain in gains.items():
        one = found.against[action]
        assert one.lost == pytest.approx((gain <= 0).mean())
        assert ((gain < one.low - 1e-9).sum(), (gain > one.high + 1e-9).sum()) == (24, 24)
        assert one.middle == pytest.approx(np.median(gain))
    assert found.lost == found.against[ABOVE].lost
    both = joint(world(100.0), 60, PRICES, [GAIN, LOSS], [BELOW, ABOVE])
    assert both.lost == pytest.approx(((gains[BELOW] <= 0) | (gains[ABOVE] <= 0)).mean())


def test_regret_is_what_the_best_cut_off_of_each_draw_earns_more() -> None:
    found, drawn = joint(world(), 60, PRICES, [GAIN, LOSS], [ABOVE]), draws(PRICES, [GAIN, LOSS])

    def behind(gain: float, loss: float) -> float:
        money = np.append(0.0, np.cumsum(np.where(EVENT, -loss, gain)))
        return float(money.max() - money[60])

    luck = behind(10, 30)
    expected = [max(behind(*pair) - luck, 0) / 100 for pair in zip(drawn["gain"], drawn["loss"], strict=True)]
    assert found.regret == pytest.approx(np.mean(expected))
    assert found.regret_high == pytest.approx(sorted(expected)[949])
    assert regret_at_ends(world(), 60, PRICES, LOSS) == pytest.approx((behind(10, 90) - luck) / 100)
    assert regret_at_ends(world(), 60, PRICES, LOSS) > 0


def test_a_divisor_that_can_be_zero_is_refused() -> None:
    with pytest.raises(InputError, match="divisor is zero inside its range"):
        regret_at_ends(world(), 60, PRICES, Ranged("gain", 0, 15))

"""Columns that the money file computes with: one currency, numbers, there; and scenarios for cases nobody approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from golive.errors import InputError
from golive.prove.asked import Asked
from golive.prove.measure import measure
from golive.prove.run import from_table
from golive.prove.template import money_template
from golive.records.money import parse

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace


def test_a_currency_column_that_was_named_holds_the_files_own(world: SimpleNamespace) -> None:
    money = parse('currency_column = "Unit"\n' + money_template())
    columns = {**world.columns, "Unit": np.array(["EUR"] * 1000, dtype=object)}
    assert measure(world.outcome, world.score, money=money, columns=columns).money is not None
    columns["Unit"][3] = "USD"
    with pytest.raises(InputError, match=r"`Unit` is 'USD' in row 3 \(from 0\), 1 row in all; the money"):
        measure(world.outcome, world.score, money=money, columns=columns)
    with pytest.raises(InputError, match="the currency column `Unit`, which is not there"):
        measure(world.outcome, world.score, money=money, columns=world.columns)


def test_text_in_an_amount_is_told_with_the_line_that_asks_for_it(world: SimpleNamespace, tmp_path: Path) -> None:
    amounts = world.columns["Amount"].astype(object)
    amounts[5] = "12 EUR"
    with pytest.raises(InputError, match=r"^money.toml:39:21: column `Amount` holds '12 EUR' in row 5"):
        measure(world.outcome, world.score, money=parse(money_template()), columns={**world.columns, "Amount": amounts})
    lines = ["Status,score,Amount,Time"]
    lines += [
        f"{a},{b},{c},{d}"
        for a, b, c, d in zip(world.outcome, world.score, amounts, world.columns["Time"], strict=True)
    ]
    (tmp_path / "rows.csv").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "money.toml").write_text(money_template(), encoding="utf-8")
    with pytest.raises(InputError, match=r"^money.toml:39:21: column `Amount` holds '12 EUR' in line 7"):
        from_table(tmp_path / "rows.csv", "score", Asked(outcome="Status", event="bad", money=tmp_path / "money.toml"))


def test_never_approved_cases_are_scenarios_with_a_label(world: SimpleNamespace) -> None:
    text = money_template().replace('labelled = "everyone"', 'labelled = "only approved"')
    found = measure(world.outcome, world.score, money=parse(text), columns=world.columns)
    assert found.money is not None
    assert [one.factor for one in found.money.scenarios] == [1.0, 1.5, 2.0]
    assert all(one.text.startswith("A scenario, not an estimate") for one in found.money.scenarios)
    money = measure(world.outcome, world.score, money=parse(money_template()), columns=world.columns).money
    assert money is not None
    assert [one.factor for one in money.scenarios] == [1.5, 2.0]

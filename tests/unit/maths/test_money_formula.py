from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from golive.errors import DocumentError, InputError
from golive.maths.money import compile_payoffs, payoffs
from golive.records.money import Money, parse

TEXT = """\
currency = "EUR"
[actions]
below = "approve"
above = "reject"
[assumptions.margin]
value = 0.2
[payoff.approve]
no_event = { revenue = "margin * Amount", cost = "15" }
event = "-0.6 * Amount"
[payoff.reject]
no_event = "-1"
event = 0
"""
COLUMNS = {"Amount": [100.0, 1000.0, 50.0]}
EVENT = [False, True, False]


@dataclass(frozen=True)
class Change:
    old: str
    new: str


def money(*changes: Change) -> Money:
    text = TEXT
    for change in changes:
        assert change.old in text
        text = text.replace(change.old, change.new)
    return parse(text)


def test_lines_add_up_and_costs_are_taken_off() -> None:
    found = payoffs(money(), COLUMNS, EVENT)
    assert found["approve"].tolist() == [5.0, -600.0, -5.0]
    assert found["reject"].tolist() == [-1.0, 0.0, -1.0]


def test_an_unknown_column_is_named_with_line_and_column() -> None:
    with pytest.raises(DocumentError) as caught:
        payoffs(money(Change("-0.6 * Amount", "-0.6 * Amout")), COLUMNS, EVENT)
    assert caught.value.problems == (
        "money.toml:9:17: `Amout` is neither a column nor an assumption; did you mean `Amount`?",
    )


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(DocumentError) as caught:
        payoffs(money(Change("-0.6 * Amount", "-0.6 * "), Change("margin * Amount", "margin ** A")), COLUMNS, EVENT)
    assert [problem.split(": ")[0] for problem in caught.value.problems] == ["money.toml:8:33", "money.toml:9:17"]


def test_without_columns_the_hint_says_how_to_pass_the_frame() -> None:
    with pytest.raises(DocumentError, match="columns=frame"):
        payoffs(money(), {}, EVENT)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"Amount": [1.0, "12,5", 3.0]}, "'12,5' in row 1"),
        ({"Amount": [1.0, None, 3.0]}, "missing or not finite in 1 row, the first is row 1"),
        ({"Amount": [1.0, np.inf, 3.0]}, "not finite in 1 row"),
        ({"Amount": np.array(["2020-01-01"] * 3, dtype="datetime64[s]")}, r"holds datetime64\[s\]; expected numbers"),
        ({"Amount": [1.0, 2j, 3.0]}, "holds complex128; expected numbers"),
        ({"Amount": [1.0, 2.0]}, r"shape \(2,\)"),
    ],
)
def test_a_column_that_holds_no_amounts_is_refused(columns: dict[str, list[object]], said: str) -> None:
    with pytest.raises(InputError, match=said):
        payoffs(money(), columns, EVENT)  # type: ignore[arg-type]  # wrong on purpose


def test_a_negative_cost_is_refused_because_it_would_be_added() -> None:
    with pytest.raises(InputError, match=r"money\.toml:8:50: the cost `-15` is -15 in row 0 \(from 0\), 2 rows in all"):
        payoffs(money(Change('"15"', '"-15"')), COLUMNS, EVENT)


def test_a_division_by_zero_counts_only_where_the_formula_is_used() -> None:
    divided = money(Change("-0.6 * Amount", "-600 / (Amount - 50)"))
    assert payoffs(divided, COLUMNS, EVENT)["approve"][1] == pytest.approx(-600 / 950)
    with pytest.raises(InputError, match=r"zero in 1 row, the first is row 2"):
        payoffs(divided, COLUMNS, [False, True, True])


def test_a_name_that_is_column_and_assumption_is_refused() -> None:
    with pytest.raises(DocumentError, match="both a column and an assumption"):
        compile_payoffs(money(), ["Amount", "margin"])


def test_equal_bases_are_kept_once() -> None:
    found = compile_payoffs(money(Change('cost = "15"', 'loss = "Amount / 10"')), ["Amount"])
    assert len(found.bases) == 2
    assert found.columns == ("Amount",)


def test_a_price_that_divides_and_is_zero_is_named_with_its_place() -> None:
    with pytest.raises(DocumentError) as caught:
        payoffs(money(Change("margin * Amount", "Amount / (margin - margin)")), COLUMNS, EVENT)
    assert caught.value.problems == (
        "money.toml:8:24: `Amount / (margin - margin)`: a price used as a divisor is zero",
    )

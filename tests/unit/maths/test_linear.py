from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.errors import InputError
from golive.maths.formula import evaluate, parse, show
from golive.maths.linear import coefficient, reverse_polish, split

PRICES = {"margin": 0.2, "rate": 0.05, "cap": 150.0}
COLUMNS = {"Amount": np.array([100.0, 200.0]), "Time": np.array([12.0, 36.0])}


@pytest.mark.parametrize(
    ("text", "products"),
    [
        ("margin * Amount * Time / 12 - 15", {("margin / 12", "Amount * Time"), ("-15", "1")}),
        ("0.6 * Amount", {("0.6", "Amount")}),
        ("margin / (1 + rate) * Amount", {("margin / (1 + rate)", "Amount")}),
        ("(margin - 0.01) * (Amount - 5)", {("margin - 0.01", "Amount"), ("(margin - 0.01) * -5", "1")}),
        ("Amount * Time", {("1", "Amount * Time")}),
        ("min(Amount, Time) * margin", {("margin", "min(Amount, Time)")}),
        ("margin", {("margin", "1")}),
    ],
)
def test_prices_and_columns_part(text: str, products: set[tuple[str, str]]) -> None:
    found = split(parse(text), PRICES.keys())
    assert {(show(one.coefficient), show(one.basis)) for one in found.products} == products
    assert not found.frozen


@pytest.mark.parametrize("text", ["min(Amount, cap)", "Amount / (Amount + cap)", "margin * max(Amount - cap, 0)"])
def test_a_price_tied_to_a_column_is_frozen_with_the_reason(text: str) -> None:
    found = split(parse(text), PRICES.keys())
    assert list(found.frozen) == ["cap"]
    assert "tied to a column" in found.frozen["cap"]


PIECES = ["Amount", "Time", "margin", "rate", "cap", "2", "(Amount + margin)", "min(Time, cap)", "(rate - 3)"]


@given(st.lists(st.tuples(st.sampled_from(["+", "-", "*"]), st.sampled_from(PIECES)), min_size=1, max_size=6))
def test_the_products_add_up_to_the_formula(parts: list[tuple[str, str]]) -> None:
    tree = parse("Amount" + "".join(f" {sign} {piece}" for sign, piece in parts))
    found = split(tree, PRICES.keys())
    total = sum(
        coefficient(reverse_polish(one.coefficient), PRICES) * evaluate(one.basis, {**COLUMNS, **PRICES})
        for one in found.products
    )
    assert np.allclose(total, evaluate(tree, {**COLUMNS, **PRICES}), rtol=1e-9, atol=1e-6)


def test_a_price_of_zero_as_divisor_is_refused() -> None:
    with pytest.raises(InputError, match="divisor is zero"):
        coefficient(reverse_polish(parse("1 / margin")), {"margin": 0.0})

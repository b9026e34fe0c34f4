from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.errors import ContractError, InputError
from golive.records.contract import Contract, Input, Kind
from golive.tables.cast import by_contract, number, numbers
from golive.tables.read import Texts

CONTRACT = Contract(
    inputs=(
        Input(name="Income", kind=Kind.number, nullable=True),
        Input(name="Records", kind=Kind.text, nullable=True),
        Input(name="Active", kind=Kind.boolean, nullable=False),
    ),
    event="bad",
    reasons="none",
    rows=1,
)


def texts(**columns: list[str | None]) -> Texts:
    return {name: np.array(values, dtype=object) for name, values in columns.items()}


def test_cells_get_the_types_of_the_contract_and_nothing_is_guessed() -> None:
    rows = texts(
        Income=["1e3", None, " -2.5"], Records=["yes", None, "007"], Active=["true", "FALSE", "True"], x=["1"] * 3
    )
    assert by_contract(rows, CONTRACT) == {
        "Income": [1000.0, None, -2.5],
        "Records": ["yes", None, "007"],
        "Active": [True, False, True],
    }


def test_all_wrong_cells_are_told_at_once() -> None:
    rows = texts(Income=["12,5", "1"], Records=["a", "b"], Active=["yes", "true"])
    with pytest.raises(ContractError, match="2 cells are not of the type in the contract; the first: row 0") as caught:
        by_contract(rows, CONTRACT)
    assert caught.value.problems == (
        (0, "Active", "'yes' is not a boolean"),
        (0, "Income", "'12,5' is not a number"),
    )


def test_missing_columns_are_all_named() -> None:
    with pytest.raises(ContractError, match="`Records`, `Active` are missing"):
        by_contract(texts(Income=["1"]), CONTRACT)


@pytest.mark.parametrize("text", ["1_000", "inf", "-Infinity", "1,5", "0x10", "", "1e", "--1", "١٢"])
def test_what_only_python_calls_a_number_is_none(text: str) -> None:
    assert number(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_reads_back(value: float) -> None:
    assert number(repr(value)) == value


def test_a_text_among_numbers_is_named_with_its_row() -> None:
    with pytest.raises(InputError, match="column `Amount` holds 'abc' in row 1; expected a number"):
        numbers("Amount", ["1", "abc", None])
    assert math.isnan(numbers("Amount", [None])[0])

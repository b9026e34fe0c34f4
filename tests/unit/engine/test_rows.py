"""Rows of every kind become the same columns, and what breaks the contract is never repaired."""

from __future__ import annotations

import datetime
import decimal
import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.engine.contract import Checker, problems
from golive.engine.operations import Text
from golive.engine.rows import read
from golive.errors import ContractError
from golive.records.contract import Contract, Input, Kind, Unknown
from golive.records.decision import Problem


def contract(*inputs: Input) -> Contract:
    return Contract(inputs=inputs, event="1", reasons="none", rows=1)


NUMBER = Input(name="n", kind=Kind.number, nullable=True)
STRICT = Input(name="n", kind=Kind.number, nullable=False)
TEXT = Input(name="t", kind=Kind.text, nullable=True, categories=("a", "b"))
FREE = Input(name="t", kind=Kind.text, nullable=False)
WANTED = "a number or null"
LOOSE = Input(name="t", kind=Kind.text, nullable=False, categories=("a",), unknown=Unknown.accept)
FLAG = Input(name="f", kind=Kind.boolean, nullable=False)


@pytest.mark.parametrize(
    ("known", "value", "problem", "wanted"),
    [
        (STRICT, None, "null", "a number"),
        (NUMBER, math.nan, "nan is not a finite number", "a number or null"),
        (NUMBER, -math.inf, "-inf is not a finite number", "a number or null"),
        (NUMBER, 2**53 + 1, f"{2**53 + 1} is beyond 2**53, where whole numbers are no longer exact", WANTED),
        (NUMBER, 1e300, "1e+300 is beyond 2**53, where whole numbers are no longer exact", WANTED),
        (NUMBER, "12", "the text '12'", "a number or null"),
        (NUMBER, True, "the boolean True", "a number or null"),
        (NUMBER, [1], "the list", "a number or null"),
        (NUMBER, decimal.Decimal("1"), "the Decimal Decimal('1')", "a number or null"),
        (NUMBER, datetime.date(2026, 1, 1), "the date datetime.date(2026, 1, 1)", "a number or null"),
        (TEXT, "c", "'c' was never seen in training", "one of: 'a', 'b' or null"),
        (TEXT, "", "'' was never seen in training", "one of: 'a', 'b' or null"),
        (TEXT, 1, "the number 1", "one of: 'a', 'b' or null"),
        (TEXT, b"a", "the bytes b'a'", "one of: 'a', 'b' or null"),
        (FREE, "\ud800", "'\\ud800' is not valid Unicode", "text"),
        (FREE, None, "null", "text"),
        (FLAG, None, "null", "true or false"),
        (FLAG, 1, "the number 1", "true or false"),
        (FLAG, "true", "the text 'true'", "true or false"),
    ],
)  # fmt: skip
def test_a_problem_says_the_value_and_what_was_expected(known: Input, value: object, problem: str, wanted: str) -> None:
    found = problems(contract(known), {known.name: value})
    assert found == (Problem(field=known.name, problem=problem, expected=wanted),)


@pytest.mark.parametrize(
    ("known", "value"),
    [
        (NUMBER, None), (NUMBER, 0), (NUMBER, -0.0), (NUMBER, 2**53 - 1), (NUMBER, 1 - 2**53), (NUMBER, 1e-308),
        (NUMBER, np.float32(1.5)), (NUMBER, np.int64(7)), (TEXT, None), (TEXT, "a"), (TEXT, np.str_("b")), (FREE, ""),
        (FREE, "é😀"), (LOOSE, "never seen"), (FLAG, False), (FLAG, np.bool_(True)),
    ],
)  # fmt: skip
def test_what_keeps_the_contract_has_no_problem(known: Input, value: object) -> None:
    assert problems(contract(known), {known.name: value, "other": "ignored"}) == ()


def test_absent_is_not_null() -> None:
    assert problems(contract(NUMBER), {}) == (Problem(field="n", problem="absent", expected="a number or null"),)


def test_a_value_in_a_message_is_short_and_harmless() -> None:
    (found,) = problems(contract(TEXT), {"t": "\x1b[31m" + "x" * 500})
    assert "\x1b" not in found.problem
    assert len(found.problem) < 120


FRAMES: list[tuple[str, Any]] = [
    ("float64", pd.DataFrame({"n": [1.0, np.nan], "t": ["a", None], "f": [True, False]})),
    ("float32", pd.DataFrame({"n": np.asarray([1, np.nan], dtype=np.float32), "t": ["a", None], "f": [True, False]})),
    ("Int64", pd.DataFrame({"n": pd.array([1, None], "Int64"), "t": ["a", np.nan], "f": [True, False]})),
    ("object", pd.DataFrame({"n": [1, None], "t": ["a", pd.NA], "f": [True, False]}, dtype=object)),
    ("category", pd.DataFrame({"n": [1, None], "t": pd.Categorical(["a", None]), "f": [True, False]})),
    ("string", pd.DataFrame({"n": [1, None], "t": pd.array(["a", None], "string"), "f": pd.array([True, False])})),
    ("dict of lists", {"n": [1, None], "t": ["a", None], "f": [True, False]}),
    ("arrays", {"n": np.asarray([1, np.nan]), "t": np.asarray(["a", None], object), "f": np.asarray([True, False])}),
    ("list of dicts", [{"n": 1, "t": "a", "f": True}, {"n": None, "t": None, "f": False, "more": 3}]),
    ("generator", ({"n": n, "t": t, "f": f} for n, t, f in [(1, "a", True), (None, None, False)])),
]  # fmt: skip


@pytest.mark.parametrize("dtype", ["object", "str", "category"])
def test_text_of_a_frame_is_judged_whatever_keeps_it(dtype: str) -> None:
    frame = pd.DataFrame({"t": pd.Series(["a", "c", None, "b", "a"], dtype=dtype)})
    checked = read(frame, contract(TEXT))
    assert checked.broken.tolist() == [False, True, False, False, False]
    texts = checked.columns["t"]
    assert isinstance(texts, Text)
    assert texts.texts() == ["a", None, None, "b", "a"]
    assert [checked.table.case(row)["t"] for row in range(5)] == ["a", "c", None, "b", "a"]
    assert read(frame.rename(columns={"t": "n"}), contract(NUMBER)).broken.tolist() == [True, True, False, True, True]


def test_one_cell_without_a_hash_does_not_break_the_others() -> None:
    checked = read({"t": ["a", ["b"], None, pd.NA, {}]}, contract(TEXT))
    assert checked.broken.tolist() == [False, True, False, False, True]


@pytest.mark.parametrize("rows", [frame for _, frame in FRAMES], ids=[name for name, _ in FRAMES])
def test_rows_of_every_kind_become_the_same_columns(rows: object) -> None:
    checked = read(rows, contract(NUMBER, TEXT, FLAG))
    numbers, texts, flags = (checked.columns[name] for name in "ntf")
    assert isinstance(texts, Text)
    assert not isinstance(numbers, Text)
    assert not isinstance(flags, Text)
    assert (numbers.dtype.str, flags.dtype.str) == ("<f8", "|b1")
    assert numbers[0] == 1
    assert np.isnan(numbers[1])
    assert texts.texts() == ["a", None]
    assert flags.tolist() == [True, False]
    assert not checked.broken.any()


def test_a_missing_value_is_null_in_a_frame_and_a_problem_in_a_case() -> None:
    assert not read(pd.DataFrame({"n": [np.nan]}), contract(NUMBER)).broken.any()
    assert not read({"n": [np.nan, pd.NaT]}, contract(NUMBER)).broken.any()
    assert read([{"n": math.nan}], contract(NUMBER)).broken.tolist() == [True]
    assert read([{"n": pd.NA}], contract(NUMBER)).broken.tolist() == [True]
    assert read([{"t": math.nan}], contract(TEXT)).broken.tolist() == [True]


@pytest.mark.parametrize(
    "values",
    [
        np.asarray([2**53 + 1, -(2**63)]), np.asarray([2**64 - 1], dtype=np.uint64), np.asarray([True]),
        np.asarray(["1"]), np.asarray(["2026-01-01"], dtype="datetime64[s]"), np.asarray([1j]), [np.inf], [10**400],
        pd.Series(pd.to_datetime(["2026-01-01"])), [[1]], [{}],
    ],
    ids=repr,
)  # fmt: skip
def test_a_column_that_holds_no_numbers_is_broken_in_every_row(values: Any) -> None:
    checked = read({"n": values}, contract(NUMBER))
    assert checked.broken.all()
    assert np.isnan(checked.columns["n"]).all()  # type: ignore[arg-type]


def test_a_column_whose_name_is_a_number_is_found() -> None:
    of = contract(Input(name="0", kind=Kind.number, nullable=False))
    assert read(pd.DataFrame([[1.5], [2.5]]), of).columns["0"].tolist() == [1.5, 2.5]  # type: ignore[union-attr]


def test_an_absent_column_breaks_every_row() -> None:
    checked = read({"other": [1, 2]}, contract(NUMBER, TEXT, FLAG))
    assert checked.broken.tolist() == [True, True]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"n": 5}, "one single case"),
        ({"n": "abc"}, "one single case"),
        ({"n": [1, 2], "t": ["a"]}, "different lengths"),
        ([5], "row 0 is a int"),
        ("abc", "rows are a str"),
        (5, "rows are a int"),
        ({"n": np.zeros((2, 2))}, r"shape \(2, 2\)"),
        (pd.DataFrame([[1, 2]], columns=["n", "n"]), "`n` occurs 2 times"),
    ],
)
def test_what_is_not_rows_is_refused(rows: object, message: str) -> None:
    with pytest.raises(ContractError, match=message):
        read(rows, contract(NUMBER, TEXT))


@pytest.mark.parametrize(
    "rows", [[], {"n": [], "t": []}, pd.DataFrame({"n": [], "t": []})], ids=["list", "dict", "frame"]
)
def test_no_rows_are_no_rows(rows: object) -> None:
    assert read(rows, contract(NUMBER, TEXT)).broken.tolist() == []


cells = st.one_of(
    st.none(), st.floats(), st.integers(), st.booleans(), st.text(max_size=2), st.sampled_from(["a", "b"]),
    st.binary(max_size=1), st.lists(st.integers(), max_size=1), st.just(pd.NA), st.just(pd.NaT), st.complex_numbers(),
    st.floats().map(np.float64), st.integers(-5, 5).map(np.int64), st.booleans().map(np.bool_),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.fixed_dictionaries({}, optional={"n": cells, "t": cells, "f": cells}), max_size=5),
    st.sampled_from([NUMBER, STRICT]), st.sampled_from([TEXT, FREE, LOOSE]),
)  # fmt: skip
def test_a_row_is_broken_among_others_exactly_when_it_is_broken_alone(
    rows: list[dict[str, Any]], number: Input, text: Input
) -> None:
    of = contract(number, text, FLAG)
    alone = [bool(Checker(of).problems(row)) for row in rows]
    assert read(rows, of).broken.tolist() == alone

"""docs/reference/graph.md is the reference: its table is compared, and each of its examples runs."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from golive.engine.builder import Builder
from golive.engine.operations import OPERATIONS, Column, Text, Value
from golive.engine.program import Program
from golive.errors import UnsupportedError

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "graph.md"
ROW = re.compile(
    r"^\| `(?P<name>\w+)` \| `(?P<signature>[^`]+)` \| (?P<constants>[^|]*)\| (?P<rest>.*) \|$", re.MULTILINE
)
EXAMPLE = re.compile(r"`((\w+)\(([^`;]*)(?:; ([^`]*))?\) = ([^`]+))`")
KINDS = {float: "number", str: "text", bool: "boolean"}


class Example(NamedTuple):
    op: str
    args: list[Value]
    constants: dict[str, Any]
    expected: Value


def value(text: str) -> Value:
    found = json.loads(text)
    return float(found) if isinstance(found, int) and not isinstance(found, bool) else found


def example(found: re.Match[str]) -> Example:
    _, op, args, constants, expected = found.groups()
    pairs = [pair.split("=", 1) for pair in re.split(r",\s*(?=\w+=)", constants or "") if pair]
    listed = json.loads(f"[{args}]")
    numbers = [float(arg) if isinstance(arg, int) and not isinstance(arg, bool) else arg for arg in listed]
    return Example(op, numbers, {key: json.loads(text) for key, text in pairs}, value(expected))


TABLE = {found["name"]: found for found in ROW.finditer(PAGE.read_text(encoding="utf-8"))}
EXAMPLES = {found[1]: example(found) for found in EXAMPLE.finditer(PAGE.read_text(encoding="utf-8"))}


def test_the_page_lists_every_operation_and_no_other() -> None:
    assert sorted(TABLE) == sorted(OPERATIONS)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_the_page_has_the_signature_and_the_constants_of_the_engine(name: str) -> None:
    operation = OPERATIONS[name]
    constants = [*operation.params, *(f"{array}[]" for array in operation.arrays)]
    assert TABLE[name]["signature"] == operation.signature
    assert re.findall(r"`([^`]+)`", TABLE[name]["constants"]) == constants


def test_each_operation_has_an_example() -> None:
    assert {example.op for example in EXAMPLES.values()} == set(OPERATIONS) - {"input"}


@pytest.mark.parametrize("text", sorted(EXAMPLES))
def test_an_example_on_the_page_is_true_by_row_and_by_column(text: str) -> None:
    op, args, constants, expected = EXAMPLES[text]
    b = Builder()
    kinds = [KINDS.get(type(arg), "text") for arg in args]
    inputs = [b.input(f"x{i}", kind) for i, kind in enumerate(kinds)]
    arrays = {name: np.asarray(constants.pop(name), dtype=float) for name in OPERATIONS[op].arrays}
    node = b.node(op, *inputs, arrays=arrays, **constants)
    score = b.node("number", value=0)
    program = Program(*b.finish({"result": node}, score))
    case = {f"x{i}": arg for i, arg in enumerate(args)}
    result = program.graph.cleaned["result"]
    assert alike(program.row(case)[result], expected)
    columns = {name: column(arg, kinds[i]) for i, (name, arg) in enumerate(case.items())}
    found = program.columns(columns)[result]
    assert alike((found.texts() if isinstance(found, Text) else found.tolist())[-1], expected)


def column(arg: Value, kind: str) -> Column:
    """Return two rows, so that nothing works only for one."""
    if kind == "text":
        return Text(np.asarray([-1, -1 if arg is None else 0], dtype=np.int32), [] if arg is None else [str(arg)])
    return np.asarray([0, arg], dtype=np.float64) if kind == "number" else np.asarray([False, arg], dtype=np.bool_)


def alike(found: Value, expected: Value) -> bool:
    if isinstance(expected, float):
        if not isinstance(found, float):
            return False
        return (found != found and expected != expected) or (
            found == expected and math.copysign(1, found) == math.copysign(1, expected)
        )
    return found is expected if expected is None or isinstance(expected, bool) else found == expected


REFUSED: list[tuple[str, tuple[str, ...], dict[str, Any], str]] = [
    ("fly", ("number",), {}, "no operation `fly`"),
    ("add", ("number",), {}, "1 arguments; expected 2"),
    ("add", ("number", "text"), {}, "argument 2 is a text; expected a number"),
    ("where", ("boolean", "number", "text"), {}, "argument 3 is a text; expected a number"),
    ("coalesce", ("boolean", "boolean"), {}, "argument 1 is a boolean; expected a number or text"),
    ("sum", (), {"skip": True}, "0 arguments; expected 1"),
    ("round", ("number",), {}, "the parameter `decimals` is missing"),
    ("round", ("number",), {"decimals": 0.5}, "a whole number"),
    ("round", ("number",), {"decimals": 23}, "from -22 to 22"),
    ("round", ("number",), {"decimals": 1, "digits": 2}, "unknown parameter `digits`"),
    ("number", (), {"value": math.inf}, "a finite number"),
    ("number", (), {"value": True}, "a finite number"),
    ("clip", ("number",), {"low": 2, "high": 1}, "above"),
    ("split", ("text",), {"sep": "", "index": 0}, "not empty"),
    ("replace", ("text",), {"old": "", "new": "a"}, "not empty"),
    ("isin", ("text",), {"keys": [1.0], "missing": False}, "a list of texts"),
    ("isin", ("text",), {"keys": ["a", "a"], "missing": False}, "none twice"),
    ("isin", ("number",), {"keys": [0.0, -0.0], "missing": False}, "none twice"),
    ("isin", ("text",), {"keys": ["a"], "missing": None}, "true or false"),
    ("lookup", ("text",), {"kind": "number", "keys": ["a"], "values": [], "default": 0, "missing": 0}, "1 numbers"),
    ("lookup", ("text",), {"kind": "boolean", "keys": [], "values": [], "default": None, "missing": True}, "a boolean"),
    ("lookup", ("text",), {"kind": "date", "keys": [], "values": [], "default": 0, "missing": 0}, "number, text or"),
]  # fmt: skip


@pytest.mark.parametrize(("op", "kinds", "params", "message"), REFUSED)
def test_a_node_that_does_not_fit_is_refused_with_the_users_line(
    op: str, kinds: tuple[str, ...], params: dict[str, Any], message: str
) -> None:
    b = Builder()
    args = [b.input(f"x{i}", kind) for i, kind in enumerate(kinds)]
    with pytest.raises(UnsupportedError, match=re.escape(message)) as raised:
        b.node(op, *args, where="clean.py:12", **params)
    assert raised.value.message.startswith("clean.py:12: ")


@pytest.mark.parametrize(
    ("op", "arrays", "message"),
    [
        ("cut", {"edges": [1.0]}, "two or more rising"),
        ("cut", {"edges": [1.0, 1.0]}, "two or more rising"),
        ("cut", {"edges": [1.0, math.nan]}, "two or more rising"),
        ("cut", {}, "the array `edges` is missing"),
        ("cut", {"edges": [[1.0, 2.0]]}, "one dimension"),
        ("interpolate", {"x": [1.0, 2.0], "y": [1.0]}, "equally long"),
        ("interpolate", {"x": [], "y": []}, "equally long"),
        ("interpolate", {"x": [2.0, 1.0], "y": [1.0, 2.0]}, "rising"),
        ("linear", {"weights": [1.0, 2.0], "baseline": [0.0, 0.0]}, "one per argument"),
        ("linear", {"weights": [math.inf], "baseline": [0.0]}, "finite"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(op: str, arrays: dict[str, Any], message: str) -> None:
    b = Builder()
    of: dict[str, dict[str, Any]] = {"cut": {"right": True, "lowest": False}, "linear": {"intercept": 0.0}}
    held = {name: np.asarray(array, dtype=float) for name, array in arrays.items()}
    with pytest.raises(UnsupportedError, match=message):
        b.node(op, b.input("x", "number"), arrays=held, **of.get(op, {}))


def test_an_array_is_never_cast_with_loss() -> None:
    b = Builder()
    arrays = {"edges": np.asarray([2**53 + 1, 2**60])}
    with pytest.raises(UnsupportedError, match="without loss"):
        b.node("cut", b.input("x", "number"), arrays=arrays, right=True, lowest=True)

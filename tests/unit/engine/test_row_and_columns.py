"""One graph, two ways to run it: a row alone and a row among others give the same bits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.engine.builder import Builder
from golive.engine.operations import OPERATIONS, Column, Text, Value
from golive.engine.program import Program
from golive.errors import UnsupportedError

EDGES = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.5,
    -2.5,
    1e-320,
    1e308,
    -1e308,
    2.0**53,
    math.inf,
    -math.inf,
    math.nan,
    745.5,
    36.0,
]
numbers = st.one_of(st.sampled_from(EDGES), st.floats(width=32), st.floats(), st.integers(-9, 9).map(float))
words = st.sampled_from(
    ["", "a", "b", "ab", " A\t", "straße", "ÄÖ", "x-y-z", "𝒳y", "a" * 70, "1", "2024-02-29", "31.12.1999"]
)
texts = st.one_of(st.none(), words)
finite = st.floats(-100, 100)
narrow = st.floats(-100, 100, width=32)


small = st.one_of(st.none(), st.integers(-3, 3))
SIMPLE: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "number": {"value": st.one_of(st.none(), finite)},
    "text": {"value": texts},
    "boolean": {"value": st.booleans()},
    "round": {"decimals": st.integers(-3, 4)},
    "clip": {"low": st.one_of(st.none(), st.floats(-9, 0)), "high": st.one_of(st.none(), st.floats(0, 9))},
    "cut": {"right": st.booleans(), "lowest": st.booleans()},
    "replace": {"old": words.filter(bool), "new": words},
    "trim": {"characters": words.filter(bool)},
    "slice": {"start": small, "stop": small},
    "split": {"sep": st.sampled_from(["-", "a"]), "index": st.integers(-3, 3)},
    "parse_number": {"whole": st.booleans()},
    "parse_date": {"format": st.sampled_from(["iso", "%Y-%m-%d", "%d.%m.%Y"])},
    "date_part": {"part": st.sampled_from(["year", "month", "day"])},
    "linear": {"intercept": finite},
    "trees": {"base": narrow, "single": st.booleans()},
    **{op: {"text": words} for op in ("contains", "starts_with", "ends_with")},
    **{op: {"skip": st.booleans()} for op in ("sum", "mean", "smallest", "largest")},
}


def text_column(values: list[str | None]) -> Text:
    ids: dict[str | None, int] = {None: -1}
    codes = [ids.setdefault(value, len(ids) - 1) for value in values]
    return Text(np.asarray(codes, dtype=np.int32), [value for value in ids if value is not None])


def column(values: list[Any], kind: str) -> Column:
    if kind == "text":
        return text_column(values)
    return np.asarray(values, dtype=np.float64) if kind == "number" else np.asarray(values, dtype=np.bool_)


def listed(column: Column) -> list[Value]:
    return list(column.texts()) if isinstance(column, Text) else column.tolist()


def same(x: Value, y: Value) -> bool:
    if isinstance(x, float) and isinstance(y, float) and not isinstance(x, bool):
        return (x != x and y != y) or (x == y and math.copysign(1, x) == math.copysign(1, y))
    return type(x) is type(y) and x == y


@st.composite
def constants(draw: st.DrawFn, op: str, kinds: tuple[str, ...]) -> dict[str, Any]:
    """Return constants that suit an operation most of the time."""
    some = {"number": st.one_of(st.none(), finite), "text": texts, "boolean": st.booleans()}
    if op in ("lookup", "isin"):
        of = st.sampled_from([0.0, 1.0, -2.5, 3.0, 2.0**53]) if kinds[0] == "number" else words
        keys = draw(st.lists(of, unique=True, max_size=4))
        if op == "isin":
            return {"keys": keys, "missing": draw(st.booleans())}
        kind = draw(st.sampled_from(["number", "text", "boolean"]))
        values = [draw(some[kind]) for _ in keys]
        return {"kind": kind, "keys": keys, "values": values, "default": draw(some[kind]), "missing": draw(some[kind])}
    return {name: draw(strategy) for name, strategy in SIMPLE.get(op, {}).items()}


@st.composite
def tree_arrays(draw: st.DrawFn, arguments: int) -> dict[str, Any]:
    """Return a few random trees in one set of node arrays."""
    nodes: list[list[Any]] = []

    def grow(depth: int) -> int:
        here = len(nodes)
        value = draw(narrow)
        nodes.append([0, 0.0, -1, -1, 0, value])
        if depth and draw(st.booleans()):
            split = [draw(st.integers(0, arguments - 1)), draw(st.sampled_from([0.0, 1.0, -2.5, 1e308, math.inf, 0.1]))]
            left, right = grow(depth - 1), grow(depth - 1)
            nodes[here] = [*split, left, right, int(draw(st.booleans())), value]
        return here

    roots = [grow(draw(st.integers(0, 4))) for _ in range(draw(st.integers(1, 4)))]
    names = ("feature", "threshold", "left", "right", "missing_left", "value")
    return {
        **{name: np.asarray([node[i] for node in nodes]) for i, name in enumerate(names)},
        "root": np.asarray(roots),
    }


@st.composite
def arrays(draw: st.DrawFn, op: str, arguments: int) -> dict[str, Any]:
    rising = st.lists(st.integers(-9, 9), min_size=2, max_size=6, unique=True).map(sorted)
    if op == "cut":
        return {"edges": np.asarray(draw(rising), dtype=float)}
    if op == "interpolate":
        x = draw(rising)
        return {"x": np.asarray(x, dtype=float), "y": np.asarray([draw(finite) for _ in x])}
    if op == "linear":
        weights, baseline = ([draw(finite) for _ in range(arguments)] for _ in range(2))
        return {"weights": np.asarray(weights), "baseline": np.asarray(baseline)}
    return draw(tree_arrays(arguments)) if op == "trees" else {}


@st.composite
def graphs(draw: st.DrawFn) -> Program:
    """Return a program of three inputs and a dozen operations on them and on each other."""
    b = Builder()
    nodes = [b.input("n", "number"), b.input("m", "number"), b.input("t", "text"), b.input("b", "boolean")]
    for op in draw(st.lists(st.sampled_from(sorted(set(OPERATIONS) - {"input"})), min_size=1, max_size=12)):
        wanted = [letter.strip() for letter in OPERATIONS[op].signature.split("->")[0].split(",") if letter.strip()]
        if wanted and wanted[-1].endswith("..."):
            wanted = ["n"] * draw(st.integers(1, 4))
        takes = {"n": ("number",), "t": ("text",), "b": ("boolean",), "v": ("number", "text")}
        args: list[int] = []
        for letter in wanted:
            fitting = [node for node in nodes if b.kind(node) in takes.get(letter, ("number", "text", "boolean"))]
            args.append(draw(st.sampled_from(fitting)))
        kinds = tuple(b.kind(arg) for arg in args)
        try:
            made = b.node(op, *args, arrays=draw(arrays(op, len(args))), **draw(constants(op, kinds)))
        except UnsupportedError:
            assert op in ("where", "coalesce")  # two arguments of different kinds
            continue
        nodes.append(made)
    ends = {f"c{node}": node for node in nodes}
    return Program(*b.finish(ends, nodes[0]))


@settings(max_examples=400, deadline=None)
@given(graphs(), st.lists(st.tuples(numbers, numbers, texts, st.booleans()), min_size=1, max_size=5))
def test_a_row_alone_and_among_others_gives_the_same_bits(program: Program, rows: list[tuple[Any, ...]]) -> None:
    kinds = {"n": "number", "m": "number", "t": "text", "b": "boolean"}
    columns = {
        name: column(list(values), kinds[name]) for name, values in zip(kinds, zip(*rows, strict=True), strict=True)
    }
    by_columns = [listed(values) for values in program.columns(columns)]
    for index, row in enumerate(rows):
        by_row = program.row(dict(zip(kinds, row, strict=True)))
        for node, value in enumerate(by_row):
            assert same(value, by_columns[node][index]), (
                program.graph.nodes[node],
                row,
                value,
                by_columns[node][index],
            )


@st.composite
def encoded(draw: st.DrawFn) -> Program:
    """Return a weighted sum over texts by category (one 1 for each text, or several, or other numbers) and a number."""
    b = Builder()
    inputs = {name: b.input(name, "number" if name == "n" else "text") for name in ("t", "u", "n")}
    args = []
    for name in draw(st.lists(st.sampled_from(["t", "t", "u", "n"]), min_size=2, max_size=8)):
        if name == "n":
            args.append(inputs["n"])
        elif draw(st.booleans()):
            args.append(b.node("to_number", b.node("same", inputs[name], b.node("text", value=draw(words)))))
        else:
            some = st.sampled_from([0.0, -0.0, 1.0, 0.1, 0.7, None])
            keys = draw(st.lists(words, unique=True, max_size=3))
            values, default, missing = [draw(some) for _ in keys], draw(some), draw(some)
            table: dict[str, Any] = {"keys": keys, "values": values, "default": default, "missing": missing}
            args.append(b.node("lookup", inputs[name], kind="number", **table))
    of = st.sampled_from([0.1, -0.7, 3.3, 1e-9, 0.0, -0.0, 1e308, -1e308])
    weights = np.asarray([draw(of) for _ in args])
    total = b.node(
        "linear", *args, intercept=draw(st.sampled_from([0.0, -0.0, 0.3])),
        arrays={"weights": weights, "baseline": np.zeros(len(args))},
    )  # fmt: skip
    return Program(*b.finish({}, total))


@settings(max_examples=300, deadline=None)
@given(encoded(), st.lists(st.tuples(texts, texts, numbers), min_size=1, max_size=5))
def test_categories_that_are_added_at_once_give_the_bits_of_adding_them_one_by_one(
    program: Program, rows: list[tuple[Any, ...]]
) -> None:
    kinds = {"t": "text", "u": "text", "n": "number"}
    named = zip(kinds, zip(*rows, strict=True), strict=True)
    columns = {name: column(list(values), kinds[name]) for name, values in named}
    keep = {program.graph.score}
    found = listed(program.columns(columns, keep)[program.graph.score])
    for row, value in zip(rows, found, strict=True):
        expected = program.row(dict(zip(kinds, row, strict=True)), keep)[program.graph.score]
        assert same(expected, value), (row, expected, value)


def test_several_numbers_of_one_text_are_added_one_by_one() -> None:
    b = Builder()
    n, t = b.input("n", "number"), b.input("t", "text")
    found = [
        b.node("lookup", t, kind="number", keys=("a",), values=(value,), default=0.0, missing=0.0)
        for value in (0.7, 0.1)
    ]
    weights = {"weights": np.asarray([0.1, -0.7, 3.3]), "baseline": np.zeros(3)}
    total = b.node("linear", n, *found, intercept=0.0, arrays=weights)
    program = Program(*b.finish({}, total))
    columns = {"n": column([1.0, 1.0], "number"), "t": column(["a", "b"], "text")}
    expected = [(0.1 * 1.0 + -0.7 * 0.7) + 3.3 * 0.1, 0.1 * 1.0]
    assert expected[0] != 0.1 * 1.0 + (-0.7 * 0.7 + 3.3 * 0.1)
    assert program.columns(columns)[total].tolist() == expected


def test_a_text_that_came_before_gives_the_same_again_and_other_texts_their_own() -> None:
    b = Builder()
    t, u = b.input("t", "text"), b.input("u", "text")
    both = b.node("concat", b.node("upper", t), b.node("lower", u))
    length = b.node("length", both)
    program = Program(*b.finish({"both": both}, length))
    many = [f"T{number}" for number in range(600)]  # more than are remembered
    for text in [*many, None, "", *many, "x" * 1000, None, "x" * 1000]:
        values = program.row({"t": text, "u": "Ab"}, {both, length})
        assert values[both] == (None if text is None else text.upper() + "ab")
        assert same(values[length], math.nan if text is None else float(len(text) + 2))

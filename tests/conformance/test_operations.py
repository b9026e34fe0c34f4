"""Every operation of the graph, in JavaScript as in Python, on hostile values."""

from __future__ import annotations

import base64
import math
import random

import msgspec
import numpy as np
import pytest
from tests.conformance.javascript import RUNTIME, alike, needs_node, run

from golive.engine.builder import Builder
from golive.engine.operations import OPERATIONS
from golive.engine.program import Program

NUMBERS = [
    math.nan, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, 3.0, -3.0, 0.1, 0.7, 2.675, 1e-9, 5e-324, 1e16, 2.0**53,
    2.0**53 - 1, 1 - 2.0**53, 1e15,
    4503599627370496.5, 4503599627370497.5, -4503599627370495.5, 1e300, -1e300, 1e308, 7.0, -7.0, 129.0, 709.9, -745.2,
]  # fmt: skip
TEXTS = [
    None, "", " ", "a", "A", "yes", "No", "  padded\t", "\x1cfs\x85", "\u00a0nbsp\u3000", "\ufeffbom", "straße", "ﬁ",
    "2024-02-29", "2023-02-29", "2024-03-31T23:59:59.25", "2024-03-31 24:00", "31.12.1999", "1.2.1999", "1500-01-01",
    "2024-06-30 23:59:60", "20240331", "today", "unknown", "2024-13-01", "2255-01-01",
    "12", " 1.5 ", "-.5", "1e5", "1e-15", "1e16", "1234567890123456", "1_000", "inf", "NaN", "-0", "1,5", "12 EUR",
    "1.2.3", "1E-7", "1e8", "1e", "\t1", "１２", "+7", "1.", ".", "0012", "007.50",
    "İstanbul", "ΟΔΟΣ", "😀 grin", "a,b,,c", ",", "aXbXc", "XX", "e\u0301", "naïve", "ǅ", "x" * 50,
]  # fmt: skip
DAY = 86_400_000_000
EXACT = 0
LOOSE = 4  # units in the last place: JavaScript's own exp, log and tanh
INEXACT = {"exp", "expm1", "log", "log1p", "log2", "log10", "tanh", "pow", "sigmoid"}


def every_operation() -> tuple[Builder, dict[str, int]]:
    """Return a builder with each operation at least once, and what each node is."""
    b = Builder()
    x, y, z = (b.input(name, "number") for name in "xyz")
    s, t = (b.input(name, "text") for name in "st")
    p, q = (b.input(name, "boolean") for name in "pq")
    made: dict[str, int] = {}

    def add(op: str, *args: int, arrays: dict[str, np.ndarray] | None = None, **params: object) -> None:
        made[f"{op} {len(made)}"] = b.node(op, *args, arrays=arrays, **params)  # type: ignore[arg-type]

    for op, operation in OPERATIONS.items():
        if operation.params or operation.arrays or op == "input":
            continue
        kinds = {"n": (x, y), "t": (s, t), "b": (p, q), "v": (x, y), "x": (x, y)}
        letters = [letter.strip() for letter in operation.signature.split("->")[0].split(",")]
        taken: dict[str, int] = {}
        args = []
        for letter in letters:
            args.append(kinds[letter][taken.get(letter, 0)])
            taken[letter] = taken.get(letter, 0) + 1
        add(op, *args)
        if "v" in letters or "x" in letters:
            add(op, *[{x: s, y: t}.get(arg, arg) for arg in args])
        if "x" in letters:
            add(op, *[{x: q, y: p}.get(arg, arg) for arg in args])
    for value in (None, 0.0, -1.5):
        add("number", value=value)
    for text in (None, "", "straße"):
        add("text", value=text)
    add("boolean", value=True)
    for decimals in (0, 1, 2, 5, 22, -1, -2, -5):
        add("round", x, decimals=decimals)
    for low, high in ((None, None), (0.0, None), (None, 1.0), (-2.0, 2.5)):
        add("clip", x, low=low, high=high)
    add("lookup", s, keys=["a", "A", "yes", ""], values=[1, None, 3.5, 0], kind="number", default=-1, missing=None)
    add("lookup", s, keys=["a", "No"], values=["b", None], kind="text", default="other", missing="none")
    add("lookup", s, keys=["a"], values=[True], kind="boolean", default=False, missing=True)
    add("lookup", x, keys=[0, 1, 2.5], values=["zero", "one", None], kind="text", default=None, missing="gone")
    add("lookup", x, keys=[], values=[], kind="number", default=7, missing=8)
    add("isin", s, keys=["a", "yes"], missing=True)
    add("isin", x, keys=[0, -3, 129], missing=False)
    for right in (True, False):
        for lowest in (True, False):
            add("cut", x, right=right, lowest=lowest, arrays={"edges": np.array([-3, 0, 0.1, 2.5, 129])})
            add("cut", x, right=right, lowest=lowest, arrays={"edges": np.array([-np.inf, 0.5, np.inf])})
    add("interpolate", x, arrays={"x": np.array([-3, 0.1, 7, 129.0]), "y": np.array([0.05, 0.3, 0.3, 1.0])})
    add("interpolate", x, arrays={"x": np.array([0.5]), "y": np.array([0.25])})
    add("replace", s, old="a", new="bb")
    add("replace", s, old="$", new="$&")
    add("replace", s, old=",", new="$1")
    for characters in ("a", "xX ", "😀,", "é"):
        add("trim", s, characters=characters)
    for start, stop in ((None, None), (1, None), (None, 2), (-2, None), (0, -1), (3, 1), (-100, 100)):
        add("slice", s, start=start, stop=stop)
    for sep, index in ((",", 0), (",", 2), (",", -1), (",", 9), ("X", -9), ("X", 1), ("😀", 1)):
        add("split", s, sep=sep, index=index)
    for op in ("contains", "starts_with", "ends_with"):
        for text in ("", "a", "😀", "c", "."):
            add(op, s, text=text)
    dates = [
        b.node("parse_date", s, format=form) for form in ("iso", "%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%Y-%m-%d %H:%M")
    ]
    for whole in (True, False):
        add("parse_number", s, whole=whole)
    for form in ("iso", "%d.%m.%Y"):
        add("parse_date", s, format=form)
    for part in ("year", "month", "day"):
        for date in (dates[0], dates[1], b.node("mul", x, b.node("number", value=DAY)), x):
            add("date_part", date, part=part)
    for op in ("sum", "mean", "smallest", "largest"):
        for skip in (True, False):
            add(op, x, y, z, skip=skip)
            add(op, x, skip=skip)
    weights = {"weights": np.array([0.1, -0.7, 1e-3]), "baseline": np.array([1.0, 2.0, 3.0])}
    add("linear", x, y, z, arrays=weights, intercept=-0.3)
    add("linear", x, arrays={"weights": np.array([2.0]), "baseline": np.array([0.0])}, intercept=0.0)
    add("trees", x, y, arrays=two_trees(), base=0.125, single=False)
    single = two_trees()
    single["value"] = single["value"].astype(np.float32).astype(np.float64)
    add("trees", x, y, arrays=single, base=0.125, single=True)
    return b, made


def two_trees() -> dict[str, np.ndarray]:
    return {
        "feature": np.array([0, 1, 0, 0, 0, 1, 0, 0]),
        "threshold": np.array([0.1, 2.5, 0, 0, 0, -0.0, 0, 0]),
        "left": np.array([1, 2, -1, -1, -1, 6, -1, -1]),
        "right": np.array([4, 3, 0, 0, 0, 7, 0, 0]),
        "missing_left": np.array([1, 0, 0, 0, 0, 0, 0, 0]),
        "value": np.array([0.0, 0.1, 0.7, -0.2, 0.3, 0.05, 0.11, -0.13]),
        "root": np.array([0, 5]),
    }


def cases(count: int) -> list[dict[str, float | str | bool | None]]:
    draw = random.Random(7)
    rows: list[dict[str, float | str | bool | None]] = []
    for _ in range(count):
        numbers = {name: draw.choice(NUMBERS) if draw.random() < 0.7 else draw.gauss(0, 50) for name in "xyz"}
        texts = {name: draw.choice(TEXTS) for name in "st"}
        rows.append({**numbers, **texts, **{name: draw.random() < 0.5 for name in "pq"}})
    return rows


def test_the_cases_use_every_operation() -> None:
    builder, made = every_operation()
    assert {name.split()[0] for name in made} == set(OPERATIONS) - {"input"}
    assert builder.kind(made["number " + next(k.split()[1] for k in made if k.startswith("number"))]) == "number"


@needs_node
def test_the_runtime_has_the_operations_of_the_engine_and_no_other() -> None:
    assert set(run("return golive.operations", None)) == set(OPERATIONS)  # type: ignore[call-overload]


@needs_node
def test_every_operation_gives_in_javascript_what_it_gives_in_python() -> None:
    builder, made = every_operation()
    score = next(node for name, node in made.items() if name.startswith("sigmoid"))
    graph, arrays = builder.finish(made, score)
    program = Program(graph, arrays)
    rows = cases(1_500)
    script = """
      const values = golive.compile(given.graph, given.arrays);
      return given.rows.map((row) => { const all = values(row); return given.cleaned.map((i) => all[i]); });
    """
    document = {
        "graph": msgspec.to_builtins(graph),
        "arrays": base64.b64encode(arrays).decode(),
        "rows": rows,
        "cleaned": list(graph.cleaned.values()),
    }
    found = run(script, document)
    assert isinstance(found, list)
    names = list(graph.cleaned)
    exact = [i for i, name in enumerate(names) if name.split()[0] not in INEXACT]
    for row, got in zip(rows, found, strict=True):
        values = program.row(row)
        expected = [values[node] for node in graph.cleaned.values()]
        wrong = [i for i in alike(expected, got, EXACT) if i in exact] + alike(expected, got, LOOSE)
        assert not wrong, [
            (names[i], graph.nodes[graph.cleaned[names[i]]].params, row, expected[i], got[i]) for i in wrong
        ][:3]


@needs_node
def test_an_operation_that_the_runtime_does_not_know_is_refused_when_the_bundle_is_opened() -> None:
    script = """
      try { golive.compile({ nodes: [{ op: given }] }, ""); } catch (error) { return error.message; }
    """
    assert "does not know the operation fly" in str(run(script, "fly"))
    assert "does not know the operation constructor" in str(run(script, "constructor"))


def test_the_runtime_stays_within_15_kb() -> None:
    assert len(RUNTIME) <= 15_000


@pytest.mark.parametrize("word", ["require(", "import ", "eval(", "new Function", "fetch("])
def test_the_runtime_depends_on_nothing(word: str) -> None:
    assert word not in RUNTIME.decode()

"""Rows that the model knows nothing of: the same answer in JavaScript as in Python."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec.structs import replace
from tests.conformance.javascript import needs_node, run

from golive.engine.builder import Builder
from golive.engine.bundle import Bundle, load
from golive.engine.folder import write_bundle
from golive.export.javascript import document, export_javascript
from golive.records.contract import Contract, Input, Kind, RowRule
from golive.records.document import encode
from golive.records.golden import Golden, GoldenRow
from golive.records.parity import Parity

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """
id = "p"
version = "1"
owner = "risk"
actions = { names = ["approve", "review", "reject"], favourable = "approve" }
fallback = { action = "review", message = "A person looks." }
bands = [{ id = "low", from = 0, to = 0.5, action = "approve" }, { id = "high", from = 0.5, to = 1, action = "reject" }]
"""
_RULE = RowRule(
    name="clean.py:3",
    source="df = df.dropna()",
    text="Income is there",
    inputs=("Income",),
    action="review",
    dropped=1,
)
RULES = (
    _RULE,
    replace(_RULE, name="clean.py:4", text="Income < Age", inputs=("Age", "Income"), action="reject"),
    replace(_RULE, name="clean.py:5", text="repeats nothing", inputs=(), action="training"),
)
CASES = [{"Income": income, "Age": age} for income in (None, 1.0, 50, 0.25, "x") for age in (0, 20, 70.5)]


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    b = Builder()
    income, age = b.input("Income", "number"), b.input("Age", "number")
    kept = {"clean.py:3": b.node("not", b.node("is_missing", income)), "clean.py:4": b.node("lt", income, age)}
    score = b.node("sigmoid", b.node("coalesce", income, b.node("number", value=0.0)))
    graph, arrays = b.finish({"Income": income}, score, (), kept)
    inputs = tuple(
        Input(name=name, kind=Kind.number, nullable=name == "Income", low=0, high=60) for name in ("Income", "Age")
    )
    good = GoldenRow(
        inputs={"Income": 1.0, "Age": 20.0}, cleaned={"Income": 1.0}, score=1 / (1 + math.exp(-1.0)), contributions={}
    )
    files = {
        "contract.json": encode(Contract(inputs=inputs, event="bad", reasons="none", rows=9, rules=RULES)),
        "graph.json": encode(graph),
        "arrays.bin": arrays,
        "golden/golden.json": encode(Golden(rows=(good,))),
        "parity.json": encode(Parity(checks=(), frozen=(), float_class="float64", versions={}, strings="object")),
    }
    folder = write_bundle(tmp_path / "ruled.golive", files, name="ruled")
    (folder / "policy.toml").write_text(POLICY)
    return load(folder)


@needs_node
def test_cases_that_break_a_rule_are_answered_alike(bundle: Bundle) -> None:
    script = "const bundle = golive.load(given.document); return given.cases.map((row) => bundle.decide(row));"
    found = run(script, {"document": document(bundle), "cases": CASES})
    assert isinstance(found, list)
    expected = [json.loads(msgspec.json.encode(bundle.decide(case))) for case in CASES]
    for answer in (*expected, *found):
        answer["score"] = None if answer["score"] is None else round(answer["score"], 14)
    assert found == expected
    assert {(answer["action"], answer["fallback"]) for answer in found} == {
        ("review", True), ("reject", True), ("reject", False),
    }  # fmt: skip


@needs_node
def test_scoring_a_case_that_breaks_a_rule_says_which(bundle: Bundle) -> None:
    script = "try { golive.load(given.document).score(given.row); } catch (error) { return error.message; }"
    said = [run(script, {"document": document(bundle), "row": {"Income": income, "Age": 20}}) for income in (50, None)]
    assert said == [
        "golive: the model knows no such rows (clean.py:4); expected Income < Age",
        "golive: Income: the model knows no such rows (clean.py:3); expected Income is there",
    ]


def test_exports_carry_rows_that_break_each_rule(bundle: Bundle, tmp_path: Path) -> None:
    export_javascript(bundle.path, tmp_path / "js")
    rows = json.loads((tmp_path / "js" / "golden.json").read_text())["rows"]
    said = " ".join(problem["problem"] for row in rows for problem in row["decision"]["problems"])
    assert "(clean.py:3)" in said and "(clean.py:4)" in said and "(clean.py:5)" not in said

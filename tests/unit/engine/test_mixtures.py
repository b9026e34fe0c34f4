"""Shapley values: additive, as defined, the same for one and many, and silent rather than wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from golive.engine import mixtures
from golive.engine.builder import Builder
from golive.engine.bundle import Bundle, load
from golive.engine.folder import write_bundle
from golive.errors import BundleError
from golive.records.contract import Contract, Input, Kind, Unknown
from golive.records.document import encode
from golive.records.graph import Graph, Shapley

POLICY = """
id = "p"
version = "1"
owner = "risk"
actions = { names = ["approve", "review"], favourable = "approve" }
fallback = { action = "review" }
bands = [{ id = "all", from = 0, to = 1, action = "approve" }]
"""
CONTRACT = Contract(
    inputs=(
        Input(name="b", kind=Kind.boolean, nullable=False),
        Input(name="x", kind=Kind.number, nullable=True),
        Input(name="unused", kind=Kind.text, nullable=True, unknown=Unknown.accept),
        Input(name="t", kind=Kind.text, nullable=True, categories=("m", "n"), unknown=Unknown.accept),
        Input(name="y", kind=Kind.number, nullable=False),
    ),
    event="1",
    reasons="shapley",
    reasons_in="probability",
    rows=10,
)
SHAPLEY = Shapley(
    inputs=("b", "x", "t", "y"), baseline=(False, None, "m", 1.5), orders=((0, 1, 2, 3), (2, 0, 3, 1)), seed=1
)


def graph() -> tuple[Graph, bytes]:
    """Return sigmoid(x * y + 2 b (t is null) - (t is n)), with x or 0.5; no score where y is 9 and b is false."""
    g = Builder()
    b, x, t, y = g.input("b", "boolean"), g.input("x", "number"), g.input("t", "text"), g.input("y", "number")
    g.input("unused", "text")
    filled = g.node("coalesce", x, g.node("number", value=0.5))
    both = g.node("to_number", g.node("and", b, g.node("is_missing", t)))
    n = g.node("to_number", g.node("same", t, g.node("text", value="n")))
    total = g.node("sub", g.node("add", g.node("mul", filled, y), g.node("add", both, both)), n)
    nine = g.node("and", g.node("eq", y, g.node("number", value=9.0)), g.node("not", b))
    score = g.node("where", nine, g.node("number", value=None), g.node("sigmoid", total))
    made, data = g.finish({"unused": g.input("unused", "text")}, score)
    return msgspec.structs.replace(made, shapley=SHAPLEY), data


@pytest.fixture
def bundle(files: dict[str, bytes], tmp_path: Path) -> Bundle:
    made, data = graph()
    changed = {"contract.json": encode(CONTRACT), "graph.json": encode(made), "arrays.bin": data}
    folder = write_bundle(tmp_path / "m.golive", {**files, **changed}, name="m")
    (folder / "policy.toml").write_text(POLICY)
    return load(folder)


def rows(count: int = 60) -> list[dict[str, Any]]:
    rng = np.random.default_rng(4)
    return [
        {
            "b": bool(rng.random() < 0.5),
            "x": None if rng.random() < 0.2 else float(np.round(rng.normal(), 2)),
            "unused": "pq"[rng.integers(2)],
            "t": ["m", "n", "other", None][rng.integers(4)],
            "y": float(rng.integers(0, 4)),
        }
        for _ in range(count)
    ]


def by_definition(bundle: Bundle, case: dict[str, Any]) -> list[float]:
    """Return the same from scores of whole cases alone."""
    added = dict.fromkeys(SHAPLEY.inputs, 0.0)
    ways = [way for order in SHAPLEY.orders for way in (order, order[::-1])]
    for way in ways:
        mixed = case | dict(zip(SHAPLEY.inputs, SHAPLEY.baseline, strict=True))
        for place in way:
            name = SHAPLEY.inputs[place]
            before = bundle.score([mixed])[0]
            mixed[name] = case[name]
            added[name] += bundle.score([mixed])[0] - before
    return [value / len(ways) for value in added.values()]


def test_they_are_what_the_definition_says(bundle: Bundle) -> None:
    names, added = bundle.contributions(rows())
    assert names == SHAPLEY.inputs
    assert added == pytest.approx(np.array([by_definition(bundle, case) for case in rows()]), abs=1e-15)
    assert np.abs(added).max() > 0.1


def test_they_add_up_to_the_score_beyond_the_typical_case(bundle: Bundle) -> None:
    typical = {"unused": None, **dict(zip(SHAPLEY.inputs, SHAPLEY.baseline, strict=True))}
    _, added = bundle.contributions(rows())
    assert np.abs(added.sum(axis=1) - (bundle.score(rows()) - bundle.score([typical])[0])).max() <= 1e-9
    assert not bundle.contributions([typical])[1].any()


@pytest.mark.parametrize("block", [1, 50, 10_000])
def test_deciding_many_is_deciding_each_in_blocks_of_any_size(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    monkeypatch.setattr(mixtures, "BLOCK", block)
    cases = [*rows(), {"b": False, "x": 1.0, "unused": "p", "t": "m", "y": 9.0}, {"b": True}]
    decisions = bundle.decide_many(cases)
    assert decisions == [bundle.decide(case) for case in cases]
    assert sum(len(decision.reasons) for decision in decisions) > 30


def test_a_mixture_without_a_score_means_no_reasons(bundle: Bundle) -> None:
    """y is 9 and has a score beside b, but not beside the typical b."""
    case = {"b": True, "x": 1.0, "unused": "p", "t": None, "y": 9.0}
    decision = bundle.decide(case)
    assert (decision.action, decision.reasons) == ("approve", ())
    assert np.isnan(bundle.contributions([case])[1]).all()
    assert bundle.decide({**case, "y": 8.0}).reasons


@pytest.mark.parametrize(
    "wrong",
    [
        {"inputs": ("b", "x", "t", "z")},
        {"inputs": ("b", "x", "t", "t")},
        {"baseline": (False, None, "m")},
        {"baseline": (False, None, 1.0, 1.5)},
        {"baseline": (None, None, "m", 1.5)},
        {"baseline": (False, True, "m", 1.5)},
        {"orders": ()},
        {"orders": ((0, 1, 2),)},
        {"orders": ((0, 1, 2, 2),)},
    ],
)
def test_what_does_not_fit_the_graph_is_refused(wrong: dict[str, Any], files: dict[str, bytes], tmp_path: Path) -> None:
    made, data = graph()
    made = msgspec.structs.replace(made, shapley=msgspec.structs.replace(SHAPLEY, **wrong))
    changed = {"contract.json": encode(CONTRACT), "graph.json": encode(made), "arrays.bin": data}
    with pytest.raises(BundleError, match="shapley"):
        load(write_bundle(tmp_path / "m.golive", {**files, **changed}, name="m"))

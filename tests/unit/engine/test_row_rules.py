"""A graph and a contract must agree on the rules, or nothing is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from golive.engine.bundle import load
from golive.engine.folder import write_bundle
from golive.errors import BundleError
from golive.records.contract import Contract, RowRule
from golive.records.document import decode, encode
from golive.records.graph import Graph

if TYPE_CHECKING:
    from pathlib import Path

RULE = RowRule(
    name="clean.py:3",
    source="df = df.dropna()",
    text="Income is not missing",
    inputs=("Income",),
    action="review",
    dropped=4,
)


@pytest.mark.parametrize("action", ["review", "training"])
def test_a_rule_without_its_node_is_no_rule(files: dict[str, bytes], tmp_path: Path, action: str) -> None:
    contract = replace(
        decode(files["contract.json"], Contract, name="contract.json"), rules=(replace(RULE, action=action),)
    )
    folder = write_bundle(tmp_path / "b", {**files, "contract.json": encode(contract)}, name="b")
    if action == "training":
        assert not load(folder).breaking([{"Income": None, "Records": "no"}]).any()
    else:
        with pytest.raises(BundleError, match=r"holds the rules \[\]; the contract says \['clean.py:3'\]"):
            load(folder)


@pytest.mark.parametrize("node", [0, 99])
def test_a_node_that_is_no_truth_is_no_rule(files: dict[str, bytes], tmp_path: Path, node: int) -> None:
    graph = replace(decode(files["graph.json"], Graph, name="graph.json"), rules={RULE.name: node})
    folder = write_bundle(tmp_path / "b", {**files, "graph.json": encode(graph)}, name="b")
    with pytest.raises(BundleError, match=r"graph\.json"):
        load(folder)

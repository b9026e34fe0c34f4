"""Rows that break a row rule have no score: they are left out of the figures, and the reader is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from golive.engine.builder import Builder
from golive.engine.folder import write_bundle
from golive.prove.asked import Asked
from golive.prove.measure import measure
from golive.prove.run import from_bundle
from golive.records.contract import Contract, Input, Kind, RowRule
from golive.records.document import encode
from golive.records.golden import Golden
from golive.records.parity import Parity

if TYPE_CHECKING:
    from pathlib import Path


def test_rows_without_a_score_are_left_out_and_said(tmp_path: Path) -> None:
    b = Builder()
    x = b.input("x", "number")
    kept = b.node("lt", x, b.node("number", value=0.9))
    graph, arrays = b.finish({"x": x}, x, (), {"clean.py:3": kept})
    rule = RowRule(name="clean.py:3", source="...", text="x < 0.9", inputs=("x",), action="review", dropped=1)
    inputs = (Input(name="x", kind=Kind.number, nullable=False, low=0, high=1),)
    files = {
        "contract.json": encode(Contract(inputs=inputs, event="bad", reasons="none", rows=9, rules=(rule,))),
        "graph.json": encode(graph),
        "arrays.bin": arrays,
        "golden/golden.json": encode(Golden(rows=())),
        "parity.json": encode(Parity(checks=(), frozen=(), float_class="float64", versions={}, strings="object")),
    }
    folder = write_bundle(tmp_path / "b.golive", files, name="b")
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"x": rng.random(300)})
    rows["y"] = np.where(rng.random(300) < rows["x"], "bad", "good")
    rows.to_csv(tmp_path / "holdout.csv", index=False)
    found = from_bundle(folder, tmp_path / "holdout.csv", Asked(outcome="y", event="bad"))
    left = rows[rows["x"] < 0.9]
    expected = measure(left["y"], left["x"], event="bad")
    assert 200 < len(left) < 300
    assert found.table == expected.table
    said = [warned.text for warned in found.warnings if warned.code == "ruled_rows"]
    assert len(said) == 1 and said[0].startswith(f"{300 - len(left)} of 300 rows are not in these figures")
    assert "x < 0.9: else review" in said[0]

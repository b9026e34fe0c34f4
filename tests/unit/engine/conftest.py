"""A small real bundle: a linear model on one number and one text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from golive.engine.builder import Builder
from golive.engine.folder import write_bundle
from golive.records.contract import Contract, Input, Kind
from golive.records.document import encode
from golive.records.golden import Golden
from golive.records.graph import Source, Term
from golive.records.parity import Parity

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = Contract(
    inputs=(
        Input(name="Income", kind=Kind.number, nullable=True, label="monthly income", low=0, high=900),
        Input(name="Records", kind=Kind.text, nullable=False, categories=("no", "yes")),
    ),
    event="bad",
    reasons="linear",
    rows=100,
)


def bundle_files() -> dict[str, bytes]:
    """Return the files of a build: sigmoid(-0.01 * (Income or 120) + 2 * (Records is yes) - 0.5)."""
    b = Builder()
    income = b.node("coalesce", b.input("Income", "number"), b.node("number", value=120))
    yes = b.node("to_number", b.node("same", b.input("Records", "text"), b.node("text", value="yes")))
    sum_of = {"weights": np.asarray([-0.01, 2.0]), "baseline": np.asarray([120.0, 0.2])}
    logit = b.node("linear", income, yes, arrays=sum_of, intercept=-0.5)
    term = Term(node=logit, weight=1.0, sources=(Source(inputs=("Income",)), Source(inputs=("Records",))))
    graph, arrays = b.finish({"Income": income, "Records_yes": yes}, b.node("sigmoid", logit), [term])
    parity = Parity(checks=(), frozen=(), float_class="float64", versions={}, strings="object")
    return {
        "contract.json": encode(CONTRACT),
        "graph.json": encode(graph),
        "arrays.bin": arrays,
        "golden/golden.json": encode(Golden(rows=())),
        "parity.json": encode(parity),
    }


@pytest.fixture
def files() -> dict[str, bytes]:
    return bundle_files()


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    """A bundle on disk, without a policy."""
    return write_bundle(tmp_path / "credit.golive", files, name="credit")

"""Two bundles: a folder of mere bytes for the sign-off, and a small real one with rows, prices and evidence."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from golive.approve.check import check
from golive.approve.draft import draft
from golive.engine import signoff
from golive.engine.approval import FILE, read_chain
from golive.engine.builder import Builder
from golive.engine.folder import write_bundle
from golive.engine.signed import NEEDED, subjects
from golive.prove.asked import Asked
from golive.prove.run import from_bundle
from golive.records import document
from golive.records.contract import Contract, Input, Kind
from golive.records.document import encode
from golive.records.golden import Golden, GoldenRow
from golive.records.graph import Source, Term
from golive.records.parity import Parity
from golive.records.signoff import Shown, Signature, SignOff, Statement
from golive.records.terms import Agreed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from golive.records.signoff import Word


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Every file that must be signed, each with other bytes."""
    bundle = tmp_path / "churn.golive"
    for name in NEEDED:
        path = bundle / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(EVIDENCE if "evidence" in name else f"the bytes of {name}\n", encoding="utf-8")
    return bundle


@pytest.fixture
def say(folder: Path) -> Callable[..., None]:
    """Append a statement to the chain without any of the checks of `golive approve sign`."""

    def append(
        role: str,
        decision: Word = "approve",
        *,
        name: str = "A. Signer",
        expires: date | None = None,
        kind: str = "typed",
        although: str = "",
        conditions: tuple[str, ...] = (),
    ) -> None:
        word = SignOff(
            previous=read_chain(folder).head or signoff.FIRST,
            role=role,
            name=name,
            decision=decision,
            shown=(Shown(name="earned per 1,000 cases", text="29,400 EUR", value=29400.0),),
            conditions=tuple(Agreed(text=text) for text in conditions),
            although=although,
            signed_at="2026-03-01T09:00:00Z",
            expires=expires,
            signature=Signature(kind=kind),  # type: ignore[arg-type]  # the tests name both kinds as text
        )
        with (folder / FILE).open("ab") as file:
            file.write(signoff.line(Statement(subject=subjects(folder), predicate=word)))

    return append


EVIDENCE = '{"verdict": {"word": "use"}}\n'
MONEY = """\
currency = "EUR"
row = "loan"
[outcome]
event = "bad"
[actions]
below = "approve"
above = "reject"
[assumptions.margin]
value = 0.12
range = [0.08, 0.16]
owner = "head of lending"
source = "plan"
[payoff.approve]
no_event = "margin * Amount"
event = "-0.5 * Amount"
[payoff.reject]
no_event = 0
event = 0
[volume]
cases_per_month = 300
"""

CONTRACT = Contract(
    inputs=(
        Input(name="Income", kind=Kind.number, nullable=True, low=20, high=400),
        Input(name="Amount", kind=Kind.number, nullable=False, label="amount asked for", low=100, high=4000),
        Input(name="Records", kind=Kind.text, nullable=False, categories=("no", "yes")),
    ),
    event="bad",
    outcome="Status",
    reasons="linear",
    rows=500,
)


@dataclass
class Loans:
    """A bundle with prices and evidence, and the rows behind them."""

    bundle: Path
    rows: Path
    money: Path


@pytest.fixture
def loans(tmp_path: Path) -> Loans:
    """600 loans whose risk falls with income and rises with records; nothing of a policy yet."""
    bundle = write_bundle(tmp_path / "loans.golive", _build(), name="loans")
    rows, money = tmp_path / "holdout.csv", tmp_path / "money.toml"
    _rows(rows)
    money.write_text(MONEY, encoding="utf-8")
    evidence = from_bundle(bundle, rows, Asked(outcome="Status", event="bad", money=money))
    (bundle / "evidence").mkdir()
    document.write(evidence, bundle / "evidence" / "evidence.json")
    (bundle / "money.toml").write_bytes(money.read_bytes())
    return Loans(bundle, rows, money)


@pytest.fixture
def checked(loans: Loans) -> Loans:
    """The same with the drafted policy, compiled."""
    (loans.bundle / "policy.toml").write_text(draft(loans.bundle), encoding="utf-8")
    check(loans.bundle)
    return loans


def _build() -> dict[str, bytes]:
    """sigmoid(1 - 0.02 * (Income or 120) + 2 * (Records is yes))."""
    b = Builder()
    b.input("Amount", "number")
    income = b.node("coalesce", b.input("Income", "number"), b.node("number", value=120))
    yes = b.node("to_number", b.node("same", b.input("Records", "text"), b.node("text", value="yes")))
    weights = {"weights": np.asarray([-0.02, 2.0]), "baseline": np.asarray([120.0, 0.2])}
    logit = b.node("linear", income, yes, arrays=weights, intercept=1.0)
    term = Term(node=logit, weight=1.0, sources=(Source(inputs=("Income",)), Source(inputs=("Records",))))
    graph, arrays = b.finish({"Income": income, "Records_yes": yes}, b.node("sigmoid", logit), [term])
    golden = GoldenRow(
        inputs={"Income": 100.0, "Amount": 500.0, "Records": "no"}, cleaned={}, score=0.25, contributions={}
    )
    return {
        "contract.json": encode(CONTRACT),
        "graph.json": encode(graph),
        "arrays.bin": arrays,
        "golden/golden.json": encode(Golden(rows=(golden,))),
        "parity.json": encode(Parity(checks=(), frozen=(), float_class="float64", versions={}, strings="object")),
    }


def _rows(path: Path) -> None:
    rng = np.random.default_rng(3)
    income = np.round(rng.uniform(20, 400, 600))
    amount = np.round(rng.lognormal(6.5, 0.6, 600)).clip(100, 5000)
    records = np.where(rng.random(600) < 0.2, "yes", "no")
    risk = 1 / (1 + np.exp(-(1 - 0.02 * income + 2 * (records == "yes"))))
    status = np.where(rng.random(600) < risk, "bad", "good")
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Status", "Income", "Amount", "Records"])
        for i in range(600):
            writer.writerow([status[i], "" if i % 17 == 0 else income[i], amount[i], records[i]])

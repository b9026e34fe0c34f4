"""A signed promise and a journal, made of records: no model is needed to hold one against the other."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from golive.engine import journal, signoff
from golive.engine.approval import FILE
from golive.engine.signed import NEEDED, subjects
from golive.records import document
from golive.records.document import digest_file
from golive.records.evidence import (
    Against,
    Amount,
    Classification,
    CutOff,
    Evidence,
    Honest,
    MoneyEvidence,
    ScoreFacts,
    Verdict,
    Word,
    Worth,
)
from golive.records.journal import ActionRow, DecisionRow, OutcomeRow
from golive.records.score_table import FoldCells, Table
from golive.records.signoff import Signature, SignOff, Statement

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

MONEY = """\
currency = "EUR"
[outcome]
event = "bad"
[actions]
below = "approve"
above = "reject"
[assumptions.margin]
value = 0.2
[payoff.approve]
no_event = "margin * Amount"
event.loss = "0.6 * Amount"
[payoff.reject]
no_event = 0
event = 0
"""
CUT_OFF = 0.4


def evidence(earned: float, more: float, half: float) -> Evidence:
    """Promise ``earned`` per case and ``more`` than approving everybody, each give or take ``half``."""
    money = MoneyEvidence(
        currency="EUR",
        minor_units=2,
        row="loan",
        below="approve",
        above="reject",
        favourable="approve",
        promised=Amount(total=1100 * earned, per_row=1.1 * earned),
        promised_cutoff=(CUT_OFF,),
        honest=Honest(total=1000 * earned, per_row=earned, low=earned - half, high=earned + half, level=0.95, sd=50.0),
        against=(
            Against(
                name="approve all",
                action="approve",
                per_row=more,
                low=more - half,
                high=more + half,
                changed=300,
                total=0.0,
                decides=True,
                today=True,
            ),
        ),
        cutoff=CutOff(chosen=(CUT_OFF,), folds=(), constant=None, edge=1, below=700, above=300, unstable=0.0),
        worth=Worth(per_row=0.1, source="1 % of what the choice of action moves"),
        cases_per_month=None,
    )
    nothing = FoldCells(bin=(), event=(), fold=(), n=(), sums=())
    return Evidence(
        verdict=Verdict(word=Word.use, sentence="Use it."),
        rows=1000,
        events=300,
        base_rate=0.3,
        outcome="Status",
        event="bad",
        score=ScoreFacts(
            probability=True, higher_is_better=False, direction="more bad", low=0.0, high=1.0, distinct=900
        ),
        money=money,
        lift=(),
        buckets=(),
        classification=Classification(
            cutoff=CUT_OFF,
            cells=(),
            report=(),
            accuracy=0.8,
            balanced_accuracy=0.8,
            auc=0.8,
            average_precision=0.7,
            brier=0.1,
            ks=0.5,
            gini=0.6,
            trap="",
        ),
        sentences=(),
        curve=None,
        calibration=None,
        table=Table(edges=(), low=(), high=(), score_sum=(), folds=20, halves=(), by_fold=nothing),
    )


@dataclass
class World:
    """A bundle, its journal, and the true cases behind them."""

    bundle: Path
    journal: Path
    score: NDArray[np.float64]
    amount: NDArray[np.float64]
    bad: NDArray[np.bool_]

    @property
    def earned(self) -> NDArray[np.float64]:
        """Money of the decisions, recounted without golive."""
        approved = np.where(self.bad, -0.6 * self.amount, 0.2 * self.amount)
        return np.where(self.score >= CUT_OFF, 0.0, approved)

    @property
    def approved_all(self) -> NDArray[np.float64]:
        return np.where(self.bad, -0.6 * self.amount, 0.2 * self.amount)

    def promise(self, earned: float, more: float = 30.0, half: float = 5.0) -> None:
        """Write and sign the bundle."""
        for name in NEEDED:
            path = self.bundle / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"the bytes of {name}\n", encoding="utf-8")
        (self.bundle / "money.toml").write_text(MONEY, encoding="utf-8")
        document.write(evidence(earned, more, half), self.bundle / "evidence" / "evidence.json")
        self.sign()

    def sign(self, decision: str = "approve", *, although: str = "") -> None:
        chain = self.bundle / FILE
        before = chain.read_bytes() if chain.exists() else b""
        word = SignOff(
            previous=signoff.read(before).head or signoff.FIRST,
            role="risk",
            name="A. Signer",
            decision=decision,  # type: ignore[arg-type]  # the tests name it as text
            shown=(),
            although=although,
            signed_at="2026-03-01T09:00:00Z",
            signature=Signature(kind="typed"),
        )
        chain.write_bytes(before + signoff.line(Statement(subject=subjects(self.bundle), predicate=word)))

    def decisions(self, **changes: object) -> list[DecisionRow]:
        """One decision per case."""
        fields = {
            "time": "2026-03-02T10:00:00.000000Z",
            "bundle": digest_file(self.bundle / "manifest.json"),
            "policy": digest_file(self.bundle / "policy.toml"),
            "policy_id": "credit/1",
            "golive": "0.1.0",
            "approved": True,
            "rule": None,
            "reasons": (),
            "message": "",
            "fallback": False,
            "problems": (),
            "ignored": (),
            "routing": {},
        } | changes
        return [
            DecisionRow(
                **{
                    "case_id": f"c{i}",
                    "inputs": {"Amount": float(self.amount[i])},
                    "score": float(self.score[i]),
                    "action": "reject" if self.score[i] >= CUT_OFF else "approve",
                    "band": "high" if self.score[i] >= CUT_OFF else "low",
                }
                | fields  # type: ignore[arg-type]  # keywords of one record
            )
            for i in range(len(self.score))
        ]

    def outcomes(self, *, time: str = "2026-06-01T10:00:00.000000Z") -> list[OutcomeRow]:
        return [
            OutcomeRow(case_id=f"c{i}", outcome="bad" if bad else "good", time=time) for i, bad in enumerate(self.bad)
        ]

    def write(self, rows: list[DecisionRow] | list[OutcomeRow] | list[ActionRow]) -> None:
        with closing(journal.connect(self.journal, create=True)) as writer:
            writer.write(rows)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """400 loans whose scores mean what they say."""
    rng = np.random.default_rng(7)
    score = rng.beta(1.2, 2.4, 400)
    return World(
        bundle=tmp_path / "loans.golive",
        journal=tmp_path / "journal.db",
        score=score,
        amount=np.round(rng.lognormal(6, 0.5, 400)),
        bad=rng.random(400) < score,
    )

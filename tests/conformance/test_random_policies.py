"""Random policies decide alike one by one, by column and in JavaScript; those that `check` refuses are drawn again."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from tests.conformance import bundles
from tests.conformance.javascript import needs_node, run

from golive.engine.bundle import load
from golive.errors import DocumentError
from golive.export.javascript import document

POLICIES, CASES = 40, 150
DECIDE = """
return given.map(({ document, cases }) => {
  const bundle = golive.load(document);
  return cases.map((row) => bundle.decide(row));
});
"""
ATOMS = (
    "Income > 100", "Income <= 20", "Income != 129", "Income is missing", "Income is not missing",
    "Income in [12, 129]", "Income not in [20, 60]", "Age < 35", "Age >= 60", "Age = 21", "Age > Income",
    "Income <= Age", "Job = 'fixed'",
    "Job != 'straße'", "Job is missing", "Job in ['freelance', 'straße']", "Job not in ['fixed']", "Town = 'A'",
    "Town != 'Köln'", "Town = Job", "Member", "not Member", "Member = false", "score >= 0.3", "score < 0.55",
    "score = 0",
)  # fmt: skip


def condition(draw: random.Random, depth: int = 0) -> str:
    kind = draw.choice(["atom", "atom", "and", "or", "not"]) if depth < 3 else "atom"
    if kind == "atom":
        return draw.choice(ATOMS)
    if kind == "not":
        return f"not ({condition(draw, depth + 1)})"
    return f"({condition(draw, depth + 1)} {kind} {condition(draw, depth + 1)})"


def policy_text(draw: random.Random) -> str:
    low, high = sorted(draw.sample([0.05, 0.15, 0.3, 0.5, 0.6, 0.75], 2))
    text = f"""
id = "random"
version = "1"
owner = "risk"
actions = {{ names = ["approve", "review", "reject"], favourable = "approve" }}
fallback = {{ action = "{draw.choice(["review", "reject"])}" }}
inputs = {{ Income = {{ type = "number", from = {draw.choice([-5, 0, 12])}, to = {draw.choice([300, 900])} }} }}
bands = [
  {{ id = "low", from = 0, to = {low}, action = "approve" }},
  {{ id = "middle", from = {low}, to = {high}, action = "review" }},
  {{ id = "high", from = {high}, to = 1, action = "reject" }},
]
"""
    for number in range(draw.randint(0, 4)):
        action = draw.choice(["approve", "review", "reject"])
        text += f'[[rules]]\nid = "r{number}"\nwhen = "{condition(draw)}"\naction = "{action}"\n'
    return text


def told(decision: Any) -> tuple[Any, ...]:
    return decision.action, decision.band, decision.rule, decision.fallback, [one.input for one in decision.reasons]


@needs_node
def test_random_policies_are_decided_alike_three_ways(tmp_path: Path) -> None:
    draw = random.Random(7)
    path = bundles.bundle(tmp_path / "random.golive", policy=None)
    given: list[dict[str, object]] = []
    expected: list[list[tuple[Any, ...]]] = []
    while len(given) < POLICIES:
        try:
            bundles.add_policy(path, policy_text(draw))
        except DocumentError:
            continue
        bundle, cases = load(path), bundles.cases(CASES, seed=len(given))
        alone = [told(bundle.decide(case)) for case in cases]
        assert alone == [told(one) for one in bundle.decide_many(cases)]
        given.append({"document": document(bundle), "cases": cases})
        expected.append(alone)
    found = run(DECIDE, given)
    assert isinstance(found, list)
    for alone, answers in zip(expected, found, strict=True):
        there = [
            (one["action"], one["band"], one["rule"], one["fallback"], [reason["input"] for reason in one["reasons"]])
            for one in answers
        ]
        assert there == alone
    ways = {(rule or band or "fallback") for alone in expected for _, band, rule, _, _ in alone}
    assert ways == {"fallback", "low", "middle", "high", "r0", "r1", "r2", "r3"}

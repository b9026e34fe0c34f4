"""Whatever is wrong with a case or a score, the fallback decides and never the favourable action, under any policy."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from golive.engine.builder import Builder
from golive.engine.bundle import Bundle, load
from golive.engine.folder import write_bundle
from golive.engine.policy import compile_policy
from golive.engine.program import Program
from golive.engine.ways import way
from golive.errors import DocumentError
from golive.records.contract import Contract, Input, Kind
from golive.records.document import encode
from golive.records.golden import Golden
from golive.records.parity import Parity
from golive.records.policy import parse

CONTRACT = Contract(
    inputs=(
        Input(name="Income", kind=Kind.number, nullable=True),
        Input(name="Age", kind=Kind.number, nullable=False),
        Input(name="Job", kind=Kind.text, nullable=True, categories=("fixed", "none")),
        Input(name="Records", kind=Kind.text, nullable=False, categories=("no", "yes")),
        Input(name="Member", kind=Kind.boolean, nullable=False),
    ),
    event="bad",
    reasons="none",
    rows=100,
)
FALLBACKS = ("review", "reject")
ABSENT = object()
GOOD: dict[str, Any] = {"Income": 120.0, "Age": 40.0, "Job": "fixed", "Records": "no", "Member": True}
WRONG: dict[str, list[Any]] = {
    "Income": [ABSENT, math.nan, math.inf, -math.inf, "120", "", True, [], {}, 2.0**53, 10**30, -0.5, 1000.5],
    "Age": [ABSENT, None, math.nan, math.inf, "forty", False, [40.0], 2.0**60, -1.0, 151.0],
    "Job": [ABSENT, "unheard of", "", 1.0, True, [], math.nan],
    "Records": [ABSENT, None, "Yes", "no ", 0.0, False, {}],
    "Member": [ABSENT, None, 1, 0.0, "true", []],
}
"""Absent, null where there was none, NaN, text for numbers, numbers for text, unheard of, and out of range."""

atoms = st.sampled_from(
    [
        "Income > 100", "Income <= 120", "Income != 7", "Income is missing", "Income not in [1, 2]", "Age < 18",
        "Age >= 40", "Age > Income", "Job = 'fixed'", "Job != 'none'", "Job in ['none']", "Job is not missing",
        "Records = 'yes'", "Records != 'yes'", "Member", "not Member", "score < 0.9", "score >= 0.1", "not (Age = 3)",
    ]
)  # fmt: skip
conditions = st.one_of(
    atoms,
    st.tuples(atoms, st.sampled_from(["and", "or"]), atoms).map(" ".join),
    atoms.map(lambda atom: f"not ({atom})"),
)
rules = st.lists(st.tuples(conditions, st.sampled_from(["approve", "review", "reject"])), max_size=4)


def policy_text(written: list[tuple[str, str]], fallback: str, cut: float) -> str:
    text = f"""
id = "any"
version = "1"
owner = "risk"
actions = {{ names = ["approve", "review", "reject"], favourable = "approve" }}
inputs = {{ Income = {{ type = "number", from = 0, to = 1000 }}, Age = {{ type = "number", from = 0, to = 150 }} }}
fallback = {{ action = "{fallback}" }}
bands = [
  {{ id = "low", from = 0, to = {cut}, action = "approve" }},
  {{ id = "high", from = {cut}, to = 1, action = "reject" }},
]
"""
    return text + "".join(
        f'[[rules]]\nid = "r{number}"\nwhen = "{when}"\naction = "{action}"\n'
        for number, (when, action) in enumerate(written)
    )


def usable(text: str) -> str:
    """Return a policy that `check` would take."""
    try:
        compile_policy(parse(text, contract=CONTRACT), CONTRACT)
    except DocumentError:
        assume(False)
    return text


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle whose score is 0.2 for everybody without a bad record: without the rules it grants them all."""
    b = Builder()
    yes = b.node("to_number", b.node("same", b.input("Records", "text"), b.node("text", value="yes")))
    for known in CONTRACT.inputs:
        b.input(known.name, known.kind.value)
    weights = {"weights": np.asarray([3.0]), "baseline": np.asarray([0.2])}
    score = b.node("sigmoid", b.node("linear", yes, arrays=weights, intercept=-1.386))
    graph, arrays = b.finish({"yes": yes}, score)
    files = {
        "contract.json": encode(CONTRACT),
        "graph.json": encode(graph),
        "arrays.bin": arrays,
        "golden/golden.json": encode(Golden(rows=())),
        "parity.json": encode(Parity(checks=(), frozen=(), float_class="float64", versions={}, strings="object")),
    }
    return write_bundle(tmp_path_factory.mktemp("closed") / "any.golive", files, name="any")


def opened(folder: Path, text: str) -> Bundle:
    (folder / "policy.toml").write_text(text, encoding="utf-8")
    return load(folder)


def broken(name: str, value: Any) -> dict[str, Any]:
    case = {**GOOD, name: value}
    return {key: cell for key, cell in case.items() if cell is not ABSENT}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(written=rules, fallback=st.sampled_from(FALLBACKS), cut=st.sampled_from([0.25, 0.5, 0.9]))
def test_every_broken_value_goes_to_the_fallback_under_any_policy(
    folder: Path, written: list[tuple[str, str]], fallback: str, cut: float
) -> None:
    bundle = opened(folder, usable(policy_text(written, fallback, cut)))
    cases = [broken(name, value) for name, values in WRONG.items() for value in values]
    alone = [bundle.decide(case) for case in cases]
    assert {(one.action, one.fallback, one.band, one.rule) for one in alone} == {(fallback, True, None, None)}
    assert [one.action for one in bundle.decide_many(cases)] == [fallback] * len(cases)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    written=rules,
    fallback=st.sampled_from(FALLBACKS),
    cells=st.lists(
        st.fixed_dictionaries({name: st.sampled_from([GOOD[name], *WRONG[name]]) for name in GOOD}), max_size=9
    ),
)
def test_only_a_case_with_nothing_wrong_can_be_granted(
    folder: Path, written: list[tuple[str, str]], fallback: str, cells: list[dict[str, Any]]
) -> None:
    bundle = opened(folder, usable(policy_text(written, fallback, 0.5)))
    for case in cells:
        decision = bundle.decide({name: cell for name, cell in case.items() if cell is not ABSENT})
        if any(case[name] is not GOOD[name] and case[name] != GOOD[name] for name in GOOD):
            assert (decision.action, decision.fallback) == (fallback, True), case


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(written=rules, score=st.sampled_from([math.nan, -1e-300, -0.1, math.nextafter(1, 2), 1.5, math.inf, -math.inf]))
def test_a_score_that_is_none_goes_to_the_fallback_before_any_rule(
    written: list[tuple[str, str]], score: float
) -> None:
    program = Program(compile_policy(parse(usable(policy_text(written, "review", 0.5))), CONTRACT))
    assert program.row({**GOOD, "@score": score})[program.graph.score] == 0
    assert way(program)(GOOD, score) == 0


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(written=rules.filter(bool))
def test_a_first_rule_that_needs_what_is_missing_never_lets_the_case_go_on(written: list[tuple[str, str]]) -> None:
    when = written[0][0]
    needs = [name for name in ("Income", "Job") if name in when and f"{name} is" not in when]
    assume(needs)
    program = Program(compile_policy(parse(usable(policy_text(written, "review", 0.5))), CONTRACT))
    for name in needs:
        assert way(program)({**GOOD, name: None}, 0.1) == 0

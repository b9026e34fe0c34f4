"""Decisions fail closed, and deciding many is deciding each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golive.engine.builder import Builder
from golive.engine.bundle import load
from golive.engine.folder import write_bundle
from golive.errors import BundleError
from golive.records.document import encode

if TYPE_CHECKING:
    from pathlib import Path

    from golive.engine.bundle import Bundle

POLICY = """
id = "p"
version = "1"
owner = "risk"
actions = { names = ["approve", "review", "reject"], favourable = "approve" }
fallback = { action = "review", message = "A person looks." }

[[rules]]
id = "rich"
when = "Income > 800"
action = "approve"

[[bands]]
id = "low"
from = 0
to = 0.3
action = "approve"

[[bands]]
id = "high"
from = 0.3
to = 1
action = "reject"
message = "No."
"""


@pytest.fixture
def bundle(folder: Path) -> Bundle:
    (folder / "policy.toml").write_text(POLICY)
    return load(folder)


def test_a_rule_a_band_and_a_missing_value_each_decide(bundle: Bundle) -> None:
    by_rule = bundle.decide({"Income": 900, "Records": "yes"})
    assert (by_rule.action, by_rule.rule, by_rule.band, by_rule.fallback) == ("approve", "rich", None, False)
    by_band = bundle.decide({"Income": 100, "Records": "yes"})
    assert (by_band.action, by_band.rule, by_band.band, by_band.message) == ("reject", None, "high", "No.")
    missing = bundle.decide({"Income": None, "Records": "no"})
    assert (missing.action, missing.fallback, missing.message) == ("review", True, "A person looks.")
    assert missing.score is not None  # the model can score it, the rule cannot be asked


def test_reasons_are_raw_inputs_towards_the_event_strongest_first(bundle: Bundle) -> None:
    reasons = bundle.decide({"Income": 100, "Records": "yes"}).reasons
    assert [reason.text for reason in reasons] == [
        "Records is yes: raises the risk",
        "monthly income is 100: raises the risk",
    ]
    assert [reason.contribution for reason in reasons] == pytest.approx([1.6, 0.2])


def test_contributions_add_up_to_the_log_odds_beyond_the_baseline(bundle: Bundle) -> None:
    rows = {"Income": [100.0, 300.0], "Records": ["yes", "no"]}
    names, added = bundle.contributions(rows)
    score = bundle.score(rows)
    assert names == ("Income", "Records")
    baseline = -0.01 * 120 + 2 * 0.2 - 0.5
    assert added.sum(axis=1) == pytest.approx(np.log(score / (1 - score)) - baseline, abs=1e-12)


BROKEN: list[dict[str, Any]] = [
    {},
    {"Income": 900},
    {"Income": 900, "Records": None},
    {"Income": 900, "Records": "Yes"},
    {"Income": 900, "Records": ""},
    {"Income": "900", "Records": "no"},
    {"Income": True, "Records": "no"},
    {"Income": math.nan, "Records": "no"},
    {"Income": math.inf, "Records": "no"},
    {"Income": -math.inf, "Records": "no"},
    {"Income": 2**53 + 1, "Records": "no"},
    {"Income": 10**400, "Records": "no"},
    {"Income": [900], "Records": "no"},
    {"Income": {"a": 1}, "Records": "no"},
    {"Income": 900, "Records": 1},
    {"Income": 900, "Records": ["no"]},
    {"Income": 900, "Records": "\ud800"},
    {"Income": 900 + 0j, "Records": "no"},
    {"Income": pd.NA, "Records": "no"},
]


@pytest.mark.parametrize("case", BROKEN, ids=repr)
def test_a_case_that_breaks_the_contract_goes_to_the_fallback(bundle: Bundle, case: dict[str, Any]) -> None:
    decision = bundle.decide(case)
    assert (decision.action, decision.fallback, decision.score, decision.reasons) == ("review", True, None, ())
    assert decision.problems


def test_any_error_goes_to_the_fallback(bundle: Bundle, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    good = {"Income": 900, "Records": "no"}
    monkeypatch.setattr(bundle.explainer, "row", fail)
    monkeypatch.setattr(bundle.explainer, "columns", fail)
    for decision in (bundle.decide(good), *bundle.decide_many([good, good])):
        assert (decision.action, decision.fallback) == ("review", True)
        assert "ZeroDivisionError" in decision.problems[0].problem


@pytest.mark.parametrize("income", [-0.5, 1.5, -1e12])
def test_a_score_that_is_no_probability_goes_to_the_fallback(
    files: dict[str, bytes], tmp_path: Path, income: float
) -> None:
    b = Builder()
    node = b.input("Income", "number")
    graph, arrays = b.finish({"Income": node}, node)  # a model that answers whatever it is given
    folder = write_bundle(tmp_path / "b", {**files, "graph.json": encode(graph), "arrays.bin": arrays}, name="b")
    (folder / "policy.toml").write_text(POLICY)
    bundle = load(folder)
    row = {"Income": income, "Records": "no"}
    for decision in (bundle.decide(row), *bundle.decide_many([row])):
        assert (decision.action, decision.fallback, decision.score) == ("review", True, None)
        assert "the score is" in decision.problems[0].problem
    missing = bundle.decide({"Income": None, "Records": "no"})
    assert (missing.action, missing.problems[0].problem) == ("review", "the score is nan")


numbers = st.one_of(
    st.none(), st.floats(), st.integers(), st.booleans(), st.text(max_size=2), st.sampled_from([800.0, 120, 2**53])
)
texts = st.one_of(st.none(), st.sampled_from(["yes", "no", "", "perhaps"]), st.integers(), st.just(math.nan))
cases = st.fixed_dictionaries({}, optional={"Income": numbers, "Records": texts, "Other": st.integers()})


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(cases, max_size=6))
def test_deciding_many_is_deciding_each(bundle: Bundle, rows: list[dict[str, Any]]) -> None:
    assert bundle.decide_many(rows) == [bundle.decide(row) for row in rows]


def test_a_score_at_a_cut_off_is_decided_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where columns would be off by the last place."""
    row = {"Income": 100.0, "Records": "yes"}
    border = load(folder).score([row])[0].item()
    (folder / "policy.toml").write_text(POLICY.replace("0.3\n", f"{border!r}\n"))
    bundle = load(folder)
    alone = bundle.decide(row)
    assert (alone.score, alone.band) == (border, "high")
    real = bundle.program.columns

    def off_by_one(*args: Any, **kwargs: Any) -> list[Any]:
        values = real(*args, **kwargs)
        values[bundle.graph.score] = np.nextafter(values[bundle.graph.score], 0)
        return values

    monkeypatch.setattr(bundle.program, "columns", off_by_one)
    assert bundle.score([row])[0] < border
    assert bundle.decide_many([row, row]) == [alone, alone]


def test_a_frame_decides_as_its_rows(bundle: Bundle) -> None:
    frame = pd.DataFrame({"Income": [100.0, np.nan, np.inf, 900], "Records": ["yes", "no", "no", None]})
    assert bundle.decide_many(frame) == [bundle.decide(frame.iloc[row]) for row in range(len(frame))]
    assert [decision.action for decision in bundle.decide_many(frame)] == ["reject", "review", "review", "review"]
    assert all(decision.fallback for decision in bundle.decide_many(frame[["Income"]]))


def test_without_a_policy_nothing_is_decided(folder: Path) -> None:
    bundle = load(folder)
    for deciding in (lambda: bundle.decide({}), lambda: bundle.decide_many([])):
        with pytest.raises(BundleError, match="has no policy"):
            deciding()

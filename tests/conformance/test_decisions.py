"""The whole decision in JavaScript as in Python: contract, cleaning, score, reasons, policy, on thousands of cases."""

from __future__ import annotations

import copy
import json
import subprocess
from math import isclose
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.conformance import bundles
from tests.conformance.javascript import NODE, needs_node, run

from golive.engine.bundle import load
from golive.export.javascript import document, export_javascript

if TYPE_CHECKING:
    from golive.engine.bundle import Bundle

EPSILON = 2.0**-52
MATTER = {"value", "intercept", "base"}
"""Parameters that every case, or every case without an income, goes through."""
DECIDE = "const bundle = golive.load(given.document); return given.cases.map((row) => bundle.decide(row));"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return load(bundles.bundle(tmp_path_factory.mktemp("small") / "small.golive"))


def difference(expected: dict[str, Any], found: dict[str, Any]) -> str:
    """Return the first field that differs: scores by more than 4 units in the last place of 1, contributions by 1e-12.

    Not of the score itself: one unit in the last place of the log-odds, which `log` may differ by, is more units of a
    small score.
    """
    if not close(expected["score"], found["score"], 4 * EPSILON):
        return f"score {expected['score']} {found['score']}"
    shares = [[reason["contribution"] for reason in answer["reasons"]] for answer in (expected, found)]
    if len(shares[0]) != len(shares[1]) or not all(map(close, *shares)):
        return f"contributions {shares}"
    one, other = (copy.deepcopy(answer) for answer in (expected, found))
    for answer in (one, other):
        del answer["score"]
        for reason in answer["reasons"]:
            del reason["contribution"]
    return "" if one == other else f"{one} {other}"


def close(x: float | None, y: float | None, most: float = 1e-12) -> bool:
    if x is None or y is None:
        return x is y
    return isclose(x, y, rel_tol=most, abs_tol=most)


def decided(document: dict[str, object], case: object) -> dict[str, Any]:
    answers = run(DECIDE, {"document": document, "cases": [case]})
    assert isinstance(answers, list)
    answer: dict[str, Any] = answers[0]
    return answer


@needs_node
def test_three_thousand_random_cases_are_decided_alike(bundle: Bundle) -> None:
    cases = bundles.cases(3_000, seed=11)
    found = run(DECIDE, {"document": document(bundle), "cases": cases})
    assert isinstance(found, list)
    kinds = set()
    for case, answer in zip(cases, found, strict=True):
        decision = bundle.decide(case)
        kinds.add((decision.action, decision.band, decision.rule, decision.fallback, len(decision.reasons)))
        assert not (what := difference(msgspec.json.decode(msgspec.json.encode(decision)), answer)), (case, what)
    assert len(kinds) >= 10, "the cases must reach every branch, or this test says little"


@needs_node
def test_shapley_reasons_are_alike(tmp_path: Path) -> None:
    bundle = load(bundles.bundle(tmp_path / "mixed.golive", shapley=bundles.SHAPLEY))
    cases = bundles.cases(1_000, seed=12)
    found = run(DECIDE, {"document": document(bundle), "cases": cases})
    assert isinstance(found, list)
    said = 0
    for case, answer in zip(cases, found, strict=True):
        decision = bundle.decide(case)
        said += len(decision.reasons)
        assert not (what := difference(msgspec.json.decode(msgspec.json.encode(decision)), answer)), (case, what)
    assert said >= 500


@needs_node
def test_a_score_on_a_border_belongs_to_the_upper_band_there_too(bundle: Bundle) -> None:
    script = """
      const policy = given.document.policy, rule = golive.compile(policy.graph, "");
      const branch = (score) => policy.branches[rule({ ...given.row, "@score": score })[policy.graph.score]];
      return given.scores.map((score) => branch(score).id);
    """
    scores = [0.0, 0.29999999999999993, 0.3, 0.7, 1.0, 1.0000000000000002, -5e-324, float("nan")]
    given = {
        "document": document(bundle),
        "scores": scores,
        "row": {"Income": 100, "Age": 40, "Job": "fixed", "Town": "A", "Member": True},
    }
    assert run(script, given) == ["low", "low", "middle", "high", "high", "", "", ""]


@needs_node
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 2.0**53, -(2.0**60), 1e300])
def test_a_number_that_is_none_or_too_large_goes_to_the_fallback(bundle: Bundle, value: float) -> None:
    answer = decided(document(bundle), {**bundles.GOOD, "Income": value})
    assert answer["fallback"]
    assert answer["action"] == "review"
    assert [problem["field"] for problem in answer["problems"]] == ["Income"]


@needs_node
def test_whatever_fails_inside_goes_to_the_fallback(bundle: Bundle) -> None:
    broken = document(bundle)
    graph: Any = broken["graph"]
    trees = next(node for node in graph["nodes"] if node["op"] == "trees")
    del trees["arrays"]["value"]
    answer = decided(broken, bundles.GOOD)
    assert (answer["action"], answer["fallback"], answer["score"]) == ("review", True, None)


@needs_node
@pytest.mark.parametrize("row", [None, [], 5, "text"])
def test_what_is_no_case_at_all_is_an_error(bundle: Bundle, row: object) -> None:
    script = "try { golive.load(given.document).decide(given.row); } catch (error) { return error.message; }"
    assert run(script, {"document": document(bundle), "row": row}) == "golive: a case is an object"


@needs_node
def test_names_that_javascript_has_already_are_only_names(bundle: Bundle) -> None:
    for name in ("constructor", "__proto__", "toString"):
        case = {known: value for known, value in bundles.GOOD.items() if known != "Town"} | {name: "A"}
        answer = decided(document(bundle), case)
        assert [problem["problem"] for problem in answer["problems"]] == ["absent"]


@needs_node
def test_an_unknown_format_is_refused(bundle: Bundle) -> None:
    script = "try { golive.load(given); } catch (error) { return error.message; }"
    assert "cannot read the format javascript/9" in str(run(script, {**document(bundle), "format": "javascript/9"}))


@needs_node
def test_the_golden_rows_are_equal_and_a_changed_constant_is_found(bundle: Bundle, tmp_path: Path) -> None:
    files = {file.name: file for file in export_javascript(bundle.path, tmp_path / "js")}
    assert checked(files["check.mjs"]) == (0, True)
    original = files["bundle.json"].read_text()
    changed = json.loads(original)
    places = [
        (node["params"], name) for node in changed["graph"]["nodes"] for name in MATTER & node.get("params", {}).keys()
    ]
    assert len(places) == 3
    for held, name in places:
        held[name] += 1e-9
        files["bundle.json"].write_text(json.dumps(changed))
        held[name] -= 1e-9
        assert checked(files["check.mjs"]) == (1, False), (held, name)


@needs_node
def test_node_takes_it_by_require_and_by_import_whatever_the_folder_says(bundle: Bundle, tmp_path: Path) -> None:
    export_javascript(bundle.path, tmp_path / "js")
    for kind in ("commonjs", "module"):
        (tmp_path / "package.json").write_text(json.dumps({"type": kind}))
        assert checked(tmp_path / "js" / "check.mjs") == (0, True)


def checked(script: Path) -> tuple[int, bool]:
    """Run the check of an export; return its exit code and whether it says that all rows are equal."""
    assert NODE is not None
    done = subprocess.run([NODE, str(script)], capture_output=True, text=True, timeout=60)
    assert "golden rows equal" in done.stdout, done.stderr
    equal, _, total = done.stdout.split()[:3]
    return done.returncode, equal == total

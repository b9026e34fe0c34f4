"""Exports: written whole, of an untouched bundle, never over something else."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.conformance import bundles

from golive.cli import run
from golive.engine.bundle import load
from golive.errors import BundleError, OutputExistsError
from golive.export import export_docker, export_javascript
from golive.export.docker import Lock

docker = partial(export_docker, lock=Lock(hashes=False))


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return bundles.bundle(tmp_path / "small.golive")


@pytest.mark.parametrize("export", [export_javascript, docker])
def test_a_changed_bundle_is_not_exported_and_nothing_is_left(
    bundle: Path, tmp_path: Path, export: Callable[..., list[Path]]
) -> None:
    (bundle / "graph.json").write_bytes((bundle / "graph.json").read_bytes() + b" ")
    with pytest.raises(BundleError, match=r"graph\.json"):
        export(bundle, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["small.golive"]


@pytest.mark.parametrize("export", [export_javascript, docker])
def test_an_export_replaces_only_an_export_and_only_when_told(
    bundle: Path, tmp_path: Path, export: Callable[..., list[Path]]
) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    export(bundle, out)
    with pytest.raises(OutputExistsError, match="already there"):
        export(bundle, out)
    export(bundle, out, force=True)
    other.mkdir()
    (other / "precious.txt").write_text("mine")
    with pytest.raises(OutputExistsError, match="already there"):
        export(bundle, other, force=True)
    assert (other / "precious.txt").read_text() == "mine"


def test_the_same_bundle_gives_the_same_bytes(bundle: Path, tmp_path: Path) -> None:
    first, second = (export_javascript(bundle, tmp_path / name) for name in ("a", "b"))
    assert [path.name for path in first] == ["golive.js", "bundle.json", "golden.json", "check.mjs"]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_golden_rows_say_what_must_come_out_also_of_broken_cases(bundle: Path, tmp_path: Path) -> None:
    export_javascript(bundle, tmp_path / "js")
    rows = json.loads((tmp_path / "js" / "golden.json").read_text())["rows"]
    opened = load(bundle)
    assert sum("score" in row for row in rows) == 20
    broken = [row for row in rows if row["decision"]["fallback"]]
    assert {problem["field"] for row in broken for problem in row["decision"]["problems"]} == set(bundles.GOOD)
    for row in rows:
        assert row["decision"]["action"] == opened.decide(row["inputs"]).action


def test_without_a_policy_the_score_is_exported_and_no_decision(tmp_path: Path) -> None:
    bare = bundles.bundle(tmp_path / "bare.golive", policy=None)
    export_javascript(bare, tmp_path / "js")
    assert json.loads((tmp_path / "js" / "bundle.json").read_text())["policy"] is None
    rows = json.loads((tmp_path / "js" / "golden.json").read_text())["rows"]
    assert all("decision" not in row for row in rows)


@pytest.mark.parametrize("target", ["javascript", "docker"])
def test_the_command_names_what_it_wrote_and_what_is_not_in_it(
    bundle: Path, tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["export", target, str(bundle), "--out", str(tmp_path / "out")]
    arguments += ["--no-hashes"] if target == "docker" else []
    assert run(arguments) == 0
    said = capsys.readouterr().err
    assert "not included: routing" in said
    assert "next: " in said
    assert run(arguments) == 2
    capsys.readouterr()
    assert run([*arguments, "--force", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["target"] == target
    assert all(Path(file).is_file() for file in facts["files"])
    assert any("routing" in line for line in facts["not_included"])


def test_a_missing_bundle_is_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "javascript", str(tmp_path / "none.golive"), "--out", str(tmp_path / "out")]) == 2
    assert "there is no bundle" in capsys.readouterr().err


def test_an_export_says_which_routing_of_this_policy_it_does_not_hold(tmp_path: Path) -> None:
    routed = (
        bundles.POLICY
        + """
[review]
capacity_per_day = 40
[review.overflow]
action = "reject"
[control]
share = 0.02
from = 0.7
to = 1
action = "approve"
daily_loss_cap = 500
[effective]
until = 2099-12-31
"""
    )
    path = bundles.bundle(tmp_path / "routed.golive", policy=routed)
    export_javascript(path, tmp_path / "js")
    absent = json.loads((tmp_path / "js" / "bundle.json").read_text())["not_included"]
    assert [line for line in absent if line.startswith("routing")] == [
        "routing, review queue: 40 cases a day, then `reject`",
        "routing, control arm: `approve` for 0.02 of scores 0.7 to 1, at most 500 expected loss a day",
        "routing, effective: from the start until 2099-12-31",
    ]

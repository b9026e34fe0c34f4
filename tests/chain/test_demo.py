"""The whole chain, walked once as a newcomer does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Demo

ROOMS = ["tidy", "pack", "prove", "approve", "serve", "export", "watch"]
VOLATILE = {"signoff.jsonl", "journal.db", "journal.db-wal", "journal.db-shm", "watched.json"}
"""Files with times in them, or with ids that follow from times."""


def facts(demo: Demo, room: str) -> dict[str, Any]:
    (step,) = (step for step in demo.facts["steps"] if step["room"] == room)
    found: dict[str, Any] = step["facts"]
    return found


def test_it_walks_through_every_room_in_order(demo: Demo) -> None:
    assert [step["room"] for step in demo.facts["steps"]] == ROOMS


def test_every_step_is_told_in_sentences_and_names_files_that_are_there(demo: Demo) -> None:
    for step in demo.facts["steps"]:
        assert step["sentences"] and step["files"]
        for sentence in step["sentences"]:
            assert sentence in demo.printed
        for name in step["files"]:
            assert (demo.folder / name).exists(), name


def test_the_package_has_the_notebooks_metric(demo: Demo) -> None:
    found = facts(demo, "tidy")
    assert found["metric of the notebook"] == found["metric of the package"]
    assert found["metric without the leak"] != found["metric of the notebook"]
    assert found["leaks"] >= 1


def test_every_row_is_equal_in_the_graph(demo: Demo) -> None:
    found = facts(demo, "pack")
    assert found["rows compared"] == found["rows equal"] == 4454
    assert found["largest difference"] <= 1e-12


def test_the_sentence_stands_on_tens_of_rows(demo: Demo) -> None:
    found = facts(demo, "prove")
    assert found["rejected above 0.9"] >= 20
    assert found["promised"] >= found["honest"]
    assert found["low"] <= found["honest"] <= found["high"]


def test_the_promise_is_judged_from_the_journal(demo: Demo) -> None:
    found = facts(demo, "watch")
    assert found["outcomes"] == 200
    assert found["promise"] in {"inside", "below", "above"}


def test_nothing_bad_was_approved(demo: Demo) -> None:
    found = facts(demo, "serve")
    assert found["bad requests refused"] + found["bad requests to the fallback"] == 10


def test_a_second_run_writes_the_same_bytes(demo: Demo, tmp_path: Path) -> None:
    from tests.conftest import run_demo

    again = run_demo(tmp_path)
    assert again.facts == demo.facts
    for path in sorted(demo.folder.rglob("*")):
        inside = path.relative_to(demo.folder)
        if (
            path.is_file()
            and path.name not in VOLATILE
            and not {".git", "__pycache__", ".pytest_cache"} & set(inside.parts)
        ):
            assert path.read_bytes() == (again.folder / inside).read_bytes(), inside


def golive(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "golive", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )


def test_a_folder_that_is_there_is_not_written_over(workspace: Path) -> None:
    kept = (workspace / "demo-out" / "money.toml").read_bytes()
    refused = golive("demo", "--out", "demo-out", cwd=workspace)
    assert refused.returncode == 2
    assert "--force" in refused.stderr
    assert (workspace / "demo-out" / "money.toml").read_bytes() == kept


def test_force_never_removes_a_folder_that_the_demo_did_not_make(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years", encoding="utf-8")
    refused = golive("demo", "--out", "mine", "--force", cwd=tmp_path)
    assert refused.returncode == 2
    assert (tmp_path / "mine" / "thesis.txt").read_text(encoding="utf-8") == "years"


@pytest.mark.parametrize("name", ["graph.json", "arrays.bin", "contract.json", "manifest.json"])
def test_a_truncated_file_of_the_bundle_is_named(workspace: Path, name: str) -> None:
    path = workspace / "demo-out" / "credit.golive" / name
    path.write_bytes(path.read_bytes()[:-10])
    refused = golive("export", "javascript", "demo-out/credit.golive", "--out", "js", cwd=workspace)
    assert refused.returncode == 2
    assert name in refused.stderr
    assert not (workspace / "js").exists()


def test_the_facts_are_the_facts_that_were_printed(demo: Demo) -> None:
    assert json.loads((demo.folder / "walk.json").read_text(encoding="utf-8")) == demo.facts

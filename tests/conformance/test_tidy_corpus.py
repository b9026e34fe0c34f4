"""A few notebooks of tidy's corpus and some planted leaks; `make conformance-tidy` runs all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("nbclient", reason="tidy runs notebooks with it")
pytest.importorskip("libcst", reason="tidy rewrites statements with it")
pytest.importorskip("xgboost", reason="the notebooks of the corpus use it")
pytest.importorskip("matplotlib", reason="the notebooks of the corpus use it")

from conformance.lived import HERE, LABELS, MADE, label, read

from conformance import planted

ROOT = Path(__file__).parents[2]
PLANTED = [f"{kind}_{number:02d}" for kind in planted.KINDS for number in (0, 3)]


def ran(module: str, *arguments: str) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["kaggle_churn_baseline", "course_cancer_first", "bank_scorecard_bins"])
def test_a_notebook_of_the_corpus_becomes_what_its_labels_say(name: str, tmp_path: Path) -> None:
    ran("conformance.tidy_case", name, str(tmp_path / "found.json"))
    found: dict[str, Any] = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert (found["status"], found["same"], found["leaks"]) == ("package", True, found["labelled"]), found


def test_a_notebook_that_cannot_be_run_any_more_is_refused_by_cell_line_and_cause(tmp_path: Path) -> None:
    ran("conformance.tidy_case", "kaggle_deleted_fix", str(tmp_path / "found.json"))
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert (found["status"], found["names_place"]) == ("refused", True), found["message"]


def test_planted_leaks_are_found_and_nothing_else(tmp_path: Path) -> None:
    ran("conformance.planted_judge", str(tmp_path / "found.json"), *PLANTED)
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in found] == PLANTED
    assert {one["name"]: one["found"] for one in found} == {one["name"]: one["labelled"] for one in found}


def test_every_planted_notebook_holds_the_leak_it_is_named_for() -> None:
    for one in planted.everything():
        assert [kind for kind, _, _ in one.source.labels] == ([] if one.kind == "clean" else [one.kind]), one.name


def test_every_notebook_of_the_corpus_has_its_labels_and_its_file() -> None:
    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    sources = {path.stem: read(path.read_text(encoding="utf-8")) for path in HERE.glob("*.cells")}
    assert len(sources) >= 40
    assert {name: label(source, labels[name]["metrics"]) for name, source in sources.items()} == labels
    assert {path.stem for path in MADE.glob("*.ipynb")} == set(labels)

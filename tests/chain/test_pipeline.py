"""The shell pipeline, run for real in a clone of a temporary repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.chain.conftest import edit, environment

from golive.cli import run

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed: the pipeline was NOT run")
SETTINGS = """
[approve]
roles = ["risk"]
accept_typed = true
[check]
build = "python build.py"
previous = "b.golive"
"""
BUILD = "import os, shutil\nshutil.copytree('b.golive', os.environ['GOLIVE_OUT'])\n"


def git(*words: str, cwd: Path) -> None:
    who = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *words], cwd=cwd, check=True, capture_output=True)


@pytest.fixture
def repository(world: Path) -> Path:
    (world / "golive.toml").write_text(SETTINGS)
    (world / "build.py").write_text(BUILD)
    (world / ".gitignore").write_text("__pycache__/\ngolive-check.md\n")
    assert run(["init", "--ci", "shell"]) == 0
    git("init", "-q", cwd=world)
    git("add", "-A", cwd=world)
    git("commit", "-qm", "as it was signed", cwd=world)
    return world


def piped(repository: Path, tmp_path: Path) -> tuple[int, str, str]:
    """Clone what was committed and run the script there, as any CI does; return code, talk and summary."""
    clone = tmp_path / "clone"
    shutil.rmtree(clone, ignore_errors=True)
    git("clone", "-q", str(repository), str(clone), cwd=tmp_path)
    done = subprocess.run(
        ["sh", "golive-check.sh"], cwd=clone, capture_output=True, text=True, env=environment(PYTHON=sys.executable)
    )
    summary = clone / "golive-check.md"
    return done.returncode, done.stderr, summary.read_text(encoding="utf-8") if summary.exists() else ""


def test_a_commit_that_keeps_what_was_signed_passes(repository: Path, tmp_path: Path) -> None:
    code, said, summary = piped(repository, tmp_path)
    assert code == 0, said
    assert "built twice" in summary
    assert "approved by risk" in summary


def test_a_commit_that_changes_what_was_signed_is_stopped(repository: Path, tmp_path: Path) -> None:
    edit(repository / "b.golive" / "policy.toml", "approve", "approve # later\n#")
    git("commit", "-qam", "a small change", cwd=repository)
    code, said, summary = piped(repository, tmp_path)
    assert code == 1
    assert "FAILED" in said
    assert "**FAILED**" in summary


def test_what_is_not_committed_is_not_checked(repository: Path) -> None:
    edit(repository / "golive.toml", "accept_typed = true", "accept_typed = false")
    done = subprocess.run(
        ["sh", "golive-check.sh"],
        cwd=repository,
        capture_output=True,
        text=True,
        env=environment(PYTHON=sys.executable),
    )
    assert done.returncode == 2
    assert "commit first" in done.stderr

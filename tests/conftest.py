"""What many tests share: one real run of the demo, made once."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from tests import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres import Cluster

# Machines are shared: how long one example takes says nothing about the code.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@dataclass(frozen=True)
class Demo:
    """A finished run of ``golive demo``: its folder, what it printed, and its facts."""

    folder: Path
    printed: str
    facts: dict[str, Any]


def run_demo(folder: Path) -> Demo:
    """Run the demo as a newcomer does, in an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "golive", "demo", "--out", "demo-out", "--json"],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stderr
    return Demo(folder / "demo-out", done.stderr, json.loads(done.stdout))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """One run for all processes that share the tests: the first makes it, the others wait for it."""
    here = tmp_path_factory.getbasetemp()
    shared = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        told = shared / "demo" / "told.json"
        if not told.exists():
            made = run_demo(shared / "demo")
            told.write_text(json.dumps([made.printed, made.facts]))
    printed, facts = json.loads(told.read_text())
    return Demo(shared / "demo" / "demo-out", printed, facts)


@pytest.fixture
def workspace(demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a copy of the demo's output, and the current directory."""
    shutil.copytree(demo.folder, tmp_path / "demo-out")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A Postgres of its own; without one the tests that need it are skipped."""
    started = postgres.cluster()
    yield started
    started.remove()


@pytest.fixture(params=["sqlite", "postgres"])
def at(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a journal may be kept: a new file, or a database without one."""
    if request.param == "sqlite":
        return str(tmp_path / "journal.db")
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.url(cluster.emptied())

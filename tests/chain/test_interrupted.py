"""Ctrl-C in the middle: what was there is there, and nothing else."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.chain.conftest import JAVASCRIPT, PACK, PROVE, environment, tree

WAITING = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where whoever runs the tests ignores it
def half_way():
    os.write(1, b"half way\\n")
    sys.stdin.read()
"""
WHILE_WRITING = """
flush = os.fsync
def once(handle):
    os.fsync = flush
    half_way()
    flush(handle)
os.fsync = once
"""
WHILE_FITTING = """
import small_model
fitted = small_model.fitted
def slowly():
    half_way()
    return fitted()
small_model.fitted = slowly
"""
WHILE_A_NOTEBOOK_RUNS = """
import nbclient
execute = nbclient.NotebookClient.execute_cell
def execute_cell(self, cell, *args, **kwargs):
    if "read_csv" in cell.source:
        nbclient.NotebookClient.execute_cell = execute
        half_way()
    return execute(self, cell, *args, **kwargs)
nbclient.NotebookClient.execute_cell = execute_cell
"""
RUN = "from golive.cli import main\nmain(sys.argv[1:])\n"
CHECK = ("approve", "check", "b.golive", "--policy", "p.toml", "--force")
DRAFT = ("approve", "draft", "b.golive", "--force")


def started(when: str, command: tuple[str, ...], folder: Path) -> subprocess.Popen[str]:
    """Start a command that stops half way and waits there."""
    (folder.parent / "temporary").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING + when + RUN, *command],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(TMPDIR=str(folder.parent / "temporary"), PYTHONPATH=str(folder)),
    )
    assert process.stdout is not None
    if process.stdout.readline() != "half way\n":
        pytest.fail(process.communicate()[1])
    return process


def interrupted(process: subprocess.Popen[str], folder: Path) -> str:
    """Press Ctrl-C and return what was said."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    assert out == ""
    assert "error: stopped by you" in err and "hint: " in err
    assert "Traceback" not in err
    assert not list((folder.parent / "temporary").iterdir())
    return err


@pytest.mark.parametrize(
    "command",
    [PACK, (*PACK[:-1], "b.golive", "--force"), PROVE, JAVASCRIPT, CHECK, DRAFT],
    ids=["pack", "pack-over-another", "prove", "export", "approve-check", "approve-draft"],
)
def test_in_the_middle_of_writing(command: tuple[str, ...], world: Path) -> None:
    policy = (world / "b.golive" / "policy.toml").read_text(encoding="utf-8")
    (world / "p.toml").write_text(policy + "# read by two\n", encoding="utf-8")
    (world / "b.golive" / "policy.toml").write_text(policy + "# mine\n", encoding="utf-8")
    before = tree(world)
    process = started(WHILE_WRITING, command, world)
    assert tree(world) != before  # there is something to clean up
    interrupted(process, world)
    assert tree(world) == before


def test_while_the_model_is_fitted(world: Path) -> None:
    before = tree(world)
    interrupted(started(WHILE_FITTING, PACK, world), world)
    assert tree(world) == before


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="children are read from /proc")
def test_in_the_middle_of_the_demo(tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    folder.mkdir()
    process = started(WHILE_A_NOTEBOOK_RUNS, ("demo", "--out", "demo out"), folder)
    kernels = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert kernels
    told = interrupted(process, folder)
    assert "golive demo --out 'demo out' --force starts over" in told
    assert not [kernel for kernel in kernels if Path(f"/proc/{kernel}").exists()]
    left = {".golive-demo", "brief.toml", "credit.ipynb", "credit_data.csv.gz", "money.toml"}
    assert set(tree(folder / "demo out")) == left

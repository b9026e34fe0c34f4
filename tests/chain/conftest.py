"""One small bundle on real applications, made once, and a way to try bad input on copies of it."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from tests.chain.chromium import Page, browser

from golive.cli import run

COLUMNS = ("Status", "Age", "Amount", "Time", "Income", "Records")
MODEL = """
import functools

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


@functools.cache
def fitted():
    train = pd.read_csv({train!r})
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    columns = make_column_transformer((numbers, ["Age", "Amount", "Time", "Income"]), (OneHotEncoder(), ["Records"]))
    return make_pipeline(columns, LogisticRegression()).fit(train.drop(columns="Status"), train["Status"])
"""
EVENT = ("--outcome", "Status", "--event", "bad")
PACK = ("pack", "small_model:fitted", "--train", "rows.csv", *EVENT, "--out", "new")
PROVE = ("prove", "b.golive", "rows.csv", *EVENT, "--money", "money.toml", "--force", "--out", "new")
REHEARSE = ("approve", "rehearse", "b.golive", "--rows", "rows.csv", *EVENT, "--force")
JAVASCRIPT = ("export", "javascript", "b.golive", "--out", "new")

Refused = Callable[..., str]
"""``refused(arguments, *said, code=2)``: run, look, and return what was said."""


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with rows, prices, a model and its bundle: proved, with a policy, signed by two."""
    folder = tmp_path_factory.mktemp("small")
    lines = _lines()
    (folder / "train.csv").write_text("".join([lines[0], *lines[1:601]]), encoding="utf-8")
    (folder / "rows.csv").write_text("".join([lines[0], *lines[601:1401]]), encoding="utf-8")
    prices = (files("golive.chain") / "data" / "money.toml").read_text(encoding="utf-8")
    rule = "rule = \"reject if Records = 'yes'\"\n"  # beaten by this model too, but not by far enough on so few rows
    assert rule in prices
    (folder / "money.toml").write_text(prices.replace(rule, ""), encoding="utf-8")
    (folder / "small_model.py").write_text(MODEL.format(train=str(folder / "train.csv")), encoding="utf-8")
    for arguments in (
        ("pack", *PACK[1:3], "train.csv", *PACK[4:-1], "b.golive"),
        (*PROVE[:-1], "proof"),
        ("approve", "draft", "b.golive"),
        ("approve", "check", "b.golive"),
        ("approve", "sign", "b.golive", "--role", "risk", "--as", "R", "--yes"),
    ):
        command = [sys.executable, "-m", "golive", *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment())
        assert done.returncode == 0, done.stderr
    shutil.rmtree(folder / "proof")
    return folder


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """One tab of a real browser for the tests of a file."""
    with browser() as found:
        yield found


@pytest.fixture
def world(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy to spoil, and the current directory."""
    folder = tmp_path / "world"
    shutil.copytree(made, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    return folder


@pytest.fixture
def refused(world: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run a command that must refuse: exit code, message and hint are looked at, and nothing may have changed."""

    def attempt(arguments: tuple[str, ...], *said: str, code: int = 2) -> str:
        before = tree(world.parent)
        assert run(arguments) == code
        out, err = capsys.readouterr()
        assert out == ""
        for words in said:
            assert words in err
        assert "hint: " in err or "Usage: " in err, err
        assert "Traceback" not in err
        assert "\x1b" not in err
        assert tree(world.parent) == before
        return err

    return attempt


def tree(folder: Path) -> dict[str, bytes | str]:
    """Return everything in a folder: name -> bytes, what a link points to, or that it is a folder."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        found[name] = f"-> {path.readlink()}" if path.is_symlink() else "folder" if path.is_dir() else path.read_bytes()
    return found


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a command that is run as a process of its own."""
    return {**os.environ, "NO_COLOR": "1", "PYTHONDONTWRITEBYTECODE": "1", **more}


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _lines() -> list[str]:
    """The real applications, a few columns of them."""
    packed = (files("golive.chain") / "data" / "credit_data.csv.gz").read_bytes()
    rows = [line.split(",") for line in gzip.decompress(packed).decode().splitlines()]
    chosen = [rows[0].index(name) for name in COLUMNS]
    return [",".join(row[at] for at in chosen) + "\n" for row in rows]

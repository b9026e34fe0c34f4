"""Notebooks for the tests: written on the spot, and two that were lived (see `conformance.lived`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.records.tidied import Tidied

LIVED = Path(__file__).with_name("notebooks")
DEMO = Path(str(files("golive"))) / "chain" / "data"


@dataclass(frozen=True)
class Made:
    """A package that was written."""

    record: Tidied
    root: Path
    said: list[str]


@pytest.fixture
def notebook(tmp_path: Path) -> Callable[..., Path]:
    """Write a notebook of code cells. A cell is its source, or (source, count), or (source, count, printed)."""

    def write(*cells: str | tuple[Any, ...], name: str = "book.ipynb", **metadata: Any) -> Path:
        folder = tmp_path / "notebooks"
        folder.mkdir(exist_ok=True)
        written = [_cell(*(cell if isinstance(cell, tuple) else (cell,))) for cell in cells]
        document = {"cells": written, "metadata": metadata, "nbformat": 4, "nbformat_minor": 4}
        (folder / name).write_text(json.dumps(document), encoding="utf-8")
        return folder / name

    return write


def _cell(source: str, count: int | None = None, printed: str = "", failed: str = "") -> dict[str, Any]:
    outputs: list[dict[str, Any]] = []
    if printed:
        outputs.append({"output_type": "stream", "name": "stdout", "text": printed})
    if failed:
        outputs.append({"output_type": "error", "ename": failed, "evalue": "", "traceback": []})
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": outputs, "execution_count": count}


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """120 rows beside the notebooks."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    lines = ["u,v,t"]
    for i in range(120):
        u, v = (i * 37) % 101, "" if i % 13 == 5 else (i * 53) % 89
        lines.append(f"{u},{v},{int(u + (i * 7) % 40 > 70)}")
    (folder / "rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "rows.csv"


@pytest.fixture(scope="session")
def credit_repaired(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The demo's notebook, leaks taken out."""
    return _tidied(DEMO / "credit.ipynb", tmp_path_factory.mktemp("credit") / "credit", repair=True)


@pytest.fixture(scope="session")
def pumps_repaired(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Another notebook: other names, order, data and model. Leaks taken out."""
    return _tidied(LIVED / "pumps.ipynb", tmp_path_factory.mktemp("pumps") / "pumps", repair=True)


@pytest.fixture(scope="session")
def pumps_kept(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same, leaks kept."""
    return _tidied(LIVED / "pumps.ipynb", tmp_path_factory.mktemp("pumps") / "pumps", repair=False)


@pytest.fixture(params=["credit_repaired", "pumps_repaired", "pumps_kept"])
def made(request: pytest.FixtureRequest) -> Made:
    """Each of the packages: what holds for one holds for all."""
    package: Made = request.getfixturevalue(request.param)
    return package


def _tidied(path: Path, out: Path, *, repair: bool) -> Made:
    said: list[str] = []
    record = tidy_notebook(path, out, repair=repair, say=said.append)
    return Made(record=record, root=out, said=said)

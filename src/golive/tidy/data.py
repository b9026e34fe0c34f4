"""Find the data files that a notebook reads, wherever its paths point to."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import libcst as cst

from golive.errors import InputError
from golive.tidy.paths import joined
from golive.tidy.program import broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from golive.tidy.notebook import Cell, Notebook

BESIDE = "golive_data"
"""Folder in the copy that files from elsewhere are put into."""


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """A notebook whose paths all lead into its own folder."""

    notebook: Notebook
    elsewhere: Mapping[str, Path]
    """Path as the notebook has it now -> the file it stands for, for files from outside its folder."""

    def find(self, trees: Iterable[ast.AST]) -> dict[str, Path]:
        """The data files that some code names: path as written -> file."""
        found: dict[str, Path] = {}
        for text in _texts(trees):
            file = self.elsewhere.get(text, self.notebook.folder / text)
            if text in self.elsewhere or _inside(text, self.notebook.folder):
                found[text] = file
        return found


def gather(notebook: Notebook, data: Path | None) -> Gathered:
    """Point paths that lead elsewhere to copies of the files.

    Parameters
    ----------
    data
        A folder in which files are looked for by name, when the path itself leads nowhere; the notebook's own
        folder is looked through as well. An address (``https://...``) is found in ``data`` only.
    """
    if data is not None and not data.is_dir():
        raise InputError(f"`{data}` is not a folder", hint="--data names the folder that holds the notebook's files")
    elsewhere: dict[str, Path] = {}
    folder = notebook.folder

    def found(text: str) -> bool:
        return "." in text and (_inside(text, folder) or _outside(text, folder, data) is not None)

    whole = joined(notebook.cells, found)
    cells = tuple(_pointed(cell, folder, data, elsewhere) for cell in whole)
    return Gathered(notebook=replace(notebook, cells=cells), elsewhere=elsewhere)


def _pointed(cell: Cell, folder: Path, data: Path | None, elsewhere: dict[str, Path]) -> Cell:
    if broken(cell):
        return cell
    moved: dict[str, str] = {}
    for text in _texts([ast.parse(cell.source)]):
        file = None if _inside(text, folder) else _outside(text, folder, data)
        if file is not None:
            moved[text] = f"{BESIDE}/{file.name}"
            elsewhere[moved[text]] = file
    if not moved:
        return cell
    return replace(cell, source=cst.parse_module(cell.source).visit(_Moved(moved)).code)


def _texts(trees: Iterable[ast.AST]) -> list[str]:
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    texts = {node.value for node in nodes if isinstance(node.value, str)}
    return sorted(text for text in texts if "." in text and "\n" not in text and len(text) < 500)


def _inside(text: str, folder: Path) -> bool:
    try:
        file = (folder / text).resolve()
        return file.is_file() and file.is_relative_to(folder) and not Path(text).is_absolute()
    except (OSError, ValueError):
        return False


def _outside(text: str, folder: Path, data: Path | None) -> Path | None:
    """The file that a path outside the folder stands for: the file itself, else one of its name."""
    try:
        return next((file.resolve() for file in _candidates(text, folder, data) if file.is_file()), None)
    except (OSError, ValueError, RuntimeError):  # too long, a null byte, the home of nobody
        return None


def _candidates(text: str, folder: Path, data: Path | None) -> list[Path]:
    address = "://" in text
    name = (urlsplit(text).path if address else text.replace("\\", "/")).rpartition("/")[2]
    named = [data / name] if data is not None and name else []
    if address:
        return named
    return [folder / Path(text).expanduser(), *named, *([folder / name] if name and name != text else [])]


class _Moved(cst.CSTTransformer):
    def __init__(self, moved: Mapping[str, str]) -> None:
        super().__init__()
        self.moved = moved

    def leave_SimpleString(  # noqa: N802  # libcst calls it so
        self, original_node: cst.SimpleString, updated_node: cst.SimpleString
    ) -> cst.SimpleString:
        instead = self.moved.get(str(original_node.evaluated_value))
        return updated_node.with_changes(value=f'"{instead}"') if instead else updated_node

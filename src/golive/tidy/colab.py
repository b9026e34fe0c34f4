"""What only Colab has: its drive, its file dialogs, its secrets.

Where a notebook ran is not part of what it found. Such lines become comments, and files that somebody picked in a
dialog are read from the folder instead, or from where ``--data`` points.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from golive.tidy.asides import Aside, parses
from golive.tidy.names import root

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.tidy.notebook import Cell

_REASON = "only Colab has it"


def without_colab(cells: Sequence[Cell]) -> list[Cell]:
    """The cells as they would have been written for a folder."""
    if not any("google.colab" in cell.source for cell in cells):
        return list(cells)
    names: set[str] = set()
    picked: set[str] = set()
    found = []
    for cell in cells:
        if not parses(cell.source):
            found.append(cell)
            continue
        tree = ast.parse(cell.source)
        names |= _brought(tree)
        picked |= {name for node in tree.body if (name := _picked(node, names))}
        found.append(_mended(cell, tree, names, _chosen(cells, picked)))
    return found


def _brought(tree: ast.Module) -> set[str]:
    """Names that ``from google.colab import ...`` brings."""
    return {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom)) and _is_colab(node)
        for alias in node.names
    }


def _is_colab(node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").startswith("google.colab") or (
            node.module == "google" and any(alias.name == "colab" for alias in node.names)
        )
    return all(alias.name.startswith("google.colab") for alias in node.names)


def _picked(node: ast.stmt, names: set[str]) -> str:
    """The variable of ``uploaded = files.upload()``."""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Call):
        function = node.value.func
        if isinstance(function, ast.Attribute) and function.attr == "upload" and root(function) in names:
            return node.targets[0].id
    return ""


def _chosen(cells: Iterable[Cell], picked: set[str]) -> dict[str, list[str]]:
    """Variable -> names of the files that the notebook takes from it."""
    source = "\n".join(cell.source for cell in cells)
    return {
        name: sorted({found[1] for found in re.finditer(rf"\b{name}\[['\"]([^'\"\n]+)['\"]\]", source)})
        for name in picked
    }


def _mended(cell: Cell, tree: ast.Module, names: set[str], chosen: dict[str, list[str]]) -> Cell:
    lines = cell.source.splitlines()
    asides = list(cell.asides)
    for node in _statements(tree):
        variable = _picked(node, names)
        if not variable and not _only_colab(node, names):
            continue
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        asides.append(Aside(line=first + 1, text=lines[first].strip()[:200], reason=_REASON))
        indent = re.match(r"\s*", lines[first])
        space = indent[0] if indent else ""
        instead = f"{variable} = {_opened(chosen[variable])}" if variable else "pass" if space else ""
        written = [f"{space}{instead}  # {lines[first].strip()}" if instead else f"# {lines[first]}"]
        lines[first : last + 1] = written + [f"# {line}" for line in lines[first + 1 : last + 1]]
    return replace(cell, source="\n".join(lines), asides=tuple(asides)) if len(asides) > len(cell.asides) else cell


def _statements(tree: ast.Module) -> list[ast.stmt]:
    """Statements that stand on lines of their own."""
    simple = [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom, ast.Expr, ast.Assign))]
    lines = [line for node in simple for line in {node.lineno, node.end_lineno}]
    return [node for node in simple if lines.count(node.lineno) == 1]


def _only_colab(node: ast.stmt, names: set[str]) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return _is_colab(node)
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and root(node.value.func) in names


def _opened(files: list[str]) -> str:
    return "{" + ", ".join(f'"{name}": open("{name}", "rb").read()' for name in files) + "}"

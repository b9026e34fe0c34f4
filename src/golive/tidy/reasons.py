"""Say of every statement that was left out why the result does not need it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.records.tidied import Left
from golive.tidy.fitters import fits
from golive.tidy.names import root

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from golive.tidy.facts import World
    from golive.tidy.notebook import Cell, Notebook
    from golive.tidy.program import Unit

_PICTURES = frozenset({"matplotlib", "seaborn", "plotly", "altair", "bokeh", "mpl_toolkits"})
_DRAWS = frozenset({"plot", "hist", "boxplot", "scatter_matrix", "bar", "barh", "show", "savefig", "set_xlabel"})
_EXPORTED = "exported by nbdev, the result does not use it"
_PATHS = frozenset({"set_title", "set_ylabel", "legend", "figure", "subplots"})


def left_out(
    notebook: Notebook, cells: Sequence[Cell], units: Sequence[Unit], kept: Collection[Unit], world: World
) -> list[Left]:
    """List what is not in the package, in the order of the file."""
    exported = {cell.number for cell in cells if any(tag.startswith("nbdev:export") for tag in cell.tags)}
    found = [
        _left(unit, _EXPORTED if unit.cell in exported else _reason(unit, units, kept, world))
        for unit in units
        if unit not in kept
    ]
    ran = {cell.number for cell in cells}
    for cell in notebook.cells:
        found += [Left(cell=cell.number, line=one.line, text=one.text, reason=one.reason) for one in cell.asides]
        told = cell.asides and not cell.has_code  # a cell in another language
        if cell.number not in ran and cell.source.strip() and not told:
            found.append(Left(cell=cell.number, line=1, text=_first(cell), reason="never run, or not Python"))
    return sorted(found, key=lambda left: (left.cell, left.line))


def _left(unit: Unit, reason: str) -> Left:
    return Left(cell=unit.cell, line=unit.line, text=unit.text[:200], reason=reason)


def _first(cell: Cell) -> str:
    return next(line.strip() for line in cell.source.splitlines() if line.strip())[:200]


def _reason(unit: Unit, units: Sequence[Unit], kept: Collection[Unit], world: World) -> str:
    tree = unit.tree
    if isinstance(tree, (ast.Import, ast.ImportFrom)):
        return "an import that the result does not use"
    if _draws(tree, world.modules, world):
        return "a picture"
    if fits(tree) or _makes_model(unit, world):
        return "another model or transformer"
    if isinstance(tree, ast.Expr) and not unit.facts.touches:
        return "shows something"
    if isinstance(tree, (ast.FunctionDef, ast.ClassDef)):
        return "a function that the result does not use"
    names = unit.facts.touches
    if any(other.facts.touches & names for other in kept) and isinstance(tree, (ast.Assign, ast.For, ast.AugAssign)):
        return "a column or form that the model does not get"
    later = units[units.index(unit) + 1 :]
    if not any(other.facts.reads & names for other in later):
        return "never used"
    return "exploration"


def _draws(tree: ast.stmt, modules: Mapping[str, str], world: World) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and modules.get(node.id) in _PICTURES:
            return True
        if isinstance(node, ast.Attribute) and node.attr in _DRAWS | _PATHS:
            return world.kinds.get(root(node) or "") != "function"
    return False


def _makes_model(unit: Unit, world: World) -> bool:
    return any(world.kinds.get(name) in ("model", "estimator") for name in unit.facts.touches)

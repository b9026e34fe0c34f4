"""Habits that make a notebook hard to own: what is never used, never tested, left to chance or gone from a library."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.names import DEFINITIONS, names_in
from golive.tidy.outdated import instead
from golive.tidy.state import Found
from golive.tidy.target import called

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from golive.tidy.facts import World
    from golive.tidy.notebook import Cell
    from golive.tidy.program import Unit

_EXPORTS = ("nbdev:export", "nbdev:exporti", "nbdev:exports")
_EFFECTS = (ast.Import, ast.ImportFrom, ast.Expr, ast.Assert, ast.For, ast.While, ast.With, ast.Try, ast.If, ast.Delete)


def parameters(cells: Sequence[Cell], units: Sequence[Unit]) -> Iterator[Found]:
    """What papermill passes must be read, and must not be written over afterwards."""
    tags = {cell.number: cell.tags for cell in cells}
    given = [unit for unit in units if "parameters" in tags[unit.cell]]
    rest = [unit for unit in units if not {"parameters", "injected-parameters"} & set(tags[unit.cell])]
    for unit in given:
        for name in sorted(unit.facts.binds):
            over = next((other for other in rest if name in other.facts.binds and name not in other.facts.reads), None)
            if over is not None:
                what = f"the parameter `{name}` of cell {unit.cell} is written over: what papermill passes is lost"
                yield Found("parameters", over.cell, over.line, what, "give it another name here")
            elif not any(name in other.facts.reads for other in [*given, *rest]):
                yield Found("parameters", unit.cell, unit.line, f"no cell reads the parameter `{name}`", "leave it out")


def unseeded(units: Sequence[Unit]) -> Iterator[Found]:
    """A split without a seed; where a seed is set for all, that is enough."""
    calls = [(unit, node) for unit in units for node in ast.walk(unit.tree) if isinstance(node, ast.Call)]
    if any(called(call) == "seed" for _, call in calls):
        return
    for unit, call in calls:
        by_name = {keyword.arg for keyword in call.keywords}
        chance = any(word.arg == "shuffle" and getattr(word.value, "value", True) is False for word in call.keywords)
        if called(call) == "train_test_split" and not chance and not {"random_state", None} & by_name:
            what = "`train_test_split` has no random_state: every run judges by other rows"
            yield Found("unseeded", unit.cell, call.lineno, what, "add random_state=0")


def outdated(units: Sequence[Unit], world: World) -> Iterator[Found]:
    """Imports and attributes of modules that are gone."""
    for unit in units:
        for node in ast.walk(unit.tree):
            for said in _errors(node, world):
                if written := instead(said):
                    yield Found("outdated", unit.cell, node.lineno, said, f"write: {written}")  # type: ignore[attr-defined]
                    break


def _errors(node: ast.AST, world: World) -> list[str]:
    """What Python would say if a name were gone."""
    if isinstance(node, ast.Import):
        return [f"No module named '{alias.name}'" for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        names = [f"cannot import name '{alias.name}' from '{node.module}'" for alias in node.names]
        return [f"No module named '{node.module}'", *names]
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in world.modules:
        module = world.modules[node.value.id]
        return [f"module '{module}' has no attribute '{node.attr}'"] if _whole(node.value.id, module) else []
    return []


def _whole(name: str, module: str) -> bool:
    """Whether a name stands for the package and not for a part of it."""
    return name in (module, {"numpy": "np", "pandas": "pd", "seaborn": "sns", "scipy": "sp"}.get(module))


def unused(cells: Sequence[Cell], units: Sequence[Unit]) -> Iterator[Found]:
    """Functions that no cell calls, and cells that make something and show nothing, when nobody reads it."""
    mentioned = {unit: _mentions(unit) for unit in units}
    for cell in cells:
        if set(cell.tags) & {*_EXPORTS, "parameters", "injected-parameters"} or _of_colab(cell):
            continue
        read = set().union(*(names for unit, names in mentioned.items() if unit.cell != cell.number))
        own = [unit for unit in units if unit.cell == cell.number]
        made = [unit for unit in own if not isinstance(unit.tree, (ast.Import, ast.ImportFrom))]
        if made and not any(_matters(unit, read) for unit in made) and not cell.printed:
            names = sorted(set().union(*(unit.facts.touches for unit in made)))
            what = f"no other cell reads {', '.join(f'`{name}`' for name in names[:3])}, and nothing is shown"
            yield Found("unused", cell.number, made[0].line, what, "delete the cell")


def _of_colab(cell: Cell) -> bool:
    return any("Colab" in aside.reason for aside in cell.asides)


def _matters(unit: Unit, read: set[str]) -> bool:
    """Whether a statement has an effect that another cell or a person sees."""
    return isinstance(unit.tree, _EFFECTS) or bool(unit.facts.alters) or bool(unit.facts.touches & read)


def _mentions(unit: Unit) -> set[str]:
    """Names that a statement reads, in the bodies of its functions too."""
    return names_in(unit.tree) | unit.facts.reads


def untested(cells: Sequence[Cell], units: Sequence[Unit]) -> Iterator[Found]:
    """Functions that no statement tests: by ``assert``, or by a call named ``test...`` or ``assert...``.

    In a notebook of nbdev only what is exported has to be tested.
    """
    exported = {cell.number for cell in cells if set(cell.tags) & set(_EXPORTS)}
    tested = set().union(*(_mentions(unit) for unit in units if _tests(unit.tree)))
    for unit in units:
        if isinstance(unit.tree, DEFINITIONS) and (not exported or unit.cell in exported):
            name = unit.tree.name
            if name not in tested and not name.startswith(("test", "_")):
                yield Found(
                    "untested", unit.cell, unit.line, f"no cell tests `{name}`", f"add: assert {name}(...) == ..."
                )


def _tests(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Assert)
        or (isinstance(node, ast.Call) and called(node).startswith(("test", "assert")))
        or (isinstance(node, ast.FunctionDef) and node.name.startswith("test"))
        for node in ast.walk(tree)
    )

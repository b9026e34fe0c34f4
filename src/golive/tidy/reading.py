"""Statements that bring rows in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.facts import root
from golive.tidy.program import Unit, synthetic
from golive.tidy.rewrites import changed
from golive.tidy.target import called

if TYPE_CHECKING:
    from golive.tidy.facts import World

_LIBRARIES = frozenset({"sklearn", "seaborn", "statsmodels", "datasets", "openml", "vega_datasets"})
_FILES = frozenset({"loadtxt", "genfromtxt", "load"})
_FILE_LIBRARIES = frozenset({"numpy", "joblib", "pickle"})


def reads_data(unit: Unit, world: World) -> bool:
    """Whether a statement reads rows from a file or a library, itself or through the notebook's own functions."""
    trees: list[ast.AST] = [unit.tree]
    trees += [world.functions[name].tree for name in unit.facts.reads & world.functions.keys()]
    return any(isinstance(node, ast.Call) and is_reader(node, world) for tree in trees for node in ast.walk(tree))


def is_reader(call: ast.Call, world: World) -> bool:
    """``pd.read_csv(...)``, ``load_iris()`` of scikit-learn, ``np.loadtxt(...)``."""
    name, owner = called(call), world.modules.get(root(call.func) or "", "")
    if name.startswith("read_"):
        return owner != ""
    if name.startswith(("load_", "fetch_", "make_")):
        return owner in _LIBRARIES
    return name in _FILES and owner in _FILE_LIBRARIES


def taken_apart(unit: Unit, world: World) -> list[Unit]:
    """``df = clean(pd.read_csv(...))`` first reads and then cleans: what is read are the raw rows."""
    tree = unit.tree
    if not isinstance(tree, ast.Assign) or len(tree.targets) != 1 or not isinstance(tree.targets[0], ast.Name):
        return [unit]
    readers = [node for node in ast.walk(tree.value) if isinstance(node, ast.Call) and is_reader(node, world)]
    if len(readers) != 1 or readers[0] is tree.value:
        return [unit]
    name = tree.targets[0].id
    read = _Read(called(readers[0]), name)
    (rest,) = changed(unit.code, read)
    comments, bare = getattr(rest, "leading_lines", ()), rest.with_changes(leading_lines=[])
    first = synthetic(f"{name} = {read.code}", unit, world)
    second = synthetic(cst.Module(body=[]).code_for_node(bare), unit, world)
    return [_with(first, first.code.with_changes(leading_lines=comments)), _with(second, bare)]


def _with(unit: Unit, code: cst.BaseStatement) -> Unit:
    return Unit(
        cell=unit.cell,
        line=unit.line,
        last=unit.last,
        tree=unit.tree,
        code=code,
        lines={},
        facts=unit.facts,
    )


class _Read(cst.CSTTransformer):
    """Puts a name where a call reads, and keeps the call's code."""

    def __init__(self, function: str, name: str) -> None:
        super().__init__()
        self.function, self.name, self.code = function, name, ""

    def leave_Call(  # noqa: N802  # libcst calls it so
        self, original_node: cst.Call, updated_node: cst.Call
    ) -> cst.BaseExpression:
        function = original_node.func
        last = function.attr.value if isinstance(function, cst.Attribute) else getattr(function, "value", "")
        if last != self.function:
            return updated_node
        self.code = cst.Module(body=[]).code_for_node(original_node)
        return cst.Name(self.name)

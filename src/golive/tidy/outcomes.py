"""The outcome in a feature: a table of outcomes by group, a sum with it, a flag made from it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.fitters import fits
from golive.tidy.judging import suspect
from golive.tidy.names import names_in
from golive.tidy.program import needed
from golive.tidy.target import called, split_call

if TYPE_CHECKING:
    from golive.records.tidied import Leak
    from golive.tidy.judging import Judged
    from golive.tidy.program import Unit

_OF_ROWS = frozenset({"flatnonzero", "nonzero", "argwhere", "sample", "loc", "iloc", "query"})
"""What only says which rows are meant."""

_ADDS = frozenset({"concat", "resample", "fit_resample", "append"})
_LEAVES = frozenset({"drop", "dropna", "rename", "copy", "info", "describe", "drop_duplicates"})
_NOT_COLUMNS = frozenset({"iloc", "loc", "at", "iat", "values", "index", "columns", "str", "dt", "cat", "T", "shape"})


def outcomes(judged: Judged) -> list[Leak]:
    """List statements before the split that make something of the features from the outcome."""
    if judged.split >= len(judged.kept):
        return []
    features, outcome = _split(judged.kept[judged.split])
    if features is None or outcome is None:
        return []
    before = judged.before
    names, columns = _known_as(before, outcome)
    if not names | columns:
        return []
    found = []
    for unit in needed(before, names_in(features) - names)[0]:
        if unit.facts.binds & names or fits(unit.tree) or _sets(unit) & columns:
            continue
        line = _reads(unit, names, columns, frozenset(judged.world.functions))
        if line is not None:
            what = "a feature is made from the outcome, not known when a case is scored"
            found.append(suspect(unit, line, "target", what))
    return found


def _split(unit: Unit) -> tuple[ast.expr | None, ast.expr | None]:
    """The features and the outcome of ``train_test_split(X, y)``."""
    call = split_call(unit.tree)
    return (call.args[0], call.args[1]) if len(call.args) == 2 else (None, None)


def _known_as(before: list[Unit], outcome: ast.expr) -> tuple[set[str], set[str]]:
    """Variables and columns that are the outcome itself."""
    names = {outcome.id} if isinstance(outcome, ast.Name) else set[str]()
    columns = set() if names else _columns(outcome)
    for unit in reversed(before):
        tree = unit.tree
        if not isinstance(tree, ast.Assign):
            continue
        target = tree.targets[0]
        if isinstance(target, (ast.Tuple, ast.List)) and isinstance(tree.value, (ast.Tuple, ast.List)):
            for one, value in zip(target.elts, tree.value.elts, strict=False):
                if isinstance(one, ast.Name) and one.id in names:
                    columns |= _columns(value)
        elif (isinstance(target, ast.Name) and target.id in names) or _column(target) & columns:
            columns |= _columns(tree.value) if len(_columns(tree.value)) == 1 else set()
    return names, columns


def _columns(node: ast.AST) -> set[str]:
    """Columns of frames that an expression reads."""
    methods = {part.func for part in ast.walk(node) if isinstance(part, ast.Call)}
    return set().union(*(_column(part) for part in ast.walk(node) if part not in methods))


def _column(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
        return {node.slice.value}
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr not in _NOT_COLUMNS:
        return {node.attr}
    if isinstance(node, ast.Call) and called(node) == "pop" and node.args and isinstance(node.args[0], ast.Constant):
        return {str(node.args[0].value)}
    return set()


def _sets(unit: Unit) -> set[str]:
    trees = unit.tree.targets if isinstance(unit.tree, ast.Assign) else []
    return set().union(*(_column(tree) for tree in trees))


def _reads(unit: Unit, names: set[str], columns: set[str], own: frozenset[str]) -> int | None:
    """The line at which a statement takes values of the outcome; none where it only says which rows or columns."""
    reader = _Reader(names, columns, own)
    for statement in ast.walk(unit.tree):
        if isinstance(statement, ast.Assign):
            if not any(_column(target) & columns for target in statement.targets):
                reader.visit(statement.value)
        elif isinstance(statement, ast.AugAssign):
            reader.visit(statement.value)
    return min(reader.lines, default=None)


class _Reader(ast.NodeVisitor):
    def __init__(self, names: set[str], columns: set[str], own: frozenset[str]) -> None:
        self.names, self.columns, self.own = names, columns, own
        self.lines: list[int] = []

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if _column(node) & self.columns:
            self.lines.append(node.lineno)
            return
        self.visit(node.value)
        # What stands in brackets otherwise says which rows or columns.

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if _column(node) & self.columns:
            self.lines.append(node.lineno)
        else:
            self.visit(node.value)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self.names:
            self.lines.append(node.lineno)

    def visit_Call(self, node: ast.Call) -> None:
        if called(node) in _OF_ROWS | _ADDS | _LEAVES:
            return
        if isinstance(node.func, ast.Name) and node.func.id in self.own:
            given = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            if any(value in self.columns for value in given):
                self.lines.append(node.lineno)
        self.generic_visit(node)

"""Statements that do the same to two parts of the rows, side by side or in turn, taken apart."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.names import names_in
from golive.tidy.program import synthetic
from golive.tidy.rewrites import Replaced, changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.facts import World
    from golive.tidy.program import Unit


def singly(unit: Unit, world: World) -> list[Unit]:
    """``a, b = f(a), f(b)`` and ``for part in (a, b): ...`` as statements of their own; others as they are."""
    codes = [(code, unit.line) for code in _side_by_side(unit.tree)] or _in_turn(unit)
    return [synthetic(code, replace(unit, line=line), world) for code, line in codes] or [unit]


def _side_by_side(tree: ast.stmt) -> list[str]:
    if not isinstance(tree, ast.Assign) or len(tree.targets) != 1:
        return []
    target, value = tree.targets[0], tree.value
    if not isinstance(target, ast.Tuple) or not isinstance(value, ast.Tuple) or len(target.elts) != len(value.elts):
        return []
    pairs = list(zip(target.elts, value.elts, strict=True))
    for place, (one, _) in enumerate(pairs):
        if any(names_in(one) & names_in(later) for _, later in pairs[place + 1 :]):
            return []  # ``a, b = b, a``: the second is made of the old first
    return [f"{ast.unparse(one)} = {ast.unparse(part)}" for one, part in pairs]


def _in_turn(unit: Unit) -> list[tuple[str, int]]:
    """Code, and the line it stands in."""
    tree, code = unit.tree, unit.code
    if not isinstance(tree, ast.For) or not isinstance(tree.iter, (ast.List, ast.Tuple)) or tree.orelse:
        return []
    if not isinstance(tree.target, ast.Name) or not isinstance(code, cst.For):
        return []
    parts = [part.id for part in tree.iter.elts if isinstance(part, ast.Name)]
    if len(parts) != len(tree.iter.elts) or _leaves_or_binds(tree.body, tree.target.id):
        return []
    body = code.body.body if isinstance(code.body, cst.IndentedBlock) else ()
    lines = [line for line in body if isinstance(line, (cst.SimpleStatementLine, cst.BaseCompoundStatement))]
    places = [statement.lineno for statement in tree.body]
    if len(places) != len(lines):
        return []
    return [(_said(line, tree.target.id, part), at) for part in parts for line, at in zip(lines, places, strict=True)]


def _said(line: cst.BaseStatement, name: str, part: str) -> str:
    (code,) = changed(line, Replaced({name: part}))
    return cst.Module(body=[]).code_for_node(code).strip("\n")


def _leaves_or_binds(body: Sequence[ast.stmt], name: str) -> bool:
    """Whether a loop is left early, or makes something else of its variable: the part itself is not changed then."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    return any(
        isinstance(node, (ast.Break, ast.Continue, ast.Return))
        or (isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store))
        for node in nodes
    )

"""The order in time is ignored: rows that have a date are split at random, or a row is given what came after it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.judging import suspect
from golive.tidy.target import called, split_call

if TYPE_CHECKING:
    from golive.records.tidied import Leak
    from golive.tidy.judging import Judged
    from golive.tidy.program import Unit


def dates(judged: Judged) -> list[Leak]:
    """List splits at random of rows that have an order in time, and looks into the future."""
    found = [suspect(unit, line, "time", "a row is given what came after it") for unit, line in _ahead(judged)]
    if judged.split < len(judged.kept):
        unit = judged.kept[judged.split]
        if any(_dated(one.tree) for one in judged.before) and _at_random(unit.tree):
            what = "rows that have a date are split at random: later ones are learned from"
            found.append(suspect(unit, unit.line, "time", what))
    return found


def _dated(tree: ast.AST) -> bool:
    """Whether a statement reads or makes dates, or looks at the rows around a row."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in ("to_datetime", "rolling", "shift", "expanding"):
            return True
        if isinstance(node, ast.keyword) and node.arg == "parse_dates" and not _is_false(node.value):
            return True
    return False


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _at_random(tree: ast.AST) -> bool:
    keywords = split_call(tree).keywords
    return not any(keyword.arg == "shuffle" and _is_false(keyword.value) for keyword in keywords)


def _ahead(judged: Judged) -> list[tuple[Unit, int]]:
    """``shift(-1)``: the next row's value."""
    found = []
    for unit in judged.before:
        for node in ast.walk(unit.tree):
            if isinstance(node, ast.Call) and called(node) == "shift" and node.args:
                given = node.args[0]
                if isinstance(given, ast.UnaryOp) and isinstance(given.op, ast.USub):
                    found.append((unit, node.lineno))
    return found

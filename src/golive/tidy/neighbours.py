"""Rows that look at the rows around them, and statements that keep only some rows."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.book import Obstacle
from golive.tidy.statistic import mentions

if TYPE_CHECKING:
    from golive.tidy.program import Unit

_NEIGHBOURS = frozenset(
    {
        *("shift", "diff", "cumsum", "cumprod", "cummax", "cummin", "rolling", "expanding", "ewm", "rank", "ffill"),
        *("bfill", "interpolate", "pct_change", "sample", "nlargest", "nsmallest", "head", "tail", "duplicated"),
        *("sort_values", "sort_index", "drop_duplicates", "dropna", "query", "qcut", "factorize", "codes", "merge"),
        *("pivot", "pivot_table", "crosstab", "melt", "stack", "unstack", "explode", "resample", "fit_resample"),
    }
)
"""Names after a dot that make a row depend on the rows around it, or keep only some rows."""

_HINTS = {"qcut": "write the edges down and use pd.cut", "factorize": "write the codes down and use map"}


def refuse_neighbours(unit: Unit, rows: set[str]) -> None:
    """Raise where a row depends on the rows around it."""
    for node in ast.walk(unit.tree):
        name = _neighbour(node)
        if name and mentions(unit.tree, rows):
            hint = _HINTS.get(name, "every row must be cleaned by itself")
            raise Obstacle(f"{unit}: `{name}` makes a row depend on other rows ({hint})")


def filters_rows(tree: ast.stmt, rows: set[str]) -> bool:
    """Whether a statement keeps some rows of a frame and drops others."""
    kept = {"dropna", "drop_duplicates", "query"}
    if any(isinstance(node, ast.Attribute) and node.attr in kept for node in ast.walk(tree)):
        return mentions(tree, rows)
    value = getattr(tree, "value", None)
    if (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and value.func.attr in ("copy", "reset_index")
    ):
        value = value.func.value
    if not (
        isinstance(tree, ast.Assign) and isinstance(value, ast.Subscript) and isinstance(tree.targets[0], ast.Name)
    ):
        return False
    whole = value.value.value if isinstance(value.value, ast.Attribute) and value.value.attr == "loc" else value.value
    mask = isinstance(value.slice, (ast.Compare, ast.BinOp, ast.UnaryOp, ast.Call, ast.BoolOp))
    return isinstance(whole, ast.Name) and whole.id in rows and mask


def _neighbour(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and node.attr in _NEIGHBOURS:
        return node.attr
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "cut" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            return "cut into a number of parts"
        if node.func.attr == "fillna" and any(keyword.arg == "method" for keyword in node.keywords):
            return "fillna(method=...)"
    return ""

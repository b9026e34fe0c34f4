"""Rows that look at the rows around them, and statements that keep only some rows."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.book import Obstacle
from golive.tidy.lookups import column_entry
from golive.tidy.statistic import mentions, statistic, taken

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    if not mentions(unit.tree, rows):
        return
    loops = {
        node.target.id
        for node in ast.walk(unit.tree)
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name)
    }
    for name in _looks(unit.tree, rows, loops):
        hint = _HINTS.get(name, "every row must be cleaned by itself")
        raise Obstacle(f"{unit}: `{name}` makes a row depend on other rows ({hint})")


def filters_rows(tree: ast.stmt, rows: set[str]) -> bool:
    """Whether a statement keeps some rows of a frame and drops others."""
    kept = {"dropna", "drop_duplicates", "query"}
    if any(isinstance(node, ast.Attribute) and node.attr in kept for node in _outside_statistics(tree, rows)):
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
    mask = mask and not _lists_columns(value.slice)
    return isinstance(whole, ast.Name) and whole.id in rows and mask


def _lists_columns(node: ast.expr) -> bool:
    """``numbers + words``, ``list(names)``, ``df.columns.difference(others)``: columns are taken, not rows."""
    if isinstance(node, ast.BinOp):
        return not isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.BitXor))
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Name):
        return function.id in ("list", "sorted", "tuple")
    return isinstance(function, ast.Attribute) and function.attr in ("tolist", "difference", "intersection", "drop")


def _outside_statistics(tree: ast.AST, rows: set[str]) -> Iterator[ast.AST]:
    """``df["a"].dropna().median()`` keeps every row."""
    if isinstance(tree, ast.Call) and statistic(tree, rows):
        return
    yield tree
    for part in ast.iter_child_nodes(tree):
        yield from _outside_statistics(part, rows)


def _looks(node: ast.AST, rows: set[str], loops: set[str]) -> Iterator[str]:
    """Whatever looks at other rows and cannot be an entry of what is learned."""
    if isinstance(node, ast.Call) and statistic(node, rows):
        return  # a number or table is taken, however it is made
    parts: list[ast.AST] = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.expr) and (entry := column_entry(node, rows, loops)):
        parts = [ast.parse(entry.column, mode="eval").body]
    elif isinstance(node, ast.Call) and _looked_up(node, rows):
        assert isinstance(node.func, ast.Attribute)
        parts = [node.func.value, *node.args]
    elif name := _neighbour(node, rows):
        yield name
    for part in parts:
        yield from _looks(part, rows, loops)


def _looked_up(call: ast.Call, rows: set[str]) -> bool:
    """``df.merge(table, on="k", how="left")`` of a table that was taken: every row stays, and is looked up."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "merge":
        return False
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "right")]
    table = given[0 if mentions(call.func.value, rows) else 1 :][:1]
    how = next((keyword.value for keyword in call.keywords if keyword.arg == "how"), None)
    left = isinstance(how, ast.Constant) and how.value == "left"
    return left and all(taken(one, rows) or not mentions(one, rows) for one in table)


def _neighbour(node: ast.AST, rows: set[str]) -> str:
    if isinstance(node, ast.Attribute) and node.attr in _NEIGHBOURS:
        owner = node.value
        made = isinstance(owner, ast.Attribute) and owner.attr == "cat"  # its categories were learned before
        made |= (
            isinstance(owner, ast.Call) and isinstance(owner.func, ast.Attribute) and owner.func.attr == "Categorical"
        )
        return "" if (node.attr == "codes" and made) or taken(owner, rows) else node.attr
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "cut" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            return "cut into a number of parts"
        if node.func.attr == "fillna" and any(keyword.arg == "method" for keyword in node.keywords):
            return "fillna(method=...)"
    return ""

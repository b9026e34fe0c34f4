"""What variables hold, guessed from the text alone: for a notebook that is not run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.facts import root
from golive.tidy.reading import is_reader
from golive.tidy.target import called

if TYPE_CHECKING:
    from collections.abc import Iterable

    from golive.tidy.facts import World
    from golive.tidy.program import Unit

_FRAMES = frozenset({"DataFrame", "concat", "merge", "get_dummies", "json_normalize"})
_STAYS = frozenset(
    {
        *(
            "copy",
            "drop",
            "rename",
            "reset_index",
            "set_index",
            "fillna",
            "dropna",
            "drop_duplicates",
            "assign",
            "query",
        ),
        *(
            "sort_values",
            "astype",
            "replace",
            "merge",
            "join",
            "head",
            "tail",
            "sample",
            "loc",
            "iloc",
            "pipe",
            "filter",
        ),
        *(
            "apply",
            "map",
            "select_dtypes",
            "where",
            "mask",
            "clip",
            "interpolate",
            "ffill",
            "bfill",
            "round",
            "sort_index",
        ),
    }
)
"""Methods and places of a frame that give a frame, of a column that give a column."""


def kinds(units: Iterable[Unit], world: World) -> dict[str, str]:
    """Variable -> ``frame`` or ``series``, as far as the text tells."""
    found: dict[str, str] = {}
    for unit in units:
        tree = unit.tree
        if isinstance(tree, ast.Assign) and len(tree.targets) == 1 and isinstance(tree.targets[0], ast.Name):
            kind = _kind(tree.value, found, world)
            if kind:
                found[tree.targets[0].id] = kind
    return found


def _kind(value: ast.expr, found: dict[str, str], world: World) -> str:
    if isinstance(value, ast.Name):
        return found.get(value.id, "")
    if isinstance(value, ast.Subscript):
        return _part(value, found, world)
    if isinstance(value, ast.Attribute):  # df.a is a column, df.loc is the frame in another way
        owner = _kind(value.value, found, world)
        return owner if value.attr in _STAYS else "series" if owner == "frame" else ""
    if isinstance(value, ast.BinOp):
        return _kind(value.left, found, world) or _kind(value.right, found, world)
    if not isinstance(value, ast.Call):
        return ""
    if is_reader(value, world):
        return "frame"
    if called(value) in _FRAMES and world.modules.get(root(value.func) or "") == "pandas":
        return "frame"
    if isinstance(value.func, ast.Attribute) and value.func.attr in _STAYS:
        return _kind(value.func.value, found, world)
    return ""


def _part(value: ast.Subscript, found: dict[str, str], world: World) -> str:
    owner = _kind(value.value, found, world)
    one = isinstance(value.slice, ast.Constant) and isinstance(value.slice.value, str)
    return "series" if owner == "frame" and one else owner

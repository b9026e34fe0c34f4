"""What a run would see, guessed from the text alone: for a notebook that is not run."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.names import root, targets
from golive.tidy.reading import is_reader
from golive.tidy.target import called, is_split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from golive.tidy.facts import World
    from golive.tidy.program import Unit

_LEARN = frozenset({"sklearn", "xgboost", "lightgbm", "catboost", "imblearn"})
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
    """Variable -> what it is, in the words of `witness.kind`, as far as the text tells; ``other`` beyond that."""
    found: dict[str, str] = {}
    for unit in units:
        tree = unit.tree
        estimators = {name for name, kind in found.items() if kind == "estimator"}
        found |= dict.fromkeys(_asked(tree) & estimators, "model")
        if isinstance(tree, ast.Assign):
            for name, value in _bound(tree):
                found[name] = _kind(value, found, world) or ("frame" if is_split(tree) else "other")
    return found


def _bound(tree: ast.Assign) -> list[tuple[str, ast.expr]]:
    """Names and what each is bound to; both parts of a split come from one table."""
    given: list[ast.expr] = []
    if is_split(tree) and isinstance(tree.value, ast.Call):
        given = [one for one in tree.value.args for _ in (0, 1)]
    elif isinstance(tree.value, (ast.Tuple, ast.List)):
        given = tree.value.elts
    names = targets(tree)
    pairs = zip(names, given or [tree.value] * len(names), strict=False)
    return [(target.id, value) for target, value in pairs if isinstance(target, ast.Name)]


def _asked(tree: ast.AST) -> set[str]:
    """Variables that are asked to predict."""
    asked = ("predict", "predict_proba", "decision_function", "score")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in asked]
    return {name for call in calls if (name := root(call.func)) is not None}


def _kind(value: ast.expr, found: dict[str, str], world: World) -> str:
    if isinstance(value, ast.Name):
        return found.get(value.id, "")
    if isinstance(value, (ast.List, ast.Dict, ast.Tuple, ast.Set, ast.ListComp, ast.DictComp)):
        return "container"
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
    if isinstance(value.func, ast.Attribute) and value.func.attr == "fit":
        return _kind(value.func.value, found, world)
    if called(value)[:1].isupper() and world.modules.get(root(value.func) or "") in _LEARN:
        return "estimator"
    if isinstance(value.func, ast.Attribute) and value.func.attr in _STAYS:
        return _kind(value.func.value, found, world)
    return ""


def _part(value: ast.Subscript, found: dict[str, str], world: World) -> str:
    owner = _kind(value.value, found, world)
    one = isinstance(value.slice, ast.Constant) and isinstance(value.slice.value, str)
    return "series" if owner == "frame" and one else owner

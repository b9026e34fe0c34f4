"""Statements that take some rows of a frame, and how the same is said of another frame with as many rows."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.tidy.names import names_in
from golive.tidy.target import called

if TYPE_CHECKING:
    from golive.tidy.facts import World
    from golive.tidy.program import Unit

_ROWS = frozenset({"frame", "series", "array"})
_TAKES = frozenset({"head", "tail", "sample", "query", "drop", "take", "truncate"})
_STAYS = frozenset({"copy", "reset_index", "to_numpy"})
_MASKS = frozenset({"isin", "between", "notna", "isna", "eq", "ne", "lt", "le", "gt", "ge", "contains", "startswith"})


@dataclass(frozen=True, kw_only=True)
class Selection:
    """``name = base.columns`` of some rows."""

    unit: Unit
    name: str
    base: str
    """The variable whose rows are taken."""
    columns: str
    """Code of the columns that are taken as well, said of ``{}``; ``{}`` for all."""
    rows: str
    """Code of the part, said of ``{}``, a frame with the same rows; empty where `train_test_split` makes it."""
    keywords: str = ""
    """What `train_test_split` is told."""
    pair: tuple[str, str] = ("", "")
    """Both parts of the same variable that `train_test_split` makes."""


def selections(unit: Unit, world: World) -> list[Selection]:
    """What rows a statement takes; nothing when it does anything else."""
    tree = unit.tree
    if not isinstance(tree, ast.Assign) or len(tree.targets) != 1:
        return []
    target, value = tree.targets[0], tree.value
    if isinstance(target, ast.Name):
        found = _selection(value, world)
        return [Selection(unit=unit, name=target.id, base=found[0], columns=found[1], rows=found[2])] if found else []
    if (
        isinstance(value, ast.Call)
        and called(value) == "train_test_split"
        and isinstance(target, (ast.Tuple, ast.List))
    ):
        return _parted(unit, value, [one.id for one in target.elts if isinstance(one, ast.Name)], world)
    return []


def _parted(unit: Unit, call: ast.Call, names: list[str], world: World) -> list[Selection]:
    """``a, b, c, d = train_test_split(X, y)``."""
    given = [bare(part) for part in call.args]
    if len(names) != 2 * len(given) or not all(isinstance(one, ast.Name) and _rows(one.id, world) for one in given):
        return []
    keywords = ", ".join(ast.unparse(keyword) for keyword in call.keywords)
    made = []
    for place, name in enumerate(names):
        base = given[place // 2]
        assert isinstance(base, ast.Name)
        pair = names[place - place % 2], names[place - place % 2 + 1]
        found = Selection(unit=unit, name=name, base=base.id, columns="{}", rows="", keywords=keywords, pair=pair)
        made.append(found)
    return made


def _rows(name: str, world: World) -> bool:
    return world.kinds.get(name) in _ROWS


def bare(value: ast.expr) -> ast.expr:
    """``a.copy()``, ``a.values`` and the like are ``a``."""
    while True:
        if isinstance(value, ast.Attribute) and value.attr == "values":
            value = value.value
        elif isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in _STAYS:
            if value.func.attr == "reset_index" and not any(one.arg == "drop" for one in value.keywords):
                return value
            value = value.func.value
        else:
            return value


def _selection(value: ast.expr, world: World) -> tuple[str, str, str] | None:
    """Base, columns and rows."""
    value = bare(value)
    if isinstance(value, ast.Subscript):
        return _located(value, world) or _columns_of_rows(value, world)
    if isinstance(value, ast.Attribute):
        inner = _selection(value.value, world)
        return (inner[0], f"{inner[1]}.{value.attr}", inner[2]) if inner and inner[1] == "{}" else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    if value.func.attr == "drop" and _drops_columns(value):
        inner = _selection(value.func.value, world)
        return (inner[0], inner[1] + _after(value, value.func.value), inner[2]) if inner else None
    base, method = value.func.value, value.func.attr
    if method not in _TAKES or not isinstance(base, ast.Name) or not _rows(base.id, world):
        return None
    rest = _after(value, base)
    rows = f"{{}}.loc[{base.id}{rest}.index]" if method == "query" else "{}" + rest
    return base.id, "{}", rows


def _located(value: ast.Subscript, world: World) -> tuple[str, str, str] | None:
    """``df[mask]``, ``df.loc[mask, columns]``, ``X.iloc[:n]``, ``X[index]``."""
    owner: ast.expr = value.value
    how = ""
    if isinstance(owner, ast.Attribute) and owner.attr in ("loc", "iloc"):
        how = owner.attr
        owner = owner.value
    columns = "{}"
    of_columns = _selected_columns(owner, world)
    if of_columns:
        owner, columns = of_columns
    if not isinstance(owner, ast.Name) or not _rows(owner.id, world):
        return None
    taken: ast.expr = value.slice
    if isinstance(taken, ast.Tuple) and len(taken.elts) == 2 and (how or world.kinds.get(owner.id) == "array"):
        taken, picked = taken.elts
        if not _is_all(picked):
            columns = f"{{}}[{ast.unparse(picked)}]" if how == "loc" else f"{{}}.iloc[:, {ast.unparse(picked)}]"
    if not how and not _is_rows(taken, owner.id, world):
        return None
    if _is_all(taken) or isinstance(taken, ast.Tuple) or (how and isinstance(taken, (ast.Constant, ast.List))):
        return None
    if not how and world.kinds.get(owner.id) == "array":
        how = "iloc"
    where = f".{how}" if how else ""
    return owner.id, columns, f"{{}}{where}[{ast.unparse(taken)}]"


def _selected_columns(owner: ast.expr, world: World) -> tuple[ast.expr, str] | None:
    """``df[columns]`` in ``df[columns][mask]``."""
    if not isinstance(owner, ast.Subscript) or not isinstance(owner.value, ast.Name):
        return None
    if not _rows(owner.value.id, world) or _is_rows(owner.slice, owner.value.id, world):
        return None
    return owner.value, f"{{}}[{ast.unparse(owner.slice)}]"


def _columns_of_rows(value: ast.Subscript, world: World) -> tuple[str, str, str] | None:
    """``df[mask][columns]``."""
    inner = _selection(value.value, world)
    if inner is None or isinstance(value.slice, (ast.Slice, ast.Compare, ast.UnaryOp)):
        return None
    return inner[0], f"{inner[1]}[{ast.unparse(value.slice)}]", inner[2]


def _is_all(node: ast.expr) -> bool:
    return isinstance(node, ast.Slice) and node.lower is node.upper is node.step is None


def _is_rows(node: ast.expr, owner: str, world: World) -> bool:
    """Whether what stands in brackets after a frame takes rows, not columns."""
    if isinstance(node, (ast.Compare, ast.BoolOp, ast.Slice)):
        return True
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        return True
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.BitAnd, ast.BitOr, ast.BitXor))
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in _MASKS
    if isinstance(node, ast.Name):
        kind = world.kinds.get(node.id)
        return kind in ("series", "array") or (kind == "other" and world.kinds.get(owner) == "array")
    return isinstance(node, ast.Subscript) and world.kinds.get(next(iter(names_in(node)), "")) == "array"


def _drops_columns(call: ast.Call) -> bool:
    axis = next((one.value for one in call.keywords if one.arg == "axis"), None) or (
        call.args[1] if len(call.args) > 1 else None
    )
    return any(one.arg == "columns" for one in call.keywords) or (
        isinstance(axis, ast.Constant) and axis.value in (1, "columns")
    )


def _after(whole: ast.expr, part: ast.expr) -> str:
    """The code of an expression behind the part that it begins with."""
    return ast.unparse(whole).removeprefix(ast.unparse(part))

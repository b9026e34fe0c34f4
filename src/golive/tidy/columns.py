"""Which columns of a frame a statement reads and sets, so that a column made for a plot stays out of the package.

Everything that is not understood reads every column: the slice may hold a line too many, never one too few.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from golive.tidy.column_reads import reads
from golive.tidy.lens import ALL, NONE, Columns, Lens, keyword_of, part_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.tidy.program import Unit

__all__ = ["ALL", "NONE", "Columns", "Lens", "Use", "dropped", "reads", "use"]

_PASSES = frozenset(
    {
        "copy",
        "drop",
        "fillna",
        "replace",
        "astype",
        "round",
        "reset_index",
        "infer_objects",
        "convert_dtypes",
        "assign",
        "abs",
        "clip",
        "mask",
        "where",
    }
)
"""Methods of a frame that give a frame whose columns are those of the old one, each made from itself."""

_KEEPS = frozenset({"copy", "drop", "reset_index"})
"""Of these, the ones that leave every value as it is."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """What a statement does to frames."""

    reads: Mapping[str, Columns]
    """Frame -> columns whose values it reads (those it only hands on aside)."""
    frame: str = ""
    """The frame whose columns it sets or takes away."""
    sets: frozenset[str] = frozenset()
    partly: bool = False
    """The old values of what it sets partly remain."""
    source: str = ""
    """For ``b = a.copy()`` and the like: the frame that is handed on, with all columns but ``removed``."""
    removed: frozenset[str] = frozenset()
    chosen: frozenset[str] | None = None
    """For ``b = a[[...]]``: the only columns handed on."""
    remade: Columns = NONE
    """Of what is handed on, columns whose values may be new."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """New name -> old name; ``removed`` and ``chosen`` are old names."""
    filled: bool = False
    """All it does to a frame is to fill what is missing."""
    prefixes: tuple[str, ...] = ()
    """Columns that begin so may be new."""


def use(unit: Unit, lens: Lens) -> Use:
    """Look at one statement."""
    return _use(unit.tree, lens)


def _use(tree: ast.stmt, lens: Lens) -> Use:
    if isinstance(tree, ast.Assign) and len(tree.targets) == 1:
        return _assignment(tree.targets[0], tree.value, lens) or Use(reads=reads(tree, lens))
    if isinstance(tree, ast.AugAssign) and (found := _set(tree.target, tree.value, lens, partly=True)):
        return found
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Call):
        return _in_place(tree.value, lens) or Use(reads=reads(tree, lens))
    if isinstance(tree, ast.Delete) and len(tree.targets) == 1 and isinstance(tree.targets[0], ast.Subscript):
        frame, names = part_of(tree.targets[0], lens)
        if frame and names:
            return Use(reads={}, frame=frame, source=frame, removed=names)
    if isinstance(tree, ast.For):
        return _loop(tree, lens) or Use(reads=reads(tree, lens))
    return Use(reads=reads(tree, lens))


def _assignment(target: ast.expr, value: ast.expr, lens: Lens) -> Use | None:
    if isinstance(target, ast.Name):
        handed = _handed_on(value, lens)
        return replace(handed, frame=target.id) if handed else None
    return _set(target, value, lens)


def _set(target: ast.expr, value: ast.expr, lens: Lens, *, partly: bool = False) -> Use | None:
    """``df["a"] = value``, ``df.loc[mask, "a"] = value``, ``df.a = value``."""
    frame, names = part_of(target, lens)
    if not frame or not names:
        return None
    found = reads(value, lens)
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Attribute):
        rows = target.slice.elts[0] if isinstance(target.slice, ast.Tuple) else target.slice
        found = _both(found, reads(rows, lens))
        partly = partly or not (isinstance(rows, ast.Slice) and rows.lower is rows.upper is None)
    if partly:
        found = _both(found, {frame: Columns(names)})
    return Use(reads=found, frame=frame, sets=names, partly=partly)


def _handed_on(value: ast.expr, lens: Lens) -> Use | None:
    """The use of an expression that gives a frame made of another one; its ``frame`` is still to be named."""
    if isinstance(value, ast.Name) and value.id in lens.frames:
        return Use(source=value.id, reads={})
    if isinstance(value, ast.Subscript):
        frame, names = part_of(value, lens)
        several = not isinstance(value.slice, ast.Constant) and names is not None
        return Use(source=frame, reads={}, chosen=names) if frame and several else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    if value.func.attr == "get_dummies" and value.args:
        return _encoded(value, lens)
    if value.func.attr == "rename":
        return _renamed(value, lens)
    if value.func.attr not in _PASSES:
        return None
    handed = _handed_on(value.func.value, lens)
    return _method(value, handed, lens) if handed else None


def _encoded(call: ast.Call, lens: Lens) -> Use | None:
    """``pd.get_dummies(df, columns=[...])``; without columns the text columns are not known here."""
    handed = _handed_on(call.args[0], lens)
    names = lens.names(keyword_of(call, "columns"))
    if handed is None or names is None or handed.chosen is not None:
        return None
    return replace(
        handed,
        reads=_both(handed.reads, {handed.source: Columns(names)}),
        remade=handed.remade | Columns(names),
        prefixes=(*handed.prefixes, *(f"{name}_" for name in sorted(names))),
    )


def _renamed(call: ast.Call, lens: Lens) -> Use | None:
    """``df.rename(columns={"a": "b"})``."""
    assert isinstance(call.func, ast.Attribute)
    handed, given = _handed_on(call.func.value, lens), keyword_of(call, "columns")
    names = lens.pairs(given)
    if handed is None or names is None or call.args or {one.arg for one in call.keywords} - {"columns", "inplace"}:
        return None
    renamed = {new: handed.renamed.get(old, old) for old, new in names.items()}
    kept = {new: old for new, old in handed.renamed.items() if new not in names}
    return replace(handed, renamed={**kept, **renamed}, remade=handed.remade | Columns(frozenset(renamed)))


def _method(call: ast.Call, handed: Use, lens: Lens) -> Use | None:
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr == "drop":
        names = dropped(call, lens)
        if names is None or handed.chosen is not None:
            return None
        return replace(handed, removed=handed.removed | {handed.renamed.get(name, name) for name in names})
    found = handed.reads
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        found = _both(found, reads(argument, lens))
    if call.func.attr in _KEEPS:
        return replace(handed, reads=found)
    filled = call.func.attr == "fillna" and (handed.filled or handed.remade == NONE)
    return replace(handed, reads=found, remade=ALL, filled=filled)


def _both(some: Mapping[str, Columns], others: Mapping[str, Columns]) -> dict[str, Columns]:
    return {frame: some.get(frame, NONE) | others.get(frame, NONE) for frame in {**some, **others}}


def dropped(call: ast.Call, lens: Lens) -> frozenset[str] | None:
    """The columns that ``df.drop(...)`` takes away; none where rows are dropped or it is not known."""
    given = keyword_of(call, "columns")
    axis = keyword_of(call, "axis") or (call.args[1] if len(call.args) > 1 else None)
    if given is None and call.args and isinstance(axis, ast.Constant) and axis.value in (1, "columns"):
        given = call.args[0]
    if given is None and isinstance(axis, ast.Constant) and axis.value in (1, "columns"):
        given = keyword_of(call, "labels")
    return lens.names(given)


def _in_place(call: ast.Call, lens: Lens) -> Use | None:
    """``df.drop(columns=..., inplace=True)``, ``df["a"].fillna(0, inplace=True)``."""
    function, inplace = call.func, keyword_of(call, "inplace")
    if not isinstance(function, ast.Attribute) or not (isinstance(inplace, ast.Constant) and inplace.value is True):
        return None
    if isinstance(function.value, ast.Name) and function.value.id in lens.frames:
        handed = _handed_on(call, lens)
        return replace(handed, frame=function.value.id) if handed else None
    return _set(function.value, call, lens, partly=True)


def _loop(tree: ast.For, lens: Lens) -> Use | None:
    """``for c in ["a", "b"]: df[c] = ...`` sets ``a`` and ``b``."""
    names = lens.names(tree.iter)
    if names is None or not isinstance(tree.target, ast.Name) or tree.orelse:
        return None
    inner = Lens(frames=lens.frames, world=lens.world, constants={**lens.constants, tree.target.id: sorted(names)})
    uses = [_use(statement, inner) for statement in tree.body]
    if len({found.frame for found in uses}) != 1 or not all(found.sets for found in uses):
        return None
    frame = uses[0].frame
    sets = frozenset().union(*(found.sets for found in uses))
    merged: Mapping[str, Columns] = {frame: Columns(sets)}
    for found in uses:
        merged = _both(merged, found.reads)
    return Use(reads=merged, frame=frame, sets=sets, partly=True)

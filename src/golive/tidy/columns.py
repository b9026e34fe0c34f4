"""Which columns of a frame a statement reads and sets, so that a column made for a plot stays out of the package.

Everything that is not understood reads every column: the slice may hold a line too many, never one too few.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from golive.tidy.facts import World
    from golive.tidy.program import Unit

_WHOLE = frozenset({"shape", "index", "columns", "dtypes", "size", "empty", "ndim"})
"""Attributes of a frame that no column is read for."""

_NOT_COLUMNS = _WHOLE | frozenset(
    {"values", "T", "loc", "iloc", "at", "iat", "str", "dt", "plot", "style", "attrs", "axes", "flags", "cat"}
)

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

_LOCATORS = frozenset({"loc", "at"})


@dataclass(frozen=True)
class Columns:
    """A set of column names; with ``but`` every column except these."""

    names: frozenset[str] = frozenset()
    but: bool = False

    def __or__(self, other: Columns) -> Columns:
        if not self.but and not other.but:
            return Columns(self.names | other.names)
        if self.but and other.but:
            return Columns(self.names & other.names, but=True)
        every, some = (self, other) if self.but else (other, self)
        return Columns(every.names - some.names, but=True)

    def __sub__(self, names: Iterable[str]) -> Columns:
        return Columns(self.names | set(names), but=True) if self.but else Columns(self.names - set(names))

    def meets(self, names: Iterable[str]) -> bool:
        """Whether any of these is in the set."""
        return any((name in self.names) != self.but for name in names)

    def overlaps(self, other: Columns) -> bool:
        """Whether both sets may have a column in common."""
        if self.but and other.but:
            return True
        some, any_other = (other, self) if self.but else (self, other)
        return any_other.meets(some.names) if some.names else False


ALL = Columns(but=True)
NONE = Columns()


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
    prefixes: tuple[str, ...] = ()
    """Columns that begin so may be new."""


@dataclass
class Lens:
    """What is known when statements are looked at: which names are frames, and which names hold constants."""

    frames: set[str]
    world: World
    constants: Mapping[str, object] = field(default_factory=dict)

    def names(self, node: ast.expr | None) -> frozenset[str] | None:
        """Column names that an expression is known to stand for."""
        value: object = None
        if isinstance(node, ast.Constant):
            value = node.value
        elif isinstance(node, ast.Name):
            value = self.constants.get(node.id)
        elif isinstance(node, (ast.List, ast.Tuple)):
            parts = [self.names(element) for element in node.elts]
            return None if None in parts else frozenset().union(*(part for part in parts if part))
        if isinstance(value, str):
            return frozenset({value})
        if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
            return frozenset(value)
        return None


def use(unit: Unit, lens: Lens) -> Use:
    """Look at one statement."""
    return _use(unit.tree, lens)


def reads(node: ast.AST, lens: Lens) -> dict[str, Columns]:
    """Return the columns whose values an expression reads, per frame."""
    reader = _Reader(lens)
    reader.visit(node)
    return reader.found


def _use(tree: ast.stmt, lens: Lens) -> Use:
    if isinstance(tree, ast.Assign) and len(tree.targets) == 1:
        return _assignment(tree.targets[0], tree.value, lens) or Use(reads=reads(tree, lens))
    if isinstance(tree, ast.AugAssign) and (found := _set(tree.target, tree.value, lens, partly=True)):
        return found
    if isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Call):
        return _in_place(tree.value, lens) or Use(reads=reads(tree, lens))
    if isinstance(tree, ast.Delete) and len(tree.targets) == 1 and isinstance(tree.targets[0], ast.Subscript):
        frame, names = _part(tree.targets[0], lens)
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
    frame, names = _part(target, lens)
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


def _part(node: ast.expr, lens: Lens) -> tuple[str, frozenset[str] | None]:
    """The frame and the columns that ``df["a"]``, ``df[["a"]]``, ``df.a`` or ``df.loc[rows, "a"]`` stand for."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in lens.frames:
        return node.value.id, None if node.attr in _NOT_COLUMNS else frozenset({node.attr})
    if not isinstance(node, ast.Subscript):
        return "", None
    if isinstance(node.value, ast.Name) and node.value.id in lens.frames:
        return node.value.id, lens.names(node.slice)
    inner = node.value
    if not (isinstance(inner, ast.Attribute) and inner.attr in _LOCATORS and isinstance(inner.value, ast.Name)):
        return "", None
    if inner.value.id in lens.frames and isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
        return inner.value.id, lens.names(node.slice.elts[1])
    return "", None


def _handed_on(value: ast.expr, lens: Lens) -> Use | None:
    """The use of an expression that gives a frame made of another one; its ``frame`` is still to be named."""
    if isinstance(value, ast.Name) and value.id in lens.frames:
        return Use(source=value.id, reads={})
    if isinstance(value, ast.Subscript):
        frame, names = _part(value, lens)
        several = not isinstance(value.slice, ast.Constant) and names is not None
        return Use(source=frame, reads={}, chosen=names) if frame and several else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    if value.func.attr == "get_dummies" and value.args:
        return _encoded(value, lens)
    if value.func.attr not in _PASSES:
        return None
    handed = _handed_on(value.func.value, lens)
    return _method(value, handed, lens) if handed else None


def _encoded(call: ast.Call, lens: Lens) -> Use | None:
    """``pd.get_dummies(df, columns=[...])``; without columns the text columns are not known here."""
    handed = _handed_on(call.args[0], lens)
    names = lens.names(_keyword(call, "columns"))
    if handed is None or names is None or handed.chosen is not None:
        return None
    return replace(
        handed,
        reads=_both(handed.reads, {handed.source: Columns(names)}),
        remade=handed.remade | Columns(names),
        prefixes=(*handed.prefixes, *(f"{name}_" for name in sorted(names))),
    )


def _method(call: ast.Call, handed: Use, lens: Lens) -> Use | None:
    assert isinstance(call.func, ast.Attribute)
    if call.func.attr == "drop":
        names = dropped(call, lens)
        if names is None or handed.chosen is not None:
            return None
        return replace(handed, removed=handed.removed | names)
    found = handed.reads
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        found = _both(found, reads(argument, lens))
    return replace(handed, reads=found, remade=handed.remade if call.func.attr in _KEEPS else ALL)


def _both(some: Mapping[str, Columns], others: Mapping[str, Columns]) -> dict[str, Columns]:
    return {frame: some.get(frame, NONE) | others.get(frame, NONE) for frame in {**some, **others}}


def dropped(call: ast.Call, lens: Lens) -> frozenset[str] | None:
    """The columns that ``df.drop(...)`` takes away; none where rows are dropped or it is not known."""
    given = _keyword(call, "columns")
    axis = _keyword(call, "axis") or (call.args[1] if len(call.args) > 1 else None)
    if given is None and call.args and isinstance(axis, ast.Constant) and axis.value in (1, "columns"):
        given = call.args[0]
    if given is None and isinstance(axis, ast.Constant) and axis.value in (1, "columns"):
        given = _keyword(call, "labels")
    return lens.names(given)


def _in_place(call: ast.Call, lens: Lens) -> Use | None:
    """``df.drop(columns=..., inplace=True)``, ``df["a"].fillna(0, inplace=True)``."""
    function, inplace = call.func, _keyword(call, "inplace")
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


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


class _Reader(ast.NodeVisitor):
    """Collects column reads; a frame that stands alone is read whole."""

    def __init__(self, lens: Lens) -> None:
        self.lens = lens
        self.found: dict[str, Columns] = {}

    def visit_Subscript(self, node: ast.Subscript) -> None:
        frame, names = _part(node, self.lens)
        if frame and names is not None:
            self._add(frame, Columns(names))
            if isinstance(node.value, ast.Attribute) and isinstance(node.slice, ast.Tuple):
                self.visit(node.slice.elts[0])
        elif grouped := self._grouped(node):
            self._add(*grouped)
        else:
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        frame, names = _part(node, self.lens)
        if frame and names is not None:
            self._add(frame, Columns(names))
        elif not (frame and node.attr in _WHOLE):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id == "len":
            return
        if by_row := self._by_row(node):
            self._add(*by_row)
            return
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            # A method of the frame itself, not a column of that name.
            self.visit(node.func.value)
            for part in [*node.args, *node.keywords]:
                self.visit(part)
            return
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in self.lens.frames:
            self._add(node.id, ALL)

    def _grouped(self, node: ast.Subscript) -> tuple[str, Columns] | None:
        """``df.groupby("a")["b"]`` reads a and b."""
        call, taken = node.value, self.lens.names(node.slice)
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr != "groupby":
            return None
        keys = self.lens.names(call.args[0] if call.args else _keyword(call, "by"))
        frame = call.func.value
        if isinstance(frame, ast.Name) and frame.id in self.lens.frames and keys is not None and taken is not None:
            return frame.id, Columns(keys | taken)
        return None

    def _by_row(self, node: ast.Call) -> tuple[str, Columns] | None:
        """``df.apply(function, axis=1)`` reads what the function takes out of its row."""
        function, axis = node.func, _keyword(node, "axis")
        if not isinstance(function, ast.Attribute) or function.attr != "apply" or len(node.args) != 1:
            return None
        if not (isinstance(function.value, ast.Name) and function.value.id in self.lens.frames):
            return None
        if not (isinstance(axis, ast.Constant) and axis.value in (1, "columns")):
            return None
        names = _taken_from_row(node.args[0], self.lens)
        return (function.value.id, Columns(names)) if names is not None else None

    def _add(self, frame: str, columns: Columns) -> None:
        self.found[frame] = self.found.get(frame, NONE) | columns


def _taken_from_row(function: ast.expr, lens: Lens) -> frozenset[str] | None:
    if isinstance(function, ast.Name) and function.id in lens.world.functions:
        tree: ast.AST = lens.world.functions[function.id].tree
        parameters = lens.world.functions[function.id].parameters
    elif isinstance(function, ast.Lambda):
        tree, parameters = function.body, tuple(argument.arg for argument in function.args.args)
    else:
        return None
    if len(parameters) != 1:
        return None
    row = Lens(frames={parameters[0]}, world=lens.world, constants=lens.constants)
    columns = reads(tree, row).get(parameters[0], NONE)
    return None if columns.but else columns.names

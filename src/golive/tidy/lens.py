"""Sets of columns, and what is known when a statement is looked at: which names are frames, which are constants."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from golive.tidy.facts import World

WHOLE = frozenset({"shape", "index", "columns", "dtypes", "size", "empty", "ndim"})
"""Attributes of a frame that no column is read for."""

NOT_COLUMNS = WHOLE | frozenset(
    {"values", "T", "loc", "iloc", "at", "iat", "str", "dt", "plot", "style", "attrs", "axes", "flags", "cat"}
)

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
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            sides = [self.names(side) for side in (node.left, node.right) if not self._is_text(side)]
            return sides[0] | sides[1] if len(sides) == 2 and sides[0] is not None and sides[1] is not None else None
        if isinstance(value, str):
            return frozenset({value})
        if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
            return frozenset(value)
        return None

    def _is_text(self, node: ast.expr) -> bool:
        value = self.constants.get(node.id) if isinstance(node, ast.Name) else getattr(node, "value", None)
        return isinstance(value, str)

    def pairs(self, node: ast.expr | None) -> dict[str, str] | None:
        """Old name -> new name, where both are known to be texts."""
        value = self.constants.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(node, ast.Dict):
            try:
                value = ast.literal_eval(node)
            except ValueError:
                return None
        texts = isinstance(value, dict) and all(isinstance(one, str) for pair in value.items() for one in pair)
        return {str(old): str(new) for old, new in value.items()} if isinstance(value, dict) and texts else None


def part_of(node: ast.expr, lens: Lens) -> tuple[str, frozenset[str] | None]:
    """The frame and the columns that ``df["a"]``, ``df[["a"]]``, ``df.a`` or ``df.loc[rows, "a"]`` stand for."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in lens.frames:
        return node.value.id, None if node.attr in NOT_COLUMNS else frozenset({node.attr})
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


def keyword_of(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)

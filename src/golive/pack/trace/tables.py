"""Look-up tables on expressions: one value in, one value out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from golive.pack.trace.arithmetic import comparison
from golive.pack.trace.kinds import plain
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.pack.trace.nodes import Expr, Nodes

Cell = float | str | bool | None


def member(nodes: Nodes, x: Expr, values: Iterable[object], missing: bool = False) -> Expr:
    """True where x is one of the values; `missing` where x is missing."""
    keys = _keys(x, [plain(value) for value in values])
    finite = tuple(key for key in keys if not (isinstance(key, float) and math.isinf(key)))
    argument = nodes.to_number(x) if x.kind == "boolean" else x
    found = nodes.apply("isin", argument, keys=finite, missing=missing) if finite else nodes.constant(False)
    if not finite and missing:
        found = nodes.is_missing(x)
    for key in keys:
        if isinstance(key, float) and math.isinf(key):
            same = nodes.apply("eq", argument, nodes.constant(key))
            found = same if found.constant else nodes.apply("or", found, same)
    return found


def table(
    nodes: Nodes, x: Expr, pairs: Sequence[tuple[object, object]], default: object, missing: object, kind: str = ""
) -> Expr:
    """The value beside x; `default` for an x that is not there, `missing` for a missing one.

    A truth is never missing: where a table of truths has none, it gives False, and the caller must see to it.
    """
    cells = {key: plain(value) for key, value in _pairs(x, pairs)}
    other, absent = plain(default), plain(missing)
    kind = kind or common([*cells.values(), other, absent])
    if kind == "boolean":
        other, absent = bool(other), bool(absent)
    argument = nodes.to_number(x) if x.kind == "boolean" else x
    if not cells:
        return nodes.where(nodes.is_missing(x), nodes.constant(absent, kind), nodes.constant(other, kind))
    found = nodes.apply(
        "lookup",
        argument,
        keys=tuple(cells),
        values=tuple(_as(kind, value) for value in cells.values()),
        default=_as(kind, other),
        missing=_as(kind, absent),
        kind=kind,
    )
    nullable = None in cells.values() or other is None or (absent is None and x.nullable)
    return replace(found, kind=kind, nullable=kind != "boolean" and nullable)


def _pairs(x: Expr, pairs: Sequence[tuple[object, object]]) -> list[tuple[float | str, object]]:
    found: dict[float | str, object] = {}
    for key, value in pairs:
        for fitting in _keys(x, [plain(key)]):
            if isinstance(fitting, float) and math.isinf(fitting):
                raise refusal(
                    "a look-up of infinity is not compiled",
                    "replace infinities first: .replace([np.inf, -np.inf], ...)",
                )
            found[fitting] = value
    return list(found.items())


def _keys(x: Expr, keys: Iterable[Cell]) -> list[float | str]:
    """The keys that can ever equal x; True is 1 and False is 0, as in Python."""
    if x.kind == "text":
        return list(dict.fromkeys(key for key in keys if isinstance(key, str)))
    return list(dict.fromkeys(float(key) for key in keys if key is not None and not isinstance(key, str)))


def common(cells: Iterable[Cell]) -> str:
    kinds = {
        "text" if isinstance(cell, str) else "boolean" if isinstance(cell, bool) else "number"
        for cell in cells
        if cell is not None
    }
    if kinds == {"boolean"} or not kinds - {"number"}:
        return "boolean" if "boolean" in kinds else "number"
    if kinds == {"text"}:
        return "text"
    raise refusal(f"a look-up gives {' and '.join(sorted(kinds))} values", "keep one kind per table")


def _as(kind: str, cell: Cell) -> Cell:
    return float(cell) if kind == "number" and isinstance(cell, bool) else cell


def equals_any(nodes: Nodes, x: Expr, values: Sequence[object]) -> Expr:
    """Like `member`, for values that may be infinite or of another kind than x."""
    found = nodes.constant(False)
    for value in values:
        same = comparison(nodes, "eq", x, nodes.constant(value))
        found = same if found.constant and not found.value else nodes.apply("or", found, same)
    return found

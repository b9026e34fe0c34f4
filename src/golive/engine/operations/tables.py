"""Operations that look something up: a table by key, a set, an interval, a piecewise linear curve."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.operations import kinds
from golive.engine.operations.operation import Column, Constants, Functions, Numbers, Operation, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from golive.engine.operations.operation import Value


def _lookup(constants: Constants) -> Functions:
    params = constants.params
    kind = params["kind"]
    values = [_value(item, kind) for item in params["values"]]
    default, missing = _value(params["default"], kind), _value(params["missing"], kind)
    return _by_key(constants, values, default, missing, lambda found: _column(found, kind))


def _isin(constants: Constants) -> Functions:
    found: list[Value] = [True] * len(constants.params["keys"])
    return _by_key(constants, found, False, constants.params["missing"], lambda found: _column(found, "boolean"))


def _value(item: Any, kind: str) -> Value:
    if kind == "number":
        return math.nan if item is None else float(item)
    return item  # type: ignore[no-any-return]  # text, null or a boolean: checked


def _column(found: Sequence[Value], kind: str) -> Column:
    if kind == "number":
        return np.asarray(found, dtype=np.float64)
    if kind == "boolean":
        return np.asarray(found, dtype=np.bool_)
    ids: dict[Value, int] = {None: -1}
    codes = [ids.setdefault(value, len(ids) - 1) for value in found]
    return Text(np.asarray(codes, dtype=np.int32), [str(value) for value in ids if value is not None])


def _by_key(
    constants: Constants, values: list[Value], default: Value, missing: Value, column: Callable[[list[Value]], Column]
) -> Functions:
    """Return both functions for ``keys[i] -> values[i]``, something for unseen and something for missing."""
    of = _by_text if constants.kinds[0] == "text" else _by_number
    return of(dict(zip(constants.params["keys"], values, strict=True)), default, missing, column)


def _by_text(
    table: dict[str, Value], default: Value, missing: Value, column: Callable[[list[Value]], Column]
) -> Functions:
    def row(x: str | None) -> Value:
        return missing if x is None else table.get(x, default)

    def columns(x: Text) -> Column:
        return _take(column([*(table.get(value, default) for value in x.values), missing]), x.codes)

    return Functions(row, columns)


def _by_number(
    table: dict[float, Value], default: Value, missing: Value, column: Callable[[list[Value]], Column]
) -> Functions:
    ordered = sorted(table)
    keys = np.asarray(ordered, dtype=np.float64)
    found = column([*(table[key] for key in ordered), default, missing])

    def row(x: float) -> Value:
        return missing if x != x else table.get(x, default)

    def columns(x: Numbers) -> Column:
        at = np.searchsorted(keys, x)
        seen = np.append(keys, np.nan)[at] == x
        return _take(found, np.where(np.isnan(x), len(keys) + 1, np.where(seen, at, len(keys))))

    return Functions(row, columns)


def _take(column: Column, positions: NDArray[Any]) -> Column:
    if isinstance(column, Text):
        return Text(column.codes[positions], column.values)
    taken: Column = column[positions]
    return taken


def _cut(constants: Constants) -> Functions:
    edges = constants.arrays["edges"]
    listed = edges.tolist()
    right, lowest = constants.params["right"], constants.params["lowest"]
    search = bisect_left if right else bisect_right

    def row(x: float) -> float:
        if x != x:
            return math.nan
        if lowest and x == listed[0]:
            return 0.0
        position = search(listed, x)
        return math.nan if position in (0, len(listed)) else position - 1.0

    def columns(x: Numbers) -> Numbers:
        position = np.searchsorted(edges, x, side="left" if right else "right").astype(np.float64)
        outside = np.isnan(x) | (position == 0) | (position == len(edges))
        index = np.where(outside, np.nan, position - 1)
        return np.where(x == edges[0], 0.0, index) if lowest else index

    return Functions(row, columns)


def _edges_fit(constants: Constants) -> str:
    edges = constants.arrays["edges"]
    fits = len(edges) >= 2 and bool(np.all(edges[1:] > edges[:-1]))
    return "" if fits else "`edges` must be two or more rising numbers"


def _interpolate(constants: Constants) -> Functions:
    x_at, y_at = constants.arrays["x"], constants.arrays["y"]
    xs, ys = x_at.tolist(), y_at.tolist()
    last = len(xs) - 1

    def row(x: float) -> float:
        if x != x:
            return x
        if x <= xs[0] or x >= xs[last]:
            return float(ys[0] if x <= xs[0] else ys[last])
        low = bisect_right(xs, x) - 1
        return float((ys[low + 1] - ys[low]) / (xs[low + 1] - xs[low]) * (x - xs[low]) + ys[low])

    def columns(x: Numbers) -> Numbers:
        if not last:
            return np.where(np.isnan(x), x, y_at[0])
        low = np.clip(np.searchsorted(x_at, x, side="right") - 1, 0, last - 1)
        inside = (y_at[low + 1] - y_at[low]) / (x_at[low + 1] - x_at[low]) * (x - x_at[low]) + y_at[low]
        held = np.where(x <= x_at[0], y_at[0], np.where(x >= x_at[last], y_at[last], inside))
        return np.where(np.isnan(x), x, held)

    return Functions(row, columns)


def _curve_fits(constants: Constants) -> str:
    x, y = constants.arrays["x"], constants.arrays["y"]
    rising = len(x) == len(y) > 0 and bool(np.all(np.isfinite(x)) and np.all(np.isfinite(y)) and np.all(x[1:] > x[:-1]))
    return "" if rising else "`x` and `y` must be equally long, finite, and `x` rising"


TABLES: Mapping[str, Operation] = {
    "lookup": Operation(
        "v -> k",
        _lookup,
        {
            "kind": kinds.is_kind,
            "keys": kinds.are_keys,
            "values": kinds.are_values,
            "default": kinds.is_value,
            "missing": kinds.is_value,
        },
    ),
    "isin": Operation("v -> b", _isin, {"keys": kinds.are_keys, "missing": kinds.is_boolean}),
    "cut": Operation(
        "n -> n", _cut, {"right": kinds.is_boolean, "lowest": kinds.is_boolean}, {"edges": "<f8"}, _edges_fit
    ),
    "interpolate": Operation("n -> n", _interpolate, {}, {"x": "<f8", "y": "<f8"}, _curve_fits),
}

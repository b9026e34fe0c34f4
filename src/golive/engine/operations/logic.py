"""Missing values, comparisons and booleans. A comparison with a missing value is false, except `ne` and `differs`."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.operations.operation import (
    Booleans,
    Codes,
    Column,
    Constants,
    Functions,
    Numbers,
    Operation,
    Text,
    plain,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _missing_number(x: float) -> bool:
    return x != x


def _missing_text(x: str | None) -> bool:
    return x is None


def _are_missing(x: Numbers | Text) -> Booleans:
    return x.codes < 0 if isinstance(x, Text) else np.isnan(x)


def _is_missing(constants: Constants) -> Functions:
    return Functions(_missing_text if constants.kinds[0] == "text" else _missing_number, _are_missing)


def _coalesce(constants: Constants) -> Functions:
    def number(x: float, y: float) -> float:
        return y if x != x else x

    def text(x: str | None, y: str | None) -> str | None:
        return y if x is None else x

    def columns(x: Numbers | Text, y: Numbers | Text) -> Column:
        missing = _are_missing(x)
        return choose(missing, y, x) if missing.any() else x

    return Functions(text if constants.kinds[0] == "text" else number, columns)


def choose(condition: Booleans, x: Column, y: Column) -> Column:
    """Take x where the condition holds, else y."""
    if isinstance(x, Text) and isinstance(y, Text):
        codes_x, codes_y, values = together(x, y)
        return Text(np.where(condition, codes_x, codes_y), values)
    return np.where(condition, x, y)  # type: ignore[arg-type]  # both are numbers or both are booleans


def together(x: Text, y: Text) -> tuple[Codes, Codes, list[str]]:
    """Return the codes of two columns in one dictionary without repeats."""
    ids: dict[str, int] = {}
    return _recoded(x, ids), _recoded(y, ids), list(ids)


def _recoded(text: Text, ids: dict[str, int]) -> Codes:
    table = [ids.setdefault(value, len(ids)) for value in text.values]
    return np.asarray([*table, -1], dtype=np.int32)[text.codes]  # code -1 takes the last entry


def _where_row(condition: bool, x: Any, y: Any) -> Any:
    return x if condition else y


def _same_row(x: str | None, y: str | None) -> bool:
    return x is not None and x == y


def _differs_row(x: str | None, y: str | None) -> bool:
    return x is None or x != y


def _same(x: Text, y: Text) -> Booleans:
    codes_x, codes_y, _ = together(x, y)
    same: Booleans = (codes_x == codes_y) & (codes_x >= 0)
    return same


def _differs(x: Text, y: Text) -> Booleans:
    return ~_same(x, y)


def _compare(row: Callable[..., bool], columns: np.ufunc) -> Operation:
    return plain("n, n -> b", row, columns)


def _both(row: Callable[..., bool], columns: np.ufunc) -> Operation:
    return plain("b, b -> b", row, columns)


def _to_numbers(x: Booleans) -> Numbers:
    return x.astype(np.float64)


LOGIC: Mapping[str, Operation] = {
    "is_missing": Operation("v -> b", _is_missing),
    "coalesce": Operation("v, v -> v", _coalesce),
    "lt": _compare(operator.lt, np.less),
    "le": _compare(operator.le, np.less_equal),
    "gt": _compare(operator.gt, np.greater),
    "ge": _compare(operator.ge, np.greater_equal),
    "eq": _compare(operator.eq, np.equal),
    "ne": _compare(operator.ne, np.not_equal),
    "same": plain("t, t -> b", _same_row, _same),
    "differs": plain("t, t -> b", _differs_row, _differs),
    "and": _both(operator.and_, np.logical_and),
    "or": _both(operator.or_, np.logical_or),
    "xor": _both(operator.xor, np.logical_xor),
    "not": plain("b -> b", operator.not_, np.logical_not),
    "where": plain("b, x, x -> x", _where_row, choose),
    "to_number": plain("b -> n", float, _to_numbers),
}

"""Which of the graph's three kinds a pandas column or a NumPy array is, if any."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from golive.pack.trace.site import refusal

LARGEST = 2.0**53
"""Beyond it not every whole number is a double."""


_PLAIN = (bool, int, float)
_SIDES = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor")
_ASKED = ("eq", "ne", "lt", "le", "gt", "ge", "bool", "len", "contains", "getitem")
_OPERATORS = [f"__{name}__" for name in (*_SIDES, *(f"r{side}" for side in _SIDES), *_ASKED)]
_TIMES = (datetime, timedelta, np.datetime64, np.timedelta64)
_OBJECTS = {"string": "text", "empty": "text"} | dict.fromkeys(("integer", "floating", "mixed-integer-float"), "number")


def kind_of(real: Any, name: object = "") -> str:
    """``number``, ``text`` or ``boolean``.

    Raises
    ------
    UnsupportedError
        The type has no exact equal in the graph (dates, float32, pandas' nullable types, mixed objects).
    """
    dtype = real.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return "number" if isinstance(dtype.categories.dtype, pd.IntervalDtype) else kind_of(dtype.categories, name)
    if isinstance(dtype, np.dtype):
        if dtype.kind in "iu" or dtype == np.float64:
            return "number"
        if dtype.kind in "mM":  # microseconds
            return "number"
        if dtype.kind == "b":
            return "boolean"
        if dtype.kind == "U":
            return "text"
        if dtype.kind == "O" and (inferred := _inferred(real)) in _OBJECTS:
            return _OBJECTS[inferred]
    elif isinstance(dtype, pd.StringDtype) and missing_of(dtype) is not pd.NA:
        return "text"
    raise _unusable(real, name)


def missing_of(dtype: Any) -> object:
    """What a text type stores where a value is missing: NaN since pandas 3, ``pd.NA`` in the older one."""
    return getattr(dtype, "na_value", np.nan)


def markers(real: Any) -> tuple[bool, bool]:
    """Whether a missing text can be None, and whether it can be NaN; both where no missing one was seen yet."""
    if real.dtype != object:
        return False, True
    missing = real[real.isna()]
    none, nan = any(value is None for value in missing), any(value is not None for value in missing)
    return none or not nan, nan or not none


def are_objects(real: Any) -> bool:
    """Numbers kept as objects, which is what `replace` of texts by numbers leaves: they compute as Python does."""
    return isinstance(real.dtype, np.dtype) and real.dtype.kind == "O" and kind_of(real) == "number"


def is_interval(real: Any) -> bool:
    """True for what `pd.cut` gives without labels."""
    return isinstance(real.dtype, pd.CategoricalDtype) and isinstance(real.dtype.categories.dtype, pd.IntervalDtype)


def plain(value: object) -> float | str | bool | None:
    """A constant as the graph knows it; every form of missing is None."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, _TIMES):
        return _microseconds(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise refusal(f"the whole number {value} does not fit a double exactly (limit 2^53)")
        return float(value)
    if isinstance(value, float):
        return None if value != value else value
    raise refusal(
        f"a constant of type `{type(value).__name__}` ({value!r:.60}) has no equal in the graph",
        "numbers, text, True, False and None can be constants",
    )


def is_constant(value: object) -> bool:
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, str):  # pandas compares an Enum that is a text in two ways, by how it stores the column
        return type(value) in (str, np.str_)
    if isinstance(value, _TIMES):
        return type(value) in (*_TIMES, pd.Timestamp, pd.Timedelta)
    return isinstance(value, bool | int | float | np.generic) and not _has_own_operators(type(value))


def _has_own_operators(kind: type) -> bool:
    """True for a subclass of the user's that computes or compares in its own way; an IntEnum does not."""
    own = kind.__mro__[
        : next(at for at, one in enumerate(kind.__mro__) if one in _PLAIN or issubclass(one, np.generic))
    ]
    return any(name in vars(one) for one in own for name in _OPERATORS)


def _microseconds(value: Any) -> float | None:
    """A date since 1970, or a time between two."""
    if isinstance(value, datetime | np.datetime64):
        value = pd.Timestamp(value)
        if value is pd.NaT:
            return None
        if value.tzinfo is not None:
            raise refusal(f"the date {value} has a zone", "leave it away: .tz_localize(None)")
        value = value - pd.Timestamp(0)
    value = pd.Timedelta(value)
    if value is pd.NaT:
        return None
    whole, rest = divmod(value, pd.Timedelta(1, "us"))
    if rest:
        raise refusal(f"{value} is no whole number of microseconds")
    return float(whole)


def _inferred(real: Any) -> str:
    return str(pd.api.types.infer_dtype(real, skipna=True))


def _unusable(real: Any, name: object) -> Exception:
    dtype, named = str(real.dtype), f"column `{name}`" if name != "" and name is not None else "this step"
    if dtype == "object":
        return refusal(
            f"{named} holds mixed values ({_inferred(real)}), so one cell has no fixed kind",
            "keep one kind per column: text, numbers or True/False. A True/False column with missing "
            "values is better mapped to 1, 0 and NaN; numbers kept as objects need .astype(float)",
        )
    if dtype.startswith("float"):
        return refusal(
            f"{named} is {dtype}, which rounds differently from the doubles of the graph", 'use .astype("float64")'
        )
    if dtype.startswith(("datetime", "period")):
        return refusal(
            f"{named} is {dtype}; only dates without a zone are compiled", "use .dt.tz_localize(None) before golive"
        )
    return refusal(
        f"{named} has the pandas type {dtype}, whose missing values compare as neither true nor false",
        'use the plain types: .astype("float64"), .astype(object) or .astype(bool)',
    )

"""Numbers written as text, read as every engine reads them: at most 15 digits, a point, a small exponent.

What some readers would take and others not, or not to the same double (``1_000``, ``inf``, 17 digits), is *unclear*
and reads as infinity, as in `golive.engine.operations.dates`. What no reader takes is missing. The other way round only
whole numbers are written: each engine writes fractions in its own way.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from golive.engine.operations import kinds
from golive.engine.operations.operation import Constants, Functions, Numbers, Operation, Text, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

_CLEAR = re.compile(r" *[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,2})? *")
_WHOLE = re.compile(r" *[+-]?[0-9]+ *")
_TELLING = re.compile(
    r"[^ -~]|^\s*[+-]?([0-9][0-9_]*[.]?[0-9_]*|[.][0-9][0-9_]*)([eE][+-]?[0-9_]+)?\s*$|^\s*[+-]?(inf|infinity|nan)\s*$",
    re.IGNORECASE | re.ASCII,
)
_MOST_DIGITS, _LARGEST_EXPONENT = 15, 7
"""Within these a double holds the digits and the power of ten exactly, so that every reader rounds once."""
_LIMIT = 2.0**53


def number(text: str, *, whole: bool) -> float:
    """Read one text: a number, NaN where no reader takes it, infinity where it is unclear."""
    found = _CLEAR.fullmatch(text)
    if found is None:
        return math.inf if _TELLING.search(text) else math.nan
    mantissa, exponent = found.groups()
    value = float(text)
    digits = len(mantissa.replace(".", ""))
    negative_zero = value == 0 and "-" in text.partition("e")[0].partition("E")[0]
    if digits > _MOST_DIGITS or abs(int((exponent or "e0")[1:])) > _LARGEST_EXPONENT or negative_zero:
        return math.inf
    return value if not whole or _WHOLE.fullmatch(text) else math.nan


def _parse(constants: Constants) -> Functions:
    whole = bool(constants.params["whole"])

    def row(x: str | None) -> float:
        return math.nan if x is None else number(x, whole=whole)

    def columns(x: Text) -> Numbers:
        return np.asarray([*(number(value, whole=whole) for value in x.values), np.nan], dtype=np.float64)[x.codes]

    return Functions(row, columns)


def _written(x: float) -> str | None:
    return str(int(x)) if abs(x) < _LIMIT and x == int(x) else None


def _write(x: Numbers) -> Text:
    """Each distinct number is written once."""
    numbers, at = np.unique(x, return_inverse=True)
    ids: dict[str | None, int] = {None: -1}
    table = [ids.setdefault(_written(number), len(ids) - 1) for number in numbers.tolist()]
    codes = np.asarray(table, dtype=np.int32)[at].reshape(x.shape)
    return Text(codes, [value for value in ids if value is not None])


NUMERALS: Mapping[str, Operation] = {
    "parse_number": Operation("t -> n", _parse, {"whole": kinds.is_boolean}),
    "write_number": plain("n -> t", _written, _write),
}

"""Dates: a number of whole microseconds since 1970-01-01T00:00, without a zone, in the proleptic Gregorian calendar.

A date is read strictly: two digits for a month, four for a year, and only years whose microseconds every engine holds
exactly. What some reader would take and another would not (one digit, a year 1500, the word "now") is *unclear* and
reads as infinity, which nothing else gives, so that whoever drew the graph can refuse it. What no reader takes is
missing.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.operations.operation import Constants, Functions, Numbers, Operation, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

ISO = "iso"
"""``2024-03-31``, with a time where there is one: ``2024-03-31T12:00``, ``2024-03-31 12:00:00.5``."""
_ISO = "(?P<Y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})" + (
    "(?:[T ](?P<H>[0-9]{2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:[.](?P<f>[0-9]{1,6}))?)?)?"
)
_DIGITS = {"Y": "4", "m": "2", "d": "2", "H": "2", "M": "2", "S": "2", "f": "1,6"}
DAY = 86_400_000_000
"""Microseconds."""
_FIRST_YEAR, _LAST_YEAR = 1685, 2254
"""Whole years whose microseconds are exact as doubles; pandas 2 would hold 1678 to 2261."""
_BEGIN, _END = -62_135_596_800_000_000.0, 253_402_300_800_000_000.0
"""The years 1 to 9999; outside, a date has no parts."""
_TELLING = re.compile("[^ -~]|(?:[0-9][^0-9]*){3}|^ *(?:now|today) *$|^ *[-./\\\\]")
"""What some reader might take: three digits, a sign that is not ASCII, a word for the current time, and what begins
with a sign between numbers: pandas 3 takes ``-1`` for a year."""
_PARTS = ("year", "month", "day")


def pattern(form: str) -> re.Pattern[str] | None:
    """Return what a text of this form looks like; none when the form cannot be read.

    Examples
    --------
    >>> pattern("%d.%m.%Y").fullmatch("31.03.2024")["Y"]
    '2024'
    """
    if form == ISO:
        return re.compile(_ISO)
    pieces = re.split("%(.)", form)
    named = pieces[1::2]
    fits = set(named) <= set(_DIGITS) and len(set(named)) == len(named) and {"Y", "m", "d"} <= set(named)
    if not fits or any(re.search("[0-9%]", piece) for piece in pieces[::2]):
        return None
    written = [f"(?P<{piece}>[0-9]{{{_DIGITS[piece]}}})" if odd else re.escape(piece) for odd, piece in _odd(pieces)]
    return re.compile("".join(written))


def _odd(pieces: list[str]) -> list[tuple[bool, str]]:
    return [(bool(at % 2), piece) for at, piece in enumerate(pieces)]


def microseconds(text: str, shape: re.Pattern[str]) -> float:
    """Read one text: a date, NaN where no reader takes it, infinity where it is unclear."""
    found = shape.fullmatch(text)
    if found is None:
        return math.inf if _TELLING.search(text) else math.nan
    part = found.groupdict()
    year, month, day, hour, minute, second = (int(part.get(name) or 0) for name in "YmdHMS")
    if not _FIRST_YEAR <= year <= _LAST_YEAR or second == 60:
        return math.inf
    if not 1 <= month <= 12 or not 1 <= day <= _month_length(year, month) or hour > 23 or minute > 59 or second > 59:
        return math.nan
    fraction = int((part.get("f") or "0").ljust(6, "0"))
    days = _days(year, month, day)
    return float(days * DAY + ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction)


def _days(year: Any, month: Any, day: Any) -> Any:
    """Return days since 1970-01-01 of whole numbers, one or arrays of them (H. Hinnant, "chrono-compatible dates")."""
    year = year - (month <= 2)
    era = year // 400
    of_era = year - era * 400
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def _civil(days: Any) -> tuple[Any, Any, Any]:
    """Return year, month and day; the inverse of `_days`."""
    days = days + 719_468
    era = days // 146_097
    of_era = days - era * 146_097
    year_of_era = (of_era - of_era // 1_460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * of_year + 2) // 153
    month = (shifted + 2) % 12 + 1
    return year_of_era + era * 400 + (month <= 2), month, of_year - (153 * shifted + 2) // 5 + 1


def _month_length(year: Any, month: Any) -> Any:
    return _days(year + month // 12, month % 12 + 1, 1) - _days(year, month, 1)


def _parse(constants: Constants) -> Functions:
    shape = pattern(constants.params["format"])
    assert shape is not None  # checked

    def row(x: str | None) -> float:
        return math.nan if x is None else microseconds(x, shape)

    def columns(x: Text) -> Numbers:
        return np.asarray([*(microseconds(value, shape) for value in x.values), np.nan], dtype=np.float64)[x.codes]

    return Functions(row, columns)


def _date_part(constants: Constants) -> Functions:
    part = _PARTS.index(constants.params["part"])

    def row(x: float) -> float:
        return float(_civil(int(x // DAY))[part]) if _BEGIN <= x < _END else math.nan

    def columns(x: Numbers) -> Numbers:
        inside: NDArray[np.bool_] = (x >= _BEGIN) & (x < _END)
        days = np.where(inside, np.floor_divide(x, DAY), 0.0).astype(np.int64)
        return np.where(inside, _civil(days)[part], np.nan)

    return Functions(row, columns)


def _is_form(value: Any, _: Constants) -> str:
    known = isinstance(value, str) and pattern(value) is not None
    return "" if known else "`iso`, or %Y, %m and %d, perhaps %H %M %S %f, each once, between signs that are no digits"


def _is_part(value: Any, _: Constants) -> str:
    return "" if value in _PARTS else f"one of {', '.join(_PARTS)}"


DATES: Mapping[str, Operation] = {
    "parse_date": Operation("t -> n", _parse, {"format": _is_form}),
    "date_part": Operation("n -> n", _date_part, {"part": _is_part}),
}

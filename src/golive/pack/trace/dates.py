"""Dates: `pd.to_datetime` and ``.dt``. In the graph a date, and a time between two, is a number of microseconds.

pandas guesses the form of texts from the first of them, so a form that was not stated is frozen on the training frame.
A text that some readers would take and others not gets no score.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.tseries.api import guess_datetime_format

from golive.engine.operations.dates import DAY, ISO, pattern
from golive.pack.trace.proxy import Proxy, only
from golive.pack.trace.site import refusal
from golive.pack.trace.tables import table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.series import Series
    from golive.pack.trace.session import Session

_NOTHING = ("", "NaT", "nat", "NAT", "nan", "NaN", "NAN")
"""Texts that pandas takes for a missing date."""
_PARTS = ("year", "month", "day")
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SAME = {"day_of_year": "dayofyear", "daysinmonth": "days_in_month", "weekday": "dayofweek", "day_of_week": "dayofweek"}
_TIMES = {"hour": (3_600_000_000, 24), "minute": (60_000_000, 60), "second": (1_000_000, 60)}
_DURATION_ONLY = frozenset(["days", "seconds", "total_seconds"])
_FORM_HINT = "state it with four-digit years: pd.to_datetime(df['x'], format='%d.%m.%Y')"


def is_date(real: Any) -> bool:
    return isinstance(real.dtype, np.dtype) and real.dtype.kind == "M"


def is_duration(real: Any) -> bool:
    return isinstance(real.dtype, np.dtype) and real.dtype.kind == "m"


def check_no_date(real: Any, what: str) -> None:
    """Refuse a step that is compiled for numbers only."""
    if is_date(real) or is_duration(real):
        raise refusal(
            f"{what} of a {'date' if is_date(real) else 'time between dates'} is not compiled",
            "use .dt.year, .dt.month, (a - b).dt.days and the like",
        )


def to_datetime(session: Session, arg: Any, errors: Any = "raise", format: Any = None, **options: Any) -> Any:
    """``pd.to_datetime(df["x"])`` of texts, or of what is a date already."""
    from golive.pack.trace.series import Series

    only(options, "to_datetime", dayfirst=options.get("dayfirst", False), utc=False, exact=True, cache=True)
    if not isinstance(arg, Series) or errors not in ("raise", "coerce"):
        what = f"errors={errors!r}" if isinstance(arg, Series) else f"a `{type(arg).__name__}`"
        raise refusal(f"pd.to_datetime of {what} is not compiled", "pd.to_datetime(df['x'], format='%Y-%m-%d')")
    if is_date(arg.real):
        return arg.made(pd.to_datetime(arg.real), arg.expr)
    if arg.expr.kind != "text":
        raise refusal("numbers turned into dates are not compiled", "hand the date in as text: 2024-03-31")
    form = format or session.freeze(f"form of the dates in {arg.label}", lambda: _guessed(arg.real, options))
    if not isinstance(form, str) or pattern(form) is None or form == ISO:
        raise refusal(f"dates of the form {form!r} are not compiled", _FORM_HINT)
    real = pd.to_datetime(arg.real, format=form, errors=errors)
    if not is_date(real):
        raise refusal(f"these dates become `{real.dtype}`", "leave the zone away before they reach golive")
    if not session.replaying:
        _check_clear(arg.real, form)
    return arg.made(real, parsed(session, arg.expr, form, raises=errors == "raise"))


def parsed(session: Session, text: Expr, form: str, *, raises: bool) -> Expr:
    """The text as a date; rows on which pandas raises, or on which readers disagree, are guarded."""
    nodes = session.nodes
    found = nodes.apply("parse_date", text, format=form)
    unclear = nodes.apply("eq", found, nodes.constant(np.inf))
    session.guard(unclear)
    if raises:
        there = nodes.inverse(nodes.apply("isin", text, keys=_NOTHING, missing=True))
        session.guard(nodes.both(nodes.is_missing(found), there))
    return nodes.finite(nodes.where(unclear, nodes.constant(None), found))


def _guessed(real: Any, options: dict[str, Any]) -> str:
    filled = real.dropna()
    first = next((text for text in filled if text not in _NOTHING), "")
    found = guess_datetime_format(first, dayfirst=bool(options.get("dayfirst", False)))
    if found is None:
        raise refusal(f"the form of the date {first!r} cannot be seen", _FORM_HINT)
    return str(found)


def _check_clear(real: Any, form: str) -> None:
    from golive.engine.operations.dates import microseconds

    shape = pattern(form)
    assert shape is not None
    for text in real.dropna().unique():
        if microseconds(text, shape) == np.inf:
            raise refusal(
                f"the text {text!r} is a date of the form {form!r} to some readers and none to others",
                "write months and days with two digits, years 1685 to 2254, nothing else in the cell",
            )


class Dates(Proxy):
    """``series.dt``."""

    owner = "`.dt`"
    stands_for = (type(pd.Series(pd.to_datetime(["2024-01-01"])).dt), type(pd.Series(pd.to_timedelta([1])).dt))

    def __init__(self, series: Series) -> None:
        if not (is_date(series.real) or is_duration(series.real)):
            raise AttributeError("Can only use .dt accessor with datetimelike values")
        self.session = series.session
        self._series = series

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        part = _SAME.get(name, name)
        if (part in _DURATION_ONLY) != is_duration(self._series.real):
            return super().__getattr__(name)
        expr = self._part(part)
        if expr is None:
            return super().__getattr__(name)
        return self._series.made(getattr(self._series.real.dt, name), replace(expr, small=True))

    def _part(self, part: str) -> Expr | None:
        if part in _PARTS:
            return self._of(part)
        if part == "days_in_month":
            return self._month_length()
        if part == "dayofyear":
            return self._day_of_year()
        if part in _TIMES:
            unit, count = _TIMES[part]
            return self._step("mod", self._step("floordiv", self._series.expr, unit), count)
        if part == "quarter":
            return self._step("add", self._step("floordiv", self._step("sub", self._of("month"), 1), 3), 1)
        if part == "dayofweek":  # 1970-01-01 was a Thursday
            return self._step("mod", self._step("add", self._step("floordiv", self._series.expr, DAY), 3), 7)
        if part == "days":
            return self._step("floordiv", self._series.expr, DAY)
        if part == "seconds":
            return self._step("floordiv", self._step("mod", self._series.expr, DAY), 1_000_000)
        return None

    def _truth(self, name: str) -> Series:
        """``is_month_start`` and its like."""
        nodes = self.session.nodes
        _, period, end = name.split("_")
        starts = end == "start"
        edge = nodes.constant(1.0) if starts else self._month_length()
        found = nodes.apply("eq", self._of("day"), edge)
        if period == "quarter":
            place = nodes.apply("mod", self._of("month"), nodes.constant(3.0))
            found = nodes.both(found, nodes.apply("eq", place, nodes.constant(1.0 if starts else 0.0)))
        if period == "year":
            found = nodes.both(found, nodes.apply("eq", self._of("month"), nodes.constant(1.0 if starts else 12.0)))
        return self._series.made(getattr(self._series.real.dt, name), found)

    @property
    def is_month_start(self) -> Series:
        return self._truth("is_month_start")

    @property
    def is_month_end(self) -> Series:
        return self._truth("is_month_end")

    @property
    def is_quarter_start(self) -> Series:
        return self._truth("is_quarter_start")

    @property
    def is_quarter_end(self) -> Series:
        return self._truth("is_quarter_end")

    @property
    def is_year_start(self) -> Series:
        return self._truth("is_year_start")

    @property
    def is_year_end(self) -> Series:
        return self._truth("is_year_end")

    def normalize(self) -> Series:
        self._need_date("normalize")
        day = self._step("mul", self._step("floordiv", self._series.expr, DAY), DAY)
        return self._series.made(self._series.real.dt.normalize(), self.session.nodes.finite(day))

    def floor(self, freq: Any) -> Series:
        if freq not in ("D", "d", "1D"):
            raise refusal(f"dt.floor({freq!r}) is not compiled", "dt.floor('D')")
        return self.normalize()

    def total_seconds(self) -> Series:
        if not is_duration(self._series.real):
            raise AttributeError("total_seconds is of a time between dates")
        return self._series.made(self._series.real.dt.total_seconds(), self._step("div", self._series.expr, 1_000_000))

    def _need_date(self, name: str) -> None:
        if not is_date(self._series.real):
            raise AttributeError(f"{name} is of dates")

    def _month_length(self) -> Expr:
        return self._by_month(_LENGTHS, "eq")

    def _day_of_year(self) -> Expr:
        before = tuple(sum(_LENGTHS[:month]) for month in range(12))
        return self.session.nodes.apply("add", self._by_month(before, "gt"), self._of("day"))

    def _by_month(self, days: Sequence[int], leap: str) -> Expr:
        """A number by month, one more in leap years for the months that compare so with February."""
        nodes, month = self.session.nodes, self._of("month")
        pairs = [(float(at), float(number)) for at, number in enumerate(days, start=1)]
        one = nodes.both(nodes.apply(leap, month, nodes.constant(2.0)), self._is_leap())
        return nodes.apply("add", table(nodes, month, pairs, None, None, "number"), nodes.to_number(one))

    def _is_leap(self) -> Expr:
        nodes = self.session.nodes
        fourth, century, fourth_century = (
            nodes.apply("eq", self._step("mod", self._of("year"), years), nodes.constant(0.0))
            for years in (4, 100, 400)
        )
        return nodes.apply("or", fourth_century, nodes.both(fourth, nodes.inverse(century)))

    def _of(self, part: str) -> Expr:
        return self.session.nodes.apply("date_part", self._series.expr, part=part)

    def _step(self, op: str, x: Expr, y: float) -> Expr:
        return self.session.nodes.apply(op, x, self.session.nodes.constant(float(y)))

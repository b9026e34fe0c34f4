"""``astype`` of a column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace.category import as_category
from golive.pack.trace.dates import check_no_date, is_date
from golive.pack.trace.kinds import is_interval, markers, plain
from golive.pack.trace.numerals import check_clear, raising
from golive.pack.trace.site import refusal
from golive.pack.trace.tables import table
from golive.pack.trace.writing import column_as_text, truth_as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.pack.trace.column import Column
    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.series import Series
    from golive.pack.trace.tables import Cell

_WHOLE = ("int", "int64", "i8", "<i8")
_FLOAT = ("float", "float64", "f8", "<f8", "double")
_TRUTH = ("bool", "boolean_", "?")
_TEXT = ("str", "object", "O")


def astype(series: Series, dtype: Any) -> Series:
    """The column as another type, as pandas does it."""
    if str(dtype).startswith("datetime64") and is_date(series.real):
        return series.made(series.real.astype(dtype), series.expr)
    check_no_date(series.real, f"astype({dtype!r})")
    if dtype == "category" or isinstance(dtype, pd.CategoricalDtype):
        return as_category(series, dtype)
    name = _name(dtype)
    if name in _WHOLE:
        return series.made(as_whole(series, dtype), whole(series))
    if name in _FLOAT:
        return series.made(series.real.astype(dtype), _number(series, "float"))
    if name in _TRUTH:
        return series.made(series.real.astype(dtype), _truth(series))
    if name in _TEXT:
        return _texts(series, dtype)
    raise refusal(
        f"astype({dtype!r}) is not compiled: narrow types wrap around or round differently",
        'use "int64", "float64", bool, str or "category"',
    )


def whole(column: Column) -> Expr:
    """Cut off the decimals; rows where pandas would have raised are guarded."""
    nodes, number = column.session.nodes, _number(column, "int")
    if column.expr.kind == "boolean":
        return number
    column.session.guard(nodes.not_finite(number))
    column.session.guard(nodes.apply("ge", nodes.apply("abs", number), nodes.constant(2.0**63)))
    return replace(nodes.apply("trunc", number), nullable=False, infinite=False)


def as_whole(column: Column, dtype: Any) -> Any:
    """As pandas does it, which raises on missing values; NumPy would give meaningless numbers without a word."""
    real = column.real
    if (
        not isinstance(real.dtype, pd.CategoricalDtype)
        and real.dtype.kind == "f"
        and not (np.abs(real) < 2.0**63).all()
    ):
        raise refusal(
            "a missing, infinite or too large number has no whole number",
            "fill it first: df['x'].fillna(0).astype(int)",
        )
    return real.astype(dtype)


def missing_becomes(column: Column, step: Callable[[Any], Any]) -> Cell:
    """What a step of pandas gives for a missing value of this column: asked of pandas itself."""
    results = [plain(step(probe).iloc[0]) for probe in _probes(column.real, column.expr.nullable)]
    if len(set(results)) > 1:
        raise refusal(
            "None and NaN in one column become different things in this step",
            "make them one: df['x'] = df['x'].fillna('missing')",
        )
    return results[0]


def _probes(real: Any, nullable: bool) -> list[Any]:
    if isinstance(real.dtype, pd.CategoricalDtype):
        return [pd.Series(pd.Categorical([None], dtype=real.dtype))]
    if real.dtype != object:
        return [pd.Series([np.nan], dtype=real.dtype if real.dtype.kind not in "iub" else "float64")]
    none, nan = markers(real)
    found = [np.nan] if nan or not nullable else []
    return [pd.Series([marker], dtype=object) for marker in [*found, *([None] if none and nullable else [])]]


def _name(dtype: Any) -> str:
    if isinstance(dtype, str):
        return dtype
    if isinstance(dtype, np.dtype):
        return dtype.name
    if isinstance(dtype, pd.StringDtype):
        return "str" if dtype.na_value is not pd.NA else "string"
    return getattr(dtype, "__name__", str(dtype))


def _number(column: Column, to: str) -> Expr:
    if is_interval(column.real):
        raise refusal("an interval of pd.cut is not a number", "use .cat.codes, or pd.cut(..., labels=False)")
    if column.expr.kind == "text":
        if isinstance(column.real.dtype, pd.CategoricalDtype):
            raise refusal(
                f"categories turned into {to} are not compiled", "do it before: .astype(float), then categories"
            )
        check_clear(column.session, column.real, whole=to == "int")
        return raising(column.session, column.expr, whole=to == "int")
    return column.session.nodes.to_number(column.expr)


def _truth(series: Series) -> Expr:
    nodes = series.session.nodes
    if series.expr.kind == "text":
        raise refusal(
            "text turned into a truth is not compiled: a missing text counts as true or false by its kind",
            "compare: df['x'] == 'yes', or df['x'].notna()",
        )
    if series.expr.kind == "boolean":
        return series.expr
    return nodes.apply("ne", series.expr, nodes.constant(0.0))


def _texts(series: Series, dtype: Any) -> Series:
    session, real = series.session, series.real
    if is_interval(real):
        return _interval_texts(series, dtype)
    if series.expr.kind == "boolean" and dtype is not object and dtype not in ("object", "O"):
        return series.made(real.astype(dtype), truth_as_text(session.nodes, series.expr))
    if series.expr.kind == "number" and dtype is not object and dtype not in ("object", "O"):
        return column_as_text(series, dtype)
    if series.expr.kind != "text":
        raise refusal(f"a {series.expr.kind} kept as an object is not compiled", "leave it as it is, or .astype(str)")
    absent = session.freeze("kind of a step", lambda: missing_becomes(series, lambda s: s.astype(dtype)), shown=False)
    if absent is None:
        return series.made(real.astype(dtype), series.expr)
    filled = session.nodes.apply("coalesce", series.expr, session.nodes.constant(absent))
    return series.made(real.astype(dtype), filled)


def _interval_texts(series: Series, dtype: Any) -> Series:
    """pandas writes (0, 40] or (0.0, 40.0] by whether any row is outside: as it was on the training rows."""
    session, real = series.session, series.real

    def written() -> tuple[list[Cell], Cell]:
        count = len(real.cat.categories)
        codes = [*range(count), *([-1] if real.isna().any() else [])]
        every = pd.Series(pd.Categorical.from_codes(codes, dtype=real.dtype)).astype(dtype)
        return [plain(one) for one in every[:count]], missing_becomes(series, lambda s: s.astype(dtype))

    labels, absent = session.freeze("kind of a step", written, shown=False)
    expr = table(session.nodes, series.expr, list(enumerate(labels)), None, absent, "text")
    if not session.replaying:
        return series.made(real.astype(dtype), expr)
    return series.made(real.cat.codes.map(dict(enumerate(labels)) | {-1: absent}), expr)

"""pandas' module-level functions on traced columns and tables."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pandas as pd

from golive.pack.trace import numerals
from golive.pack.trace.array import Array, Labels
from golive.pack.trace.bins import cut, qcut
from golive.pack.trace.category import categorical
from golive.pack.trace.column import Column
from golive.pack.trace.dates import check_no_date, to_datetime
from golive.pack.trace.dummies import get_dummies
from golive.pack.trace.frame import Frame
from golive.pack.trace.kinds import is_constant
from golive.pack.trace.merge import beside
from golive.pack.trace.proxy import only
from golive.pack.trace.scalar import Scalar, negated
from golive.pack.trace.series import Series
from golive.pack.trace.several import Cells, Tuples
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.session import Session


def isna(session: Session, obj: Any) -> Any:
    """``pd.isna(x)`` of a column, a table or a single value."""
    if isinstance(obj, Scalar):
        found = session.nodes.is_missing(obj.expr)
        return found.value if found.constant else obj.made(found, numpy=False, type=bool)
    if isinstance(obj, Array):
        return obj.made(pd.isna(obj.real), session.nodes.is_missing(obj.expr))
    return obj.isna()


def notna(session: Session, obj: Any) -> Any:
    """``pd.notna(x)``."""
    return negated(_not(isna(session, obj)))


def _not(found: Any) -> Any:
    return found if isinstance(found, Scalar | bool) else ~found


def to_numeric(session: Session, arg: Any, errors: Any = "raise", downcast: Any = None, **options: Any) -> Any:
    """``pd.to_numeric`` of numbers and of text."""
    only(options, "to_numeric")
    if downcast is not None:
        raise refusal(
            "to_numeric with downcast gives narrow types, which wrap around or round differently", "leave downcast out"
        )
    if isinstance(arg, Scalar):
        return session.runtime.call(float, arg)
    if not isinstance(arg, Series) or errors not in ("raise", "coerce"):
        what = f"errors={errors!r}" if isinstance(arg, Series) else f"a `{type(arg).__name__}`"
        raise refusal(f"pd.to_numeric of {what} is not compiled", "pd.to_numeric(df['x'], errors='coerce')")
    if arg.expr.kind == "text":
        numerals.check_clear(session, arg.real)
        read = numerals.parsed if errors == "coerce" else functools.partial(numerals.raising, empty=False)
        return arg.made(pd.to_numeric(arg.real, errors=errors), read(session, arg.expr))
    check_no_date(arg.real, "pd.to_numeric")
    return arg.made(pd.to_numeric(arg.real, errors=errors), arg.expr)


def concat(session: Session, objs: Any, *, axis: Any = 0, **options: Any) -> Frame:
    """``pd.concat([...], axis=1)`` of the same rows."""
    only(options, "concat", join="outer", sort=False, ignore_index=False, verify_integrity=False)
    if axis not in (1, "columns"):
        raise refusal(
            "pd.concat of rows changes the number of rows", "pd.concat([...], axis=1) puts columns side by side"
        )
    parts = [one.to_frame() if isinstance(one, Series) else one for one in objs]
    if not parts or not all(isinstance(one, Frame) for one in parts):
        raise refusal("pd.concat with tables that are not traced is not compiled")
    return beside(parts)


def data_frame(
    session: Session, data: Any = None, index: Any = None, columns: Any = None, dtype: Any = None, copy: Any = None
) -> Any:
    """``pd.DataFrame(...)`` of traced columns, or an empty one to be filled."""
    if dtype is not None or (index is not None and not isinstance(index, Labels)):
        raise refusal("pd.DataFrame with a dtype or other row labels is not compiled", "pd.DataFrame({'a': df['a']})")
    if isinstance(data, Tuples):
        return data.frame.set_axis(list(columns), axis=1) if columns is not None else data.frame
    if isinstance(data, Frame):
        return data[list(columns)] if columns is not None else data.copy()
    if data is None:
        data = {}
    if not isinstance(data, dict) or columns is not None:
        raise refusal(
            f"pd.DataFrame of a `{type(data).__name__}` with traced values is not compiled",
            "pd.DataFrame({'a': df['a']})",
        )
    labels = index.real if isinstance(index, Labels) else _labels(data)
    frame = Frame(session, pd.DataFrame(index=labels), {}, getattr(index, "rows", None) or _rows(data))
    for name, value in data.items():
        frame[name] = value
    return frame


def _labels(data: dict[Any, Any]) -> Any:
    columns = [value for value in data.values() if isinstance(value, Column)]
    for one in columns:
        if isinstance(one, Series):
            return one.real.index
    return pd.RangeIndex(len(columns[0].real)) if columns else None


def _rows(data: dict[Any, Any]) -> Any:
    return next((value.rows for value in data.values() if isinstance(value, Column)), None)


def series(session: Session, data: Any = None, index: Any = None, dtype: Any = None, name: Any = None) -> Any:
    """``pd.Series(array, index=df.index)``; inside a function on rows ``pd.Series([a, b])``."""
    if session.paths is not None and isinstance(data, list | tuple | dict) and dtype is None:
        return Cells(session, list(data.values() if isinstance(data, dict) else data))
    if index is not None and not isinstance(index, Labels):
        raise refusal("pd.Series with other row labels is not compiled", "index=df.index")
    labels = index.real if isinstance(index, Labels) else None
    if isinstance(data, Series) and (labels is None or labels.equals(data.real.index)):
        made = data.copy() if name is None else data.rename(name)
    elif isinstance(data, Array):
        if labels is not None and len(labels) != len(data.real):
            raise refusal("the values and the row labels have different lengths")
        made = Series(session, pd.Series(data.real, index=labels, name=name), data.expr, rows=data.rows)
    elif is_constant(data) and isinstance(index, Labels):
        made = Series(session, pd.Series(data, index=labels, name=name), _constant(session, data), rows=index.rows)
    else:
        raise refusal(
            f"pd.Series of a `{type(data).__name__}` is not compiled", "pd.Series(np.where(...), index=df.index)"
        )
    return made if dtype is None else made.astype(dtype)


def _constant(session: Session, value: Any) -> Expr:
    return session.nodes.constant(value, "text" if value is None else "")


def _method(name: str) -> Callable[..., Any]:
    """``pd.merge(df, table)``, ``pd.factorize(column)``: the same as the method."""

    def made(session: Session, obj: Any, *args: Any, **options: Any) -> Any:
        if not isinstance(obj, Series | Frame):
            raise refusal(f"pd.{name} of a `{type(obj).__name__}` is not compiled")
        return getattr(obj, name)(*args, **options)

    return made


def _type_question(function: Any) -> Callable[..., Any]:
    """``pd.api.types.is_numeric_dtype(column)``: asked of pandas on the training rows."""

    def made(session: Session, obj: Any) -> Any:
        if not isinstance(obj, Series):
            raise refusal(f"`{function.__name__}` of a `{type(obj).__name__}` is not compiled", "ask the column itself")
        return session.freeze(f"{function.__name__} of {obj.label}", lambda: function(obj.real), shown=False)

    return made


def crosstab(session: Session, index: Any, columns: Any, **options: Any) -> Any:
    """``pd.crosstab(a, b)``: a table of counts, frozen."""
    if not isinstance(index, Series) or not isinstance(columns, Series):
        raise refusal("pd.crosstab of this is not compiled", "pd.crosstab(df['a'], df['b'])")
    only(options, "crosstab", normalize=options.get("normalize", False))
    index.check_aligned(columns)
    what = f"counts of {index.label} by {columns.label}"
    return session.freeze(what, lambda: pd.crosstab(index.real, columns.real, **options))


_TYPE_QUESTIONS = [
    "is_numeric_dtype",
    "is_object_dtype",
    "is_string_dtype",
    "is_bool_dtype",
    "is_float_dtype",
    "is_integer_dtype",
    "is_datetime64_any_dtype",
]

FUNCTIONS: Mapping[Any, Callable[..., Any]] = {
    **{getattr(pd.api.types, name): _type_question(getattr(pd.api.types, name)) for name in _TYPE_QUESTIONS},
    pd.crosstab: crosstab,
    pd.Categorical: categorical,
    pd.isna: isna,
    pd.isnull: isna,
    pd.notna: notna,
    pd.notnull: notna,
    pd.cut: cut,
    pd.qcut: qcut,
    pd.get_dummies: get_dummies,
    pd.to_numeric: to_numeric,
    pd.to_datetime: to_datetime,
    pd.concat: concat,
    pd.DataFrame: data_frame,
    pd.Series: series,
    pd.merge: _method("merge"),
    pd.factorize: _method("factorize"),
    pd.unique: _method("unique"),
}

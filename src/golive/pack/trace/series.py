"""A traced pandas Series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace import casts, fill, follow, lookup
from golive.pack.trace.aggregates import aggregate, is_aggregate, only_names
from golive.pack.trace.arithmetic import clipped, rounded
from golive.pack.trace.category import Categories
from golive.pack.trace.column import Column
from golive.pack.trace.dates import Dates
from golive.pack.trace.filters import by_condition, by_position, same_rows
from golive.pack.trace.proxy import only
from golive.pack.trace.site import refusal
from golive.pack.trace.strings import Strings

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.pack.trace.array import Array
    from golive.pack.trace.filters import Rows
    from golive.pack.trace.frame import Frame
    from golive.pack.trace.groups import Groups
    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.session import Session

Text = str  # inside the class `str` is the accessor
_CHAINED = (
    "a change in place of a column that was taken out of a table reaches the table in some versions of pandas "
    "and not in others"
)


class Series(Column):
    """One column. ``view`` says that it was taken out of a table and not copied."""

    owner = "a column (Series)"
    stands_for = (pd.Series,)

    def __init__(
        self, session: Session, real: Any, expr: Expr, *, rows: Rows | None = None, view: bool = False, named: Text = ""
    ) -> None:
        self.session = session
        self.real = self.checked(real, expr, getattr(real, "name", None))
        self.expr = expr
        self.rows = rows
        self.view = view
        self._label = named

    def made(self, real: Any, expr: Expr) -> Series:
        return Series(self.session, real, expr, rows=self.rows, named=self.label)

    @property
    def label(self) -> Text:
        """How the column is called in the list of what was frozen."""
        return str(self.real.name) if self.real.name is not None else self._label or "a computed column"

    def set_attribute(self, name: Text, value: object) -> None:
        if name != "name":
            super().set_attribute(name, value)
        self.real = self.real.rename(value)

    def check_aligned(self, other: Column) -> None:
        same = same_rows(self.session, self.rows, other.rows)
        if isinstance(other, Series):
            if same and self.real.index.equals(other.real.index):
                return
        elif same and len(other.real) == len(self.real):
            return
        raise refusal(
            "two columns with different rows meet, and pandas matches them by row label",
            "compute both on all rows, and choose with np.where or .where(condition)",
        )

    # Shape and parts

    def __getattr__(self, name: Text) -> Any:
        if is_aggregate(name):
            return lambda *args, **options: self.aggregated(name, args, options)
        return super().__getattr__(name)

    def aggregated(self, name: Text, args: tuple[Any, ...], options: dict[Text, Any]) -> Any:
        """An aggregate over all rows: a constant from here on."""
        return aggregate(self, name, args, options)

    def agg(self, func: Any) -> Any:
        if isinstance(func, Text) and is_aggregate(func):
            return self.aggregated(func, (), {})
        if not only_names(func):
            raise refusal("agg with functions of your own is not compiled", "name the aggregates: .agg('mean')")
        return self.aggregated("agg", (func,), {})

    aggregate = agg

    def rows_count(self) -> int:
        return self.session.freeze("number of rows", lambda: len(self.real))

    @property
    def name(self) -> Any:
        return self.real.name

    @property
    def dtype(self) -> Any:
        return self.session.freeze(f"type of {self.label}", lambda: self.real.dtype, shown=False)

    dtypes = dtype

    @property
    def size(self) -> int:
        return self.rows_count()

    @property
    def shape(self) -> tuple[int]:
        return (self.rows_count(),)

    @property
    def empty(self) -> bool:
        return self.rows_count() == 0

    @property
    def index(self) -> Any:
        from golive.pack.trace.array import Labels

        return Labels(self.session, self.real.index, self.rows)

    @property
    def values(self) -> Array:
        return self.to_numpy()

    def to_numpy(self) -> Array:
        from golive.pack.trace.array import Array

        return Array(self.session, self.real.to_numpy(), self.expr, self.rows)

    @property
    def str(self) -> Strings:
        return Strings(self)

    @property
    def dt(self) -> Dates:
        return Dates(self)

    @property
    def cat(self) -> Categories:
        return Categories(self)

    @property
    def loc(self) -> Series:
        return self

    def copy(self, deep: bool = True) -> Series:
        return self.made(self.real.copy(), self.expr)

    def rename(self, index: Any = None, **options: Any) -> Series:
        only(options, "rename", inplace=False, copy=True)
        if not isinstance(index, str):
            raise refusal("renaming rows is not compiled", "rename('name') renames the column")
        return self.made(self.real.rename(index), self.expr)

    def to_frame(self, name: Any = None) -> Frame:
        from golive.pack.trace.frame import Frame

        real = self.real.to_frame() if name is None else self.real.to_frame(name)
        return Frame(self.session, real, {real.columns[0]: self.expr}, self.rows)

    def reset_index(self, drop: bool = False, **options: Any) -> Series:
        only(options, "reset_index", inplace=False)
        if not drop:
            raise refusal("row labels as a column are not compiled", "use reset_index(drop=True)")
        return self.made(self.real.reset_index(drop=True), self.expr)

    def pipe(self, function: Any, *args: Any, **options: Any) -> Any:
        return self.session.runtime.call(function, self, *args, **options)

    def __getitem__(self, key: object) -> Series:
        if isinstance(key, slice) and key == slice(None):
            return self.copy()
        return self.filtered(key, "rows chosen by a condition")

    def filtered(self, mask: object, because: Text) -> Series:
        """Only some rows."""
        if not isinstance(mask, Column) or mask.expr.kind != "boolean":
            raise refusal(
                f"row {mask!r:.40} of a column is not compiled", "one case has one row: use an aggregate or a condition"
            )
        self.check_aligned(mask)
        keep, rows = by_condition(self, mask, because)
        return Series(self.session, self.real[keep], self.expr, rows=rows)

    def dropna(self, **options: Any) -> Series:
        only(options, "dropna", inplace=False)
        return self.filtered(self.notna(), "rows with missing values dropped")

    def __setitem__(self, key: object, value: object) -> None:
        if self.view:
            raise refusal(_CHAINED, "df.loc[condition, 'x'] = value")
        if isinstance(key, slice) and key == slice(None):
            changed = self.made(self.real.where(False, value), self.session.nodes.constant(value, self.expr.kind))
        else:
            changed = self.mask(key, value)
        self.real, self.expr = changed.real, changed.expr

    def in_place(self, op: Text, result: Series) -> Series:
        """``s += x`` changes the column under all its names; a table that it was taken out of keeps its own."""
        self.real, self.expr = result.real, result.expr
        return self

    def head(self, n: int = 5) -> Series:
        rows = by_position(self, range(len(self.real))[:n], "only the first rows")
        return Series(self.session, self.real.head(n), self.expr, rows=rows)

    # Values

    def astype(self, dtype: Any, **options: Any) -> Series:
        only(options, "astype", copy=True)
        return casts.astype(self, dtype)

    def isna(self) -> Series:
        return self.made(self.real.isna(), self.session.nodes.is_missing(self.expr))

    def notna(self) -> Series:
        return self.made(self.real.notna(), self.session.nodes.inverse(self.session.nodes.is_missing(self.expr)))

    isnull, notnull = isna, notna

    def fillna(self, value: Any = None, **options: Any) -> Series:
        self._no_inplace(options, "fillna")
        return fill.fillna(self, value, options)

    def combine_first(self, other: Series) -> Series:
        filled = fill.fillna(self, other, {})
        return self.made(self.real.combine_first(other.real), filled.expr)  # its type is of both, unlike fillna's

    def where(self, cond: Any, other: Any = np.nan, **options: Any) -> Series:
        self._no_inplace(options, "where")
        return fill.chosen(self, cond, other, options, keep=True)

    def mask(self, cond: Any, other: Any = np.nan, **options: Any) -> Series:
        self._no_inplace(options, "mask")
        return fill.chosen(self, cond, other, options, keep=False)

    def replace(self, to_replace: Any = None, value: Any = lookup.NOTHING, **options: Any) -> Series:
        self._no_inplace(options, "replace")
        return lookup.replaced(self, to_replace, value, options)

    def map(self, arg: Any, na_action: Any = None) -> Any:
        return lookup.mapped(self, arg, na_action)

    def apply(self, func: Any, convert_dtype: Any = None, args: tuple[Any, ...] = (), **options: Any) -> Any:
        return follow.applied(self, func, args, options)

    def transform(self, func: Any, *args: Any, **options: Any) -> Any:
        return follow.applied(self, func, args, options)

    def isin(self, values: Any) -> Series:
        return lookup.is_in(self, values)

    def between(self, left: Any, right: Any, inclusive: Any = "both") -> Series:
        ends = {"both": ("ge", "le"), "neither": ("gt", "lt"), "left": ("ge", "lt"), "right": ("gt", "le")}
        if inclusive not in ends:
            raise refusal(f"between with inclusive={inclusive!r} is not known to pandas")
        low, high = ends[inclusive]
        return self._compared(low, left) & self._compared(high, right)  # type: ignore[no-any-return]

    def clip(self, lower: Any = None, upper: Any = None, **options: Any) -> Series:
        self._no_inplace(options, "clip")
        only(options, "clip", axis=None)
        self.check_plain()
        low, high = (bound(self, end) for end in (lower, upper))
        return self.made(self.real.clip(lower, upper), clipped(self.session.nodes, self.expr, low, high))

    def abs(self) -> Series:
        return abs(self)

    def round(self, decimals: int = 0) -> Series:
        self.check_plain()
        return self.made(self.real.round(decimals), rounded(self.session.nodes, self.expr, decimals))

    def factorize(self, **options: Any) -> Any:
        from golive.pack.trace.category import factorized

        return factorized(self, options)

    def groupby(self, by: Any = None, **options: Any) -> Groups:
        from golive.pack.trace.groups import grouped_series

        return grouped_series(self, by, options)

    def _no_inplace(self, options: dict[Text, Any], what: Text) -> None:
        if options.pop("inplace", False):
            raise refusal(_CHAINED, f"df['x'] = df['x'].{what}(...)")


def bound(series: Series, end: Any) -> float | None:
    """One end of a clip as a constant; None is open."""
    if end is not None and not isinstance(end, int | float | np.integer | np.floating):
        raise refusal(
            "clip between bounds that differ from row to row is not compiled", "use np.minimum and np.maximum"
        )
    return None if end is None or end != end else float(end)


def _named(op: str, family: Callable[..., Any], reflected: bool = False) -> Callable[..., Series]:
    """``a.add(b)`` and its like."""

    def method(self: Series, other: Any, level: None = None, fill_value: None = None, axis: Any = 0) -> Series:
        if level is not None or fill_value is not None:
            raise refusal(
                f"`{op}` with a level or a fill_value is not compiled", "fill the columns first: df['x'].fillna(0)"
            )
        return family(self, op, other, True) if reflected else family(self, op, other)  # type: ignore[no-any-return]

    return method


for _op in ("add", "sub", "mul", "div", "mod", "floordiv", "pow"):
    setattr(Series, _op, _named(_op, Column._sum))
    setattr(Series, f"r{_op}", _named(_op, Column._sum, reflected=True))
for _op in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Series, _op, _named(_op, Column._compared))
for _long, _short in (
    ("truediv", "div"),
    ("rtruediv", "rdiv"),
    ("multiply", "mul"),
    ("subtract", "sub"),
    ("divide", "div"),
):
    setattr(Series, _long, getattr(Series, _short))

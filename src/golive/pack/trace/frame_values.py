"""What a table does with all its values: cell by cell, along a row, or down its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from golive.pack.trace.aggregates import aggregate_frame, is_aggregate, only_names
from golive.pack.trace.column import COMPARISONS, LOGIC, SUMS, Column
from golive.pack.trace.kinds import is_constant
from golive.pack.trace.proxy import Proxy, holds_proxy, only
from golive.pack.trace.series import Series
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from golive.pack.trace.filters import Rows
    from golive.pack.trace.frame import Frame
    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.session import Raw, Session

_ALONG = {"sum": "sum", "mean": "mean", "min": "smallest", "max": "largest"}
_ACROSS = (1, "columns")


class FrameValues(Proxy):
    """Half of a `Frame`; the other half is about columns and rows."""

    session: Session
    real: Any
    rows: Rows | None

    def __getitem__(self, key: Any) -> Any:
        raise NotImplementedError

    def exprs(self) -> dict[Any, Expr | Raw]:
        raise NotImplementedError

    def expr(self, name: Any) -> Expr:
        raise NotImplementedError

    def or_inplace(self, result: Frame, inplace: bool) -> Frame | None:
        raise NotImplementedError

    def made(self, real: Any, exprs: Mapping[Any, Expr | Raw]) -> Frame:
        raise NotImplementedError

    # Cell by cell

    def each(self, step: Callable[[Any, Series], Series]) -> Frame:
        """The same step on every column."""
        parts = {name: step(name, self[name]) for name in self.real.columns}
        real = pd.DataFrame({name: part.real for name, part in parts.items()}, index=self.real.index)
        return self.made(real, {name: part.expr for name, part in parts.items()})

    def _changed(self, columns: dict[Any, Series]) -> Frame:
        """Some columns replaced, the others as they are."""
        made = self.made(self.real.copy(), self.exprs())
        for name, column in columns.items():
            made[name] = column
        return made

    def fillna(self, value: Any = None, *, inplace: bool = False, **options: Any) -> Frame | None:
        values = self._by_column(value, "fillna")
        made = self._changed({name: self[name].fillna(one, **options) for name, one in values.items()})
        return self.or_inplace(made, inplace)

    def replace(
        self, to_replace: Any = None, value: Any = None, *, inplace: bool = False, **options: Any
    ) -> Frame | None:
        if isinstance(to_replace, dict) and value is None:
            nested = {name: one for name, one in to_replace.items() if isinstance(one, dict)}
            if nested and len(nested) < len(to_replace):
                raise refusal("replace with dicts beside single values is not compiled", "replace column by column")
            steps = nested or dict.fromkeys(self.real.columns, to_replace)
            changed = {
                name: self._replaced(name, one, options) for name, one in steps.items() if name in self.real.columns
            }
        elif isinstance(to_replace, dict) or value is None:
            raise refusal("this form of replace is not compiled", "df['x'] = df['x'].replace({'a': 'b'})")
        else:
            changed = {name: self._replaced(name, to_replace, options, value) for name in self.real.columns}
        made = self._changed({name: column for name, column in changed.items() if column is not None})
        return self.or_inplace(made, inplace)

    def _replaced(self, name: Any, to_replace: Any, options: Any, *value: Any) -> Series | None:
        column = self[name]
        if column.expr.kind == "boolean" and not value:
            raise refusal(f"`{name}` holds truths, and replace changes their type", "use .map({True: ..., False: ...})")
        if column.expr.kind == "boolean":
            keys = to_replace if isinstance(to_replace, list | tuple) else [to_replace]
            if any(isinstance(key, bool | int | float) and key in (0, 1) for key in keys):
                raise refusal(f"`{name}` holds truths, and replace changes their type", "use .astype(int)")
            return None
        return column.replace(to_replace, *value, **options)  # type: ignore[no-any-return]

    def astype(self, dtype: Any, **options: Any) -> Frame:
        only(options, "astype", copy=True)
        types = dtype if isinstance(dtype, dict) else dict.fromkeys(self.real.columns, dtype)
        return self._changed({name: self[name].astype(one) for name, one in types.items()})

    def isna(self) -> Frame:
        return self.each(lambda _, column: column.isna())

    def notna(self) -> Frame:
        return self.each(lambda _, column: column.notna())

    isnull, notnull = isna, notna

    def abs(self) -> Frame:
        return self.each(lambda _, column: abs(column))

    def round(self, decimals: Any = 0) -> Frame:
        places = decimals if isinstance(decimals, dict) else dict.fromkeys(self.real.columns, decimals)
        numbers = {name: n for name, n in places.items() if self.expr(name).kind == "number"}
        return self._changed({name: self[name].round(n) for name, n in numbers.items()})

    def clip(self, lower: Any = None, upper: Any = None, *, axis: Any = None, **options: Any) -> Frame:
        only(options, "clip", inplace=False)
        lows, highs = (self._by_column(end, "clip", axis) if end is not None else {} for end in (lower, upper))
        return self.each(lambda name, column: column.clip(lows.get(name), highs.get(name)))

    def isin(self, values: Any) -> Frame:
        if isinstance(values, dict):
            raise refusal("isin with a dict is not compiled", "df['x'].isin([...])")
        return self.each(lambda _, column: column.isin(values))

    def where(self, cond: Any, other: Any = float("nan")) -> Frame:
        return self.each(lambda name, column: column.where(self._part(cond, name), self._part(other, name)))

    def mask(self, cond: Any, other: Any = float("nan")) -> Frame:
        return self.each(lambda name, column: column.mask(self._part(cond, name), self._part(other, name)))

    def map(self, func: Any, na_action: Any = None) -> Frame:
        return self.each(lambda _, column: column.map(func, na_action=na_action))

    applymap = map

    def _by_column(self, value: Any, what: str, axis: Any = 1) -> dict[Any, Any]:
        """One value per column: the same for all, or by name."""
        if isinstance(value, pd.Series) and axis in _ACROSS:
            value = value.to_dict()
        if isinstance(value, dict):
            return {name: one for name, one in value.items() if name in self.real.columns}
        if is_constant(value):
            return dict.fromkeys(self.real.columns, value)
        raise refusal(
            f"{what} of a table with a `{type(value).__name__}` is not compiled", f"df['x'] = df['x'].{what}(...)"
        )

    def _part(self, other: Any, name: Any) -> Any:
        if isinstance(other, FrameValues):
            return other[name]
        return other

    def _operator(self, operate: Callable[[Any, Any], Any], other: Any, reflected: bool = False) -> Frame:
        if isinstance(other, FrameValues):
            if list(other.real.columns) != list(self.real.columns):
                raise refusal("two tables with different columns meet", "compute column by column")
            return self.each(lambda name, column: operate(column, other[name]))
        if isinstance(other, pd.Series):
            if list(other.index) != list(self.real.columns):
                raise refusal("a table meets constants for other columns than its own", "compute column by column")
            return self.each(
                lambda name, column: operate(column, other[name]) if not reflected else operate(other[name], column)
            )
        if not is_constant(other):
            raise refusal(
                f"a table meets a `{type(other).__name__}`", "compute column by column, or df.div(column, axis=0)"
            )
        return self.each(lambda _, column: operate(other, column) if reflected else operate(column, other))

    def __invert__(self) -> Frame:
        return self.each(lambda _, column: ~column)

    def __neg__(self) -> Frame:
        return self.each(lambda _, column: -column)

    # Along a row

    def apply(self, func: Any, axis: Any = 0, args: tuple[Any, ...] = (), **options: Any) -> Any:
        from golive.pack.trace.follow import applied_to_rows

        if axis in _ACROSS:
            return applied_to_rows(self, func, args, options)  # type: ignore[arg-type]  # self is a Frame
        found = {
            name: self.session.runtime.call(func, self[name].copy(), *args, **options) for name in self.real.columns
        }
        if all(isinstance(one, Series) for one in found.values()):
            return self.each(lambda name, _: found[name])
        if not holds_proxy(found):
            return pd.Series(found)
        raise refusal("the function gives a column for some columns and a constant for others")

    def along(self, name: str, skipna: bool = True, numeric_only: bool = False) -> Series:
        """``sum``, ``mean``, ``min``, ``max`` of each row."""
        columns = [self[one] for one in self.real.columns]
        if numeric_only or not columns or any(column.expr.kind == "text" for column in columns):
            raise refusal(
                f"{name}(axis=1) over columns that are not all numbers",
                "choose the columns: df[['a', 'b']].sum(axis=1)",
            )
        nodes = self.session.nodes
        exprs = [nodes.to_number(column.expr) for column in columns]
        real = getattr(self.real, name)(axis=1, skipna=skipna)
        if name in ("min", "max") and all(column.expr.kind == "boolean" for column in columns):
            raise refusal(f"{name}(axis=1) of truths is not compiled", "use .any(axis=1) or .all(axis=1)")
        return Series(self.session, real, nodes.apply(_ALONG[name], *exprs, skip=skipna), rows=self.rows)

    def agg(self, func: Any, axis: Any = 0) -> Any:
        if isinstance(func, str) and is_aggregate(func):
            return self.reduced(func, (), {"axis": axis})
        if axis in _ACROSS or not only_names(func):
            raise refusal("agg with functions of your own is not compiled", "name the aggregates: .agg('mean')")
        return aggregate_frame(self, "agg", (func,), {})  # type: ignore[arg-type]  # self is a Frame

    aggregate = agg

    def _truths_along(self, name: str, op: str) -> Series:
        columns = [self[one] for one in self.real.columns]
        if not columns or any(column.expr.kind != "boolean" for column in columns):
            raise refusal(
                f"{name}(axis=1) over columns that are not all truths", "compare first: (df[cols] > 0).any(axis=1)"
            )
        expr = columns[0].expr
        for column in columns[1:]:
            expr = self.session.nodes.apply(op, expr, column.expr)
        return Series(self.session, getattr(self.real, name)(axis=1), expr, rows=self.rows)

    def _counted(self) -> Series:
        there = [column.notna() for column in (self[name] for name in self.real.columns)]
        nodes = self.session.nodes
        expr = nodes.apply("sum", *(nodes.to_number(column.expr) for column in there), skip=True)
        return Series(self.session, self.real.count(axis=1), expr, rows=self.rows)

    # Down the columns

    def reduced(self, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """An aggregate: of each row with ``axis=1``, else of each column, frozen."""
        axis = options.get("axis", args[0] if args and name not in ("quantile", "nunique", "value_counts") else 0)
        if axis not in _ACROSS:
            return aggregate_frame(self, name, args, options)  # type: ignore[arg-type]  # self is a Frame
        rest = {key: value for key, value in options.items() if key != "axis"}
        if name in _ALONG:
            return self.along(name, **rest)
        if name in ("any", "all") and not rest:
            return self._truths_along(name, "or" if name == "any" else "and")
        if name == "count" and not rest:
            return self._counted()
        raise refusal(f"{name}(axis=1) is not compiled", "sum, mean, min, max, any, all and count along a row are")

    def __getattr__(self, name: str) -> Any:
        if is_aggregate(name) and name not in ("unique", "hasnans"):
            return lambda *args, **options: self.reduced(name, args, options)
        return super().__getattr__(name)


def _named(operate: Callable[[Any, Any], Any]) -> Callable[..., Frame]:
    """``df.div(other, axis=...)``."""

    def method(
        self: FrameValues, other: Any, axis: Any = "columns", level: None = None, fill_value: None = None
    ) -> Frame:
        if level is not None or fill_value is not None:
            raise refusal("arithmetic of tables with a level or a fill_value is not compiled", "fill the columns first")
        if isinstance(other, Column):
            if axis not in (0, "index"):
                raise refusal("a column is matched with column names here", "add axis=0")
            return self.each(lambda _, column: operate(column, other))
        return self._operator(operate, other)

    return method


for _name, _operate in {**SUMS, **COMPARISONS}.items():
    setattr(FrameValues, _name, _named(_operate))
for _long, _short in (("truediv", "div"), ("divide", "div"), ("multiply", "mul"), ("subtract", "sub")):
    setattr(FrameValues, _long, getattr(FrameValues, _short))


def _dunder(operate: Callable[[Any, Any], Any], reflected: bool = False) -> Callable[..., Frame]:
    return lambda self, other: self._operator(operate, other, reflected)


def _in_place(operate: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """``part += x`` changes the table under all its names."""

    def method(self: Any, other: Any) -> Any:
        self.become(self._operator(operate, other))
        return self

    return method


for _name, _operate in SUMS.items():
    _python = {"div": "truediv"}.get(_name, _name)
    setattr(FrameValues, f"__{_python}__", _dunder(_operate))
    setattr(FrameValues, f"__r{_python}__", _dunder(_operate, reflected=True))
    setattr(FrameValues, f"__i{_python}__", _in_place(_operate))
for _name, _operate in {**COMPARISONS, **LOGIC}.items():
    setattr(FrameValues, f"__{_name}__", _dunder(_operate))
for _name, _operate in LOGIC.items():
    setattr(FrameValues, f"__i{_name}__", _in_place(_operate))
FrameValues.__hash__ = None  # type: ignore[assignment,method-assign]

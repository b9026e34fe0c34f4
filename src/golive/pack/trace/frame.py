"""A traced pandas DataFrame: its columns, and which rows are left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace.array import Array, Labels
from golive.pack.trace.category import Categorical
from golive.pack.trace.column import Column
from golive.pack.trace.filters import dropped_labels, same_rows
from golive.pack.trace.frame_rows import FrameRows
from golive.pack.trace.kinds import is_constant
from golive.pack.trace.proxy import Proxy, only
from golive.pack.trace.series import Series
from golive.pack.trace.session import Raw
from golive.pack.trace.several import Tuples
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from golive.pack.trace.filters import Rows
    from golive.pack.trace.groups import Groups
    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.session import Session


class Frame(FrameRows):
    """Several columns of the same rows."""

    owner = "a table (DataFrame)"
    stands_for = (pd.DataFrame,)

    def __init__(self, session: Session, real: Any, exprs: Mapping[Any, Expr | Raw], rows: Rows | None = None) -> None:
        if not real.columns.is_unique:
            twice = real.columns[real.columns.duplicated()][0]
            raise refusal(f"two columns are called `{twice}`", "give each column its own name")
        self.session = session
        self.real = real
        self.rows = rows
        self._exprs = dict(exprs)

    def expr(self, name: Any) -> Expr:
        """The expression of a column; a raw input gets its node when it is first needed."""
        found = self._exprs[name]
        return self.session.raw(found) if isinstance(found, Raw) else found

    def may_be_missing(self, name: Any) -> bool:
        """Whether some case can lack a value here; an untouched raw column is not made an input by the question."""
        found = self._exprs[name]
        return bool(self.session.frame[found.name].isna().any()) if isinstance(found, Raw) else found.nullable

    def made(self, real: Any, exprs: Mapping[Any, Expr | Raw]) -> Frame:
        return Frame(self.session, real, exprs, self.rows)

    def exprs(self) -> dict[Any, Expr | Raw]:
        return dict(self._exprs)

    # One column

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Column):
            return self.filtered(key, "rows chosen by a condition")
        if isinstance(key, list | pd.Index | np.ndarray):
            return self._some(list(key))
        if isinstance(key, slice | Proxy) or callable(key):
            raise refusal(f"rows chosen by {type(key).__name__} are not compiled", "one case has one row")
        if key not in self.real.columns:
            raise KeyError(key)
        return Series(self.session, self.real[key], self.expr(key), rows=self.rows, view=True)

    def unknown(self, name: str) -> Any:
        return self[name] if name in self.real.columns else super().unknown(name)

    def set_attribute(self, name: str, value: Any) -> None:
        if name == "columns":
            self.columns = value
        elif name in self.real.columns and not hasattr(pd.DataFrame, name):
            self[name] = value
        else:
            super().set_attribute(name, value)

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, list | pd.Index | np.ndarray):
            self._set_several(list(key), value)
        elif isinstance(key, Frame):
            for name in key.real.columns:
                self[name] = self[name].mask(key[name], value)
        elif isinstance(key, Proxy):
            raise refusal("whole rows or single cells are written by a condition", "df.loc[condition, 'x'] = value")
        else:
            real, expr = self._cells(value)
            if len(self.real.columns) == 0 and isinstance(value, Column):
                self.rows = value.rows
            self.real[key] = real
            self._exprs[key] = expr

    def _set_several(self, names: list[Any], value: Any) -> None:
        if isinstance(value, Tuples):
            value = value.as_assigned()
        if isinstance(value, Frame):
            if len(names) != len(value.real.columns):
                raise ValueError("Columns must be same length as key")
            for name, source in zip(names, list(value.real.columns), strict=True):
                self[name] = value[source]
        elif is_constant(value):
            for name in names:
                self[name] = value
        else:
            raise refusal(f"several columns are set to a `{type(value).__name__}`", "set them one by one")

    def _cells(self, value: Any) -> tuple[Any, Expr]:
        """What a column becomes when this is assigned to it."""
        if isinstance(value, Categorical):
            value = value.column
        if isinstance(value, Series | Array):
            self.check_rows(value)
            return value.real, value.expr
        if is_constant(value):
            return value, self.session.nodes.constant(value, "text" if value is None else "")
        if isinstance(value, Frame) and len(value.real.columns) == 1:
            return self._cells(value[value.real.columns[0]])
        raise refusal(
            f"a `{type(value).__name__}` is assigned to a column: its values belong to the training rows",
            "assign one constant, or a column computed from the columns of this table",
        )

    def check_rows(self, other: Column) -> None:
        """Both must have the same rows in the same order."""
        if len(self.real.columns) == 0 and len(self.real.index) == 0:
            return
        same = (
            len(other.real) == len(self.real) if isinstance(other, Array) else self.real.index.equals(other.real.index)
        )
        if not same or not same_rows(self.session, self.rows, other.rows):
            raise refusal(
                "a column meets a table with other rows, and pandas matches them by row label",
                "compute both on all rows, and choose with np.where or df.loc[condition, 'x'] = value",
            )

    def __delitem__(self, name: Any) -> None:
        del self.real[name]
        del self._exprs[name]

    # Several columns

    def _some(self, names: list[Any]) -> Frame:
        if names and all(isinstance(name, bool | np.bool_) for name in names):
            raise refusal("rows chosen by a list are not compiled", "use a condition on columns")
        return self.made(self.real[names], {name: self._exprs[name] for name in names})

    def _renamed(self, real: Any) -> Frame:
        """The same columns in the same order under the names of `real`."""
        return self.made(real, dict(zip(real.columns, (self._exprs[name] for name in self.real.columns), strict=True)))

    def become(self, other: Frame) -> None:
        """``inplace=True``."""
        self.real, self._exprs, self.rows = other.real, other._exprs, other.rows

    def or_inplace(self, result: Frame, inplace: bool) -> Frame | None:
        if not inplace:
            return result
        self.become(result)
        return None

    def __iter__(self) -> Iterator[Any]:
        return iter(self.real.columns)

    def __contains__(self, name: object) -> bool:
        return name in self.real.columns

    @property
    def columns(self) -> Any:
        return self.real.columns.copy()

    @columns.setter
    def columns(self, names: Any) -> None:
        real = self.real.copy()
        real.columns = names
        self.become(self._renamed(real))

    def keys(self) -> Any:
        return self.columns

    def items(self) -> Iterator[tuple[Any, Series]]:
        return ((name, self[name]) for name in list(self.real.columns))

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key] if isinstance(key, list) or key in self.real.columns else default

    def pop(self, name: Any) -> Series:
        column = self[name].copy()
        del self[name]
        return column  # type: ignore[no-any-return]

    def insert(self, loc: int, column: Any, value: Any, allow_duplicates: bool = False) -> None:
        if column in self.real.columns:
            raise ValueError(f"cannot insert {column}, already exists")
        real, expr = self._cells(value)
        self.real.insert(loc, column, real)
        self._exprs[column] = expr

    def copy(self, deep: bool = True) -> Frame:
        return self.made(self.real.copy(), self._exprs)

    def drop(
        self,
        labels: Any = None,
        *,
        axis: Any = 0,
        index: Any = None,
        columns: Any = None,
        inplace: bool = False,
        errors: str = "raise",
        level: Any = None,
    ) -> Frame | None:
        gone = index if index is not None else labels if axis not in (1, "columns") else None
        if isinstance(gone, Labels) and columns is None and level is None:
            return self.or_inplace(dropped_labels(self, gone), inplace)
        if gone is not None or level is not None:
            raise refusal("rows are dropped by label", "keep rows by a condition: df = df[condition]")
        names = labels if columns is None else columns
        absent = [name for name in ([names] if isinstance(names, str) else names) if name not in self.real.columns]
        if absent and errors == "raise":
            raise KeyError(f"{absent} not found in axis")
        real = self.real.drop(columns=names, errors=errors)
        return self.or_inplace(self.made(real, {name: self._exprs[name] for name in real.columns}), inplace)

    def rename(
        self,
        mapper: Any = None,
        *,
        axis: Any = None,
        index: Any = None,
        columns: Any = None,
        inplace: bool = False,
        **options: Any,
    ) -> Frame | None:
        only(options, "rename", errors="ignore", copy=True)
        if index is not None or (mapper is not None and axis not in (1, "columns")):
            raise refusal("renaming rows is not compiled", "df.rename(columns={...})")
        real = self.real.rename(columns=mapper if columns is None else columns)
        return self.or_inplace(self._renamed(real), inplace)

    def add_prefix(self, prefix: str) -> Frame:
        return self._renamed(self.real.add_prefix(prefix))

    def add_suffix(self, suffix: str) -> Frame:
        return self._renamed(self.real.add_suffix(suffix))

    def set_axis(self, labels: Any, *, axis: Any = 0) -> Frame:
        if axis not in (1, "columns"):
            raise refusal("renaming rows is not compiled")
        return self._renamed(self.real.set_axis(labels, axis=1))

    def assign(self, **columns: Any) -> Frame:
        made = self.copy()
        for name, value in columns.items():
            made[name] = (
                self.session.runtime.call(value, made) if callable(value) and not isinstance(value, Proxy) else value
            )
        return made

    def reindex(self, *, columns: Any, fill_value: Any = np.nan) -> Frame:
        real = self.real.reindex(columns=columns, fill_value=fill_value)
        filler = self.session.nodes.constant(fill_value)
        return self.made(real, {name: self._exprs.get(name, filler) for name in real.columns})

    def sort_index(self, *, axis: Any = 0, ascending: bool = True) -> Frame:
        if axis not in (1, "columns"):
            return super().__getattr__("sort_index")  # type: ignore[no-any-return]  # refuses by name
        return self._some(list(self.real.columns.sort_values(ascending=ascending)))

    def filter(self, items: Any = None, like: Any = None, regex: Any = None, axis: Any = None) -> Frame:
        if axis not in (None, 1, "columns"):
            raise refusal("rows chosen by label are not compiled")
        return self._some(list(self.real.iloc[:0].filter(items=items, like=like, regex=regex, axis=1).columns))

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> Frame:
        names = self.session.freeze(
            "columns by type",
            lambda: list(self.real.select_dtypes(include=include, exclude=exclude).columns),
            shown=False,
        )
        return self._some(names)

    def join(self, other: Any, on: Any = None, how: str = "left", **options: Any) -> Frame:
        from golive.pack.trace.merge import joined

        return joined(self, other, on, how, options)

    def merge(self, right: Any, how: str = "inner", **options: Any) -> Frame:
        from golive.pack.trace.merge import merged

        return merged(self, right, how, options)

    def groupby(self, by: Any = None, **options: Any) -> Groups:
        from golive.pack.trace.groups import grouped

        return grouped(self, by, options)

    def remaining(self, real: Any, rows: Rows) -> Frame:
        return Frame(self.session, real, self._exprs, rows)

    def pipe(self, function: Any, *args: Any, **options: Any) -> Any:
        return self.session.runtime.call(function, self, *args, **options)

    def info(self, *_: Any, **__: Any) -> None:
        """Nothing to print while a function is traced."""

"""``df.loc[condition, columns]`` and ``df.iloc[:, positions]``, read and written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from golive.pack.trace.column import Column
from golive.pack.trace.filters import is_same_filter
from golive.pack.trace.kinds import is_constant, kind_of
from golive.pack.trace.proxy import Proxy, holds_proxy
from golive.pack.trace.series import Series
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.frame import Frame
    from golive.pack.trace.nodes import Expr

_ALL = slice(None)


class Locator(Proxy):
    """``df.loc``."""

    owner = "`.loc`"
    stands_for = (type(pd.DataFrame().loc),)

    def __init__(self, frame: Frame) -> None:
        self.session = frame.session
        self._frame = frame

    def __getitem__(self, key: Any) -> Any:
        rows, columns = _split(key)
        chosen = (
            self._frame
            if isinstance(rows, slice) and rows == _ALL
            else self._frame.filtered(self._mask(rows), "rows chosen by a condition")
        )
        if isinstance(columns, slice) and columns == _ALL:
            return chosen.copy()
        if isinstance(columns, str):
            return chosen[columns]
        return chosen[self._names(columns)]

    def __setitem__(self, key: Any, value: Any) -> None:
        rows, columns = _split(key)
        names = [columns] if isinstance(columns, str) else self._names(columns)
        if isinstance(rows, slice) and rows == _ALL:
            for name in names:
                self._frame[name] = value
            return
        mask = self._mask(rows)
        self._frame.check_rows(mask)
        several = isinstance(value, list | tuple) and len(value) == len(names) and all(map(is_constant, value))
        for name, one in zip(names, value if several else [value] * len(names), strict=True):
            self._set(mask, name, one)

    def _set(self, mask: Column, name: str, value: Any) -> None:
        """pandas writes the cells; the graph chooses between the new value and the old one."""
        frame, nodes = self._frame, self.session.nodes
        there, new = self._value(mask, value)
        known = name in frame.real.columns
        old = frame.expr(name) if known else None
        real = frame.real.copy()
        if known and not is_constant(value):
            self._check_whole(mask, name, there, new)
        real.loc[mask.real, name] = there
        kind = self.session.freeze("kind of a step", lambda: kind_of(real[name], name), shown=False)
        before = nodes.constant(None, kind) if old is None else nodes.fit(old, kind)
        expr = nodes.where(mask.expr, nodes.fit(new, kind), before)
        frame[name] = Series(self.session, real[name], expr, rows=frame.rows)

    def _check_whole(self, mask: Column, name: str, there: Any, new: Expr) -> None:
        """Some versions of pandas raise where decimals are written into whole numbers, others make decimals of all."""
        if self._frame.real[name].dtype.kind not in "iu":
            return
        if there.dtype.kind == "f":
            raise refusal(
                f"decimals are written into `{name}`, which holds whole numbers: pandas 3 raises where they do not fit",
                f"df['{name}'] = df['{name}'].astype(float) first",
            )
        nodes = self.session.nodes
        if new.kind == "number" and new.nullable:
            self.session.guard(nodes.both(mask.expr, nodes.is_missing(new)))

    def _value(self, mask: Column, value: Any) -> tuple[Any, Expr]:
        if isinstance(value, Series) and value.rows is not None and _steps(value) != _steps(self._frame):
            same = is_same_filter(self.session, value.rows, self._frame.rows, mask)
            if not same or not value.real.index.equals(self._frame.real.index[mask.real]):
                raise refusal(
                    "the values come from other rows than those that are written",
                    "use the same condition on both sides: df.loc[m, 'x'] = df.loc[m, 'y']",
                )
            return value.real, value.expr
        if isinstance(value, Series):
            self._frame.check_rows(value)
            return value.real, value.expr
        if is_constant(value):
            return value, self.session.nodes.constant(value)
        raise refusal(
            f"a `{type(value).__name__}` is written by a condition", "write one constant, or a column of this table"
        )

    def _mask(self, rows: Any) -> Column:
        if not isinstance(rows, Proxy) and callable(rows):
            rows = self.session.runtime.call(rows, self._frame)
        if not isinstance(rows, Column) or rows.expr.kind != "boolean":
            raise refusal(
                f"rows chosen by label ({rows!r:.40}) are not compiled", "use a condition: df.loc[df['x'] > 0, 'y']"
            )
        return rows

    def _names(self, columns: Any) -> list[Any]:
        if holds_proxy(columns):
            raise refusal("columns chosen by values are not compiled", "name the columns")
        return list(self._frame.real.iloc[:0].loc[:, columns].columns)


class ColumnsByPosition(Proxy):
    """``df.iloc``: columns only."""

    owner = "`.iloc`"
    stands_for = (type(pd.DataFrame().iloc),)

    def __init__(self, frame: Frame) -> None:
        self.session = frame.session
        self._frame = frame

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, tuple) or len(key) != 2 or key[0] != _ALL or holds_proxy(key):
            raise refusal(
                "rows chosen by position are not compiled", "one case has one row: use an aggregate or a condition"
            )
        chosen = self._frame.real.iloc[:0].iloc[:, key[1]]
        return self._frame[chosen.name] if isinstance(chosen, pd.Series) else self._frame[list(chosen.columns)]


def _steps(owner: Series | Frame) -> int:
    return len(owner.rows.filters) if owner.rows else 0


def _split(key: Any) -> tuple[Any, Any]:
    return key if isinstance(key, tuple) and len(key) == 2 else (key, _ALL)

"""A traced NumPy array: what `np.where` gives, and ``series.values``. And the row labels of a table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace.arithmetic import clipped, rounded
from golive.pack.trace.casts import _name, _number, as_whole, whole
from golive.pack.trace.column import Column
from golive.pack.trace.filters import same_rows
from golive.pack.trace.proxy import Proxy
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.filters import Rows
    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.session import Session

_AGGREGATES = frozenset(["mean", "min", "max", "sum", "std", "var", "any", "all"])


class Array(Column):
    """One value per row, without row labels."""

    owner = "an array"
    stands_for = (np.ndarray,)

    def __init__(self, session: Session, real: Any, expr: Expr, rows: Rows | None = None) -> None:
        if not isinstance(real, np.ndarray) or real.ndim != 1:
            raise refusal(
                f"an array of {getattr(real, 'ndim', '?')} dimensions ({type(real).__name__}) is not compiled",
                "stay with columns",
            )
        self.session = session
        self.real = self.checked(real, expr)
        self.expr = expr
        self.rows = rows

    def made(self, real: Any, expr: Expr) -> Array:
        return Array(self.session, real, expr, self.rows)

    def check_aligned(self, other: Column) -> None:
        if len(self.real) != len(other.real) or not same_rows(self.session, self.rows, other.rows):
            raise refusal("two arrays with different rows meet", "compute both on all rows")

    def check_arithmetic(self, op: str, right: Expr) -> None:
        divides = op in ("mod", "floordiv") and not (right.constant and right.value)
        if divides and self.real.dtype.kind in "iub":
            raise refusal("NumPy gives 0 for a whole number divided by zero, pandas does not", "use the column itself")

    def __getattr__(self, name: str) -> Any:
        if name in _AGGREGATES:
            return lambda *args, **options: self.session.freeze(
                f"{name} of an array", lambda: getattr(self.real, name)(*args, **options)
            )
        return super().__getattr__(name)

    # A column beside an array gives a column, as pandas has it.

    def _sum(self, op: str, other: object, reflected: bool = False) -> Any:
        return NotImplemented if _labelled(other) else super()._sum(op, other, reflected)

    def _compared(self, op: str, other: object) -> Any:
        return NotImplemented if _labelled(other) else super()._compared(op, other)

    def _logic(self, op: str, other: object) -> Any:
        return NotImplemented if _labelled(other) else super()._logic(op, other)

    def rows_count(self) -> int:
        return self.session.freeze("number of rows", lambda: len(self.real))

    @property
    def size(self) -> int:
        return self.rows_count()

    @property
    def dtype(self) -> Any:
        return self.session.freeze("type of an array", lambda: self.real.dtype, shown=False)

    def astype(self, dtype: Any) -> Array:
        name, nodes = _name(dtype), self.session.nodes
        if name in ("int", "int64"):
            return self.made(as_whole(self, dtype), whole(self))
        if name in ("float", "float64"):
            return self.made(self.real.astype(dtype), _number(self, "float"))
        if name == "bool" and self.expr.kind != "text":
            truth = self.expr if self.expr.kind == "boolean" else nodes.apply("ne", self.expr, nodes.constant(0.0))
            return self.made(self.real.astype(dtype), truth)
        if name in ("str", "object") and self.real.dtype.kind == "U":
            return self.made(self.real.astype(dtype), replace(self.expr))
        raise refusal(
            f"astype({dtype!r}) of this array is not compiled", "make it a column first: pd.Series(a, index=df.index)"
        )

    def clip(self, min: Any = None, max: Any = None) -> Array:
        for end in (min, max):
            if end is not None and not isinstance(end, int | float | np.number):
                raise refusal(
                    "clip between bounds that differ from row to row is not compiled", "use np.minimum and np.maximum"
                )
        low, high = (None if end is None else float(end) for end in (min, max))
        return self.made(self.real.clip(min, max), clipped(self.session.nodes, self.expr, low, high))

    def round(self, decimals: int = 0) -> Array:
        return self.made(self.real.round(decimals), rounded(self.session.nodes, self.expr, decimals))

    def copy(self) -> Array:
        return self.made(self.real.copy(), self.expr)

    ravel = flatten = copy

    def __getitem__(self, key: object) -> Any:
        raise refusal("items of an array are cells of the training table", "use np.where, or an aggregate")

    def __setitem__(self, key: object, value: object) -> None:
        raise refusal("an array is changed in place", "use np.where(condition, value, array)")


class Labels(Proxy):
    """``df.index``: only good for making a column or a table with the same rows."""

    owner = "the row labels"
    stands_for = (pd.Index,)

    def __init__(self, session: Session, real: Any, rows: Rows | None) -> None:
        self.session = session
        self.real = real
        self.rows = rows

    def rows_count(self) -> int:
        return self.session.freeze("number of rows", lambda: len(self.real))

    @property
    def size(self) -> int:
        return self.rows_count()


def _labelled(other: object) -> bool:
    from golive.pack.trace.series import Series

    return isinstance(other, Series)

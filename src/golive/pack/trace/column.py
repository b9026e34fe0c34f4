"""What a traced column and a traced array share: operators, computed by pandas or NumPy and beside it in the graph."""

from __future__ import annotations

import operator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace.arithmetic import arithmetic, comparison, logic
from golive.pack.trace.kinds import are_objects, is_constant, is_interval, kind_of
from golive.pack.trace.proxy import Proxy
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from typing import Self

    from golive.pack.trace.filters import Rows
    from golive.pack.trace.nodes import Expr

SUMS: dict[str, Any] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "mod": operator.mod,
    "floordiv": operator.floordiv,
    "pow": operator.pow,
}
COMPARISONS: dict[str, Any] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
    "eq": operator.eq,
    "ne": operator.ne,
}
LOGIC: dict[str, Any] = {"and": operator.and_, "or": operator.or_, "xor": operator.xor}


class Column(Proxy):
    """One value per row: what pandas has, and the expression of the graph that gives it for one row."""

    owner = "a column"
    real: Any
    expr: Expr
    rows: Rows | None

    def made(self, real: Any, expr: Expr) -> Self:
        """A new column of the same kind of proxy beside this one."""
        raise NotImplementedError

    def operand(self, other: object) -> tuple[Any, Expr]:
        """The other side of an operator: a column of the same rows, or a constant."""
        if isinstance(other, str) and isinstance(self.real.dtype, np.dtype) and self.real.dtype.kind in "mM":
            other = pd.Timestamp(other) if self.real.dtype.kind == "M" else pd.Timedelta(other)  # as pandas reads it
        if isinstance(other, Column):
            self.check_aligned(other)
            return other.real, other.expr
        if is_constant(other):
            return other, self.session.nodes.constant(other)
        kind = type(other).__name__
        if isinstance(other, pd.Series | pd.DataFrame | np.ndarray | list | tuple | pd.Index):
            raise refusal(
                f"a column meets a `{kind}` of constants row by row, and a single case has no such row",
                "look values up with .map(table) or merge, or use one number",
            )
        raise refusal(f"a column meets a `{kind}`", "use columns of the same table, numbers, text, True and False")

    def check_aligned(self, other: Column) -> None:
        raise NotImplementedError

    def _sum(self, op: str, other: object, reflected: bool = False) -> Self:
        self.check_plain()
        there, expr = self.operand(other)
        sides = ((there, expr), (self.real, self.expr)) if reflected else ((self.real, self.expr), (there, expr))
        (x, left), (y, right) = sides
        self.check_arithmetic(op, right)
        real = SUMS[op](x, y)
        expr = arithmetic(self.session.nodes, op, left, right)
        if op in ("add", "sub", "mod", "floordiv") and left.is_small and right.is_small:
            expr = replace(expr, small=True)
        return self.made(self.check_width(op, real, expr), expr)

    def check_arithmetic(self, op: str, right: Expr) -> None:
        """What NumPy does differently from pandas; nothing for a column."""

    def check_width(self, what: str, real: Any, expr: Expr) -> Any:
        """Narrow integers wrap around at their ends, and float32 rounds differently: neither is in the graph."""
        dtype = real.dtype
        narrow = isinstance(dtype, np.dtype) and dtype.kind in "biuf" and dtype not in (np.int64, np.float64)
        if narrow and not (expr.small and dtype == np.int32) and (dtype.kind != "b" or expr.kind != "boolean"):
            raise refusal(
                f"`{what}` gives {dtype}", 'use .astype("int64") or .astype("float64") on the arguments first'
            )
        return real

    def _compared(self, op: str, other: object) -> Any:
        self.check_plain()
        there, expr = self.operand(other)
        if op not in ("eq", "ne") and "text" in (self.expr.kind, expr.kind):
            raise refusal("the order of texts is not compiled", "compare with == or .isin([...])")
        if op not in ("eq", "ne") and isinstance(self.real.dtype, pd.CategoricalDtype):
            raise refusal("the order of categories is not compiled", "compare .cat.codes, or use .isin([...])")
        return self.made(COMPARISONS[op](self.real, there), comparison(self.session.nodes, op, self.expr, expr))

    def _logic(self, op: str, other: object) -> Self:
        there, expr = self.operand(other)
        return self.made(LOGIC[op](self.real, there), logic(self.session.nodes, op, self.expr, expr))

    def check_plain(self) -> None:
        if are_objects(self.real):
            raise refusal("this column keeps numbers as objects, which compute differently", "add .astype(float)")
        if is_interval(self.real):
            raise refusal(
                "intervals of pd.cut are not compiled", "give labels: pd.cut(x, bins, labels=[...]) or labels=False"
            )

    def __add__(self, other: object) -> Self:
        return self._sum("add", other)

    def __radd__(self, other: object) -> Self:
        return self._sum("add", other, reflected=True)

    def __sub__(self, other: object) -> Self:
        return self._sum("sub", other)

    def __rsub__(self, other: object) -> Self:
        return self._sum("sub", other, reflected=True)

    def __mul__(self, other: object) -> Self:
        return self._sum("mul", other)

    def __rmul__(self, other: object) -> Self:
        return self._sum("mul", other, reflected=True)

    def __truediv__(self, other: object) -> Self:
        return self._sum("div", other)

    def __rtruediv__(self, other: object) -> Self:
        return self._sum("div", other, reflected=True)

    def __mod__(self, other: object) -> Self:
        return self._sum("mod", other)

    def __rmod__(self, other: object) -> Self:
        return self._sum("mod", other, reflected=True)

    def __floordiv__(self, other: object) -> Self:
        return self._sum("floordiv", other)

    def __rfloordiv__(self, other: object) -> Self:
        return self._sum("floordiv", other, reflected=True)

    def __pow__(self, other: object) -> Self:
        return self._sum("pow", other)

    def __rpow__(self, other: object) -> Self:
        return self._sum("pow", other, reflected=True)

    def __eq__(self, other: object) -> Self:  # type: ignore[override]  # one truth per row, like pandas
        return self._compared("eq", other)  # type: ignore[no-any-return]

    def __ne__(self, other: object) -> Self:  # type: ignore[override]
        return self._compared("ne", other)  # type: ignore[no-any-return]

    def __lt__(self, other: object) -> Self:
        return self._compared("lt", other)  # type: ignore[no-any-return]

    def __le__(self, other: object) -> Self:
        return self._compared("le", other)  # type: ignore[no-any-return]

    def __gt__(self, other: object) -> Self:
        return self._compared("gt", other)  # type: ignore[no-any-return]

    def __ge__(self, other: object) -> Self:
        return self._compared("ge", other)  # type: ignore[no-any-return]

    def __and__(self, other: object) -> Self:
        return self._logic("and", other)

    def __or__(self, other: object) -> Self:
        return self._logic("or", other)

    def __xor__(self, other: object) -> Self:
        return self._logic("xor", other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__
    __hash__ = None

    def in_place(self, op: str, result: Self) -> Self:
        """What ``x op= y`` leaves of `self`, given ``x op y``."""
        raise refusal("an array is changed in place", f"write it out: a = a {op} b")

    def __iadd__(self, other: object) -> Self:
        return self.in_place("+", self + other)

    def __isub__(self, other: object) -> Self:
        return self.in_place("-", self - other)

    def __imul__(self, other: object) -> Self:
        return self.in_place("*", self * other)

    def __itruediv__(self, other: object) -> Self:
        return self.in_place("/", self / other)

    def __ifloordiv__(self, other: object) -> Self:
        return self.in_place("//", self // other)

    def __imod__(self, other: object) -> Self:
        return self.in_place("%", self % other)

    def __ipow__(self, other: object) -> Self:
        return self.in_place("**", self**other)

    def __iand__(self, other: object) -> Self:
        return self.in_place("&", self & other)

    def __ior__(self, other: object) -> Self:
        return self.in_place("|", self | other)

    def __ixor__(self, other: object) -> Self:
        return self.in_place("^", self ^ other)

    def __invert__(self) -> Self:
        if self.expr.kind != "boolean":
            raise refusal("`~` of a number turns its bits around, which is not compiled", "compare first: ~(a > 0)")
        return self.made(~self.real, self.session.nodes.inverse(self.expr))

    def __neg__(self) -> Self:
        expr = self._number("neg")
        return self.made(self.check_width("-", -self.real, expr), expr)

    def __pos__(self) -> Self:
        return self.made(+self.real, self.session.nodes.fit(self.expr, "number"))

    def __abs__(self) -> Self:
        expr = self._number("abs")
        return self.made(self.check_width("abs", abs(self.real), expr), expr)

    def _number(self, op: str) -> Expr:
        self.check_plain()
        return self.session.nodes.apply(op, self.session.nodes.fit(self.expr, "number"))

    def checked(self, real: Any, expr: Expr, name: object = "") -> Any:
        """pandas' value, after a look at its type: it must be of the kind the graph computes.

        In a replay, other rows may give another type (a missing truth). Such rows are guarded in the graph, and here
        they raise like all that pandas itself raises on.
        """
        kind = kind_of(real, name)
        if kind == expr.kind:
            return real
        if self.session.replaying and expr.kind != "boolean" and pd.isna(real).all():
            return real.astype("float64" if expr.kind == "number" else object)  # a missing value has any kind
        raise refusal(
            f"this step gives {kind} ({real.dtype}) where {expr.kind} was expected", "keep one kind per column"
        )

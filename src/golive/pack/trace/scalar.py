"""One symbolic value inside a Python function: it stands for the cell of any row.

Python's floats and NumPy's behave differently (division by zero, rounding), and a missing text may be None or
NaN, so a value knows which of them pandas hands to the function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.pack.trace.arithmetic import INVERTED, arithmetic, comparison, logic
from golive.pack.trace.expected import EXPECTED, ExpectedError
from golive.pack.trace.kinds import is_constant
from golive.pack.trace.scalar_text import Pieces, ScalarText
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.session import Session
    from golive.pack.trace.writing import Cell

_WHOLE = ("add", "sub", "mul", "floordiv", "mod")
"""What gives a whole number of two of them."""
_BOTH = "a missing value of this column is sometimes None and sometimes NaN, and this step tells them apart"


@dataclass(frozen=True, slots=True)
class Nature:
    """What pandas hands to the function."""

    numpy: bool = False
    """A NumPy scalar: division by zero gives infinity instead of an error."""
    type: type | None = None
    """The exact type of a value that is there; None where it is not known any more."""
    none: bool = False
    """A missing value can be None (in text, and out of ``dict.get``)."""
    nan: bool = True
    """A missing value can be NaN."""
    whole: tuple[Cell, ...] | None = None
    """Of a whole number (Python's `int`): the columns it is made of, which are whole; None where it may be another."""


class Scalar(ScalarText):
    owner = "a single value"
    stands_for = (str, float, np.float64)

    nature: Nature

    def __init__(self, session: Session, expr: Expr, nature: Nature = Nature()) -> None:  # frozen
        self.session = session
        self.expr = expr
        self.nature = nature

    # What Python asks

    def __bool__(self) -> bool:
        return self.ask(self.truth())

    def truth(self) -> Expr:
        nodes, x = self.session.nodes, self.expr
        if x.kind == "boolean":
            return x
        zero = nodes.constant(0.0) if x.kind == "number" else nodes.constant("")
        there = comparison(nodes, "ne", x, zero)
        if not x.nullable or not self.nature.none:
            return there
        self.one_marker()
        return nodes.both(there, nodes.inverse(nodes.is_missing(x)))

    def ask(self, test: Expr) -> bool:
        if self.session.paths is None:
            raise refusal("a value of a single row is used outside the function it was handed to")
        return self.session.paths.ask(test)

    def raise_where(self, test: Expr, error: type[Exception], message: str) -> None:
        """What Python raises on the rows where `test` holds: a branch like any other."""
        if self.ask(test):
            raise EXPECTED[error](message)

    def present(self, error: type[Exception] = AttributeError) -> None:
        """Python raises when a missing value is used as text."""
        if self.expr.nullable:
            self.raise_where(self.session.nodes.is_missing(self.expr), error, "a missing value is not text")

    def one_marker(self) -> None:
        if self.nature.none and self.nature.nan and self.expr.nullable:
            raise refusal(_BOTH, "use pd.isna(x)")

    def made(
        self, expr: Expr, *others: Scalar, numpy: bool | None = None, type: type | None = None,
        whole: tuple[Cell, ...] | None = None,
    ) -> Scalar:  # fmt: skip
        either = self.nature.numpy or any(other.nature.numpy for other in others)
        return Scalar(self.session, expr, Nature(either if numpy is None else numpy, type, whole=whole))

    def lifted(self, other: object) -> Scalar:
        """A constant beside a symbolic value."""
        if isinstance(other, Scalar):
            return other
        if not is_constant(other):
            raise refusal(
                f"a value of a single row meets a `{type(other).__name__}`",
                "use numbers, text, True and False beside it",
            )
        whole = () if type(other) is int else None
        nature = Nature(isinstance(other, np.generic), type(other), other is None, other is not None, whole)
        return Scalar(self.session, self.session.nodes.constant(other), nature)

    # Arithmetic

    def _sum(self, op: str, x: Scalar, y: Scalar) -> Scalar:
        for side in (x, y):
            side.not_none()
        if "text" in (x.expr.kind, y.expr.kind):
            return self._concatenated(op, x, y)
        numpy = x.nature.numpy or y.nature.numpy
        if op in ("div", "mod", "floordiv") and not numpy:
            zero = comparison(self.session.nodes, "eq", y.expr, self.session.nodes.constant(0.0))
            self.raise_where(zero, ZeroDivisionError, "division by zero")
        if op == "pow" and not numpy:
            return self._power(x, y)
        whole = None
        if op in _WHOLE and x.nature.whole is not None and y.nature.whole is not None:
            whole = (*x.nature.whole, *y.nature.whole)
        return self.made(arithmetic(self.session.nodes, op, x.expr, y.expr), x, y, whole=whole)

    def _concatenated(self, op: str, x: Scalar, y: Scalar) -> Scalar:
        if op in ("mul", "mod"):  # "ab" * 3 and "%s" % x are text again in Python
            raise refusal(f"`{'*' if op == 'mul' else '%'}` of text is not compiled", 'use f"{x}" or a + b')
        for side in (x, y):
            if side.expr.kind != "text":
                raise EXPECTED[TypeError]("text and a number")
            side.present(TypeError)
        return self.made(arithmetic(self.session.nodes, op, x.expr, y.expr), type=str)

    def _power(self, x: Scalar, y: Scalar) -> Scalar:
        nodes, power = self.session.nodes, y.expr.value
        if not y.expr.constant or not isinstance(power, float) or abs(power) > 1000:
            raise refusal(
                "a power whose exponent is not a constant is not compiled inside a function", "use np.power(x, y)"
            )
        if power < 0:
            self.raise_where(nodes.apply("eq", x.expr, nodes.constant(0.0)), ZeroDivisionError, "0 to a negative power")
        if power != int(power):
            self.raise_where(nodes.apply("lt", x.expr, nodes.constant(0.0)), ValueError, "a complex number")
        return self.finite(self.made(arithmetic(nodes, "pow", x.expr, y.expr), x, y), x)

    def finite(self, result: Scalar, *args: Scalar) -> Scalar:
        """Python raises OverflowError where finite arguments give infinity."""
        nodes = self.session.nodes
        size = nodes.apply("abs", result.expr)
        over = nodes.apply("eq", size, nodes.constant(float("inf")))
        for arg in args:
            if arg.expr.infinite:
                over = nodes.both(over, nodes.inverse(nodes.not_finite(arg.expr)))
        self.raise_where(over, OverflowError, "too large")
        return result

    def __add__(self, other: object) -> Scalar:
        return self._sum("add", self, self.lifted(other))

    def __radd__(self, other: object) -> Scalar:
        return self._sum("add", self.lifted(other), self)

    def __sub__(self, other: object) -> Scalar:
        return self._sum("sub", self, self.lifted(other))

    def __rsub__(self, other: object) -> Scalar:
        return self._sum("sub", self.lifted(other), self)

    def __mul__(self, other: object) -> Scalar:
        return self._sum("mul", self, self.lifted(other))

    def __rmul__(self, other: object) -> Scalar:
        return self._sum("mul", self.lifted(other), self)

    def __truediv__(self, other: object) -> Scalar:
        return self._sum("div", self, self.lifted(other))

    def __rtruediv__(self, other: object) -> Scalar:
        return self._sum("div", self.lifted(other), self)

    def __mod__(self, other: object) -> Scalar:
        return self._sum("mod", self, self.lifted(other))

    def __rmod__(self, other: object) -> Scalar:
        return self._sum("mod", self.lifted(other), self)

    def __floordiv__(self, other: object) -> Scalar:
        return self._sum("floordiv", self, self.lifted(other))

    def __rfloordiv__(self, other: object) -> Scalar:
        return self._sum("floordiv", self.lifted(other), self)

    def __pow__(self, other: object) -> Scalar:
        return self._sum("pow", self, self.lifted(other))

    def __rpow__(self, other: object) -> Scalar:
        return self._sum("pow", self.lifted(other), self)

    def number(self) -> Expr:
        """The value where Python needs a number."""
        if self.expr.kind == "text":
            raise EXPECTED[TypeError]("text is not a number")
        self.not_none()
        return self.session.nodes.to_number(self.expr)

    def not_none(self) -> None:
        """Python raises where None is used as a value."""
        none = self.is_none()
        if none is True or (none is not False and self.ask(none.expr)):
            raise EXPECTED[TypeError]("None is not a value")

    def __neg__(self) -> Scalar:
        return self.made(self.session.nodes.apply("neg", self.number()))

    def __pos__(self) -> Scalar:
        return self.made(self.number())

    def __abs__(self) -> Scalar:
        return self.made(self.session.nodes.apply("abs", self.number()))

    # Comparison and logic

    def _compared(self, op: str, other: object) -> Any:
        y = self.lifted(other)
        nodes = self.session.nodes
        if y.expr.is_null and y.nature.none:
            return self._against_none(op)
        if op in ("eq", "ne"):
            found = comparison(nodes, op, self.expr, y.expr)
            return found.value if found.constant else self.made(self._both_none(op, y, found), numpy=False, type=bool)
        if (self.expr.kind == "text") != (y.expr.kind == "text"):
            raise EXPECTED[TypeError]("text and numbers have no order")
        self.not_none()
        y.not_none()
        if self.expr.kind == "text":
            self.present(TypeError)
            y.present(TypeError)
        found = comparison(nodes, op, self.expr, y.expr)
        return found.value if found.constant else self.made(found, numpy=False, type=bool)

    def _against_none(self, op: str) -> Any:
        if op not in ("eq", "ne"):
            raise EXPECTED[TypeError]("None has no order")
        return self.is_none() if op == "eq" else negated(self.is_none())

    def _both_none(self, op: str, other: Scalar, found: Expr) -> Expr:
        """None equals None in Python, though NaN does not equal NaN."""
        if not (self.nature.none and other.nature.none and self.expr.nullable and other.expr.nullable):
            return found
        self.one_marker()
        other.one_marker()
        nodes = self.session.nodes
        none = nodes.both(nodes.is_missing(self.expr), nodes.is_missing(other.expr))
        return nodes.apply("or", found, none) if op == "eq" else nodes.both(found, nodes.inverse(none))

    def is_none(self) -> Any:
        """``x is None``."""
        if not self.nature.none or not self.expr.nullable:
            return False
        if self.expr.is_null:
            return True
        self.one_marker()
        return self.made(self.session.nodes.is_missing(self.expr), numpy=False, type=bool)

    def __eq__(self, other: object) -> Any:
        return self._compared("eq", other)

    def __ne__(self, other: object) -> Any:
        return self._compared("ne", other)

    def __lt__(self, other: object) -> Any:
        return self._compared("lt", other)

    def __le__(self, other: object) -> Any:
        return self._compared("le", other)

    def __gt__(self, other: object) -> Any:
        return self._compared("gt", other)

    def __ge__(self, other: object) -> Any:
        return self._compared("ge", other)

    def _logic(self, op: str, other: object) -> Scalar:
        y = self.lifted(other)
        return self.made(logic(self.session.nodes, op, self.expr, y.expr), y, type=bool)

    def __and__(self, other: object) -> Scalar:
        return self._logic("and", other)

    def __or__(self, other: object) -> Scalar:
        return self._logic("or", other)

    def __xor__(self, other: object) -> Scalar:
        return self._logic("xor", other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self) -> Scalar:
        if self.expr.kind != "boolean" or not self.nature.numpy:
            raise refusal("`~` of a single value is not the opposite of a truth in Python", "use `not x`")
        return self.made(self.session.nodes.inverse(self.expr))

    def __hash__(self) -> int:  # type: ignore[override]  # None in all other proxies
        raise refusal(
            "a value of a row is used as a key, in a tuple or a set: how they are told apart cannot be followed",
            "df.merge(table, on=[...], how='left') looks up by several columns; or compare one by one with `and`",
        )


def negated(found: Any) -> Any:
    """``not x`` of a truth or of a symbolic one, without asking it."""
    if isinstance(found, Scalar):
        return found.made(found.session.nodes.inverse(found.expr), numpy=False, type=bool)
    return not found


__all__ = ["INVERTED", "ExpectedError", "Nature", "Pieces", "Scalar", "negated"]

"""The `math` module on a single value: like NumPy's functions, but it raises where they give NaN or infinity."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.pack.trace.arithmetic import UFUNCS
from golive.pack.trace.numerals import parsed
from golive.pack.trace.scalar import Scalar
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from golive.pack.trace.session import Session


def to_float(session: Session, value: Any = 0.0) -> Any:
    if not isinstance(value, Scalar):
        raise not_here("float", value)
    if value.expr.kind == "text":
        return read(session, value, whole=False)
    return value.made(value.number(), numpy=False, type=float)


def read(session: Session, value: Scalar, *, whole: bool) -> Scalar:
    """``float(x)`` or ``int(x)`` of a text: a branch where Python raises."""
    nodes, text = session.nodes, value.expr
    if text.nullable:
        value.one_marker()
        if value.nature.none or whole:
            value.raise_where(nodes.is_missing(text), TypeError if value.nature.none else ValueError, "a missing value")
    found = parsed(session, text, whole=whole)
    value.raise_where(
        nodes.both(nodes.is_missing(found), nodes.inverse(nodes.is_missing(text))), ValueError, "no number"
    )
    return value.made(found, numpy=False, type=int if whole else float, whole=() if whole else None)


def finite(session: Session, value: Scalar) -> None:
    if value.expr.kind == "number":
        if value.expr.nullable:
            value.raise_where(session.nodes.is_missing(value.expr), ValueError, "a missing value is no whole number")
        if value.expr.infinite:
            value.raise_where(session.nodes.not_finite(value.expr), OverflowError, "infinity is no whole number")


def _math(ufunc: Any, fails: str = "", limit: float = 0.0, over: bool = False) -> Callable[[Session, Any], Any]:
    """A function of `math`: like NumPy's, but it raises where NumPy gives NaN or infinity."""

    def made(session: Session, value: Any) -> Any:
        number = to_float(session, value)
        if fails:
            outside = session.nodes.apply(fails, number.expr, session.nodes.constant(limit))
            number.raise_where(outside, ValueError, "math domain error")
        result = number.made(UFUNCS[ufunc](session.nodes, number.expr), numpy=False, type=float)
        return number.finite(result, number) if over else result

    return made


def log(session: Session, value: Any, base: Any = None) -> Any:
    """``math.log(x)`` and ``math.log(x, base)``, which Python computes as a quotient."""
    found = _math(np.log, "le")(session, value)
    if base is None:
        return found
    if isinstance(base, Scalar) or isinstance(value, int | float):
        raise refusal("math.log to a base that differs from row to row is not compiled", "math.log(x) / math.log(b)")
    return found / math.log(base)


def _whole(ufunc: Any) -> Callable[[Session, Any], Any]:
    def made(session: Session, value: Any) -> Any:
        number = to_float(session, value)
        finite(session, number)
        return number.made(UFUNCS[ufunc](session.nodes, number.expr), numpy=False, type=int, whole=())

    return made


def _test(ufunc: Any) -> Callable[[Session, Any], Any]:
    def made(session: Session, value: Any) -> Any:
        number = to_float(session, value)
        return number.made(UFUNCS[ufunc](session.nodes, number.expr), numpy=False, type=bool)

    return made


def not_here(name: str, value: Any) -> Exception:
    return refusal(
        f"`{name}()` of {getattr(value, 'owner', 'a list')} takes it out of the table",
        f"convert the column: .astype({name})",
    )


MATH: Mapping[Any, Callable[..., Any]] = {
    math.log: log,
    math.log2: _math(np.log2, "le"),
    math.log10: _math(np.log10, "le"),
    math.log1p: _math(np.log1p, "le", -1.0),
    math.sqrt: _math(np.sqrt, "lt"),
    math.exp: _math(np.exp, over=True),
    math.expm1: _math(np.expm1, over=True),
    math.tanh: _math(np.tanh),
    math.fabs: _math(np.absolute),
    math.floor: _whole(np.floor),
    math.ceil: _whole(np.ceil),
    math.trunc: _whole(np.trunc),
    math.isnan: _test(np.isnan),
    math.isinf: _test(np.isinf),
    math.isfinite: _test(np.isfinite),
}
"""Function of `math` -> the same on a symbolic value."""

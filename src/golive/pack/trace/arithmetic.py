"""Arithmetic, comparisons and the NumPy ufuncs on expressions: one table for columns, arrays and single values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from golive.pack.trace.nodes import Expr, Nodes

INVERTED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}


def arithmetic(nodes: Nodes, op: str, x: Expr, y: Expr) -> Expr:
    """``add sub mul div mod floordiv pow``; two texts can be added."""
    if op == "add" and "text" in (x.kind, y.kind):
        return nodes.apply("concat", nodes.fit(x, "text"), nodes.fit(y, "text"))
    if "text" in (x.kind, y.kind):
        raise refusal(f"text in arithmetic (`{op}`) has no equal in the graph")
    return nodes.apply(op, nodes.to_number(x), nodes.to_number(y))


def comparison(nodes: Nodes, op: str, x: Expr, y: Expr) -> Expr:
    """``lt le gt ge eq ne``; false with a missing value, except that `ne` is true."""
    if x.is_null or y.is_null or (("text" in (x.kind, y.kind)) and x.kind != y.kind):
        if op not in ("eq", "ne") and not (x.is_null or y.is_null):
            raise refusal("text and numbers have no order")
        return nodes.constant(op == "ne")
    if x.kind == y.kind == "boolean" and op in ("eq", "ne"):
        differs = nodes.apply("xor", x, y)
        return differs if op == "ne" else nodes.inverse(differs)
    if x.kind == "text":
        if op not in ("eq", "ne"):
            raise refusal("the order of texts is not compiled", "compare with == or `in`")
        return nodes.apply("differs" if op == "ne" else "same", x, y)
    return nodes.apply(op, nodes.to_number(x), nodes.to_number(y))


def logic(nodes: Nodes, op: str, x: Expr, y: Expr) -> Expr:
    """``and or xor`` of two truths."""
    if x.kind != "boolean" or y.kind != "boolean":
        raise refusal(
            f"`{op}` of {x.kind} and {y.kind}: bits of numbers are not compiled", "compare first: (a > 0) & (b > 0)"
        )
    return nodes.apply(op, x, y)


def rounded(nodes: Nodes, x: Expr, decimals: object) -> Expr:
    if not isinstance(decimals, int | np.integer) or not 0 <= decimals <= 15:
        raise refusal(f"rounding to {decimals!r} decimals is not compiled", "use a number of decimals from 0 to 15")
    return nodes.apply("round", nodes.to_number(x), decimals=float(decimals))


def clipped(nodes: Nodes, x: Expr, low: float | None, high: float | None) -> Expr:
    if low is not None and high is not None and low > high:
        raise refusal(f"clip between {low} and {high}: the lower bound is above the upper one")
    return nodes.apply("clip", nodes.to_number(x), low=low, high=high)


def _arithmetic(op: str) -> Callable[[Nodes, Expr, Expr], Expr]:
    return lambda nodes, x, y: arithmetic(nodes, op, x, y)


def _comparison(op: str) -> Callable[[Nodes, Expr, Expr], Expr]:
    return lambda nodes, x, y: comparison(nodes, op, x, y)


def _logic(op: str) -> Callable[[Nodes, Expr, Expr], Expr]:
    return lambda nodes, x, y: logic(nodes, op, _truth(nodes, x), _truth(nodes, y))


def _single(op: str) -> Callable[[Nodes, Expr], Expr]:
    return lambda nodes, x: nodes.apply(op, nodes.to_number(x))


def _pair(op: str) -> Callable[[Nodes, Expr, Expr], Expr]:
    return lambda nodes, x, y: nodes.apply(op, nodes.to_number(x), nodes.to_number(y))


def _truth(nodes: Nodes, x: Expr) -> Expr:
    return x if x.kind == "boolean" else nodes.apply("ne", nodes.fit(x, "number"), nodes.constant(0.0))


def _invert(nodes: Nodes, x: Expr) -> Expr:
    if x.kind != "boolean":
        raise refusal("`~` of a number turns its bits around, which is not compiled", "compare first: ~(a > 0)")
    return nodes.inverse(x)


def _ignoring(op: str) -> Callable[[Nodes, Expr, Expr], Expr]:
    def made(nodes: Nodes, x: Expr, y: Expr) -> Expr:
        x, y = nodes.to_number(x), nodes.to_number(y)
        other = nodes.where(nodes.is_missing(y), x, nodes.apply(op, x, y))
        return nodes.where(nodes.is_missing(x), y, other)

    return made


def _infinite(nodes: Nodes, x: Expr) -> Expr:
    return nodes.apply("eq", nodes.apply("abs", nodes.to_number(x)), nodes.constant(float("inf")))


UFUNCS: Mapping[Any, Callable[..., Expr]] = {
    np.add: _arithmetic("add"),
    np.subtract: _arithmetic("sub"),
    np.multiply: _arithmetic("mul"),
    np.divide: _arithmetic("div"),
    np.mod: _arithmetic("mod"),
    np.floor_divide: _arithmetic("floordiv"),
    np.power: _arithmetic("pow"),
    np.less: _comparison("lt"),
    np.less_equal: _comparison("le"),
    np.greater: _comparison("gt"),
    np.greater_equal: _comparison("ge"),
    np.equal: _comparison("eq"),
    np.not_equal: _comparison("ne"),
    np.logical_and: _logic("and"),
    np.logical_or: _logic("or"),
    np.logical_xor: _logic("xor"),
    np.logical_not: lambda nodes, x: nodes.inverse(_truth(nodes, x)),
    np.bitwise_and: lambda nodes, x, y: logic(nodes, "and", x, y),
    np.bitwise_or: lambda nodes, x, y: logic(nodes, "or", x, y),
    np.bitwise_xor: lambda nodes, x, y: logic(nodes, "xor", x, y),
    np.invert: _invert,
    np.maximum: _pair("maximum"),
    np.minimum: _pair("minimum"),
    np.fmax: _ignoring("maximum"),
    np.fmin: _ignoring("minimum"),
    np.log: _single("log"),
    np.log1p: _single("log1p"),
    np.log2: _single("log2"),
    np.log10: _single("log10"),
    np.exp: _single("exp"),
    np.expm1: _single("expm1"),
    np.sqrt: _single("sqrt"),
    np.tanh: _single("tanh"),
    np.absolute: _single("abs"),
    np.fabs: _single("abs"),
    np.sign: _single("sign"),
    np.negative: _single("neg"),
    np.floor: _single("floor"),
    np.ceil: _single("ceil"),
    np.trunc: _single("trunc"),
    np.rint: lambda nodes, x: rounded(nodes, x, 0),
    np.positive: lambda nodes, x: nodes.to_number(x),
    np.square: lambda nodes, x: nodes.apply("mul", nodes.to_number(x), nodes.to_number(x)),
    np.reciprocal: lambda nodes, x: nodes.apply("div", nodes.constant(1.0), nodes.to_number(x)),
    np.isnan: lambda nodes, x: nodes.is_missing(nodes.to_number(x)),
    np.isinf: _infinite,
    np.isfinite: lambda nodes, x: nodes.inverse(nodes.not_finite(nodes.to_number(x))),
}
"""NumPy ufunc -> the same on expressions. What is missing here is refused."""

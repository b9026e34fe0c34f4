"""Expressions: a node of the graph with what is known about it, and the one place where nodes are made."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from golive.pack.trace.kinds import kind_of, plain
from golive.pack.trace.site import here, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.engine.builder import Builder
    from golive.records.contract import Kind

_BOOLEAN = frozenset(
    [
        "is_missing",
        "lt",
        "le",
        "gt",
        "ge",
        "eq",
        "ne",
        "same",
        "differs",
        "and",
        "or",
        "xor",
        "not",
        "isin",
        "contains",
        "starts_with",
        "ends_with",
    ]
)
_TEXT = frozenset(["lower", "upper", "strip", "trim", "replace", "slice", "split", "concat", "text", "write_number"])
_LIKE_ARGUMENT = {"coalesce": 0, "where": 1}
_NEW_MISSING = frozenset(
    [
        "div",
        "mod",
        "floordiv",
        "pow",
        "log",
        "log1p",
        "log2",
        "log10",
        "sqrt",
        "cut",
        "split",
        "mean",
        "smallest",
        "largest",
        "parse_date",
        "date_part",
        "write_number",
    ]
)
_FINITE = frozenset(["sign", "to_number", "length", "cut", "lookup", "interpolate", "tanh", "date_part"])
_KEEPS_FINITE = frozenset(
    ["neg", "abs", "floor", "ceil", "trunc", "round", "clip", "minimum", "maximum", "coalesce", "where"]
)


SMALL = 1e5
"""Constants beside which parts of dates stay small."""


@dataclass(frozen=True, slots=True)
class Expr:
    """One value of a row."""

    node: int | None
    """Position in the builder; None in a replay, and for what is not an input of the model (the outcome)."""
    kind: str
    depends: frozenset[str] = frozenset()
    """Raw inputs it is made of."""
    nullable: bool = True
    """May be missing. False is a promise, True is not."""
    infinite: bool = True
    """May be infinite. False is a promise."""
    small: bool = False
    """A part of a date, or a sum of such: far from where narrow whole numbers wrap around."""
    constant: bool = False
    value: float | str | bool | None = None
    """Only of a constant."""

    @property
    def is_small(self) -> bool:
        return self.small or (self.constant and isinstance(self.value, float) and abs(self.value) < SMALL)

    @property
    def is_null(self) -> bool:
        return self.constant and self.value is None


class Nodes:
    """Makes nodes in the builder; without a builder (in a replay) makes expressions without a node."""

    def __init__(self, builder: Builder | None, kinds: Mapping[str, Kind]) -> None:
        self._builder = builder
        self._kinds = kinds

    @property
    def building(self) -> bool:
        return self._builder is not None

    def is_input(self, name: str) -> bool:
        """Whether a raw column is known when a case is decided."""
        return name in self._kinds

    def input(self, name: str, real: Any) -> Expr:
        kind = "text" if real.dtype.kind == "M" else kind_of(real, name)  # a product sends dates as text
        nullable = bool(real.isna().any())
        if self._builder is None or name not in self._kinds:
            return Expr(None, kind, frozenset([name]), nullable)
        if (expected := self._kinds[name].value) != kind:
            raise refusal(f"column `{name}` is {kind} in the training frame ({real.dtype}) but {expected} by contract")
        node = self._builder.input(name, self._kinds[name])
        return Expr(node, kind, frozenset([name]), nullable, infinite=False)

    def constant(self, value: object, kind: str = "") -> Expr:
        """A constant; a missing one takes the kind asked for (number unless said)."""
        value = plain(value)
        if isinstance(value, bool):
            return self._constant("boolean", value)
        if isinstance(value, str):
            return self._constant("text", value)
        if value is None and kind == "text":
            return self._constant("text", None)
        if value is not None and math.isinf(value):
            # A record holds no infinity, so it is written as a division by zero.
            one, zero = self._constant("number", math.copysign(1.0, value)), self._constant("number", 0.0)
            node = self._node("div", (one, zero), {}, {})
            return Expr(node, "number", nullable=False, constant=True, value=value)
        return self._constant("number", value)

    def apply(
        self,
        op: str,
        *args: Expr,
        arrays: Mapping[str, Any] | None = None,
        **params: float | str | bool | Sequence[float | str | bool | None] | None,
    ) -> Expr:
        """One operation of the graph on expressions."""
        node = self._node(op, args, params, arrays or {})
        depends = frozenset().union(*(arg.depends for arg in args))
        nullable = any(arg.nullable for arg in args) or op in _NEW_MISSING
        if op in ("add", "sub", "mul"):
            nullable = nullable or any(arg.infinite for arg in args)
        if op == "coalesce":
            nullable = args[0].nullable and args[1].nullable
        infinite = op not in _FINITE and not (op in _KEEPS_FINITE and not any(arg.infinite for arg in args))
        kind = str(params.get("kind") or _kind(op, args))
        if kind == "boolean":
            nullable = infinite = False
        return Expr(node, kind, depends, nullable, infinite)

    def to_number(self, x: Expr) -> Expr:
        if x.kind == "boolean":
            return self.constant(float(bool(x.value))) if x.constant else self.apply("to_number", x)
        return self.fit(x, "number")

    def fit(self, x: Expr, kind: str) -> Expr:
        """The expression as the given kind, as pandas and NumPy convert; refused where they would mix."""
        if x.kind == kind:
            return x
        if x.is_null and kind != "boolean":
            return self.constant(None, kind)
        if x.kind == "boolean" and kind == "number":
            return self.to_number(x)
        raise refusal(f"{x.kind} and {kind} meet in one column", "keep one kind per column")

    def inverse(self, x: Expr) -> Expr:
        return self.apply("not", x)

    def finite(self, x: Expr) -> Expr:
        """The same, with the promise that it is never infinite."""
        return replace(x, infinite=False)

    def both(self, x: Expr, y: Expr) -> Expr:
        return self.apply("and", x, y)

    def is_missing(self, x: Expr) -> Expr:
        if x.kind == "boolean" or x.constant:
            return self.constant(x.is_null)
        return self.apply("is_missing", x)

    def not_finite(self, x: Expr) -> Expr:
        """True for a missing number and for an infinite one: x - x is 0 for all others."""
        return self.is_missing(x) if not x.infinite else self.apply("is_missing", self.apply("sub", x, x))

    def where(self, test: Expr, yes: Expr, no: Expr) -> Expr:
        if test.constant:
            return yes if test.value else no
        return self.apply("where", test, yes, no)

    def _constant(self, op: str, value: float | str | bool | None) -> Expr:
        node = self._node(op, (), {"value": value}, {})
        return Expr(node, op, nullable=value is None, infinite=False, constant=True, value=value)

    def _node(
        self,
        op: str,
        args: Sequence[Expr],
        params: Mapping[str, float | str | bool | Sequence[float | str | bool | None] | None],
        arrays: Mapping[str, Any],
    ) -> int | None:
        known = [arg.node for arg in args if arg.node is not None]
        if self._builder is None or len(known) < len(args):
            return None
        at = here()
        return self._builder.node(op, *known, where=at.where if at else "", arrays=arrays, **dict[str, Any](params))


def _kind(op: str, args: Sequence[Expr]) -> str:
    if op in _LIKE_ARGUMENT:
        return args[_LIKE_ARGUMENT[op]].kind
    return "boolean" if op in _BOOLEAN else "text" if op in _TEXT else "number"

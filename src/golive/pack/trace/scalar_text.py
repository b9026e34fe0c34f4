"""What a function does with one symbolic text: the methods of ``str``, with what they raise on other values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from golive.pack.trace.expected import EXPECTED
from golive.pack.trace.proxy import Proxy
from golive.pack.trace.site import refusal
from golive.pack.trace.text import (
    has_letter,
    left_stripped,
    letter,
    piece,
    replaced,
    right_stripped,
    sliced,
    starts,
    stripped,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.pack.trace.nodes import Expr, Nodes
    from golive.pack.trace.scalar import Scalar
    from golive.pack.trace.writing import Cell


class ScalarText(Proxy):
    """Half of a `Scalar`: what only text has."""

    expr: Expr

    def made(
        self, expr: Expr, *others: Scalar, numpy: bool | None = None, type: type | None = None,
        whole: tuple[Cell, ...] | None = None,
    ) -> Scalar:  # fmt: skip
        raise NotImplementedError

    def present(self, error: type[Exception] = AttributeError) -> None:
        raise NotImplementedError

    def raise_where(self, test: Expr, error: type[Exception], message: str) -> None:
        raise NotImplementedError

    def _text(self, op: str, *args: object) -> Scalar:
        if self.expr.kind != "text":
            raise EXPECTED[AttributeError](f"a number has no `{op}`")
        if args:
            raise refusal(f"`.{op}` with {args!r:.40} is not compiled", f"use .{op}() without arguments")
        self.present()
        return self.made(self.session.nodes.apply(op, self.expr), numpy=False, type=str)

    def lower(self) -> Scalar:
        return self._text("lower")

    def upper(self) -> Scalar:
        return self._text("upper")

    def strip(self, characters: object = None) -> Scalar:
        return self._stripped(stripped, characters)

    def lstrip(self, characters: object = None) -> Scalar:
        return self._stripped(left_stripped, characters)

    def rstrip(self, characters: object = None) -> Scalar:
        return self._stripped(right_stripped, characters)

    def _stripped(self, step: Callable[[Nodes, Expr, object], Expr], characters: object) -> Scalar:
        self._need_text("strip")
        return self.made(step(self.session.nodes, self.expr, characters), numpy=False, type=str)

    def replace(self, old: object, new: object) -> Scalar:
        self._need_text("replace")
        return self.made(replaced(self.session.nodes, self.expr, old, new), numpy=False, type=str)

    def startswith(self, what: object) -> Scalar:
        self._need_text("startswith")
        return self.made(starts(self.session.nodes, self.expr, what), numpy=False, type=bool)

    def endswith(self, what: object) -> Scalar:
        self._need_text("endswith")
        return self.made(starts(self.session.nodes, self.expr, what, "ends_with"), numpy=False, type=bool)

    def removeprefix(self, prefix: object) -> Scalar:
        self._need_text("removeprefix")
        return self.made(without(self.session.nodes, self.expr, prefix, "starts_with"), numpy=False, type=str)

    def removesuffix(self, suffix: object) -> Scalar:
        self._need_text("removesuffix")
        return self.made(without(self.session.nodes, self.expr, suffix, "ends_with"), numpy=False, type=str)

    def split(self, separator: object = None, *more: object) -> Pieces:
        self._need_text("split")
        if more:
            raise refusal("a split with a limit is not compiled")
        return Pieces(self, separator)

    def __getitem__(self, key: object) -> Scalar:
        if self.expr.kind != "text":
            raise EXPECTED[TypeError]("a number has no items")
        self.present(TypeError)
        nodes = self.session.nodes
        if isinstance(key, slice):
            return self.made(sliced(nodes, self.expr, key.start, key.stop, key.step), numpy=False, type=str)
        if not isinstance(key, int):
            raise refusal(f"item {key!r:.40} of a text is not compiled", "use a plain position")
        self.raise_where(nodes.inverse(has_letter(nodes, self.expr, key)), IndexError, "text too short")
        return self.made(letter(nodes, self.expr, key), numpy=False, type=str)

    def contains(self, what: object) -> Any:
        """``what in x``."""
        if self.expr.kind != "text" or not isinstance(what, str):
            raise EXPECTED[TypeError]("only text is in text")
        self.present(TypeError)
        return self.made(self.session.nodes.apply("contains", self.expr, text=what), numpy=False, type=bool)

    def length(self) -> Scalar:
        if self.expr.kind != "text":
            raise EXPECTED[TypeError]("a number has no length")
        self.present(TypeError)
        return self.made(self.session.nodes.apply("length", self.expr), numpy=False, type=int, whole=())

    def _need_text(self, name: str) -> None:
        if self.expr.kind != "text":
            raise EXPECTED[AttributeError](f"a number has no `{name}`")
        self.present()


class Pieces(Proxy):
    """What ``x.split("-")`` gives; only single pieces can be taken from it."""

    owner = "the list that a split gives"
    stands_for = (list,)

    def __init__(self, text: ScalarText, separator: object) -> None:
        self.session = text.session
        self._text = text
        self._separator = separator

    def __getitem__(self, at: object) -> Scalar:
        nodes = self.session.nodes
        found = piece(nodes, self._text.expr, self._separator, at)
        self._text.raise_where(nodes.is_missing(found), IndexError, "fewer pieces")
        return self._text.made(found, numpy=False, type=str)

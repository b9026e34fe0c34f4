"""Arithmetic that people write into the money file: read into a tree, never evaluated as code.

The language is ``+ - * /``, parentheses, ``min(a, b, ...)``, ``max(a, b, ...)``, numbers, and names of columns
and assumptions; a name with spaces stands in backticks. ``×``, ``÷`` and ``−`` are read like ``*``, ``/`` and ``-``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import DocumentError, InputError
from golive.maths.words import count, rows_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Values = NDArray[np.float64]

DEEPEST = 50
"""Parentheses and signs inside each other; more is a mistake, and would exhaust the stack."""
LONGEST = 400
"""Words and signs of one formula, for the same reason."""


@dataclass(frozen=True)
class Number:
    value: float


@dataclass(frozen=True)
class Name:
    name: str
    at: str = field(default="", compare=False)
    """``money.toml:14:21``, for messages."""


@dataclass(frozen=True)
class Call:
    """``+ - * /`` with two arguments, ``neg`` with one, ``min`` and ``max`` with two or more."""

    op: str
    args: tuple[Tree, ...]
    at: str = field(default="", compare=False)


Tree = Number | Name | Call


def parse(text: str, *, where: str = "") -> Tree:
    """Read a formula.

    Parameters
    ----------
    text
        The formula.
    where
        ``file:line:column`` of the opening quote, so that messages can name the column of the mistake.

    Raises
    ------
    DocumentError
        What stands where something else was expected.

    Examples
    --------
    >>> show(parse("margin * Amount - 15"))
    'margin * Amount - 15'
    """
    return _Parser(text, where).whole()


def names(tree: Tree) -> tuple[Name, ...]:
    """Return the names in a tree, in order, each as often as it stands there."""
    if isinstance(tree, Name):
        return (tree,)
    return tuple(name for arg in tree.args for name in names(arg)) if isinstance(tree, Call) else ()


def show(tree: Tree) -> str:
    """Write a tree with as few parentheses as keep its meaning; equal trees, equal text."""
    if isinstance(tree, Number):
        return repr(tree.value).removesuffix(".0")
    if isinstance(tree, Name):
        return tree.name if _PLAIN.fullmatch(tree.name) else f"`{tree.name}`"
    if tree.op in ("min", "max"):
        return f"{tree.op}({', '.join(map(show, tree.args))})"
    if tree.op == "neg":
        return f"-{_inside(tree.args[0], 3)}"
    rank = _RANK[tree.op]
    return f"{_inside(tree.args[0], rank)} {tree.op} {_inside(tree.args[1], rank + 1)}"


def evaluate(tree: Tree, values: Mapping[str, Values | float], rows: NDArray[np.int64] | None = None) -> Values:
    """Evaluate on columns and assumptions, in double precision, in the order in which it is written.

    Parameters
    ----------
    tree, values
        What to evaluate, and a column (n,) or a number for every name in it.
    rows
        The row numbers to name in messages, (n,); 0..n-1 when absent.

    Raises
    ------
    InputError
        A division by zero; the place in the formula and the first row are named.
    """
    if isinstance(tree, Number):
        return np.asarray(tree.value, dtype=np.float64)
    if isinstance(tree, Name):
        return np.asarray(values[tree.name], dtype=np.float64)
    args = [evaluate(arg, values, rows) for arg in tree.args]
    if tree.op == "/":
        _refuse_zero(tree, args[1], rows)
    with np.errstate(over="ignore", invalid="ignore"):  # callers refuse what is not finite, and name the row
        return apply(tree.op, args)


_PLAIN = re.compile(r"[^\W\d]\w*")
_TOKEN = re.compile(r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|`([^`]+)`|([^\W\d]\w*)|(.))", re.DOTALL)
_SAME = {"×": "*", "÷": "/", "−": "-"}
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}


@dataclass(frozen=True)
class _Token:
    kind: str
    """number, name, sign, end."""
    text: str
    position: int


class _Parser:
    """Recursive descent; one token of look-ahead."""

    def __init__(self, text: str, where: str) -> None:
        self.text = text
        self.where = where
        self.tokens = _tokens(text)
        self.next = 0
        self.depth = 0

    def whole(self) -> Tree:
        if len(self.tokens) > LONGEST:
            self.next = LONGEST
            raise self.mistake(f"expected at most {LONGEST} words and signs")
        tree = self.sum()
        if self.token.kind != "end":
            raise self.mistake("expected an operator or the end of the formula")
        return tree

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def sum(self) -> Tree:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Tree:
        return self.chain(("*", "/"), self.signed)

    def chain(self, signs: tuple[str, ...], operand: Callable[[], Tree]) -> Tree:
        tree = operand()
        while self.token.kind == "sign" and self.token.text in signs:
            at, op = self.at(), self.take().text
            tree = Call(op, (tree, operand()), at)
        return tree

    def signed(self) -> Tree:
        if self.token.kind == "sign" and self.token.text in "+-":
            at, sign = self.at(), self.take().text
            argument = self.deeper(self.signed)
            return Call("neg", (argument,), at) if sign == "-" else argument
        return self.atom()

    def atom(self) -> Tree:
        at, token = self.at(), self.token
        if token.kind == "number":
            return Number(float(self.take().text))
        if token.kind == "name":
            self.take()
            return (
                self.call(token, at) if self.token.text == "(" and self.token.kind == "sign" else Name(token.text, at)
            )
        if token.kind == "sign" and token.text == "(":
            self.take()
            tree = self.deeper(self.sum)
            self.expect(")")
            return tree
        raise self.mistake("expected a number, a name or `(`")

    def call(self, name: _Token, at: str) -> Tree:
        if name.text not in ("min", "max"):
            raise self.mistake(f"`{name.text}` is not a function; expected `min`, `max`, or an operator after it")
        self.take()
        args = [self.deeper(self.sum)]
        while self.token.text == ",":
            self.take()
            args.append(self.deeper(self.sum))
        if len(args) < 2:
            raise self.mistake(f"`{name.text}` has one argument; expected two or more")
        self.expect(")")
        return Call(name.text, tuple(args), at)

    def deeper(self, part: Callable[[], Tree]) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.mistake(f"more than {DEEPEST} levels inside each other")
        tree = part()
        self.depth -= 1
        return tree

    def take(self) -> _Token:
        token = self.token
        self.next += 1
        return token

    def expect(self, sign: str) -> None:
        if self.token.kind != "sign" or self.token.text != sign:
            raise self.mistake(f"expected `{sign}`")
        self.take()

    def at(self) -> str:
        return place(self.where, self.token.position)

    def mistake(self, expected: str) -> DocumentError:
        found = f"`{self.token.text}`" if self.token.kind != "end" else "the end"
        return DocumentError(
            f"the formula `{self.text}` cannot be read",
            problems=[f"{self.at()}: found {found}; {expected}"],
            hint="a formula looks like: margin * Amount - 15",
        )


def place(where: str, position: int) -> str:
    """Return the place of a character: ``where`` is that of the opening quote before the text."""
    file, _, rest = where.partition(":")
    if not rest:
        return f"column {position + 1}"
    line, _, column = rest.rpartition(":")
    return f"{file}:{line}:{int(column) + 1 + position}"


def _tokens(text: str) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text):
        number, quoted, plain, sign = match.groups()
        kind = "number" if number else "name" if quoted or plain else "sign"
        token = number or quoted or plain or _SAME.get(sign, sign)
        if token.strip():
            found.append(_Token(kind, token, match.start(match.lastindex or 0) - (1 if quoted else 0)))
    return [*found, _Token("end", "", len(text))]


def _inside(tree: Tree, rank: int) -> str:
    low = (isinstance(tree, Call) and _RANK.get(tree.op, 9) < rank) or (isinstance(tree, Call) and tree.op == "neg")
    return f"({show(tree)})" if low else show(tree)


def apply(op: str, args: list[Values]) -> Values:
    """Return the result of one sign or function."""
    if op == "neg":
        return np.negative(args[0])
    ufunc = {
        "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "min": np.minimum, "max": np.maximum,
    }[op]  # fmt: skip
    return reduce(ufunc, args)


def _refuse_zero(tree: Call, divisor: Values, rows: NDArray[np.int64] | None) -> None:
    zero = np.flatnonzero(divisor == 0)
    if len(zero):
        first = zero[0] if rows is None or divisor.ndim == 0 else rows[zero[0]]
        said = show(tree.args[1])
        found = "" if divisor.ndim == 0 else f" in {count(len(zero))}, the first is {rows_text([first])}"
        raise InputError(
            f"{tree.at}: `{said}` is zero{found}; a division needs a divisor that is not zero",
            hint="give it another value than 0"
            if divisor.ndim == 0
            else f"leave these rows out if they are mistakes; or say the smallest divisor that makes sense, 1 in"
            f" max({said}, 1): whatever lies below it counts as much",
        )

"""The condition of a rule: read into a tree, never evaluated as code.

Comparisons, ``in``, ``not in``, ``is missing``, ``and``, ``or``, ``not``, parentheses; names with spaces stand in
backticks; texts stand in single or double quotes. What it means is fixed in docs/reference/policy.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from golive.errors import DocumentError
from golive.records.alike import character

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEEPEST = 50
"""Parentheses and ``not`` inside each other; more is a mistake, and would exhaust the stack."""
LONGEST = 10_000
"""Characters of one condition."""
SCORE = "@score"
"""The name of the model's score inside a tree; people write ``score``."""
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
"""The comparison that says the same with its sides changed."""


@dataclass(frozen=True)
class Name:
    """An input, or the score."""

    name: str
    at: str = field(default="", compare=False)


@dataclass(frozen=True)
class Literal:
    value: float | str | bool
    at: str = field(default="", compare=False)


@dataclass(frozen=True)
class Compare:
    """``op`` is one of ``< <= > >= = !=``."""

    op: str
    left: Name | Literal
    right: Name | Literal
    at: str = field(default="", compare=False)


@dataclass(frozen=True)
class Within:
    """``x in [...]``."""

    name: Name
    values: tuple[Literal, ...]
    negated: bool
    at: str = field(default="", compare=False)


@dataclass(frozen=True)
class Missing:
    """``x is missing``."""

    name: Name
    negated: bool


@dataclass(frozen=True)
class Flag:
    """A boolean input that stands alone."""

    name: Name


@dataclass(frozen=True)
class Not:
    part: Tree


@dataclass(frozen=True)
class Both:
    """``and`` (``op`` is ``and``) or ``or`` of two."""

    op: str
    left: Tree
    right: Tree


Atom = Compare | Within | Missing | Flag
Tree = Atom | Not | Both


def read(text: str, *, where: str = "") -> Tree:
    """Read a condition.

    Parameters
    ----------
    text
        The condition.
    where
        ``file:line:column`` of the opening quote, so that messages can name the column of the mistake.

    Raises
    ------
    DocumentError
        What stands where something else was expected.

    Examples
    --------
    >>> read('Income < 50').op
    '<'
    """
    return _Parser(text, where).whole()


def atoms(tree: Tree) -> Iterator[Atom]:
    """Yield the comparisons and questions of a tree, left to right."""
    if isinstance(tree, Not):
        yield from atoms(tree.part)
    elif isinstance(tree, Both):
        yield from atoms(tree.left)
        yield from atoms(tree.right)
    else:
        yield tree


def names(atom: Atom) -> tuple[Name, ...]:
    """Return the names in a comparison or question."""
    if isinstance(atom, Compare):
        return tuple(side for side in (atom.left, atom.right) if isinstance(side, Name))
    return (atom.name,)


def asked(tree: Tree) -> frozenset[str]:
    """Return the names that the rule asks about with ``is missing``."""
    return frozenset(atom.name.name for atom in atoms(tree) if isinstance(atom, Missing))


def needed(tree: Tree) -> tuple[str, ...]:
    """Return the inputs without which the rule cannot be asked, in order. The score is always there."""
    found = dict.fromkeys(name.name for atom in atoms(tree) for name in names(atom))
    return tuple(name for name in found if name not in asked(tree) and name != SCORE)


_NUMBER = re.compile(r"[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?)", re.ASCII)
_SPACE = " \t\r\n"
_WORD = re.compile(r"[^\W\d]\w*")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")
_SIGN = re.compile(r"<=|>=|!=|<(?![<>])|>(?!>)|=(?![=<>])|[()\[\],]")
_WORDS = frozenset({"and", "or", "not", "in", "is", "missing", "true", "false"})
_COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
_NO_SUMS = "rules do not compute; let the cleaning make a column"
_NO_MONEY = "write amounts without a currency"
_QUOTES = """write plain quotes, "text" or 'text'"""
_SLIPS = {
    **dict.fromkeys(("==", "＝"), "write ="),
    **dict.fromkeys(("=>", "≥"), "write >="),
    **dict.fromkeys(("=<", "≤"), "write <="),
    **dict.fromkeys(("<>", "≠"), "write !="),
    **dict.fromkeys((">>", "＞"), "write >"),
    **dict.fromkeys(("<<", "＜"), "write <"),
    **dict.fromkeys(("&&", "&"), "write and"),
    **dict.fromkeys(("||", "|"), "write or"),
    "!": "write not",
    "%": "write a share as a number without a sign, 60 % is 0.6",
    "−": "write the minus of the keyboard, -",
    ";": "separate with and, or, or a comma in a list",
    **dict.fromkeys("“”„‘’«»", _QUOTES),
    **dict.fromkeys("+-*/", _NO_SUMS),
    **dict.fromkeys("€$£", _NO_MONEY),
}
"""What people write instead, and what to write."""
_SLIP = re.compile("|".join(re.escape(slip) for slip in sorted(_SLIPS, key=len, reverse=True)))


@dataclass(frozen=True)
class _Token:
    kind: str
    """number, text, name, word, sign or end."""
    text: str
    position: int
    value: float | str = ""


class _Parser:
    """Recursive descent; one token of look-ahead."""

    def __init__(self, text: str, where: str) -> None:
        self.text = text
        self.where = where
        self.depth = 0
        if len(text) > LONGEST:
            self.fail(LONGEST, f"the condition has {len(text):,} characters; expected at most {LONGEST:,}")
        self.tokens = self.read_tokens()
        self.next = 0

    def read_tokens(self) -> list[_Token]:
        found: list[_Token] = []
        position = 0
        while position < len(self.text):
            if self.text[position] in _SPACE:
                position += 1
                continue
            found.append(self.read_token(position, found))
            position += len(found[-1].text)
        return [*found, _Token("end", "", len(self.text))]

    def read_token(self, position: int, before: list[_Token]) -> _Token:
        text = self.text
        starts = not before or before[-1].kind in ("word", "sign")  # a sign may belong to a number only here
        if (number := _NUMBER.match(text, position)) and (starts or text[position] not in "+-"):
            self.refuse_number(number)
            return _Token("number", number[0], position, float(number[0]))
        if quoted := _QUOTED.match(text, position):
            kind = "name" if quoted[0][0] == "`" else "text"
            return _Token(kind, quoted[0], position, quoted[0][1:-1])
        if word := _WORD.match(text, position):
            return self.read_word(word[0], position)
        if sign := _SIGN.match(text, position):
            return _Token("sign", sign[0], position)
        return self.refuse_character(position)

    def refuse_character(self, position: int) -> NoReturn:
        if slip := _SLIP.match(self.text, position):
            self.fail(position, f"found `{slip[0]}`; {_SLIPS[slip[0]]}")
        if self.text[position] in "\"'`":
            self.fail(
                position, f"the quote {self.text[position]} is never closed; expected another one behind the text"
            )
        if odd := character(self.text[position]):
            self.fail(position, f"found {self.text[position]!a}: {odd}")
        self.fail(position, f"found {self.text[position]!a}; expected a name, a number, a text or a comparison")

    def refuse_number(self, number: re.Match[str]) -> None:
        end, text = number.end(), self.text
        if re.match(r",\d", text[end:]) and "[" not in text[: number.start()]:
            decimals = re.match(r",(\d+)", text[end:])
            hint = f"write {number[0]}.{decimals[1]}" if decimals else "use a point"
            self.fail(number.start(), f"found `{number[0]}{text[end : end + 2]}`; numbers use a point: {hint}")
        if re.match(r"\s*%", text[end:]):
            self.fail(number.start(), f"found `{number[0]}%`; write {float(number[0]) / 100!r}")
        if end < len(text) and (text[end].isalnum() or text[end] in "._"):
            self.fail(number.start(), f"found `{text[number.start() : end + 1]}`; numbers have no unit and one point")

    def read_word(self, word: str, position: int) -> _Token:
        if word in _WORDS:
            return _Token("word", word, position)
        if word.lower() in _WORDS:
            self.fail(position, f"found `{word}`; write {word.lower()}")
        return _Token("name", word, position, SCORE if word == "score" else word)

    def whole(self) -> Tree:
        tree = self.either()
        if self.token.kind != "end":
            if self.token.text in _COMPARISONS:
                self.mistake("a comparison has two sides; join two comparisons with and")
            self.mistake("expected and, or, or the end")
        return tree

    def either(self) -> Tree:
        return self.chain("or", self.both)

    def both(self) -> Tree:
        return self.chain("and", self.negation)

    def chain(self, word: str, part: Callable[[], Tree]) -> Tree:
        tree = part()
        while self.is_word(word):
            self.take()
            tree = Both(word, tree, part())
        return tree

    def negation(self) -> Tree:
        if self.is_word("not"):
            self.take()
            return Not(self.deeper(self.negation))
        if self.token.text == "(":
            self.take()
            tree = self.deeper(self.either)
            self.expect(")")
            return tree
        return self.atom()

    def atom(self) -> Tree:
        at, left = self.at(), self.operand()
        if self.token.kind == "sign" and self.token.text in _COMPARISONS:
            op = self.take().text
            return Compare(op, left, self.operand(), at)
        if not isinstance(left, Name):
            self.mistake("expected a comparison such as Age < 18")
        if self.is_word("is"):
            return self.missing(left)
        negated = self.is_word("not")
        if negated:
            self.take()
        if self.is_word("in"):
            self.take()
            return Within(left, self.values(), negated, at)
        if negated:
            self.mistake("expected in after not")
        return Flag(left)

    def missing(self, name: Name) -> Missing:
        self.take()
        negated = self.is_word("not")
        if negated:
            self.take()
        if not self.is_word("missing"):
            self.mistake("expected missing: Income is missing, or Income is not missing")
        self.take()
        return Missing(name, negated)

    def values(self) -> tuple[Literal, ...]:
        if self.token.text not in ("[", "("):
            self.mistake('expected a list: ["a", "b"]')
        at, close = self.at(), "]" if self.take().text == "[" else ")"
        if self.token.text == close:
            raise self.error(at, "the list is empty, so nothing is in it; expected one value or more")
        found = [self.literal()]
        while self.token.text == ",":
            self.take()
            found.append(self.literal())
        self.expect(close)
        return tuple(found)

    def literal(self) -> Literal:
        operand = self.operand()
        if isinstance(operand, Name):
            raise self.error(operand.at, f"found the name `{operand.name}` in a list; texts stand in quotes")
        return operand

    def operand(self) -> Name | Literal:
        at, token = self.at(), self.token
        if token.kind in ("number", "text"):
            return Literal(self.take().value, at)
        if token.kind == "name":
            return Name(str(self.take().value), at)
        if token.kind == "word" and token.text in ("true", "false"):
            return Literal(self.take().text == "true", at)
        return self.mistake("expected a name, a number or a text in quotes")

    def deeper(self, part: Callable[[], Tree]) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            self.mistake(f"more than {DEEPEST} levels inside each other")
        tree = part()
        self.depth -= 1
        return tree

    @property
    def token(self) -> _Token:
        return self.tokens[self.next]

    def take(self) -> _Token:
        token = self.token
        self.next += 1
        return token

    def is_word(self, word: str) -> bool:
        return self.token.kind == "word" and self.token.text == word

    def expect(self, sign: str) -> None:
        if self.token.text != sign:
            self.mistake(f"expected `{sign}`")
        self.take()

    def at(self) -> str:
        return self.place(self.token.position)

    def place(self, position: int) -> str:
        """Return the place of a character; in a text of several lines that of the whole."""
        file, _, rest = self.where.partition(":")
        line, _, column = rest.rpartition(":")
        if not line:
            return f"column {position + 1}"
        return self.where if "\n" in self.text else f"{file}:{line}:{int(column) + 1 + position}"

    def mistake(self, expected: str) -> NoReturn:
        found = "the end" if self.token.kind == "end" else f"`{self.token.text}`"
        raise self.error(self.at(), f"found {found}; {expected}")

    def fail(self, position: int, what: str) -> NoReturn:
        raise self.error(self.place(position), what)

    def error(self, at: str, what: str) -> DocumentError:
        return DocumentError(
            "the condition of a rule cannot be read",
            problems=[f"{at}: in `{_short(self.text)}`: {what}"],
            hint="a condition looks like: Age < 18 and Job in ['fixed', 'partime']",
        )


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 80 else flat[:77] + "..."

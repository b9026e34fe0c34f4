"""A condition as cells that people choose from lists, and back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from golive.records.condition import MIRRORED, SCORE, Both, Compare, Flag, Literal, Missing, Name, Not, Within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.records.condition import Tree

PARTS = 3
"""Comparisons that fit in a row; a longer condition is written out."""
SIGNS = {
    "is": "=", "is not": "!=", "below": "<", "at most": "<=", "above": ">", "at least": ">=",
    "is one of": "in", "is none of": "not in", "is missing": "is missing", "is not missing": "is not missing",
}  # fmt: skip
"""What people choose -> how a condition writes it."""
JOINERS = ("and", "or")
_WORDS = {sign: word for word, sign in SIGNS.items()}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED = {"and", "or", "not", "in", "is", "missing", "true", "false", "score"}
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)

Value = str | float | bool | None
Part = tuple[str, str, Value]
"""Input, what people chose, value."""


def phrased(tree: Tree) -> tuple[str, list[Part]] | None:
    """Return joiner and comparisons of a condition; None where it does not fit in a row."""
    joiner, trees = "", [tree]
    while isinstance(trees[0], Both) and (not joiner or trees[0].op == joiner):
        joiner, first = trees[0].op, trees[0]
        trees[:1] = [first.left, first.right]
    parts = [_part(one) for one in trees]
    if len(parts) > PARTS or any(part is None for part in parts):
        return None
    return joiner, [part for part in parts if part is not None]


def comparison(name: str, word: str, value: Value) -> tuple[str, str, str]:
    """Write one comparison from its cells: input, sign and value, the last empty where there is none.

    Raises
    ------
    ValueError
        A value that cannot be written, or none where one is needed; the message says which.
    """
    sign, left = SIGNS[word], _name(name)
    if "missing" in word:
        if value is not None:
            raise ValueError(f"`{word}` has no value beside it; empty this cell")
        return left, sign, ""
    if value is None:
        raise ValueError(f"`{word}` needs a value")
    if word in ("is one of", "is none of"):
        items = [item.strip() for item in value.split(",") if item.strip()] if isinstance(value, str) else [value]
        return left, sign, f"[{', '.join(map(_item, items))}]"
    if isinstance(value, str) and value.startswith("[") and value.endswith("]"):
        return left, sign, _name(value[1:-1])
    return left, sign, _literal(value)


def _part(tree: Tree) -> Part | None:
    if isinstance(tree, Flag):
        return _shown(tree.name), "is", True
    if isinstance(tree, Not) and isinstance(tree.part, Flag):
        return _shown(tree.part.name), "is", False
    if isinstance(tree, Missing):
        return _shown(tree.name), "is not missing" if tree.negated else "is missing", None
    if isinstance(tree, Within):
        listed = _listed([literal.value for literal in tree.values])
        return None if listed is None else (_shown(tree.name), _WORDS["not in" if tree.negated else "in"], listed)
    return _compared(tree) if isinstance(tree, Compare) else None


def _compared(tree: Compare) -> Part | None:
    left, op, right = tree.left, tree.op, tree.right
    if isinstance(left, Literal):
        left, op, right = right, MIRRORED[op], left
    if isinstance(left, Literal):
        return None
    if isinstance(right, Name):
        return _shown(left), _WORDS[op], f"[{_shown(right)}]"
    if isinstance(right.value, str) and right.value.startswith("["):
        return None
    return _shown(left), _WORDS[op], right.value


def _listed(values: Sequence[str | float | bool]) -> str | None:
    """Write a list with commas; a text that looks like a number stands in quotes."""
    found = []
    for value in values:
        if isinstance(value, str):
            if "," in value or '"' in value or value != value.strip() or not value:
                return None
            found.append(f'"{value}"' if _NUMBER.fullmatch(value) else value)
        else:
            found.append(_literal(value))
    return ", ".join(found)


def _shown(name: Name) -> str:
    """Show an input; one that is called score is told apart from the score of the model by backticks."""
    if name.name == SCORE:
        return "score"
    return "`score`" if name.name == "score" else name.name


def _item(item: str | float | bool) -> str:
    if not isinstance(item, str):
        return _literal(item)
    if len(item) > 1 and item[0] == item[-1] == '"':
        return _literal(item[1:-1])
    return item if _NUMBER.fullmatch(item) else _literal(item)


def _name(name: str) -> str:
    if name in ("score", "`score`") or (_PLAIN.fullmatch(name) and name not in _RESERVED):
        return name
    return f"`{name}`"


def _literal(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        quote = '"' if '"' not in value else "'"
        if quote in value or not value.isprintable():
            raise ValueError(f"the text {value!r} holds both kinds of quotes, or characters that nobody sees")
        return f"{quote}{value}{quote}"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))

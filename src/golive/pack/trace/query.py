"""``df.query("Income > 100 and Job == 'fixed'")``: the text of a condition as column operations."""

from __future__ import annotations

import ast
import io
import operator
import re
import sys
import tokenize
from typing import TYPE_CHECKING, Any

from golive.pack.trace.column import COMPARISONS, SUMS
from golive.pack.trace.kinds import is_constant
from golive.pack.trace.series import Series
from golive.pack.trace.site import is_user, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.pack.trace.frame import Frame

_HINT = "write it as df[(df['a'] > 0) & (df['b'] == 'x')]"
_OPERATORS: dict[type, Any] = {
    ast.Gt: COMPARISONS["gt"], ast.GtE: COMPARISONS["ge"], ast.Lt: COMPARISONS["lt"], ast.LtE: COMPARISONS["le"],
    ast.Eq: COMPARISONS["eq"], ast.NotEq: COMPARISONS["ne"],
    ast.Add: SUMS["add"], ast.Sub: SUMS["sub"], ast.Mult: SUMS["mul"], ast.Div: SUMS["div"],
    ast.And: operator.and_, ast.Or: operator.or_,
    ast.Not: operator.invert, ast.Invert: operator.invert, ast.USub: operator.neg,
}  # fmt: skip


def queried(frame: Frame, text: Any) -> Series:
    """The condition as a column of truths."""
    if not isinstance(text, str):
        raise refusal("query without a text is not compiled", _HINT)
    quoted: dict[str, str] = {}
    plain = re.sub(r"`([^`]*)`", lambda found: _placeholder(quoted, found[1]), text.strip())
    plain = re.sub(r"@(\w+)", lambda found: _placeholder(quoted, "@" + found[1]), plain)
    try:
        tree = ast.parse(_without_signs(plain), mode="eval").body
    except (SyntaxError, tokenize.TokenError) as exc:
        raise refusal(f"the query {text!r:.80} cannot be read", _HINT) from exc
    found = _value(frame, tree, quoted)
    if not isinstance(found, Series):
        raise refusal(f"the query {text!r:.80} asks about no column", _HINT)
    return found


def _without_signs(text: str) -> str:
    """As pandas has it, ``&`` and ``|`` in a query bind as loosely as ``and`` and ``or``."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    words = {"&": "and", "|": "or"}
    return tokenize.untokenize((kind, words.get(token, token)) for kind, token, *_ in tokens).strip()


def _placeholder(quoted: dict[str, str], name: str) -> str:
    made = f"_golive_{len(quoted)}"
    quoted[made] = name
    return made


def _value(frame: Frame, tree: ast.expr, quoted: Mapping[str, str]) -> Any:
    def value(part: ast.expr) -> Any:
        return _value(frame, part, quoted)

    if isinstance(tree, ast.Constant):
        return tree.value
    if isinstance(tree, ast.List | ast.Tuple):
        return [value(part) for part in tree.elts]
    if isinstance(tree, ast.Name):
        return _named(frame, quoted.get(tree.id, tree.id))
    if isinstance(tree, ast.BoolOp):
        found = value(tree.values[0])
        for part in tree.values[1:]:
            found = _OPERATORS[type(tree.op)](_truths(found), _truths(value(part)))
        return found
    if isinstance(tree, ast.UnaryOp) and type(tree.op) in _OPERATORS:
        inner = value(tree.operand)
        return -inner if isinstance(tree.op, ast.USub) else ~_truths(inner)
    if isinstance(tree, ast.BinOp) and type(tree.op) in _OPERATORS:
        return _OPERATORS[type(tree.op)](value(tree.left), value(tree.right))
    if isinstance(tree, ast.Compare):
        return _compared(frame, tree, quoted)
    raise refusal(f"`{ast.unparse(tree)}` in a query is not compiled", _HINT)


def _compared(frame: Frame, tree: ast.Compare, quoted: Mapping[str, str]) -> Any:
    sides = [_value(frame, part, quoted) for part in (tree.left, *tree.comparators)]
    found: Any = None
    for op, left, right in zip(tree.ops, sides, sides[1:], strict=False):
        same = isinstance(op, ast.Eq | ast.In)
        if isinstance(right, list) and isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            step = left.isin(right) if same else ~left.isin(right)
        elif type(op) in _OPERATORS:
            step = _OPERATORS[type(op)](left, right)
        else:
            raise refusal(f"`{ast.unparse(tree)}` in a query is not compiled", _HINT)
        found = step if found is None else found & step
    return found


def _truths(found: Any) -> Series:
    if not isinstance(found, Series) or found.expr.kind != "boolean":
        raise refusal("`and`, `or`, `not` in a query of something that is no condition are not compiled", _HINT)
    return found


def _named(frame: Frame, name: str) -> Any:
    if not name.startswith("@"):
        return frame[name]
    found = _local(name[1:])
    if is_constant(found):
        return found
    if isinstance(found, list | tuple) and all(map(is_constant, found)):
        return list(found)
    raise refusal(f"`{name}` in a query is a `{type(found).__name__}`", "use a constant or a list of constants")


def _local(name: str) -> Any:
    """A name of the user's function that asks."""
    here: Any = sys._getframe(1)
    while here is not None:
        if is_user(here.f_code.co_filename):
            for names in (here.f_locals, here.f_globals):
                if name in names:
                    return names[name]
            break
        here = here.f_back
    raise refusal(f"`@{name}` in a query is not known here", _HINT)

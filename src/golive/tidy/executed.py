"""Code that a notebook writes as text and runs with `exec` or `eval`, said as the code it is."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from golive.tidy.code import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST = 60
"""A loop that goes on longer stays a loop."""


def executed(tree: ast.stmt, constants: Mapping[str, object]) -> list[str]:
    """The statements behind `exec` and `eval` whose texts never change; nothing where they are not known.

    Parameters
    ----------
    constants
        Variables that hold the same value throughout.
    """
    if not any(_runs(node) for node in ast.walk(tree)):
        return []
    try:
        if isinstance(tree, ast.For) and not tree.orelse:
            rounds = [dict(one) for one in _rounds(tree, constants)]
            bodies = [_said(part, {**constants, **one}, set(one)) for one in rounds for part in tree.body]
        else:
            bodies = [_said(tree, constants, set())]
    except (_Unknown, SyntaxError):
        return []
    lines = [line for body in bodies for line in body]
    return lines if len(lines) <= _MOST else []


class _Unknown(Exception):  # noqa: N818  # the statement stays as it is
    pass


def _runs(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("exec", "eval")


def _rounds(loop: ast.For, constants: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """What the loop's variables are, round by round."""
    items = _value(loop.iter, constants)
    if not isinstance(items, (list, tuple, dict)):
        raise _Unknown
    for item in items:
        if isinstance(loop.target, ast.Name):
            yield {loop.target.id: item}
        elif isinstance(loop.target, ast.Tuple) and isinstance(item, (list, tuple)):
            names = [part.id for part in loop.target.elts if isinstance(part, ast.Name)]
            if len(names) != len(loop.target.elts) or len(names) != len(item):
                raise _Unknown
            yield dict(zip(names, item, strict=True))
        else:
            raise _Unknown


def _value(node: ast.expr, constants: Mapping[str, object]) -> object:
    """What an expression of constants is: a list, ``names.items()``, ``zip(a, b)``, a text put together."""
    if isinstance(node, ast.Name) and node.id in constants:
        return constants[node.id]
    if isinstance(node, ast.JoinedStr):
        return "".join(_piece(part, constants) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _value(node.left, constants), _value(node.right, constants)
        if isinstance(left, str) and isinstance(right, str):
            return left + right
        raise _Unknown
    if isinstance(node, ast.Call):
        return _called(node, constants)
    try:
        return ast.literal_eval(node)
    except ValueError:
        raise _Unknown from None


def _called(node: ast.Call, constants: Mapping[str, object]) -> object:
    given = [_value(one, constants) for one in node.args]
    named = {one.arg: _value(one.value, constants) for one in node.keywords}
    listed = [one for one in given if isinstance(one, (list, tuple))]
    if isinstance(node.func, ast.Name) and node.func.id == "zip" and len(listed) == len(given):
        return list(zip(*listed, strict=False))
    if isinstance(node.func, ast.Attribute):
        owner = _value(node.func.value, constants)
        if isinstance(owner, dict) and node.func.attr == "items" and not given:
            return list(owner.items())
        if isinstance(owner, str) and node.func.attr == "format" and None not in named:
            return owner.format(*given, **{str(name): value for name, value in named.items()})
    raise _Unknown


def _piece(part: ast.expr, constants: Mapping[str, object]) -> str:
    if isinstance(part, ast.FormattedValue):
        value = _value(part.value, constants)
        if part.format_spec is not None or part.conversion not in (-1, ord("s"), ord("r")):
            raise _Unknown
        return repr(value) if part.conversion == ord("r") else str(value)
    return str(_value(part, constants))


def _said(statement: ast.stmt, constants: Mapping[str, object], loop: set[str]) -> list[str]:
    """One statement of a round, with the texts run and the loop's variables put in."""
    if isinstance(statement, ast.Expr) and _runs(statement.value) and _call(statement.value).func.id == "exec":  # type: ignore[attr-defined]
        text = _text(_call(statement.value), constants)
        parts = ast.parse(text).body
        if any(isinstance(node, ast.Name) and node.id in loop for part in parts for node in ast.walk(part)):
            raise _Unknown
        return [text.strip()] if len(parts) == 1 else [ast.unparse(part) for part in parts]
    if not isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr)):
        raise _Unknown
    return [_statement(_Said(constants, loop).visit(copy.deepcopy(statement)))]


def _statement(tree: ast.stmt) -> str:
    if isinstance(tree, ast.Assign):
        return " = ".join([*map(written, tree.targets), written(tree.value)])
    return ast.unparse(tree)


def _call(node: ast.expr) -> ast.Call:
    assert isinstance(node, ast.Call)
    return node


def _text(call: ast.Call, constants: Mapping[str, object]) -> str:
    text = _value(call.args[0], constants) if len(call.args) == 1 and not call.keywords else None
    if not isinstance(text, str):
        raise _Unknown
    return text


class _Said(ast.NodeTransformer):
    def __init__(self, constants: Mapping[str, object], loop: set[str]) -> None:
        self.constants, self.loop = constants, loop

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if not _runs(node):
            return self.generic_visit(node)
        body = ast.parse(_text(node, self.constants).strip(), mode="eval").body
        if any(isinstance(part, ast.Name) and part.id in self.loop for part in ast.walk(body)):
            raise _Unknown
        return body

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return ast.Constant(_value(node, self.constants))  # type: ignore[arg-type]

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Constant(self.constants[node.id]) if node.id in self.loop else node  # type: ignore[arg-type]

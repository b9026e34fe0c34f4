"""A split inside a function of the notebook's own, said where the function is called."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from golive.tidy.paired import new_name
from golive.tidy.program import synthetic
from golive.tidy.target import is_split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.facts import World
    from golive.tidy.program import Unit


def inlined(kept: Sequence[Unit], world: World) -> list[Unit]:
    """``a, b, c, d = parts(df)`` becomes the statements of `parts`, where it is called once and goes straight on."""
    taken = set().union(*(unit.facts.reads | unit.facts.touches for unit in kept))
    flat: list[Unit] = []
    for unit in kept:
        call = unit.tree.value if isinstance(unit.tree, ast.Assign) and len(unit.tree.targets) == 1 else None
        made = _of_call(unit, call, kept, taken, world) if isinstance(call, ast.Call) else None
        flat += [unit] if made is None else made
    return flat


def _of_call(unit: Unit, call: ast.Call, kept: Sequence[Unit], taken: set[str], world: World) -> list[Unit] | None:
    function = world.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
    tree = function.tree if function else None
    if not isinstance(tree, ast.FunctionDef) or not is_split(tree) or tree.decorator_list:
        return None
    home = next((one for one in kept if one.tree is tree), None)
    given = _given(tree, call)
    *body, last = [one for one in tree.body if not _is_text(one)]
    inner = [node for one in body for node in ast.walk(one)]
    if home is None or given is None or not isinstance(last, ast.Return) or last.value is None:
        return None
    if any(isinstance(node, (ast.Return, ast.Global, ast.Nonlocal, ast.Lambda, ast.FunctionDef)) for node in inner):
        return None
    own = {node.id for node in inner if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    plain = {name: value for name, value in given.items() if name not in own and _is_plain(value)}
    names = {name: ast.unparse(value) for name, value in plain.items()}
    names |= {name: new_name(name, taken) for name in sorted((own | given.keys()) - plain.keys())}
    lines = [(f"{names[name]} = {ast.unparse(value)}", unit) for name, value in given.items() if name not in plain]
    lines += [(_said(one, names), replace(home, line=one.lineno)) for one in body]
    assert isinstance(unit.tree, ast.Assign)
    target, returned = ast.unparse(unit.tree.targets[0]), _said(ast.Expr(last.value), names)
    if body and isinstance(body[-1], ast.Assign) and _said(ast.Expr(body[-1].targets[0]), names) == returned:
        # What comes back is what the last statement made: it gets the names of the call.
        lines.pop()
        returned = _said(ast.Expr(body[-1].value), names)
    return [synthetic(code, near, world) for code, near in [*lines, (f"{target} = {returned}", unit)]]


def _said(tree: ast.stmt, names: dict[str, str]) -> str:
    copy = ast.parse(ast.unparse(ast.fix_missing_locations(tree)))
    return ast.unparse(_Renamed(names).visit(copy))


def _is_plain(value: ast.expr) -> bool:
    return isinstance(value, (ast.Name, ast.Constant))


def _given(tree: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr] | None:
    """Parameter -> what is handed in."""
    arguments = tree.args
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        return None
    names = [one.arg for one in arguments.args]
    if len(call.args) > len(names) or any(isinstance(one, ast.Starred) for one in call.args):
        return None
    defaults = dict(zip(names[len(names) - len(arguments.defaults) :], arguments.defaults, strict=True))
    for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        names.append(one.arg)
        defaults |= {one.arg: value} if value is not None else {}
    handed = dict(zip(names, call.args, strict=False)) | {one.arg: one.value for one in call.keywords if one.arg}
    found = {name: handed.get(name, defaults.get(name)) for name in names}
    return {name: value for name, value in found.items() if value} if None not in found.values() else None


def _is_text(tree: ast.stmt) -> bool:
    return isinstance(tree, ast.Expr) and isinstance(tree.value, ast.Constant)


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        instead = self.names.get(node.id)
        return ast.parse(instead, mode="eval").body if instead else node

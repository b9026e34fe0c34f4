"""Functions that write variables of the notebook through `global` return them instead.

``def load(): global df; df = ...`` becomes ``def load(): df = ...; return df``, and ``load()`` becomes ``df = load()``.
A function that calls such a function at a line of its own does the same. One that is called in the middle of an
expression, or handed on as a value, stays as it is, and is refused where the package is written.
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import libcst as cst

from golive.tidy.facts import look
from golive.tidy.names import COMPOUND, exposed, names_in, targets
from golive.tidy.rewrites import changed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from golive.tidy.facts import World
    from golive.tidy.program import Unit

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass(frozen=True, kw_only=True)
class _Writer:
    """A function that becomes one that returns."""

    writes: tuple[str, ...]
    """Variables of the notebook that are something new after it."""
    handed: tuple[str, ...]
    """Of these, the ones it needs as they were before."""
    answers: bool
    """Whether it returns something already."""


def returning(units: Sequence[Unit], world: World) -> list[Unit]:
    """Rewrite the functions that write variables through `global`, and the lines that call them."""
    writers = _writers(units)
    if not writers:
        return list(units)
    definitions = {unit: _rewritten(unit, writers, world) for unit in units if _name(unit.tree) in writers}
    return [definitions.get(unit) or _rewritten(unit, writers, world) for unit in units]


def _writers(units: Sequence[Unit]) -> dict[str, _Writer]:
    own = {unit.tree.name: unit.tree for unit in units if isinstance(unit.tree, ast.FunctionDef)}
    times = Counter(_name(unit.tree) for unit in units)
    writes = {name: names for name, tree in own.items() if (names := _globals(tree)) and times[name] == 1}
    while found := {name: more for name, tree in own.items() if (more := _more(name, tree, writes))}:
        writes |= found  # a function that calls one of them writes the same variables
    writers = {name: _writer(own[name], tuple(sorted(names))) for name, names in writes.items()}
    while lost := {name for name in writers if not _can(name, own[name], units, writers)}:
        writers = {name: writer for name, writer in writers.items() if name not in _with_callers(lost, own)}
    return writers


def _name(tree: ast.stmt) -> str:
    return tree.name if isinstance(tree, ast.FunctionDef) else ""


def _globals(tree: ast.FunctionDef) -> frozenset[str]:
    return frozenset(name for node in _inside(tree) if isinstance(node, ast.Global) for name in node.names)


def _more(name: str, tree: ast.FunctionDef, writes: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """All that a function writes, where that is more than is known."""
    before = writes.get(name, frozenset())
    called = [writes.get(_called(line), frozenset()) for line in _inside(tree) if isinstance(line, ast.stmt)]
    after = before.union(*called)
    return after if after != before else frozenset()


def _writer(tree: ast.FunctionDef, names: tuple[str, ...]) -> _Writer:
    reads, _ = exposed(tree.body)
    plain = {name for line in tree.body if not isinstance(line, COMPOUND) for name in _bound(line)}
    returns = [node for node in _inside(tree) if isinstance(node, ast.Return)]
    leaves = any(node is not tree.body[-1] for node in returns)
    handed = tuple(name for name in names if leaves or name in reads or name not in plain)
    return _Writer(writes=names, handed=handed, answers=any(node.value is not None for node in returns))


def _bound(line: ast.stmt) -> set[str]:
    return {target.id for target in targets(line) if isinstance(target, ast.Name)}


def _can(name: str, tree: ast.FunctionDef, units: Sequence[Unit], writers: Mapping[str, _Writer]) -> bool:
    """Whether it returns in the end, and every mention of it is a call at a line of its own."""
    writer = writers[name]
    inside = list(_inside(tree))
    arguments = {node.arg for node in ast.walk(tree.args) if isinstance(node, ast.arg)}
    nested = {one for node in inside if isinstance(node, _SCOPES) for one in names_in(node)}
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in inside):
        return False
    if arguments & {*writer.writes} or nested & {*writer.writes}:
        return False
    mentions = [
        node for unit in units for node in ast.walk(unit.tree) if isinstance(node, ast.Name) and node.id == name
    ]
    lines = [line for unit in units for line in _lines(unit.tree) if _called(line) == name]
    return len(mentions) == len(lines) and all(_fits_in(line, writer) for line in lines)


def _fits_in(line: ast.stmt, writer: _Writer) -> bool:
    """``x = f()`` needs something to be returned beside what is written."""
    return isinstance(line, ast.Expr) or (writer.answers and not _bound(line) & {*writer.writes})


def _with_callers(names: set[str], own: Mapping[str, ast.FunctionDef]) -> set[str]:
    """These functions and all that lead to them."""
    found = set(names)
    while more := {name for name, tree in own.items() if name not in found and names_in(tree) & found}:
        found |= more
    return found


def _lines(tree: ast.stmt) -> Iterator[ast.stmt]:
    """A statement and those inside it, in the same scope or in that of a function at the top."""
    yield from (node for node in [tree, *_inside(tree)] if isinstance(node, ast.stmt))


def _inside(tree: ast.AST) -> Iterator[ast.AST]:
    """What stands in a statement, without the bodies of scopes inside."""
    for node in ast.iter_child_nodes(tree):
        yield node
        if not isinstance(node, _SCOPES):
            yield from _inside(node)


def _called(line: ast.AST) -> str:
    """The function that a line of the form ``f()`` or ``x = f()`` calls."""
    if not isinstance(line, (ast.Expr, ast.Assign)) or not isinstance(line.value, ast.Call):
        return ""
    return line.value.func.id if isinstance(line.value.func, ast.Name) else ""


def _rewritten(unit: Unit, writers: Mapping[str, _Writer], world: World) -> Unit:
    if not names_in(unit.tree) & writers.keys() and _name(unit.tree) not in writers:
        return unit
    (code,) = changed(unit.code, _Returning(writers, keeps_lines=False))
    (same_lines,) = changed(unit.code, _Returning(writers, keeps_lines=True))
    tree = ast.parse(cst.Module(body=[]).code_for_node(same_lines)).body[0]
    ast.increment_lineno(tree, unit.line - tree.lineno)
    return replace(unit, code=code, tree=tree, facts=look(tree, world))


class _Returning(cst.CSTTransformer):
    """Rewrites definitions and calls."""

    def __init__(self, writers: Mapping[str, _Writer], *, keeps_lines: bool) -> None:
        super().__init__()
        self.writers, self.keeps_lines = writers, keeps_lines
        self.scopes: list[_Writer | None] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:  # noqa: N802  # libcst calls them so
        self.scopes.append(self.writers.get(node.name.value) if not self.scopes else None)

    def leave_FunctionDef(  # noqa: N802
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        writer = self.scopes.pop()
        if writer is None:
            return updated_node
        parameters = updated_node.params
        if writer.handed:
            added = [cst.Param(name=cst.Name(name)) for name in writer.handed]
            parameters = parameters.with_changes(kwonly_params=[*parameters.kwonly_params, *added])
            if parameters.star_arg is cst.MaybeSentinel.DEFAULT:
                parameters = parameters.with_changes(star_arg=cst.ParamStar())
        body = list(updated_node.body.body)
        if not _ends(body[-1] if body else None):
            body.append(self._returned(writer, None))
        block = cst.IndentedBlock(body=body)  # type: ignore[arg-type]  # statements of a block, or of one line
        if isinstance(updated_node.body, cst.IndentedBlock):
            block = updated_node.body.with_changes(body=body)
        return updated_node.with_changes(params=parameters, body=block)

    def _returned(self, writer: _Writer, value: str | None) -> cst.BaseStatement:
        first = [value or "None"] if writer.answers else []
        return cst.parse_statement(f"return {', '.join([*first, *writer.writes])}")

    def leave_Return(self, original_node: cst.Return, updated_node: cst.Return) -> cst.Return:  # noqa: N802
        writer = self.scopes[-1] if self.scopes else None
        if writer is None:
            return updated_node
        code = cst.Module(body=[]).code_for_node(updated_node.value) if updated_node.value else None
        code = f"({code})" if isinstance(updated_node.value, cst.Tuple) and not updated_node.value.lpar else code
        made = self._returned(writer, code)
        assert isinstance(made, cst.SimpleStatementLine)
        assert isinstance(made.body[0], cst.Return)
        return made.body[0]

    def leave_Global(  # noqa: N802
        self, original_node: cst.Global, updated_node: cst.Global
    ) -> cst.BaseSmallStatement | cst.RemovalSentinel:
        if not self.scopes or self.scopes[-1] is None:
            return updated_node
        return cst.Pass() if self.keeps_lines else cst.RemoveFromParent()

    def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.BaseSmallStatement:  # noqa: N802
        writer = self._of(updated_node.value)
        if writer is None:
            return updated_node
        return _assigned([*(["_"] if writer.answers else []), *writer.writes], updated_node.value, writer)

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.BaseSmallStatement:  # noqa: N802
        writer = self._of(updated_node.value)
        if writer is None:
            return updated_node
        given = cst.Module(body=[]).code_for_node(updated_node.targets[0].target)
        given = f"({given})" if isinstance(updated_node.targets[0].target, cst.Tuple) else given
        return _assigned([given, *writer.writes], updated_node.value, writer)

    def _of(self, value: cst.BaseExpression) -> _Writer | None:
        if not isinstance(value, cst.Call) or not isinstance(value.func, cst.Name):
            return None
        return self.writers.get(value.func.value)


def _ends(line: cst.CSTNode | None) -> bool:
    return isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[-1], cst.Return)


def _assigned(names: Sequence[str], call: cst.BaseExpression, writer: _Writer) -> cst.BaseSmallStatement:
    assert isinstance(call, cst.Call)
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    handed = [cst.Arg(value=cst.Name(name), keyword=cst.Name(name), equal=equal) for name in writer.handed]
    code = cst.Module(body=[]).code_for_node(call.with_changes(args=[*call.args, *handed]))
    made = cst.parse_statement(f"{', '.join(names)} = {code}")
    assert isinstance(made, cst.SimpleStatementLine)
    return made.body[0]

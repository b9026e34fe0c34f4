"""What each kind of statement does."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    expressions,
    interpreter,
    loops,
    store,
)
from golive.tidy.flow.rowsets import Spot
from golive.tidy.flow.values import (
    PICKS,
    Value,
    marked,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def assign(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, ast.Assign)
    value = run.value(tree.value)
    for target in tree.targets:
        store.put(run, target, _under_a_name(run, tree.value, value, run.spot(tree)))


def _under_a_name(run: interpreter.Interpreter, node: ast.expr, value: Value, spot: Spot) -> Value:
    """``train = frame``: here all rows were taken."""
    if isinstance(node, ast.Name) and value.rows is not None and all(len(path) == 1 for path in value.rows):
        return value.with_(spot=spot, name=value.name)
    if isinstance(node, ast.Tuple) and value.items is not None and len(value.items) == len(node.elts):
        pairs = zip(node.elts, value.items, strict=True)
        return value.with_(items=[_under_a_name(run, part, one, spot) for part, one in pairs])
    return value


def annotated(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, ast.AnnAssign)
    if tree.value is not None:
        store.put(run, tree.target, run.value(tree.value))


def augmented(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, ast.AugAssign)
    both = ast.BinOp(left=tree.target, op=tree.op, right=tree.value)
    store.put(run, tree.target, run.value(ast.copy_location(both, tree)))


def define(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, (ast.FunctionDef, ast.AsyncFunctionDef))
    run.bind(tree.name, expressions.function_of(run, tree, tree.name))


def define_class(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, ast.ClassDef)
    methods: dict[object, Value] = {
        part.name: expressions.function_of(run, part, part.name)
        for part in tree.body
        if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    bases = [found for base in tree.bases if (found := run.value(base)).kind == "class"]
    for base in bases:
        methods = {**(base.keys or {}), **methods}
    run.bind(tree.name, Value(kind="class", word=tree.name, keys=methods))


def if_statement(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, ast.If)
    test = run.value(tree.test)
    if isinstance(test.const, bool):
        run.block(tree.body if test.const else tree.orelse)
        return
    before = run.control
    run.control |= run.told_by(test, run.spot(tree))
    run.branches([tree.body, tree.orelse])
    run.control = before


def for_statement(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, (ast.For, ast.AsyncFor))
    stopped, run.stopped = run.stopped, frozenset()
    given = loops.elements(run, run.value(tree.iter))
    for element in given if len(given) > 1 else [*given, *given]:
        store.put(run, tree.target, element)
        run.block(tree.body)
    _mark_stopped(run, tree.body)
    run.stopped = stopped
    run.block(tree.orelse)


def while_statement(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, ast.While)
    stopped, run.stopped = run.stopped, frozenset()
    for _ in range(2):
        test = run.value(tree.test)
        before = run.control
        run.control |= run.picked(test, run.spot(tree))
        run.block(tree.body)
        run.control = before
    _mark_stopped(run, tree.body)
    run.stopped = stopped


def break_statement(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    run.stopped |= {replace(mark, kind="tuned") if mark.kind in PICKS else mark for mark in run.control}


def _mark_stopped(run: interpreter.Interpreter, body: Sequence[ast.stmt]) -> None:
    """What a loop made that a score broke off depends on that score."""
    if not run.stopped:
        return
    names = [node for part in body for node in ast.walk(part) if isinstance(node, ast.Name)]
    here = run.scopes[-1]
    made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    made |= {node.id for node in names if node.id in here and here[node.id].kind == "estimator"}
    for name in made & here.keys():
        run.scopes[-1][name] = marked(run.scopes[-1][name].with_(), run.stopped)


def return_statement(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, ast.Return)
    value = run.value(tree.value)
    run.returned.append(marked(value.with_(), run.control) if run.control else value)


def with_statement(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, (ast.With, ast.AsyncWith))
    for item in tree.items:
        value = run.value(item.context_expr)
        if item.optional_vars is not None:
            store.put(run, item.optional_vars, value)
    run.block(tree.body)


def try_statement(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, ast.Try)
    run.block(tree.body)
    run.branches([[], *(handler.body for handler in tree.handlers)])
    run.block([*tree.orelse, *tree.finalbody])


def delete_statement(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, ast.Delete)
    for target in tree.targets:
        store.remove(run, target)


def import_statement(run: interpreter.Interpreter, tree: ast.stmt) -> None:
    assert isinstance(tree, (ast.Import, ast.ImportFrom))
    module = f"{getattr(tree, 'module', None) or ''}."
    for alias in tree.names:
        name = alias.asname or alias.name.partition(".")[0]
        word = alias.name if alias.asname or isinstance(tree, ast.ImportFrom) else name
        run.bind(name, Value(kind="foreign", word=f"{module}{word}".lstrip(".")))

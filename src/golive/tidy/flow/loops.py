"""What a loop goes through, and what comprehensions make of it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    expressions,
    store,
)
from golive.tidy.flow.conditions import named
from golive.tidy.flow.rowsets import Spot, Step, then, without
from golive.tidy.flow.values import (
    NOTHING,
    Mark,
    Value,
    constant,
    marked,
    marks_of,
    some,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from golive.tidy.flow.interpreter import Interpreter


_MOST = 24
"""Elements that are gone through one by one; texts, which may be columns."""


_FEW = 6


def elements(run: Interpreter, value: Value) -> list[Value]:
    """What a loop over a value goes through, one by one where it is known."""
    if value.kind in ("list", "names") and value.items is not None:
        plain = all(isinstance(one.const, str) for one in value.items)
        return [marked(_running(one), value.marks) for one in value.items[: _MOST if plain else _FEW]]
    if value.kind == "dict":
        names = [constant(name) for name in list(value.keys or {})[:_FEW]]
        return [marked(name, value.marks) for name in names] or [Value(marks=value.marks)]
    if value.kind == "names" and value.owner is not None:
        return [Value(word="name", owner=value.owner, marks=value.marks)]
    if value.kind == "folds":
        return list(value.parts)
    if value.kind == "grouped" and value.owner is not None:
        return [Value(kind="list", items=[Value(), _group(value.owner, value, number)]) for number in range(2)]
    if value.kind == "rows" and value.items is not None:  # several columns, entry by entry
        return [Value(kind="list", items=value.items)]
    return [element(value, setting=value.rows is None)]


def element(value: Value, *, setting: bool = False) -> Value:
    """One of the entries that a value has for its rows."""
    owner = value if value.rows is not None else value.owner
    return value.with_(rows=None, columns=None, setting=setting, kind="unknown", repeated=False, owner=owner)


def _group(source: Value, grouped: Value, number: int) -> Value:
    """One group of several."""
    return some(source, Step("part", grouped.name, number)) if source.rows is not None else source


def _running(value: Value) -> Value:
    """An element of a loop: a constant is one of several settings."""
    if value.kind == "list" and value.items is not None:
        return value.with_(items=[_running(one) for one in value.items])
    if value.kind == "dict" and value.keys is not None:
        return value.with_(keys={name: _running(one) for name, one in value.keys.items()})
    if value.kind == "unknown" and value.rows is None:
        return value.with_(setting=True)
    return value


def comprehension(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp))
    before, made = run.scopes, list[Value]()
    keys: dict[object, Value] = {}
    run.scopes = [*before, {}]
    first = run.value(node.generators[0].iter)

    def inner() -> None:
        if isinstance(node, ast.DictComp):
            name = run.value(node.key)
            keys[name.const if name.const is not NOTHING else name.name] = marked(run.value(node.value), name.marks)
        else:
            made.append(run.value(node.elt))

    told = _through(run, node.generators, 0, first, inner)
    tests = [run.value(test) for test in node.generators[0].ifs] if first.kind == "index" else []
    run.scopes = before
    if first.kind == "index" and len(node.generators) == 1 and isinstance(getattr(node, "elt", None), ast.Name):
        return _positions(run, first, tests, run.spot(node))
    if isinstance(node, ast.DictComp):
        return Value(kind="dict", keys=keys, marks=told)
    if first.kind == "rows" and first.rows is not None and not node.generators[0].ifs:
        return expressions.mixed(run, [first, *made], run.spot(node)).with_(outcome=first.outcome)
    names = first.kind == "names" and not first.items
    if names:
        return Value(kind="names", owner=first.owner, marks=told | {m for one in made for m in marks_of(one)})
    return Value(kind="list", items=made, marks=told | first.marks)


def _positions(run: Interpreter, index: Value, tests: Sequence[Value], spot: Spot) -> Value:
    """``[i for i in range(len(frame)) if i not in others]``: positions, as far as the conditions say which."""
    for test in tests:
        if test.among is not None and index.rows is not None:
            rows = without(index.rows, test.among, spot) if test.left_out else test.among
            index = index.with_(rows=rows, random=False)
        elif index.rows is not None:
            step = Step("some", test.condition or named(test.name), spot=spot, marks=marks_of(test))
            index = index.with_(rows=then(index.rows, step))
    return index


def _through(
    run: Interpreter, generators: Sequence[ast.comprehension], depth: int, given: Value, inner: Callable[[], None]
) -> frozenset[Mark]:
    """Go through the loops of a comprehension, the inner ones for each element; gives what its conditions tell."""
    told: frozenset[Mark] = frozenset()
    loop = generators[depth]
    for element in elements(run, given):
        store.put(run, loop.target, element)
        tests = [run.value(test) for test in loop.ifs]
        for test in tests:
            told |= marks_of(test) | run.picked(test, run.spot(loop.ifs[0]))
        if depth + 1 < len(generators):
            told |= _through(run, generators, depth + 1, run.value(generators[depth + 1].iter), inner)
        else:
            inner()
    return told

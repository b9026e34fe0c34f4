"""What an expression may be."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    calls,
    loops,
    store,
)
from golive.tidy.flow.conditions import Condition, named, opposite
from golive.tidy.flow.rowsets import Rows, Spot, together, without
from golive.tidy.flow.values import (
    NOTHING,
    Value,
    atoms_of,
    constant,
    joined,
    marked,
    marks_of,
    of_setting,
    scores_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.flow.interpreter import Interpreter


_HOW = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}


def evaluate(run: Interpreter, node: ast.expr) -> Value:
    """See `Interpreter.value`."""
    walker = run.book.expressions.get(type(node))
    if walker is not None:
        return walker(run, node)
    parts = [run.value(child) for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return mixed(run, parts, run.spot(node))


def mixed(run: Interpreter, given: Sequence[Value], spot: Spot) -> Value:
    """What is made of several values, row by row where they have rows.

    Of the outcome and something else it is a feature that tells the outcome; of the outcome alone it still is that.
    """
    with_rows = [one for one in given if one.rows is not None]
    marks = frozenset(mark for one in given for mark in marks_of(one))
    made = Value(
        kind="rows" if with_rows else "unknown",
        rows=with_rows[0].rows if with_rows else None,
        order=with_rows[0].order if with_rows else None,
        marks=marks,
        scores=frozenset(score for one in given for score in scores_of(one)),
        atoms=frozenset(atom for one in given for atom in atoms_of(one)),
        setting=any(of_setting(one) for one in given),
        model=next((one.model for one in with_rows if one.model is not None), None),
        random=any(one.random for one in given),
        single=any(one.single for one in given),
        backward=any(one.backward for one in with_rows),
        spot=with_rows[0].spot if with_rows else (0, 0),
    )
    outcomes = [one for one in given if one.outcome]
    others = [one for one in given if not one.outcome and stands_on(one)]
    if made.model is not None and (outcomes or len(with_rows) > 1):
        made.judges = True
    elif outcomes and others:
        made.marks |= {run.mark("target", spot, made.rows or stands_on(outcomes[0]))}
    elif outcomes:
        made.outcome = True
    return made


def stands_on(value: Value) -> Rows | None:
    """The rows of a value, or of the column that it is an entry of."""
    entry = value.kind == "unknown" and value.owner is not None and value.owner.kind == "rows"
    return value.owner.rows if value.rows is None and entry and value.owner is not None else value.rows


def function_of(run: Interpreter, node: ast.AST, word: str) -> Value:
    closure = tuple(run.scopes) if run.active else ()
    return Value(kind="function", node=node, word=word, cell=run.cell, closure=closure)


def name(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Name)
    found = run.look(node.id)
    return found if found is not None else Value(kind="foreign", word=node.id)


def literal(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Constant)
    return constant(node.value)


def attribute(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Attribute)
    return calls.attribute(run, run.value(node.value), node.attr, node)


def several(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, (ast.List, ast.Tuple, ast.Set))
    items: list[Value] = []
    for one in node.elts:
        if isinstance(one, ast.Starred):
            inner = run.value(one.value)
            items += inner.items if inner.items is not None else loops.elements(run, inner)
        else:
            items.append(run.value(one))
    return Value(kind="list", items=items)


def keyed(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Dict)
    keys: dict[object, Value] = {}
    for key, one in zip(node.keys, node.values, strict=True):
        value = run.value(one)
        if key is None:
            keys |= value.keys or {}
            continue
        name = run.value(key)
        keys[name.const if name.const is not NOTHING else name.name] = value
    return Value(kind="dict", keys=keys)


def binary(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.BinOp)
    left, right = run.value(node.left), run.value(node.right)
    if isinstance(node.op, (ast.BitAnd, ast.BitOr)) and (left.condition or right.condition):
        return _both(run, node, left, right)
    if isinstance(node.op, ast.Add) and left.kind == "list" and right.kind == "list":
        return Value(kind="list", items=[*(left.items or ()), *(right.items or ())])
    if "index" in (left.kind, right.kind) and not isinstance(node.op, ast.Mod):
        return _of_indices(run, node, left, right)
    if isinstance(node.op, ast.Sub) and left.kind == "names":
        return left
    if isinstance(node.op, ast.Mult) and left.kind == "list" and right.const is not NOTHING:
        return left
    if left.kind == "index":  # a number for each row
        left = left.with_(kind="rows", name=left.name)
    made = mixed(run, [left, right], run.spot(node))
    made.name = f"\0({said(left)} {type(node.op).__name__} {said(right)})"
    if left.date or right.date:
        elapsed = "table" in (left.kind, right.kind)  # since the first, or until the last, of all
        run.dated(made, "difference" if isinstance(node.op, ast.Sub) and not elapsed else "part")
    both = (left.const, right.const)
    if isinstance(node.op, ast.Add) and all(isinstance(one, str) for one in both):
        made.const = f"{both[0]}{both[1]}"
    return made


def said(value: Value) -> str:
    """A value by its constant or its name, so that the same sum twice has one name."""
    return repr(value.const) if isinstance(value.const, (int, float, str)) else value.name


def _both(run: Interpreter, node: ast.BinOp, left: Value, right: Value) -> Value:
    made = mixed(run, [left, right], run.spot(node))
    parts = tuple(one.condition or named(one.name) for one in (left, right))
    made.condition = Condition("and" if isinstance(node.op, ast.BitAnd) else "or", parts=parts)
    made.outcome = made.outcome or left.outcome or right.outcome
    return made


def _of_indices(run: Interpreter, node: ast.BinOp, left: Value, right: Value) -> Value:
    rows: list[Rows] = [one.rows for one in (left, right) if one.rows is not None]
    if isinstance(node.op, ast.Mult):
        return (left if left.kind == "index" else right).with_(repeated=True)
    if isinstance(node.op, ast.Add) and len(rows) == 2:
        made = together(rows, (0, 0))
        doubled = left.repeated or right.repeated or made != rows[0] | rows[1]
        return left.with_(rows=rows[0] | rows[1], repeated=doubled)
    if isinstance(node.op, ast.Sub) and len(rows) == 2:
        return left.with_(rows=without(rows[0], rows[1], run.spot(node)), random=False)
    return left if left.kind == "index" else right


def unary(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.UnaryOp)
    inner = run.value(node.operand)
    if isinstance(node.op, (ast.Invert, ast.Not)):
        turned = opposite(inner.condition or named(inner.name))
        known = not inner.const if isinstance(inner.const, bool) else NOTHING
        return inner.with_(condition=turned, left_out=not inner.left_out, const=known)
    if isinstance(node.op, ast.USub) and isinstance(inner.const, (int, float)):
        return inner.with_(const=-inner.const)
    return inner.with_(const=NOTHING, name=f"\0-{inner.name}")


def compare(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Compare)
    given = [run.value(one) for one in [node.left, *node.comparators]]
    made = mixed(run, given, run.spot(node))
    how = _HOW.get(type(node.ops[0]), "")
    if len(given) == 2:
        made.const = _known(node.ops[0], *given)
    if how and len(given) == 2 and made.rows is not None:
        made.condition = condition(given[0], how, given[1])
    if how in ("in", "not in") and given[-1].kind == "index":
        made.among, made.left_out = given[-1].rows, how == "not in"
    if any(one.date for one in given):
        run.dated(made, "compared")
    return made


def _known(how: ast.cmpop, left: Value, right: Value) -> object:
    """Whether it holds, where both sides are known: a default that was not given, a word for what to do."""
    if isinstance(how, (ast.Is, ast.IsNot)) and right.const is None:
        there = left.kind != "unknown" or (left.const is not NOTHING and left.const is not None)
        if there or left.const is None:
            return there == isinstance(how, ast.IsNot)
    plain = (int, float, str, bool)
    if isinstance(how, (ast.Eq, ast.NotEq)) and isinstance(left.const, plain) and isinstance(right.const, plain):
        return (left.const == right.const) == isinstance(how, ast.Eq)
    return NOTHING


def condition(left: Value, how: str, right: Value) -> Condition:
    """``left how right`` as far as it can be told apart from others."""
    return Condition(how, left.name, _told(right))


def _told(value: Value) -> object:
    if value.items is not None and all(isinstance(one.const, (int, float, str)) for one in value.items):
        return tuple(one.const for one in value.items)
    return value.const if isinstance(value.const, (int, float, str)) else value.name


def boolean(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.BoolOp)
    return mixed(run, [run.value(one) for one in node.values], run.spot(node)).with_(outcome=False)


def either(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.IfExp)
    test = run.value(node.test)
    found = joined([run.value(node.body), run.value(node.orelse)])
    picks = run.told_by(test, run.spot(node))
    return marked(found.with_(), picks)


def call(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Call)
    return calls.call(run, node)


def text(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.JoinedStr)
    given = [run.value(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values]
    texts = [str(one.const) for one in given if one.const is not NOTHING]
    made = mixed(run, given, run.spot(node))
    made.const = "".join(texts) if len(texts) == len(given) else NOTHING
    return made


def function(run: Interpreter, node: ast.expr) -> Value:
    return function_of(run, node, "")


def walrus(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.NamedExpr)
    value = run.value(node.value)
    store.put(run, node.target, value)
    return value


def starred(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, (ast.Starred, ast.Await, ast.FormattedValue))
    return run.value(node.value)

"""What an expression may be."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.flow import calls, foreign, frames, store
from golive.tidy.flow.conditions import Condition, named, opposite
from golive.tidy.flow.rowsets import Rows, Spot, Step, together, without
from golive.tidy.flow.values import (
    NOTHING,
    Mark,
    Value,
    atoms_of,
    constant,
    estimators_in,
    inside,
    joined,
    marked,
    marks_of,
    of_setting,
    scores_of,
    some,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from golive.tidy.flow.interpreter import Interpreter

_MOST = 24
"""Elements that are gone through one by one; texts, which may be columns."""
_FEW = 6

_PIECES = ((0, 4), (5, 7), (8, 10), (5, NOTHING), (8, NOTHING))
"""Where year, month and day stand in a date that is written the usual way."""

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
    walker = _EXPRESSIONS.get(type(node))
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


def _name(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Name)
    found = run.look(node.id)
    return found if found is not None else Value(kind="foreign", word=node.id)


def _constant(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Constant)
    return constant(node.value)


def _attribute(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Attribute)
    return calls.attribute(run, run.value(node.value), node.attr, node)


def _list(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, (ast.List, ast.Tuple, ast.Set))
    items: list[Value] = []
    for one in node.elts:
        if isinstance(one, ast.Starred):
            inner = run.value(one.value)
            items += inner.items if inner.items is not None else elements(run, inner)
        else:
            items.append(run.value(one))
    return Value(kind="list", items=items)


def _dict(run: Interpreter, node: ast.expr) -> Value:
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


def _binary(run: Interpreter, node: ast.expr) -> Value:
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
        run.dated(made, "difference" if isinstance(node.op, ast.Sub) else "made")
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


def _unary(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.UnaryOp)
    inner = run.value(node.operand)
    if isinstance(node.op, (ast.Invert, ast.Not)):
        return inner.with_(condition=opposite(inner.condition or named(inner.name)), left_out=not inner.left_out)
    if isinstance(node.op, ast.USub) and isinstance(inner.const, (int, float)):
        return inner.with_(const=-inner.const)
    return inner.with_(const=NOTHING, name=f"\0-{inner.name}")


def _compare(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Compare)
    given = [run.value(one) for one in [node.left, *node.comparators]]
    made = mixed(run, given, run.spot(node))
    how = _HOW.get(type(node.ops[0]), "")
    if how and len(given) == 2 and made.rows is not None:
        made.condition = condition(given[0], how, given[1])
    if any(one.date for one in given):
        run.dated(made, "compared")
    return made


def condition(left: Value, how: str, right: Value) -> Condition:
    """``left how right`` as far as it can be told apart from others."""
    return Condition(how, left.name, _told(right))


def _told(value: Value) -> object:
    if value.items is not None and all(isinstance(one.const, (int, float, str)) for one in value.items):
        return tuple(one.const for one in value.items)
    return value.const if isinstance(value.const, (int, float, str)) else value.name


def _boolean(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.BoolOp)
    return mixed(run, [run.value(one) for one in node.values], run.spot(node)).with_(outcome=False)


def _either(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.IfExp)
    test = run.value(node.test)
    found = joined([run.value(node.body), run.value(node.orelse)])
    picks = run.told_by(test, run.spot(node))
    return marked(found.with_(), picks)


def _call(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Call)
    return calls.call(run, node)


def _subscript(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Subscript)
    owner = run.value(node.value)
    spot = (run.cell, node.end_lineno or node.lineno)
    if owner.kind == "place" and owner.owner is not None:
        return _of_place(run, owner.owner, owner.word, node.slice, spot)
    if owner.kind == "foreign" and owner.word.endswith((".r_", ".c_")):
        parts = run.value(node.slice).items or []
        below = owner.word.endswith(".r_")
        return foreign.below(run, parts, spot) if below else foreign.beside(run, parts, spot)
    if isinstance(node.slice, ast.Slice):
        found = _sliced(run, owner, node.slice, spot)
        turned = node.slice.step is not None and run.value(node.slice.step).const == -1
        return found.with_(backward=not found.backward) if turned else found
    if isinstance(node.slice, ast.Tuple) and owner.rows is not None and owner.kind == "rows":
        return _of_place(run, owner, "array", node.slice, spot)
    return item(run, owner, run.value(node.slice), spot)


def _sliced(run: Interpreter, owner: Value, cut: ast.Slice, spot: Spot) -> Value:
    low, high = (None if end is None else run.value(end) for end in (cut.lower, cut.upper))
    if owner.kind == "list" and owner.items is not None:
        ends = [one.const if one is not None else None for one in (low, high)]
        known = [end for end in ends if end is None or isinstance(end, int)]
        return owner.with_(items=owner.items[known[0] : known[1]]) if len(known) == 2 else owner
    piece = (0 if low is None else low.const, NOTHING if high is None else high.const) in _PIECES
    if owner.kind == "unknown" and piece:
        return owner.with_(word="begin")
    if owner.kind == "text" and owner.owner is not None:
        return mixed(run, [owner.owner], spot).with_(word="begin" if piece else "")
    if owner.kind in ("rows", "index") and owner.rows is not None:
        return frames.sliced(run, owner, low, high, spot)
    return owner.with_()


def item(run: Interpreter, owner: Value, key: Value, spot: Spot) -> Value:
    """``owner[key]``."""
    if owner.kind in ("dict", "list") and not any(mark.kind in ("chosen", "tuned") for mark in marks_of(key)):
        key = marked(key, run.picked(key, spot))
    if owner.kind == "dict" and owner.keys is not None:
        if key.const is not NOTHING and key.const in owner.keys:
            return marked(owner.keys[key.const], owner.marks | key.marks)
        return marked(joined(owner.keys.values()).with_(), owner.marks | marks_of(key))
    if owner.kind in ("list", "folds"):
        return _of_list(owner, key)
    if owner.kind == "text" and owner.owner is not None:
        return mixed(run, [owner.owner], spot).with_(word=owner.owner.word if key.const == 0 else "")
    if owner.kind == "grouped" and owner.owner is not None:
        return owner.with_(owner=item(run, owner.owner, key, spot))
    if owner.rows is None or owner.kind == "index":
        return _of_unknown(run, owner, key)
    if isinstance(key.const, str):
        return frames.column(run, owner, key.const)
    names = frames.texts(key)
    if names is not None:
        return marked(frames.columns(run, owner, names), key.marks)
    if key.rows is not None and key.kind == "rows":
        return frames.filtered(run, owner, key, spot)
    if key.kind == "index":
        return frames.rows_at(run, owner, key, spot)
    if isinstance(key.const, int):  # one row, or one entry
        return marked(owner.with_(rows=None, columns=None, kind="unknown"), marks_of(owner))
    return frames.unknown_columns(owner, marks_of(key))


def _of_list(owner: Value, key: Value) -> Value:
    items = owner.items if owner.items is not None else list(owner.parts)
    if isinstance(key.const, int) and -len(items) <= key.const < len(items) and not owner.guess:
        return marked(items[key.const], owner.marks | key.marks)
    return marked(_deep(owner).with_(), owner.marks | marks_of(key))


def _deep(owner: Value) -> Value:
    """Any of what a container holds, what it can be asked for first."""
    leaves = [one for one in inside(owner) if one is not owner and one.kind not in ("list", "dict")]
    return joined(estimators_in(owner) or leaves)


def _of_unknown(run: Interpreter, owner: Value, key: Value) -> Value:
    if owner.kind == "index" and key.rows is not None:
        based = frames.filtered if key.kind == "rows" else frames.rows_at
        return based(run, owner, key, run.here)
    if owner.kind == "table" and isinstance(key.const, str):
        return frames.column(run, owner, key.const)
    if owner.items or owner.keys:
        found = _deep(owner)
        return marked(found.with_(), owner.marks | marks_of(key))
    return marked(owner.with_(const=NOTHING, setting=owner.setting), marks_of(key))


def _of_place(run: Interpreter, owner: Value, how: str, key: ast.expr, spot: Spot) -> Value:
    """``owner.loc[rows, columns]``, ``array[rows, columns]``."""
    parts = key.elts if isinstance(key, ast.Tuple) else [key]
    if owner.rows is None and owner.kind != "unknown":
        return _of_unknown(run, owner, mixed(run, [run.value(part) for part in parts], spot))
    found = owner
    if len(parts) > 1:
        found = _columns_at(run, owner, parts[1])
    first = parts[0]
    if isinstance(first, ast.Slice):
        return _sliced(run, found, first, spot) if found.rows is not None else found
    which = run.value(first)
    if found.rows is None:
        return _of_unknown(run, found, which)
    if which.rows is not None and which.kind == "rows":
        return frames.filtered(run, found, which, spot)
    if which.kind == "index" or (which.const is NOTHING and which.kind != "list"):
        return frames.rows_at(run, found, which, spot)
    if which.kind == "list" and (rows := [one.rows for one in which.items or () if one.rows is not None]):
        return frames.rows_at(run, found, Value(kind="index", rows=frozenset().union(*rows)), spot)
    return found.with_(rows=None, columns=None, kind="unknown", marks=marks_of(found) | marks_of(which))


def _columns_at(run: Interpreter, owner: Value, key: ast.expr) -> Value:
    if isinstance(key, ast.Slice):
        run.value(key.lower), run.value(key.upper)
        whole = key.lower is None and key.upper is None
        return owner if whole else frames.unknown_columns(owner)
    which = run.value(key)
    if isinstance(which.const, str):
        return frames.column(run, owner, which.const)
    names = frames.texts(which)
    if names is not None:
        return marked(frames.columns(run, owner, names), which.marks)
    found = frames.unknown_columns(owner, marks_of(which))
    return found.with_(columns=None, marks=marks_of(found)) if isinstance(which.const, int) else found


def _comprehension(run: Interpreter, node: ast.expr) -> Value:
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
    run.scopes = before
    if isinstance(node, ast.DictComp):
        return Value(kind="dict", keys=keys, marks=told)
    if first.kind == "rows" and first.rows is not None and not node.generators[0].ifs:
        return mixed(run, [first, *made], run.spot(node)).with_(outcome=first.outcome)
    names = first.kind == "names" and not first.items
    if names:
        return Value(kind="names", owner=first.owner, marks=told | {m for one in made for m in marks_of(one)})
    return Value(kind="list", items=made, marks=told | first.marks)


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


def _text(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.JoinedStr)
    given = [run.value(part.value if isinstance(part, ast.FormattedValue) else part) for part in node.values]
    texts = [str(one.const) for one in given if one.const is not NOTHING]
    known = len(texts) == len(given)
    return Value(const="".join(texts) if known else NOTHING, setting=any(one.setting for one in given))


def _lambda(run: Interpreter, node: ast.expr) -> Value:
    return function_of(run, node, "")


def _walrus(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.NamedExpr)
    value = run.value(node.value)
    store.put(run, node.target, value)
    return value


def _starred(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, (ast.Starred, ast.Await, ast.FormattedValue))
    return run.value(node.value)


_EXPRESSIONS: dict[type[ast.expr], Callable[[Interpreter, ast.expr], Value]] = {
    ast.Name: _name,
    ast.Constant: _constant,
    ast.Attribute: _attribute,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _list,
    ast.Dict: _dict,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.Compare: _compare,
    ast.BoolOp: _boolean,
    ast.IfExp: _either,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _comprehension,
    ast.JoinedStr: _text,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Starred: _starred,
    ast.Await: _starred,
    ast.FormattedValue: _starred,
}

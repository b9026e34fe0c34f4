"""Methods of frames that take rows, or put them in another order."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    frames,
    rowcalls,
    tables,
)
from golive.tidy.flow.rowsets import Spot, Step, again, inside, without
from golive.tidy.flow.values import Order, Value, constant, marked, marks_of, name_anew, on, some

if TYPE_CHECKING:
    from golive.tidy.flow.calls import Call
    from golive.tidy.flow.interpreter import Interpreter


def indexed(run: Interpreter, asked: Call) -> Value:
    key = asked.const(0, "keys")
    found = rowcalls.copied(asked.owner)
    if isinstance(key, str):
        found.date = frames.column(run, asked.owner, key).date
        if found.date:
            run.dated(asked.owner, "made")
        found = frames.narrowed(found, {key})
    return found


def sampled(run: Interpreter, asked: Call) -> Value:
    owner = asked.owner
    assert owner.rows is not None
    replace = asked.const(2, "replace") is True
    if asked.const(1, "frac") == 1 and not replace:
        return on(owner, owner.rows, order=Order(name_anew(), random=True), spot=asked.spot)
    if replace:
        return on(owner, again([owner.rows], asked.spot), spot=asked.spot)
    key = (asked.spot, asked.node.col_offset)
    return some(owner, Step("part", key, spot=asked.spot, random=True))


def first(run: Interpreter, asked: Call) -> Value:
    end = asked.argument(0, "n") or constant(5)
    if asked.name == "head":
        return frames.sliced(run, asked.owner, None, end, asked.spot)
    low = end.with_(const=-end.const) if isinstance(end.const, int) else end.with_(name=f"\0-{end.name}")
    return frames.sliced(run, asked.owner, low, None, asked.spot)


def dropped(run: Interpreter, asked: Call) -> Value:
    columns = asked.argument(-1, "columns")
    labels = asked.argument(0, "labels", "index")
    axis = asked.const(1, "axis")
    if columns is None and labels is not None and (axis in (1, "columns")):
        columns = labels
    if columns is not None:
        names = [columns.const] if isinstance(columns.const, str) else frames.texts(columns)
        if names is None:
            return frames.unknown_columns(asked.owner, columns.marks)
        return marked(frames.narrowed(asked.owner, {str(name) for name in names}), columns.marks)
    if labels is None:
        return rowcalls.copied(asked.owner)
    if labels.rows is not None and asked.owner.rows is not None:
        return on(asked.owner, without(asked.owner.rows, labels.rows, asked.spot), spot=asked.spot)
    return marked(rowcalls.copied(asked.owner), marks_of(labels))


def queried(run: Interpreter, asked: Call) -> Value:
    text = asked.const(0, "expr")
    if not isinstance(text, str):
        return rowcalls.copied(asked.owner)
    mask = _in_columns(run, asked.owner, text, asked.spot)
    if mask is None or mask.rows is None:
        return rowcalls.copied(asked.owner)
    return frames.filtered(run, asked.owner, mask, asked.spot)


def _in_columns(run: Interpreter, frame: Value, text: str, spot: Spot) -> Value | None:
    """An expression in which names are columns; none where it is not Python."""
    try:
        tree = ast.parse(text.replace("@", "").replace("`", "").strip(), mode="eval").body
    except SyntaxError:
        return None
    for part in ast.walk(tree):
        if isinstance(part, ast.expr):
            part.lineno = part.end_lineno = spot[1]
    names = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and run.look(part.id) is None}
    run.scopes.append({name: frames.column(run, frame, name) for name in names})
    value = run.value(tree)
    run.scopes.pop()
    return value


def evaluated(run: Interpreter, asked: Call) -> Value:
    """``frame.eval("ratio = a / b")``."""
    text = asked.const(0, "expr")
    found = rowcalls.copied(asked.owner)
    if not isinstance(text, str):
        return found
    name, _, code = text.rpartition("=") if text.count("=") == 1 else ("", "", text)
    value = _in_columns(run, asked.owner, code, asked.spot)
    if value is None or not name.strip():
        return value or found
    frames.set_column(run, found, name.strip(), value, asked.spot)
    return found


def taken_at(run: Interpreter, asked: Call) -> Value:
    """``reindex(index)``, ``take(index)``."""
    index = asked.argument(0, "index", "indices")
    if index is not None and index.kind == "index":
        return frames.rows_at(run, asked.owner, index, asked.spot)
    return rowcalls.like(run, asked)


def once(run: Interpreter, asked: Call) -> Value:
    """``drop_duplicates(keep=False)`` of all rows and some of them: the others."""
    pieces = asked.owner.pieces
    if asked.const(1, "keep") is not False or len(pieces) != 2:
        return rowcalls.copied(asked.owner)
    whole, part = pieces if inside(pieces[1].rows or frozenset(), pieces[0].rows or frozenset()) else pieces[::-1]
    return on(whole, without(whole.rows or frozenset(), part.rows or frozenset(), asked.spot), spot=asked.spot)


def repeated(run: Interpreter, asked: Call) -> Value:
    assert asked.owner.rows is not None
    return on(asked.owner, again([asked.owner.rows], asked.spot), spot=asked.spot)


def appended(run: Interpreter, asked: Call) -> Value:
    return tables.below(run, [asked.owner, *asked.given], asked.spot)


def each_row(run: Interpreter, asked: Call) -> Value:
    row = rowcalls.copied(asked.owner)
    return Value(kind="list", items=[Value(kind="list", items=[Value(), row]) if asked.name == "iterrows" else row])


def sorted(run: Interpreter, asked: Call) -> Value:
    by = asked.argument(0, "by")
    owner = asked.owner
    keys = [] if by is None else [by.const] if isinstance(by.const, str) else frames.texts(by) or []
    if owner.date or any(frames.column(run, owner, str(key)).date for key in keys):
        run.dated(owner, "ordered")
    found = on(owner, owner.rows or frozenset(), order=Order(name_anew()))
    return _turned(found) if asked.const(1, "ascending") is False else found


def _turned(value: Value) -> Value:
    """The last row first."""
    for one in (value, *(value.columns or {}).values()):
        one.backward = not one.backward
    return value

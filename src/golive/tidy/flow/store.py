"""What happens where a value is put: into a name, a column, a place of a frame, a list, an attribute."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    expressions,
    frames,
)
from golive.tidy.flow.values import NOTHING, Value, joined, marked, marks_of, scores_of

if TYPE_CHECKING:
    from golive.tidy.flow.interpreter import Interpreter


def put(run: Interpreter, target: ast.expr, value: Value) -> None:
    """``target = value``."""
    if isinstance(target, ast.Name):
        run.bind(target.id, value)
    elif isinstance(target, (ast.Tuple, ast.List)):
        _unpack(run, target, value)
    elif isinstance(target, ast.Starred):
        put(run, target.value, Value(kind="list", items=[value]))
    elif isinstance(target, ast.Attribute):
        _attribute(run, target, value)
    elif isinstance(target, ast.Subscript):
        _item(run, target, marked(value.with_(name=value.name), run.control) if run.control else value)


def remove(run: Interpreter, target: ast.expr) -> None:
    """``del target``."""
    if isinstance(target, ast.Subscript):
        owner, key = run.value(target.value), run.value(target.slice)
        if isinstance(key.const, str) and owner.rows is not None:
            frames.drop_in_place(owner, {key.const})


def _unpack(run: Interpreter, target: ast.Tuple | ast.List, value: Value) -> None:
    starred = any(isinstance(one, ast.Starred) for one in target.elts)
    for place, one in enumerate(target.elts):
        if value.items is not None and not starred and place < len(value.items):
            part = value.items[place]
        elif value.items:
            part = joined(value.items)
        else:
            part = frames.part_of(run, value, place)
        put(run, one, marked(part, value.marks) if value.items is not None else part)


def _attribute(run: Interpreter, target: ast.Attribute, value: Value) -> None:
    owner = run.value(target.value)
    if owner.kind == "object":
        assert owner.keys is not None
        owner.keys[target.attr] = value
    elif target.attr == "columns":
        frames.name_columns(run, owner, value)
    elif owner.rows is not None and target.attr != "index":
        frames.set_column(run, owner, target.attr, value, run.spot(target))


def _item(run: Interpreter, target: ast.Subscript, value: Value) -> None:
    owner = run.value(target.value)
    if owner.kind == "place" and owner.owner is not None:
        _into_place(run, owner.owner, target.slice, value)
        return
    key = run.value(target.slice)
    if owner.kind == "dict" and owner.keys is not None:
        name = key.const if key.const is not NOTHING else key.name
        if value.outcome and value.rows is None and expressions.stands_on(key):
            told = run.mark("target", run.spot(target), expressions.stands_on(key))
            value = value.with_(outcome=False, marks=value.marks | {told})
        owner.keys[name] = joined([owner.keys[name], value]) if name in owner.keys else value
        owner.marks |= key.marks
        return
    if owner.kind == "list" and owner.items is not None:
        owner.items.append(value)
        return
    if owner.rows is None:
        owner.marks |= marks_of(value)
        owner.scores |= scores_of(value)
        return
    names = frames.texts(key)
    if isinstance(key.const, str):
        frames.set_column(run, owner, key.const, value, run.spot(target))
    elif names is not None:
        for place, name in enumerate(names):
            part = frames.part_of(run, value, place, name) if len(names) > 1 else value
            frames.set_column(run, owner, name, part, run.spot(target))
    else:
        _anywhere(run, owner, key, value)


def _anywhere(run: Interpreter, owner: Value, key: Value, value: Value) -> None:
    """Into columns that are not known by name, or into some rows of all."""
    new = marks_of(value) | marks_of(key)
    if value.outcome and not owner.outcome:
        new |= {run.mark("target", run.here, owner.rows)}
    owner.marks |= new
    for name, column in (owner.columns or {}).items():
        if not column.outcome:
            owner.columns = {**(owner.columns or {}), name: marked(column, new)}


def _into_place(run: Interpreter, frame: Value, key: ast.expr, value: Value) -> None:
    """``df.loc[rows, column] = value``: the others stay what they were."""
    spot = run.spot(key)
    if not isinstance(key, ast.Tuple) or len(key.elts) != 2:
        _anywhere(run, frame, run.value(key), value)
        return
    which, column = run.value(key.elts[0]), run.value(key.elts[1])
    names = [column.const] if isinstance(column.const, str) else frames.texts(column)
    whole = isinstance(key.elts[0], ast.Slice)
    if names is None:
        _anywhere(run, frame, column, marked(value, marks_of(which)))
        return
    for name in names:
        assert isinstance(name, str)
        known = bool(frame.columns and name in frame.columns) or bool(frame.rest)
        old = [] if whole or not known else [frames.column(run, frame, name)]
        parts = [frames.by_condition(run, value, which, spot, frame.rows), *old]
        same = all(part.outcome for part in parts if part.rows is not None)
        new = joined([*old, parts[0]]) if old and (same or not parts[0].outcome) else parts[0]
        frames.set_column(run, frame, name, marked(new, marks_of(which)), spot)

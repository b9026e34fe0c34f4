"""What stands in brackets behind a value: a column, some rows, an entry."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    expressions,
    frames,
    tables,
)
from golive.tidy.flow.rowsets import Spot
from golive.tidy.flow.values import (
    NOTHING,
    Value,
    estimators_in,
    inside,
    joined,
    marked,
    marks_of,
)

if TYPE_CHECKING:
    from golive.tidy.flow.interpreter import Interpreter


_PIECES = ((0, 4), (5, 7), (8, 10), (5, NOTHING), (8, NOTHING))
"""Where year, month and day stand in a date that is written the usual way."""


def subscript(run: Interpreter, node: ast.expr) -> Value:
    assert isinstance(node, ast.Subscript)
    owner = run.value(node.value)
    spot = (run.cell, node.end_lineno or node.lineno)
    if owner.kind == "place" and owner.owner is not None:
        return _of_place(run, owner.owner, owner.word, node.slice, spot)
    if owner.kind == "foreign" and owner.word.endswith((".r_", ".c_")):
        parts = run.value(node.slice).items or []
        below = owner.word.endswith(".r_")
        return tables.below(run, parts, spot) if below else tables.beside(run, parts, spot)
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
        return expressions.mixed(run, [owner.owner], spot).with_(word="begin" if piece else "")
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
        return expressions.mixed(run, [owner.owner], spot).with_(word=owner.owner.word if key.const == 0 else "")
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
        return _of_unknown(run, owner, expressions.mixed(run, [run.value(part) for part in parts], spot))
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

"""What is taken over rows: a number, a table by group; and what looks along rows."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    calls,
    frames,
)
from golive.tidy.flow.values import Mark, Score, Value, marked, marks_of, of_setting, scores_of
from golive.tidy.flow.words import WORDS

if TYPE_CHECKING:
    from golive.tidy.flow.calls import Call
    from golive.tidy.flow.interpreter import Interpreter
    from golive.tidy.flow.rowsets import Spot

_ALONG = frozenset(
    {"cumsum", "cumcount", "cummax", "cummin", "cumprod", "shift", "diff", "pct_change", "ffill", "bfill"}
)


def aggregate(
    run: Interpreter, source: Value, spot: Spot, word: str, what: str = "", *, by: Value | None = None
) -> Value:
    """What is taken over the rows of a value; ``by`` groups it."""
    marks = marks_of(source) | (marks_of(by) if by is not None else frozenset())
    made = Value(
        kind="table",
        owner=source,
        marks=marks,
        scores=scores_of(source),
        atoms=source.atoms,
        date=source.date,
        spot=spot,
        word=word,
        setting=source.setting,
    )
    if source.judges and source.rows is not None:
        model = source.model
        made.scores |= {Score(source.rows, model is not None and of_setting(model))}
        return made
    if source.rows is None or source.single or source.date or source.word == "missing":
        return made
    tells = source.outcome or (by is not None and by.outcome) or _selected(source)
    made.marks |= {run.mark("target" if tells else "statistic", spot, source.rows, what)}
    return made


def _selected(source: Value) -> bool:
    """Whether the outcome says which rows these are."""
    return any(step.by_outcome for path in source.rows or () for step in path)


def grouped(run: Interpreter, asked: Call) -> Value:
    """``frame.groupby(keys)``."""
    owner = asked.owner
    keys = asked.argument(0, "by", "level")
    found = []
    for key in [keys, *((keys.items or []) if keys is not None else [])]:
        if key is None:
            continue
        if isinstance(key.const, str) and owner.rows is not None:
            found.append(frames.column(run, owner, key.const))
        elif key.rows is not None:
            found.append(key)
    by = Value(
        outcome=any(one.outcome for one in found),
        marks=frozenset(mark for one in found for mark in marks_of(one)),
        word=_said(asked.node),
    )
    return Value(kind="grouped", owner=owner, parts=(by,))


def _said(node: ast.Call) -> str:
    keys = node.args[0] if node.args else node.keywords[0].value if node.keywords else None
    return described(keys) if keys is not None else ""


def method(run: Interpreter, asked: Call) -> Value:
    """What is asked of groups or of a window."""
    group = asked.owner
    source = group.owner
    assert source is not None
    by = group.parts[0] if group.parts else None
    name = asked.name
    if group.kind == "window":
        found = source.with_(outcome=False, columns=dict(source.columns) if source.columns else source.columns)
        if source.outcome:
            found.marks |= {run.mark("target", asked.spot, source.rows)}
        return marked(found, group.marks)
    if name in ("transform", "apply", "filter", "pipe") and asked.given and asked.given[0].kind != "unknown":
        return _by_function(run, asked, source, by)
    if name in ("transform", "rank", "ngroup", "fillna"):
        table = aggregate(run, source, asked.spot, name, _what(asked, name), by=by)
        return _row_by_row(source, marks_of(table))
    if name in _ALONG:
        return calls.method(run, calls.Call(asked.node, name, asked.given, asked.named, asked.spot, source))
    if name in ("rolling", "expanding", "ewm"):
        return Value(kind="window", owner=source)
    if name in ("head", "tail", "sample"):
        return calls.method(run, calls.Call(asked.node, name, asked.given, asked.named, asked.spot, source))
    if name == "get_group":
        return source
    made = aggregate(run, source, asked.spot, name, _what(asked, name), by=by)
    return _of_named(run, asked, source, made) if name in ("agg", "aggregate") else made


def _of_named(run: Interpreter, asked: Call, source: Value, made: Value) -> Value:
    """``agg({"a": "mean"})``, ``agg(m=("a", "mean"))``: which column each is taken from."""
    wanted = [str(name) for name in (asked.given[0].keys or ())] if asked.given else []
    wanted += [one.items[0].const for one in asked.named.values() if one.items and isinstance(one.items[0].const, str)]
    if any(run.is_outcome(source, name) for name in wanted):
        made.columns = {
            name: frames.column_of_table(run, made, str(one.items[0].const))
            for name, one in asked.named.items()
            if one.items
        }
        if len(wanted) == 1:
            made.marks = frames.column_of_table(run, made, wanted[0]).marks
    return made


def _by_function(run: Interpreter, asked: Call, source: Value, by: Value | None) -> Value:
    """``groupby(...).transform(function)``: what the function takes over its rows."""
    function = asked.given[0]
    found = calls.ask(run, function, [source, *asked.given[1:]], asked)
    marks = marks_of(found) | (marks_of(by) if by is not None else frozenset())
    if found.rows is not None and found.rows != source.rows and asked.name == "apply":
        return marked(found, marks)
    if asked.name == "transform" or found.rows is not None:
        return _row_by_row(source, marks)
    return Value(kind="table", owner=source, marks=marks, spot=asked.spot)


def _row_by_row(source: Value, marks: frozenset[Mark]) -> Value:
    return Value(kind="rows", rows=source.rows, order=source.order, marks=marks, atoms=source.atoms, spot=source.spot)


def windowed(run: Interpreter, asked: Call) -> Value:
    """``column.rolling(...)``, ``expanding()``, ``ewm()``."""
    run.dated(asked.owner, "ordered")
    found = Value(kind="window", owner=asked.owner, spot=asked.spot)
    ahead = any("Forward" in one.word for one in asked.all)
    if asked.const(2, "center") is True or ahead or asked.owner.backward:
        found.marks = frozenset({run.mark("time", asked.spot, asked.owner.rows)})
    return found


def taken(run: Interpreter, asked: Call) -> Value:
    """``column.mean()``, ``frame.median()``."""
    what = _what(asked, asked.name)
    owner = asked.owner
    if asked.name == "agg" and asked.given and asked.given[0].kind in ("function", "foreign"):
        return aggregate(run, owner, asked.spot, "agg", what)
    made = aggregate(run, owner, asked.spot, asked.name, what)
    others = [one for one in asked.all if one.rows is not None]
    if asked.name in ("corr", "corrwith", "cov") and not owner.outcome and any(one.outcome for one in others):
        made.marks = made.marks | asked.marks()
    return made


def _what(asked: Call, name: str) -> str:
    function = asked.node.func
    how = name
    if name == "transform" and asked.given and isinstance(asked.given[0].const, str):
        how = asked.given[0].const
    word = WORDS.get(how.removeprefix("nan"), "")
    if how in ("quantile", "percentile") and asked.node.args:
        word = f"{word} {ast.unparse(asked.node.args[-1])}"
    if not word or not isinstance(function, ast.Attribute):
        return ""
    return f"{word} of {described(function.value)}"


def described(node: ast.expr) -> str:
    """The source of a statistic in words."""
    call = node.value if isinstance(node, ast.Subscript) else node
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "groupby":
        what = _index(node.slice) if isinstance(node, ast.Subscript) else ast.unparse(call.func.value)
        return f"{what} by {_said(call)}"
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return _index(node.slice)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.attr
    return _index(node)


def _index(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, (ast.List, ast.Tuple)):
        return ", ".join(_index(element) for element in node.elts)
    return f"`{node.id}`" if isinstance(node, ast.Name) else ast.unparse(node)

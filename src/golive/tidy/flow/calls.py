"""Calls and attributes: who is asked, and by what name."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    containers,
    expressions,
    foreign,
    frames,
    groups,
    indices,
    learners,
    rowcalls,
    splits,
)
from golive.tidy.flow.rowsets import Spot
from golive.tidy.flow.values import NOTHING, Mark, Score, Value, marked, marks_of, scores_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.flow.interpreter import Interpreter

_PLACES = frozenset({"loc", "iloc", "at", "iat"})
_SAME = frozenset({"values", "T", "array", "flat", "to_numpy"})
_ABOUT = frozenset({"dtypes", "dtype", "empty", "ndim", "size", "name", "hasnans", "is_unique", "inplace"})
_MOMENTS = frozenset({"days", "seconds", "total_seconds", "microseconds"})


@dataclass
class Call:
    """``owner.name(*given, **named)``."""

    node: ast.Call
    name: str
    given: list[Value]
    named: dict[str, Value]
    spot: Spot
    owner: Value = field(default_factory=Value)

    def argument(self, place: int, *names: str) -> Value | None:
        """An argument by position, or by one of its names."""
        found = next((self.named[name] for name in names if name in self.named), None)
        if found is None and 0 <= place < len(self.given):
            found = self.given[place]
        return found

    def const(self, place: int, *names: str) -> object:
        """The same as a constant; nothing where it is not given or not known."""
        found = self.argument(place, *names)
        return NOTHING if found is None else found.const

    @property
    def all(self) -> list[Value]:
        return [*self.given, *self.named.values()]

    def marks(self) -> frozenset[Mark]:
        """The marks of all arguments."""
        return frozenset(mark for one in self.all for mark in marks_of(one))


def call(run: Interpreter, node: ast.Call) -> Value:
    """What a call gives."""
    function = node.func
    if isinstance(function, ast.Attribute):
        owner = run.value(function.value)
        asked = _read(run, node, function.attr, owner)
        return method(run, asked)
    asked = _read(run, node, "", Value())
    return of_value(run, run.value(function), asked)


def _read(run: Interpreter, node: ast.Call, name: str, owner: Value) -> Call:
    given: list[Value] = []
    for one in node.args:
        value = run.value(one.value if isinstance(one, ast.Starred) else one)
        given += value.items if isinstance(one, ast.Starred) and value.items is not None else [value]
    named: dict[str, Value] = {}
    for keyword in node.keywords:
        value = run.value(keyword.value)
        if keyword.arg is not None:
            named[keyword.arg] = value
        else:
            known = {str(key): one for key, one in (value.keys or {}).items()}
            named |= known or {"**": value}
            if value.marks or value.setting:
                named["**"] = value.with_(keys=None)
    return Call(node=node, name=name, given=given, named=named, spot=run.spot(node), owner=owner)


def of_value(run: Interpreter, function: Value, asked: Call) -> Value:
    """Call a value: a function or class of the notebook's own, something imported, or what nobody knows."""
    if function.kind == "function":
        return run.call(function, asked.given, asked.named, asked.spot)
    if function.kind == "class":
        return _made(run, function, asked)
    if function.kind == "bound" and function.owner is not None:
        asked.owner, asked.name = function.owner, function.word
        return method(run, asked)
    if function.kind == "foreign":
        asked.name = function.word.rpartition(".")[2]
        asked.owner = Value(kind="foreign", word=function.word.rpartition(".")[0])
        return foreign.call(run, asked)
    if function.kind == "partial" and function.owner is not None:
        asked.given = [*(function.items or ()), *asked.given]
        asked.named = {**{str(k): v for k, v in (function.keys or {}).items()}, **asked.named}
        return of_value(run, function.owner, asked)
    if function.kind in ("estimator",):
        return function
    return expressions.mixed(run, [function, *asked.all], asked.spot)


def ask(run: Interpreter, function: Value, given: Sequence[Value], near: Call) -> Value:
    """Call a value that was handed over, such as ``key=``."""
    return of_value(run, function, Call(node=near.node, name="", given=list(given), named={}, spot=near.spot))


def method(run: Interpreter, asked: Call) -> Value:
    """``owner.name(...)``."""
    owner = asked.owner
    if owner.kind == "foreign":
        return foreign.call(run, asked)
    if owner.kind == "object":
        return _own_method(run, owner, asked)
    if owner.kind in ("list", "dict", "names", "folds") and (found := containers.method(run, asked)) is not None:
        return found
    if owner.kind == "splitter":
        return splits.folds(run, asked)
    if owner.kind == "estimator" or (asked.name in learners.FITS and owner.rows is None):
        return learners.method(run, asked)
    if owner.kind in ("grouped", "window"):
        return groups.method(run, asked)
    if owner.kind in ("dt", "text"):
        return _accessed(run, asked)
    if scores_of(owner) and (found := containers.pick(run, asked)) is not None:
        return found
    if owner.rows is not None and owner.kind == "rows":
        return rowcalls.method(run, asked)
    return _unknown(run, asked)


def _unknown(run: Interpreter, asked: Call) -> Value:
    owner = asked.owner
    if owner.kind == "index":
        return indices.of_index(run, asked)
    if owner.kind == "table" and asked.name in ("merge", "join"):
        return rowcalls.method(run, asked)
    functions = [one for one in asked.all if one.kind in ("function", "bound")]
    if functions and owner.kind in ("unknown", "foreign"):
        return foreign.searched(run, asked, functions)
    if owner.kind == "table":
        return marked(owner.with_(), asked.marks())
    found = expressions.mixed(run, [owner, *asked.all], asked.spot)
    if asked.name == "split" and asked.const(0) in ("-", "/"):
        found.word, found.owner = "begin", owner.owner
    if found.rows is None and (owner.items or owner.keys):
        found.items, found.keys = owner.items, owner.keys
    return found


def _accessed(run: Interpreter, asked: Call) -> Value:
    """``column.dt.to_period("M")``, ``column.str.lower()``."""
    source = asked.owner.owner
    assert source is not None
    if asked.owner.kind == "dt" and asked.name not in _MOMENTS:
        run.dated(source, "part")
    found = expressions.mixed(run, [source, *asked.all], asked.spot)
    pieces = {
        "split": asked.const(0) in ("-", "/"),
        "slice": asked.const(1, "stop") in (4, 7),
        "replace": asked.const(0) == "-",
    }
    if pieces.get(asked.name, asked.name == "extract" and "\\d{4}" in str(asked.const(0))):
        found.word = "begin"
    return found


def attribute(run: Interpreter, owner: Value, name: str, node: ast.Attribute) -> Value:
    """``owner.name`` where it is not called."""
    if owner.kind == "foreign":
        return Value(kind="foreign", word=f"{owner.word}.{name}")
    if owner.kind == "object":
        assert owner.keys is not None
        return owner.keys.get(name) or Value(kind="bound", owner=owner, word=name, marks=owner.marks)
    if owner.kind == "estimator":
        return _of_estimator(owner, name)
    if owner.kind in ("list", "dict"):
        return Value(kind="bound", owner=owner, word=name, items=None)
    if owner.kind in ("grouped",) and owner.owner is not None:
        return owner.with_(owner=frames.column(run, owner.owner, name))
    if owner.kind == "dt" and owner.owner is not None:
        if name not in _MOMENTS:
            run.dated(owner.owner, "part")
        return owner.owner.with_(date=False, name=f"{owner.owner.name}.{name}")
    if owner.kind == "table":
        if name in _PLACES:
            return Value(kind="place", owner=owner, word=name)
        return owner if name in _SAME | {"index", "columns", "str", "dt"} else frames.column(run, owner, name)
    if owner.rows is not None and owner.kind == "rows":
        return _of_rows(run, owner, name)
    if owner.kind == "text" and owner.owner is not None:
        return expressions.mixed(run, [owner.owner], run.spot(node)) if name == "codes" else Value()
    if owner.kind == "index":
        return owner
    return owner.with_(const=NOTHING)


def _of_estimator(owner: Value, name: str) -> Value:
    if name == "best_score_":
        return Value(
            marks=owner.marks, scores=frozenset({Score(owner.fitted.rows, True)}) if owner.fitted else frozenset()
        )
    if name in ("best_estimator_", "estimator", "named_steps", "steps"):
        return owner.with_(born=owner.marks)
    if name.startswith(("best_iteration", "best_ntree", "evals_result")) and owner.watched:
        return Value(marks=owner.marks, scores=frozenset({Score(owner.watched, True)}))
    if not name.endswith("_"):
        return Value(kind="bound", owner=owner, word=name)
    learned = frozenset({owner.fitted}) if owner.fitted else frozenset()
    return Value(marks=owner.marks | learned)


def _of_rows(run: Interpreter, owner: Value, name: str) -> Value:
    if owner.columns and name in owner.columns:
        return owner.columns[name]
    if name in _PLACES:
        return Value(kind="place", owner=owner, word=name)
    if name == "columns":
        return frames.names_of(owner)
    if name == "index":
        return frames.position(owner)
    if name == "shape":
        return Value(kind="list", items=[indices.length_of(owner), Value()])
    if name in _ABOUT:
        return Value()
    if name in _SAME:
        return owner
    if name == "dt":
        run.dated(owner, "made")
        return Value(kind="dt", owner=owner)
    if name in ("str", "cat"):
        return Value(kind="text", owner=owner)
    if name in run.book.names:
        return Value(kind="bound", owner=owner, word=name)
    return frames.column(run, owner, name)


def _made(run: Interpreter, kind: Value, asked: Call) -> Value:
    """An object of a class of the notebook's own."""
    made = Value(kind="object", owner=kind, keys={}, setting=any(one.setting for one in asked.all))
    made.marks = frozenset(mark for mark in asked.marks() if mark.kind in ("chosen", "tuned"))
    first = (kind.keys or {}).get("__init__")
    if first is not None:
        run.call(first, [made, *asked.given], asked.named, asked.spot)
    return made


def _own_method(run: Interpreter, owner: Value, asked: Call) -> Value:
    assert owner.keys is not None and owner.owner is not None
    methods = owner.owner.keys or {}
    held = owner.keys.get(asked.name)
    if held is not None:
        return of_value(run, held, asked)
    fits = asked.name in learners.FITS and run.told is None
    if fits:
        run.told = ("resampled" if asked.name == "fit_resample" else "fitter", asked.spot)
    found = _run_method(run, owner, methods, asked)
    if fits:
        run.told = None
        _remember_fit(run, owner, asked)
    if asked.name == "fit_resample":
        return learners.resampled(run, asked)
    return found


def _run_method(run: Interpreter, owner: Value, methods: dict[object, Value], asked: Call) -> Value:
    if asked.name in methods:
        return run.call(methods[asked.name], [owner, *asked.given], asked.named, asked.spot)
    if asked.name == "fit_transform" and "fit" in methods and "transform" in methods:
        run.call(methods["fit"], [owner, *asked.given], asked.named, asked.spot)
        return run.call(methods["transform"], [owner, *asked.given[:1]], {}, asked.spot)
    if asked.name in learners.FITS | learners.ASKS:
        return learners.method(run, asked)
    return expressions.mixed(run, [owner, *asked.all], asked.spot)


def _remember_fit(run: Interpreter, owner: Value, asked: Call) -> None:
    features = asked.argument(0, "X")
    if features is None or features.rows is None:
        return
    owner.fitted = Mark("fitter", asked.spot, features.rows)
    owner.trained = (features.with_(), *(one.with_() for one in asked.given[1:2]))
    owner.marks |= frozenset(mark for mark in marks_of(features) if mark.spot != asked.spot)

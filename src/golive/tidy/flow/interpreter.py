"""Go through statements in the order they were run, with values of which only the origin is known."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    expressions,
)
from golive.tidy.flow.rowsets import NONE, Rows, Spot
from golive.tidy.flow.values import (
    PICKS,
    Atom,
    Judgement,
    Mark,
    Value,
    by_key,
    joined,
    marked,
    marks_of,
    scores_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from golive.tidy.flow.calls import Call
    from golive.tidy.program import Unit

_FUEL = 60_000
_DEEPEST = 12


Answer = Callable[["Interpreter", "Call"], Value]


@dataclass(frozen=True, kw_only=True)
class Book:
    """Who answers for which name, see `book`."""

    functions: Mapping[str, Answer]
    methods: Mapping[str, Answer]
    """Of frames and columns."""
    names: frozenset[str]
    expressions: Mapping[type[ast.expr], Callable[[Interpreter, ast.expr], Value]]
    statements: Mapping[type[ast.stmt], Callable[[Interpreter, ast.stmt], None]]


class Interpreter:
    """One walk. ``outcome``: the columns that are known to be the outcome, from a walk before."""

    def __init__(self, book: Book, outcome: frozenset[Atom] = frozenset()) -> None:
        self.book = book
        self.outcome = outcome
        self.top: dict[str, Value] = {}
        self.scopes: list[dict[str, Value]] = [self.top]
        self.unit: Unit | None = None
        self.cell = 0
        self.here: Spot = (0, 0)
        """The statement that is gone through."""
        self.fuel = _FUEL
        self.active: list[ast.AST] = []
        """The functions that are gone through, the outermost first."""
        self.control: frozenset[Mark] = frozenset()
        self.handed: Spot | None = None
        """Where the outcome was handed to a function of the notebook's own."""
        self.told: tuple[str, Spot] | None = None
        """The call of a `fit` of the notebook's own, which stands for all that is done inside."""
        self.judgements: list[Judgement] = []
        self.aside: list[Value] = []
        """The second parts of splits: where nothing is judged, they would."""
        self.dates: dict[object, set[str]] = {}
        self.made: dict[str, int] = {}
        self.clock = 0
        self.turns: dict[Spot, int] = {}
        """When a line was gone through last."""
        self.returned: list[Value] = []
        self.shared: set[str] = set()
        """Names that the function now gone through binds for the whole notebook."""
        self.stopped: frozenset[Mark] = frozenset()

    def walk(self, units: Iterable[Unit]) -> None:
        for unit in units:
            self.unit, self.cell = unit, unit.cell
            self.run(unit.tree)

    # Marks

    def spot(self, node: ast.AST) -> Spot:
        """Where something stands; of a call in a chain, where its own name stands."""
        line = getattr(node, "lineno", 1)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            line = node.func.end_lineno or line
        self.turns.setdefault((self.cell, line), self.clock)
        return self.cell, line

    def mark(self, kind: str, spot: Spot, rows: Rows | None, what: str = "") -> Mark:
        if self.told is not None:
            kind, spot, what = *self.told, ""
        elif kind == "target" and self.handed is not None:
            spot = self.handed
        return Mark(kind, spot, rows or NONE, what)

    def picked(self, value: Value, spot: Spot) -> frozenset[Mark]:
        """The mark of a choice by these scores; none where nothing was scored."""
        scores = scores_of(value)
        if not scores:
            return frozenset()
        rows = frozenset().union(*(score.rows for score in scores))
        settings = any(score.setting for score in scores)
        return frozenset({self.mark("tuned" if settings else "chosen", spot, rows)})

    def told_by(self, test: Value, spot: Spot) -> frozenset[Mark]:
        """What depends on a condition: a choice where it compares scores, the outcome where it asks for that."""
        chosen = self.picked(test, spot) or frozenset(mark for mark in marks_of(test) if mark.kind in PICKS)
        return chosen | {self.mark("target", spot, expressions.stands_on(test))} if test.outcome else chosen

    def dated(self, value: Value, use: str) -> None:
        """Note what is done with dates of what was read."""
        for path in value.rows or ():
            self.dates.setdefault(path[0].key, set()).add(use)

    def times(self, key: str) -> str:
        """A name for what is made here, another each time: a loop may read many files in one line."""
        self.made[key] = self.made.get(key, -1) + 1
        return f"{key}:{self.made[key]}"

    # Names

    def look(self, name: str) -> Value | None:
        return next((scope[name] for scope in reversed(self.scopes) if name in scope), None)

    def bind(self, name: str, value: Value) -> None:
        if self.control:
            value = marked(value.with_(), self.control)
        scope = self.top if name in self.shared else self.scopes[-1]
        scope[name] = value

    # Statements

    def run(self, tree: ast.stmt) -> None:
        if self.fuel <= 0:
            return
        self.fuel -= 1
        self.clock += 1
        self.here = self.spot(tree)
        self.turns[self.here] = self.clock
        walker = self.book.statements.get(type(tree))
        if walker is not None:
            walker(self, tree)
        else:
            for child in ast.iter_child_nodes(tree):
                if isinstance(child, ast.expr):
                    self.value(child)

    def block(self, body: Sequence[ast.stmt]) -> None:
        for tree in body:
            self.run(tree)

    def value(self, node: ast.expr | None) -> Value:
        """What an expression may be."""
        if node is None or self.fuel <= 0:
            return Value()
        self.fuel -= 1
        return expressions.evaluate(self, node)

    # Functions of the notebook's own

    def call(self, function: Value, given: Sequence[Value], named: dict[str, Value], spot: Spot) -> Value:
        """Go through the body of a function with these arguments."""
        node = function.node
        if len(self.active) >= _DEEPEST or self.fuel <= 0 or not isinstance(node, _FUNCTIONS):
            return Value()
        if self.active.count(node) > 1:  # a function that calls itself is gone through twice
            return Value()
        scopes, cell, returned, handed, shared = self.scopes, self.cell, self.returned, self.handed, self.shared
        self.shared = {name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names}
        local = self._arguments(node.args, given, named)
        self.scopes = [*(function.closure or (self.top,)), local]
        self.returned = []
        self.active.append(node)
        self.cell = function.cell
        if handed is None and self._hands_outcome([*given, *named.values()]):
            self.handed = spot
        if isinstance(node, ast.Lambda):
            self.returned.append(self.value(node.body))
        else:
            self.block(node.body)
        result = joined(self.returned)
        self.scopes, self.cell, self.returned, self.handed, self.shared = scopes, cell, returned, handed, shared
        self.active.pop()
        return result

    def _arguments(self, takes: ast.arguments, given: Sequence[Value], named: dict[str, Value]) -> dict[str, Value]:
        positional = [one.arg for one in [*takes.posonlyargs, *takes.args]]
        local = dict(zip(positional, given, strict=False))
        if takes.vararg:
            local[takes.vararg.arg] = Value(kind="list", items=list(given[len(positional) :]))
        for name, default in zip(reversed(positional), reversed(takes.defaults), strict=False):
            if name not in local and name not in named:
                local[name] = self.value(default)
        for one, preset in zip(takes.kwonlyargs, takes.kw_defaults, strict=True):
            if one.arg not in named and preset is not None:
                local[one.arg] = self.value(preset)
        names = {*positional, *(one.arg for one in takes.kwonlyargs)}
        local |= {name: value for name, value in named.items() if name in names}
        if takes.kwarg:
            rest = {name: value for name, value in named.items() if name not in names}
            local[takes.kwarg.arg] = Value(kind="dict", keys=by_key(rest))
        return {name: local.get(name, Value()) for name in {*names, *local}}

    def _hands_outcome(self, given: Sequence[Value]) -> bool:
        if any(one.outcome for one in given):
            return True
        texts = {one.const for one in given if isinstance(one.const, str)}
        frames = [one for one in given if one.rows is not None and (one.columns or one.rest)]
        return any(self.is_outcome(frame, text) for frame in frames for text in texts if isinstance(text, str))

    def is_outcome(self, frame: Value, name: str) -> bool:
        """Whether a column is the outcome."""
        if frame.columns and name in frame.columns:
            return frame.columns[name].outcome
        return name not in frame.dropped and (frame.rest, name) in self.outcome

    # Branches and loops

    def branches(self, blocks: Sequence[Sequence[ast.stmt]]) -> None:
        """Any of these may be run."""
        before, whole = self.scopes[-1], self.top
        after = []
        for block in blocks:
            self.scopes[-1] = dict(before)
            if before is whole:
                self.top = self.scopes[-1]  # functions that are called here see what is bound here
            self.block(block)
            after.append(self.scopes[-1])
        self.top = whole
        for name in dict.fromkeys(name for one in after for name in one):
            found = [one[name] for one in after if name in one]
            before[name] = found[0] if all(one is found[0] for one in found) else joined(found)
        self.scopes[-1] = before


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

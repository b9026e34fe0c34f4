"""What is known of a value: no numbers, but which rows it stands on and what it was made with."""

from __future__ import annotations

import copy
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from golive.tidy.flow.rowsets import Rows, Spot, Step, then

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from golive.tidy.flow.conditions import Condition
    from golive.tidy.program import Unit

Atom = tuple[str, str]
"""Where values come from: what was read, and its column."""


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


NOTHING = _Nothing()
"""The value of what is not a known constant."""

_names = itertools.count()


def name_anew() -> str:
    """A name that no other value has; it begins so that no text of a notebook can be equal to it."""
    return f"\0{next(_names)}"


@dataclass(frozen=True)
class Mark:
    """Something was done at a place with these rows, and what carries the mark depends on it."""

    kind: str
    spot: Spot
    rows: Rows
    what: str = field(default="", compare=False)


@dataclass(frozen=True)
class Score:
    """How well something did on these rows."""

    rows: Rows
    setting: bool
    """The candidates differ in a setting that is handed to what is fitted."""


@dataclass(frozen=True)
class Order:
    """How rows follow each other; slices of one order can be told apart."""

    name: Hashable
    random: bool = False


@dataclass(eq=False)
class Value:
    """See the module. ``kind`` says which of the fields mean something."""

    kind: str = "unknown"
    """``rows`` (one entry per row), ``index`` (says which rows), ``names`` (of columns), ``table`` (taken over rows),
    ``grouped``, ``place`` (`loc`), ``list``, ``dict``, ``estimator``, ``object``, ``class``, ``function``, ``foreign``,
    ``splitter`` or ``unknown``."""
    rows: Rows | None = None
    order: Order | None = None
    marks: frozenset[Mark] = frozenset()
    scores: frozenset[Score] = frozenset()
    atoms: frozenset[Atom] = frozenset()
    outcome: bool = False
    name: str = field(default_factory=name_anew)
    const: object = NOTHING
    setting: bool = False
    """Goes through several settings, one after the other."""
    date: bool = False
    condition: Condition | None = None
    among: Rows | None = None
    """A mask that holds for these rows, or (``left_out``) for all others."""
    left_out: bool = False
    columns: dict[str, Value] | None = None
    rest: str = ""
    """What all other columns come from; empty when there are no others."""
    dropped: frozenset[str] = frozenset()
    guess: bool = False
    """Which columns these are is not known."""
    items: list[Value] | None = None
    keys: dict[object, Value] | None = None
    owner: Value | None = None
    """What a method, a place, a grouping or a table belongs to."""
    node: ast.AST | None = None
    closure: tuple[dict[str, Value], ...] = ()
    cell: int = 0
    word: str = ""
    """How a function, class or method is called; what a table was taken as."""
    repeated: bool = False
    """An index in which rows may occur more than once."""
    spot: Spot = (0, 0)
    """Where the rows were last taken from others."""
    model: Value | None = None
    """What predicted it."""
    again: Mark | None = None
    """The outcome under another name: told where it becomes a feature."""
    single: bool = False
    """One row at a time: what is taken over it is no statistic."""
    backward: bool = False
    """The last row first: what stands before a row came after it."""
    pieces: tuple[Value, ...] = ()
    """What rows were put below each other for it."""
    judges: bool = False
    """Compares predictions with outcomes, row by row."""
    parts: tuple[Value, ...] = ()
    fitted: Mark | None = None
    trained: tuple[Value, ...] = ()
    """What it was fitted on: features, outcome."""
    born: frozenset[Mark] = frozenset()
    """Of an estimator, the marks of what it was made with."""
    watched: Rows | None = None
    """The rows on which its training was watched."""
    early: bool = False
    """Training that stops by itself."""
    random: bool = False
    function: Callable[..., Value] | None = None

    def with_(self, **changes: object) -> Value:
        """A copy with other fields; it has a name of its own."""
        found = copy.copy(self)
        found.name = name_anew()
        for name, value in changes.items():
            setattr(found, name, value)
        return found


def constant(value: object) -> Value:
    return Value(const=value)


def by_key(named: dict[str, Value]) -> dict[object, Value]:
    """Arguments by name, as the keys of a dictionary."""
    found: dict[object, Value] = {}
    found.update(named)
    return found


def inside(value: Value, seen: set[int] | None = None) -> Iterator[Value]:
    """A value and all that it holds."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    yield value
    held: list[Value] = [*(value.items or ()), *(value.keys or {}).values(), *value.parts]
    if value.kind in ("grouped", "place", "bound") and value.owner is not None:
        held.append(value.owner)
    for one in held:
        yield from inside(one, seen)


def marks_of(value: Value) -> frozenset[Mark]:
    """All marks of a value, of its columns and of what it holds."""
    found: set[Mark] = set()
    for one in inside(value):
        found |= one.marks
        for column in (one.columns or {}).values():
            found |= column.marks | of_model(column)
    return frozenset(found)


def of_model(value: Value) -> frozenset[Mark]:
    """What a model predicted stands on what it was fitted on, where it is used as a feature."""
    return frozenset({value.model.fitted}) if value.model is not None and value.model.fitted else frozenset()


def marks_of_features(value: Value) -> frozenset[Mark]:
    """The marks of what a model is given."""
    columns = (value.columns or {}).values()
    return marks_of(value) | {one.again for one in (value, *columns) if one.again is not None}


def scores_of(value: Value) -> frozenset[Score]:
    return frozenset().union(*(one.scores for one in inside(value)))


def of_setting(value: Value) -> bool:
    return any(one.setting for one in inside(value))


def estimators_in(value: Value) -> list[Value]:
    return [one for one in inside(value) if one.kind in ("estimator", "object")]


def atoms_of(value: Value) -> frozenset[Atom]:
    return frozenset().union(*(one.atoms for one in inside(value)))


def marked(value: Value, marks: Iterable[Mark]) -> Value:
    """The same with more marks; columns get them too."""
    new = frozenset(marks)
    if not new - value.marks and not value.columns:
        return value
    columns = {name: marked(one, new) for name, one in value.columns.items()} if value.columns is not None else None
    born = value.born | new if value.kind == "estimator" else value.born  # fitting it again does not undo a choice
    return value.with_(marks=value.marks | new, columns=columns, name=value.name, born=born)


def on(value: Value, rows: Rows, *, order: Order | None = None, spot: Spot | None = None) -> Value:
    """The same on other rows."""
    columns = {name: on(one, rows) for name, one in value.columns.items()} if value.columns is not None else None
    return value.with_(rows=rows, columns=columns, order=order, spot=spot or value.spot)


def some(value: Value, step: Step, marks: Iterable[Mark] = (), *, order: Order | None = None) -> Value:
    """Some rows of a value."""
    return marked(on(value, then(value.rows or frozenset(), step), order=order, spot=step.spot), marks)


def joined(values: Iterable[Value]) -> Value:
    """What may be any of these."""
    given = list({id(value): value for value in values}.values())
    if not given:
        return Value()
    if len(given) == 1:
        return given[0]
    first = next((one for one in given if one.kind in ("estimator", "object")), None)
    first = (
        first
        or next((one for one in given if one.rows is not None), None)
        or next((one for one in given if one.kind != "unknown"), given[0])
    )
    same = [one for one in given if one.kind == first.kind]
    found = first.with_(
        marks=frozenset().union(*(one.marks for one in given)),
        scores=frozenset().union(*(one.scores for one in given)),
        atoms=frozenset().union(*(one.atoms for one in given)),
        setting=any(one.setting for one in given),
        outcome=first.outcome,
        const=first.const if all(one.const == first.const for one in given) else NOTHING,
        early=any(one.early for one in same),
    )
    _join_content(found, same)
    return found


def _join_content(found: Value, same: list[Value]) -> None:
    rows = [one.rows for one in same if one.rows is not None]
    if rows:
        found.rows = frozenset().union(*rows)
    if found.kind == "list":
        lists = [one.items or [] for one in same]
        longest = max(map(len, lists))
        found.items = [joined(items[i] for items in lists if i < len(items)) for i in range(longest)]
    if found.kind == "dict":
        names = dict.fromkeys(name for one in same for name in (one.keys or {}))
        found.keys = {name: joined(one.keys[name] for one in same if one.keys and name in one.keys) for name in names}
    if found.columns is not None:
        names = dict.fromkeys(name for one in same for name in (one.columns or {}))
        found.columns = {
            str(name): joined(one.columns[name] for one in same if one.columns and name in one.columns)
            for name in names
        }
    if found.kind == "estimator":
        found.parts = tuple({id(part): part for one in same for part in one.parts}.values())
        found.trained = next((one.trained for one in same if one.trained), ())


PICKS = frozenset({"chosen", "tuned"})
"""Marks of choices."""


@dataclass(frozen=True)
class Judgement:
    """A model was judged, or something was predicted, at a place."""

    spot: Spot
    unit: Unit | None
    outcome: Value
    """What happened; the features where nothing else is known."""
    predicted: Value
    model: Value | None
    name: str = ""

"""Lists, dictionaries, and the choice of the best by a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.tidy.flow import (
    calls,
    expressions,
    frames,
    loops,
    parts,
)
from golive.tidy.flow.values import (
    NOTHING,
    Value,
    constant,
    estimators_in,
    inside,
    joined,
    marked,
    marks_of,
    of_setting,
    scores_of,
)

if TYPE_CHECKING:
    from golive.tidy.flow.calls import Call
    from golive.tidy.flow.interpreter import Interpreter

PICKS = frozenset(
    {
        *("max", "min", "argmax", "argmin", "nanargmax", "nanargmin", "idxmax", "idxmin", "amax", "amin", "nanmax"),
        *(
            "sorted",
            "argsort",
            "nlargest",
            "nsmallest",
            "sort",
            "sort_values",
            "most_common",
            "argpartition",
            "searchsorted",
        ),
        *("argrelmax", "rank"),
    }
)
"""What says which is best."""

_LONGEST = 40


def method(run: Interpreter, asked: Call) -> Value | None:
    """What is asked of a list or a dictionary; none for what is not known of them."""
    owner = asked.owner
    if owner.kind == "names":
        return _of_names(run, asked)
    if asked.name in PICKS and scores_of(owner):
        return pick(run, asked)
    if owner.items is not None and (found := _of_list(run, asked, owner)) is not None:
        return found
    if owner.keys is not None and (found := _of_dict(run, asked, owner)) is not None:
        return found
    if asked.name == "copy":
        return owner.with_(
            items=list(owner.items) if owner.items is not None else None,
            keys=dict(owner.keys) if owner.keys is not None else None,
        )
    made = expressions.mixed(run, [owner, *asked.all], asked.spot)
    made.outcome = False
    return made


def _of_names(run: Interpreter, asked: Call) -> Value:
    if asked.name in ("drop", "difference", "tolist", "to_list", "intersection", "copy"):
        return marked(asked.owner.with_(items=None if asked.given else asked.owner.items), asked.marks())
    return Value(marks=asked.owner.marks | asked.marks())


def _of_list(run: Interpreter, asked: Call, owner: Value) -> Value | None:
    assert owner.items is not None
    given = asked.given[0] if asked.given else Value()
    if asked.name in ("append", "add", "insert") and asked.given:
        value = asked.given[-1]
        if len(owner.items) < _LONGEST:
            owner.items.append(marked(value.with_(name=value.name), run.control) if run.control else value)
        return Value()
    if asked.name == "extend":
        owner.items += given.items or [given]
        return Value()
    if asked.name == "remove":
        owner.items = [one for one in owner.items if one.const is NOTHING or one.const != given.const]
        return Value()
    if asked.name == "pop":
        return joined(owner.items).with_() if owner.items else Value()
    if asked.name in ("sort", "reverse"):
        return Value()
    return None


def _of_dict(run: Interpreter, asked: Call, owner: Value) -> Value | None:
    assert owner.keys is not None
    if asked.name == "items":
        pairs = [Value(kind="list", items=[constant(key), value]) for key, value in owner.keys.items()]
        return Value(kind="list", items=pairs, marks=owner.marks)
    if asked.name == "values":
        return Value(kind="list", items=list(owner.keys.values()), marks=owner.marks)
    if asked.name == "keys":
        return Value(kind="list", items=[constant(key) for key in owner.keys], marks=owner.marks)
    if asked.name in ("get", "pop", "setdefault") and asked.given:
        found = parts.item(run, owner, asked.given[0], asked.spot)
        return marked(found, marks_of(asked.given[1])) if len(asked.given) > 1 else found
    if asked.name == "update":
        for one in asked.all:
            owner.keys |= one.keys or {}
        return Value()
    return None


def pick(run: Interpreter, asked: Call) -> Value | None:
    """``scores.idxmax()``, ``table.sort_values("score")``: what it gives depends on the scores."""
    if asked.name not in PICKS:
        return None
    owner = asked.owner
    marks = run.picked(_compared(run, asked), asked.spot) | marks_of(owner)
    if asked.name in ("sort", "sort_values", "nlargest", "nsmallest", "sorted"):
        found = owner.with_(marks=owner.marks | marks, guess=True)
        if asked.name == "sort" or asked.const(-1, "inplace") is True:
            owner.marks, owner.guess = found.marks, True
        return found
    return Value(marks=marks, scores=scores_of(owner))


def _compared(run: Interpreter, asked: Call) -> Value:
    """What is looked at to find the best: one column, what ``key=`` gives, or all."""
    owner, by = asked.owner, asked.const(0, "by") if asked.name != "nlargest" else asked.const(1, "columns")
    if owner.kind == "table" and isinstance(by, str):
        column = frames.column(run, owner, by)
        return column if scores_of(column) else owner
    key = asked.named.get("key")
    if key is None or asked.name == "sort_values":
        return owner
    judged = Value(kind="list", items=[calls.ask(run, key, [one], asked) for one in loops.elements(run, owner)])
    return judged if scores_of(judged) else owner


def best(run: Interpreter, asked: Call) -> Value:
    """``max(values, key=...)``, ``sorted(values)``: by a score it is a choice."""
    given = asked.given[0] if len(asked.given) == 1 else Value(kind="list", items=asked.given)
    key = asked.named.get("key")
    candidates = loops.elements(run, given) if given.rows is None else [given]
    judged = [calls.ask(run, key, [one], asked) for one in candidates] if key is not None else [given]
    scored = Value(kind="list", items=judged)
    scored = scored if scores_of(scored) else given
    marks = run.picked(scored, asked.spot) | marks_of(given) | (marks_of(key) if key is not None else frozenset())
    if asked.name == "sorted":
        return given.with_(marks=given.marks | marks, guess=True)
    if given.kind == "dict":
        return Value(marks=marks, setting=any(of_setting(one) for one in candidates))
    leaves = estimators_in(given) or [one for one in inside(given) if one.kind not in ("list", "dict", "table")]
    items = given.items or []
    alike = len(items) > 1 and all(one.kind == "list" and one.items for one in items)
    found = joined(items).with_() if alike else joined(leaves or candidates).with_(const=NOTHING)
    if len(items) == 1 and items[0].kind == "list":
        found = items[0].with_()
    if found.kind == "rows":  # one of its entries
        found = loops.element(found)
    found.scores |= scores_of(scored)
    return marked(found, marks)


def enumerated(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    if given.kind == "unknown" and given.items is None:
        return Value(kind="list", items=[Value(kind="list", items=[Value(setting=True), given])], marks=given.marks)
    pairs = [Value(kind="list", items=[Value(), one]) for one in loops.elements(run, given)]
    return Value(kind="list", items=pairs, marks=given.marks)


def zipped(run: Interpreter, asked: Call) -> Value:
    each = [loops.elements(run, one) for one in asked.given]
    longest = max(map(len, each), default=0)
    rows = [
        Value(kind="list", items=[one[place if place < len(one) else -1] for one in each if one])
        for place in range(longest)
    ]
    first = next((one for one in asked.given if one.rows is not None and one.kind == "rows"), None)
    if first is not None:
        return first.with_(columns=None, items=[one for row in rows[:1] for one in row.items or []], outcome=False)
    return Value(kind="list", items=rows)


def mapped(run: Interpreter, asked: Call) -> Value:
    """``map(function, values)``, ``filter(function, values)``."""
    function, *given = asked.given or [Value()]
    if not given:
        return Value()
    if given[0].rows is not None and given[0].kind == "rows":
        return expressions.mixed(run, given, asked.spot)
    made = [calls.ask(run, function, [one], asked) for one in loops.elements(run, given[0])]
    return Value(kind="list", items=made if asked.name == "map" else given[0].items)

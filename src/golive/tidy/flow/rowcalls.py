"""What is asked of frames and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.tidy.flow import (
    calls,
    expressions,
    frames,
    groups,
    loops,
    tables,
)
from golive.tidy.flow.conditions import Condition, named, opposite
from golive.tidy.flow.values import Value, marked, marks_of
from golive.tidy.flow.words import WEAK, WORDS

if TYPE_CHECKING:
    from golive.tidy.flow.calls import Call
    from golive.tidy.flow.interpreter import Interpreter

COMPARED = {"eq": "==", "ne": "!=", "gt": ">", "lt": "<", "ge": ">=", "le": "<="}
BY_ROW = frozenset({*WORDS, *WEAK})


def method(run: Interpreter, asked: Call) -> Value:
    """``rows.name(...)``."""
    found = _asked(run, asked)
    if asked.const(-1, "inplace") is True and asked.owner.kind == "rows":
        _become(asked.owner, found)
        return Value()
    return found


def _asked(run: Interpreter, asked: Call) -> Value:
    name = asked.name
    if name in run.book.methods:
        return run.book.methods[name](run, asked)
    if name in BY_ROW:
        if by_row(asked):
            return _one_for_each(run, asked)
        return _weak(asked) if name in WEAK else groups.taken(run, asked)
    if name == "between" and len(asked.given) > 1:
        found = expressions.mixed(run, [asked.owner, *asked.given[:2]], asked.spot)
        ends = (
            expressions.condition(asked.owner, how, one) for how, one in zip((">=", "<="), asked.given, strict=False)
        )
        found.condition = Condition("and", parts=tuple(ends))
        return found
    if name in COMPARED:
        given = [asked.owner, *asked.all[:1]]
        found = expressions.mixed(run, given, asked.spot)
        if len(given) == 2:
            found.condition = expressions.condition(given[0], COMPARED[name], given[1])
        return found
    return like(run, asked)


def by_row(asked: Call) -> bool:
    """``sum(axis=1)`` stays within a row."""
    return asked.const(-1, "axis") in (1, "columns") or (
        asked.name not in ("quantile", "agg", "nlargest", "nsmallest") and asked.const(0) == 1
    )


def _one_for_each(run: Interpreter, asked: Call) -> Value:
    return asked.owner.with_(columns=None, rest="", marks=marks_of(asked.owner))


def _weak(asked: Call) -> Value:
    owner = asked.owner
    if asked.name in ("isna", "isnull"):
        return owner.with_(columns=None, rest="", word="missing", outcome=False)
    if asked.name == "factorize":
        return Value(kind="list", items=[owner, Value()])
    return Value(marks=marks_of(owner), kind="table", owner=None)


def like(run: Interpreter, asked: Call) -> Value:
    """The same rows with other values: what was given goes into all of them."""
    owner = asked.owner
    if owner.columns is None and not owner.rest:
        found = expressions.mixed(run, [owner, *asked.all], asked.spot)
        found.date, found.word, found.order = owner.date, owner.word, owner.order
        return found
    return marked(copied(owner), asked.marks())


def copied(owner: Value) -> Value:
    return owner.with_(columns=dict(owner.columns) if owner.columns is not None else None)


def _become(owner: Value, new: Value) -> None:
    """What is done in place, all names of the frame see."""
    if new.kind == "rows":
        for name in ("columns", "marks", "dropped", "rest", "order", "rows", "outcome", "atoms", "date"):
            setattr(owner, name, getattr(new, name))


def copy(run: Interpreter, asked: Call) -> Value:
    whole = all(len(path) == 1 for path in asked.owner.rows or ())
    return copied(asked.owner).with_(spot=run.here if whole else asked.owner.spot)


def filled(run: Interpreter, asked: Call) -> Value:
    if asked.const(1, "method") in ("bfill", "backfill"):
        return backward(run, asked)
    given = asked.argument(0, "value")
    if given is None or given.kind != "dict" or (asked.owner.columns is None and not asked.owner.rest):
        return like(run, asked)
    found = copied(asked.owner)
    for name, value in (given.keys or {}).items():
        column = frames.column(run, found, str(name))
        frames.set_column(run, found, str(name), expressions.mixed(run, [column, value], asked.spot), asked.spot)
    return marked(found, given.marks)


def backward(run: Interpreter, asked: Call) -> Value:
    if asked.const(-1, "axis") in (1, "columns"):
        return copied(asked.owner)
    return marked(copied(asked.owner), {run.mark("time", asked.spot, asked.owner.rows)})


def between_neighbours(run: Interpreter, asked: Call) -> Value:
    return marked(copied(asked.owner), {run.mark("later", asked.spot, asked.owner.rows)})


def shifted(run: Interpreter, asked: Call) -> Value:
    """``shift(-1)`` is the next row's value: another thing than the column itself."""
    run.dated(asked.owner, "ordered")
    by = asked.const(0, "periods")
    atoms = frozenset({(f"{asked.spot}", asked.name)})
    owner = asked.owner
    found = copied(owner).with_(atoms=atoms if not owner.columns else owner.atoms, outcome=False)
    if owner.outcome and asked.name != "shift":  # what happened before is known, what happens now is not
        found.marks |= {run.mark("target", asked.spot, owner.rows)}
    ahead = isinstance(by, (int, float)) and by < 0
    ahead = ahead != owner.backward
    return marked(found, {run.mark("time", asked.spot, asked.owner.rows)}) if ahead else found


def ranked(run: Interpreter, asked: Call) -> Value:
    if by_row(asked):
        return copied(asked.owner)
    return marked(copied(asked.owner), {run.mark("statistic", asked.spot, asked.owner.rows, "")})


def along(run: Interpreter, asked: Call) -> Value:
    """``cumsum()``: the rows before, too."""
    found = copied(asked.owner)
    if asked.owner.outcome:
        found = found.with_(outcome=False, marks=found.marks | {run.mark("target", asked.spot, asked.owner.rows)})
    return marked(found, {run.mark("time", asked.spot, asked.owner.rows)}) if asked.owner.backward else found


def assigned(run: Interpreter, asked: Call) -> Value:
    found = copied(asked.owner)
    for name, given in asked.named.items():
        value = calls.ask(run, given, [found], asked) if given.kind in ("function", "bound") else given
        frames.set_column(run, found, name, value, asked.spot)
    return found


def piped(run: Interpreter, asked: Call) -> Value:
    if not asked.given:
        return copied(asked.owner)
    inner = calls.Call(asked.node, "", [asked.owner, *asked.given[1:]], asked.named, asked.spot)
    return calls.of_value(run, asked.given[0], inner)


def applied(run: Interpreter, asked: Call) -> Value:
    function, owner = asked.argument(0, "func", "function"), asked.owner
    if function is None:
        return copied(owner)
    if isinstance(function.const, str):
        return groups.taken(run, asked) if function.const in WORDS and not by_row(asked) else copied(owner)
    frame = bool(owner.columns or owner.rest)
    rows = by_row(asked) or not frame
    inner = loops.element(owner) if not frame else copied(owner).with_(single=True) if rows else owner
    extra = list((asked.named.get("args") or Value()).items or ())
    handed = run.handed
    run.handed = handed or (asked.spot if rows else None)
    found = calls.ask(run, function, [inner, *extra], asked)
    run.handed = handed
    if found.date:
        run.dated(owner, "made")
    if found.rows is None and not rows:
        return found
    whole = frame and not rows
    return Value(
        kind="rows",
        rows=owner.rows,
        order=owner.order,
        marks=marks_of(found) | (frozenset() if frame else owner.marks),
        atoms=found.atoms or owner.atoms,
        outcome=found.outcome,
        date=found.date,
        spot=owner.spot,
        columns=dict(found.columns) if whole and found.columns else None,
        rest=owner.rest if whole else "",
    )


def mapped(run: Interpreter, asked: Call) -> Value:
    given = asked.argument(0, "arg", "mapper")
    if given is None or given.kind in ("function", "bound", "foreign"):
        return applied(run, asked)
    found = expressions.mixed(
        run, [asked.owner, given.with_(rows=None, columns=None, marks=marks_of(given))], asked.spot
    )
    found.outcome = asked.owner.outcome
    return found


def merged(run: Interpreter, asked: Call) -> Value:
    right = asked.argument(0, "right", "other")
    return tables.merged(run, asked.owner, right, asked) if right is not None else copied(asked.owner)


def typed(run: Interpreter, asked: Call) -> Value:
    kind = asked.const(0, "dtype")
    found = like(run, asked)
    found.outcome, found.atoms = asked.owner.outcome, asked.owner.atoms
    word = (asked.argument(0, "dtype") or Value()).word
    if isinstance(kind, str) and kind.startswith(("datetime", "M8", "<M8", "period")):
        found.date = True
        run.dated(asked.owner, "made")
    elif asked.owner.word == "begin" and ("int" in word or (isinstance(kind, str) and "int" in kind)):
        run.dated(asked.owner, "part")
    return found


def named_anew(run: Interpreter, asked: Call) -> Value:
    found = copied(asked.owner)
    given = asked.argument(-1, "columns") or asked.argument(0, "mapper")
    for old, new in ((given.keys or {}) if given is not None else {}).items():
        if isinstance(old, str) and isinstance(new.const, str):
            value = frames.column(run, found, old)
            frames.drop_in_place(found, {old})
            found.columns = {**(found.columns or {}), new.const: value}
            found.dropped -= {new.const}
    return found


def popped(run: Interpreter, asked: Call) -> Value:
    name = asked.const(0, "item")
    if not isinstance(name, str):
        return asked.owner.with_()
    found = frames.column(run, asked.owner, name)
    frames.drop_in_place(asked.owner, {name})
    return found


def inserted(run: Interpreter, asked: Call) -> Value:
    name, value = asked.const(1, "column"), asked.argument(2, "value")
    if isinstance(name, str) and value is not None:
        frames.set_column(run, asked.owner, name, value, asked.spot)
    return Value()


def is_in(run: Interpreter, asked: Call) -> Value:
    given = asked.argument(0, "values") or Value()
    found = expressions.mixed(run, [asked.owner, given.with_(rows=None, columns=None)], asked.spot)
    found.condition = expressions.condition(asked.owner, "in", given)
    return found


def there(run: Interpreter, asked: Call) -> Value:
    """``notna()``: whether something is there says nothing of what it is."""
    found = asked.owner.with_(columns=None, rest="", word="missing", outcome=False)
    found.condition = opposite(named(asked.owner.name)) if asked.name.startswith("not") else named(asked.owner.name)
    return found


def chosen_columns(run: Interpreter, asked: Call) -> Value:
    if asked.name == "filter" and (items := asked.named.get("items")) is not None and frames.texts(items):
        return frames.columns(run, asked.owner, frames.texts(items) or [])
    return frames.unknown_columns(copied(asked.owner), asked.marks())


def converted(run: Interpreter, asked: Call) -> Value:
    """``to_dict()`` of a column is a table to look values up in."""
    return Value(kind="table", owner=None, marks=marks_of(asked.owner), atoms=asked.owner.atoms)

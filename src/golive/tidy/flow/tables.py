"""Functions that make frames of others: one below the other, one beside the other, looked up, counted, binned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.tidy.flow import (
    expressions,
    foreign,
    frames,
    groups,
    rowcalls,
)
from golive.tidy.flow.rowsets import Spot, together
from golive.tidy.flow.values import (
    Order,
    Value,
    joined,
    marked,
    name_anew,
    on,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.flow.calls import Call
    from golive.tidy.flow.interpreter import Interpreter


def frame(run: Interpreter, asked: Call) -> Value:
    """``pd.DataFrame(...)``, ``pd.Series(...)``."""
    given = asked.argument(0, "data")
    if given is None:
        return Value()
    if given.rows is not None and given.kind == "rows":
        return _with_names(run, given, asked.argument(2, "columns"))
    if given.keys is not None:
        return _of_columns(run, asked, given)
    return given.with_(kind="table", owner=None, guess=True) if given.items or given.keys else given.with_()


def _with_names(run: Interpreter, given: Value, names: Value | None) -> Value:
    known = frames.texts(names) if names is not None else None
    found = rowcalls.copied(given)
    if known and not given.columns:
        found.columns = {name: given.with_(columns=None, rest="") for name in known}
        found.rest = ""
    return found


def _of_columns(run: Interpreter, asked: Call, given: Value) -> Value:
    parts = {str(name): one for name, one in (given.keys or {}).items()}
    first = next((one for one in parts.values() if one.rows is not None and one.kind == "rows"), None)
    if first is None:
        return given.with_(kind="table", owner=None)
    made = Value(kind="rows", rows=first.rows, order=first.order, columns={}, spot=first.spot)
    for name, one in parts.items():
        frames.set_column(run, made, name, one, asked.spot)
    return made


def concat(run: Interpreter, asked: Call) -> Value:
    given = asked.argument(0, "objs", "arrays", "tup")
    parts = (given.items or list((given.keys or {}).values())) if given is not None else []
    if asked.const(1, "axis") in (1, "columns") or asked.name in ("column_stack", "c_"):
        return beside(run, parts, asked.spot)
    if asked.name == "hstack" and any(one.columns or one.rest for one in parts):
        return beside(run, parts, asked.spot)
    return below(run, parts, asked.spot)


def appended(run: Interpreter, asked: Call) -> Value:
    """``np.append(rows, others)``."""
    return below(run, asked.given[:2], asked.spot)


def beside(run: Interpreter, parts: Sequence[Value], spot: Spot) -> Value:
    """Columns of several things, one beside the other."""
    with_rows = [one for one in parts if one.rows is not None]
    if not with_rows:
        return expressions.mixed(run, parts, spot)
    found = rowcalls.copied(with_rows[0])
    if found.columns is None:
        found.columns = {f"{with_rows[0].name}": with_rows[0]}
    for one in with_rows[1:]:
        own = one.columns if one.columns and not one.outcome else {one.name: one}
        found.columns = {**found.columns, **own}
        found.marks |= one.marks if one.columns is not None else frozenset()
    return found


def below(run: Interpreter, parts: Sequence[Value], spot: Spot) -> Value:
    """Rows of several things, one below the other."""
    parts = [_of_entries(one) for one in parts]
    given = [one for one in parts if one.rows is not None]
    if not given:
        return expressions.mixed(run, parts, spot)
    if all(one.kind == "index" for one in given):
        rows = frozenset(path for one in given for path in one.rows or ())
        plain = together([one.rows or frozenset() for one in given], (0, 0))
        doubled = plain != rows or any(one.repeated for one in given)
        return Value(kind="index", rows=rows, repeated=doubled, marks=frozenset(m for p in parts for m in p.marks))
    found = joined([*given, *(one.with_(rows=None) for one in parts if one.rows is None)]).with_()
    found = marked(found, (mark for one in parts for mark in one.marks))
    rows = together([one.rows or frozenset() for one in given], spot)
    found.model = next((one.model for one in given if one.model is not None), None)  # outcomes that are guessed
    return on(found, rows, order=Order(name_anew()), spot=spot).with_(pieces=tuple(given))


def _of_entries(value: Value) -> Value:
    """A list of rows is rows."""
    held = [one for one in value.items or () if one.rows is not None] if value.kind == "list" else []
    if not held:
        return value
    return joined(held).with_(rows=frozenset(path for one in held for path in one.rows or ()))


def merged(run: Interpreter, left: Value, right: Value, asked: Call) -> Value:
    """The columns of another table, looked up."""
    found = rowcalls.copied(left)
    for name, one in (right.columns or {}).items():
        if found.columns is None or name not in found.columns:
            column = one.with_(rows=left.rows, kind="rows", columns=None, owner=None)
            found.columns = {**(found.columns or {}), name: column}
    found.marks |= right.marks
    if right.rows is None and not right.columns:
        found = marked(found, right.marks)
    return found


def merge(run: Interpreter, asked: Call) -> Value:
    left, right = asked.argument(0, "left"), asked.argument(1, "right")
    return merged(run, left, right, asked) if left is not None and right is not None else Value()


def merged_by_time(run: Interpreter, asked: Call) -> Value:
    """``merge_asof(..., direction="forward")`` looks up what came later."""
    found = merge(run, asked)
    ahead = asked.const(-1, "direction") in ("forward", "nearest")
    return marked(found, {run.mark("time", asked.spot, found.rows)}) if ahead else found


def dummies(run: Interpreter, asked: Call) -> Value:
    given = asked.argument(0, "data")
    names = asked.argument(-1, "columns")
    if given is None:
        return Value()
    found = rowcalls.copied(given)
    for name in (frames.texts(names) or []) if names is not None else []:
        one = frames.column(run, found, name)
        found.marks |= one.marks | ({one.again} if one.again is not None else set())
        frames.drop_in_place(found, {name})
    return found


def to_date(run: Interpreter, asked: Call) -> Value:
    found = foreign.elementwise(run, asked)
    found.date = True
    run.dated(found, "made")
    return found


def to_number(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    if given.word == "begin":
        run.dated(given if given.rows is not None or given.owner is None else given.owner, "part")
    return foreign.elementwise(run, asked).with_(word="")


def binned(run: Interpreter, asked: Call) -> Value:
    """``qcut(column, 4)``, ``cut(column, 4)``: where the edges lie is learned."""
    given, bins = asked.argument(0, "x"), asked.argument(1, "bins", "q")
    found = expressions.mixed(run, [one for one in (given, bins) if one is not None], asked.spot)
    learned = asked.name == "qcut" or (bins is not None and isinstance(bins.const, int))
    if learned and given is not None and given.rows is not None:
        what = f"edges of {groups.described(asked.node.args[0])}" if asked.node.args else ""
        found.marks |= {run.mark("target" if given.outcome else "statistic", asked.spot, given.rows, what)}
        found.outcome = False
    return Value(kind="list", items=[found, Value(marks=found.marks)]) if "retbins" in asked.named else found


def table(run: Interpreter, asked: Call) -> Value:
    """``pd.pivot_table(frame, ...)``, ``pd.crosstab(a, b)``."""
    with_rows = [one for one in asked.all if one.rows is not None]
    if not with_rows:
        return Value()
    source = next((one for one in with_rows if one.outcome), with_rows[0])
    made = groups.aggregate(run, source, asked.spot, asked.name)
    return pivoted(run, asked, source, made)


def pivoted(run: Interpreter, asked: Call, source: Value, made: Value) -> Value:
    values = asked.argument(-1, "values")
    name = values.const if values is not None else None
    if isinstance(name, str) and run.is_outcome(source, name):
        return frames.column_of_table(run, made, name)
    return made


def standardised(run: Interpreter, asked: Call) -> Value:
    """``zscore(column)``."""
    given = asked.given[0] if asked.given else Value()
    if given.rows is None:
        return given
    return marked(given.with_(), {run.mark("statistic", asked.spot, given.rows, "")})


def counter(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    if given.rows is None:
        return given.with_(kind="dict", keys={})
    what = f"counts of {groups.described(asked.node.args[0])}"
    return groups.aggregate(run, given, asked.spot, asked.name, what)

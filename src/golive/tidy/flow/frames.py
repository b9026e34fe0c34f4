"""Frames and columns: which columns there are, what each comes from, which rows are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.tidy.flow.conditions import named
from golive.tidy.flow.rowsets import Rows, Spot, Step, again, base, then, without
from golive.tidy.flow.values import (
    NOTHING,
    PICKS,
    Order,
    Value,
    atoms_of,
    constant,
    inside,
    marked,
    marks_of,
    name_anew,
    of_model,
    on,
    some,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from golive.tidy.flow.interpreter import Interpreter


def column(run: Interpreter, frame: Value, name: str) -> Value:
    """One column of a frame, always the same value."""
    if frame.kind == "table":
        return column_of_table(run, frame, name) if frame.owner is not None else column_of_list(frame, name)
    if frame.columns is None:
        frame.columns = {}
    if name not in frame.columns:
        atom = (frame.rest, name)
        from_rest = bool(frame.rest) and name not in frame.dropped
        frame.columns[name] = Value(
            kind="rows",
            rows=frame.rows,
            order=frame.order,
            marks=frame.marks,
            atoms=frozenset({atom}) if from_rest else frame.atoms,
            outcome=from_rest and atom in run.outcome,
            date=frame.date,
            backward=frame.backward,
            model=frame.model,
            spot=frame.spot,
        )
    found = frame.columns[name]
    return found.with_(single=True, name=found.name) if frame.single else found


def column_of_table(run: Interpreter, table: Value, name: str) -> Value:
    """One column of a table that was taken over rows: of the outcome, it is the outcome that was taken."""
    assert table.owner is not None
    source = table.owner
    if table.columns and name in table.columns:
        return table.columns[name]
    if source.rows is None or not run.is_outcome(source, name):
        return table.with_(columns=None, owner=None)
    mine = frozenset(mark for mark in table.marks if not (mark.kind == "statistic" and mark.spot == table.spot))
    kind = run.mark("target", table.spot, source.rows)
    return table.with_(columns=None, owner=None, marks=mine | {kind})


def column_of_list(table: Value, name: str) -> Value:
    """One column of a table that was made of a list of dictionaries, or of nobody knows what."""
    if table.columns and name in table.columns:
        return table.columns[name]
    held = [*(table.items or ()), table]
    found = [one.keys[name] for one in held if one.keys and name in one.keys]
    if not found:
        return table.with_(columns=None)
    values = [inner for one in found for inner in (one.items or [one])]
    return Value(kind="table", items=values, marks=table.marks | found[0].marks, guess=True)


def columns(run: Interpreter, frame: Value, names: Sequence[str]) -> Value:
    """Some columns of a frame, by name."""
    if frame.kind == "table":
        return column_of_list(frame, names[0]) if len(names) == 1 and frame.owner is None else frame.with_()
    found = {name: column(run, frame, name) for name in names}
    return frame.with_(columns=found, rest="", marks=frozenset(), guess=False, atoms=frozenset())


def unknown_columns(frame: Value, marks: Collection[object] = ()) -> Value:
    """Some columns, nobody knows which: the outcome is taken not to be among them."""
    kept = {name: one for name, one in (frame.columns or {}).items() if not one.outcome}
    found = frame.with_(columns=kept if frame.columns is not None else None, guess=True)
    return marked(found, marks)  # type: ignore[arg-type]  # marks


def texts(value: Value) -> list[str] | None:
    """The texts of a list of texts; none where one is not known."""
    if value.items is None:
        return None
    found = [one.const for one in value.items]
    known = [one for one in found if isinstance(one, str)]
    return known if len(known) == len(found) else None


def set_column(run: Interpreter, frame: Value, name: str, value: Value, spot: Spot) -> None:
    """``frame[name] = value``."""
    if frame.columns is None:
        frame.columns = {}
    marks = marks_of(value)
    old = frame.columns.get(name)
    own = (old is not None and old.outcome) or (frame.rest, name) in run.outcome
    again = run.mark("target", spot, frame.rows) if value.outcome and not own else None
    atoms = atoms_of(value)
    made = frozenset({(f"{run.cell}:{spot[1]}", name)})
    kept = atoms if len(atoms) == 1 else made
    frame.columns[name] = Value(
        kind="rows",
        rows=frame.rows,
        order=frame.order,
        marks=marks,
        atoms=kept,
        outcome=value.outcome or bool(kept & run.outcome),
        date=value.date,
        model=value.model,
        judges=value.judges,
        backward=frame.backward,
        again=again,
        spot=frame.spot,
        condition=value.condition,
    )
    frame.dropped -= {name}


def drop_in_place(frame: Value, names: Collection[str]) -> None:
    """Take columns out of this very frame."""
    for name in names:
        (frame.columns or {}).pop(name, None)
    frame.dropped |= frozenset(names)


def narrowed(frame: Value, names: Collection[str]) -> Value:
    """The same frame without some columns."""
    found = frame.with_(columns=dict(frame.columns) if frame.columns is not None else None)
    drop_in_place(found, names)
    return found


def name_columns(run: Interpreter, frame: Value, value: Value) -> None:
    """``frame.columns = [...]``: a table gets them by name, a frame of which nothing is known by name loses them."""
    names = texts(value)
    if frame.kind == "table":
        frame.owner = None
        frame.columns = {name: frame.with_(columns=None) for name in names or ()}
    elif frame.rows is not None and names is None:
        frame.marks |= frozenset(
            mark for one in (frame.columns or {}).values() if not one.outcome for mark in one.marks
        )


def part_of(run: Interpreter, value: Value, place: int, name: str = "") -> Value:
    """``a, b = value``: what the one at this place gets."""
    if value.rows is None:
        return value.with_(columns=None, kind=value.kind if value.kind != "list" else "unknown")
    if name and value.columns is not None and (name in value.columns or value.rest):
        return column(run, value, name)
    if value.rest and not value.columns:
        rest = f"{value.rest}[{place}]"
        atom = (rest, "")
        return value.with_(rest=rest, columns={}, atoms=frozenset({atom}), outcome=atom in run.outcome)
    marks = frozenset(mark for one in inside(value) for mark in marks_of(one))
    return value.with_(columns=None, marks=marks)


def based(value: Value) -> Value:
    """Give something of which no rows are known rows of its own."""
    if value.rows is None and value.kind in ("unknown", "table", "list"):
        value.rows = base(value.name)
        value.kind = "rows"
    return value


def by_condition(run: Interpreter, value: Value, which: Value, spot: Spot, rows: Rows | None) -> Value:
    """A value that is given to rows for which something holds: where that is the outcome, it tells the outcome."""
    if not which.outcome:
        return value
    if value.rows is None:
        return value.with_(outcome=True, rows=rows, kind="rows", atoms=which.atoms)
    return marked(value, {run.mark("target", spot, rows)})


def filtered(run: Interpreter, frame: Value, mask: Value, spot: Spot) -> Value:
    """The rows for which a mask holds."""
    based(frame)
    if mask.among is not None and frame.rows is not None:
        rows = without(frame.rows, mask.among, spot) if mask.left_out else _within(frame.rows, mask.among)
        return marked(on(frame, rows, spot=spot), marks_of(mask))
    step = Step(
        "some",
        mask.condition or named(mask.name),
        spot=spot,
        random=mask.random,
        by_outcome=mask.outcome,
        marks=marks_of(mask) | of_model(mask),
    )
    return some(frame, step, {mark for mark in marks_of(mask) if mark.kind in PICKS})


def _within(rows: Rows, among: Rows) -> Rows:
    return among if rows_known(among, rows) else rows


def sliced(run: Interpreter, frame: Value, low: Value | None, high: Value | None, spot: Spot) -> Value:
    """``frame[low:high]``."""
    ends = tuple(None if one is None or one.const is None else _end(one) for one in (low, high))
    if ends in ((None, None), (0, None)):
        return frame.with_(columns=dict(frame.columns) if frame.columns is not None else None)
    based(frame)
    order = frame.order
    key = order.name if order else frame.rows
    step = Step("slice", key, ends, spot=spot, random=bool(order and order.random))
    found = some(frame, step)
    found.order = Order(name_anew(), bool(order and order.random))
    return found


def _end(value: Value) -> object:
    return value.const if value.const is not NOTHING and isinstance(value.const, (int, str)) else value.name


def rows_at(run: Interpreter, frame: Value, index: Value, spot: Spot) -> Value:
    """The rows that an index says."""
    based(frame)
    assert frame.rows is not None
    rows = index.rows
    if rows is None:
        rows = then(frame.rows, Step("some", named(index.name), spot=spot, random=index.random))
    elif not rows_known(rows, frame.rows):
        rows = frozenset((*path, *way[1:]) for path in frame.rows for way in rows)
    if index.repeated:
        rows = again([rows], spot)
    found = marked(on(frame, rows, spot=spot), marks_of(index))
    found.order = index.order
    return found


def rows_known(rows: Rows, of: Rows) -> bool:
    """Whether an index speaks of the same data as a frame."""
    return {path[0] for path in rows} <= {path[0] for path in of}


def names_of(frame: Value) -> Value:
    """``frame.columns``."""
    known = frame.columns is not None and not frame.rest and frame.columns and not frame.guess
    items = [constant(name) for name in frame.columns or ()] if known else None
    return Value(kind="names", owner=frame, items=items)


def position(value: Value) -> Value:
    """Which rows a value has, as an index."""
    name = f"\0index of {hash(value.rows)}"
    return Value(kind="index", rows=value.rows, order=value.order, random=value.random, name=name)

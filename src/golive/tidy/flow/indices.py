"""Functions that say which rows: by number, by a condition, by chance, again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.tidy.flow import (
    expressions,
    foreign,
    frames,
    tables,
)
from golive.tidy.flow.rowsets import Rows, Step, again, then, without
from golive.tidy.flow.values import (
    NOTHING,
    Order,
    Value,
    inside,
    marked,
    name_anew,
    on,
)

if TYPE_CHECKING:
    from golive.tidy.flow.calls import Call
    from golive.tidy.flow.interpreter import Interpreter


_PARTS = 6


def cut(run: Interpreter, asked: Call) -> Value:
    """``np.split(rows, [700, 900])``: parts one after the other."""
    given = asked.given[0] if asked.given else Value()
    if given.rows is None:
        return foreign.elementwise(run, asked)
    chance = bool(given.order and given.order.random)
    key = ((asked.spot, asked.node.col_offset), given.rows)
    steps = [Step("part", key, part, spot=asked.spot, random=chance) for part in range(_PARTS)]
    return Value(kind="list", items=[on(given, then(given.rows, step), spot=asked.spot) for step in steps])


def rolled(run: Interpreter, asked: Call) -> Value:
    """``np.roll(column, -1)``: the next row's value."""
    found = foreign.elementwise(run, asked)
    by = asked.const(1, "shift")
    ahead = isinstance(by, int) and by < 0 and found.rows is not None
    return marked(found, {run.mark("time", asked.spot, found.rows)}) if ahead else found


def where(run: Interpreter, asked: Call) -> Value:
    """``np.where(condition, a, b)``; with one argument it is an index."""
    if len(asked.given) == 1:
        return Value(kind="list", items=[positions(run, asked)])
    return expressions.mixed(run, asked.given, asked.spot)


def positions(run: Interpreter, asked: Call) -> Value:
    if not asked.given or asked.given[0].rows is None:
        return Value(kind="index")
    mask = asked.given[0]
    return frames.position(frames.filtered(run, mask, mask, asked.spot))


def select(run: Interpreter, asked: Call) -> Value:
    leaves = [one for value in asked.all for one in inside(value) if one.kind not in ("list", "dict")]
    return expressions.mixed(run, leaves, asked.spot)


def _rows_meant(value: Value | None) -> Rows | None:
    """The rows that a length or an index speaks of."""
    if value is None:
        return None
    if value.kind == "count" and value.owner is not None:
        return value.owner.rows
    return value.rows


def numbered(run: Interpreter, asked: Call) -> Value:
    """``range(len(frame))``, ``np.arange(len(frame))``."""
    rows = _rows_meant(asked.given[0]) if len(asked.given) == 1 else None
    if rows is None:
        consts = [one.const for one in asked.given]
        setting = any(one is not NOTHING for one in consts)
        return Value(setting=setting, marks=asked.marks())
    return Value(kind="index", rows=rows)


def counted(run: Interpreter, asked: Call) -> Value:
    return length_of(asked.given[0]) if asked.given else Value()


def length_of(value: Value) -> Value:
    """``len(value)``, always by the same name."""
    return Value(kind="count", owner=value, name=f"\0length of {hash(value.rows) if value.rows else value.name}")


def permuted(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else None
    rows = _rows_meant(given)
    if given is not None and given.kind == "rows" and rows is not None:
        return on(given, rows, order=Order(name_anew(), random=True), spot=asked.spot)
    return Value(kind="index", rows=rows, order=Order(name_anew(), random=True), random=True)


def shuffled(run: Interpreter, asked: Call) -> Value:
    """``np.random.shuffle(index)`` in place; ``shuffle(X, y)`` of scikit-learn gives copies."""
    order = Order(name_anew(), random=True)
    found = []
    for one in asked.given:
        found.append(on(one, one.rows, order=order, spot=asked.spot) if one.rows is not None else one)
        one.order = order if "sklearn" not in asked.owner.word else one.order
    return found[0] if len(found) == 1 else Value(kind="list", items=found)


def drawn(run: Interpreter, asked: Call) -> Value:
    """``rng.choice(rows, size, replace=...)``, ``rng.integers(0, len(rows), size)``."""
    meant = next((one for one in asked.given if _rows_meant(one) is not None), None)
    rows = _rows_meant(meant)
    if rows is None:
        return Value(setting=False, marks=asked.marks(), random=True)
    replace = asked.const(2, "replace")
    if asked.name in ("choice", "sample") and (replace is False or asked.name == "sample"):
        key = (asked.spot, asked.node.col_offset)
        return Value(kind="index", rows=then(rows, Step("part", key, spot=asked.spot, random=True)), random=True)
    return Value(kind="index", rows=rows, repeated=True, random=True)


def by_chance(run: Interpreter, asked: Call) -> Value:
    """``np.random.rand(len(frame))``: a number of chance for each row."""
    rows = next((rows for one in asked.all if (rows := _rows_meant(one)) is not None), None)
    return Value(kind="rows" if rows is not None else "unknown", rows=rows, random=True)


def constant_rows(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    rows = _rows_meant(given)
    return Value(kind="rows", rows=rows) if rows is not None else Value()


def resampled(run: Interpreter, asked: Call) -> Value:
    """``sklearn.utils.resample(...)``: with replacement unless it is said."""
    found = []
    order = Order(name_anew(), random=True)
    for one in asked.given:
        rows = frames.based(one).rows or frozenset()
        if asked.const(-1, "replace") is False:
            key = (asked.spot, asked.node.col_offset)
            rows = then(rows, Step("part", key, spot=asked.spot, random=True))
        else:
            rows = again([rows], asked.spot)
        found.append(on(one, rows, order=order, spot=asked.spot))
    return found[0] if len(found) == 1 else Value(kind="list", items=found)


def copies(run: Interpreter, asked: Call) -> Value:
    """``np.repeat(rows, 3)``, ``np.tile(rows, 3)``."""
    given = asked.given[0] if asked.given else Value()
    if given.kind == "index":
        return given.with_(repeated=True)
    if given.rows is None:
        return given.with_()
    return on(given, again([given.rows], asked.spot), spot=asked.spot)


def left(run: Interpreter, asked: Call) -> Value:
    """``np.setdiff1d(all, some)``, ``np.delete(rows, index)``."""
    one, other = asked.given[0], asked.given[1]
    rows, gone = _rows_meant(one), _rows_meant(other)
    if rows is None or gone is None:
        return one.with_()
    return on(one, without(rows, gone, asked.spot), spot=asked.spot).with_(random=False)


def of_index(run: Interpreter, asked: Call) -> Value:
    """What is asked of an index of rows."""
    owner = asked.owner
    if asked.name == "isin":
        other = asked.given[0] if asked.given else Value()
        return _is_among(run, asked, owner, other)
    if asked.name in ("difference", "drop", "symmetric_difference") and asked.given:
        asked.given = [owner, *asked.given]
        return left(run, asked)
    if asked.name in ("append", "union"):
        return tables.below(run, [owner, *asked.given], asked.spot)
    if asked.name == "repeat":
        return owner.with_(repeated=True)
    if asked.name == "map":
        return Value(kind="rows", rows=owner.rows)
    return owner


def _is_among(run: Interpreter, asked: Call, owner: Value, other: Value) -> Value:
    """``frame.index.isin(part.index)``: the mask of the part."""
    made = Value(kind="rows", rows=owner.rows, order=owner.order, marks=other.marks)
    made.among = other.rows
    made.random = any(step.random for path in other.rows or () for step in path)
    return made


def listed(run: Interpreter, asked: Call) -> Value:
    owner, given = [*asked.given, Value(), Value()][:2]
    if owner.kind == "index":
        return _is_among(run, asked, owner, given)
    made = expressions.mixed(run, [owner, given.with_(rows=None)], asked.spot)
    made.condition = expressions.condition(owner, "in", given)
    return made


def chance(run: Interpreter, asked: Call) -> Value:
    """``np.random.default_rng(0)``: has the functions that its module has."""
    return Value(kind="foreign", word="random")

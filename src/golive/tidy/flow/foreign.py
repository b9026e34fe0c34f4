"""Functions of libraries and of Python itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.flow import calls, containers, expressions, frames, groups, learners, rowcalls
from golive.tidy.flow.rowsets import Rows, Spot, Step, again, base, then, together, without
from golive.tidy.flow.values import (
    NOTHING,
    Order,
    Score,
    Value,
    atoms_of,
    by_key,
    constant,
    inside,
    joined,
    marked,
    marks_of,
    name_anew,
    of_setting,
    on,
    scores_of,
)
from golive.tidy.flow.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from golive.tidy.flow.calls import Call
    from golive.tidy.flow.interpreter import Interpreter

_MAKERS = frozenset({"make_pipeline", "make_union", "make_column_transformer", "make_column_selector"})
_PARTS = 6
_SCALES = frozenset({"scale", "minmax_scale", "maxabs_scale", "robust_scale", "quantile_transform", "power_transform"})
_NOT_FITTED = frozenset({"Series", "DataFrame", "Counter", "OrderedDict", "Path", "Index", "Timestamp", "Timedelta"})


def call(run: Interpreter, asked: Call) -> Value:
    """A function by its own name, whatever it was imported as."""
    name = asked.name
    if name in containers.PICKS and any(scores_of(one) for one in asked.all):
        return containers.best(run, asked)
    if name in ("max", "min", "sorted") and "key" in asked.named:
        return containers.best(run, asked)
    if name in _FUNCTIONS:
        return _FUNCTIONS[name](run, asked)
    if name in learners.JUDGES:
        return learners.metric(run, asked)
    if name in _SCALES:
        return learners.scaled(run, asked)
    if name.startswith(("read_", "load_", "fetch_", "make_")) and name not in _MAKERS:
        return _read(run, asked)
    if name in ("max", "min") and not asked.owner.word and len(asked.given) > 1:
        return _elementwise(run, asked)
    statistic = name.removeprefix("nan")
    if statistic in WORDS and asked.given and asked.given[0].rows is not None:
        return _taken(run, asked, statistic)
    if (name[:1].isupper() and name not in _NOT_FITTED) or name in _MAKERS:
        return learners.made(run, asked, name)
    functions = [one for one in asked.all if one.kind in ("function", "bound")]
    return searched(run, asked, functions) if functions else _elementwise(run, asked)


def _elementwise(run: Interpreter, asked: Call) -> Value:
    made = expressions.mixed(run, asked.all, asked.spot)
    made.name = f"\0{asked.name}({', '.join(map(expressions.said, asked.all))})"
    if len(asked.given) == 1 and asked.given[0].rows is not None:
        made.word, made.date = asked.given[0].word, asked.given[0].date
        made.columns = dict(asked.given[0].columns) if asked.given[0].columns else None
        made.rest = asked.given[0].rest
    if made.rows is None:
        made.word = asked.name
    if len(asked.given) == 1 and made.rows is None:
        made.items, made.keys = asked.given[0].items, asked.given[0].keys
    return made


def _read(run: Interpreter, asked: Call) -> Value:
    """Rows that are read, or made: nothing is known of them but where they come from."""
    key = run.times(f"{run.cell}:{asked.node.lineno}:{asked.node.col_offset}")
    found = Value(kind="rows", rows=base(key), rest=key, columns={}, spot=asked.spot)
    dates = asked.named.get("parse_dates")
    for name in (frames.texts(dates) or []) if dates is not None else []:
        frames.column(run, found, name).date = True
        run.dated(found, "made")
    return found


def _taken(run: Interpreter, asked: Call, name: str) -> Value:
    source = asked.given[0]
    axis = asked.const(1, "axis") if name not in ("quantile", "percentile") else asked.const(-1, "axis")
    if axis == 1:
        return source.with_(columns=None, rest="", marks=marks_of(source))
    word = WORDS[name]
    if len(asked.node.args) > 1 and name in ("quantile", "percentile"):
        word = f"{word} {ast.unparse(asked.node.args[1])}"
    what = f"{word} of {groups.described(asked.node.args[0])}" if asked.node.args else ""
    others = [one for one in asked.given[1:] if one.rows is not None]
    made = groups.aggregate(run, source, asked.spot, name, what)
    made.marks |= frozenset(mark for one in others for mark in marks_of(one))
    return made


def searched(run: Interpreter, asked: Call, functions: Sequence[Value]) -> Value:
    """A function is handed over to something that calls it: if it gives scores, something is chosen by them."""
    trial = Value(setting=True)
    results = [calls.ask(run, one, [trial], asked) for one in functions]
    found = Value(kind="list", items=results)
    marks = run.picked(found, asked.spot)
    if marks:
        asked.owner.marks |= marks
        asked.owner.scores |= scores_of(found)
    rest = [one for one in asked.all if one not in functions]
    made = expressions.mixed(run, [*rest, *results], asked.spot)
    return marked(made, marks | asked.owner.marks)


def _frame(run: Interpreter, asked: Call) -> Value:
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


def _concat(run: Interpreter, asked: Call) -> Value:
    given = asked.argument(0, "objs", "arrays", "tup")
    parts = (given.items or list((given.keys or {}).values())) if given is not None else []
    if asked.const(1, "axis") in (1, "columns") or asked.name in ("column_stack", "c_"):
        return beside(run, parts, asked.spot)
    if asked.name == "hstack" and any(one.columns or one.rest for one in parts):
        return beside(run, parts, asked.spot)
    return below(run, parts, asked.spot)


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


def _merge(run: Interpreter, asked: Call) -> Value:
    left, right = asked.argument(0, "left"), asked.argument(1, "right")
    return merged(run, left, right, asked) if left is not None and right is not None else Value()


def _merged_by_time(run: Interpreter, asked: Call) -> Value:
    """``merge_asof(..., direction="forward")`` looks up what came later."""
    found = _merge(run, asked)
    ahead = asked.const(-1, "direction") in ("forward", "nearest")
    return marked(found, {run.mark("time", asked.spot, found.rows)}) if ahead else found


def _dummies(run: Interpreter, asked: Call) -> Value:
    given = asked.argument(0, "data")
    names = asked.argument(-1, "columns")
    if given is None:
        return Value()
    found = rowcalls.copied(given)
    for name in (frames.texts(names) or []) if names is not None else []:
        found.marks |= frames.column(run, found, name).marks
        frames.drop_in_place(found, {name})
    return found


def _to_date(run: Interpreter, asked: Call) -> Value:
    found = _elementwise(run, asked)
    found.date = True
    run.dated(found, "made")
    return found


def _to_number(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    if given.word == "begin":
        run.dated(given if given.rows is not None or given.owner is None else given.owner, "part")
    return _elementwise(run, asked).with_(word="")


def _chance(run: Interpreter, asked: Call) -> Value:
    """``np.random.default_rng(0)``: has the functions that its module has."""
    return Value(kind="foreign", word="random")


def _cut(run: Interpreter, asked: Call) -> Value:
    """``np.split(rows, [700, 900])``: parts one after the other."""
    given = asked.given[0] if asked.given else Value()
    if given.rows is None:
        return _elementwise(run, asked)
    chance = bool(given.order and given.order.random)
    key = ((asked.spot, asked.node.col_offset), given.rows)
    steps = [Step("part", key, part, spot=asked.spot, random=chance) for part in range(_PARTS)]
    return Value(kind="list", items=[on(given, then(given.rows, step), spot=asked.spot) for step in steps])


def _rolled(run: Interpreter, asked: Call) -> Value:
    """``np.roll(column, -1)``: the next row's value."""
    found = _elementwise(run, asked)
    by = asked.const(1, "shift")
    ahead = isinstance(by, int) and by < 0 and found.rows is not None
    return marked(found, {run.mark("time", asked.spot, found.rows)}) if ahead else found


def _binned(run: Interpreter, asked: Call) -> Value:
    """``qcut(column, 4)``, ``cut(column, 4)``: where the edges lie is learned."""
    given, bins = asked.argument(0, "x"), asked.argument(1, "bins", "q")
    found = expressions.mixed(run, [one for one in (given, bins) if one is not None], asked.spot)
    learned = asked.name == "qcut" or (bins is not None and isinstance(bins.const, int))
    if learned and given is not None and given.rows is not None:
        what = f"edges of {groups.described(asked.node.args[0])}" if asked.node.args else ""
        found.marks |= {run.mark("target" if given.outcome else "statistic", asked.spot, given.rows, what)}
        found.outcome = False
    return Value(kind="list", items=[found, Value(marks=found.marks)]) if "retbins" in asked.named else found


def _table(run: Interpreter, asked: Call) -> Value:
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


def _where(run: Interpreter, asked: Call) -> Value:
    """``np.where(condition, a, b)``; with one argument it is an index."""
    if len(asked.given) == 1:
        return Value(kind="list", items=[_positions(run, asked)])
    return expressions.mixed(run, asked.given, asked.spot)


def _positions(run: Interpreter, asked: Call) -> Value:
    if not asked.given or asked.given[0].rows is None:
        return Value(kind="index")
    mask = asked.given[0]
    return frames.position(frames.filtered(run, mask, mask, asked.spot))


def _select(run: Interpreter, asked: Call) -> Value:
    leaves = [one for value in asked.all for one in inside(value) if one.kind not in ("list", "dict")]
    return expressions.mixed(run, leaves, asked.spot)


def _rows_meant(value: Value | None) -> Rows | None:
    """The rows that a length or an index speaks of."""
    if value is None:
        return None
    if value.kind == "count" and value.owner is not None:
        return value.owner.rows
    return value.rows


def _numbered(run: Interpreter, asked: Call) -> Value:
    """``range(len(frame))``, ``np.arange(len(frame))``."""
    rows = _rows_meant(asked.given[0]) if len(asked.given) == 1 else None
    if rows is None:
        consts = [one.const for one in asked.given]
        setting = any(one is not NOTHING for one in consts)
        return Value(setting=setting, marks=asked.marks())
    return Value(kind="index", rows=rows)


def _counted(run: Interpreter, asked: Call) -> Value:
    return length_of(asked.given[0]) if asked.given else Value()


def length_of(value: Value) -> Value:
    """``len(value)``, always by the same name."""
    return Value(kind="count", owner=value, name=f"\0length of {hash(value.rows) if value.rows else value.name}")


def _permuted(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else None
    rows = _rows_meant(given)
    if given is not None and given.kind == "rows" and rows is not None:
        return on(given, rows, order=Order(name_anew(), random=True), spot=asked.spot)
    return Value(kind="index", rows=rows, order=Order(name_anew(), random=True), random=True)


def _shuffled(run: Interpreter, asked: Call) -> Value:
    """``np.random.shuffle(index)`` in place; ``shuffle(X, y)`` of scikit-learn gives copies."""
    order = Order(name_anew(), random=True)
    found = []
    for one in asked.given:
        found.append(on(one, one.rows, order=order, spot=asked.spot) if one.rows is not None else one)
        one.order = order if "sklearn" not in asked.owner.word else one.order
    return found[0] if len(found) == 1 else Value(kind="list", items=found)


def _drawn(run: Interpreter, asked: Call) -> Value:
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


def _by_chance(run: Interpreter, asked: Call) -> Value:
    """``np.random.rand(len(frame))``: a number of chance for each row."""
    rows = next((rows for one in asked.all if (rows := _rows_meant(one)) is not None), None)
    return Value(kind="rows" if rows is not None else "unknown", rows=rows, random=True)


def _constant_rows(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    rows = _rows_meant(given)
    return Value(kind="rows", rows=rows) if rows is not None else Value()


def _resampled(run: Interpreter, asked: Call) -> Value:
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


def _copies(run: Interpreter, asked: Call) -> Value:
    """``np.repeat(rows, 3)``, ``np.tile(rows, 3)``."""
    given = asked.given[0] if asked.given else Value()
    if given.kind == "index":
        return given.with_(repeated=True)
    if given.rows is None:
        return given.with_()
    return on(given, again([given.rows], asked.spot), spot=asked.spot)


def _left(run: Interpreter, asked: Call) -> Value:
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
        return _left(run, asked)
    if asked.name in ("append", "union"):
        return below(run, [owner, *asked.given], asked.spot)
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


def _in(run: Interpreter, asked: Call) -> Value:
    owner, given = [*asked.given, Value(), Value()][:2]
    if owner.kind == "index":
        return _is_among(run, asked, owner, given)
    made = expressions.mixed(run, [owner, given.with_(rows=None)], asked.spot)
    made.condition = expressions.condition(owner, "in", given)
    return made


def _same(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value(kind="list", items=[])
    if given.rows is None and asked.given and given.kind == "unknown" and not given.items:
        return given
    if given.kind == "list" and given.items and given.items[0].rows is not None and len(given.items) > 1:
        return given
    return given.with_(
        columns=dict(given.columns) if given.columns is not None else None,
        items=list(given.items) if given.items is not None else None,
        keys=dict(given.keys) if given.keys is not None else None,
        name=given.name,
    )


def _dictionary(run: Interpreter, asked: Call) -> Value:
    made: dict[object, Value] = {}
    for one in asked.given:
        made |= one.keys or {}
        for pair in one.items or []:
            if pair.items and len(pair.items) == 2:
                key, value = pair.items
                made[key.const if key.const is not NOTHING else key.name] = value
    made.update(asked.named)
    table = next((one for one in asked.given if one.kind == "table" or one.rows is not None), None)
    if table is not None and not made:
        return table.with_(kind="table", rows=None, marks=marks_of(table))
    return Value(kind="dict", keys=made, marks=frozenset(mark for one in asked.given for mark in one.marks))


def _cloned(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    if given.kind == "estimator":
        return given.with_(marks=given.born, fitted=None, trained=(), watched=None)
    return given.with_(columns=dict(given.columns)) if given.columns is not None else given.with_()


def _partial(run: Interpreter, asked: Call) -> Value:
    if not asked.given:
        return Value()
    return Value(kind="partial", owner=asked.given[0], items=asked.given[1:], keys=by_key(asked.named))


def _next(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    return expressions.elements(run, given)[0]


def _data(run: Interpreter, asked: Call) -> Value:
    """``xgb.DMatrix(X, label=y)``, ``lgb.Dataset(X, y)``."""
    given = asked.argument(0, "data")
    return given.with_() if given is not None else Value()


def _score_of_curve(run: Interpreter, asked: Call) -> Value:
    made = expressions.mixed(run, asked.all, asked.spot)
    made.scores = frozenset(score for one in asked.all for score in scores_of(one))
    return made


def _standardised(run: Interpreter, asked: Call) -> Value:
    """``zscore(column)``."""
    given = asked.given[0] if asked.given else Value()
    if given.rows is None:
        return given
    return marked(given.with_(), {run.mark("statistic", asked.spot, given.rows, "")})


def _mean(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    if given.rows is not None and given.kind == "rows":
        return _taken(run, asked, asked.name)
    found = expressions.mixed(run, [given], asked.spot)
    found.scores = frozenset(Score(score.rows, score.setting or of_setting(given)) for score in scores_of(given))
    found.atoms = atoms_of(given)
    return found


def _counter(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    if given.rows is None:
        return given.with_(kind="dict", keys={})
    what = f"counts of {groups.described(asked.node.args[0])}"
    return groups.aggregate(run, given, asked.spot, asked.name, what)


def _empty(run: Interpreter, asked: Call) -> Value:
    return Value(kind="dict", keys={}) if asked.name in ("defaultdict", "OrderedDict") else constant(None)


_FUNCTIONS: dict[str, Callable[[Interpreter, Call], Value]] = {
    **dict.fromkeys(("DataFrame", "Series"), _frame),
    **dict.fromkeys(("concat", "concatenate", "vstack", "hstack", "column_stack", "row_stack"), _concat),
    **dict.fromkeys(("to_datetime", "DatetimeIndex", "PeriodIndex", "strptime", "fromisoformat"), _to_date),
    **dict.fromkeys(("qcut", "cut"), _binned),
    **dict.fromkeys(("crosstab", "pivot_table"), _table),
    **dict.fromkeys(("flatnonzero", "nonzero", "argwhere"), _positions),
    **dict.fromkeys(("range", "arange"), _numbered),
    **dict.fromkeys(("choice", "integers", "randint", "choices", "sample"), _drawn),
    **dict.fromkeys(("rand", "random", "uniform", "random_sample", "binomial", "normal", "randn"), _by_chance),
    **dict.fromkeys(("zeros", "ones", "full", "zeros_like", "ones_like", "full_like", "empty"), _constant_rows),
    **dict.fromkeys(("repeat", "tile"), _copies),
    **dict.fromkeys(("setdiff1d", "delete"), _left),
    **dict.fromkeys(("isin", "in1d"), _in),
    **dict.fromkeys(("list", "tuple", "set", "array", "asarray", "ravel", "reversed", "iter", "squeeze"), _same),
    **dict.fromkeys(("clone", "deepcopy", "copy"), _cloned),
    **dict.fromkeys(("cross_val_score", "cross_validate", "cross_val_predict"), learners.cross_validated),
    **dict.fromkeys(("DMatrix", "Dataset", "Pool", "QuantileDMatrix"), _data),
    **dict.fromkeys(("mean", "average", "median", "sum"), _mean),
    **dict.fromkeys(("defaultdict", "OrderedDict", "print", "display"), _empty),
    **dict.fromkeys(("map", "filter"), containers.mapped),
    "Counter": _counter,
    "merge_asof": _merged_by_time,
    **dict.fromkeys(("zscore", "winsorize", "rankdata", "boxcox", "yeojohnson"), _standardised),
    **dict.fromkeys(("validation_curve", "learning_curve"), learners.curves),
    "merge": _merge,
    "get_dummies": _dummies,
    "to_numeric": _to_number,
    "int": _to_number,
    "where": _where,
    "roll": _rolled,
    **dict.fromkeys(("split", "array_split"), _cut),
    **dict.fromkeys(("RandomState", "default_rng", "Random", "Generator"), _chance),
    "select": _select,
    "len": _counted,
    "permutation": _permuted,
    "shuffle": _shuffled,
    "resample": _resampled,
    "train_test_split": learners.split,
    "train": learners.trained,
    "dict": _dictionary,
    "partial": _partial,
    "next": _next,
    "auc": _score_of_curve,
    "enumerate": containers.enumerated,
    "zip": containers.zipped,
    "tqdm": _same,
}

"""Functions of libraries and of Python itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    calls,
    containers,
    expressions,
    frames,
    groups,
    learners,
    loops,
)
from golive.tidy.flow.rowsets import base
from golive.tidy.flow.values import (
    NOTHING,
    Score,
    Value,
    atoms_of,
    by_key,
    constant,
    marked,
    marks_of,
    of_setting,
    scores_of,
)
from golive.tidy.flow.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.tidy.flow.calls import Call
    from golive.tidy.flow.interpreter import Interpreter

_MAKERS = frozenset({"make_pipeline", "make_union", "make_column_transformer", "make_column_selector"})
_SCALES = frozenset({"scale", "minmax_scale", "maxabs_scale", "robust_scale", "quantile_transform", "power_transform"})
_NOT_FITTED = frozenset({"Series", "DataFrame", "Counter", "OrderedDict", "Path", "Index", "Timestamp", "Timedelta"})


def call(run: Interpreter, asked: Call) -> Value:
    """A function by its own name, whatever it was imported as."""
    name = asked.name
    if name in containers.PICKS and any(scores_of(one) for one in asked.all):
        return containers.best(run, asked)
    if name in ("max", "min", "sorted") and "key" in asked.named:
        return containers.best(run, asked)
    if name in run.book.functions:
        return run.book.functions[name](run, asked)
    if name in learners.JUDGES:
        return learners.metric(run, asked)
    if name in _SCALES:
        return learners.scaled(run, asked)
    if name.startswith(("read_", "load_", "fetch_", "make_")) and name not in _MAKERS:
        return _read(run, asked)
    if name in ("max", "min") and not asked.owner.word and len(asked.given) > 1:
        return elementwise(run, asked)
    statistic = name.removeprefix("nan")
    if statistic in WORDS and asked.given and asked.given[0].rows is not None:
        return _taken(run, asked, statistic)
    if (name[:1].isupper() and name not in _NOT_FITTED) or name in _MAKERS:
        return learners.made(run, asked, name)
    functions = [one for one in asked.all if one.kind in ("function", "bound")]
    return searched(run, asked, functions) if functions else elementwise(run, asked)


def elementwise(run: Interpreter, asked: Call) -> Value:
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
    others = [one for one in asked.all if one is not source and one.rows is not None]
    told = [one for one in others if one.outcome] if word != WORDS["corr"] else []
    made = groups.aggregate(run, told[0] if told else source, asked.spot, name, what)
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


def same(run: Interpreter, asked: Call) -> Value:
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


def dictionary(run: Interpreter, asked: Call) -> Value:
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


def cloned(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    if given.kind == "estimator":
        return given.with_(marks=given.born, fitted=None, trained=(), watched=None)
    return given.with_(columns=dict(given.columns)) if given.columns is not None else given.with_()


def partial(run: Interpreter, asked: Call) -> Value:
    if not asked.given:
        return Value()
    return Value(kind="partial", owner=asked.given[0], items=asked.given[1:], keys=by_key(asked.named))


def following(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    return loops.elements(run, given)[0]


def data(run: Interpreter, asked: Call) -> Value:
    """``xgb.DMatrix(X, label=y)``, ``lgb.Dataset(X, y)``."""
    given = asked.argument(0, "data")
    return given.with_() if given is not None else Value()


def score_of_curve(run: Interpreter, asked: Call) -> Value:
    made = expressions.mixed(run, asked.all, asked.spot)
    made.scores = frozenset(score for one in asked.all for score in scores_of(one))
    return made


def mean(run: Interpreter, asked: Call) -> Value:
    given = asked.given[0] if asked.given else Value()
    if given.rows is not None and given.kind == "rows":
        return _taken(run, asked, asked.name)
    found = expressions.mixed(run, [given], asked.spot)
    found.scores = frozenset(Score(score.rows, score.setting or of_setting(given)) for score in scores_of(given))
    found.atoms = atoms_of(given)
    return found


def empty(run: Interpreter, asked: Call) -> Value:
    return Value(kind="dict", keys={}) if asked.name in ("defaultdict", "OrderedDict") else constant(None)


def related(run: Interpreter, asked: Call) -> Value:
    """``mutual_info_classif(X, y)``: how much each column tells of the outcome."""
    given = asked.argument(0, "X") or Value()
    made = groups.aggregate(run, given.with_(outcome=False), asked.spot, asked.name)
    return Value(kind="list", items=[made, made], marks=made.marks) if asked.name in ("chi2", "f_classif") else made


def reduced(run: Interpreter, asked: Call) -> Value:
    """``reduce(function, values)``."""
    if len(asked.given) < 2:
        return Value()
    first, *rest = [*asked.given[2:], *loops.elements(run, asked.given[1])] or [Value()]
    for one in rest:
        first = calls.ask(run, asked.given[0], [first, one], asked)
    return first

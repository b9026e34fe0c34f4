"""What is asked of frames and columns."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.flow import calls, expressions, foreign, frames, groups
from golive.tidy.flow.conditions import named, opposite
from golive.tidy.flow.rowsets import Spot, Step, again, inside, without
from golive.tidy.flow.values import Order, Value, constant, marked, marks_of, name_anew, on, some
from golive.tidy.flow.words import WEAK, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.tidy.flow.calls import Call
    from golive.tidy.flow.interpreter import Interpreter

_COMPARED = {"eq": "==", "ne": "!=", "gt": ">", "lt": "<", "ge": ">=", "le": "<="}
_BY_ROW = frozenset({*WORDS, *WEAK})


def method(run: Interpreter, asked: Call) -> Value:
    """``rows.name(...)``."""
    found = _asked(run, asked)
    if asked.const(-1, "inplace") is True and asked.owner.kind == "rows":
        _become(asked.owner, found)
        return Value()
    return found


def _asked(run: Interpreter, asked: Call) -> Value:
    name = asked.name
    if name in _METHODS:
        return _METHODS[name](run, asked)
    if name in _BY_ROW:
        if by_row(asked):
            return _one_for_each(run, asked)
        return _weak(asked) if name in WEAK else groups.taken(run, asked)
    if name in _COMPARED:
        given = [asked.owner, *asked.all[:1]]
        found = expressions.mixed(run, given, asked.spot)
        if len(given) == 2:
            found.condition = expressions.condition(given[0], _COMPARED[name], given[1])
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


def _copy(run: Interpreter, asked: Call) -> Value:
    whole = all(len(path) == 1 for path in asked.owner.rows or ())
    return copied(asked.owner).with_(spot=run.here if whole else asked.owner.spot)


def _filled(run: Interpreter, asked: Call) -> Value:
    if asked.const(1, "method") in ("bfill", "backfill"):
        return _backward(run, asked)
    given = asked.argument(0, "value")
    if given is None or given.kind != "dict" or (asked.owner.columns is None and not asked.owner.rest):
        return like(run, asked)
    found = copied(asked.owner)
    for name, value in (given.keys or {}).items():
        column = frames.column(run, found, str(name))
        frames.set_column(run, found, str(name), expressions.mixed(run, [column, value], asked.spot), asked.spot)
    return marked(found, given.marks)


def _backward(run: Interpreter, asked: Call) -> Value:
    if asked.const(-1, "axis") in (1, "columns"):
        return copied(asked.owner)
    return marked(copied(asked.owner), {run.mark("time", asked.spot, asked.owner.rows)})


def _between_neighbours(run: Interpreter, asked: Call) -> Value:
    return marked(copied(asked.owner), {run.mark("later", asked.spot, asked.owner.rows)})


def _shifted(run: Interpreter, asked: Call) -> Value:
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


def _ranked(run: Interpreter, asked: Call) -> Value:
    if by_row(asked):
        return copied(asked.owner)
    return marked(copied(asked.owner), {run.mark("statistic", asked.spot, asked.owner.rows, "")})


def _sorted(run: Interpreter, asked: Call) -> Value:
    by = asked.argument(0, "by")
    owner = asked.owner
    keys = [] if by is None else [by.const] if isinstance(by.const, str) else frames.texts(by) or []
    if owner.date or any(frames.column(run, owner, str(key)).date for key in keys):
        run.dated(owner, "ordered")
    found = on(owner, owner.rows or frozenset(), order=Order(name_anew()))
    return _turned(found) if asked.const(1, "ascending") is False else found


def _turned(value: Value) -> Value:
    """The last row first."""
    for one in (value, *(value.columns or {}).values()):
        one.backward = not one.backward
    return value


def _along(run: Interpreter, asked: Call) -> Value:
    """``cumsum()``: the rows before, too."""
    found = copied(asked.owner)
    if asked.owner.outcome:
        found = found.with_(outcome=False, marks=found.marks | {run.mark("target", asked.spot, asked.owner.rows)})
    return marked(found, {run.mark("time", asked.spot, asked.owner.rows)}) if asked.owner.backward else found


def _taken_at(run: Interpreter, asked: Call) -> Value:
    """``reindex(index)``, ``take(index)``."""
    index = asked.argument(0, "index", "indices")
    if index is not None and index.kind == "index":
        return frames.rows_at(run, asked.owner, index, asked.spot)
    return like(run, asked)


def _once(run: Interpreter, asked: Call) -> Value:
    """``drop_duplicates(keep=False)`` of all rows and some of them: the others."""
    pieces = asked.owner.pieces
    if asked.const(1, "keep") is not False or len(pieces) != 2:
        return copied(asked.owner)
    whole, part = pieces if inside(pieces[1].rows or frozenset(), pieces[0].rows or frozenset()) else pieces[::-1]
    return on(whole, without(whole.rows or frozenset(), part.rows or frozenset(), asked.spot), spot=asked.spot)


def _evaluated(run: Interpreter, asked: Call) -> Value:
    """``frame.eval("ratio = a / b")``."""
    text = asked.const(0, "expr")
    found = copied(asked.owner)
    if not isinstance(text, str):
        return found
    name, _, code = text.rpartition("=") if text.count("=") == 1 else ("", "", text)
    value = _in_columns(run, asked.owner, code, asked.spot)
    if value is None or not name.strip():
        return value or found
    frames.set_column(run, found, name.strip(), value, asked.spot)
    return found


def _in_columns(run: Interpreter, frame: Value, text: str, spot: Spot) -> Value | None:
    """An expression in which names are columns; none where it is not Python."""
    try:
        tree = ast.parse(text.replace("@", "").replace("`", "").strip(), mode="eval").body
    except SyntaxError:
        return None
    for part in ast.walk(tree):
        if isinstance(part, ast.expr):
            part.lineno = part.end_lineno = spot[1]
    names = {part.id for part in ast.walk(tree) if isinstance(part, ast.Name) and run.look(part.id) is None}
    run.scopes.append({name: frames.column(run, frame, name) for name in names})
    value = run.value(tree)
    run.scopes.pop()
    return value


def _indexed(run: Interpreter, asked: Call) -> Value:
    key = asked.const(0, "keys")
    found = copied(asked.owner)
    if isinstance(key, str):
        found.date = frames.column(run, asked.owner, key).date
        if found.date:
            run.dated(asked.owner, "made")
        found = frames.narrowed(found, {key})
    return found


def _sampled(run: Interpreter, asked: Call) -> Value:
    owner = asked.owner
    assert owner.rows is not None
    replace = asked.const(2, "replace") is True
    if asked.const(1, "frac") == 1 and not replace:
        return on(owner, owner.rows, order=Order(name_anew(), random=True), spot=asked.spot)
    if replace:
        return on(owner, again([owner.rows], asked.spot), spot=asked.spot)
    key = (asked.spot, asked.node.col_offset)
    return some(owner, Step("part", key, spot=asked.spot, random=True))


def _first(run: Interpreter, asked: Call) -> Value:
    end = asked.argument(0, "n") or constant(5)
    if asked.name == "head":
        return frames.sliced(run, asked.owner, None, end, asked.spot)
    low = end.with_(const=-end.const) if isinstance(end.const, int) else end.with_(name=f"\0-{end.name}")
    return frames.sliced(run, asked.owner, low, None, asked.spot)


def _dropped(run: Interpreter, asked: Call) -> Value:
    columns = asked.argument(-1, "columns")
    labels = asked.argument(0, "labels", "index")
    axis = asked.const(1, "axis")
    if columns is None and labels is not None and (axis in (1, "columns")):
        columns = labels
    if columns is not None:
        names = [columns.const] if isinstance(columns.const, str) else frames.texts(columns)
        if names is None:
            return frames.unknown_columns(asked.owner, columns.marks)
        return marked(frames.narrowed(asked.owner, {str(name) for name in names}), columns.marks)
    if labels is None:
        return copied(asked.owner)
    if labels.rows is not None and asked.owner.rows is not None:
        return on(asked.owner, without(asked.owner.rows, labels.rows, asked.spot), spot=asked.spot)
    return marked(copied(asked.owner), marks_of(labels))


def _queried(run: Interpreter, asked: Call) -> Value:
    text = asked.const(0, "expr")
    if not isinstance(text, str):
        return copied(asked.owner)
    mask = _in_columns(run, asked.owner, text, asked.spot)
    if mask is None or mask.rows is None:
        return copied(asked.owner)
    return frames.filtered(run, asked.owner, mask, asked.spot)


def _assigned(run: Interpreter, asked: Call) -> Value:
    found = copied(asked.owner)
    for name, given in asked.named.items():
        value = calls.ask(run, given, [found], asked) if given.kind in ("function", "bound") else given
        frames.set_column(run, found, name, value, asked.spot)
    return found


def _piped(run: Interpreter, asked: Call) -> Value:
    if not asked.given:
        return copied(asked.owner)
    inner = calls.Call(asked.node, "", [asked.owner, *asked.given[1:]], asked.named, asked.spot)
    return calls.of_value(run, asked.given[0], inner)


def _applied(run: Interpreter, asked: Call) -> Value:
    function, owner = asked.argument(0, "func", "function"), asked.owner
    if function is None:
        return copied(owner)
    if isinstance(function.const, str):
        return groups.taken(run, asked) if function.const in WORDS and not by_row(asked) else copied(owner)
    frame = bool(owner.columns or owner.rest)
    rows = by_row(asked) or not frame
    inner = expressions.element(owner) if not frame else copied(owner).with_(single=True) if rows else owner
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


def _mapped(run: Interpreter, asked: Call) -> Value:
    given = asked.argument(0, "arg", "mapper")
    if given is None or given.kind in ("function", "bound", "foreign"):
        return _applied(run, asked)
    found = expressions.mixed(
        run, [asked.owner, given.with_(rows=None, columns=None, marks=marks_of(given))], asked.spot
    )
    found.outcome = asked.owner.outcome
    return found


def _merged(run: Interpreter, asked: Call) -> Value:
    right = asked.argument(0, "right", "other")
    return foreign.merged(run, asked.owner, right, asked) if right is not None else copied(asked.owner)


def _typed(run: Interpreter, asked: Call) -> Value:
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


def _named_anew(run: Interpreter, asked: Call) -> Value:
    found = copied(asked.owner)
    given = asked.argument(-1, "columns") or asked.argument(0, "mapper")
    for old, new in ((given.keys or {}) if given is not None else {}).items():
        if isinstance(old, str) and isinstance(new.const, str):
            value = frames.column(run, found, old)
            frames.drop_in_place(found, {old})
            found.columns = {**(found.columns or {}), new.const: value}
            found.dropped -= {new.const}
    return found


def _popped(run: Interpreter, asked: Call) -> Value:
    name = asked.const(0, "item")
    if not isinstance(name, str):
        return asked.owner.with_()
    found = frames.column(run, asked.owner, name)
    frames.drop_in_place(asked.owner, {name})
    return found


def _inserted(run: Interpreter, asked: Call) -> Value:
    name, value = asked.const(1, "column"), asked.argument(2, "value")
    if isinstance(name, str) and value is not None:
        frames.set_column(run, asked.owner, name, value, asked.spot)
    return Value()


def _is_in(run: Interpreter, asked: Call) -> Value:
    given = asked.argument(0, "values") or Value()
    found = expressions.mixed(run, [asked.owner, given.with_(rows=None, columns=None)], asked.spot)
    found.condition = expressions.condition(asked.owner, "in", given)
    return found


def _there(run: Interpreter, asked: Call) -> Value:
    """``notna()``: whether something is there says nothing of what it is."""
    found = asked.owner.with_(columns=None, rest="", word="missing", outcome=False)
    found.condition = opposite(named(asked.owner.name)) if asked.name.startswith("not") else named(asked.owner.name)
    return found


def _chosen_columns(run: Interpreter, asked: Call) -> Value:
    if asked.name == "filter" and (items := asked.named.get("items")) is not None and frames.texts(items):
        return frames.columns(run, asked.owner, frames.texts(items) or [])
    return frames.unknown_columns(copied(asked.owner), asked.marks())


def _appended(run: Interpreter, asked: Call) -> Value:
    return foreign.below(run, [asked.owner, *asked.given], asked.spot)


def _repeated(run: Interpreter, asked: Call) -> Value:
    assert asked.owner.rows is not None
    return on(asked.owner, again([asked.owner.rows], asked.spot), spot=asked.spot)


def _each_row(run: Interpreter, asked: Call) -> Value:
    row = copied(asked.owner)
    return Value(kind="list", items=[Value(kind="list", items=[Value(), row]) if asked.name == "iterrows" else row])


def _converted(run: Interpreter, asked: Call) -> Value:
    """``to_dict()`` of a column is a table to look values up in."""
    return Value(kind="table", owner=None, marks=marks_of(asked.owner), atoms=asked.owner.atoms)


_METHODS: dict[str, Callable[[Interpreter, Call], Value]] = {
    **dict.fromkeys(("isna", "isnull", "notna", "notnull"), _there),
    **dict.fromkeys(("bfill", "backfill"), _backward),
    **dict.fromkeys(("shift", "diff", "pct_change"), _shifted),
    **dict.fromkeys(("head", "tail"), _first),
    **dict.fromkeys(("select_dtypes", "filter", "get"), _chosen_columns),
    **dict.fromkeys(("apply", "applymap"), _applied),
    **dict.fromkeys(("merge", "join"), _merged),
    **dict.fromkeys(("sort_values", "sort_index"), _sorted),
    **dict.fromkeys(("rolling", "expanding", "ewm"), groups.windowed),
    **dict.fromkeys(("iterrows", "itertuples"), _each_row),
    **dict.fromkeys(("append", "_append"), _appended),
    **dict.fromkeys(("cumsum", "cummax", "cummin", "cumprod", "ffill", "pad"), _along),
    **dict.fromkeys(("reindex", "take"), _taken_at),
    "drop_duplicates": _once,
    "eval": _evaluated,
    "interpolate": _between_neighbours,
    "copy": _copy,
    "fillna": _filled,
    "rank": _ranked,
    "set_index": _indexed,
    "sample": _sampled,
    "drop": _dropped,
    "query": _queried,
    "assign": _assigned,
    "pipe": _piped,
    "map": _mapped,
    "groupby": groups.grouped,
    "astype": _typed,
    "rename": _named_anew,
    "pop": _popped,
    "insert": _inserted,
    "isin": _is_in,
    "repeat": _repeated,
    "to_dict": _converted,
}

NAMES = frozenset({*_METHODS, *_BY_ROW, *_COMPARED, "replace", "clip", "round", "dropna", "drop_duplicates"})
"""Methods; any other name after a dot may be a column."""

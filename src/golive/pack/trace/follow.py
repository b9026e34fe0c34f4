"""A Python function in ``apply`` or ``map``: pandas runs it on the real values, and it is followed branch by branch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.errors import UnsupportedError
from golive.pack.trace.dates import check_no_date
from golive.pack.trace.kinds import is_constant
from golive.pack.trace.nodes import Expr
from golive.pack.trace.paths import Paths, condition, joined
from golive.pack.trace.probing import called, probed, spoken
from golive.pack.trace.proxy import holds_proxy
from golive.pack.trace.row import OutsideError, Row, nature
from golive.pack.trace.scalar import Scalar
from golive.pack.trace.several import gives_several, spread
from golive.pack.trace.site import refusal
from golive.pack.trace.state import Memory
from golive.pack.trace.writing import Cell, held_column, held_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from golive.pack.trace.frame import Frame
    from golive.pack.trace.nodes import Nodes
    from golive.pack.trace.paths import Way
    from golive.pack.trace.probing import Probed
    from golive.pack.trace.series import Series
    from golive.pack.trace.session import Session


def applied(series: Series, function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """``series.apply(function)``."""
    if isinstance(function, np.ufunc):
        return series.session.runtime.call(function, series, *args, **options)
    _check(function, args, options)

    def real(f: Any) -> Any:
        return held_column(series.session, series.real).apply(f, args=args, **options)

    memory = _memory(series.session, function, args, options)
    return _one_by_one(
        series, function, real, lambda cell: series.session.runtime.call(function, cell, *args, **options), memory
    )


def mapped(series: Series, function: Any, na_action: Any) -> Any:
    """``series.map(function)``."""
    if isinstance(function, np.ufunc) and na_action is None:
        return series.session.runtime.call(function, series)
    _check(function, (), {})

    def real(f: Any) -> Any:
        return held_column(series.session, series.real).map(f, na_action=na_action)

    memory = _memory(series.session, function, (), {})
    return _one_by_one(
        series, function, real, lambda cell: series.session.runtime.call(function, cell), memory, na_action == "ignore"
    )


def applied_to_rows(frame: Frame, function: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """``frame.apply(function, axis=1)``."""
    from golive.pack.trace.series import Series

    _check(function, args, options)
    session = frame.session
    kept = {name: value for name, value in options.items() if name != "result_type"}
    memory = _memory(session, function, args, kept)
    real = _real(
        session, function, lambda f: held_frame(session, frame.real).apply(f, axis=1, args=args, **options), memory
    )

    def call() -> object:
        return session.runtime.call(function, Row(frame), *args, **kept)

    if gives_several(real):
        return spread(session, real, frame.rows, lambda: _walked(session, call, memory), _joined)
    kind = session.kind(real)
    if session.replaying:
        return Series(session, real, Expr(None, kind), rows=frame.rows)
    expr = _followed(session, call, kind, memory)
    return Series(session, real, expr, rows=frame.rows)


def _one_by_one(
    series: Series,
    function: Any,
    real_of: Callable[[Any], Any],
    call: Callable[[Scalar], Any],
    memory: Memory | None,
    skip_missing: bool = False,
) -> Any:
    series.check_plain()
    check_no_date(series.real, "a function on single values")
    session = series.session
    real = _real(session, function, real_of, memory, series)
    x = series.expr
    if gives_several(real) and not skip_missing:
        every = Scalar(session, x, nature(series.real, _type(series.real), Cell(None, x)))
        outside = min(x.depends, default="") if x.node is None else ""
        return spread(
            session, real, series.rows, lambda: outside or _walked(session, lambda: call(every), memory), _joined
        )
    kind = session.kind(real)
    if session.replaying or series.expr.node is None:
        return series.made(real, Expr(None, kind, series.expr.depends))
    frozen, guards = len(session.tape.frozen), len(session.guards)
    try:
        return _by_ways(series, real, kind, call, skip_missing, memory)
    except (UnsupportedError, ArithmeticError, LookupError, ValueError, AttributeError, TypeError) as why:
        del session.tape.frozen[frozen:], session.guards[guards:]
        session.tape.whole.discard((session.apply, None))
        found = _looked_up(series, function, call, real, why, skip_missing)
        if memory is not None:
            memory.check()
        return series.made(real, found.expr(series, kind))


def _looked_up(
    series: Series, function: Any, call: Callable[[Any], Any], real: Any, why: Exception, skip_missing: bool
) -> Probed:
    """The second way out: what the function gives for each value of the column."""
    session = series.session

    def watched(cell: Any) -> Any:
        return cell if skip_missing and pd.isna(cell) else call(cell)

    session.rowwise = session.apply
    try:
        found = probed(series, function, watched, real, why)
    finally:
        session.rowwise = 0
    session.tape.probed[session.apply] = found
    what = f"looked up: {called(function)} over {len(found.answers)} values of {series.label}"
    session.show(what, spoken(found))
    return found


def _by_ways(
    series: Series, real: Any, kind: str, call: Callable[[Scalar], Any], skip_missing: bool, memory: Memory | None
) -> Series:
    session, x = series.session, series.expr
    if not skip_missing or not x.nullable:
        cell = Scalar(session, x, nature(series.real, _type(series.real), Cell(None, x)))
        return series.made(real, _followed(session, lambda: call(cell), kind, memory))
    there = Expr(x.node, x.kind, x.depends, nullable=False, infinite=x.infinite)
    cell = Scalar(session, there, nature(series.real, _type(series.real), Cell(None, there)))
    found = _followed(session, lambda: call(cell), kind, memory)
    return series.made(
        real, session.nodes.where(session.nodes.is_missing(x), session.nodes.constant(None, kind), found)
    )


def _check(function: Any, args: Any, options: dict[str, Any]) -> None:
    if not callable(function):
        raise refusal(f"apply of {function!r:.40} is not compiled", "hand in a function, or call the method itself")
    if holds_proxy((args, options)):
        raise refusal("a column is handed to a function that works on single values", "use df.apply(function, axis=1)")
    for name in ("axis", "raw", "result_type", "by_row", "engine", "convert_dtype"):
        if name in options and (name, options[name]) != ("result_type", "expand"):
            raise refusal(f"apply with {name}= is not compiled", f"leave `{name}` out")


def _memory(session: Session, function: Any, args: Any, options: Any) -> Memory | None:
    """What the function could change; a replay takes the same way, so the training run looks for both."""
    return None if session.replaying else Memory(function, args, options)


def _real(
    session: Session, function: Any, apply: Callable[[Any], Any], memory: Memory | None, series: Series | None = None
) -> Any:
    """pandas' own result; in a replay what was frozen, where the function is a look-up."""
    if session.rowwise:
        raise refusal("an apply inside the function of another apply is not compiled")
    session.rowwise = session.next_apply()
    if session.replaying and series is not None and session.apply in session.tape.probed:
        session.rowwise = 0
        return session.tape.probed[session.apply].replay(series)
    try:
        result = apply(function)
    finally:
        session.rowwise = 0
    if memory is not None:
        memory.check()
    return result


def _followed(session: Session, call: Callable[[], object], kind: str, memory: Memory | None) -> Expr:
    ways = _walked(session, call, memory)
    if isinstance(ways, str):
        return Expr(None, kind, frozenset([ways]))
    return _joined(session, ways, kind, lambda result: result)


def _joined(session: Session, ways: Sequence[Way], kind: str, pick: Callable[[Any], Any]) -> Expr:
    return joined(session.nodes, ways, lambda way: _leaf(session, way, kind, pick))


def _walked(session: Session, call: Callable[[], object], memory: Memory | None) -> Sequence[Way] | str:
    """Every way through a function; or the name of the column it needs that is no input of the model."""
    session.paths = Paths(session.nodes)
    session.rowwise = session._applies
    try:
        ways = session.paths.walk(call)
    except OutsideError as outside:
        return str(outside.message)
    finally:
        session.paths = None
        session.rowwise = 0
    if memory is not None:  # a way that no training row took may change something too
        memory.check()
    return ways


def _leaf(session: Session, way: Way, kind: str, pick: Callable[[Any], Any]) -> Expr:
    nodes = session.nodes
    if way.raised:
        session.guard(condition(nodes, way))
        return _nothing(nodes, kind)
    result = pick(way.result)
    if not isinstance(result, Scalar) and not is_constant(result):
        raise refusal(f"the function gives a `{type(result).__name__}` on some rows", "let it give numbers or text")
    expr = result.expr if isinstance(result, Scalar) else nodes.constant(result, kind)
    if kind == "boolean" and expr.is_null:
        session.guard(condition(nodes, way))
        return _nothing(nodes, kind)
    return nodes.fit(expr, kind)


def _nothing(nodes: Nodes, kind: str) -> Expr:
    return nodes.constant(False) if kind == "boolean" else nodes.constant(None, kind)


def _type(real: Any) -> type | None:
    """The type of one value, as pandas hands it to a function."""
    there = real.dropna().head(1)
    seen: list[type] = []
    there.apply(lambda cell: seen.append(type(cell)))
    return seen[0] if seen else None

"""Python's own functions on proxies: casts, ``isinstance``, ``len``, ``min``, `math`, ``in`` and look-ups."""

from __future__ import annotations

import copy
import functools
import operator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace.arithmetic import rounded
from golive.pack.trace.kinds import plain
from golive.pack.trace.mathematics import MATH, finite, not_here, read, to_float
from golive.pack.trace.proxy import Proxy, holds_proxy
from golive.pack.trace.scalar import Nature, Scalar
from golive.pack.trace.site import refusal
from golive.pack.trace.tables import member, table
from golive.pack.trace.writing import value_as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from golive.pack.trace.session import Session


def to_int(session: Session, value: Any = 0) -> Any:
    if not isinstance(value, Scalar):
        raise not_here("int", value)
    if value.expr.kind == "text":
        return read(session, value, whole=True)
    number = to_float(session, value)
    finite(session, number)
    return number.made(session.nodes.apply("trunc", number.expr), numpy=False, type=int, whole=())


def to_text(session: Session, value: Any = "") -> Any:
    if not isinstance(value, Scalar):
        raise not_here("str", value)
    if value.expr.kind != "text":
        return value_as_text(value)
    if not value.expr.nullable:
        return value
    value.one_marker()
    filled = session.nodes.apply("coalesce", value.expr, session.nodes.constant("None" if value.nature.none else "nan"))
    return value.made(filled, numpy=False, type=str)


def truth(session: Session, value: Any = False) -> Any:
    if not isinstance(value, Scalar):
        return bool(value)  # a proxy refuses by itself, a list of proxies has its own truth
    return value.made(value.truth(), numpy=False, type=bool)


def length(session: Session, value: Any) -> Any:
    if isinstance(value, Scalar):
        return value.length()
    if isinstance(value, Proxy):
        return value.rows_count()
    return len(value)


def is_instance(session: Session, value: Any, types: Any) -> Any:
    wanted = _flat(types)
    if not isinstance(value, Scalar):
        return (
            any(issubclass(kind, one) for one in wanted for kind in value.stands_for)
            if isinstance(value, Proxy)
            else isinstance(value, types)
        )
    if value.expr.kind == "text":
        return _text_instance(session, value, wanted)
    known = value.nature.type
    if known is int and value.expr.nullable and len({issubclass(one, float) for one in wanted}) > 1:
        known = None  # a missing value among whole numbers makes them floats
    if known is not None:
        return any(issubclass(known, one) for one in wanted)
    if not any(issubclass(one, str) for one in wanted) and {int, float} <= set(wanted) and not value.nature.numpy:
        return True
    raise refusal("the type of a computed value is not known here", "test the value itself: pd.isna(x), x > 0")


def _text_instance(session: Session, value: Scalar, wanted: list[type]) -> Any:
    text, nan = str in wanted or object in wanted, float in wanted
    if not value.expr.nullable or (text and nan):
        if text and nan and value.nature.none and value.expr.nullable:
            raise refusal("isinstance of a text that may be None is not compiled", "use pd.isna(x)")
        return text
    missing = session.nodes.is_missing(value.expr)
    if text:
        return value.made(session.nodes.inverse(missing), numpy=False, type=bool)
    if nan and value.nature.none:
        value.one_marker()
    return value.made(missing, numpy=False, type=bool) if nan and not value.nature.none else False


def rounding(session: Session, value: Any, decimals: Any = None) -> Any:
    if not isinstance(value, Scalar):
        return value.round(0 if decimals is None else decimals)
    if decimals is None:
        finite(session, value)
    elif not value.nature.numpy and decimals != 0:
        raise refusal(
            "Python rounds decimals by their exact binary value, NumPy and the graph do not",
            "round the whole column: df['x'].round(2)",
        )
    return value.made(rounded(session.nodes, value.expr, decimals or 0))


def smallest(session: Session, *values: Any, **options: Any) -> Any:
    return _best("lt", session, values, options)


def largest(session: Session, *values: Any, **options: Any) -> Any:
    return _best("gt", session, values, options)


def _best(op: str, session: Session, values: tuple[Any, ...], options: dict[str, Any]) -> Any:
    several = list(values[0]) if len(values) == 1 else list(values)
    if options or not all(isinstance(one, Scalar | int | float) for one in several):
        raise refusal(
            "`min` and `max` of whole columns need one truth per row", "use np.minimum(a, b), np.maximum(a, b)"
        )
    scalars = [one for one in several if isinstance(one, Scalar)]
    best = scalars[0].lifted(several[0])
    for one in several[1:]:  # as Python does it, so that a missing value wins or loses by its place
        other = best.lifted(one)
        better = session.nodes.apply(op, session.nodes.to_number(other.expr), session.nodes.to_number(best.expr))
        x, y = (session.nodes.to_number(side.expr) for side in (other, best))
        best = best.made(session.nodes.where(better, x, y), other)
    return best


def total(session: Session, values: Any, start: Any = 0) -> Any:
    several = list(values)
    if any(isinstance(one, Scalar) and one.expr.kind != "boolean" for one in several):
        raise refusal("`sum` of single values rounds differently from Python 3.12 on", "write a + b + c")
    return functools.reduce(lambda x, y: x + y, several, start)


def fold(session: Session, function: Any, values: Any, *start: Any) -> Any:
    return functools.reduce(lambda x, y: session.runtime.call(function, x, y), values, *start)


def each(session: Session, function: Any, *values: Iterable[Any]) -> Any:
    return (session.runtime.call(function, *items) for items in zip(*values, strict=False))


def copied(session: Session, value: Any) -> Any:
    """``copy.copy`` and ``copy.deepcopy`` of a table or a column."""
    return value.copy() if isinstance(value, Proxy) else copy.copy(value)


_OPERATORS = (
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow,
    operator.and_, operator.or_, operator.xor, operator.neg, operator.pos, operator.abs, operator.invert,
    operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne,
)  # fmt: skip


def _operator(function: Any) -> Callable[..., Any]:
    return lambda session, *sides: function(*sides)


def silent(session: Session, *values: Any, **options: Any) -> None:
    """``print`` of a proxy: nothing to show while a function is traced."""


_NO_DEFAULT = object()


def attribute(session: Session, owner: Any, name: str, default: Any = _NO_DEFAULT) -> Any:
    """``getattr(x, "name")``."""
    try:
        return session.runtime.attribute(owner, name)
    except AttributeError:
        if default is _NO_DEFAULT:
            raise
        return default


def has_attribute(session: Session, owner: Any, name: str) -> bool:
    """``hasattr(x, "name")``."""
    found = [name] if isinstance(owner, Proxy) and any(hasattr(one, name) for one in owner.stands_for) else []
    return bool(found) or attribute(session, owner, name, None) is not None


def set_attribute(session: Session, owner: Any, name: str, value: Any) -> None:
    """``setattr(x, "name", value)``."""
    session.runtime.set_attribute(value, owner, name)


_CONTAINERS: tuple[type, ...] = (
    list,
    tuple,
    set,
    frozenset,
    dict,
    range,
    np.ndarray,
    type({}.keys()),
    type({}.values()),
)


def contained(session: Session, item: Scalar, container: Any) -> Any:
    """``x in {...}`` with a symbolic x."""
    if isinstance(container, str):
        raise refusal("`in` of a text that is a constant is not compiled", "use a list of the texts that are meant")
    if type(container) not in _CONTAINERS and not isinstance(container, pd.Index | pd.Series):
        raise refusal(f"`in` of a `{type(container).__name__}` is not compiled", "use a plain list, set or dict")
    members = list(container.index if isinstance(container, pd.Series) else container)
    if holds_proxy(members):
        raise refusal("`in` of a list that holds values of a row is not compiled", "compare one by one with `or`")
    if any(one is not None and plain(one) is None for one in members):
        raise refusal("whether NaN is `in` a list depends on which NaN it is", "use pd.isna(x)")
    none = None in members
    found = member(session.nodes, item.expr, [one for one in members if one is not None])
    if none and item.is_none() is not False:
        found = session.nodes.apply("or", found, session.nodes.is_missing(item.expr))
    return item.made(found, numpy=False, type=bool) if not found.constant else found.value


_RAISE = object()


def looked_up(session: Session, mapping: Any, key: Scalar, default: Any = _RAISE) -> Any:
    """``table[x]`` and ``table.get(x, default)`` with a symbolic x."""
    if type(mapping) is not dict and not isinstance(mapping, pd.Series):
        raise refusal(f"a look-up in a `{type(mapping).__name__}` is not compiled", "use a plain dict")
    pairs = list(mapping.items())
    if any(plain(one) is None for one, _ in pairs):
        raise refusal("a look-up whose keys hold a missing value is not compiled", "test pd.isna(x) first")
    if default is _RAISE:
        known = member(session.nodes, key.expr, [one for one, _ in pairs])
        key.raise_where(session.nodes.inverse(known), KeyError, "not in the table")
    filler = None if default is _RAISE else default
    if isinstance(filler, Scalar):
        known = contained(session, key, mapping)
        return looked_up(session, mapping, key) if known else filler  # asks: a branch of its own
    values = [value for _, value in pairs]
    none = any(value is None for value in values) or default is None
    nan = any(value is not None and plain(value) is None for value in [*values, filler])
    if (none or nan) and all(isinstance(value, bool | np.bool_) or plain(value) is None for value in values):
        raise refusal("a look-up that gives True, False or nothing is not compiled", "give 1 and 0, or a default")
    found = table(session.nodes, key.expr, pairs, filler, filler)
    if default is _RAISE and not (none or nan):
        found = replace(found, nullable=False)
    return Scalar(session, found, Nature(False, None, none=none, nan=nan))


def joined_text(separator: str, pieces: Iterable[Any]) -> Any:
    """``"-".join([x, y])``."""
    several = list(pieces)
    if not all(isinstance(one, str) or (isinstance(one, Scalar) and one.expr.kind == "text") for one in several):
        raise refusal("join of something else than texts is not compiled", "df['a'] + '-' + df['b']")
    return functools.reduce(lambda x, y: x + separator + y, several)


def _flat(types: Any) -> list[type]:
    return [one for part in types for one in _flat(part)] if isinstance(types, tuple) else [types]


FUNCTIONS: Mapping[Any, Callable[..., Any]] = {
    float: to_float,
    int: to_int,
    str: to_text,
    bool: truth,
    len: length,
    isinstance: is_instance,
    abs: lambda session, value: abs(value),
    round: rounding,
    min: smallest,
    max: largest,
    sum: total,
    copy.copy: copied,
    copy.deepcopy: copied,
    **{function: _operator(function) for function in _OPERATORS},
    **MATH,
    print: silent,
    getattr: attribute,
    hasattr: has_attribute,
    setattr: set_attribute,
    functools.reduce: fold,
    map: each,
}

STRUCTURAL = frozenset([any, all, zip, enumerate, list, tuple, dict, reversed, set, iter, next, id, type(None)])
"""Safe with proxies inside: they only move them about, and a proxy that is itself asked for values refuses."""

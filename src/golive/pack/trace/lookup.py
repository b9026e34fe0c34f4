"""``map``, ``replace`` and ``isin`` of a column: tables of constants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace import follow
from golive.pack.trace.casts import missing_becomes
from golive.pack.trace.dates import check_no_date
from golive.pack.trace.kinds import is_constant, is_interval, plain
from golive.pack.trace.proxy import Proxy, holds_proxy, only
from golive.pack.trace.site import refusal
from golive.pack.trace.tables import common, equals_any, member, table

if TYPE_CHECKING:
    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.series import Series
    from golive.pack.trace.tables import Cell

NOTHING = object()
"""Stands for an argument that was not given: None is a value here."""


def mapped(series: Series, arg: Any, na_action: Any) -> Any:
    """``series.map(table)`` or ``series.map(function)``."""
    check_no_date(series.real, "map")
    if isinstance(arg, Proxy):
        raise refusal(
            "a column is used as a look-up table: its rows are not the rows of one case",
            "map with an aggregate: df['x'].map(df.groupby('x')['y'].mean())",
        )
    if na_action not in (None, "ignore"):
        raise refusal(f"map with na_action={na_action!r} is not known to pandas")
    if not isinstance(arg, dict | pd.Series):
        return follow.mapped(series, arg, na_action)
    _no_interval(series)
    if isinstance(arg, dict) and hasattr(arg, "__missing__"):
        raise refusal(
            f"a `{type(arg).__name__}` makes up values for unknown keys", "use a plain dict and .fillna(value)"
        )
    if isinstance(arg, pd.Series) and not arg.index.is_unique:
        raise refusal("the look-up table has the same key twice", "aggregate it first")
    return _by_table(series, arg, na_action)


def _by_table(series: Series, arg: Any, na_action: Any) -> Series:
    session, nodes = series.session, series.session.nodes
    real = series.real.map(arg, na_action=na_action)
    pairs = list(arg.items())
    absent = session.freeze("kind of a step", lambda: _missing(series, arg, na_action), shown=False)
    kind = common([plain(value) for _, value in pairs] + [absent]) if pairs else session.kind(real)
    if all(plain(value) is None for _, value in pairs):
        kind = session.kind(real)
    found = table(nodes, series.expr, pairs, None, absent, kind)
    if kind == "boolean":  # pandas would give True, False and NaN: no such row may be scored
        keys = [key for key, value in pairs if plain(value) is not None]
        session.guard(nodes.inverse(member(nodes, series.expr, keys, missing=absent is not None)))
    return series.made(real, found)


def _missing(series: Series, arg: Any, na_action: Any) -> Cell:
    if series.expr.kind == "boolean":
        return None
    return missing_becomes(series, lambda probe: probe.map(arg, na_action=na_action))


def is_in(series: Series, values: Any) -> Series:
    """``series.isin([...])``."""
    check_no_date(series.real, "isin")
    if isinstance(values, Proxy) or holds_proxy(values):
        raise refusal("isin with another column asks about other rows", "freeze its values first: df['x'].unique()")
    _no_interval(series)
    listed = list(values)
    real = series.real.isin(values)
    absent = series.expr.kind != "boolean" and any(plain(value) is None for value in listed)
    if absent:
        absent = series.session.freeze(
            "kind of a step", lambda: bool(missing_becomes(series, lambda s: s.isin(values))), shown=False
        )
    return series.made(real, member(series.session.nodes, series.expr, listed, missing=absent))


def replaced(series: Series, to_replace: Any, value: Any, options: dict[str, Any]) -> Series:
    """``series.replace(...)`` with single values, lists or a dict; unseen values stay."""
    check_no_date(series.real, "replace")
    only(options, "replace", regex=False, limit=None)
    _no_interval(series)
    pairs = _pairs(to_replace, value)
    if series.expr.kind == "boolean" or isinstance(series.real.dtype, pd.CategoricalDtype):
        raise refusal(
            "replace in a column of truths or categories gives different types in different versions of pandas",
            "use .map({...}) or .astype(...)",
        )
    arguments = (to_replace,) if value is NOTHING else (to_replace, value)
    real = series.real.replace(*arguments)
    kind = series.session.kind(real)
    return series.made(real, _replaced(series, pairs, kind))


def _pairs(to_replace: Any, value: Any) -> list[tuple[Any, Any]]:
    if isinstance(to_replace, dict) and value is NOTHING:
        pairs = list(to_replace.items())
    elif value is NOTHING:
        raise refusal("replace without a value copies neighbouring rows", "name the value: .replace('?', np.nan)")
    elif isinstance(to_replace, list | tuple | np.ndarray):
        values = list(value) if isinstance(value, list | tuple | np.ndarray) else [value] * len(to_replace)
        pairs = list(zip(to_replace, values, strict=False))
    else:
        pairs = [(to_replace, value)]
    for key, new in pairs:
        if not is_constant(key) or not is_constant(new) or key is None:
            raise refusal(
                f"replace({key!r:.30}, {new!r:.30}) is not compiled", "use single values, lists or a dict of constants"
            )
    return pairs


def _replaced(series: Series, pairs: list[tuple[Any, Any]], kind: str) -> Expr:
    nodes, x = series.session.nodes, series.expr
    keys = [key for key, _ in pairs if plain(key) is not None]
    finite = [(key, new) for key, new in pairs if plain(key) is not None and not _infinite(key)]
    seen = member(nodes, x, [key for key, _ in finite])
    if kind == x.kind:
        rest = x
    else:
        rest = nodes.constant(None, kind)
        unseen = nodes.inverse(nodes.apply("or", member(nodes, x, keys), nodes.is_missing(x)))
        series.session.guard(unseen)  # pandas would leave text among numbers there
    found = nodes.where(seen, _news(series, finite, kind), rest) if not (seen.constant and not seen.value) else rest
    for key, new in pairs:
        if _infinite(key) and x.kind == "number":
            found = nodes.where(equals_any(nodes, x, [key]), nodes.fit(nodes.constant(new), kind), found)
        if plain(key) is None:
            found = nodes.where(nodes.is_missing(x), nodes.fit(nodes.constant(new), kind), found)
    return found


def _news(series: Series, pairs: list[tuple[Any, Any]], kind: str) -> Expr:
    news = {plain(new) for _, new in pairs}
    if len(news) == 1:
        return series.session.nodes.fit(series.session.nodes.constant(news.pop()), kind)
    return table(series.session.nodes, series.expr, pairs, None, None, kind)


def _infinite(key: Any) -> bool:
    return isinstance(key, float | np.floating) and bool(np.isinf(key))


def _no_interval(series: Series) -> None:
    if is_interval(series.real):
        raise refusal("looking up intervals of pd.cut is not compiled", "use labels=[...] or labels=False in pd.cut")

"""Aggregates of a column or a table: computed once by pandas on the training frame, a constant from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from golive.pack.trace.proxy import holds_proxy
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.frame import Frame
    from golive.pack.trace.series import Series

NAMES = frozenset(
    [
        "mean",
        "median",
        "std",
        "var",
        "sem",
        "min",
        "max",
        "sum",
        "prod",
        "count",
        "nunique",
        "quantile",
        "mode",
        "skew",
        "kurt",
        "kurtosis",
        "any",
        "all",
        "unique",
        "value_counts",
        "describe",
        "corr",
        "cov",
        "is_unique",
        "hasnans",
        "first_valid_index",
    ]
)
_PROPERTIES = frozenset(["is_unique", "hasnans"])


def is_aggregate(name: str) -> bool:
    return name in NAMES and name not in _PROPERTIES and name != "first_valid_index"


def only_names(func: Any) -> bool:
    """True for one or several aggregates by name, in a list or by column."""
    several = func.values() if isinstance(func, dict) else func if isinstance(func, list | tuple) else [func]
    return all(
        only_names(one) if isinstance(one, list) else isinstance(one, str) and is_aggregate(one) for one in several
    )


def aggregate(series: Series, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """One aggregate of a column, frozen."""
    args, options = _reals(args), {key: _reals((value,))[0] for key, value in options.items()}
    what = f"{_named(name, args, options)} of {series.label}{' (some rows)' if series.rows else ''}"
    made_of = (series.expr.node, _left(series), repr((args, options)))
    return series.session.freeze(what, lambda: getattr(series.real, name)(*args, **options), made_of=made_of)


def aggregate_frame(frame: Frame, name: str, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """One aggregate per column of a table, frozen."""
    if holds_proxy((args, options)):
        raise refusal(f"`{name}` of a table with another column is not compiled")
    columns = (
        ", ".join(map(str, frame.real.columns))
        if len(frame.real.columns) <= 3
        else f"{len(frame.real.columns)} columns"
    )
    what = f"{_named(name, args, options)} of {columns}{' (some rows)' if frame.rows else ''}"
    made_of = (*map(str, frame.exprs().items()), _left(frame), repr((args, options)))
    return frame.session.freeze(what, lambda: getattr(frame.real, name)(*args, **options), made_of=made_of)


def _left(owner: Series | Frame) -> object:
    """Which rows it is about."""
    return owner.rows and owner.rows.places.tobytes()


def _named(name: str, args: tuple[Any, ...], options: dict[str, Any]) -> str:
    if name == "quantile":
        asked = options.get("q", args[0] if args else 0.5)
        return f"quantile {asked}"
    return {"nunique": "number of values", "unique": "values", "value_counts": "counts"}.get(name, name)


def _reals(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Another column as an argument (``corr``) is read as pandas' own."""
    from golive.pack.trace.series import Series

    reals = tuple(arg.real if isinstance(arg, Series) else arg for arg in args)
    if holds_proxy(reals) or any(isinstance(arg, pd.DataFrame) for arg in reals):
        raise refusal("an aggregate with a table as an argument is not compiled")
    return reals

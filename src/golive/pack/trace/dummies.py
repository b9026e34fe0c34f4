"""``pd.get_dummies``: its columns are frozen on the training frame; a value outside them has a 1 nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from golive.pack.trace.arithmetic import comparison
from golive.pack.trace.series import Series
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.frame import Frame
    from golive.pack.trace.nodes import Expr
    from golive.pack.trace.session import Session


_DUMMIES = ("bool", "int8", "uint8", "int32", "int64", "float64")


def get_dummies(
    session: Session,
    data: Any,
    prefix: Any = None,
    prefix_sep: Any = "_",
    dummy_na: bool = False,
    columns: Any = None,
    sparse: bool = False,
    drop_first: bool = False,
    dtype: Any = None,
) -> Frame:
    """``pd.get_dummies(data, ...)`` of a table or of one column."""
    from golive.pack.trace.frame import Frame

    if sparse or pd.api.types.pandas_dtype(dtype or bool).name not in _DUMMIES:
        raise refusal("sparse dummies, and such of this dtype, are not compiled", "get_dummies(..., dtype=int)")
    options = {"dummy_na": dummy_na, "drop_first": drop_first, "dtype": dtype}
    if isinstance(data, Series):
        real, exprs = _one(data, prefix, prefix_sep, options)
        return Frame(session, real, dict(zip(real.columns, exprs, strict=True)), data.rows)
    if not isinstance(data, Frame):
        raise refusal(f"get_dummies of a `{type(data).__name__}` is not compiled", "hand in a table or a column")
    encoded = _encoded(data, columns)
    whole = data.real.copy()
    exprs = []
    for name in encoded:
        categories = _categories(data[name])
        whole[name] = _categorical(data[name], categories)
        exprs += _levels(data[name], categories, options)
    real = pd.get_dummies(whole, prefix=prefix, prefix_sep=prefix_sep, columns=encoded, **options)
    real = _known(session, real)
    kept = [name for name in data.real.columns if name not in encoded]
    return data.made(real, {**{name: data.exprs()[name] for name in kept}, **_by_name(real, len(kept), exprs)})


def _known(session: Session, real: Any) -> Any:
    """Only the columns that the training frame gave."""
    names = session.freeze("dummy columns", lambda: list(real.columns), shown=False)
    return real if names == list(real.columns) else real[names]


def _by_name(real: Any, start: int, exprs: list[Expr]) -> dict[Any, Expr]:
    names = list(real.columns[start:])
    if len(set(names)) < len(names):
        raise refusal("two dummy columns get the same name", "give each column its own prefix")
    return dict(zip(names, exprs, strict=True))


def _encoded(frame: Frame, columns: Any) -> list[Any]:
    if columns is not None:
        return list(columns)
    return frame.session.freeze("columns by type", lambda: _texts(frame.real), shown=False)


def _texts(real: Any) -> list[Any]:
    """The columns that pandas encodes unless told which: asked of pandas itself, with one row."""
    sample = real.head(1).copy()
    kept = set(pd.get_dummies(sample).columns)
    return [name for name in real.columns if not (name in kept and pd.api.types.is_numeric_dtype(real[name]))]


def _one(column: Series, prefix: Any, prefix_sep: Any, options: dict[str, Any]) -> tuple[Any, list[Expr]]:
    categories = _categories(column)
    real = pd.get_dummies(_categorical(column, categories), prefix=prefix, prefix_sep=prefix_sep, **options)
    return _known(column.session, real), _levels(column, categories, options)


def _categories(column: Series) -> Any:
    """The values that get a dummy, in the order in which pandas makes them."""
    if isinstance(column.real.dtype, pd.CategoricalDtype):
        return column.real.cat.categories
    return column.session.freeze(
        f"dummy columns of {column.label}",
        lambda: pd.Categorical(column.real.dropna()).categories,
        tell=lambda values: ", ".join(map(str, values)) if len(values) <= 8 else f"{len(values)} values",
    )


def _categorical(column: Series, categories: Any) -> Any:
    """The column with its categories fixed; values never seen come last, so that they are not taken for missing."""
    if isinstance(column.real.dtype, pd.CategoricalDtype):
        return column.real
    unseen = [value for value in column.real.dropna().unique() if value not in categories]
    return column.real.astype(pd.CategoricalDtype([*categories, *unseen]))


def _levels(column: Series, categories: Any, options: dict[str, Any]) -> list[Expr]:
    nodes = column.session.nodes
    intervals = isinstance(categories.dtype, pd.IntervalDtype)
    levels = [code if intervals else one for code, one in enumerate(categories)]
    exprs = [comparison(nodes, "eq", column.expr, nodes.constant(level)) for level in levels]
    if options["dummy_na"]:
        exprs.append(nodes.is_missing(column.expr))
    exprs = exprs[1:] if options["drop_first"] else exprs
    whole = pd.api.types.pandas_dtype(options["dtype"] or bool).name == "bool"
    return exprs if whole else [nodes.to_number(expr) for expr in exprs]

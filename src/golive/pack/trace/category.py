"""Categories: their list and order are frozen on the training frame; a value outside it is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace.kinds import is_interval
from golive.pack.trace.proxy import Proxy, holds_proxy, only
from golive.pack.trace.site import refusal
from golive.pack.trace.tables import table

if TYPE_CHECKING:
    from golive.pack.trace.array import Array
    from golive.pack.trace.series import Series
    from golive.pack.trace.session import Session


def as_category(series: Series, dtype: Any) -> Series:
    """``series.astype("category")`` or with a `pandas.CategoricalDtype`."""
    session, real = series.session, series.real
    if isinstance(real.dtype, pd.CategoricalDtype) and dtype == "category":
        return series.made(real, series.expr)
    if series.expr.kind == "boolean" or is_interval(real):
        raise refusal(
            f"categories of {'intervals' if is_interval(real) else 'truths'} are not compiled",
            "use .astype(int), or labels=[...] in pd.cut",
        )
    categories = getattr(dtype, "categories", None)
    if categories is None:
        categories = session.freeze(f"categories of {series.label}", lambda: real.astype("category").cat.categories)
    ordered = bool(getattr(dtype, "ordered", False))
    made = real.astype(pd.CategoricalDtype(categories, ordered=ordered))
    expr = table(session.nodes, series.expr, [(one, one) for one in categories], None, None, series.expr.kind)
    return series.made(made, expr)


def codes(series: Series) -> Series:
    """The position of each value among the categories; -1 for a missing or unknown one."""
    nodes, real = series.session.nodes, series.real
    if is_interval(real):
        return series.made(real.cat.codes, nodes.apply("coalesce", series.expr, nodes.constant(-1)))
    pairs = [(one, code) for code, one in enumerate(real.cat.categories)]
    return series.made(real.cat.codes, table(nodes, series.expr, pairs, -1, -1, "number"))


def factorized(series: Series, options: dict[str, Any]) -> tuple[Array, Any]:
    """``pd.factorize``: codes in order of appearance, frozen; -1 for a missing or unknown value."""
    from golive.pack.trace.array import Array

    only(options, "factorize", sort=options.get("sort", False), use_na_sentinel=True)
    session, real = series.session, series.real
    if series.expr.kind == "boolean" or isinstance(real.dtype, pd.CategoricalDtype):
        raise refusal("factorize of truths or categories is not compiled", "use .astype(int) or .cat.codes")
    values = session.freeze(f"values of {series.label}", lambda: pd.Index(real.factorize(**options)[1]))
    found = np.asarray(values.get_indexer(real.to_numpy()), dtype=np.int64)
    found[real.isna().to_numpy()] = -1
    pairs = [(one, code) for code, one in enumerate(values)]
    expr = table(session.nodes, series.expr, pairs, -1, -1, "number")
    return Array(session, found, expr, series.rows), values


def categorical(session: Session, values: Any, categories: Any = None, ordered: Any = None, dtype: Any = None) -> Any:
    """``pd.Categorical(column, categories)``."""
    from golive.pack.trace.series import Series

    if not isinstance(values, Series) or dtype is not None or holds_proxy(categories):
        raise refusal("pd.Categorical of this is not compiled", "pd.Categorical(df['x'], categories=[...])")
    asked = "category" if categories is None and not ordered else pd.CategoricalDtype(categories, ordered=bool(ordered))
    return Categorical(as_category(values, asked))


class Categorical(Proxy):
    """``pd.Categorical(column)``: it becomes a column when it is assigned to a table."""

    owner = "a Categorical"
    stands_for = (pd.Categorical,)

    def __init__(self, column: Series) -> None:
        self.session = column.session
        self.column = column

    @property
    def codes(self) -> Array:
        return codes(self.column).to_numpy()

    @property
    def categories(self) -> Any:
        return self.column.real.cat.categories


class Categories(Proxy):
    """``series.cat``."""

    owner = "`.cat`"
    stands_for = (type(pd.Series(["a"], dtype="category").cat),)

    def __init__(self, series: Series) -> None:
        if not isinstance(series.real.dtype, pd.CategoricalDtype):
            raise AttributeError("Can only use .cat accessor with a 'category' dtype")
        self.session = series.session
        self._series = series

    @property
    def codes(self) -> Series:
        return codes(self._series)

    @property
    def categories(self) -> Any:
        return self._series.real.cat.categories

    def add_categories(self, new_categories: Any) -> Series:
        return self._series.made(self._series.real.cat.add_categories(new_categories), self._series.expr)

    def as_ordered(self) -> Series:
        return self._series.made(self._series.real.cat.as_ordered(), self._series.expr)

    def as_unordered(self) -> Series:
        return self._series.made(self._series.real.cat.as_unordered(), self._series.expr)

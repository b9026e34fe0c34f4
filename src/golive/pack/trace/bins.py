"""``pd.cut`` and ``pd.qcut``: edges are constants, or frozen on the training frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.trace.column import Column
from golive.pack.trace.proxy import holds_proxy
from golive.pack.trace.series import Series
from golive.pack.trace.site import refusal
from golive.pack.trace.tables import table

if TYPE_CHECKING:
    from golive.pack.trace.session import Session


def cut(
    session: Session,
    x: Any,
    bins: Any,
    right: bool = True,
    labels: Any = None,
    retbins: bool = False,
    precision: int = 3,
    include_lowest: bool = False,
    duplicates: str = "raise",
    ordered: bool = True,
) -> Any:
    """``pd.cut(x, bins, ...)``."""
    series = _series(x, "cut")
    if holds_proxy(bins) or isinstance(bins, pd.IntervalIndex):
        raise refusal(
            "pd.cut with intervals or a column as bins is not compiled", "give a list of edges, or a number of bins"
        )
    if isinstance(bins, int | np.integer):
        edges = session.freeze(
            f"{bins} bins of {series.label}",
            lambda: _edges(pd.cut, series, bins, right=right, duplicates=duplicates),
        )
    else:
        edges = list(dict.fromkeys(bins)) if duplicates == "drop" else bins
    options = {
        "right": right,
        "labels": labels,
        "precision": precision,
        "include_lowest": include_lowest,
        "ordered": ordered,
    }
    return _binned(series, edges, options, retbins)


def qcut(
    session: Session,
    x: Any,
    q: Any,
    labels: Any = None,
    retbins: bool = False,
    precision: int = 3,
    duplicates: str = "raise",
) -> Any:
    """``pd.qcut(x, q, ...)``: quantiles of the training frame as edges."""
    series = _series(x, "qcut")
    if holds_proxy(q):
        raise refusal("pd.qcut with a column as quantiles is not compiled")
    parts = f"{q} quantile bins" if isinstance(q, int) else "quantile bins"
    edges = session.freeze(
        f"{parts} of {series.label}",
        lambda: _edges(pd.qcut, series, q, duplicates=duplicates),
    )
    options = {"right": True, "labels": labels, "precision": precision, "include_lowest": True, "ordered": True}
    return _binned(series, edges, options, retbins)


def _edges(function: Any, series: Series, bins: Any, **options: Any) -> Any:
    return function(series.real, bins, labels=False, retbins=True, **options)[1]


def _series(x: Any, name: str) -> Series:
    if not isinstance(x, Series) or x.expr.kind != "number":
        raise refusal(f"pd.{name} of something that is not a column of numbers is not compiled")
    return x


def _binned(series: Series, edges: Any, options: dict[str, Any], retbins: bool) -> Any:
    nodes, labels = series.session.nodes, options["labels"]
    if isinstance(labels, Column):
        raise refusal("a column as labels is not compiled")
    real = pd.cut(series.real, edges, **options)
    index = nodes.apply(
        "cut",
        series.expr,
        arrays={"edges": np.asarray(edges, dtype=np.float64)},
        right=bool(options["right"]),
        lowest=bool(options["include_lowest"]),
    )
    if labels is not None and labels is not False:
        kind = series.session.kind(real)
        index = table(nodes, index, list(enumerate(labels)), None, None, kind)
    made = series.made(real, index)
    return (made, edges) if retbins else made

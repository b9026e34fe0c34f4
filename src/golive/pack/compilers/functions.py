"""FunctionTransformer: NumPy's functions, and functions of the user's own, followed as the cleaning function is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from golive.pack.answers import quiet
from golive.pack.draft import Draft, Estimator, Feature, Features, Matrix
from golive.pack.trace.inside import follow_inside
from golive.pack.trace.nodes import Expr

if TYPE_CHECKING:
    from collections.abc import Callable

PLAIN: dict[Callable[..., object] | None, str | None] = {
    None: None,
    np.log1p: "log1p",
    np.log: "log",
    np.exp: "exp",
    np.expm1: "expm1",
    np.sqrt: "sqrt",
    np.abs: "abs",
}
"""Functions of one number, and the operation that each is; all others are followed."""


def function(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a FunctionTransformer."""
    if estimator.validate:
        for feature in features:
            draft.finite(feature)
        draft.complete(features, estimator)
    if estimator.kw_args or estimator.func not in PLAIN:
        return _followed(draft, estimator, features, X)
    op = PLAIN[estimator.func]
    if op is None:
        return features
    return tuple(
        Feature(f.name, draft.builder.node(op, draft.number(f, estimator)), f.inputs, infinite=True) for f in features
    )


def _followed(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    options: dict[str, Any] = estimator.kw_args or {}
    dense = X.toarray() if hasattr(X, "toarray") else X
    if dense.ndim == 1:  # one column, as a ColumnTransformer hands it over that was given its name and no list
        frame = pd.Series(dense, name=features[0].name).to_frame()
    else:
        frame = dense if isinstance(dense, pd.DataFrame) else pd.DataFrame(dense, columns=[f.name for f in features])
    given = [_expression(draft, feature, frame.iloc[:, at], estimator) for at, feature in enumerate(features)]
    frame = frame.reset_index(drop=True)
    with quiet():
        expected = estimator.func(X.copy(), **options)
        inside = follow_inside(
            estimator.func, frame if dense.ndim == 2 else frame.iloc[:, 0], given, draft.builder, options, expected
        )
    for guard in inside.guards:
        draft.refuse_when(guard)
    made = []
    for name, expr in inside.columns:
        assert expr.node is not None  # every column given to it is a node
        made.append(
            Feature(name, expr.node, tuple(sorted(expr.depends)), infinite=expr.infinite and expr.kind == "number")
        )
    return tuple(made)


def _expression(draft: Draft, feature: Feature, column: pd.Series, by: Estimator) -> Expr:
    is_number = column.dtype.kind in "iuf" if isinstance(column.dtype, np.dtype) else False
    node = draft.number(feature, by) if is_number else feature.node
    kind = draft.builder.kind(node)
    return Expr(node, kind, frozenset(feature.inputs), nullable=True, infinite=feature.infinite)

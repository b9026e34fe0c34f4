"""Imputing and scaling: one or two nodes per column, in the order of operations that scikit-learn uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.errors import UnsupportedError
from golive.pack.draft import Draft, Estimator, Feature, Features, Matrix

if TYPE_CHECKING:
    from collections.abc import Callable


def imputer(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a SimpleImputer: every strategy, numbers and text, ``add_indicator`` for numbers."""
    made = []
    for feature, fill in zip(features, estimator.statistics_, strict=True):
        if not estimator.keep_empty_features and _is_nan(fill):
            continue  # empty in training: scikit-learn leaves the column out
        made.append(_imputed(draft, estimator, feature, fill))
    if estimator.add_indicator:
        made += [_indicated(draft, estimator, features[index]) for index in estimator.indicator_.features_]
    return tuple(made)


def standard_scaler(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a StandardScaler: subtract the mean, divide by the scale."""
    shift = estimator.mean_ if estimator.with_mean else None
    return _steps(draft, estimator, features, ("sub", shift), ("div", estimator.scale_))


def min_max_scaler(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a MinMaxScaler: multiply, add, clip where asked."""
    made = _steps(draft, estimator, features, ("mul", estimator.scale_), ("add", estimator.min_))
    if not estimator.clip:
        return made
    low, high = (float(end) for end in estimator.feature_range)
    return tuple(_moved(feature, draft.builder.node("clip", feature.node, low=low, high=high)) for feature in made)


def robust_scaler(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a RobustScaler: subtract the median, divide by the range of quantiles."""
    shift = estimator.center_ if estimator.with_centering else None
    return _steps(draft, estimator, features, ("sub", shift), ("div", estimator.scale_))


def max_abs_scaler(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a MaxAbsScaler: divide."""
    return _steps(draft, estimator, features, ("div", estimator.scale_))


def function(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a FunctionTransformer of a NumPy function, or of none."""
    if estimator.kw_args or estimator.func not in FUNCTIONS:
        raise UnsupportedError(
            f"FunctionTransformer of `{getattr(estimator.func, '__name__', estimator.func)}` cannot be compiled",
            hint="np.log1p, np.log, np.exp, np.expm1, np.sqrt and np.abs can; other functions belong in `clean`",
        )
    op = FUNCTIONS[estimator.func]
    if op is None:
        return features
    return tuple(
        Feature(f.name, draft.builder.node(op, draft.number(f, estimator)), f.inputs, infinite=True) for f in features
    )


FUNCTIONS: dict[Callable[..., object] | None, str | None] = {
    None: None,
    np.log1p: "log1p",
    np.log: "log",
    np.exp: "exp",
    np.expm1: "expm1",
    np.sqrt: "sqrt",
    np.abs: "abs",
}
"""What a FunctionTransformer may call, and the operation it is."""


def _imputed(draft: Draft, estimator: Estimator, feature: Feature, fill: object) -> Feature:
    builder = draft.builder
    kind = builder.kind(feature.node)
    if kind == "boolean":  # beside numbers it is one, and never missing
        return _moved(feature, builder.node("to_number", feature.node))
    draft.finite(feature)
    missing = _missing(draft, estimator, feature)
    constant = builder.node(kind, value=str(fill) if kind == "text" else float(fill))  # type: ignore[arg-type]
    if missing is None:
        node = builder.node("coalesce", feature.node, constant)
    else:
        if kind == "number":  # scikit-learn raises on NaN when it looks for another marker
            draft.refuse_when(builder.node("is_missing", feature.node))
        node = builder.node("where", missing, constant, feature.node)
    return Feature(feature.name, node, feature.inputs, feature.column)


def _indicated(draft: Draft, estimator: Estimator, feature: Feature) -> Feature:
    missing = _missing(draft, estimator, feature)
    if missing is None:
        missing = draft.builder.node("is_missing", feature.node)
    node = draft.builder.node("to_number", missing)
    return Feature(f"{feature.name} is missing", node, feature.inputs)


def _missing(draft: Draft, estimator: Estimator, feature: Feature) -> int | None:
    """Return the node that says whether the value is the marker, or none where the marker is NaN."""
    marker = estimator.missing_values
    if _is_nan(marker):
        return None
    kind = draft.builder.kind(feature.node)
    if isinstance(marker, str) and kind == "text":
        return draft.builder.node("same", feature.node, draft.builder.node("text", value=marker))
    if isinstance(marker, (int, float)) and kind == "number":
        return draft.builder.node("eq", feature.node, draft.builder.node("number", value=float(marker)))
    raise UnsupportedError(
        f"SimpleImputer with missing_values={marker!r} on the {kind} column `{feature.name}` cannot be compiled",
        hint="missing_values=np.nan can",
    )


def _steps(
    draft: Draft, estimator: Estimator, features: Features, *steps: tuple[str, np.ndarray | None]
) -> Features:  # fmt: skip
    made = []
    for index, feature in enumerate(features):
        node = draft.number(feature, estimator)
        draft.finite(feature)
        for op, constants in steps:
            if constants is not None:
                node = draft.builder.node(op, node, draft.builder.node("number", value=float(constants[index])))
        made.append(_moved(feature, node))
    return tuple(made)


def _moved(feature: Feature, node: int) -> Feature:
    return Feature(feature.name, node, feature.inputs)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and value != value

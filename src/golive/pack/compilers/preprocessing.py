"""Scaling: one or two nodes per column, in the order of operations that scikit-learn uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.pack.draft import Draft, Estimator, Feature, Features, Matrix

if TYPE_CHECKING:
    import numpy as np


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

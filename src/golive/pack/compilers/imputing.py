"""Missing values filled, or flagged."""

from __future__ import annotations

import numpy as np
import pandas as pd

from golive.errors import UnsupportedError
from golive.pack.draft import Draft, Estimator, Feature, Features, Matrix, called


def imputer(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a SimpleImputer: every strategy, any ``missing_values``, numbers and text, ``add_indicator``."""
    made = []
    for index, (feature, fill) in enumerate(zip(features, estimator.statistics_, strict=True)):
        if not estimator.keep_empty_features and _is_nan(fill):
            continue  # empty in training: scikit-learn leaves the column out
        made.append(_imputed(draft, estimator, feature, fill, X, index))
    if estimator.add_indicator:
        made += [_indicated(draft, estimator, features[at], X, at) for at in estimator.indicator_.features_]
    return tuple(made)


def indicator(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a MissingIndicator: 1 where a value is missing, for the columns that it reports."""
    reported = estimator.features_.tolist()
    flags = [_indicated(draft, estimator, feature, X, index) for index, feature in enumerate(features)]
    if estimator.features == "missing-only" and estimator.error_on_new:
        for index, feature in enumerate(features):
            if index not in reported:
                draft.refuse_when(_missing(draft, estimator, feature, X, index))
    return tuple(flags[index] for index in reported)


def _imputed(draft: Draft, estimator: Estimator, feature: Feature, fill: object, X: Matrix, index: int) -> Feature:
    builder = draft.builder
    missing = _missing(draft, estimator, feature, X, index)
    node = _readable(draft, feature)
    kind = builder.kind(node)
    constant = builder.node(kind, value=str(fill) if kind == "text" else float(fill))  # type: ignore[arg-type]
    if missing == builder.node("is_missing", node):
        filled = builder.node("coalesce", node, constant)
    else:
        filled = builder.node("where", missing, constant, node)
    return Feature(feature.name, filled, feature.inputs, feature.column)


def _indicated(draft: Draft, estimator: Estimator, feature: Feature, X: Matrix, index: int) -> Feature:
    node = draft.builder.node("to_number", _missing(draft, estimator, feature, X, index))
    return Feature(f"{feature.name} is missing", node, feature.inputs)


def _readable(draft: Draft, feature: Feature) -> int:
    """Return the feature as text or as a number; a boolean beside numbers is one."""
    node = feature.node
    return draft.builder.node("to_number", node) if draft.builder.kind(node) == "boolean" else node


def _missing(draft: Draft, estimator: Estimator, feature: Feature, X: Matrix, index: int) -> int:
    """Return the boolean node that says whether the value is the one that ``missing_values`` looks for."""
    builder, marker = draft.builder, estimator.missing_values
    draft.finite(feature)
    node = _readable(draft, feature)
    text = builder.kind(node) == "text"
    if _is_nan(marker) or marker is None or marker is pd.NA:
        if text:
            return _missing_text(draft, estimator, feature, X, index)
        return builder.node("is_missing", node)
    if not text or not _cells_are_none(X, index):  # NaN is an error where another marker is looked for; None is not
        draft.refuse_when(builder.node("is_missing", node))
    if isinstance(marker, str) != text:
        return builder.node("boolean", value=False)
    constant = builder.node("text" if text else "number", value=marker if text else float(marker))
    return builder.node("same" if text else "eq", node, constant)


def _missing_text(draft: Draft, estimator: Estimator, feature: Feature, X: Matrix, index: int) -> int:
    """Tell None, NaN and pd.NA apart: scikit-learn does in text, and in the graph all are one null."""
    marker = estimator.missing_values
    missing = draft.builder.node("is_missing", feature.node)
    cells = [cell for cell in _cells(X, index) if cell is None or cell is pd.NA or _is_nan(cell)]
    seen = [marker is pd.NA or (cell is marker if marker is None else _is_nan(cell)) for cell in cells]
    if all(seen):
        if marker is None and not cells:  # a NaN would be an error
            draft.refuse_when(missing)
        return missing
    if any(seen):
        raise UnsupportedError(
            f"column `{feature.name}` writes missing texts in several ways, and `{called(estimator)}` with "
            f"missing_values={marker!r} sees only one of them",
            hint="write all in one way in the cleaning function, for example .fillna(np.nan)",
        )
    return draft.builder.node("boolean", value=False)


def _cells_are_none(X: Matrix, index: int) -> bool:
    return any(cell is None for cell in _cells(X, index))


def _cells(X: Matrix, index: int) -> list[object]:
    if hasattr(X, "iloc"):
        return X.iloc[:, index].astype(object).tolist()  # type: ignore[no-any-return]
    column = X[:, [index]]
    dense = column.toarray() if hasattr(column, "toarray") else column
    return np.asarray(dense, dtype=object).ravel().tolist()


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and value != value

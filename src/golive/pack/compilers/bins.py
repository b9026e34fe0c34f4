"""Numbers as steps: which interval, or on which side."""

from __future__ import annotations

import numpy as np

from golive.errors import UnsupportedError
from golive.pack.draft import Draft, Estimator, Feature, Features, Matrix


def discretizer(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a KBinsDiscretizer: the number of inner edges that are not above the value, as a code or as dummies."""
    if estimator.dtype not in (None, np.float64):
        raise UnsupportedError(
            "KBinsDiscretizer with dtype=np.float32 cannot be compiled: it rounds values across edges",
            hint="leave dtype out",
        )
    _whole(draft, estimator, features)
    made: list[Feature] = []
    for feature, edges, count in zip(features, estimator.bin_edges_, estimator.n_bins_, strict=True):
        inner = np.concatenate([[-np.inf], np.asarray(edges[1:-1], dtype="<f8"), [np.inf]])
        code = draft.builder.node(
            "cut", draft.number(feature, estimator), arrays={"edges": inner}, right=False, lowest=False
        )
        if estimator.encode == "ordinal":
            made.append(Feature(feature.name, code, feature.inputs))
            continue
        for number in range(int(count)):
            same = draft.builder.node("eq", code, draft.builder.node("number", value=float(number)))
            name = f"{feature.name}_{float(number)}"
            made.append(Feature(name, draft.builder.node("to_number", same), feature.inputs))
    return tuple(made)


def binarizer(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a Binarizer: 1 above the threshold, else 0."""
    _whole(draft, estimator, features)
    builder = draft.builder
    threshold = builder.node("number", value=float(estimator.threshold))
    above = [builder.node("gt", draft.number(feature, estimator), threshold) for feature in features]
    return tuple(
        Feature(feature.name, builder.node("to_number", node), feature.inputs)
        for feature, node in zip(features, above, strict=True)
    )


def _whole(draft: Draft, estimator: Estimator, features: Features) -> None:
    """Say that Python raises where a value is missing or infinite."""
    draft.complete(features, estimator)
    for feature in features:
        draft.finite(feature)

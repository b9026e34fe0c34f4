"""Estimators made of estimators: steps in a row, columns side by side, a search around its best."""

from __future__ import annotations

from typing import Any

import numpy as np

from golive.engine.contract import LARGEST
from golive.errors import UnsupportedError
from golive.pack.draft import Draft, Estimator, Feature, Features, Matrix, Scored, called, qualified

_FUNCTIONS = "sklearn.preprocessing._function_transformer.FunctionTransformer"


def pipeline_transform(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a Pipeline of steps that only transform."""
    return _through(draft, [step for _, step in estimator.steps], features, X)[0]


def pipeline_classify(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a Pipeline that ends in a classifier."""
    *steps, last = [step for _, step in estimator.steps]
    features, X = _through(draft, steps, features, X)
    return draft.classify(last, features, X)


def columns(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a ColumnTransformer: the columns that it selected when it was fitted."""
    made: list[Any] = []
    for name, step, selected in estimator.transformers_:
        indices = list(estimator._transformer_to_input_indices[name])
        if _is(step, "drop") or not indices:
            continue
        if type(step).__module__.startswith("sklearn.feature_extraction"):
            raise UnsupportedError(
                f"`{called(step)}` (step `{name}`) turns the text of {selected!r} into words, which is not compiled",
                hint="flag the words that matter in `clean`, df['x'].str.contains('overdue'), or hand in its score",
            )
        given = picked(X, indices)
        if isinstance(selected, (str, int)) and name != "remainder":
            if not _takes_one_column(step):
                raise UnsupportedError(
                    f"ColumnTransformer gives the step `{name}` one bare column ({selected!r}) and not a list",
                    hint=f"write [{selected!r}]",
                )
            given = given.iloc[:, 0] if hasattr(given, "iloc") else given[:, 0]
        through, after = _step(draft, step, tuple(features[index] for index in indices), given)
        made += _weighted(draft, estimator, name, through, after)
    return tuple(made)


def union(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a FeatureUnion: every transformer sees every column."""
    made: list[Any] = []
    for name, step in estimator.transformer_list:
        if not _is(step, "drop"):
            made += _weighted(draft, estimator, name, *_step(draft, step, features, X))
    return tuple(made)


def search(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile the best estimator of a grid or random search."""
    return draft.classify(estimator.best_estimator_, features, X)


def thresholded(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile the classifier inside a tuned or fixed cut-off; the cut-off itself belongs to the policy."""
    return draft.classify(estimator.estimator_, features, X)


def frozen_transform(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile what a FrozenEstimator holds, as a step."""
    return draft.transform(estimator.estimator, features, X)[0]


def frozen_classify(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile what a FrozenEstimator holds, as the last step."""
    return draft.classify(estimator.estimator, features, X)


def _through(draft: Draft, steps: list[Estimator], features: Features, X: Matrix) -> tuple[Features, Matrix]:
    for step in steps:
        features, X = _step(draft, step, features, X)
    return features, X


def _step(draft: Draft, step: Estimator, features: Features, X: Matrix) -> tuple[Features, Matrix]:
    if step is None or _is(step, "passthrough"):
        return features, X
    return draft.transform(step, features, X)


def _takes_one_column(step: Estimator) -> bool:
    """Whether a step may be handed one column as it is; scikit-learn's own want a table, but for functions."""
    if qualified(step) == "sklearn.pipeline.Pipeline":
        return _takes_one_column(step.steps[0][1])
    return qualified(step) == _FUNCTIONS or not type(step).__module__.startswith(("sklearn.", "builtins"))


def _weighted(draft: Draft, estimator: Estimator, name: str, features: Features, X: Matrix) -> Features:
    """Multiply what a step makes (``X`` on the training rows) by its weight in `transformer_weights`."""
    weight: Any = (estimator.transformer_weights or {}).get(name)
    if weight is None:
        return features
    if np.ndim(weight) or not abs(float(weight)) < LARGEST:
        raise UnsupportedError(f"`{called(estimator)}` gives the step `{name}` the weight {weight!r:.40}")
    dtypes: list[Any] = [
        np.dtype(d) for d in (X.dtypes if hasattr(X, "dtypes") else [X.dtype]) if isinstance(d, np.dtype)
    ]
    if narrow := [dtype for dtype in dtypes if dtype.kind in "iuf" and dtype.itemsize < 8]:
        raise UnsupportedError(
            f"`{called(estimator)}` multiplies the {narrow[0]} numbers of the step `{name}` by its weight, which wraps "
            "around or rounds differently",
            hint="fit on int64 and float64: .astype('float64')",
        )
    factor = draft.builder.node("number", value=float(weight))
    nodes = [draft.builder.node("mul", draft.number(feature, estimator), factor) for feature in features]
    return tuple(
        Feature(feature.name, node, feature.inputs, infinite=feature.infinite or abs(weight) > 1)
        for feature, node in zip(features, nodes, strict=True)
    )


def picked(X: Matrix, indices: list[int]) -> Matrix:
    """Return some columns of what an estimator is given."""
    return X.iloc[:, indices] if hasattr(X, "iloc") else X[:, np.asarray(indices, dtype=int)]


def _is(step: Estimator, word: str) -> bool:
    return isinstance(step, str) and step == word

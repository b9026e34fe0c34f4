"""Estimators made of estimators: steps in a row, columns side by side, a search around its best."""

from __future__ import annotations

from typing import Any

import numpy as np

from golive.errors import UnsupportedError
from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored, called


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
    if estimator.transformer_weights:
        raise UnsupportedError(
            "ColumnTransformer with transformer_weights cannot be compiled", hint="scale inside the transformers"
        )
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
        if isinstance(selected, (str, int)) and name != "remainder":
            raise UnsupportedError(
                f"ColumnTransformer gives the step `{name}` one bare column ({selected!r}) and not a list",
                hint=f"write [{selected!r}]",
            )
        made += _step(draft, step, tuple(features[index] for index in indices), picked(X, indices))[0]
    return tuple(made)


def union(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile a FeatureUnion: every transformer sees every column."""
    if estimator.transformer_weights:
        raise UnsupportedError(
            "FeatureUnion with transformer_weights cannot be compiled", hint="scale inside the transformers"
        )
    steps = [step for _, step in estimator.transformer_list if not _is(step, "drop")]
    return tuple(feature for step in steps for feature in _step(draft, step, features, X)[0])


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


def picked(X: Matrix, indices: list[int]) -> Matrix:
    """Return some columns of what an estimator is given."""
    return X.iloc[:, indices] if hasattr(X, "iloc") else X[:, np.asarray(indices, dtype=int)]


def _is(step: Estimator, word: str) -> bool:
    return isinstance(step, str) and step == word

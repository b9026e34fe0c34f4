"""Linear models: weights and an intercept, then a curve of their own, or none where a calibration follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from golive.errors import UnsupportedError
from golive.pack.draft import DECISION, Draft, Estimator, Features, Matrix, Scored
from golive.records.graph import Source, Term

if TYPE_CHECKING:
    from numpy.typing import NDArray


def logistic(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary LogisticRegression or LinearDiscriminantAnalysis: ``sigmoid(w . x + b)``."""
    scored = weighted(draft, estimator, features, X)
    node = margin = _decision(scored)
    terms = scored.terms
    if getattr(estimator, "multi_class", "auto") == "multinomial":
        # Before scikit-learn 1.8: a softmax over (-margin, margin), which is the logistic curve of twice the margin.
        margin = draft.builder.node("mul", node, draft.builder.node("number", value=2.0))
        terms = tuple(msgspec.structs.replace(term, weight=2.0) for term in terms)
    return Scored(draft.builder.node("sigmoid", margin), node, terms, "linear")


def gradient_descent(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary SGDClassifier: with a logistic loss, a modified Huber loss, or with no probability."""
    if estimator.loss == "log_loss":
        return logistic(draft, estimator, features, X)
    scored = weighted(draft, estimator, features, X)
    if estimator.loss != "modified_huber":
        return scored
    builder, node = draft.builder, _decision(scored)
    moved = builder.node("add", builder.node("clip", node, low=-1.0, high=1.0), builder.node("number", value=1.0))
    return Scored(builder.node("div", moved, builder.node("number", value=2.0)), node, scored.terms, "linear", DECISION)


def weighted(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile what has a ``decision_function`` alone: LinearSVC, RidgeClassifier, Perceptron."""
    for feature in features:
        draft.finite(feature)
    weights = np.ravel(estimator.coef_).astype("<f8")
    if len(weights) != len(features):
        raise UnsupportedError(f"`{type(estimator).__name__}` with several outcomes cannot be compiled")
    node = draft.builder.node(
        "linear",
        *(draft.number(feature, estimator) for feature in features),
        arrays={"weights": weights, "baseline": _means(X)},
        intercept=float(np.ravel(estimator.intercept_)[0]),
    )
    draft.refuse_infinite(node)  # a scaler may overflow, and then scikit-learn raises
    sources = tuple(Source(inputs=feature.inputs) for feature in features)
    return Scored(None, node, (Term(node=node, weight=1.0, sources=sources),), "linear", DECISION)


def _decision(scored: Scored) -> int:
    assert scored.decision is not None  # `weighted` always has one
    return scored.decision


def _means(X: Matrix) -> NDArray[np.float64]:
    """Return the mean of each column over the training rows: what "average" means in a reason."""
    dense = X.toarray() if hasattr(X, "toarray") else X
    means = np.asarray(dense, dtype=np.float64).mean(axis=0)
    return np.where(np.isfinite(means), means, 0.0)

"""Linear models: weights and an intercept, then the logistic curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored
from golive.records.graph import Source, Term

if TYPE_CHECKING:
    from numpy.typing import NDArray


def logistic(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary LogisticRegression: ``sigmoid(w . x + b)``."""
    for feature in features:
        draft.finite(feature)
    node = draft.builder.node(
        "linear",
        *(draft.number(feature, estimator) for feature in features),
        arrays={"weights": np.asarray(estimator.coef_[0], dtype="<f8"), "baseline": _means(X)},
        intercept=float(estimator.intercept_[0]),
    )
    draft.refuse_infinite(node)  # a scaler may overflow, and then scikit-learn raises
    margin = node
    if getattr(estimator, "multi_class", "auto") == "multinomial":
        # Before scikit-learn 1.8: a softmax over (-margin, margin), which is the logistic curve of twice the margin.
        margin = draft.builder.node("mul", node, draft.builder.node("number", value=2.0))
    sources = tuple(Source(inputs=feature.inputs) for feature in features)
    terms = (Term(node=node, weight=1.0, sources=sources),)
    return Scored(draft.builder.node("sigmoid", margin), node, terms, "linear")


def _means(X: Matrix) -> NDArray[np.float64]:
    """Return the mean of each column over the training rows: what "average" means in a reason."""
    dense = X.toarray() if hasattr(X, "toarray") else X
    means = np.asarray(dense, dtype=np.float64).mean(axis=0)
    return np.where(np.isfinite(means), means, 0.0)

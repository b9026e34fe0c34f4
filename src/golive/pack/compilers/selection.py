"""Selectors: some columns go on, the others were only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored

if TYPE_CHECKING:
    import pandas as pd


def selector(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Features:
    """Compile whatever knows which columns it keeps: ``get_support``."""
    if not _takes(estimator, X, np.nan):
        draft.complete(features, estimator)
    if not _takes(estimator, X, np.inf):
        for feature in features:
            draft.finite(feature)
    return tuple(feature for feature, kept in zip(features, estimator.get_support(), strict=True) if kept)


def selecting_classifier(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile an RFE as the last step: its own estimator, fitted on what was kept."""
    features, X = draft.transform(estimator, features, X)
    return draft.classify(estimator.estimator_, features, X)


def _takes(estimator: Estimator, X: Matrix, value: float) -> bool:
    """Return whether the selector lets the value pass.

    It depends on the estimator within, on the kind of output and on the version, so it is asked.
    """
    cells = np.zeros((1, X.shape[1]))
    cells[0, 0] = value
    try:
        estimator.transform(_frame(X, cells) if hasattr(X, "iloc") else cells)
    except ValueError:
        return False
    return True


def _frame(X: pd.DataFrame, cells: np.ndarray) -> pd.DataFrame:
    return type(X)(cells, columns=X.columns)

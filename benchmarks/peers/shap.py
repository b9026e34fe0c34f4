"""What the shap package says about the same fitted models and the same rows.

``python -m benchmarks.peers.shap MODELS RESULTS`` reads what `benchmarks.reasons` left in the first file. Only the
library's own predictions are used here, nothing of golive.
"""

from __future__ import annotations

import pickle
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

ORDERS = 8
"""Random orders of shap's permutation explainer, each walked both ways: as many as golive has."""


def main(models: Path, results: Path) -> None:
    warnings.simplefilter("ignore")
    found = {name: KINDS[task["kind"]](**task) for name, task in pickle.loads(models.read_bytes()).items()}
    results.write_bytes(pickle.dumps(found))


def trees(*, model: Any, rows: pd.DataFrame, raw: Sequence[str], scale: str, **_: object) -> dict[str, Any]:
    """TreeExplainer as it comes, on the trees' own node counts."""
    X = model[:-1].transform(rows)
    values = np.asarray(shap.TreeExplainer(model[-1]).shap_values(X))
    values = values[..., 1] if values.ndim == 3 else values
    return {"values": by_input(values, raw, rows), **_predicted(model, rows, scale)}


def linear(
    *, model: Any, rows: pd.DataFrame, train: pd.DataFrame, raw: Sequence[str], scale: str, **_: object
) -> dict[str, Any]:
    """LinearExplainer against the mean of all training rows."""
    masker = shap.maskers.Independent(model[:-1].transform(train), max_samples=len(train))
    values = shap.LinearExplainer(model[-1], masker).shap_values(model[:-1].transform(rows))
    return {"values": by_input(np.asarray(values), raw, rows), **_predicted(model, rows, scale)}


def exact(
    *, model: Any, rows: pd.DataFrame, train: pd.DataFrame, baseline: dict[str, Any], scale: str, **_: object
) -> dict[str, Any]:
    """All 2ⁿ mixtures with one typical case; beside it shap's own permutation explainer with ORDERS orders."""
    coded, decoded = _codes(train)
    given = coded(rows)
    typical = coded(pd.DataFrame([baseline], columns=list(train.columns)).astype(train.dtypes))

    def score(codes: Numbers) -> Numbers:
        return model.predict_proba(decoded(codes))[:, 1]  # type: ignore[no-any-return]

    masker = shap.maskers.Independent(typical)
    wanted = shap.explainers.Exact(score, masker)(given, max_evals=2 ** len(train.columns) + 1, silent=True)
    drawn = shap.explainers.Permutation(score, masker, seed=0)
    about = drawn(given, max_evals=ORDERS * (2 * len(train.columns) + 1), silent=True)
    return {
        "values": wanted.values,
        "drawn": about.values,
        "typical": float(score(typical)[0]),
        **_predicted(model, rows, scale),
    }


KINDS: dict[str, Callable[..., dict[str, Any]]] = {"trees": trees, "linear": linear, "exact": exact}


def by_input(values: Numbers, raw: Sequence[str], rows: pd.DataFrame) -> Numbers:
    """Add up the columns that encoding made of one raw input."""
    return np.stack([values[:, [at for at, of in enumerate(raw) if of == name]].sum(axis=1) for name in rows], axis=1)


def _predicted(model: Any, rows: pd.DataFrame, scale: str) -> dict[str, Numbers]:
    score = model.predict_proba(rows)[:, 1]
    if scale == "probability":
        return {"score": score, "explained": score}
    raw = model[-1].predict(model[:-1].transform(rows), raw_score=True) if hasattr(model[-1], "booster_") else None
    return {"score": score, "explained": model.decision_function(rows) if raw is None else raw}


def _codes(train: pd.DataFrame) -> tuple[Callable[[pd.DataFrame], Numbers], Callable[[Numbers], pd.DataFrame]]:
    """Return the way to numbers, which shap wants, and back: a text is its place among the texts of training."""
    known = {name: sorted(train[name].dropna().unique()) for name in train if train[name].dtype.kind not in "fi"}

    def coded(rows: pd.DataFrame) -> Numbers:
        made = rows.copy()
        for name, texts in known.items():
            made[name] = rows[name].map({text: place for place, text in enumerate(texts)}).fillna(-1)
        return made.to_numpy(dtype=float)

    def decoded(codes: Numbers) -> pd.DataFrame:
        columns = {name: codes[:, place] for place, name in enumerate(train)}
        for name, texts in known.items():
            named = np.array([*texts, None], dtype=object)[columns[name].astype(int)]  # -1 is the last: missing
            columns[name] = pd.array(named, dtype=train[name].dtype)
        return pd.DataFrame(columns)

    return coded, decoded


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

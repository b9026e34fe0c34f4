"""Where Python raises, the graph has no score: an infinite value, an unknown category, a missing value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from golive.errors import ParityError
from golive.pack.build import build
from golive.pack.draft import Draft


def ratio(df: pd.DataFrame) -> pd.DataFrame:
    return df[["age"]].assign(ratio=1000 / df["debt"].where(df["debt"] > 0, 1.0), log=np.log(df["age"] - 17.0))


def debt_ratio(df: pd.DataFrame) -> pd.DataFrame:
    return df[["age"]].assign(ratio=1000 / (df["debt"] + 1.0))


MODELS: dict[str, Callable[[], Any]] = {
    "logistic": lambda: LogisticRegression(max_iter=1000),
    "scaled": lambda: make_pipeline(StandardScaler(), LogisticRegression()),
    "forest": lambda: RandomForestClassifier(5, random_state=0),
    "boosting": lambda: GradientBoostingClassifier(n_estimators=5, random_state=0),
}


@pytest.mark.parametrize("which", MODELS)
@pytest.mark.parametrize("debt", [-1.0, -1.0 + 2**-52])
def test_a_division_by_zero_gives_no_score_where_the_model_raises(
    which: str, debt: float, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = MODELS[which]().fit(debt_ratio(loans), bad)
    bundle = build(model, loans, clean=debt_ratio, outcome="status", out=tmp_path / "m.golive")
    row = loans[["age", "debt"]].iloc[[0]].assign(debt=debt)
    try:
        expected = model.predict_proba(debt_ratio(row))[0, 1]
    except ValueError:
        expected = np.nan
    assert np.allclose(bundle.score(row), [expected], rtol=0, atol=1e-12, equal_nan=True)
    assert np.isnan(expected) == (debt == -1.0)


def test_histogram_boosting_takes_infinity_as_it_is(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    model = HistGradientBoostingClassifier(max_iter=5).fit(debt_ratio(loans), bad)
    bundle = build(model, loans, clean=debt_ratio, outcome="status", out=tmp_path / "m.golive")
    row = loans[["age", "debt"]].iloc[[0]].assign(debt=-1.0)
    assert np.allclose(bundle.score(row), model.predict_proba(debt_ratio(row))[:, 1], rtol=0, atol=1e-12)


def test_without_its_guard_an_infinite_feature_is_found_by_the_proof(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = make_pipeline(FunctionTransformer(np.log1p), LogisticRegression(max_iter=1000))
    model.fit(loans[["age", "debt"]], bad)
    build(model, loans[["age", "debt"]], out=tmp_path / "guarded.golive")
    monkeypatch.setattr(Draft, "refuse_infinite", lambda self, node: None)
    with pytest.raises(ParityError, match="Python nothing, graph"):
        build(model, loans[["age", "debt"]], out=tmp_path / "bare.golive")
    assert not (tmp_path / "bare.golive").exists()

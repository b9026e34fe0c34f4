"""FunctionTransformer: a function of the user's own inside the model is followed, or refused where it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from golive.errors import UnsupportedError
from golive.pack.answers import quiet
from golive.pack.build import build

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = ["income", "age", "debt"]


def ratios(df: Any) -> Any:
    df = df.copy()
    df["share"] = df["debt"] / (df["income"].fillna(0) + 1)
    df["band"] = np.where(df["age"] < 30, 1.0, 0.0)
    return df.drop(columns="debt")


def limited(X: Any, low: float = 0.0, high: float = 1.0) -> Any:
    return np.clip(X, low, high)


def centred(df: Any) -> Any:
    return df - df.mean()


def one_column(df: Any) -> Any:
    return df["debt"] * 2 + df["age"]


def fewer_rows(df: Any) -> Any:
    return df.dropna()


MODELS: dict[str, Any] = {
    "pandas": lambda: make_pipeline(FunctionTransformer(ratios), HistGradientBoostingClassifier(max_iter=10)),
    "array": lambda: make_pipeline(
        SimpleImputer(),
        StandardScaler(),
        FunctionTransformer(limited, kw_args={"low": -1.5, "high": 2.0}),
        LogisticRegression(),
    ),
    "ufunc of a table": lambda: make_pipeline(
        SimpleImputer(), FunctionTransformer(np.square), StandardScaler(), LogisticRegression()
    ),
    "checked": lambda: make_pipeline(
        SimpleImputer(),
        FunctionTransformer(limited, kw_args={"high": 500.0}, validate=True),
        StandardScaler(),
        LogisticRegression(),
    ),
}


@pytest.mark.parametrize("which", MODELS)
def test_a_function_inside_the_model_gives_the_probabilities_of_the_model(
    which: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    with quiet():
        model = MODELS[which]().fit(loans[NUMBERS], bad)
        expected = model.predict_proba(late[NUMBERS])[:, 1]
    bundle = build(model, loans[NUMBERS], holdout=late[NUMBERS], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - expected).max() <= 1e-12
    names, _ = bundle.contributions(late)
    assert set(names) <= set(NUMBERS)


@pytest.mark.parametrize(
    ("function", "match"),
    [
        (centred, "`centred` inside the model computes mean of income, age, debt from the rows"),
        (fewer_rows, "from the rows it is given"),
        (lambda df: df.rolling(2).sum(), "neighbouring rows"),
        (lambda df: pd.DataFrame(np.vectorize(abs)(df)), "np.vectorize"),
    ],
    ids=["mean", "filter", "neighbours", "vectorize"],
)
def test_a_function_that_learns_or_escapes_is_refused_with_its_line(
    function: Any, match: str, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = make_pipeline(FunctionTransformer(function), HistGradientBoostingClassifier(max_iter=2))
    filled = loans[NUMBERS].fillna(0.0)
    with quiet():
        model.fit(filled, bad)
    with pytest.raises(UnsupportedError, match=match) as caught:
        build(model, filled, out=tmp_path / "m.golive")
    assert caught.value.hint
    assert not (tmp_path / "m.golive").exists()


def test_a_function_that_gives_one_column_makes_one_feature(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    framed = FunctionTransformer(lambda df: one_column(df).to_frame("made"))
    model = make_pipeline(framed, HistGradientBoostingClassifier(max_iter=5)).fit(loans[NUMBERS], bad)
    bundle = build(model, loans[NUMBERS], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(loans) - model.predict_proba(loans[NUMBERS])[:, 1]).max() <= 1e-12

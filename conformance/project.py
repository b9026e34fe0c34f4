"""The user's own module: what cleaning functions and pipelines import from elsewhere in their project."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin

WEALTHY = 3_000.0
GOOD_GRADES = {"A": 3, "B": 2, "C": 1}


def with_ratio(df: pd.DataFrame) -> pd.DataFrame:
    """A function for FunctionTransformer: the same columns, one of them in relation to another."""
    df = df.copy()
    df["amount"] = df["amount"] / df["months"].clip(lower=1)
    df["income"] = np.log1p(df["income"].clip(lower=0))
    return df


def shares(df: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "burden": df["amount"] / df["income"].where(df["income"] > 1, 1.0),
            "reserve": np.sqrt(df["balance"].clip(lower=0)),
            "broke": (df["balance"] <= 0).astype(int),
        }
    )


def capped(x: Any, low: float, high: float) -> Any:
    return np.clip(x, low, high)


class Capped(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # no stubs
    """A transformer of one's own: each column is cut off at its own quantile."""

    def __init__(self, quantile: float = 0.99) -> None:
        self.quantile = quantile

    def fit(self, X: Any, y: Any = None) -> Capped:
        self.n_features_in_ = np.shape(X)[1]
        self.caps_ = np.quantile(np.asarray(X), self.quantile, axis=0)
        return self

    def transform(self, X: Any) -> Any:
        return np.minimum(np.asarray(X), self.caps_)


def per_month(df: pd.DataFrame) -> pd.DataFrame:
    return df.assign(per_month=df["amount"] / df["months"].replace(0, 12))


def tidy_names(df: pd.DataFrame) -> pd.DataFrame:
    return df.rename(columns={"late": "late_payments", "used": "utilisation"})


def grade_points(grade: Any) -> int:
    if grade is None or grade != grade:
        return -1
    if grade in GOOD_GRADES:
        return GOOD_GRADES[grade]
    return 0


def money(text: Any) -> float:
    """Read '$1,234.50'."""
    if not isinstance(text, str):
        return np.nan
    return float(text.replace("$", "").replace(",", ""))

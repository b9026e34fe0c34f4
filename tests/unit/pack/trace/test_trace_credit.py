"""Real credit applications: the graph gives for the second half what pandas gives, with what the first half taught."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def applications() -> pd.DataFrame:
    with as_file(files("golive") / "chain" / "data" / "credit_data.csv.gz") as path:
        return pd.read_csv(path).drop(columns="Status")


def clean(df: Any, learned: dict[str, Any] | None = None) -> Any:
    if learned is None:
        learned = {}
    df = df.copy()
    for name in ("Income", "Assets", "Debt"):
        df[name] = df[name].fillna(learned.setdefault(f"median of {name}", df[name].median()))
    df["Job"] = df["Job"].fillna(learned.setdefault("mode of Job", df["Job"].mode()[0]))
    df["Home"] = df["Home"].fillna("unknown").replace({"ignore": "other", "priv": "other"})
    df["Records"] = df["Records"].map({"yes": 1, "no": 0})
    df["left"] = df["Income"] - df["Expenses"]
    df["burden"] = df["Amount"] / df["Time"] / df["Income"].clip(lower=1)
    df["against"] = df["Income"] / df["Job"].map(learned.setdefault("by Job", df.groupby("Job")["Income"].mean()))
    df["band"] = df["Seniority"].apply(band)
    df["low"] = np.where((df["left"] < 0) & (df["Assets"] == 0), 1, 0)
    df["edges"] = pd.cut(df["Age"], [17, 25, 35, 50, 70, 100], labels=False)
    df["wealth"] = np.log1p(df["Assets"])
    df["points"] = df.apply(points, axis=1)
    df = pd.get_dummies(df, columns=["Home", "Marital", "Job"], dtype=int)
    return df.reindex(columns=learned.setdefault("columns", list(df.columns)), fill_value=0)


def band(years: Any) -> int:
    if years < 1:
        return 0
    return 1 if years < 4 else 2 if years < 10 else 3


def points(row: Any) -> Any:
    total = 0
    if row["Records"] == 1:
        total -= 2
    if row["Marital"] in ("married", "widow") and row["Age"] > 30:
        total += 1
    return total + min(row["Seniority"], 10) / 10


def test_every_application_is_cleaned_as_pandas_cleans_it(
    applications: pd.DataFrame, compile_and_run: Callable[..., Any]
) -> None:
    first, second = applications.iloc[:2200], applications.iloc[2200:]
    learned: dict[str, Any] = {}
    clean(first, learned)
    traced = compile_and_run(clean, first, second, expected=clean(second, learned))
    assert [(frozen.what, frozen.value) for frozen in traced.frozen[:2]] == [
        ("median of Income", str(first["Income"].median())),
        ("median of Assets", str(first["Assets"].median())),
    ]

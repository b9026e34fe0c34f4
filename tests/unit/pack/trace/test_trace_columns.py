"""Columns taken, made, renamed and dropped; missing values filled; the operations that every notebook has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

    Equal = Callable[..., Any]


def test_the_cleaning_of_an_ordinary_notebook(equal: Equal) -> None:
    def clean(df: Any, learned: dict[str, Any] | None = None) -> Any:
        learned = {} if learned is None else learned
        df = df.copy()
        df["Income"] = df["Income"].fillna(learned.setdefault("median of Income", df["Income"].median()))
        df["Job"] = df["Job"].fillna(learned.setdefault("mode of Job", df["Job"].mode()[0]))
        df["records"] = df["Records"].map({"no": 0, "yes": 1})
        df["large"] = np.where(df["Amount"] > 1000, 1, 0)
        df["ratio"] = df["Amount"] / df["Price"]
        df["typical"] = df.groupby("Job")["Income"].transform("median")
        df["Debt"] = df["Debt"].fillna(0).clip(lower=0, upper=5000)
        df["log"] = np.log1p(df["Debt"])

        def band(age: int) -> str:
            if age < 25:
                return "young"
            return "middle" if age < 50 else "old"

        df["band"] = df["Age"].apply(band)
        df = pd.get_dummies(df, columns=["Home", "Job", "band"], drop_first=True, dtype=int)
        return df.drop(columns=["Records", "One"])

    traced = equal(clean)
    assert [f.what for f in traced.frozen][:3] == ["median of Income", "mode of Job", "median of Income by Job"]
    assert all(f.where.startswith("test_trace_columns.py:") for f in traced.frozen)
    assert traced.depends["ratio"] == ("Amount", "Price")

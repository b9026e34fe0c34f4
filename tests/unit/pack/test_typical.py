"""The typical case: medians and most frequent values of training, and no reasons where it has no score itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.naive_bayes import GaussianNB

from golive.engine.operations import Column, Text
from golive.pack.build import build
from golive.pack.typical import ORDERS, SEED, typical


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (np.array([3.0, np.nan, 1.0, 2.0, 10.0]), 2.0),
        (np.array([np.nan, np.nan]), None),
        (np.array([True, False, True]), True),
        (np.array([True, False]), False),
        (Text(np.array([1, 0, 1, -1, -1, -1], dtype=np.int32), ["a", "b"]), "b"),
        (Text(np.array([1, 0], dtype=np.int32), ["b", "a"]), "a"),
        (Text(np.array([-1], dtype=np.int32), ["a"]), None),
    ],
)
def test_what_is_typical(column: Column, expected: object) -> None:
    assert typical(column) == expected


def frame() -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(0)
    x = pd.DataFrame({"a": rng.normal(size=80), "b": rng.normal(size=80), "c": rng.normal(size=80)})
    return x, (x["a"] + x["b"] > 0).astype(int)


def clean(df: pd.DataFrame) -> pd.DataFrame:
    df = df.copy()
    df["ratio"] = df["a"] / (df["b"] - df["c"])
    return df[["a", "ratio"]]


def test_orders_are_drawn_once_and_stored(tmp_path: Path) -> None:
    x, y = frame()
    bundles = [
        build(GaussianNB().fit(clean(x), y), x, clean=clean, out=tmp_path / name, name="m") for name in ("one", "two")
    ]
    assert bundles[0].id == bundles[1].id
    shapley = bundles[0].graph.shapley
    assert shapley is not None
    assert (shapley.inputs, shapley.seed, len(shapley.orders)) == (("a", "b", "c"), SEED, ORDERS)


def test_without_a_score_of_the_typical_case_there_are_no_reasons(tmp_path: Path) -> None:
    """b is c in no row, but their medians are the same: the ratio is infinite there, and scikit-learn raises."""
    x, y = frame()
    x["b"], x["c"] = np.arange(80.0), (np.arange(80.0) + 1) % 80
    bundle = build(GaussianNB().fit(clean(x), y), x, clean=clean, out=tmp_path / "m.golive")
    assert (bundle.contract.reasons, bundle.graph.shapley) == ("none", None)
    assert bundle.contributions(x)[1].shape == (80, 0)

"""Native categories of boosted trees: XGBoost, LightGBM and HistGradientBoosting against their own predict_proba.

The columns come as pandas categories from the raw frame, are made categories by the cleaning function, or are whole
numbers that the library was told to be categories.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

import golive
from golive.errors import ContractError, UnsupportedError
from golive.pack.build import build


def towns(rows: int, seed: int) -> pd.DataFrame:
    """Towns and jobs with missing ones, a code from -1 to 12, an amount, and an outcome that depends on all of them."""
    rng = np.random.default_rng(seed)
    names = [f"town {letter}" for letter in "abcdefghijkl"]
    town = rng.integers(0, 12, rows)
    frame = pd.DataFrame(
        {
            "amount": np.where(rng.random(rows) < 0.1, np.nan, np.round(rng.exponential(100, rows), 1)),
            "town": pd.Series([names[one] for one in town]).where(rng.random(rows) > 0.1),
            "job": pd.Series(rng.choice(["fixed", "none", "straße"], rows)).where(rng.random(rows) > 0.1),
            "code": rng.integers(0, 13, rows) - (rng.random(rows) < 0.1),
        }
    )
    risk = -1.5 + (town % 3) + 0.6 * (frame["code"] % 2) + (frame["job"] == "none") - frame["amount"].fillna(50) / 200
    frame["bad"] = (rng.random(rows) < 1.0 / (1.0 + np.exp(-risk))).astype(int)
    return frame


@pytest.fixture(scope="module")
def train() -> pd.DataFrame:
    return towns(600, 0)


@pytest.fixture(scope="module")
def later() -> pd.DataFrame:
    return towns(300, 1)


def xgboost(**options: Any) -> Any:
    library = pytest.importorskip("xgboost")
    return library.XGBClassifier(n_estimators=15, max_depth=4, n_jobs=1, enable_categorical=True, **options)


def lightgbm(**options: Any) -> Any:
    library = pytest.importorskip("lightgbm")
    made = {"min_data_per_group": 5, "cat_smooth": 1.0, "min_child_samples": 5, **options}
    return library.LGBMClassifier(n_estimators=15, num_leaves=9, verbose=-1, n_jobs=1, **made)


def histogram(**options: Any) -> Any:
    return HistGradientBoostingClassifier(max_iter=15, min_samples_leaf=5, random_state=0, **options)


MODELS: dict[str, Callable[[], Any]] = {
    "xgboost, sets": lambda: xgboost(max_cat_to_onehot=1),
    "xgboost, one at a time": lambda: xgboost(max_cat_to_onehot=100),
    "xgboost, approx": lambda: xgboost(tree_method="approx", max_cat_threshold=3),
    "xgboost, dart": lambda: xgboost(booster="dart", rate_drop=0.3),
    "lightgbm, sets": lambda: lightgbm(max_cat_to_onehot=1),
    "lightgbm, one at a time": lambda: lightgbm(max_cat_to_onehot=100),
    "lightgbm, no missing": lambda: lightgbm(use_missing=False),
    "histogram": histogram,
    "histogram, stopped early": lambda: histogram(early_stopping=True, validation_fraction=0.3),
}


def expected(model: Any, frame: Any) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scores: np.ndarray = model.predict_proba(frame)[:, 1].astype(float)
    return scores


def tolerance(which: str) -> float:
    return 2.5e-7 if which.startswith("xgboost") else 1e-12


def asks_for_categories(bundle: golive.Bundle) -> bool:
    (trees,) = (node for node in bundle.graph.nodes if node.op == "trees")
    return any(bundle.graph.nodes[arg].op == "lookup" for arg in trees.args)


@pytest.mark.parametrize("which", MODELS)
def test_categories_of_the_raw_frame(which: str, train: pd.DataFrame, later: pd.DataFrame, tmp_path: Path) -> None:
    columns = ["amount", "town", "job"]
    types: Any = {"town": pd.CategoricalDtype([*sorted(train["town"].dropna().unique()), "town z"]), "job": "category"}
    raw = train[columns].astype(types)
    model = MODELS[which]().fit(raw, train["bad"])
    held = later[columns].astype(raw.dtypes.to_dict())
    bundle = build(model, raw, holdout=held, out=tmp_path / "m.golive")
    assert asks_for_categories(bundle)
    assert np.abs(bundle.score(held) - expected(model, held)).max() <= tolerance(which)
    town = next(known for known in bundle.contract.inputs if known.name == "town")
    assert "town z" in (town.categories or ())
    assert town.nullable


@pytest.mark.parametrize("which", MODELS)
def test_categories_made_by_the_cleaning_function(
    which: str, train: pd.DataFrame, later: pd.DataFrame, tmp_path: Path
) -> None:
    def clean(df: pd.DataFrame) -> pd.DataFrame:
        out = df[["amount"]].copy()
        out["town"] = df["town"].astype("category")
        out["code"] = df["code"].astype("category")
        return out

    made = clean(train)
    model = MODELS[which]().fit(made, train["bad"])
    bundle = build(model, train, clean=clean, outcome="bad", holdout=later, out=tmp_path / "m.golive")
    frozen = later[["amount", "town", "code"]].astype(made.dtypes.to_dict())
    assert asks_for_categories(bundle)
    assert np.abs(bundle.score(later) - expected(model, frozen)).max() <= tolerance(which)


def numbers(train: pd.DataFrame) -> pd.DataFrame:
    return train[["amount", "code"]].assign(code=train["code"].where(train["amount"] != train["amount"].max()))


CODES = [0.0, 3.0, 3.9, 12.0, 99.0, -0.0, -0.4, -1.0, -7.0, 1e9, np.nan]
"""Known codes and others; what is no whole number is asked as each library asks it."""


def test_whole_numbers_as_categories_in_lightgbm(train: pd.DataFrame, tmp_path: Path) -> None:
    for name, frame in {"missing": numbers(train), "none missing": train[["amount", "code"]]}.items():
        model = lightgbm()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(frame, train["bad"], categorical_feature=["code"])
        bundle = build(model, frame, out=tmp_path / f"{name}.golive")
        asked = pd.DataFrame({"amount": 50.0, "code": CODES if name == "missing" else CODES[:-1]})
        assert asks_for_categories(bundle)
        assert np.abs(bundle.score(asked) - expected(model, asked)).max() <= 1e-12


def test_whole_numbers_as_categories_in_xgboost(train: pd.DataFrame, tmp_path: Path) -> None:
    frame = numbers(train).assign(code=lambda df: df["code"].clip(lower=0))
    model = xgboost(feature_types=["float", "c"], max_cat_to_onehot=1).fit(frame.to_numpy(), train["bad"])
    bundle = build(model, frame, out=tmp_path / "m.golive")
    asked = pd.DataFrame({"amount": 50.0, "code": CODES})
    assert asks_for_categories(bundle)
    assert np.abs(bundle.score(asked) - expected(model, asked.to_numpy())).max() <= 2.5e-7


def test_texts_and_numbers_as_categories_in_histogram_boosting(
    train: pd.DataFrame, later: pd.DataFrame, tmp_path: Path
) -> None:
    frame = train[["amount", "town", "code"]]
    model = histogram(categorical_features=["code", "town"]).fit(frame, train["bad"])
    bundle = build(model, frame, holdout=later[frame.columns], out=tmp_path / "m.golive")
    assert asks_for_categories(bundle)
    kept = later[frame.columns]
    assert np.abs(bundle.score(kept) - expected(model, kept)).max() <= 1e-12
    asked = pd.DataFrame({"amount": 50.0, "town": "town a", "code": CODES[:-1]})
    assert np.abs(bundle.score(asked) - expected(model, asked)).max() <= 1e-12


def test_a_mask_of_an_array_in_histogram_boosting(train: pd.DataFrame, tmp_path: Path) -> None:
    frame = numbers(train)
    model = histogram(categorical_features=[False, True]).fit(frame.to_numpy(), train["bad"])
    bundle = build(model, frame, out=tmp_path / "m.golive")
    asked = pd.DataFrame({"amount": 50.0, "code": CODES})
    assert np.abs(bundle.score(asked) - expected(model, asked.to_numpy())).max() <= 1e-12


def test_reasons_speak_of_the_raw_input(train: pd.DataFrame, tmp_path: Path) -> None:
    raw = train[["amount", "town"]].astype({"town": "category"})
    bundle = build(histogram().fit(raw, train["bad"]), raw, out=tmp_path / "m.golive")
    assert {name for term in bundle.graph.terms for source in term.sources for name in source.inputs} == {
        "amount",
        "town",
    }


def test_a_category_that_is_none_breaks_the_contract(train: pd.DataFrame, tmp_path: Path) -> None:
    raw = train[["amount", "town"]].astype({"town": "category"})
    bundle = build(histogram().fit(raw, train["bad"]), raw, out=tmp_path / "m.golive")
    with pytest.raises(ContractError, match="town"):
        bundle.score([{"amount": 3.0, "town": "elsewhere"}])


def test_holdout_rows_of_other_categories_are_left_out(
    train: pd.DataFrame, later: pd.DataFrame, tmp_path: Path
) -> None:
    raw = train[["amount", "town"]].astype({"town": "category"})
    held = later[["amount", "town"]].assign(town=later["town"].where(later.index != 4, "elsewhere"))
    model = xgboost().fit(raw, train["bad"])
    bundle = build(model, raw, holdout=held.astype({"town": "category"}), out=tmp_path / "m.golive")
    assert "holdout row 4" in (bundle.path / "parity.json").read_text()


def test_a_raw_category_of_numbers_is_refused(train: pd.DataFrame, tmp_path: Path) -> None:
    raw = train[["amount", "code"]].astype({"code": "category"})
    with pytest.raises(UnsupportedError, match="category of int64") as caught:
        build(histogram().fit(raw, train["bad"]), raw, out=tmp_path / "m.golive")
    assert "astype" in caught.value.hint

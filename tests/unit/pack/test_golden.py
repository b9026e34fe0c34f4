"""Golden rows are synthetic, answered by Python, and the same every time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from golive.engine.bundle import Bundle
from golive.pack.build import build
from golive.records.document import read
from golive.records.golden import Golden

RAW = ["income", "age", "home", "job", "member"]


def clean(df: pd.DataFrame) -> pd.DataFrame:
    df = df[RAW].copy()
    df["income"] = df["income"].fillna(df["income"].median())
    df["young"] = df["age"] < 30
    return df


@pytest.fixture(scope="module")
def made(loans: pd.DataFrame, bad: pd.Series, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Bundle]:
    texts = ColumnTransformer(
        [("t", OneHotEncoder(handle_unknown="ignore"), ["home", "job"])], remainder=SimpleImputer()
    )
    model = make_pipeline(texts, LogisticRegression(max_iter=2000)).fit(clean(loans), bad)
    out = tmp_path_factory.mktemp("golden") / "m.golive"
    return model, build(model, loans, clean=clean, outcome="status", out=out)


def golden(bundle: Bundle) -> Golden:
    return read(bundle.path / "golden" / "golden.json", Golden)


def test_there_are_at_least_two_hundred_and_each_keeps_the_contract(made: tuple[Any, Bundle]) -> None:
    _, bundle = made
    rows = golden(bundle).rows
    assert len(rows) >= 200
    assert not any(bundle.checker.problems(row.inputs) for row in rows)


def test_none_is_a_training_row(made: tuple[Any, Bundle], loans: pd.DataFrame) -> None:
    _, bundle = made
    known = {tuple(map(str, row)) for row in loans[RAW].astype({"age": float}).itertuples(index=False)}
    rows = {tuple("nan" if cell is None else str(cell) for cell in row.inputs.values()) for row in golden(bundle).rows}
    assert not known & rows


def test_expected_values_are_what_python_says(made: tuple[Any, Bundle], loans: pd.DataFrame) -> None:
    model, bundle = made
    rows = golden(bundle).rows
    raw = pd.DataFrame([row.inputs for row in rows]).astype({"age": "int64", "income": "float64", "member": bool})
    cleaned = clean(raw)
    cleaned["income"] = raw["income"].fillna(loans["income"].median())  # a batch has no median of its own
    expected = model.predict_proba(cleaned)[:, 1]
    assert np.abs(np.array([row.score for row in rows]) - expected).max() <= 1e-12
    assert [row.cleaned["young"] for row in rows] == cleaned["young"].tolist()
    assert [row.cleaned["income"] for row in rows] == cleaned["income"].tolist()


def test_contributions_are_the_engines(made: tuple[Any, Bundle]) -> None:
    _, bundle = made
    rows = golden(bundle).rows
    names, parts = bundle.contributions([row.inputs for row in rows])
    assert [list(row.contributions) for row in rows] == [list(names)] * len(rows)
    assert np.allclose([list(row.contributions.values()) for row in rows], parts, rtol=0, atol=1e-12)


def test_null_unknown_and_every_category_occur(made: tuple[Any, Bundle]) -> None:
    _, bundle = made
    rows = golden(bundle).rows
    assert {"rent", "own", "parents"} <= {row.inputs["home"] for row in rows}
    assert {None, "fixed", "golden: never seen"} <= {row.inputs["job"] for row in rows}
    assert any(row.inputs["income"] is None for row in rows)
    assert all(row.inputs["age"] == round(float(str(row.inputs["age"]))) for row in rows)


def test_the_same_model_makes_the_same_bytes(made: tuple[Any, Bundle], loans: pd.DataFrame, tmp_path: Path) -> None:
    model, bundle = made
    again = build(model, loans, clean=clean, outcome="status", out=tmp_path / "m.golive")
    assert again.id == bundle.id

"""Whole numbers and truths written as text: as pandas writes a column that is whole, or no score."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder
from tests.conformance.javascript import needs_node, run

import golive
from golive.errors import GoliveError, UnsupportedError
from golive.export.javascript import document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from golive.engine.bundle import Bundle

    Clean = Callable[[Any], Any]


def shops(rows: int = 240, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "branch": rng.integers(-3, 4, rows),
            "age": rng.integers(18, 70, rows),
            "months": np.where(rng.random(rows) < 0.2, np.nan, rng.integers(0, 40, rows) / 2),
            "kind": rng.choice(["a", "b"], rows),
            "new": rng.random(rows) < 0.5,
            "x": rng.normal(size=rows),
        }
    )


def by_pandas(df: Any) -> Any:
    made = pd.DataFrame({"x": df["x"]})
    made["branch"] = df["branch"].astype(str)
    made["decade"] = (df["age"] // 10 * 10).astype("str") + "s"
    made["months"] = df["months"].fillna(-1).astype(int).astype(str)
    made["both"] = df["kind"] + "/" + df["branch"].astype(str)
    made["new"] = df["new"].astype(str)
    return made


def named(branch: int) -> str:
    if branch < 0:
        return f"old {-1 * branch}"
    return "branch " + str(branch + 1)


def of_row(row: Any) -> str:
    months = "unknown" if pd.isna(row["months"]) else str(int(row["months"]))
    return f"{row['kind']}{row['age'] // 10}-{months}-{row['new']}-{len(row['kind'])}"


def by_function(df: Any) -> Any:
    made = pd.DataFrame({"x": df["x"]})
    made["branch"] = df["branch"].apply(named)
    made["plain"] = df["branch"].map(str)
    made["row"] = df.apply(of_row, axis=1)
    made["new"] = df["new"].map(lambda new: f"<{new}>")
    return made


def built(clean: Clean, rows: pd.DataFrame, out: Path) -> tuple[Bundle, Any]:
    made = clean(rows.copy())
    late = (made["x"] + rows["branch"] / 3 + np.random.default_rng(1).normal(size=len(rows)) > 0).astype(int)
    texts = [name for name in made.columns if name != "x"]
    encoded = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), texts), remainder="passthrough")
    model = make_pipeline(encoded, LogisticRegression(max_iter=300)).fit(made, late)
    return golive.build(model, rows, clean=clean, holdout=shops(200, seed=9), out=out), model


@pytest.mark.parametrize("clean", [by_pandas, by_function])
def test_whole_numbers_are_written_as_pandas_writes_them(clean: Clean, tmp_path: Path) -> None:
    rows, others = shops(), shops(300, seed=3)
    others.loc[::7, "branch"] = 2**53 - 2
    others.loc[1::7, "branch"] = -(2**40)
    bundle, model = built(clean, rows, tmp_path / "m.golive")
    for frame in (rows, others):
        expected = model.predict_proba(clean(frame.copy()))[:, 1]
        np.testing.assert_allclose(bundle.score(frame), expected, rtol=0, atol=1e-12)


@needs_node
@pytest.mark.parametrize("clean", [by_pandas, by_function])
def test_whole_numbers_are_written_alike_in_javascript(clean: Clean, tmp_path: Path) -> None:
    bundle, _ = built(clean, shops(), tmp_path / "m.golive")
    cases = json.loads(shops(100, seed=4).to_json(orient="records"))
    cases += [{**case, "branch": branch} for case in cases[:20] for branch in (-0.0, 2.0**53 - 1, -3)]
    script = "const b = golive.load(given.document); return given.cases.map((row) => b.score(row));"
    found = run(script, {"document": document(bundle), "cases": cases})
    np.testing.assert_allclose(np.array(found), bundle.score(cases), rtol=0, atol=1e-15)


@pytest.mark.parametrize(("clean", "name"), [(by_pandas, "branch"), (by_function, "branch"), (by_function, "age")])
def test_a_fraction_where_training_was_whole_has_no_score(clean: Clean, name: str, tmp_path: Path) -> None:
    bundle, _ = built(clean, shops(), tmp_path / "m.golive")
    good = {"branch": 1, "age": 30, "months": None, "kind": "a", "new": True, "x": 0.0}
    assert 0 < bundle.score([good])[0] < 1
    assert bundle.score([{**good, name: 21.0}])[0] == bundle.score([{**good, name: 21}])[0]
    assert np.isnan(bundle.score([{**good, name: 21.5}])[0])


def test_a_column_with_one_fraction_is_still_written_as_the_whole_numbers_it_holds(train: pd.DataFrame) -> None:
    """A batch with a fraction is a column of doubles; each row alone is asked, as a case is."""
    from tests.unit.pack.trace.conftest import compiled, guarded, hold_against_replay

    def clean(df: Any) -> Any:
        df["a"] = df["Age"].astype(str)
        df["b"] = df["Amount"].apply(lambda amount: f"{amount}")
        return df[["a", "b", "Age"]]

    traced, program = compiled(clean, train)
    doubles = train.astype({"Age": float, "Amount": float})
    doubles.iloc[3, 0] = 31.5
    assert guarded(program, doubles).tolist() == [at == 3 for at in range(len(train))]
    hold_against_replay(traced, program, doubles)
    with pytest.raises(GoliveError, match="no whole one below"):
        traced.replay(doubles)


def test_what_is_computed_beyond_2_to_the_53_has_no_score(train: pd.DataFrame) -> None:
    from tests.unit.pack.trace.conftest import compiled, guarded

    def written(price: float) -> str:
        try:
            return str(int(price))
        except Exception:
            return "none"

    traced, program = compiled(lambda df: df.assign(x=df["Price"].apply(written))[["x"]], train)
    large = train.assign(Price=[2.0**53, 2.0**53 - 1, *train["Price"][2:]])
    assert guarded(program, large).tolist() == [at == 0 for at in range(len(train))]
    assert traced.replay(large)["x"].iloc[1] == str(2**53 - 1)


def test_a_function_inside_the_model_writes_no_column_of_whole_numbers(tmp_path: Path) -> None:
    rows = shops()[["branch", "x"]]

    def written(df: Any) -> Any:
        return df.assign(branch=df["branch"].astype(str) + "!")

    steps = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), ["branch"]), remainder="passthrough")
    model = make_pipeline(FunctionTransformer(written), steps, LogisticRegression())
    model.fit(rows, np.arange(len(rows)) % 2)
    with pytest.raises(UnsupportedError, match="a function inside the model writes whole numbers"):
        golive.build(model, rows, out=tmp_path / "m.golive")

"""`golive.build`: whole or not at all, the same bytes each time, and no word of the libraries' warnings."""

from __future__ import annotations

import inspect
import json
import warnings
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler, TargetEncoder

from golive.engine.builder import Builder
from golive.engine.bundle import load
from golive.errors import InputError, ParityError, UnsupportedError
from golive.pack.build import build
from golive.pack.parity import sentence
from golive.records.document import read
from golive.records.parity import Check, Parity


def clean(df: pd.DataFrame) -> pd.DataFrame:
    df = df.copy()
    df["income"] = df["income"].fillna(df["income"].median())
    df["ratio"] = np.where(df["income"] > 0, df["debt"] / df["income"], 0.0)
    df["rents"] = df["home"].map({"rent": 1, "own": 0, "parents": 0})
    df["relative"] = df["debt"] / (1.0 + df.groupby("home")["debt"].transform("mean"))
    df["band"] = df["age"].apply(lambda age: "young" if age < 30 else "middle" if age < 50 else "old")
    df = pd.get_dummies(df, columns=["band", "job"], drop_first=True)
    return df.drop(columns=["home", "status"])


@pytest.fixture(scope="module")
def model(loans: pd.DataFrame, bad: pd.Series) -> Any:
    return make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(clean(loans), bad)


def test_a_cleaning_function_and_a_model_become_one_bundle(
    model: Any, loans: pd.DataFrame, late: pd.DataFrame, tmp_path: Path
) -> None:
    bundle = build(model, loans, clean=clean, outcome="status", holdout=late, out=tmp_path / "credit.golive")
    assert [known.name for known in bundle.contract.inputs] == ["income", "age", "debt", "home", "job", "member"]
    parity = read(bundle.path / "parity.json", Parity)
    assert sentence(parity.checks).startswith("420 of 420 rows equal, largest difference ")
    assert {frozen.what for frozen in parity.frozen} >= {"median of income", "dummy columns of job"}
    assert all(frozen.where.startswith("test_build.py:") for frozen in parity.frozen)
    assert parity.float_class == "float64" and parity.versions["scikit-learn"] and parity.strings
    assert bundle.manifest.name == "credit"


def test_one_row_alone_gets_the_score_it_had_among_the_training_rows(
    model: Any, loans: pd.DataFrame, tmp_path: Path
) -> None:
    bundle = build(model, loans, clean=clean, outcome="status", out=tmp_path / "m.golive")
    expected = model.predict_proba(clean(loans))[:, 1]
    alone = [bundle.score(loans.iloc[[row]])[0] for row in range(0, 300, 37)]
    assert np.abs(np.array(alone) - expected[::37]).max() <= 1e-12


def test_building_twice_gives_the_same_id(model: Any, loans: pd.DataFrame, tmp_path: Path) -> None:
    first, second = (
        build(model, loans, clean=clean, outcome="status", out=tmp_path / name, name="m") for name in ("a", "b")
    )
    assert first.id == second.id == load(tmp_path / "a").id


def test_the_default_folder_is_the_name_in_the_current_directory(
    model: Any, loans: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert build(model, loans, clean=clean, outcome="status", name="credit").path == Path("credit.golive")
    assert (tmp_path / "credit.golive" / "manifest.json").exists()


def test_a_wrong_constant_leaves_nothing_behind_and_names_column_line_and_rows(
    model: Any, loans: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = Builder.finish

    def wrong(self: Builder, *args: Any) -> Any:
        graph, data = finish(self, *args)
        nodes = [
            msgspec.structs.replace(node, params={"value": float(str(node.params["value"])) + 1.0})
            if node.op == "number" and node.params["value"] == loans["income"].median()
            else node
            for node in graph.nodes
        ]
        return msgspec.structs.replace(graph, nodes=tuple(nodes)), data

    monkeypatch.setattr(Builder, "finish", wrong)
    with pytest.raises(ParityError) as caught:
        build(model, loans, clean=clean, outcome="status", out=tmp_path / "m.golive")
    message = caught.value.message
    assert message.startswith("column `income` differs on ")
    line = inspect.getsourcelines(clean)[1] + 2
    assert f"`coalesce`, test_build.py:{line}" in message and message.count("\n  row ") == 3
    assert "'income': nan" in message and caught.value.exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_stopping_half_way_leaves_nothing_behind(
    model: Any, loans: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("golive.pack.assemble.golden_rows", interrupted)
    with pytest.raises(KeyboardInterrupt):
        build(model, loans, clean=clean, outcome="status", out=tmp_path / "m.golive")
    assert list(tmp_path.iterdir()) == []


def test_warnings_of_the_libraries_do_not_leak(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    texts = OneHotEncoder(handle_unknown="ignore", drop="first")  # warns about every unknown category
    columns = ColumnTransformer([("t", texts, ["home"]), ("n", SimpleImputer(), ["income", "empty"])])
    train = loans[["home", "income"]].assign(empty=np.nan)  # warns about a column without values
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = make_pipeline(columns, HistGradientBoostingClassifier(max_iter=3)).fit(train, bad)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        build(model, train, out=tmp_path / "m.golive")
    assert caught == []


def test_the_frames_that_were_given_are_not_changed(model: Any, loans: pd.DataFrame, tmp_path: Path) -> None:
    before = loans.copy(deep=True)
    build(model, loans, clean=clean, outcome="status", holdout=loans, out=tmp_path / "m.golive")
    pd.testing.assert_frame_equal(loans, before)


def test_the_order_of_columns_and_the_index_do_not_matter(model: Any, loans: pd.DataFrame, tmp_path: Path) -> None:
    moved = loans.set_index(pd.Index(range(1000, 1300)))
    first = build(model, moved, clean=clean, outcome="status", holdout=moved.iloc[::-1], out=tmp_path / "a.golive")
    expected = model.predict_proba(clean(loans))[:, 1]
    assert np.abs(first.score(loans) - expected).max() <= 1e-12


def test_holdout_rows_that_break_the_contract_are_counted_apart(
    model: Any, loans: pd.DataFrame, late: pd.DataFrame, tmp_path: Path
) -> None:
    odd = late.copy()
    odd.loc[[3, 9], "home"] = "castle"
    bundle = build(model, loans, clean=clean, outcome="status", holdout=odd, out=tmp_path / "m.golive")
    parity = read(bundle.path / "parity.json", Parity)
    assert [row.partition(":")[0] for row in parity.left_out] == ["holdout row 3", "holdout row 9"]
    assert sentence(parity.checks).startswith("418 of 418 rows equal")


def test_the_documents_are_plain_json(model: Any, loans: pd.DataFrame, tmp_path: Path) -> None:
    path = build(model, loans, clean=clean, outcome="status", out=tmp_path / "m.golive").path
    for name in ("contract.json", "graph.json", "golden/golden.json", "parity.json", "manifest.json"):
        assert json.loads((path / name).read_text(encoding="utf-8"))["format"]


def test_a_sentence_counts_real_rows_and_takes_the_largest_difference() -> None:
    def check(rows: str, compared: int, largest: float) -> Check:
        return Check(rows=rows, what="score", compared=compared, equal=compared, largest=largest, tolerance=1e-12)

    checks = [check("training", 3500, 1e-16), check("holdout", 954, 3.3e-16), check("hostile", 9000, 5e-16)]
    assert sentence(checks) == "4,454 of 4,454 rows equal, largest difference 3e-16"


def test_an_encoder_that_knows_hardly_any_training_row_was_fitted_on_something_else(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()).fit(loans[["home"]], bad)
    with pytest.raises(InputError, match="never saw 300 of the 300 values of `home`") as caught:
        build(model, loans[["home"]], clean=shouted, out=tmp_path / "m.golive")
    assert "not the cleaning function" in caught.value.hint


def shouted(df: pd.DataFrame) -> pd.DataFrame:
    return df.assign(home=df["home"].str.upper())


def test_a_model_that_scores_a_row_alone_otherwise_than_in_a_batch_is_refused(tmp_path: Path) -> None:
    """Scikit-learn fills NaN and not None; among other texts pandas makes NaN of None, alone it does not."""
    rng = np.random.default_rng(0)
    towns = [
        None if sure < 0.2 else town for sure, town in zip(rng.random(300), rng.choice(list("abc"), 300), strict=True)
    ]
    frame = pd.DataFrame({"town": pd.Series(towns, dtype=object), "x": rng.normal(size=300)})
    bad = (rng.random(300) < 0.4).astype(int)
    texts = make_pipeline(SimpleImputer(strategy="most_frequent"), TargetEncoder())
    columns = ColumnTransformer([("t", texts, ["town"])], remainder="passthrough").set_output(transform="pandas")
    model = make_pipeline(columns, LogisticRegression()).fit(frame, bad)
    missing = frame[frame["town"].isna()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone, among = (model.predict_proba(rows)[0, 1] for rows in (missing.iloc[[0]], frame.loc[missing.index[0] :]))
    if abs(alone - among) < 1e-5:
        pytest.skip("this version of scikit-learn fills both")
    with pytest.raises(UnsupportedError, match=r"among the other rows and .* alone; `town` is missing in it") as caught:
        build(model, frame, out=tmp_path / "m.golive")
    assert "fillna" in caught.value.hint
    filled = frame.assign(town=frame["town"].fillna("missing"))
    build(model.fit(filled, bad), filled, out=tmp_path / "m.golive")

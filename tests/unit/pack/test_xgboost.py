"""XGBoost: its own predict_proba, option by option; what is not boosted trees for one event is refused by name."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, StackingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from golive.errors import UnsupportedError
from golive.pack.build import build

xgboost = pytest.importorskip("xgboost")
COLUMNS = ["income", "age", "debt", "member"]
LAST_BIT = 2.5e-7


def boosted(loans: pd.DataFrame, bad: pd.Series, **options: Any) -> Any:
    made = {"n_estimators": 12, "max_depth": 3, "n_jobs": 1, "random_state": 0, **options}
    kind = xgboost.XGBRFClassifier if made.pop("forest", False) else xgboost.XGBClassifier
    return kind(**made).fit(loans[COLUMNS], bad)


def scores(model: Any, frame: pd.DataFrame) -> np.ndarray:
    expected: np.ndarray = model.predict_proba(frame)[:, 1].astype(float)
    return expected


OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "many": {"n_estimators": 300},
    "deep": {"max_depth": 9, "min_child_weight": 0.1},
    "leaf wise": {"grow_policy": "lossguide", "max_leaves": 9, "max_depth": 0},
    "exact": {"tree_method": "exact"},
    "approx": {"tree_method": "approx"},
    "pruned": {"tree_method": "exact", "gamma": 0.5, "max_depth": 6},
    "dart": {"booster": "dart", "rate_drop": 0.4, "skip_drop": 0.1, "n_estimators": 30},
    "start": {"base_score": 0.2},
    "unbalanced": {"scale_pos_weight": 7.5},
    "parallel": {"num_parallel_tree": 3, "subsample": 0.7, "colsample_bynode": 0.7},
    "forest": {"forest": True, "n_estimators": 20},
    "monotone": {"monotone_constraints": {"income": -1}},
    "marked": {"missing": 0.0},
    "marked between floats": {"missing": 300.1},
    "other name": {"objective": "reg:logistic"},
    "regularised": {"reg_alpha": 0.3, "reg_lambda": 5.0, "max_delta_step": 0.7},
}


@pytest.mark.parametrize("which", OPTIONS)
def test_xgboost_compiles_to_its_own_probabilities(
    which: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = boosted(loans, bad, **OPTIONS[which])
    bundle = build(model, loans[COLUMNS], holdout=late[COLUMNS], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - scores(model, late[COLUMNS])).max() <= LAST_BIT
    assert bundle.contract.reasons == "paths"
    assert json.loads((bundle.path / "parity.json").read_text())["float_class"] == "float32-library"


@pytest.mark.parametrize("which", ["plain", "many", "dart", "parallel", "start"])
def test_the_sum_is_xgboosts_to_the_last_bit(
    which: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = boosted(loans, bad, **OPTIONS[which])
    bundle = build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    (node,) = (number for number, node in enumerate(bundle.graph.nodes) if node.op == "trees")
    cases: list[Any] = late[COLUMNS].astype({"age": float}).to_dict("records")
    margins = [bundle.program.row(case)[node] for case in cases]
    assert margins == model.predict(late[COLUMNS], output_margin=True).tolist()


def test_the_neighbours_of_every_threshold_fall_on_xgboosts_side(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = boosted(loans, bad, n_estimators=8)
    bundle = build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    asked = model.get_booster().trees_to_dataframe()
    base = loans[COLUMNS].iloc[0].to_dict()
    rows = []
    for name, threshold in asked[asked["Feature"].isin(["income", "debt"])][["Feature", "Split"]].to_numpy():
        at = np.float32(threshold)
        half = (float(at) + float(np.nextafter(at, np.float32(-np.inf)))) / 2
        near = [float(at), half, *(float(np.nextafter(at, np.float32(end))) for end in (-np.inf, np.inf))]
        near += [float(np.nextafter(x, end)) for x in (float(at), half) for end in (-np.inf, np.inf)]
        rows += [{**base, name: x} for x in near]
    frame = pd.DataFrame(rows).astype({"age": "int64", "member": bool})
    assert len(frame) > 100
    assert np.abs(bundle.score(frame) - scores(model, frame)).max() <= LAST_BIT


def test_an_early_stopped_model_uses_its_best_round(
    loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = xgboost.XGBClassifier(n_estimators=80, early_stopping_rounds=3, num_parallel_tree=2, n_jobs=1)
    model.fit(loans[COLUMNS], bad, eval_set=[(late[COLUMNS], (late["status"] == "bad").astype(int))], verbose=False)
    assert model.best_iteration + 1 < model.get_booster().num_boosted_rounds()
    bundle = build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - scores(model, late[COLUMNS])).max() <= LAST_BIT


def test_a_model_read_from_its_file_is_the_same(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    model = boosted(loans, bad)
    model.save_model(tmp_path / "m.json")
    again = xgboost.XGBClassifier()
    again.load_model(tmp_path / "m.json")
    first, second = (build(m, loans[COLUMNS], out=tmp_path / f"{i}.golive") for i, m in enumerate((model, again)))
    assert first.score(loans).tolist() == second.score(loans).tolist()


def test_a_scaler_in_front_moves_no_row(
    loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    names = ["income", "age", "debt"]
    model = make_pipeline(SimpleImputer(), StandardScaler(), xgboost.XGBClassifier(n_estimators=40, n_jobs=1))
    model.fit(loans[names], bad)
    bundle = build(model, loans[names], holdout=late[names], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - scores(model, late[names])).max() <= LAST_BIT


def test_what_a_sparse_matrix_does_not_store_is_missing(
    loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    columns = ["home", "job", "debt", "income"]
    encoder = OneHotEncoder(handle_unknown="ignore")
    parts = ColumnTransformer([("t", encoder, ["home", "job"])], remainder="passthrough", sparse_threshold=1.0)
    model = make_pipeline(parts, xgboost.XGBClassifier(n_estimators=15, n_jobs=1)).fit(loans[columns], bad)
    assert parts.sparse_output_
    bundle = build(model, loans[columns], holdout=late[columns], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - scores(model, late[columns])).max() <= LAST_BIT


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibrated_xgboost_compiles(
    method: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    inner = xgboost.XGBClassifier(n_estimators=8, max_depth=3, n_jobs=1)
    model = CalibratedClassifierCV(inner, method=method, cv=2).fit(loans[COLUMNS], bad)
    bundle = build(model, loans[COLUMNS], holdout=late[COLUMNS], out=tmp_path / "m.golive")
    stated = json.loads((bundle.path / "parity.json").read_text())["float_class"]
    assert stated.startswith("float32-library")
    assert np.abs(bundle.score(late) - scores(model, late[COLUMNS])).max() <= 1e-4


def filled_logistic() -> Any:
    return make_pipeline(SimpleImputer(), StandardScaler(), LogisticRegression())


def stacked(last: Any, loans: pd.DataFrame, bad: pd.Series) -> StackingClassifier:
    members = [("x", xgboost.XGBClassifier(n_estimators=8, max_depth=3, n_jobs=1)), ("l", filled_logistic())]
    return StackingClassifier(members, final_estimator=last, cv=2).fit(loans[COLUMNS], bad)


def test_xgboost_under_a_sum_compiles_and_its_class_goes_along(
    loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = stacked(LogisticRegression(), loans, bad)
    bundle = build(model, loans[COLUMNS], holdout=late[COLUMNS], out=tmp_path / "m.golive")
    assert json.loads((bundle.path / "parity.json").read_text())["float_class"].startswith("float32-library")
    assert np.abs(bundle.score(late) - scores(model, late[COLUMNS])).max() <= 1e-5


def test_a_tree_on_top_of_single_precision_is_refused(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    model = stacked(GradientBoostingClassifier(n_estimators=5), loans, bad)
    with pytest.raises(UnsupportedError, match="a tree asks about a probability"):
        build(model, loans[COLUMNS], out=tmp_path / "m.golive")


def test_the_first_class_as_the_event(loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    model = boosted(loans, bad)
    bundle = build(model, loans[COLUMNS], event=0, out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - model.predict_proba(late[COLUMNS])[:, 0]).max() <= LAST_BIT


def test_odd_column_names_and_arrays(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    train = loans[COLUMNS].rename(columns={"income": "net income, é (€)", "debt": "f0"})
    model = xgboost.XGBClassifier(n_estimators=5, n_jobs=1).fit(train, bad)
    bundle = build(model, train, out=tmp_path / "b.golive")
    assert {"net income, é (€)", "f0"} <= set(bundle.graph.cleaned)
    numbers = loans[["age", "debt"]].astype(float)
    array = xgboost.XGBClassifier(n_estimators=5, n_jobs=1).fit(numbers.to_numpy(), bad)
    bundle = build(array, numbers, out=tmp_path / "c.golive")
    assert list(bundle.graph.cleaned) == ["age", "debt"]
    assert f'"xgboost": "{xgboost.__version__}"' in (bundle.path / "parity.json").read_text()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "linear booster": ({"booster": "gblinear"}, "gblinear"),
    "hinge": ({"objective": "binary:hinge"}, "binary:hinge"),
    "raw margins": ({"objective": "binary:logitraw"}, "outside 0..1"),
    "a regression": ({"objective": "reg:squarederror"}, "reg:squarederror"),
    "counts": ({"objective": "count:poisson"}, "count:poisson"),
    "a rank": ({"objective": "rank:pairwise"}, "outside 0..1"),
    "several classes": ({"objective": "multi:softprob", "num_class": 2}, "multi:softprob"),
    "missing is infinite": ({"missing": np.inf}, "missing=inf"),
}


@pytest.mark.parametrize("which", REFUSED)
def test_what_is_not_trees_for_one_event_is_refused_by_name(
    which: str, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    options, why = REFUSED[which]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = boosted(loans, bad, **options)
        with pytest.raises(UnsupportedError, match=why) as caught:
            build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    assert caught.value.hint
    assert not (tmp_path / "m.golive").exists()


def test_an_objective_of_yours_is_refused(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    def logistic(y: np.ndarray, margin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        p = 1.0 / (1.0 + np.exp(-margin))
        return p - y, p * (1.0 - p)

    model = boosted(loans, bad, objective=logistic)
    with pytest.raises(UnsupportedError):
        build(model, loans[COLUMNS], out=tmp_path / "m.golive")

"""CatBoost on numbers: its own predict_proba, option by option; categories and texts of its own are refused."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV

from golive.errors import UnsupportedError
from golive.pack.build import build

catboost = pytest.importorskip("catboost")
COLUMNS = ["income", "age", "debt", "member"]


def unfitted(**options: Any) -> Any:
    made = {"iterations": 15, "depth": 4, "thread_count": 1, "random_seed": 0, **options}
    return catboost.CatBoostClassifier(verbose=0, allow_writing_files=False, **made)


def boosted(loans: pd.DataFrame, bad: pd.Series, **options: Any) -> Any:
    return unfitted(**options).fit(loans[COLUMNS], bad)


OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "stumps": {"depth": 1},
    "many": {"iterations": 200, "depth": 6},
    "leaf wise": {"grow_policy": "Lossguide", "max_leaves": 11, "depth": 6},
    "level wise": {"grow_policy": "Depthwise", "min_data_in_leaf": 5},
    "missing is largest": {"nan_mode": "Max"},
    "start": {"boost_from_average": True},
    "shares": {"loss_function": "CrossEntropy"},
    "unbalanced": {"auto_class_weights": "Balanced"},
    "weighted": {"class_weights": [1.0, 4.0]},
    "ordered": {"boosting_type": "Ordered"},
    "few borders": {"border_count": 8, "feature_border_type": "Uniform"},
    "sampled": {"bootstrap_type": "Bernoulli", "subsample": 0.6, "rsm": 0.7},
    "monotone": {"monotone_constraints": [-1, 0, 0, 0]},
}


@pytest.mark.parametrize("which", OPTIONS)
def test_catboost_compiles_to_its_own_probabilities(
    which: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = boosted(loans, bad, **OPTIONS[which])
    bundle = build(model, loans[COLUMNS], holdout=late[COLUMNS], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - model.predict_proba(late[COLUMNS])[:, 1]).max() <= 1e-12
    assert bundle.contract.reasons == "paths"


def test_the_neighbours_of_every_border_fall_on_catboosts_side(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = boosted(loans, bad)
    bundle = build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    base = loans[COLUMNS].iloc[0].to_dict()
    rows = []
    for index, borders in model.get_borders().items():
        for border in borders if COLUMNS[index] in ("income", "debt") else ():
            at = np.float32(border)
            half = (float(at) + float(np.nextafter(at, np.float32(np.inf)))) / 2
            near = [float(at), half, *(float(np.nextafter(at, np.float32(end))) for end in (-np.inf, np.inf))]
            near += [float(np.nextafter(x, end)) for x in (float(at), half) for end in (-np.inf, np.inf)]
            rows += [{**base, COLUMNS[index]: x} for x in near]
    frame = pd.DataFrame(rows).astype({"age": "int64", "member": bool})
    assert len(frame) > 100
    assert np.abs(bundle.score(frame) - model.predict_proba(frame)[:, 1]).max() <= 1e-12


def test_missing_values_that_training_never_had_count_as_small(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    def clean(df: pd.DataFrame) -> pd.DataFrame:
        out = df[["age", "debt"]].copy()
        out["part"] = df["debt"] / df["age"]
        return out

    model = unfitted(nan_mode="Forbidden").fit(clean(loans), bad)
    assert build(model, loans, clean=clean, outcome="status", event="bad", out=tmp_path / "m.golive")


def test_scale_and_bias_are_kept(loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    model = boosted(loans, bad)
    model.set_scale_and_bias(0.7, -0.3)
    bundle = build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - model.predict_proba(late[COLUMNS])[:, 1]).max() <= 1e-12


def test_labels_may_be_text_and_the_best_round_is_used(loans: pd.DataFrame, late: pd.DataFrame, tmp_path: Path) -> None:
    model = unfitted(iterations=100, early_stopping_rounds=3)
    model.fit(loans[COLUMNS], loans["status"], eval_set=(late[COLUMNS], late["status"]))
    assert model.tree_count_ < 100
    bundle = build(model, loans[COLUMNS], event="bad", out=tmp_path / "m.golive")
    assert list(model.classes_) == ["bad", "good"]
    assert np.abs(bundle.score(late) - model.predict_proba(late[COLUMNS])[:, 0]).max() <= 1e-12


def test_a_model_fitted_on_an_array_is_matched_by_position(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    train = loans[["age", "debt"]].astype("float64")
    bundle = build(unfitted().fit(train.to_numpy(), bad), train, out=tmp_path / "m.golive")
    assert list(bundle.graph.cleaned) == ["age", "debt"]
    assert f'"catboost": "{catboost.__version__}"' in (bundle.path / "parity.json").read_text()


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibrated_catboost_compiles(
    method: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = CalibratedClassifierCV(unfitted(), method=method, cv=2).fit(loans[COLUMNS], bad)
    bundle = build(model, loans[COLUMNS], holdout=late[COLUMNS], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - model.predict_proba(late[COLUMNS])[:, 1]).max() <= 1e-12


def test_nothing_is_left_in_the_users_folder(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    build(boosted(loans, bad), loans[COLUMNS], out=tmp_path / "m.golive")
    assert {path.name for path in tmp_path.iterdir()} == {"m.golive", "m.training-rows.json"}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "several classes": ({"loss_function": "MultiClass"}, "MultiClass"),
    "focal loss": ({"loss_function": "Focal:focal_alpha=0.5;focal_gamma=2.0"}, "Focal"),
}


@pytest.mark.parametrize("which", REFUSED)
def test_other_losses_are_refused_by_name(which: str, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    options, why = REFUSED[which]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = boosted(loans, bad, **options)
    with pytest.raises(UnsupportedError, match=why) as caught:
        build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    assert caught.value.hint


@pytest.mark.parametrize("option", ["cat_features", "text_features"])
def test_categories_and_texts_of_its_own_are_refused(
    option: str, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    train = loans[["age"]].assign(home="they live here: " + loans["home"])  # more than one word, for the text's sake
    model = unfitted(**{option: ["home"]}).fit(train, bad)
    with pytest.raises(UnsupportedError, match=option):
        build(model, train, out=tmp_path / "m.golive")

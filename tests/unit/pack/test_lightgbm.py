"""LightGBM: its own predict_proba, option by option; what is not plain trees on numbers is refused by name."""

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

try:
    import lightgbm
except (ImportError, OSError) as exc:  # not installed, or without libgomp
    pytest.skip(f"LightGBM cannot load: {exc}", allow_module_level=True)
COLUMNS = ["income", "age", "debt", "member"]


def boosted(loans: pd.DataFrame, bad: pd.Series, **options: Any) -> Any:
    model = lightgbm.LGBMClassifier(
        n_estimators=options.pop("n_estimators", 12), num_leaves=7, min_child_samples=5, verbose=-1, random_state=0,
        n_jobs=1, **options,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(loans[COLUMNS], bad)


OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "no missing type": {"use_missing": False},
    "dart": {"boosting_type": "dart"},
    "goss": {"data_sample_strategy": "goss"},
    "steep": {"sigmoid": 1.7},
    "unbalanced": {"is_unbalance": True},
    "sampled": {"subsample": 0.7, "subsample_freq": 1, "colsample_bytree": 0.6},
    "regularised": {"reg_alpha": 0.3, "reg_lambda": 2.0, "min_split_gain": 0.1},
    "one leaf": {"min_child_samples": 500},
    "not averaged": {"boost_from_average": False},
    "many": {"n_estimators": 80},
    "forest": {"boosting_type": "rf", "subsample": 0.6, "subsample_freq": 1},
    "zero is missing": {"zero_as_missing": True},
    "shares": {"objective": "cross_entropy"},
}


@pytest.mark.parametrize("which", OPTIONS)
def test_lightgbm_compiles_to_its_own_probabilities(
    which: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    options = dict(OPTIONS[which])
    model: Any
    if "min_child_samples" in options:
        model = lightgbm.LGBMClassifier(n_estimators=3, verbose=-1, **options).fit(loans[COLUMNS], bad)
    else:
        model = boosted(loans, bad, **options)
    if which == "one leaf":
        with pytest.raises(UnsupportedError, match="one constant"):
            build(model, loans[COLUMNS], out=tmp_path / "m.golive")
        return
    bundle = build(model, loans[COLUMNS], holdout=late[COLUMNS], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - model.predict_proba(late[COLUMNS])[:, 1]).max() <= 1e-12
    assert bundle.contract.reasons == "paths"


def test_an_early_stopped_model_uses_its_best_round(
    loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model: Any = lightgbm.LGBMClassifier(n_estimators=60, verbose=-1, random_state=0, metric="binary_logloss")
    stop = lightgbm.early_stopping(2, verbose=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        held = (late[COLUMNS], (late["status"] == "bad").astype(int))
        model.fit(loans[COLUMNS], bad, eval_set=[held], callbacks=[stop])
    assert model.best_iteration_ < 60
    bundle = build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - model.predict_proba(late[COLUMNS])[:, 1]).max() <= 1e-12


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibrated_lightgbm_compiles(
    method: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    inner = lightgbm.LGBMClassifier(n_estimators=8, verbose=-1, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = CalibratedClassifierCV(inner, method=method, cv=2).fit(loans[COLUMNS], bad)
        expected = model.predict_proba(late[COLUMNS])[:, 1]
    bundle = build(model, loans[COLUMNS], holdout=late[COLUMNS], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - expected).max() <= 1e-12


def test_names_with_spaces_are_found_again(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    train = loans[COLUMNS].rename(columns={"income": "net income"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = lightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(train, bad)
    assert "net income" in build(model, train, out=tmp_path / "m.golive").graph.cleaned


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "linear leaves": ({"linear_tree": True}, "linear_tree=True"),
    "another objective": ({"objective": "cross_entropy_lambda"}, "outside 0..1"),
}


@pytest.mark.parametrize("which", REFUSED)
def test_what_is_not_plain_trees_is_refused_by_name(
    which: str, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    options, why = REFUSED[which]
    model = boosted(loans, bad, **options)
    with pytest.raises(UnsupportedError, match=why) as caught:
        build(model, loans[COLUMNS], out=tmp_path / "m.golive")
    assert caught.value.hint


def test_a_model_fitted_on_an_array_is_matched_by_position_and_its_version_is_noted(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    train = loans[["age", "debt"]].astype("float64")
    model = lightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(train.to_numpy(), bad)
    bundle = build(model, train, out=tmp_path / "m.golive")
    assert list(bundle.graph.cleaned) == ["age", "debt"]
    assert f'"lightgbm": "{lightgbm.__version__}"' in (bundle.path / "parity.json").read_text()


def test_small_integers_get_hostile_values_beyond_their_type(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    train = loans[["age", "debt"]].astype({"age": "int8"})
    model = lightgbm.LGBMClassifier(n_estimators=3, verbose=-1).fit(train, bad)
    bundle = build(model, train, out=tmp_path / "m.golive")
    assert bundle.score([{"age": 1000, "debt": 0.5}]).shape == (1,)

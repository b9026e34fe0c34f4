"""Encoders that take rare categories together, and the one that looks at the outcome."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, TargetEncoder
from sklearn.tree import DecisionTreeClassifier

from golive.errors import ContractError, UnsupportedError
from golive.pack.answers import quiet
from golive.pack.build import build

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TOWNS = ["Aix", "Bern", "Cork", "Delft", "Essen", "Faro"]
ODDS = [0.3, 0.05, 0.28, 0.04, 0.3, 0.03]


def towns(rows: int, seed: int, *, missing: float = 0.1, more: tuple[str, ...] = ()) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    town = pd.Series(rng.choice(TOWNS, rows, p=ODDS))
    if more:
        town.iloc[: len(more)] = more
    floors = pd.Series(rng.choice([1.0, 2.0, 3.0, 9.0], rows, p=[0.5, 0.3, 0.17, 0.03]))
    sure = rng.random(rows)
    return pd.DataFrame(
        {"town": town.where(sure >= missing), "floors": floors, "flat": rng.choice(["yes", "no"], rows)}
    )


def outcome(frame: pd.DataFrame) -> pd.Series:
    rng = np.random.default_rng(5)
    return ((frame["town"].isin(TOWNS[1:4]) * 0.8 + rng.random(len(frame))) > 0.9).astype(int)


ONE_HOT: dict[str, dict[str, Any]] = {
    "frequency": {"min_frequency": 30},
    "share": {"min_frequency": 0.1, "handle_unknown": "ignore"},
    "few": {"max_categories": 3, "handle_unknown": "infrequent_if_exist"},
    "only rare": {"max_categories": 1, "handle_unknown": "infrequent_if_exist"},
    "missing is rare": {"min_frequency": 60, "handle_unknown": "infrequent_if_exist"},
    "none is rare": {"min_frequency": 1, "handle_unknown": "infrequent_if_exist"},
    "first dropped": {"min_frequency": 30, "drop": "first", "handle_unknown": "infrequent_if_exist"},
    "dropped where there are two": {"min_frequency": 30, "drop": "if_binary", "handle_unknown": "ignore"},
    "two after grouping": {"max_categories": 2, "drop": "if_binary", "handle_unknown": "infrequent_if_exist"},
    "first of two dropped": {"max_categories": 2, "drop": "first", "handle_unknown": "infrequent_if_exist"},
    "chosen dropped": {"min_frequency": 30, "drop": ["Cork", 2.0, "no"], "handle_unknown": "ignore"},
    "warned of": {"min_frequency": 30, "handle_unknown": "warn"},
}
ORDINAL: dict[str, dict[str, Any]] = {
    "frequency": {"min_frequency": 30, "encoded_missing_value": -2},
    "few": {
        "max_categories": 3,
        "handle_unknown": "use_encoded_value",
        "unknown_value": -1,
        "encoded_missing_value": 9,
    },
}
TARGET: dict[str, dict[str, Any]] = {
    "auto": {},
    "smooth": {"smooth": 10.0},
    "not smooth": {"smooth": 0.0},
    "continuous": {"target_type": "continuous"},
}
ENCODERS: dict[str, Callable[[], Any]] = {
    **{f"one hot, {name}": partial(OneHotEncoder, **o) for name, o in ONE_HOT.items()},
    **{f"ordinal, {name}": partial(OrdinalEncoder, **o) for name, o in ORDINAL.items()},
    **{f"target, {name}": partial(TargetEncoder, **o) for name, o in TARGET.items()},
}
STRICT = {"one hot, frequency", "ordinal, frequency"}
"""They raise on what they never saw."""


@pytest.mark.parametrize("missing", [0.1, 0.0], ids=["missing seen", "missing never seen"])
@pytest.mark.parametrize("which", ENCODERS)
def test_rare_unknown_and_missing_categories_get_the_scores_of_the_model(
    which: str, missing: float, tmp_path: Path
) -> None:
    train = towns(400, 1, missing=missing)
    with quiet():
        model = make_pipeline(ENCODERS[which](), LogisticRegression()).fit(train, outcome(train))
    bundle = build(model, train, holdout=towns(150, 2, missing=missing), out=tmp_path / "m.golive")
    late = towns(60, 3, missing=missing, more=("Ghent", "Hull"))
    late.loc[3, "floors"] = 7.0
    known = late.iloc[[0, 1, 3]] if which in STRICT else late.iloc[:0]
    late = late.drop(known.index)
    with quiet():
        expected = model.predict_proba(late)[:, 1]
    assert np.abs(bundle.score(late) - expected).max() <= 1e-12
    for row in range(len(known)):
        with quiet(), pytest.raises(ValueError, match="unknown categories"):
            model.predict_proba(known.iloc[[row]])
        if known["town"].iloc[row] in TOWNS:  # a number may be any, a text only what training saw
            assert np.isnan(bundle.score(known.iloc[[row]])).all()
        else:
            with pytest.raises(ContractError, match="never seen in training"):
                bundle.score(known.iloc[[row]])


@pytest.mark.parametrize("absent", [None, np.nan], ids=["None", "NaN"])
def test_a_missing_value_beside_rare_categories_gets_the_code_of_scikit_learn(absent: object, tmp_path: Path) -> None:
    """None takes a place among the codes, before the rare ones; NaN takes none."""
    train = towns(400, 1)[["town"]].astype(object)
    train["town"] = pd.Series([absent if town != town else town for town in train["town"]], dtype=object)
    encoder = OrdinalEncoder(
        min_frequency=30, handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
    )
    model = make_pipeline(encoder, DecisionTreeClassifier(random_state=0)).fit(train, outcome(towns(400, 1)))
    encoded = model[0].transform(train)[:, 0]
    assert encoder.infrequent_categories_[0] is not None and (encoded == -2).any() == (absent is not None)
    bundle = build(model, train, out=tmp_path / "m.golive")
    assert np.array_equal(bundle.score(train), model.predict_proba(train)[:, 1])


def test_the_target_of_several_classes_is_refused(tmp_path: Path) -> None:
    train = towns(400, 1)
    encoder = TargetEncoder().fit(train, np.arange(len(train)) % 3)
    model = make_pipeline(FrozenEstimator(encoder), LogisticRegression()).fit(train, outcome(train))
    with pytest.raises(UnsupportedError, match="multiclass"):
        build(model, train, out=tmp_path / "m.golive")

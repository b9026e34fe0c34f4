"""The table of converters: every key exists, and so does what compilers read as documented."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import RFE
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, PolynomialFeatures, PowerTransformer

from golive.pack.converters import CONVERTERS, REFUSED

PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "estimators.md").read_text(encoding="utf-8")
X = pd.DataFrame({"a": [float(i % 7) for i in range(60)], "b": [float(i % 5) for i in range(60)]})
Y = [int(i % 3 == 0) for i in range(60)]
IMPORTED_LATER = {"sklearn.frozen._frozen.FrozenEstimator"}
"""Since scikit-learn 1.6."""


@pytest.mark.parametrize("name", [*CONVERTERS, *REFUSED])
def test_every_key_of_the_tables_is_a_class(name: str) -> None:
    module, _, cls = name.rpartition(".")
    if name in IMPORTED_LATER and find_spec("sklearn.frozen") is None:
        pytest.skip("this scikit-learn has none yet")
    try:
        found = getattr(import_module(module), cls)
    except (ImportError, OSError) as exc:
        if not module.startswith("lightgbm"):
            raise
        pytest.skip(f"LightGBM cannot load: {exc}")
    assert f"{found.__module__}.{found.__qualname__}" == name


@pytest.mark.parametrize("name", [*CONVERTERS, *REFUSED])
def test_every_estimator_is_on_the_reference_page(name: str) -> None:
    assert f"`{name.rpartition('.')[2]}`" in PAGE


# Documented attributes that compilers read; what is not documented is in test_private.py.
READ: dict[str, tuple[Any, list[str]]] = {
    "HistGradientBoostingClassifier": (
        lambda: HistGradientBoostingClassifier(max_iter=2, min_samples_leaf=2).fit(X, Y),
        ["is_categorical_"],
    ),
    "ColumnTransformer": (
        lambda: ColumnTransformer([("a", "passthrough", ["a"])], remainder="drop").fit(X),
        ["transformers_"],
    ),
    "CalibratedClassifierCV": (
        lambda: CalibratedClassifierCV(LogisticRegression(), cv=2).fit(X, Y),
        ["calibrated_classifiers_"],
    ),
    "GradientBoostingClassifier": (
        lambda: GradientBoostingClassifier(n_estimators=2).fit(X, Y),
        ["estimators_", "init_", "learning_rate"],
    ),
    "VotingClassifier": (
        lambda: VotingClassifier([("a", LogisticRegression())], voting="soft", weights=[2]).fit(X, Y),
        ["estimators_"],
    ),
    "StackingClassifier": (
        lambda: StackingClassifier([("a", LogisticRegression())], cv=2).fit(X, Y),
        ["estimators_", "stack_method_", "final_estimator_"],
    ),
    "BaggingClassifier": (lambda: BaggingClassifier(n_estimators=2).fit(X, Y), ["estimators_", "estimators_features_"]),
    "AdaBoostClassifier": (lambda: AdaBoostClassifier(n_estimators=2).fit(X, Y), ["estimators_", "estimator_weights_"]),
    "GaussianNB": (lambda: GaussianNB().fit(X, Y), ["theta_", "var_", "class_prior_"]),
    "RandomForestClassifier": (lambda: RandomForestClassifier(2).fit(X, Y), ["estimators_", "n_outputs_"]),
    "SimpleImputer": (lambda: SimpleImputer(add_indicator=True).fit(X), ["statistics_", "indicator_"]),
    "MissingIndicator": (lambda: MissingIndicator().fit(X), ["features_", "error_on_new"]),
    "RFE": (lambda: RFE(LogisticRegression()).fit(X, Y), ["get_support", "estimator_"]),
    "PowerTransformer": (lambda: PowerTransformer().fit(X), ["lambdas_"]),
    "PolynomialFeatures": (lambda: PolynomialFeatures().fit(X), ["powers_"]),
    "OneHotEncoder": (lambda: OneHotEncoder().fit(X), ["categories_", "drop_idx_"]),
    "OrdinalEncoder": (lambda: OrdinalEncoder().fit(X), ["categories_", "encoded_missing_value", "unknown_value"]),
}


@pytest.mark.parametrize("name", READ)
def test_attributes_that_compilers_read_are_there(name: str) -> None:
    make, attributes = READ[name]
    estimator = make()
    assert [attribute for attribute in attributes if not hasattr(estimator, attribute)] == []

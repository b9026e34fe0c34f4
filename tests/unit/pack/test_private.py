"""What compilers read without a promise: each name is on a fitted object here, and nothing else is read."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import math
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn import calibration
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import PowerTransformer
from sklearn.tree import DecisionTreeClassifier

import golive
from golive.pack.converters import CONVERTERS
from golive.pack.private import DOCUMENTS, PRIVATE

SOURCE = Path(golive.__file__).parent
PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "estimators.md").read_text(encoding="utf-8")
VERSION = tuple(map(int, sklearn.__version__.split(".")[:2]))
ROWS = 400
RNG = np.random.default_rng(0)
X = pd.DataFrame(
    {
        "a": RNG.normal(size=ROWS),
        "b": np.where(RNG.random(ROWS) < 0.2, np.nan, RNG.normal(size=ROWS)),
        "c": pd.Categorical(RNG.choice(["p", "q", "r", "s", "t"], ROWS)),
    }
)
NUMBERS = X[["a"]].assign(d=X["b"].fillna(0.0))
Y = ((X["a"] + 2 * X["c"].isin(["p", "r", "t"]) - X["b"].fillna(2.0)) > 0.5).astype(int)


def calibrated(method: str) -> Any:
    model = CalibratedClassifierCV(LogisticRegression(), cv=2, method=method).fit(NUMBERS, Y)
    return model.calibrated_classifiers_[0]


def histogram() -> Any:
    return HistGradientBoostingClassifier(max_iter=3, categorical_features=["c"]).fit(X, Y)


def voting() -> Any:
    return VotingClassifier([("a", LogisticRegression())], voting="soft", weights=[2]).fit(NUMBERS, Y)


FITTED: dict[str, Callable[[], Any]] = {
    "ColumnTransformer": lambda: ColumnTransformer([("a", "passthrough", ["a"])]).fit(X),
    "PowerTransformer": lambda: PowerTransformer().fit(NUMBERS),
    "VotingClassifier": voting,
    "_CalibratedClassifier": lambda: calibrated("sigmoid"),
    "_SigmoidCalibration": lambda: calibrated("sigmoid").calibrators[0],
    "_TemperatureScaling": lambda: calibrated("temperature").calibrators[0],
    "IsotonicRegression": lambda: calibrated("isotonic").calibrators[0],
    "Tree": lambda: DecisionTreeClassifier(max_depth=2).fit(NUMBERS, Y).tree_,
    "HistGradientBoostingClassifier": histogram,
    "_BinMapper": lambda: histogram()._bin_mapper,
    "TreePredictor": lambda: histogram()._predictors[0][0],
    "sys": lambda: sys,
}
"""Class -> a fitted one, got at as compilers get at it."""


@pytest.mark.parametrize(
    ("of", "name"), [(of, name) for classes in PRIVATE.values() for of, names in classes.items() for name in names]
)
def test_each_name_is_there_on_a_fitted_object(of: str, name: str) -> None:
    if of == "_TemperatureScaling" and not hasattr(calibration, of):
        assert VERSION < (1, 8)
        pytest.skip("since scikit-learn 1.8")
    found = FITTED[of]()
    assert found is sys or type(found).__name__ == of
    if name == "_yeo_johnson_transform":  # whether it is there is what is read
        assert hasattr(found, name) == (VERSION < (1, 9))
    else:
        assert getattr(found, name) is not None


def test_what_is_read_of_scikit_learn_has_the_shape_that_is_relied_on() -> None:
    model = histogram()
    (first,) = model._predictors[0]
    assert first.nodes.dtype.names is not None
    assert np.ravel(model._baseline_prediction).shape == (1,)
    bitsets, places = model._bin_mapper.make_known_categories_bitsets()
    assert bitsets.dtype == np.uint32 and len(places) == X.shape[1]
    assert list(ColumnTransformer([("a", "drop", ["b"])]).fit(X)._transformer_to_input_indices["a"]) == [1]
    assert voting()._weights_not_none == [2]
    assert PowerTransformer().fit(NUMBERS)._scaler.scale_.shape == (2,)
    assert calibrated("sigmoid").calibrators[0].a_ < 0 < calibrated("isotonic").calibrators[0].X_thresholds_.size
    tree = FITTED["Tree"]()
    assert all(len(getattr(tree, name)) == tree.node_count for name in PRIVATE["scikit-learn"]["Tree"])
    assert np.allclose(tree.value[:, 0, :].sum(axis=1), 1.0)


def exported_by_xgboost() -> set[str]:
    library = pytest.importorskip("xgboost")
    names: set[str] = set()
    coded = X.assign(c=X["c"].cat.codes.astype("category"))  # 3.1 knows no texts of pandas 3
    for booster in ("gbtree", "dart"):
        model = library.XGBClassifier(n_estimators=2, booster=booster, enable_categorical=True).fit(coded, Y)
        names |= keys(json.loads(bytes(model.get_booster().save_raw("json"))))
    return names


def exported_by_lightgbm() -> set[str]:
    library = pytest.importorskip("lightgbm")
    names: set[str] = set()
    for options in ({}, {"boosting_type": "rf", "bagging_freq": 1, "bagging_fraction": 0.7}):
        model = library.LGBMClassifier(n_estimators=2, verbose=-1, **options).fit(X, Y)
        names |= keys(model.booster_.dump_model())
    return names


def exported_by_catboost(folder: Path) -> set[str]:
    library = pytest.importorskip("catboost")
    names: set[str] = set()
    for policy in ("SymmetricTree", "Lossguide"):
        model = library.CatBoostClassifier(
            iterations=2, grow_policy=policy, verbose=False, allow_writing_files=False, train_dir=str(folder)
        )
        model.fit(X[["a", "b"]], Y).save_model(str(folder / "model.json"), format="json")
        names |= keys(json.loads((folder / "model.json").read_text(encoding="utf-8")))
    return names


@pytest.mark.parametrize(("library", "document"), [(of, name) for of in DOCUMENTS for name in DOCUMENTS[of]])
def test_each_field_of_the_documents_is_written(library: str, document: str, tmp_path: Path) -> None:
    made: dict[str, Callable[[], set[str]]] = {
        "TreePredictor.nodes": lambda: set(FITTED["TreePredictor"]().nodes.dtype.names),
        "HistGradientBoostingClassifier._preprocessor": lambda: set(histogram()._preprocessor.named_transformers_),
        "Booster.save_raw": exported_by_xgboost,
        "Booster.dump_model": exported_by_lightgbm,
        "CatBoost.save_model": lambda: exported_by_catboost(tmp_path),
    }
    assert set(DOCUMENTS[library][document]) - made[document]() == set()


def keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_nothing_private_is_read_that_is_not_listed() -> None:
    """In the whole of ``golive.pack``: what begins with an underscore and is not golive's own.

    A compiler's own is what its file defines: ``estimator._tree`` must not hide behind a function elsewhere.
    """
    everywhere = {name for file in SOURCE.rglob("*.py") for name in defined(file)}
    private: set[str] = set()
    for file in (SOURCE / "pack").rglob("*.py"):
        own = set(defined(file)) if file in compilers() else everywhere
        private |= {name for name in attributes(file) if re.match("_[^_]", name)} - own
    assert private == {name for name in listed() if name.startswith("_")}


def test_nothing_undocumented_is_read_by_compilers_that_is_not_listed() -> None:
    """Documented is what the page of an estimator names: its parameters, and its docstring with what fitting leaves."""
    documented = {word for name in CONVERTERS for word in words(name)}
    builtin: set[str] = {*dir(str), *dir(dict), *dir(list), *dir(set), *dir(float), *dir(type), *dir(Path)}
    for module in (np, np.ndarray, np.dtype, np.finfo(float), pd, pd.DataFrame, pd.CategoricalDtype):
        builtin |= set(dir(module))
    for module in (json, math, re, msgspec, msgspec.structs):
        builtin |= set(dir(module))
    own = {name for file in SOURCE.rglob("*.py") for name in defined(file)}
    read = {name for file in compilers() for name in attributes(file)} - own - builtin - documented
    assert read - listed() - METHODS == set()


METHODS = {"booster_", "dump_model", "get_booster", "get_params", "save_model", "save_raw"}
"""Documented on pages of their own."""


def test_no_field_of_a_document_is_read_that_is_not_listed() -> None:
    read = {name for file in compilers() for name in fields(file)}
    known = {name for documents in DOCUMENTS.values() for names in documents.values() for name in names}
    assert read - known == {"linear_tree"}  # a parameter: `get_params`
    assert known - read == set()


def test_the_page_names_the_file_and_the_libraries() -> None:
    _, _, last = PAGE.partition("## Private attributes that are read")
    assert "golive/pack/private.py" in last
    assert all(library in last for library in DOCUMENTS)
    assert set(re.findall(r"`(_\w+)`", last)) <= listed()


def listed() -> set[str]:
    return {name for classes in PRIVATE.values() for names in classes.values() for name in names}


def compilers() -> list[Path]:
    found = sorted((SOURCE / "pack" / "compilers").glob("*.py"))
    assert len(found) > 10
    return found


def walked(file: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def defined(file: Path) -> Iterator[str]:
    for node in walked(file):
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store()) | ast.Name(id=name, ctx=ast.Store()):
                yield name


def attributes(file: Path) -> Iterator[str]:
    """Attributes that are read, also by ``getattr`` and ``hasattr``."""
    for node in walked(file):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Load()):
                yield name
            case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[_, ast.Constant(value=str(name)), *_]):
                yield name


def fields(file: Path) -> Iterator[str]:
    """Constant texts in brackets, in ``get`` and before ``in``."""
    for node in walked(file):
        match node:
            case ast.Subscript(slice=ast.Constant(value=str(name))):
                yield name
            case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(name)), *_]):
                yield name
            case ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn()]):
                yield name


def words(name: str) -> set[str]:
    module, _, cls = name.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), cls)
    except (ImportError, OSError, AttributeError):  # not installed, or not in this version
        return set()
    return {*re.findall(r"\w+", found.__doc__ or ""), *inspect.signature(found.__init__).parameters}

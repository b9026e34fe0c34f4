"""skl2onnx, onnxmltools and onnxruntime on the same pipelines and the same rows.

``python -m conformance.peers.onnx FOLDER RESULTS NAME ...`` reads what `conformance.expect` left in the folder. Every
benefit of the doubt is given: each case is converted with doubles, with single floats and with the types of the frame,
and the best result counts; rows on which Python raises and rows with a missing or empty text (the same in ONNX) are
not compared. Cleaning functions are left out: pandas cannot be converted.
"""

from __future__ import annotations

import copy
import json
import pickle
import signal
import sys
import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import onnxruntime
import pandas as pd
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier
from onnxmltools.convert.lightgbm.operator_converters.LightGbm import convert_lightgbm
from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost
from skl2onnx import to_onnx, update_registered_converter
from skl2onnx.common.data_types import (
    BooleanTensorType,
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)
from skl2onnx.common.shape_calculator import calculate_linear_classifier_output_shapes
from sklearn.ensemble import VotingClassifier
from sklearn.impute import SimpleImputer
from xgboost import XGBClassifier

from conformance import data
from conformance.cases import PIPELINES, everything

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from conformance.cases import Case
    from conformance.expect import Expected

LIMIT = 120
"""Seconds that one conversion may take."""
WAYS = ("double", "float", "typed")
RIGHT, WRONG = 1e-5, 1e-3
_BEST = ("right", "close", "wrong", "not run", "not converted")
TARGETS = {"": 18, "ai.onnx.ml": 3}


def main(folder: Path, results: Path, names: list[str]) -> None:
    warnings.simplefilter("ignore")
    register()
    everything()
    train, found = data.training(), {}
    for name in names or list(PIPELINES):
        expected = pickle.loads((folder / f"{name}.pickle").read_bytes())
        outcomes = [one(PIPELINES[name], expected, train, way) for way in WAYS]
        found[name] = min(outcomes, key=lambda outcome: _BEST.index(outcome["status"]))
        print(f"{name}: {found[name]}"[:300], flush=True)
    libraries = (
        "skl2onnx",
        "onnxmltools",
        "onnxruntime",
        "onnx",
        "scikit-learn",
        "xgboost-cpu",
        "lightgbm",
        "catboost",
    )
    document = {"versions": {name: version(name) for name in libraries}, "cases": found}
    results.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def register() -> None:
    """As the tools' own documentation says."""
    options = {"nocl": [True, False], "zipmap": [True, False, "columns"]}
    for kind, convert in ((XGBClassifier, convert_xgboost), (LGBMClassifier, convert_lightgbm)):
        update_registered_converter(
            kind, kind.__name__, calculate_linear_classifier_output_shapes, convert, options=options
        )


def one(case: Case, expected: Expected, train: pd.DataFrame, way: str) -> dict[str, Any]:
    raw = train[list(case.columns)]
    X = case.clean(raw.copy()) if case.clean else raw
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LIMIT)
    try:
        made = convert(case, expected.model, X, way)
        session = onnxruntime.InferenceSession(made, providers=["CPUExecutionProvider"])
    except Exception as exc:
        return {"status": "not converted", "why": _said(exc), "way": way}
    finally:
        signal.alarm(0)
    kept = expected.cleaned[(~np.isnan(expected.score))[expected.cleaned.index.to_numpy()]]
    texts = [name for name in kept.columns if is_text(X[name])]
    kept = kept[(kept[texts].notna() & (kept[texts] != "")).all(axis=1)]
    try:
        score = run(session, case, X, kept, way)
    except Exception as exc:
        return {"status": "not run", "why": _said(exc), "way": way}
    difference = np.abs(score - expected.score[kept.index.to_numpy()])
    difference = np.where(np.isnan(difference), 1.0, difference)
    off, largest = int((difference > WRONG).sum()), float(difference.max(initial=0.0))
    status = "right" if largest <= RIGHT else "wrong" if off else "close"
    return {"status": status, "off": off, "compared": len(kept), "largest": largest, "way": way}


def convert(case: Case, model: Any, X: pd.DataFrame, way: str) -> bytes:
    if isinstance(model, CatBoostClassifier):
        return catboost(model)
    types = [("X", kind(X.iloc[:, 0], way, X.shape[1]))] if single(case, X) else [
        (name, kind(X[name], way, 1)) for name in X.columns
    ]  # fmt: skip
    model = copy.deepcopy(unwrapped(model))
    eased(model, set())
    options = {id(model): {"zipmap": False}}
    try:
        made = to_onnx(model, initial_types=types, options=options, target_opset=TARGETS)
    except NameError:  # a model that knows no zipmap
        made = to_onnx(model, initial_types=types, target_opset=TARGETS)
    return made.SerializeToString()  # type: ignore[no-any-return]


def eased(part: Any, seen: set[int]) -> None:
    """Change what the converters ask for and what leaves the probabilities as they are, wherever it is in a copy.

    NaN among texts becomes empty text, XGBoost's columns get numbers for names, voting hands out no transformation.
    """
    if id(part) in seen or isinstance(part, np.ndarray | pd.DataFrame | str):
        return
    seen.add(id(part))
    if isinstance(part, SimpleImputer) and all(isinstance(value, str) for value in getattr(part, "statistics_", [0])):
        part.missing_values = ""
    if isinstance(part, XGBClassifier) and hasattr(part, "n_classes_"):
        part.get_booster().feature_names = [f"f{number}" for number in range(part.n_features_in_)]
    if isinstance(part, VotingClassifier):
        part.flatten_transform = False
        part.weights = None if part.weights is None else np.asarray(part.weights)
    inner = part.values() if isinstance(part, dict) else getattr(part, "__dict__", {}).values()
    for one in part if isinstance(part, list | tuple) else inner:
        eased(one, seen)


def unwrapped(model: Any) -> Any:
    """Return what a search or a threshold is about."""
    while hasattr(model, "best_estimator_") or type(model).__name__.endswith(
        ("ThresholdClassifier", "ThresholdClassifierCV")
    ):
        model = getattr(model, "best_estimator_", None) or model.estimator_
    return model


def catboost(model: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        model.save_model(str(path), format="onnx")
        return path.read_bytes()


def single(case: Case, X: pd.DataFrame) -> bool:
    """One tensor for all columns: what models do that look at numbers only, or were fitted on an array."""
    if case.array:
        return True
    plain = all(not is_text(X[name]) and X[name].dtype != bool for name in X.columns)
    return plain and not _by_name(case)


def _by_name(case: Case) -> bool:
    """A ColumnTransformer asks for its columns by name."""
    return "ColumnTransformer(" in repr(case.make())


def is_text(column: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(column.dtype)


def kind(column: pd.Series, way: str, width: int) -> Any:
    shape = [None, width]
    if is_text(column):
        return StringTensorType(shape)
    if way == "typed" and width == 1 and column.dtype == bool:
        return BooleanTensorType(shape)
    if way == "typed" and width == 1 and column.dtype.kind == "i" and column.notna().all():
        return Int64TensorType(shape)
    return FloatTensorType(shape) if way != "double" else DoubleTensorType(shape)


TYPES = {"tensor(double)": np.float64, "tensor(float)": np.float32, "tensor(int64)": np.int64, "tensor(bool)": np.bool_}


def run(session: Any, case: Case, X: pd.DataFrame, kept: pd.DataFrame, way: str) -> NDArray[np.float64]:
    inputs = session.get_inputs()
    if len(inputs) == 1 and len(kept.columns) > 1:
        given = {inputs[0].name: kept.to_numpy(dtype=TYPES[inputs[0].type])}
    else:
        given = {one.name: _cells(kept[one.name], one.type) for one in inputs}
    found = session.run(None, given)[-1]
    if isinstance(found, list):  # a list of dicts: one per row
        found = np.array([[row[key] for key in sorted(row)] for row in found])
    return np.asarray(found, dtype=np.float64)[:, 1]


def _cells(column: pd.Series, wanted: str) -> Any:
    if wanted == "tensor(string)":
        return column.astype(object).to_numpy().reshape(-1, 1)
    return column.to_numpy(dtype=TYPES[wanted]).reshape(-1, 1)


def _said(exc: BaseException) -> str:
    text = " ".join(str(exc).split())
    return f"{type(exc).__name__}: {text}"[:200]


def _too_long(*_: object) -> None:
    raise TimeoutError(f"more than {LIMIT} seconds")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])

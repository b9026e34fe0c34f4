"""What the fuzzer draws: small frames, models of all kinds behind steps of all kinds, and rows for later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import SelectFromModel, SelectKBest, VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    RobustScaler,
    StandardScaler,
    TargetEncoder,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier
from xgboost import XGBClassifier

if TYPE_CHECKING:
    from collections.abc import Callable

    Draw = Callable[[np.random.Generator], Any]

UNKNOWN = ("error", "ignore", "infrequent_if_exist")
WORDS = ("a", "b", "B", "", "straße", "x y", "None", "nan", "0", "é", "long " * 5, "z")


def some(rng: np.random.Generator, chance: float) -> bool:
    return bool(rng.random() < chance)


def one(rng: np.random.Generator, options: Any) -> Any:
    return options[int(rng.integers(len(options)))]


# Frames


def frame(rng: np.random.Generator, rows: int) -> pd.DataFrame:
    made: dict[str, Any] = {}
    for number in range(int(rng.integers(1, 5))):
        made[f"n{number}"] = _numbers(rng, rows)
    for number in range(int(rng.integers(0, 3))):
        made[f"t{number}"] = _texts(rng, rows)
    if some(rng, 0.3):
        made["b0"] = rng.random(rows) < 0.4
    return pd.DataFrame(made)


def _numbers(rng: np.random.Generator, rows: int) -> Any:
    shapes: list[Callable[[], Any]] = [
        lambda: rng.normal(0, 1, rows),
        lambda: np.round(rng.lognormal(5, 1, rows), 2),
        lambda: rng.integers(0, 6, rows),
        lambda: rng.integers(-50, 50, rows) * 1.0,
        lambda: np.where(rng.random(rows) < 0.6, 0.0, rng.normal(3, 1, rows)),
        lambda: rng.random(rows) * 1e-9,
        lambda: rng.normal(1e9, 1e3, rows),
        lambda: rng.integers(0, 2, rows),
        lambda: np.round(rng.normal(0, 2, rows)) / 10,
    ]
    values = one(rng, shapes)()
    if some(rng, 0.4):
        values = np.where(rng.random(rows) < 0.15, np.nan, values)
    return values


def _texts(rng: np.random.Generator, rows: int) -> Any:
    words = list(rng.permutation(WORDS))[: int(rng.integers(2, 9))]
    shares = rng.dirichlet(np.full(len(words), 0.7))
    values = rng.choice(np.array(words, dtype=object), rows, p=shares)
    if some(rng, 0.4):
        values[rng.random(rows) < 0.1] = None
    return pd.Series(values, dtype="object" if some(rng, 0.3) else "str")


def outcome(rng: np.random.Generator, train: pd.DataFrame) -> Any:
    risk = rng.normal(0, 0.8, len(train))
    for name in train.columns:
        ordered = pd.api.types.is_float_dtype(train[name].dtype)
        codes = train[name].rank() if ordered else pd.factorize(train[name])[0]
        risk += rng.normal() * np.nan_to_num(np.asarray(codes, dtype=float) / (np.nanmax(codes) + 1))
    y = (risk > np.quantile(risk, 0.6)).astype(int)
    return np.array(["good", "late"])[y] if some(rng, 0.1) else y


def fresh(rng: np.random.Generator, train: pd.DataFrame, rows: int) -> pd.DataFrame:
    """Cells of training rows combined anew; in the second half also missing values, strangers and extremes."""
    # By position and type: what is missing stays None or NaN, as it was; to an encoder these are two categories.
    made = pd.DataFrame(
        {name: train[name].take(rng.integers(0, len(train), rows)).reset_index(drop=True) for name in train.columns}
    )
    for name in train.columns:
        spoilt = (rng.random(rows) < 0.1) & (np.arange(rows) >= rows // 2)
        if train[name].dtype == bool or not spoilt.any():
            continue
        if pd.api.types.is_numeric_dtype(train[name].dtype):
            made[name] = made[name].astype(float)
            made.loc[spoilt, name] = rng.choice([np.nan, -1e6, 1e12, 0.0, -0.0, 1e-300], int(spoilt.sum()))
        else:
            made.loc[spoilt, name] = rng.choice(np.array([None, "stranger", ""], dtype=object), int(spoilt.sum()))
    return made


# Steps


def model_for(rng: np.random.Generator, train: pd.DataFrame) -> Any:
    """Draw a pipeline that can be fitted on the frame, more often than not."""
    numbers = [name for name in train.columns if name.startswith("n")]
    texts = [name for name in train.columns if name.startswith("t")]
    classifier, takes_missing = _classifier(rng)
    gaps = train[numbers].isna().any().any()
    branch = _number_steps(rng, impute=bool(gaps) and not (takes_missing and some(rng, 0.7)))
    if not texts and "b0" not in train.columns and some(rng, 0.6):
        return make_pipeline(*branch, classifier) if branch else classifier
    parts: list[Any] = [("numbers", make_pipeline(*branch) if branch else "passthrough", numbers)]
    if texts:
        parts.append(("texts", _text_steps(rng), texts))
    columns = ColumnTransformer(parts, remainder=one(rng, ["passthrough", "drop"]), sparse_threshold=0.0)
    if some(rng, 0.3):
        columns.set_output(transform="pandas")
    later = [StandardScaler()] if some(rng, 0.15) and not takes_missing else []
    if some(rng, 0.12) and not takes_missing:
        chosen = SelectFromModel(DecisionTreeClassifier(max_depth=3, random_state=0))
        later.append(one(rng, [SelectKBest(k=1), VarianceThreshold(0.001), chosen]))
    return make_pipeline(columns, *later, classifier)


def _number_steps(rng: np.random.Generator, *, impute: bool) -> list[Any]:
    steps: list[Any] = []
    if impute or some(rng, 0.2):
        strategy = one(rng, ["mean", "median", "most_frequent", "constant"])
        steps.append(SimpleImputer(strategy=strategy, add_indicator=some(rng, 0.3)))
    scalers: list[Any] = [
        StandardScaler(),
        StandardScaler(with_mean=False),
        MinMaxScaler(clip=some(rng, 0.5)),
        MinMaxScaler(feature_range=(-1, 2)),
        RobustScaler(),
        MaxAbsScaler(),
        PowerTransformer(standardize=some(rng, 0.5)),
        FunctionTransformer(one(rng, [np.sqrt, np.abs, np.exp, np.expm1, np.tanh, np.sign])),
    ]
    if some(rng, 0.6):
        steps.append(one(rng, scalers))
    if some(rng, 0.12) and impute:
        encode, strategy = one(rng, ["ordinal", "onehot-dense"]), one(rng, ["uniform", "quantile"])
        many = int(rng.integers(2, 6))
        steps.append(KBinsDiscretizer(many, encode=encode, strategy=strategy, quantile_method="averaged_inverted_cdf"))
    if some(rng, 0.12) and impute:
        steps.append(PolynomialFeatures(2, interaction_only=some(rng, 0.5), include_bias=some(rng, 0.5)))
    if some(rng, 0.08) and impute:
        steps.append(make_union(StandardScaler(), "passthrough"))
    return steps


def _text_steps(rng: np.random.Generator) -> Any:
    steps: list[Any] = []
    if some(rng, 0.5):
        fill = {"strategy": "most_frequent"} if some(rng, 0.5) else {"strategy": "constant", "fill_value": "gap"}
        steps.append(SimpleImputer(**fill))
    rare: dict[str, Any] = one(rng, [{}, {}, {"min_frequency": 0.05}, {"min_frequency": 10}, {"max_categories": 3}])
    known = {"drop": one(rng, [None, None, "first", "if_binary"]), "handle_unknown": one(rng, UNKNOWN)}
    one_hot = OneHotEncoder(sparse_output=False, **known, **rare)
    gap = one(rng, [-2, -1, 7])
    ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=gap, **rare)
    target = TargetEncoder(random_state=0, cv=3, smooth=one(rng, ["auto", 5.0]))
    steps.append(one(rng, [one_hot, one_hot, ordinal, target]))
    return make_pipeline(*steps)


# Models


def _classifier(rng: np.random.Generator) -> tuple[Any, bool]:
    """Return a classifier, and whether it takes missing values."""
    makers, takes_missing = (TREES_WITH_GAPS, True) if some(rng, 0.4) else (WITHOUT_GAPS, False)
    made = one(rng, makers)(rng)
    if some(rng, 0.15):
        method = one(rng, ["sigmoid", "isotonic", "temperature"])
        made = CalibratedClassifierCV(made, method=method, cv=2, ensemble=some(rng, 0.6))
    elif some(rng, 0.08) and hasattr(made, "predict_proba"):
        members = [("a", made), ("b", one(rng, makers[:4])(rng))]
        made = VotingClassifier(members, voting="soft", weights=one(rng, [None, [1, 3]]))
    elif some(rng, 0.08):
        members = [("a", made), ("b", one(rng, makers)(rng))]
        made = StackingClassifier(members, cv=2, final_estimator=LogisticRegression())
    elif some(rng, 0.05):
        made = GridSearchCV(made, {}, cv=2)
    if some(rng, 0.05) and hasattr(made, "predict_proba"):
        made = FixedThresholdClassifier(made, threshold=0.3, response_method="predict_proba")
    return (made if hasattr(made, "predict_proba") else CalibratedClassifierCV(made, cv=2)), takes_missing


def _boosting(rng: np.random.Generator) -> Any:
    options = {"max_leaf_nodes": one(rng, [4, 15]), "l2_regularization": one(rng, [0.0, 1.0])}
    return HistGradientBoostingClassifier(max_iter=5, min_samples_leaf=5, random_state=0, **options)


def _xgboost(rng: np.random.Generator) -> Any:
    ways = [{}, {"base_score": 0.3}, {"missing": 0.0}, {"subsample": 0.7}, {"tree_method": "exact"}]
    return XGBClassifier(n_estimators=5, max_depth=int(rng.integers(1, 6)), n_jobs=1, random_state=0, **one(rng, ways))


def _lightgbm(rng: np.random.Generator) -> Any:
    ways = [{}, {"use_missing": False}, {"boosting_type": "dart"}, {"is_unbalance": True}, {"extra_trees": True}]
    settings = {"num_leaves": one(rng, [3, 15]), "min_child_samples": 5, "n_jobs": 1, "verbose": -1, "random_state": 0}
    return LGBMClassifier(n_estimators=5, **settings, **one(rng, ways))


def _catboost(rng: np.random.Generator) -> Any:
    ways = [{}, {"nan_mode": "Max"}, {"grow_policy": "Depthwise"}, {"grow_policy": "Lossguide", "max_leaves": 8}]
    settings = {"thread_count": 1, "verbose": False, "random_seed": 0, "allow_writing_files": False}
    return CatBoostClassifier(iterations=5, depth=3, **settings, **one(rng, ways))


def _logistic(rng: np.random.Generator) -> Any:
    return LogisticRegression(max_iter=200, C=one(rng, [0.1, 1.0, 10.0]), class_weight=one(rng, [None, "balanced"]))


def _descent(rng: np.random.Generator) -> Any:
    return SGDClassifier(loss=one(rng, ["log_loss", "hinge", "modified_huber"]), random_state=0, max_iter=50, tol=None)


TREES_WITH_GAPS: list[Draw] = [
    _boosting,
    _lightgbm,
    _xgboost,
    lambda rng: DecisionTreeClassifier(max_depth=int(rng.integers(1, 7)), random_state=0),
    _catboost,
    lambda rng: RandomForestClassifier(5, max_depth=one(rng, [3, None]), random_state=0),
    lambda rng: ExtraTreesClassifier(5, max_depth=4, random_state=0),
]
WITHOUT_GAPS: list[Draw] = [
    _logistic,
    lambda rng: LogisticRegression(l1_ratio=1.0, solver="liblinear", fit_intercept=some(rng, 0.7)),
    lambda rng: GaussianNB(),
    lambda rng: GradientBoostingClassifier(n_estimators=5, max_depth=2, subsample=one(rng, [1.0, 0.7]), random_state=0),
    lambda rng: LinearSVC(random_state=0),
    lambda rng: RidgeClassifier(),
    _descent,
    *TREES_WITH_GAPS[:4],
]

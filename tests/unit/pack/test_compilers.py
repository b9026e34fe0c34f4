"""Every compiled estimator gives what its own predict_proba gives, on training, holdout and hostile rows.

The comparison is the build itself; what is asserted here is that it was made, and once more by hand on the holdout.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import calibration
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    LogisticRegression,
    LogisticRegressionCV,
    Perceptron,
    RidgeClassifier,
    RidgeClassifierCV,
    SGDClassifier,
)
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from golive.errors import UnsupportedError
from golive.pack.build import build
from golive.records.document import read
from golive.records.parity import Parity

NUMBERS = ["income", "age", "debt"]
TEXTS = ["home", "job"]
RAW = [*NUMBERS, *TEXTS, "member"]
Model = Any
UNWARNED: dict[str, Any] = {"use_legacy_attributes": False, "l1_ratios": (0.0,)}
if not UNWARNED.keys() <= signature(LogisticRegressionCV).parameters.keys():  # before scikit-learn asked to be told
    UNWARNED = {}


def encoded(numbers: Model, texts: Model, last: Model, **options: Any) -> Pipeline:
    return make_pipeline(ColumnTransformer([("n", numbers, NUMBERS), ("t", texts, TEXTS)], **options), last)


def one_hot(**options: Any) -> Pipeline:
    return make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(**options))


def plain(numbers: Model, **options: Any) -> Pipeline:
    return encoded(numbers, one_hot(handle_unknown="ignore"), LogisticRegression(max_iter=500), **options)


def trees(last: Model) -> Pipeline:
    codes = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    return encoded("passthrough", codes, last, remainder="passthrough")


def small_boosting(**options: Any) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(max_iter=12, max_leaf_nodes=8, random_state=0, **options)


def several() -> list[tuple[str, Model]]:
    return [
        ("lr", plain(make_pipeline(SimpleImputer(), StandardScaler()))),
        ("rf", trees(RandomForestClassifier(5, max_depth=4, random_state=0))),
        ("nb", scaled(GaussianNB())),
    ]


def scaled(last: Model) -> Pipeline:
    dense = one_hot(handle_unknown="ignore", sparse_output=False)
    return encoded(make_pipeline(SimpleImputer(), StandardScaler()), dense, last)


def calibrated(last: Model, method: str, **options: Any) -> Model:
    return CalibratedClassifierCV(scaled(clone(last)), cv=2, method=method, **options)


MODELS: dict[str, Callable[[], Model]] = {
    "imputer, mean": lambda: plain(make_pipeline(SimpleImputer(), StandardScaler())),
    "imputer, median with indicator": lambda: plain(SimpleImputer(strategy="median", add_indicator=True)),
    "imputer, constant": lambda: plain(SimpleImputer(strategy="constant", fill_value=-1.0)),
    "imputer, most frequent": lambda: plain(SimpleImputer(strategy="most_frequent")),
    "imputer, zero is missing": lambda: plain(make_pipeline(SimpleImputer(), SimpleImputer(missing_values=0))),
    "imputer, texts": lambda: encoded(
        SimpleImputer(),
        make_pipeline(SimpleImputer(strategy="constant", fill_value="?"), OneHotEncoder(handle_unknown="ignore")),
        LogisticRegression(max_iter=500),
    ),
    "imputer, a text is missing": lambda: encoded(
        SimpleImputer(),
        make_pipeline(
            SimpleImputer(strategy="most_frequent"),
            SimpleImputer(missing_values="own", strategy="most_frequent"),
            OneHotEncoder(handle_unknown="ignore"),
        ),
        LogisticRegression(max_iter=500),
    ),
    "standard scaler, no mean": lambda: plain(make_pipeline(SimpleImputer(), StandardScaler(with_mean=False))),
    "standard scaler, nothing": lambda: plain(
        make_pipeline(SimpleImputer(), StandardScaler(with_mean=False, with_std=False))
    ),
    "min-max scaler": lambda: plain(make_pipeline(SimpleImputer(), MinMaxScaler((-1, 1)))),
    "min-max scaler, clipped": lambda: plain(make_pipeline(SimpleImputer(), MinMaxScaler(clip=True))),
    "robust scaler": lambda: plain(make_pipeline(RobustScaler(), SimpleImputer())),
    "max-abs scaler": lambda: plain(make_pipeline(MaxAbsScaler(), SimpleImputer())),
    "function, log1p": lambda: plain(make_pipeline(SimpleImputer(), FunctionTransformer(np.log1p))),
    "function, none": lambda: plain(make_pipeline(SimpleImputer(), FunctionTransformer())),
    "one-hot, error": lambda: encoded(SimpleImputer(), one_hot(), LogisticRegression(max_iter=500)),
    "one-hot, dense": lambda: encoded(SimpleImputer(), one_hot(sparse_output=False), LogisticRegression(max_iter=500)),
    "one-hot, drop first": lambda: encoded(SimpleImputer(), one_hot(drop="first"), LogisticRegression(max_iter=500)),
    "one-hot, drop if binary": lambda: encoded(
        SimpleImputer(), one_hot(drop="if_binary"), LogisticRegression(max_iter=500)
    ),
    "one-hot, missing is a category": lambda: encoded(
        SimpleImputer(), OneHotEncoder(handle_unknown="ignore"), LogisticRegression(max_iter=500)
    ),
    "one-hot, of numbers and booleans": lambda: make_pipeline(
        ColumnTransformer([("c", OneHotEncoder(handle_unknown="ignore"), ["age", "member"])]),
        LogisticRegression(max_iter=500),
    ),
    "ordinal, error": lambda: encoded("passthrough", OrdinalEncoder(), small_boosting()),
    "ordinal, unknown and missing": lambda: trees(small_boosting()),
    "columns by selector": lambda: make_pipeline(
        ColumnTransformer(
            [
                ("n", SimpleImputer(), make_column_selector(dtype_include="number")),
                ("t", one_hot(handle_unknown="ignore"), make_column_selector(pattern="home|job")),
            ]
        ),
        LogisticRegression(max_iter=500),
    ),
    "columns, remainder imputed": lambda: make_pipeline(
        ColumnTransformer(
            [("t", one_hot(handle_unknown="ignore"), TEXTS), ("d", "drop", ["age"])], remainder=SimpleImputer()
        ),
        LogisticRegression(max_iter=500),
    ),
    "columns, pandas output": lambda: (
        plain(make_pipeline(SimpleImputer(), StandardScaler()), sparse_threshold=0)
        .set_params(columntransformer__t__onehotencoder__sparse_output=False)
        .set_output(transform="pandas")
    ),
    "union": lambda: make_pipeline(
        ColumnTransformer(
            [("n", FeatureUnion([("a", SimpleImputer()), ("b", SimpleImputer(strategy="median"))]), NUMBERS)]
        ),
        LogisticRegression(max_iter=500),
    ),
    "passthrough step": lambda: Pipeline(
        [("a", ColumnTransformer([("n", SimpleImputer(), NUMBERS)])), ("b", "passthrough"), ("c", LogisticRegression())]
    ),
    "grid search": lambda: GridSearchCV(plain(SimpleImputer()), {"logisticregression__C": [0.1, 1.0]}, cv=2),
    "fixed cut-off": lambda: FixedThresholdClassifier(plain(SimpleImputer()), threshold=0.3),
    "logistic with cross-validation": lambda: encoded(
        make_pipeline(SimpleImputer(), StandardScaler()),
        one_hot(handle_unknown="ignore"),
        LogisticRegressionCV(Cs=3, cv=2, max_iter=500, **UNWARNED),
    ),
    "stochastic gradient descent, logistic": lambda: scaled(SGDClassifier(loss="log_loss", random_state=0)),
    "stochastic gradient descent, Huber": lambda: scaled(SGDClassifier(loss="modified_huber", random_state=0)),
    "linear discriminant analysis": lambda: scaled(LinearDiscriminantAnalysis()),
    "linear discriminant analysis, shrunk": lambda: scaled(LinearDiscriminantAnalysis("lsqr", shrinkage="auto")),
    "naive Bayes": lambda: scaled(GaussianNB()),
    "naive Bayes, raw numbers": lambda: plain_trees(GaussianNB(priors=[0.7, 0.3], var_smoothing=1e-3)),
    "histogram boosting": lambda: trees(small_boosting()),
    "histogram boosting, early stop": lambda: trees(small_boosting(early_stopping=True, l2_regularization=1.0)),
    "gradient boosting": lambda: plain_trees(GradientBoostingClassifier(n_estimators=12, random_state=0)),
    "gradient boosting from zero": lambda: plain_trees(
        GradientBoostingClassifier(n_estimators=8, init="zero", subsample=0.7, random_state=0)
    ),
    "gradient boosting, exponential": lambda: plain_trees(
        GradientBoostingClassifier(n_estimators=8, loss="exponential", random_state=0)
    ),
    "random forest": lambda: trees(RandomForestClassifier(12, max_depth=6, random_state=0)),
    "random forest, deep": lambda: trees(RandomForestClassifier(4, random_state=0)),
    "extra trees": lambda: plain_trees(ExtraTreesClassifier(12, max_depth=6, random_state=0)),
    "decision tree": lambda: trees(DecisionTreeClassifier(max_depth=5, class_weight="balanced", random_state=0)),
    "sigmoid calibration": lambda: CalibratedClassifierCV(plain(SimpleImputer()), cv=3),
    "sigmoid calibration, one member": lambda: CalibratedClassifierCV(plain(SimpleImputer()), cv=3, ensemble=False),
    "sigmoid calibration of boosting": lambda: CalibratedClassifierCV(trees(small_boosting()), cv=2),
    "sigmoid calibration of a forest": lambda: CalibratedClassifierCV(
        trees(RandomForestClassifier(6, max_depth=4, random_state=0)), cv=2
    ),
    "isotonic calibration": lambda: CalibratedClassifierCV(plain(SimpleImputer()), cv=3, method="isotonic"),
    "isotonic calibration of boosting": lambda: CalibratedClassifierCV(
        trees(small_boosting()), cv=3, method="isotonic"
    ),
    "voting": lambda: VotingClassifier(several(), voting="soft"),
    "voting, weighted, one dropped": lambda: VotingClassifier(several(), voting="soft", weights=[2, 1, 0.5]).set_params(
        nb="drop"
    ),
    "voting behind columns": lambda: scaled(
        VotingClassifier([("a", LogisticRegression(max_iter=500)), ("b", GaussianNB())], voting="soft")
    ),
    "stacking": lambda: StackingClassifier(several(), cv=2),
    "stacking, one dropped": lambda: StackingClassifier(several(), cv=2).set_params(nb="drop"),
    "stacking, decisions": lambda: StackingClassifier(
        [("a", scaled(LinearSVC(random_state=0))), ("b", scaled(RidgeClassifier())), ("c", trees(small_boosting()))],
        stack_method="auto",
        cv=2,
    ),
    "stacking, probabilities": lambda: StackingClassifier(
        several(), stack_method="predict_proba", cv=2, final_estimator=LogisticRegression(C=0.1)
    ),
    "stacking with the columns, boosting on top": lambda: plain_trees(
        StackingClassifier(
            [("lr", LogisticRegression(max_iter=500)), ("nb", GaussianNB())],
            cv=2,
            passthrough=True,
            final_estimator=GradientBoostingClassifier(n_estimators=8, random_state=0),
        )
    ),
    "stacking with the columns, a forest on top": lambda: plain_trees(
        StackingClassifier(
            [("lr", LogisticRegression(max_iter=500)), ("tree", DecisionTreeClassifier(max_depth=3, random_state=0))],
            cv=2,
            passthrough=True,
            final_estimator=RandomForestClassifier(6, max_depth=4, random_state=0),
        )
    ),
    "bagging of trees": lambda: plain_trees(BaggingClassifier(n_estimators=6, random_state=0)),
    "bagging of sums, some columns": lambda: plain_trees(
        BaggingClassifier(LogisticRegression(max_iter=500), n_estimators=4, max_features=0.6, random_state=0)
    ),
    "votes of stumps": lambda: plain_trees(AdaBoostClassifier(n_estimators=12, random_state=0)),
    "votes of trees": lambda: plain_trees(
        AdaBoostClassifier(DecisionTreeClassifier(max_depth=3), n_estimators=5, learning_rate=0.5, random_state=0)
    ),
    "isotonic calibration of a vote": lambda: CalibratedClassifierCV(
        VotingClassifier(several(), voting="soft"), cv=2, method="isotonic"
    ),
    "isotonic calibration of naive Bayes": lambda: CalibratedClassifierCV(
        scaled(GaussianNB()), cv=2, method="isotonic"
    ),
    **{
        f"{method} calibration of {type(last).__name__}": partial(calibrated, last, method)
        for method in ("sigmoid", "isotonic")
        for last in (
            LinearSVC(random_state=0),
            RidgeClassifier(),
            RidgeClassifierCV(),
            SGDClassifier(random_state=0),
            Perceptron(random_state=0),
        )
    },
    "calibration as a last step": lambda: encoded(
        SimpleImputer(),
        one_hot(handle_unknown="ignore"),
        CalibratedClassifierCV(LogisticRegression(max_iter=500), cv=2),
    ),
}


TEMPERATURE: dict[str, Callable[[], Model]] = {
    "of a sum": lambda: CalibratedClassifierCV(plain(SimpleImputer()), cv=3, method="temperature"),
    "of a sum, one member": lambda: calibrated(LinearSVC(random_state=0), "temperature", ensemble=False),
    "of boosting": lambda: CalibratedClassifierCV(trees(small_boosting()), cv=2, method="temperature"),
    "of a forest": lambda: CalibratedClassifierCV(
        trees(RandomForestClassifier(6, max_depth=4, random_state=0)), cv=2, method="temperature"
    ),
    "of naive Bayes": lambda: calibrated(GaussianNB(), "temperature"),
}
"""Since scikit-learn 1.8."""


def plain_trees(last: Model) -> Pipeline:
    return encoded(SimpleImputer(), one_hot(handle_unknown="ignore", sparse_output=False), last)


@pytest.mark.parametrize(("beta", "named"), [(1.2, False), (0.3, True)])
@pytest.mark.parametrize("last", ["bayes", "forest"])
def test_a_temperature_that_is_steep_at_its_ends_is_named_behind_a_sum(
    last: str, beta: float, named: bool, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    inner = {"bayes": GaussianNB(), "forest": RandomForestClassifier(5, max_depth=4, random_state=0)}[last]
    pytest.importorskip("sklearn", minversion="1.8")
    few = make_pipeline(SimpleImputer(), inner)  # from eight columns on, a sum of squares is added as numpy adds it
    numbers = loans[["income", "age", "debt"]]
    model = fitted(CalibratedClassifierCV(few, method="temperature", cv=3), numbers, bad)
    for member in model.calibrated_classifiers_:
        member.calibrators[0].beta_ = np.float64(beta)
    parity = read(build(model, numbers, out=tmp_path / "m.golive").path / "parity.json", Parity)
    assert parity.float_class.startswith("float64, then a curve") is (named and last == "bayes")


def fitted(model: Model, X: Any, y: Any) -> Model:
    """Fit; that a small model did not converge is not what is tested."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(X, y)


@pytest.mark.parametrize("which", MODELS)
def test_a_compiled_model_gives_its_own_probabilities(
    which: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = fitted(MODELS[which](), loans[RAW], bad)
    bundle = build(model, loans, outcome="status", holdout=late, out=tmp_path / "m.golive")
    expected = model.predict_proba(late[RAW])[:, 1]
    assert np.abs(bundle.score(late) - expected).max() <= 1e-12
    checks = {(check.rows, check.what): check for check in read(bundle.path / "parity.json", Parity).checks}
    assert all(check.equal == check.compared > 0 for check in checks.values())
    assert set(checks) >= {("training", "score"), ("holdout", "score"), ("hostile", "score"), ("hostile", "decision")}


@pytest.mark.skipif(
    not hasattr(calibration, "_TemperatureScaling"), reason="this scikit-learn has no temperature scaling yet"
)
@pytest.mark.parametrize("which", TEMPERATURE)
def test_a_temperature_gives_its_own_probabilities(
    which: str, loans: pd.DataFrame, late: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = fitted(TEMPERATURE[which](), loans[RAW], bad)
    bundle = build(model, loans, outcome="status", holdout=late, out=tmp_path / "m.golive")
    assert np.abs(bundle.score(late) - model.predict_proba(late[RAW])[:, 1]).max() <= 1e-12


def test_a_classifier_without_probabilities_is_refused_with_the_way_out(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = fitted(scaled(LinearSVC(random_state=0)), loans[RAW], bad)
    with pytest.raises(UnsupportedError, match="no probability") as caught:
        build(model, loans[RAW], out=tmp_path / "m.golive")
    assert "CalibratedClassifierCV" in str(caught.value)


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_a_model_fitted_before_calibration_compiles(
    method: str, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    frozen = pytest.importorskip("sklearn.frozen").FrozenEstimator(fitted(plain(SimpleImputer()), loans[RAW], bad))
    model = fitted(CalibratedClassifierCV(frozen, method=method, cv=2), loans[RAW], bad)
    bundle = build(model, loans[RAW], out=tmp_path / "m.golive")
    assert np.abs(bundle.score(loans) - model.predict_proba(loans[RAW])[:, 1]).max() <= 1e-12


def test_the_other_class_can_be_the_event(loans: pd.DataFrame, tmp_path: Path) -> None:
    model = fitted(CalibratedClassifierCV(plain(SimpleImputer()), cv=2), loans[RAW], loans["status"])
    bundle = build(model, loans[RAW], event="bad", out=tmp_path / "m.golive")
    assert bundle.contract.event == "bad"
    assert np.abs(bundle.score(loans) - model.predict_proba(loans[RAW])[:, 0]).max() <= 1e-12
    names, towards_bad = bundle.contributions(loans[RAW])
    other = build(model, loans[RAW], event="good", out=tmp_path / "g.golive")
    assert np.allclose(other.contributions(loans[RAW])[1], -towards_bad) and "debt" in names


def test_models_fitted_on_arrays_are_matched_by_position(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    numbers = loans[["age", "debt"]].astype("float64")
    bundle = build(LogisticRegression(max_iter=500).fit(numbers.to_numpy(), bad), numbers, out=tmp_path / "m.golive")
    assert list(bundle.graph.cleaned) == ["age", "debt"]


def test_reasons_of_a_linear_model_add_up_to_its_log_odds(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    model = plain(make_pipeline(SimpleImputer(), StandardScaler())).fit(loans[RAW], bad)
    bundle = build(model, loans[RAW], out=tmp_path / "m.golive")
    _, parts = bundle.contributions(loans[RAW])
    log_odds = model.decision_function(loans[RAW])
    assert bundle.contract.reasons == "linear"
    assert np.allclose(parts.sum(axis=1), log_odds - log_odds.mean(), atol=1e-9)


def test_reasons_of_boosted_trees_add_up_to_their_log_odds(loans: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    model = trees(small_boosting()).fit(loans[RAW], bad)
    bundle = build(model, loans[RAW], out=tmp_path / "m.golive")
    _, parts = bundle.contributions(loans[RAW])
    log_odds = model.decision_function(loans[RAW])
    assert bundle.contract.reasons == "paths"
    differences = log_odds - parts.sum(axis=1)
    assert np.ptp(differences) <= 1e-9  # a constant: the mean of the leaves


@pytest.mark.parametrize(
    "last",
    [RandomForestClassifier(9, random_state=0), ExtraTreesClassifier(9, max_depth=5, random_state=0),
     DecisionTreeClassifier(max_depth=5, random_state=0)],
    ids=lambda last: type(last).__name__,
)  # fmt: skip
def test_reasons_of_a_forest_add_up_to_its_probability(
    last: Model, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = trees(clone(last)).fit(loans[RAW], bad)
    bundle = build(model, loans[RAW], out=tmp_path / "m.golive")
    assert (bundle.contract.reasons, bundle.contract.reasons_in) == ("paths", "probability")
    _, parts = bundle.contributions(loans[RAW])
    roots = [tree.tree_.value[0, 0] for tree in getattr(model[-1], "estimators_", [model[-1]])]
    mean = np.mean([root[1] / root.sum() for root in roots])
    assert np.abs(parts.sum(axis=1) - (model.predict_proba(loans[RAW])[:, 1] - mean)).max() <= 1e-9


def test_reasons_of_whatever_has_no_parts_add_up_from_a_typical_case(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = scaled(GaussianNB()).fit(loans[RAW], bad)
    bundle = build(model, loans, outcome="status", out=tmp_path / "m.golive")
    assert (bundle.contract.reasons, bundle.contract.reasons_in) == ("shapley", "probability")
    shapley = bundle.graph.shapley
    assert shapley is not None
    typical = pd.DataFrame([dict(zip(shapley.inputs, shapley.baseline, strict=True))])
    middles = loans[NUMBERS].quantile(0.5, interpolation="lower")
    assert typical[NUMBERS].iloc[0].to_dict() == middles.to_dict()
    assert typical[TEXTS].iloc[0].to_list() == [loans[name].mode()[0] for name in TEXTS]
    names, parts = bundle.contributions(loans)
    score = model.predict_proba(loans[RAW])[:, 1] - model.predict_proba(typical.assign(member=True)[RAW])[:, 1]
    assert names == tuple(typical) and "member" not in names  # the model never sees it
    assert np.abs(parts.sum(axis=1) - score).max() <= 1e-9


@pytest.mark.parametrize("which", ["bagging of trees", "votes of forests"])
def test_reasons_of_a_mean_of_trees_are_the_mean_of_theirs(
    which: str, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    forests = [(f"f{depth}", trees(RandomForestClassifier(4, max_depth=depth, random_state=0))) for depth in (2, 5)]
    make = MODELS.get(which, lambda: VotingClassifier(forests, voting="soft", weights=[1, 3]))
    model = fitted(make(), loans[RAW], bad)
    bundle = build(model, loans[RAW], out=tmp_path / "m.golive")
    assert (bundle.contract.reasons, bundle.contract.reasons_in) == ("paths", "probability")
    _, parts = bundle.contributions(loans[RAW])
    assert np.ptp(model.predict_proba(loans[RAW])[:, 1] - parts.sum(axis=1)) <= 1e-9


@pytest.mark.parametrize(
    ("model", "scale"),
    [
        (lambda: plain(SimpleImputer()), "log-odds"),
        (lambda: plain_trees(GradientBoostingClassifier(n_estimators=5, loss="exponential")), "log-odds"),
        (lambda: scaled(SGDClassifier(loss="modified_huber", random_state=0)), "decision value"),
        (lambda: calibrated(RidgeClassifier(), "sigmoid"), "decision value before calibration"),
        (lambda: calibrated(RandomForestClassifier(4, random_state=0), "isotonic"), "probability before calibration"),
    ],
)
def test_the_contract_says_what_reasons_are_parts_of(
    model: Callable[[], Model], scale: str, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    bundle = build(fitted(model(), loans[RAW], bad), loans[RAW], out=tmp_path / "m.golive")
    assert bundle.contract.reasons_in == scale


@pytest.mark.parametrize(("last", "named"), [("linear", True), ("boosting", False), ("forest", False)])
def test_a_steep_curve_behind_a_sum_is_named_and_behind_trees_needs_no_room(
    last: str, named: bool, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    inner = {
        "linear": lambda: encoded(make_pipeline(SimpleImputer(), StandardScaler()), one_hot(), LogisticRegression()),
        "boosting": lambda: trees(small_boosting()),
        "forest": lambda: trees(RandomForestClassifier(6, max_depth=4, random_state=0)),
    }[last]()
    model = fitted(CalibratedClassifierCV(inner, method="isotonic", cv=2), loans[RAW], bad)
    steep = [member.calibrators[0] for member in model.calibrated_classifiers_]
    for curve in steep:  # as steep as on many rows, where knots lie close
        curve.f_.x, curve.X_thresholds_ = curve.f_.x / 1e4, curve.X_thresholds_ / 1e4
        curve.X_min_, curve.X_max_ = curve.X_min_ / 1e4, curve.X_max_ / 1e4
    parity = read(build(model, loans[RAW], out=tmp_path / "m.golive").path / "parity.json", Parity)
    assert parity.float_class.startswith("float64, then a curve of slope") is named
    (score,) = {check.tolerance for check in parity.checks if check.what == "score"}
    assert (score > 1e-12) is named
    assert all(check.equal == check.compared for check in parity.checks)


@pytest.mark.parametrize(("large", "named"), [(1.0, False), (1e9, True)])
def test_sums_of_large_terms_that_cancel_out_are_named_and_given_room(
    large: float, named: bool, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    numbers = loans[["income", "age", "debt"]].fillna(0.0)
    numbers /= numbers.max()
    model = fitted(LogisticRegression(), numbers, bad)
    twins = numbers.assign(income=numbers["income"] * large)
    twins["age"] = twins["income"] + numbers["debt"]
    model.coef_ = np.array([[1.0, -1.0, 1.0]])  # income - age + debt: nothing is left but rounding
    parity = read(build(model, twins, out=tmp_path / "m.golive").path / "parity.json", Parity)
    assert parity.float_class.startswith("float64, with sums of terms up to") is named
    (score,) = {check.tolerance for check in parity.checks if check.what == "score"}
    assert (1e-12 < score < 1e-5) is named

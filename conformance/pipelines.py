"""Pipelines as people build them for credit, churn and fraud. A case is its function; what it covers stands above it.

Small models on purpose: what goes wrong between two engines goes wrong with thirty trees as with three hundred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from catboost import CatBoostClassifier
from lightgbm import LGBMClassifier, early_stopping
from scipy.stats import loguniform
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import SelectFromModel, SelectKBest, VarianceThreshold, chi2, f_classif
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, RidgeClassifier, SGDClassifier
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    RandomizedSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline, make_union
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

from conformance.cases import PIPELINES, Case, add, covered
from conformance.data import BOOLEANS, GRADES, NUMBERS, NUMERIC, TEXTS
from conformance.project import Capped, capped, shares, with_ratio

if TYPE_CHECKING:
    from collections.abc import Callable

MIXED = (*NUMERIC, *TEXTS, *BOOLEANS)


def case(
    covers: str, columns: tuple[str, ...] = MIXED, **more: Any
) -> Callable[[Callable[[], Any]], Callable[[], Any]]:  # fmt: skip
    def named(make: Callable[[], Any]) -> Callable[[], Any]:
        name = make.__name__
        add(PIPELINES, Case(name, make, columns, covered(covers), name.replace("_", " "), **more))
        return make

    return named


def filled(*steps: Any, strategy: str = "median") -> Pipeline:
    """The branch for numbers: imputed, then some steps."""
    return make_pipeline(SimpleImputer(strategy=strategy), *steps)


def dummies(**options: Any) -> Pipeline:
    """The branch for texts: imputed, then one-hot."""
    return make_pipeline(
        SimpleImputer(strategy="most_frequent"), OneHotEncoder(**{"handle_unknown": "ignore", **options})
    )


def split(numbers: Any, texts: Any, **options: Any) -> ColumnTransformer:
    return ColumnTransformer(
        [("numbers", numbers, list(NUMERIC)), ("texts", texts, list(TEXTS))],
        **{"remainder": "passthrough", **options},
    )


def logistic(**options: Any) -> LogisticRegression:
    return LogisticRegression(**{"max_iter": 500, **options})


def xgb(**options: Any) -> XGBClassifier:
    return XGBClassifier(**{"n_estimators": 40, "max_depth": 4, "n_jobs": 1, "random_state": 0, **options})


def lgbm(**options: Any) -> LGBMClassifier:
    return LGBMClassifier(**{"n_estimators": 40, "n_jobs": 1, "verbose": -1, "random_state": 0, **options})


def cat(**options: Any) -> CatBoostClassifier:
    settings = {"iterations": 40, "thread_count": 1, "verbose": False, "random_seed": 0, "allow_writing_files": False}
    return CatBoostClassifier(**{**settings, **options})


def hist(**options: Any) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(**{"max_iter": 40, "random_state": 0, **options})


def forest(**options: Any) -> RandomForestClassifier:
    return RandomForestClassifier(**{"n_estimators": 20, "max_depth": 8, "random_state": 0, **options})


# Imputing and scaling


@case("imputer mean; StandardScaler; LogisticRegression; alone; Pipeline; DataFrame", NUMERIC)
def mean_standard_logistic() -> Any:
    return filled(StandardScaler(), logistic(), strategy="mean")


@case("imputer median; imputer add_indicator; MinMaxScaler; MinMaxScaler clip; ColumnTransformer; passthrough")
def median_indicator_minmax_clip_logistic() -> Any:
    imputed = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), MinMaxScaler(clip=True))
    return make_pipeline(split(imputed, dummies()), logistic())


@case("imputer most_frequent; imputer text; OneHotEncoder ignore; RobustScaler; remainder")
def most_frequent_robust_onehot_logistic() -> Any:
    return make_pipeline(split(filled(RobustScaler(), strategy="most_frequent"), dummies()), logistic(C=0.1))


@case("imputer constant; imputer text; MaxAbsScaler; OneHotEncoder ignore")
def constant_maxabs_onehot_logistic() -> Any:
    texts = make_pipeline(
        SimpleImputer(strategy="constant", fill_value="missing"), OneHotEncoder(handle_unknown="ignore")
    )
    numbers = make_pipeline(SimpleImputer(strategy="constant", fill_value=-1.0), MaxAbsScaler())
    return make_pipeline(split(numbers, texts), logistic())


@case("imputer missing_values; imputer add_indicator; imputer median", (*NUMERIC, "bureau"))
def bureau_score_of_minus_999_imputed() -> Any:
    bureau = make_pipeline(SimpleImputer(missing_values=-999.0, add_indicator=True), StandardScaler())
    parts = ColumnTransformer([("bureau", bureau, ["bureau"]), ("rest", filled(StandardScaler()), list(NUMERIC))])
    return make_pipeline(parts, logistic())


@case("RobustScaler; LogisticRegressionCV", NUMERIC)
def robust_quantiles_logistic_cv() -> Any:
    scaler = RobustScaler(quantile_range=(5.0, 95.0), unit_variance=True)
    return filled(
        scaler,
        LogisticRegressionCV(
            Cs=3, cv=3, max_iter=300, scoring="roc_auc", use_legacy_attributes=False, l1_ratios=(0.0,)
        ),
    )


@case("PowerTransformer yeo-johnson", NUMERIC)
def yeo_johnson_logistic() -> Any:
    return filled(PowerTransformer(), logistic())


@case("PowerTransformer yeo-johnson", NUMERIC)
def yeo_johnson_unscaled_boosting() -> Any:
    return filled(PowerTransformer(standardize=False), hist())


@case("PowerTransformer box-cox", ("income", "amount", "age", "months"))
def box_cox_logistic() -> Any:
    return filled(PowerTransformer(method="box-cox"), logistic())


@case("KBinsDiscretizer onehot; OneHotEncoder sparse")
def kbins_onehot_logistic() -> Any:
    bins = KBinsDiscretizer(n_bins=6, encode="onehot", strategy="quantile", quantile_method="averaged_inverted_cdf")
    return make_pipeline(split(filled(bins), dummies()), logistic())


@case("KBinsDiscretizer onehot-dense", NUMERIC)
def kbins_onehot_dense_logistic() -> Any:
    return filled(KBinsDiscretizer(n_bins=5, encode="onehot-dense", strategy="uniform"), logistic())


@case("KBinsDiscretizer ordinal", NUMERIC)
def kbins_ordinal_kmeans_forest() -> Any:
    return filled(KBinsDiscretizer(n_bins=8, encode="ordinal", strategy="kmeans", random_state=0), forest())


@case("PolynomialFeatures", NUMBERS)
def polynomial_logistic() -> Any:
    return filled(StandardScaler(), PolynomialFeatures(degree=2, include_bias=False), logistic(C=0.05))


@case("PolynomialFeatures; PolynomialFeatures interaction_only", NUMBERS)
def interactions_logistic() -> Any:
    return filled(StandardScaler(), PolynomialFeatures(degree=3, interaction_only=True), logistic(C=0.01))


@case("FunctionTransformer numpy; StandardScaler", ("income", "amount", "used", "age", "late"))
def log1p_logistic() -> Any:
    return filled(FunctionTransformer(np.log1p, feature_names_out="one-to-one"), StandardScaler(), logistic())


@case("FunctionTransformer pandas")
def pandas_function_in_front() -> Any:
    return make_pipeline(FunctionTransformer(with_ratio), split(filled(StandardScaler()), dummies()), logistic())


@case("FunctionTransformer pandas; ColumnTransformer", NUMERIC)
def pandas_function_on_some_columns() -> Any:
    ratio = make_pipeline(SimpleImputer().set_output(transform="pandas"), FunctionTransformer(shares), StandardScaler())
    parts = ColumnTransformer([("shares", ratio, ["income", "amount", "balance"]), ("rest", filled(), ["age", "late"])])
    return make_pipeline(parts, logistic())


@case("FunctionTransformer numpy; array", NUMBERS, array=True)
def function_of_an_array() -> Any:
    limited = FunctionTransformer(capped, kw_args={"low": -2.0, "high": 3.0})
    return filled(StandardScaler(), limited, logistic())


@case("user-defined transformer", NUMERIC, options={"converters": {Capped: "conformance.converters:capped"}})
def transformer_of_ones_own() -> Any:
    return filled(Capped(quantile=0.95), StandardScaler(), logistic())


# Encoders


@case("OneHotEncoder drop first; OneHotEncoder error")
def onehot_drop_first_logistic() -> Any:
    encoder = OneHotEncoder(drop="first", handle_unknown="error", sparse_output=False)
    texts = make_pipeline(SimpleImputer(strategy="most_frequent"), encoder)
    return make_pipeline(split(filled(StandardScaler()), texts), logistic())


@case("OneHotEncoder drop if_binary; OneHotEncoder missing", ("home", "employment", "insured", "married", "income"))
def onehot_if_binary_with_missing() -> Any:
    encoder = OneHotEncoder(drop="if_binary", handle_unknown="ignore")
    parts = ColumnTransformer(
        [("texts", encoder, ["home", "employment", "insured", "married"]), ("income", filled(), ["income"])]
    )
    return make_pipeline(parts, MaxAbsScaler(), logistic())


@case("OneHotEncoder drop list", ("home", "insured", "used", "age"))
def onehot_drop_list_logistic() -> Any:
    encoder = OneHotEncoder(drop=["own", "no"])
    parts = make_column_transformer((encoder, ["home", "insured"]), remainder=StandardScaler())
    return make_pipeline(parts, logistic())


@case("OneHotEncoder min_frequency; OneHotEncoder infrequent_if_exist")
def onehot_min_frequency_logistic() -> Any:
    encoder = OneHotEncoder(min_frequency=0.05, handle_unknown="infrequent_if_exist", sparse_output=False)
    return make_pipeline(split(filled(StandardScaler()), encoder), logistic())


@case("OneHotEncoder max_categories; OneHotEncoder ignore")
def onehot_max_categories_boosting() -> Any:
    encoder = OneHotEncoder(max_categories=4, handle_unknown="ignore", sparse_output=False, dtype=np.float32)
    return make_pipeline(split("passthrough", encoder), hist())


@case("OneHotEncoder max_categories; OneHotEncoder infrequent_if_exist; OneHotEncoder drop first")
def onehot_infrequent_dropped_logistic() -> Any:
    encoder = OneHotEncoder(max_categories=5, min_frequency=30, drop="first", handle_unknown="infrequent_if_exist")
    return make_pipeline(split(filled(StandardScaler()), encoder), logistic())


@case("OneHotEncoder missing; OneHotEncoder error; OneHotEncoder categories", ("grade", "employment", "late", "used"))
def onehot_stated_categories_logistic() -> Any:
    stated = OneHotEncoder(categories=[list(GRADES)])
    parts = ColumnTransformer(
        [("grade", stated, ["grade"]), ("job", OneHotEncoder(), ["employment"]), ("n", "passthrough", ["late", "used"])]
    )
    return make_pipeline(parts, logistic())


@case("OneHotEncoder numbers; OneHotEncoder min_frequency", ("months", "dependents", "late", "married", "used"))
def onehot_of_whole_numbers_logistic() -> Any:
    encoder = OneHotEncoder(min_frequency=50, handle_unknown="infrequent_if_exist")
    return make_pipeline(make_column_transformer((encoder, ["months", "dependents", "late", "married"])), logistic())


@case("OrdinalEncoder unknown; RandomForest")
def ordinal_unknown_forest() -> Any:
    encoder = make_pipeline(
        SimpleImputer(strategy="most_frequent"), OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    )
    return make_pipeline(split(filled(), encoder), forest())


@case("OrdinalEncoder missing; OrdinalEncoder unknown; HistGradientBoosting missing")
def ordinal_missing_boosting() -> Any:
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=-2)
    return make_pipeline(split("passthrough", encoder), hist())


@case("OrdinalEncoder infrequent; OrdinalEncoder unknown")
def ordinal_infrequent_logistic() -> Any:
    encoder = OrdinalEncoder(
        min_frequency=100, max_categories=6, handle_unknown="use_encoded_value", unknown_value=99,
        encoded_missing_value=50,
    )  # fmt: skip
    return make_pipeline(split(filled(StandardScaler()), encoder), StandardScaler(), logistic())


@case("OrdinalEncoder categories", ("grade", "used", "age"))
def ordinal_stated_order_tree() -> Any:
    encoder = OrdinalEncoder(categories=[list(GRADES)])
    return make_pipeline(
        make_column_transformer((encoder, ["grade"]), remainder="passthrough"), DecisionTreeClassifier(max_depth=6)
    )


@case("TargetEncoder", (*NUMERIC, *TEXTS, "city"))
def target_encoder_logistic() -> Any:
    parts = ColumnTransformer(
        [
            ("numbers", filled(StandardScaler()), list(NUMERIC)),
            ("texts", TargetEncoder(random_state=0), [*TEXTS, "city"]),
        ]
    )
    return make_pipeline(parts, logistic())


@case("TargetEncoder; LightGBM", (*NUMERIC, *TEXTS, "city"))
def target_encoder_smooth_lightgbm() -> Any:
    encoder = TargetEncoder(smooth=20.0, cv=3, random_state=0)
    parts = ColumnTransformer([("texts", encoder, [*TEXTS, "city"])], remainder="passthrough")
    return make_pipeline(parts.set_output(transform="pandas"), lgbm())


# Selection, columns, output


@case("SelectKBest")
def best_ten_logistic() -> Any:
    return make_pipeline(split(filled(StandardScaler()), dummies()), SelectKBest(f_classif, k=10), logistic())


@case("SelectKBest; MinMaxScaler", NUMERIC)
def best_by_chi2_forest() -> Any:
    return filled(MinMaxScaler(feature_range=(0, 2)), SelectKBest(chi2, k=5), forest())


@case("SelectFromModel")
def selected_by_lasso_boosting() -> Any:
    lasso = SelectFromModel(LogisticRegression(l1_ratio=1.0, solver="liblinear", C=0.05))
    return make_pipeline(split(filled(StandardScaler()), dummies(sparse_output=False)), lasso, hist(), memory=None)


@case("SelectFromModel; VarianceThreshold")
def selected_by_forest_logistic() -> Any:
    chosen = SelectFromModel(forest(), threshold="0.5*mean")
    return make_pipeline(
        split(filled(), dummies()), VarianceThreshold(0.01), chosen, StandardScaler(with_mean=False), logistic()
    )


@case("VarianceThreshold", NUMERIC)
def varying_columns_logistic() -> Any:
    return make_pipeline(
        SimpleImputer(), VarianceThreshold(), StandardScaler(with_std=False), MaxAbsScaler(), logistic()
    )


@case("drop; remainder; passthrough")
def dropped_columns_logistic() -> Any:
    parts = ColumnTransformer(
        [("numbers", filled(RobustScaler()), list(NUMERIC)), ("home", OneHotEncoder(handle_unknown="ignore"), ["home"]),
         ("gone", "drop", ["region"]), ("as they are", "passthrough", list(BOOLEANS))],
        remainder="drop",
    )  # fmt: skip
    return make_pipeline(parts, logistic())


@case("column selector; remainder")
def selected_by_type_logistic() -> Any:
    parts = make_column_transformer(
        (filled(StandardScaler()), make_column_selector(dtype_include="number")),
        (dummies(sparse_output=False), make_column_selector(pattern="^(home|purpose|employment)$")),
        (OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), make_column_selector("region")),
        remainder="passthrough",
    )
    return make_pipeline(parts, logistic())


@case("set_output; ColumnTransformer")
def pandas_output_everywhere() -> Any:
    made = make_pipeline(split(filled(StandardScaler()), dummies(sparse_output=False)), SelectKBest(k=12), logistic())
    return made.set_output(transform="pandas")


@case("set_output; array; ColumnTransformer; column selector", array=True)
def array_of_mixed_columns_by_position() -> Any:
    count = len(NUMERIC)
    parts = ColumnTransformer(
        [("n", filled(StandardScaler()), slice(0, count)), ("t", dummies(), [count, count + 1, count + 2, count + 3])],
        remainder="drop",
    )
    return make_pipeline(parts, logistic())


@case("array; HistGradientBoosting; alone", NUMERIC, array=True)
def array_boosting() -> Any:
    return hist(max_leaf_nodes=15)


@case("FeatureUnion; KBinsDiscretizer onehot; Pipeline", NUMERIC)
def union_of_scaled_and_binned() -> Any:
    return make_pipeline(
        SimpleImputer(),
        FeatureUnion([("scaled", StandardScaler()), ("bins", KBinsDiscretizer(4, quantile_method="linear"))]),
        logistic(),
    )


@case("FeatureUnion; nested pipelines; passthrough; drop", NUMERIC)
def union_with_passthrough() -> Any:
    ratios = make_pipeline(SimpleImputer(), PolynomialFeatures(2, interaction_only=True, include_bias=False))
    return make_pipeline(
        SimpleImputer(add_indicator=True),
        make_union(ratios, "passthrough", StandardScaler()),
        SelectKBest(k=20),
        hist(),
    )


@case("nested pipelines; ColumnTransformer; FeatureUnion")
def transformers_within_transformers() -> Any:
    inner = ColumnTransformer(
        [
            ("money", filled(PowerTransformer()), ["income", "amount"]),
            ("rest", filled(StandardScaler()), list(NUMERIC[2:])),
        ]
    )
    outer = ColumnTransformer(
        [("numbers", Pipeline([("inner", inner)]), list(NUMERIC)), ("texts", dummies(), list(TEXTS))]
    )
    return Pipeline([("prepare", Pipeline([("columns", outer)])), ("nothing", "passthrough"), ("model", logistic())])


# Linear


@case("LogisticRegression; StandardScaler")
def lasso_logistic() -> Any:
    model = LogisticRegression(l1_ratio=1.0, solver="liblinear", C=0.1, class_weight="balanced")
    return make_pipeline(split(filled(StandardScaler()), dummies()), model)


@case("LogisticRegression", ("used", "age", "late", "months", "dependents"))
def logistic_without_intercept() -> Any:
    return make_pipeline(StandardScaler(), logistic(fit_intercept=False))


@case("LinearSVC calibrated; calibration sigmoid; calibration cv")
def linear_svc_calibrated() -> Any:
    return make_pipeline(split(filled(StandardScaler()), dummies()), CalibratedClassifierCV(LinearSVC(C=0.01), cv=3))


@case("SGDClassifier calibrated; calibration isotonic")
def sgd_hinge_isotonic() -> Any:
    model = CalibratedClassifierCV(SGDClassifier(random_state=0), method="isotonic", cv=3)
    return make_pipeline(split(filled(StandardScaler()), dummies()), model)


@case("SGDClassifier calibrated; calibration sigmoid", NUMERIC)
def sgd_log_loss_calibrated() -> Any:
    return CalibratedClassifierCV(filled(StandardScaler(), SGDClassifier(loss="log_loss", random_state=0)), cv=2)


@case("RidgeClassifier calibrated; calibration without ensemble")
def ridge_calibrated() -> Any:
    model = CalibratedClassifierCV(RidgeClassifier(alpha=3.0), ensemble=False, cv=3)
    return make_pipeline(split(filled(StandardScaler()), dummies()), model)


# Bayes and trees


@case("GaussianNB", NUMERIC)
def naive_bayes() -> Any:
    return filled(PowerTransformer(), GaussianNB())


@case("GaussianNB; calibration isotonic")
def naive_bayes_isotonic() -> Any:
    parts = split(filled(StandardScaler()), dummies(sparse_output=False))
    return make_pipeline(parts, CalibratedClassifierCV(GaussianNB(var_smoothing=1e-6), method="isotonic", cv=3))


@case("DecisionTree")
def tree_of_depth_seven() -> Any:
    tree = DecisionTreeClassifier(max_depth=7, min_samples_leaf=20, random_state=0)
    return make_pipeline(split(filled(), dummies(sparse_output=False)), tree)


@case("DecisionTree; alone", NUMERIC)
def tree_with_missing_values() -> Any:
    return DecisionTreeClassifier(max_leaf_nodes=40, class_weight="balanced", random_state=0)


@case("RandomForest")
def deep_forest() -> Any:
    model = RandomForestClassifier(
        n_estimators=25, min_samples_leaf=2, class_weight="balanced_subsample", random_state=0
    )
    return make_pipeline(split(filled(), dummies()), model)


@case("RandomForest; alone", NUMERIC)
def forest_with_missing_values() -> Any:
    return forest(max_features=None, criterion="entropy")


@case("ExtraTrees")
def extra_trees() -> Any:
    model = ExtraTreesClassifier(n_estimators=25, max_depth=9, bootstrap=True, random_state=0)
    return make_pipeline(split(filled(StandardScaler()), dummies()), model)


@case("GradientBoosting")
def gradient_boosting() -> Any:
    model = GradientBoostingClassifier(n_estimators=40, max_depth=3, random_state=0)
    return make_pipeline(split(filled(), dummies(sparse_output=False)), model)


@case("GradientBoosting; OrdinalEncoder unknown", (*NUMERIC, *TEXTS))
def stochastic_gradient_boosting() -> Any:
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)
    model = GradientBoostingClassifier(n_estimators=30, subsample=0.6, max_features="sqrt", init="zero", random_state=0)
    return make_pipeline(split(filled(), encoder), model)


@case("HistGradientBoosting; HistGradientBoosting missing; alone", NUMERIC)
def histogram_boosting() -> Any:
    return hist(learning_rate=0.2, l2_regularization=1.0, early_stopping=True)


@case("HistGradientBoosting; HistGradientBoosting categories")
def histogram_boosting_categories_by_position() -> Any:
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)
    parts = ColumnTransformer([("texts", encoder, list(TEXTS))], remainder="passthrough")
    return make_pipeline(parts, hist(categorical_features=[0, 1, 2, 3]))


def with_categories(df: Any) -> Any:
    df = df.copy()
    for name in TEXTS:
        df[name] = df[name].astype("category")
    return df


def with_frozen_categories(df: Any, train: Any) -> Any:
    df = df.copy()
    for name in TEXTS:
        df[name] = pd.Categorical(df[name], categories=train[name].astype("category").cat.categories)
    return df


BY_TYPE: dict[str, Any] = {"clean": with_categories, "frozen": with_frozen_categories}


@case("HistGradientBoosting categories; HistGradientBoosting missing; astype category", **BY_TYPE)
def histogram_boosting_categories_by_type() -> Any:
    return hist(categorical_features="from_dtype")


# Calibration


@case("calibration sigmoid; calibration cv; HistGradientBoosting", NUMERIC)
def boosting_sigmoid() -> Any:
    return CalibratedClassifierCV(hist(), method="sigmoid", cv=StratifiedKFold(4, shuffle=True, random_state=1))


@case("calibration isotonic; calibration cv; RandomForest")
def forest_isotonic() -> Any:
    return CalibratedClassifierCV(make_pipeline(split(filled(), dummies()), forest()), method="isotonic", cv=3)


@case("calibration temperature; LogisticRegression")
def logistic_temperature() -> Any:
    model = make_pipeline(split(filled(StandardScaler()), dummies()), logistic())
    return CalibratedClassifierCV(model, method="temperature", cv=3)


@case("calibration temperature; calibration without ensemble; GradientBoosting", NUMERIC)
def boosting_temperature() -> Any:
    model = filled(GradientBoostingClassifier(n_estimators=20, random_state=0))
    return CalibratedClassifierCV(model, method="temperature", ensemble=False, cv=3)


def fit_then_calibrate(model: Any, X: Any, y: Any) -> None:
    model.estimator.estimator.fit(X.iloc[:3000], y.iloc[:3000])
    model.fit(X.iloc[3000:], y.iloc[3000:])


@case("calibration prefit; calibration isotonic", NUMERIC, fit=fit_then_calibrate)
def prefit_isotonic() -> Any:
    return CalibratedClassifierCV(FrozenEstimator(hist()), method="isotonic")


# Several models


@case("Voting soft")
def voting_of_three() -> Any:
    members = [
        ("linear", make_pipeline(split(filled(StandardScaler()), dummies()), logistic())),
        ("forest", make_pipeline(split(filled(), dummies()), forest())),
        ("bayes", make_pipeline(split(filled(StandardScaler()), dummies(sparse_output=False)), GaussianNB())),
    ]
    return VotingClassifier(members, voting="soft")


@case("Voting soft; Voting weights", NUMERIC)
def voting_with_weights() -> Any:
    members = [("a", hist()), ("b", filled(StandardScaler(), logistic())), ("c", "drop")]
    return VotingClassifier(members, voting="soft", weights=[3, 1, 2])


@case("Stacking", NUMERIC)
def stacking() -> Any:
    members = [("trees", hist()), ("linear", filled(StandardScaler(), logistic()))]
    return StackingClassifier(members, final_estimator=logistic(), cv=3)


@case("Stacking; LinearSVC calibrated")
def stacking_of_decision_functions() -> Any:
    members = [("svc", LinearSVC(C=0.01)), ("ridge", RidgeClassifier()), ("forest", forest(n_estimators=10))]
    return make_pipeline(split(filled(StandardScaler()), dummies()), StackingClassifier(members, cv=3))


@case("Stacking; Stacking passthrough; GradientBoosting", NUMERIC)
def stacking_with_passthrough() -> Any:
    members = [("forest", forest()), ("linear", make_pipeline(StandardScaler(), logistic()))]
    final = GradientBoostingClassifier(n_estimators=20, max_depth=2, random_state=0)
    return filled(StackingClassifier(members, final_estimator=final, passthrough=True, cv=3))


# XGBoost


@case("XGBoost; XGBoost missing; alone", NUMERIC)
def xgboost_with_missing_values() -> Any:
    return xgb()


@case("XGBoost; StandardScaler", NUMERIC)
def scaled_xgboost() -> Any:
    return filled(StandardScaler(), xgb())


@case("XGBoost; OneHotEncoder sparse")
def xgboost_on_sparse_dummies() -> Any:
    encoder = OneHotEncoder(handle_unknown="ignore")
    parts = ColumnTransformer(
        [("texts", encoder, list(TEXTS)), ("n", "passthrough", list(BOOLEANS))], sparse_threshold=1.0
    )
    return make_pipeline(parts, xgb(n_estimators=25))


@case("XGBoost; OneHotEncoder ignore")
def xgboost_on_dense_dummies() -> Any:
    return make_pipeline(split("passthrough", dummies(sparse_output=False)), xgb(subsample=0.8, colsample_bytree=0.7))


@case("XGBoost; XGBoost base_score", NUMERIC)
def xgboost_base_score() -> Any:
    return xgb(base_score=0.2, scale_pos_weight=3.0, learning_rate=0.1, max_depth=6)


@case("XGBoost; XGBoost missing", (*NUMERIC, "bureau"))
def xgboost_missing_is_minus_999() -> Any:
    return make_pipeline(SimpleImputer(strategy="constant", fill_value=-999.0), xgb(missing=-999.0))


def fit_with_early_stopping(model: Any, X: Any, y: Any) -> None:
    model.fit(X.iloc[:4000], y.iloc[:4000], eval_set=[(X.iloc[4000:], y.iloc[4000:])], verbose=False)


@case("XGBoost; XGBoost early stopping", NUMERIC, fit=fit_with_early_stopping)
def xgboost_early_stopping() -> Any:
    return xgb(n_estimators=200, learning_rate=0.3, early_stopping_rounds=5)


@case("XGBoost; XGBoost categorical; astype category", **BY_TYPE)
def xgboost_categories() -> Any:
    return xgb(enable_categorical=True, tree_method="hist", max_cat_to_onehot=5)


@case("XGBoost; calibration isotonic", NUMERIC)
def xgboost_isotonic() -> Any:
    return CalibratedClassifierCV(xgb(n_estimators=20), method="isotonic", cv=3)


@case("XGBoost", NUMERIC)
def xgboost_of_many_parallel_trees() -> Any:
    return xgb(
        n_estimators=5, num_parallel_tree=4, subsample=0.6, grow_policy="lossguide", max_leaves=20, tree_method="exact"
    )


# LightGBM and CatBoost


@case("LightGBM; LightGBM missing; alone", NUMERIC)
def lightgbm_with_missing_values() -> Any:
    return lgbm()


@case("LightGBM; LightGBM categories; astype category", **BY_TYPE)
def lightgbm_categories() -> Any:
    return lgbm(min_data_per_group=20, cat_smooth=5.0)


@case("LightGBM; LightGBM missing", (*NUMERIC, "bureau"))
def lightgbm_without_missing_handling() -> Any:
    return make_pipeline(SimpleImputer(strategy="median").set_output(transform="pandas"), lgbm(use_missing=False))


@case("LightGBM; OneHotEncoder ignore; set_output")
def lightgbm_on_dummies_unbalanced() -> Any:
    parts = split(filled(), dummies(sparse_output=False)).set_output(transform="pandas")
    return make_pipeline(parts, lgbm(is_unbalance=True, boosting_type="goss"))


def fit_lightgbm_early(model: Any, X: Any, y: Any) -> None:
    held = [(X.iloc[4000:], y.iloc[4000:])]
    model.fit(X.iloc[:4000], y.iloc[:4000], eval_set=held, callbacks=[early_stopping(5, verbose=False)])


@case("LightGBM", NUMERIC, fit=fit_lightgbm_early)
def lightgbm_early_stopping() -> Any:
    return lgbm(n_estimators=200, learning_rate=0.2, boosting_type="gbdt", extra_trees=True)


@case("LightGBM; calibration sigmoid", NUMERIC)
def lightgbm_dart_calibrated() -> Any:
    return CalibratedClassifierCV(lgbm(boosting_type="dart", n_estimators=20), cv=3)


@case("CatBoost; alone", NUMERIC)
def catboost_numeric() -> Any:
    return cat(depth=5)


@case("CatBoost; OneHotEncoder ignore")
def catboost_on_dummies() -> Any:
    parts = split("passthrough", dummies(sparse_output=False))
    return make_pipeline(parts, cat(nan_mode="Max", auto_class_weights="Balanced"))


@case("CatBoost", NUMERIC)
def catboost_lossguide() -> Any:
    return filled(cat(grow_policy="Lossguide", max_leaves=16, l2_leaf_reg=1.0))


# Searches and thresholds


@case("GridSearchCV")
def grid_search() -> Any:
    made = make_pipeline(split(filled(StandardScaler()), dummies()), logistic())
    return GridSearchCV(made, {"logisticregression__C": [0.1, 1.0]}, cv=2, scoring="roc_auc")


@case("RandomizedSearchCV", NUMERIC)
def randomized_search() -> Any:
    chances = {"learning_rate": loguniform(0.05, 0.5), "max_leaf_nodes": [7, 15, 31]}
    return RandomizedSearchCV(hist(), chances, n_iter=3, cv=2, random_state=0)


@case("TunedThresholdClassifierCV", NUMERIC)
def tuned_threshold() -> Any:
    return TunedThresholdClassifierCV(filled(StandardScaler(), logistic()), cv=3, random_state=0)


@case("FixedThresholdClassifier; GridSearchCV; calibration sigmoid", NUMERIC)
def fixed_threshold_over_a_search() -> Any:
    search = GridSearchCV(filled(forest(n_estimators=10)), {"randomforestclassifier__max_depth": [3, 6]}, cv=2)
    return FixedThresholdClassifier(CalibratedClassifierCV(search, cv=2), threshold=0.3)

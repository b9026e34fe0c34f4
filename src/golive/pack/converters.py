"""Which estimators can be compiled, and by what; which cannot, and why.

Keys are full class names, private modules included, so that a subclass of yours is not taken for its parent. A test
pins that every key exists in the installed libraries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.pack.compilers import (
    bayes,
    bins,
    calibration,
    catboost,
    compose,
    encoders,
    ensembles,
    forests,
    functions,
    histogram,
    imputing,
    lightgbm,
    linear,
    powers,
    preprocessing,
    selection,
    xgboost,
)
from golive.pack.draft import Converter

if TYPE_CHECKING:
    from collections.abc import Mapping

CONVERTERS: Mapping[str, Converter] = {
    # compose
    "sklearn.pipeline.Pipeline": Converter(compose.pipeline_transform, compose.pipeline_classify, looks=False),
    "sklearn.pipeline.FeatureUnion": Converter(compose.union, looks=False),
    "sklearn.compose._column_transformer.ColumnTransformer": Converter(compose.columns, looks=False),
    "sklearn.frozen._frozen.FrozenEstimator": Converter(compose.frozen_transform, compose.frozen_classify, looks=False),
    "sklearn.model_selection._search.GridSearchCV": Converter(None, compose.search, looks=False),
    "sklearn.model_selection._search.RandomizedSearchCV": Converter(None, compose.search, looks=False),
    "sklearn.model_selection._classification_threshold.FixedThresholdClassifier": Converter(
        None, compose.thresholded, looks=False
    ),
    "sklearn.model_selection._classification_threshold.TunedThresholdClassifierCV": Converter(
        None, compose.thresholded, looks=False
    ),
    # preprocessing
    "sklearn.impute._base.SimpleImputer": Converter(imputing.imputer),
    "sklearn.impute._base.MissingIndicator": Converter(imputing.indicator),
    "sklearn.preprocessing._data.StandardScaler": Converter(preprocessing.standard_scaler),
    "sklearn.preprocessing._data.MinMaxScaler": Converter(preprocessing.min_max_scaler),
    "sklearn.preprocessing._data.RobustScaler": Converter(preprocessing.robust_scaler),
    "sklearn.preprocessing._data.MaxAbsScaler": Converter(preprocessing.max_abs_scaler),
    "sklearn.preprocessing._function_transformer.FunctionTransformer": Converter(functions.function),
    "sklearn.preprocessing._data.Binarizer": Converter(bins.binarizer),
    "sklearn.preprocessing._discretization.KBinsDiscretizer": Converter(bins.discretizer),
    "sklearn.preprocessing._polynomial.PolynomialFeatures": Converter(powers.polynomial),
    "sklearn.preprocessing._data.PowerTransformer": Converter(powers.power),
    # encoders
    "sklearn.preprocessing._encoders.OneHotEncoder": Converter(encoders.one_hot),
    "sklearn.preprocessing._encoders.OrdinalEncoder": Converter(encoders.ordinal),
    "sklearn.preprocessing._target_encoder.TargetEncoder": Converter(encoders.target),
    # selection
    **{
        f"sklearn.feature_selection._univariate_selection.{name}": Converter(selection.selector)
        for name in (
            "SelectKBest",
            "SelectPercentile",
            "SelectFpr",
            "SelectFdr",
            "SelectFwe",
            "GenericUnivariateSelect",
        )
    },
    "sklearn.feature_selection._from_model.SelectFromModel": Converter(selection.selector),
    "sklearn.feature_selection._variance_threshold.VarianceThreshold": Converter(selection.selector),
    "sklearn.feature_selection._sequential.SequentialFeatureSelector": Converter(selection.selector),
    "sklearn.feature_selection._rfe.RFE": Converter(selection.selector, selection.selecting_classifier),
    "sklearn.feature_selection._rfe.RFECV": Converter(selection.selector, selection.selecting_classifier),
    # linear
    "sklearn.linear_model._logistic.LogisticRegression": Converter(None, linear.logistic),
    "sklearn.linear_model._logistic.LogisticRegressionCV": Converter(None, linear.logistic),
    "sklearn.linear_model._stochastic_gradient.SGDClassifier": Converter(None, linear.gradient_descent),
    "sklearn.discriminant_analysis.LinearDiscriminantAnalysis": Converter(None, linear.logistic),
    "sklearn.svm._classes.LinearSVC": Converter(None, linear.weighted),
    "sklearn.linear_model._ridge.RidgeClassifier": Converter(None, linear.weighted),
    "sklearn.linear_model._ridge.RidgeClassifierCV": Converter(None, linear.weighted),
    "sklearn.linear_model._perceptron.Perceptron": Converter(None, linear.weighted),
    "sklearn.linear_model._passive_aggressive.PassiveAggressiveClassifier": Converter(None, linear.weighted),
    # naive Bayes
    "sklearn.naive_bayes.GaussianNB": Converter(None, bayes.gaussian),
    # trees
    "sklearn.ensemble._hist_gradient_boosting.gradient_boosting.HistGradientBoostingClassifier": Converter(
        None, histogram.histogram_boosting
    ),
    "sklearn.ensemble._gb.GradientBoostingClassifier": Converter(None, forests.gradient_boosting),
    "sklearn.ensemble._forest.RandomForestClassifier": Converter(None, forests.forest_of_trees),
    "sklearn.ensemble._forest.ExtraTreesClassifier": Converter(None, forests.forest_of_trees),
    "sklearn.tree._classes.DecisionTreeClassifier": Converter(None, forests.decision_tree),
    "sklearn.tree._classes.ExtraTreeClassifier": Converter(None, forests.decision_tree),
    "lightgbm.sklearn.LGBMClassifier": Converter(None, lightgbm.lightgbm),
    "catboost.core.CatBoostClassifier": Converter(None, catboost.catboost),
    "xgboost.sklearn.XGBClassifier": Converter(None, xgboost.xgboost),
    "xgboost.sklearn.XGBRFClassifier": Converter(None, xgboost.xgboost),
    # ensembles
    "sklearn.ensemble._voting.VotingClassifier": Converter(None, ensembles.voting, looks=False),
    "sklearn.ensemble._stacking.StackingClassifier": Converter(None, ensembles.stacking, looks=False),
    "sklearn.ensemble._bagging.BaggingClassifier": Converter(None, ensembles.bagging),
    "sklearn.ensemble._weight_boosting.AdaBoostClassifier": Converter(None, ensembles.boosted_votes),
    # calibration
    "sklearn.calibration.CalibratedClassifierCV": Converter(None, calibration.calibrated, looks=False),
}

_NEIGHBOURS = (
    "it looks at the training rows for every decision, and these may not leave the training project",
    "a LogisticRegression or a HistGradientBoostingClassifier needs no training rows",
)
_IMPUTERS = ("it looks at the training rows for every missing value", "use a SimpleImputer")
_VECTORS = (
    "its probabilities come from support vectors and are not exact yet",
    "use a LogisticRegression or a HistGradientBoostingClassifier",
)

_NETWORK = (
    "the sums of a neural network depend on the library's own order and are not exact yet",
    "use a LogisticRegression or a HistGradientBoostingClassifier",
)

REFUSED: Mapping[str, tuple[str, str]] = {
    "sklearn.neighbors._classification.KNeighborsClassifier": _NEIGHBOURS,
    "sklearn.neighbors._classification.RadiusNeighborsClassifier": _NEIGHBOURS,
    "sklearn.gaussian_process._gpc.GaussianProcessClassifier": _NEIGHBOURS,
    "sklearn.impute._knn.KNNImputer": _IMPUTERS,
    "sklearn.impute._iterative.IterativeImputer": _IMPUTERS,
    "sklearn.neural_network._multilayer_perceptron.MLPClassifier": _NETWORK,
    "sklearn.svm._classes.SVC": _VECTORS,
    "sklearn.svm._classes.NuSVC": _VECTORS,
}
"""Estimators that are refused with a reason of their own, and the way out."""

"""Names that libraries have renamed or dropped, and what to write today.

Each line: what the library says of it (a pattern), and what to write. Only well-known ones: whatever is not here is
told in the library's own words.
"""

from __future__ import annotations

import re

_SAYS: tuple[tuple[str, str], ...] = (
    # pandas
    (r"'(DataFrame|Series)' object has no attribute 'append'", "pd.concat([one, other])"),
    (r"'(DataFrame|Series)' object has no attribute 'ix'", ".loc[...] by label or .iloc[...] by place"),
    (r"'(DataFrame|Series)' object has no attribute 'as_matrix'", ".to_numpy()"),
    (r"'(DataFrame|Series)' object has no attribute 'iteritems'", ".items()"),
    (r"'DataFrame' object has no attribute 'applymap'", ".map(function)"),
    (r"'(DataFrame|Series)' object has no attribute 'get_value'", ".at[row, column]"),
    (r"'(DataFrame|Series)' object has no attribute 'set_value'", ".at[row, column] = value"),
    (r"'(DataFrame|Series)' object has no attribute 'sort'", ".sort_values(...)"),
    (r"'(DataFrame|Series)' object has no attribute 'mad'", "(x - x.mean()).abs().mean()"),
    (r"'\w*Index' object has no attribute 'is_monotonic'", ".is_monotonic_increasing"),
    (r"'Series' object has no attribute '(?:reshape|ravel)'", ".to_numpy() first"),
    (r"module 'pandas' has no attribute 'rolling_\w+'", "x.rolling(window).mean()"),
    (r"module 'pandas' has no attribute 'datetime'", "from datetime import datetime"),
    (r"module 'pandas' has no attribute 'np'", "import numpy as np"),
    (r"module 'pandas' has no attribute 'Panel'", "a frame with two levels of index"),
    (r"No module named 'pandas\.tools'", "from pandas.plotting import scatter_matrix"),
    (r"No module named 'pandas\.util\.testing'", "import pandas.testing"),
    (r"No module named 'pandas\.io\.json\.normalize'|cannot import name 'json_normalize'", "pd.json_normalize"),
    (r"unexpected keyword argument '(?:error|warn)_bad_lines'", 'on_bad_lines="skip"'),
    (r"unexpected keyword argument 'line_terminator'", 'lineterminator="..."'),
    (r"unexpected keyword argument 'infer_datetime_format'", "nothing: dates are inferred without it"),
    (r"fillna\(\) got an unexpected keyword argument 'method'", ".ffill() or .bfill()"),
    (r"\.drop\(\) takes from 1 to 2 positional arguments", ".drop(columns=[...])"),
    (r"\b(?:mean|sum|max|min|std|median|count)\(\) got an unexpected keyword argument 'level'",
     ".groupby(level=...)"),
    (r"[Ii]nvalid frequency: (?:\d*[MQYAHTSL])\b", "the new letters: ME, QE, YE, h, min, s, ms"),
    # numpy
    (r"module 'numpy' has no attribute '(float|int|bool|object|str|complex)'", r"\1"),
    (r"module 'numpy' has no attribute '(long|unicode)'", "int, str"),
    (r"`np\.(float_)` was removed", "np.float64"),
    (r"`np\.(NaN|NAN)` was removed", "np.nan"),
    (r"`np\.(Inf|Infinity|PINF|infty)` was removed", "np.inf"),
    (r"`np\.(NINF)` was removed", "-np.inf"),
    (r"module 'numpy' has no attribute '(product)'", "np.prod"),
    (r"module 'numpy' has no attribute '(cumproduct)'", "np.cumprod"),
    (r"module 'numpy' has no attribute '(trapz)'", "np.trapezoid"),
    (r"module 'numpy' has no attribute '(in1d)'", "np.isin"),
    (r"module 'numpy' has no attribute '(row_stack)'", "np.vstack"),
    (r"module 'numpy' has no attribute '(asscalar)'", "value.item()"),
    (r"module 'numpy' has no attribute '(alltrue|sometrue)'", "np.all, np.any"),
    # scikit-learn
    (r"No module named 'sklearn\.(?:cross_validation|grid_search|learning_curve)'", "sklearn.model_selection"),
    (r"No module named 'sklearn\.externals|cannot import name 'joblib' from 'sklearn", "import joblib"),
    (r"cannot import name 'Imputer'", "from sklearn.impute import SimpleImputer"),
    (r"cannot import name 'plot_roc_curve'", "RocCurveDisplay.from_estimator(model, X, y)"),
    (r"cannot import name 'plot_confusion_matrix'", "ConfusionMatrixDisplay.from_estimator(model, X, y)"),
    (r"cannot import name 'plot_precision_recall_curve'", "PrecisionRecallDisplay.from_estimator(model, X, y)"),
    (r"cannot import name 'plot_partial_dependence'", "PartialDependenceDisplay.from_estimator(model, X, features)"),
    (r"`load_boston` has been removed|cannot import name 'load_boston'", "another data set: this one was withdrawn"),
    (r"cannot import name 'jaccard_similarity_score'", "jaccard_score"),
    (r"cannot import name 'CategoricalEncoder'", "OneHotEncoder or OrdinalEncoder"),
    (r"cannot import name 'calibration_curve' from 'sklearn\.metrics'",
     "from sklearn.calibration import calibration_curve"),
    (r"No module named 'sklearn\.ensemble\.gradient_boosting'",
     "from sklearn.ensemble import GradientBoostingClassifier"),
    (r"No module named 'sklearn\.\w+\.(?:tree|forest|logistic|ridge|bagging|k_means_|base)'",
     "the module one level up"),
    (r"object has no attribute 'get_feature_names'", ".get_feature_names_out()"),
    (r"object has no attribute 'grid_scores_'", ".cv_results_"),
    (r"object has no attribute 'n_features_'", ".n_features_in_"),
    (r"unexpected keyword argument 'sparse'", "sparse_output="),
    (r"unexpected keyword argument 'base_estimator'", "estimator="),
    (r"unexpected keyword argument 'categorical_features'", "ColumnTransformer around the encoder"),
    (r"unexpected keyword argument 'n_folds'", "n_splits="),
    (r"unexpected keyword argument 'n_iter'", "max_iter="),
    (r"unexpected keyword argument 'min_impurity_split'", "min_impurity_decrease="),
    (r"unexpected keyword argument 'multi_class'", "nothing, or OneVsRestClassifier around the model"),
    (r"unexpected keyword argument 'squared'", "root_mean_squared_error"),
    (r"unexpected keyword argument 'affinity'", "metric="),
    (r"unexpected keyword argument 'normalize'", "StandardScaler in front of the model"),
    (r"unexpected keyword argument 'presort'", "nothing: it has no effect"),
    (r"'loss' parameter of \w+ must be .*Got 'deviance'", 'loss="log_loss"'),
    (r"'max_features' parameter of \w+ must be .*Got 'auto'", 'max_features="sqrt"'),
    (r"'criterion' parameter of \w+ must be .*Got 'mse'", 'criterion="squared_error"'),
    (r"'penalty' parameter of \w+ must be .*Got 'none'", "penalty=None"),
    (r"(?:train_test_split|\w+_score|confusion_matrix)\(\) takes \d+ positional arguments? but",
     "the names of the arguments"),
    # imbalanced-learn, XGBoost, LightGBM
    (r"object has no attribute 'fit_sample'", ".fit_resample(X, y)"),
    (r"unexpected keyword argument 'ratio'", "sampling_strategy="),
    (r"fit\(\) got an unexpected keyword argument 'early_stopping_rounds'",
     "early_stopping_rounds where the model is made (XGBoost), or callbacks=[lightgbm.early_stopping(n)]"),
    (r"fit\(\) got an unexpected keyword argument 'eval_metric'", "eval_metric where the model is made"),
    (r"fit\(\) got an unexpected keyword argument 'verbose'", "callbacks=[lightgbm.log_evaluation(0)]"),
    # pictures
    (r"module 'seaborn' has no attribute 'factorplot'", "sns.catplot"),
    (r"module 'seaborn' has no attribute 'tsplot'", "sns.lineplot"),
    (r"module 'seaborn' has no attribute 'distplot'", "sns.histplot"),
    (r"(?:countplot|boxplot|barplot|scatterplot|histplot|lineplot)\(\) takes from 0 to 1 positional",
     "x=, y= by name"),
    (r"'seaborn[\w-]*' is not a valid package style", 'plt.style.use("seaborn-v0_8")'),
    (r"unexpected keyword argument 'normed'", "density="),
    (r"module 'matplotlib\.cm' has no attribute 'get_cmap'", "matplotlib.colormaps[name]"),
    # Python itself and others
    (r"cannot import name '(Iterable|Mapping|Sequence|Callable|MutableMapping)' from 'collections'",
     "collections.abc"),
    (r"module 'time' has no attribute 'clock'", "time.perf_counter()"),
    (r"module 'inspect' has no attribute 'getargspec'", "inspect.getfullargspec"),
    (r"No module named '(?:distutils|imp)'", "packaging or importlib"),
    (r"cannot import name 'interp' from 'scipy'|module 'scipy' has no attribute 'interp'", "np.interp"),
    (r"cannot import name 'imread' from 'scipy\.misc'|No module named 'scipy\.misc'", "imageio.imread"),
    (r"'dict' object has no attribute 'has_key'", "key in dictionary"),
    (r"'dict' object has no attribute 'iter(items|keys|values)'", r".\1()"),
    (r"name '(?:xrange)' is not defined", "range"),
    (r"name 'raw_input' is not defined", "input"),
    (r"name '(?:unicode|basestring)' is not defined", "str"),
    (r"name '(?:unichr)' is not defined", "chr"),
    (r"No module named '(?:StringIO|cStringIO)'", "from io import StringIO"),
    (r"No module named 'cPickle'", "import pickle"),
    (r"No module named 'urllib2'", "from urllib.request import urlopen"),
)  # fmt: skip


def instead(error: str) -> str:
    """What to write today in place of what a library does not know any more; nothing where it is not known."""
    for pattern, written in _SAYS:
        if found := re.search(pattern, error):
            return found.expand(written) if "\\" in written else written
    return ""

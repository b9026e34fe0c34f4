"""What the corpus must cover, written down before any case: every item occurs in at least one case.

A test compares this list with what the cases say they hold. It only grows.
"""

from __future__ import annotations


def _items(text: str) -> frozenset[str]:
    return frozenset(item.strip() for item in text.replace("\n", ";").split(";") if item.strip())


MODELS = _items("""
    alone; Pipeline; ColumnTransformer; FeatureUnion; nested pipelines; DataFrame; array; set_output
    GridSearchCV; RandomizedSearchCV; TunedThresholdClassifierCV; FixedThresholdClassifier
    imputer mean; imputer median; imputer most_frequent; imputer constant; imputer text; imputer add_indicator
    imputer missing_values
    StandardScaler; MinMaxScaler; MinMaxScaler clip; RobustScaler; MaxAbsScaler
    PowerTransformer yeo-johnson; PowerTransformer box-cox
    KBinsDiscretizer onehot; KBinsDiscretizer onehot-dense; KBinsDiscretizer ordinal
    PolynomialFeatures; PolynomialFeatures interaction_only; FunctionTransformer numpy; FunctionTransformer pandas
    OneHotEncoder drop first; OneHotEncoder drop if_binary; OneHotEncoder drop list; OneHotEncoder min_frequency
    OneHotEncoder max_categories; OneHotEncoder ignore; OneHotEncoder infrequent_if_exist; OneHotEncoder error
    OneHotEncoder missing; OneHotEncoder categories; OneHotEncoder sparse; OneHotEncoder numbers
    OrdinalEncoder unknown; OrdinalEncoder missing; OrdinalEncoder infrequent; OrdinalEncoder categories
    TargetEncoder; SelectKBest; SelectFromModel; VarianceThreshold
    passthrough; drop; column selector; remainder
    LogisticRegression; LogisticRegressionCV; LinearSVC calibrated; SGDClassifier calibrated; RidgeClassifier calibrated
    GaussianNB; DecisionTree; RandomForest; ExtraTrees; GradientBoosting
    HistGradientBoosting; HistGradientBoosting categories; HistGradientBoosting missing
    calibration sigmoid; calibration isotonic; calibration temperature; calibration cv; calibration without ensemble
    calibration prefit
    Voting soft; Voting weights; Stacking; Stacking passthrough
    XGBoost; XGBoost missing; XGBoost categorical; XGBoost base_score; XGBoost early stopping
    LightGBM; LightGBM categories; LightGBM missing; CatBoost
    user-defined transformer
""")
"""Section by section: what a model may be made of."""

CLEANING = _items("""
    assignment; drop; rename; assign; copy; insert; select_dtypes; concat
    fillna value; fillna dict; fillna Series; fillna mean; fillna median; fillna mode
    isna; notna; replace scalar; replace list; replace dict; map dict; map function; map Series
    apply column; apply rows; astype int; astype float; astype str; astype bool; astype category
    to_numeric; to_numeric coerce; to_datetime format; to_datetime ISO
    clip; abs; round; between; isin; where; mask; np.where; np.select; loc assignment
    cut; qcut; get_dummies columns; get_dummies drop_first; get_dummies dummy_na; get_dummies prefix
    factorize; cat.codes; arithmetic; comparisons; boolean operators; ufuncs
    str.lower; str.upper; str.strip; str.replace; str.contains; str.startswith; str.endswith; str.slice; str[]; str.len
    str.split; dt.year; dt.month; dt.day; dt.dayofweek; dt.quarter; dt.days; date difference
    sum axis; mean axis; min axis; max axis; any axis; all axis
    merge; join; groupby transform; groupby agg map; groupby agg merge; pipe; helper function; loop over columns
    imported function
    is None; isinstance; in; dict look-up; cast; f-string; comprehension; try
    filter dropna; filter mask; filter drop_duplicates; filter outliers
""")
"""What a cleaning function may do."""

REFUSED = _items("""
    KNN; KNNImputer; SVC probability; multi-class; regression; unfitted; linear trees
    shift; rolling; diff; cumsum; rank; ffill; sample; sort-dependent; outcome as input
""")
"""What must be refused, by name and with a way out."""

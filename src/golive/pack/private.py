"""What compilers read of other libraries without their promise: private attributes, and documents without a schema.

A release of a library may change any of it. Each name is looked up on a fitted object in every environment of
`make matrix`, and a test reads the source of ``golive.pack`` for names that are not listed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PRIVATE: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "scikit-learn": {
        "ColumnTransformer": {
            "_transformer_to_input_indices": "the columns of each step by position, also where it was given a mask",
        },
        "PowerTransformer": {
            "_scaler": "the StandardScaler behind it",
            "_yeo_johnson_transform": "whether it is there: then the powers are computed as before SciPy's were taken",
        },
        "VotingClassifier": {"_weights_not_none": "the weights of the members that were not dropped"},
        "_CalibratedClassifier": {
            "estimator": "the classifier under the curve",
            "calibrators": "the curves, one for two classes",
        },
        "_SigmoidCalibration": {"a_": "the slope of the curve", "b_": "its shift"},
        "_TemperatureScaling": {"beta_": "one by the temperature"},
        "IsotonicRegression": {
            "X_thresholds_": "where the curve has its corners; documented, and read of a calibrator",
            "y_thresholds_": "how high they are; likewise",
        },
        "Tree": {
            "children_left": "a column of the table of nodes, `tree_`, as all of these",
            "children_right": "the other child",
            "feature": "which column is asked",
            "threshold": "where it is split, in double precision",
            "missing_go_to_left": "whether a missing value goes left",
            "value": "the shares of the classes, since scikit-learn 1.3 no counts",
            "weighted_n_node_samples": "training rows that came by",
        },
        "HistGradientBoostingClassifier": {
            "_predictors": "the trees, one of each round",
            "_baseline_prediction": "the log-odds that sums start from",
            "_preprocessor": "what makes codes of categories, under its step `encoder`",
            "_bin_mapper": "which categories were seen by the trees",
        },
        "_BinMapper": {"make_known_categories_bitsets": "the categories that were seen, a bit each"},
        "TreePredictor": {
            "nodes": "the table of nodes",
            "raw_left_cat_bitsets": "the categories that go left, a bit each",
        },
    },
    "Python": {"sys": {"_getframe": "the line of the user's file, for messages"}},
}
"""Library -> class -> name -> what for."""

DOCUMENTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "scikit-learn": {
        "TreePredictor.nodes": (
            "is_leaf",
            "feature_idx",
            "num_threshold",
            "is_categorical",
            "bitset_idx",
            "left",
            "right",
            "missing_go_to_left",
            "value",
            "count",
        ),
        "HistGradientBoostingClassifier._preprocessor": ("encoder",),
    },
    "XGBoost": {
        "Booster.save_raw": (
            "learner",
            "learner_model_param",
            "base_score",
            "objective",
            "gradient_booster",
            "name",
            "gbtree",
            "weight_drop",
            "model",
            "iteration_indptr",
            "trees",
            "tree_param",
            "size_leaf_vector",
            "left_children",
            "right_children",
            "split_indices",
            "split_conditions",
            "default_left",
            "sum_hessian",
            "categories",
            "categories_nodes",
            "categories_segments",
            "categories_sizes",
        ),
    },
    "LightGBM": {
        "Booster.dump_model": (
            "objective",
            "average_output",
            "pandas_categorical",
            "tree_info",
            "tree_structure",
            "split_index",
            "split_feature",
            "threshold",
            "decision_type",
            "missing_type",
            "default_left",
            "left_child",
            "right_child",
            "leaf_value",
            "leaf_count",
            "internal_count",
        ),
    },
    "CatBoost": {
        "CatBoost.save_model": (
            "model_info",
            "params",
            "loss_function",
            "type",
            "features_info",
            "float_features",
            "feature_index",
            "flat_feature_index",
            "nan_value_treatment",
            "scale_and_bias",
            "oblivious_trees",
            "splits",
            "leaf_values",
            "leaf_weights",
            "trees",
            "split",
            "split_type",
            "float_feature_index",
            "border",
            "left",
            "right",
            "value",
            "weight",
        ),
    },
}
"""Library -> document -> fields and keys, none of them with a promised schema."""

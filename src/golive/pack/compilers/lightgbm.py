"""LightGBM's classifier, read from ``Booster.dump_model``: numbers in, trees out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import UnsupportedError
from golive.pack.compilers.trees import Tree, forest
from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

# dump_model writes 1e300 for anything above it, infinity included.
_INFINITE = 1e300
_ZERO = float(np.float32(1e-35))
"""LightGBM's predictor leaves values up to this out of a dense row, so they count as zero."""


def lightgbm(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary LGBMClassifier. It accepts missing and infinite values as they are."""
    model = estimator.booster_.dump_model()
    slope = _slope(estimator, model)
    trees = [_tree(tree["tree_structure"]) for tree in model["tree_info"]]
    node, terms = forest(draft, estimator, trees, features, base=0.0)
    margin = node
    if slope != 1.0:
        margin = draft.builder.node("mul", draft.builder.node("number", value=slope), node)
    # LightGBM has a decision_function since 4.7, the raw sum; before, calibration went through the probability.
    return Scored(draft.builder.node("sigmoid", margin), node, terms, "paths")


def _slope(estimator: Estimator, model: dict[str, Any]) -> float:
    """Return the slope of the logistic curve, after refusing what is not plain boosted trees on numbers."""
    objective = re.fullmatch(r"binary sigmoid:([-+.\deE]+)", str(model.get("objective", "")).strip())
    if objective is None:
        raise UnsupportedError(
            f"LGBMClassifier with objective `{model.get('objective', 'a function of yours')}` cannot be compiled",
            hint="objective='binary' can",
        )
    if model.get("average_output"):
        raise UnsupportedError("LGBMClassifier with boosting_type='rf' cannot be compiled", hint="'gbdt' can")
    if model.get("pandas_categorical") or any(tree.get("num_cat") for tree in model["tree_info"]):
        raise UnsupportedError(
            "LGBMClassifier with native categories cannot be compiled yet",
            hint="put a OneHotEncoder in front of it, or use pd.get_dummies in the cleaning function",
        )
    if estimator.get_params().get("linear_tree"):
        raise UnsupportedError("LGBMClassifier with linear_tree=True cannot be compiled", hint="use constant leaves")
    return float(objective[1])


def _tree(root: dict[str, Any]) -> Tree:
    nodes = list(_walk(root))
    place = {id(node): index for index, node in enumerate(nodes)}
    leaf = np.array(["split_index" not in node for node in nodes])
    left = [place[id(node["left_child"])] if "split_index" in node else -1 for node in nodes]
    right = [place[id(node["right_child"])] if "split_index" in node else -1 for node in nodes]
    threshold = np.array([float(node.get("threshold", 0.0)) for node in nodes])
    return Tree(
        feature=np.array([node.get("split_feature", 0) for node in nodes], dtype=np.int32),
        threshold=_thresholds(threshold),
        left=np.array(left, dtype=np.int32),
        right=np.array(right, dtype=np.int32),
        missing_left=np.array([not end and _missing_left(node) for node, end in zip(nodes, leaf, strict=True)], "u1"),
        value=np.array([float(node.get("leaf_value", 0.0)) for node in nodes]),
        count=np.array([float(node.get("leaf_count", node.get("internal_count", 1))) for node in nodes]),
    )


def _thresholds(threshold: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the thresholds that ask every value what LightGBM asks it, with values near zero taken as zero."""
    whole = np.where(np.abs(threshold) >= _INFINITE, np.copysign(np.inf, threshold), threshold)
    below = np.where((whole >= -_ZERO) & (whole < 0), np.nextafter(-_ZERO, -np.inf), whole)
    return np.where((below >= 0) & (below < _ZERO), _ZERO, below)


def _missing_left(node: dict[str, Any]) -> bool:
    """Where a missing value goes: with type None it counts as zero, with type NaN it has its own side."""
    if node["decision_type"] != "<=":
        raise UnsupportedError(f"a LightGBM split of type `{node['decision_type']}` cannot be compiled")
    if node["missing_type"] == "None":
        return bool(float(node["threshold"]) >= 0.0)
    if node["missing_type"] == "NaN":
        return bool(node["default_left"])
    raise UnsupportedError("LGBMClassifier with zero_as_missing=True cannot be compiled", hint="leave it False")


def _walk(root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield parents before children, without recursion: deep trees are deeper than Python's stack."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if "split_index" in node:
            waiting += [node["right_child"], node["left_child"]]

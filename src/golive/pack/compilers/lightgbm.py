"""LightGBM's classifier, read from ``Booster.dump_model``: numbers and native categories in, trees out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pandas as pd

from golive.errors import UnsupportedError
from golive.pack.compilers.categories import MIDDLE, Key, Sides, key_of
from golive.pack.compilers.trees import Tree, forest
from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

# dump_model writes 1e300 for anything above it, infinity included.
_INFINITE = 1e300
_ZERO = float(np.float32(1e-35))
"""LightGBM's predictor leaves values up to this out of a dense row, so they count as zero."""


def lightgbm(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary LGBMClassifier. It accepts missing and infinite values as they are."""
    model = estimator.booster_.dump_model()
    slope = _slope(estimator, model)
    reader = _Reader(draft, features, _pandas_categories(model, X))
    trees = [reader.tree(tree["tree_structure"]) for tree in model["tree_info"]]
    node, terms = forest(draft, estimator, trees, reader.sides.features, base=0.0)
    b, margin = draft.builder, node
    if model.get("average_output"):  # a random forest
        margin = b.node("div", node, b.node("number", value=float(len(trees))))
        terms = tuple(msgspec.structs.replace(term, weight=term.weight / len(trees)) for term in terms)
    if slope != 1.0:
        margin = b.node("mul", b.node("number", value=slope), margin)
    # LightGBM has a decision_function since 4.7, the raw sum; before, calibration went through the probability.
    return Scored(b.node("sigmoid", margin), node, terms, "paths")


def _slope(estimator: Estimator, model: Mapping[str, Any]) -> float:
    """Return the slope of the logistic curve, after refusing what has another curve or other leaves."""
    written = str(model.get("objective", "")).strip()
    objective = re.fullmatch(r"binary sigmoid:([-+.\deE]+)", written)
    if objective is None and written != "cross_entropy":
        raise UnsupportedError(
            f"LGBMClassifier with objective `{model.get('objective', 'a function of yours')}` cannot be compiled",
            hint="objective='binary' can",
        )
    if estimator.get_params().get("linear_tree"):
        raise UnsupportedError("LGBMClassifier with linear_tree=True cannot be compiled", hint="use constant leaves")
    return float(objective[1]) if objective else 1.0


def _pandas_categories(model: Mapping[str, Any], X: Matrix) -> dict[int, list[Key]]:
    """Return feature -> categories by code; the library keeps them in the order of the category columns."""
    if not model.get("pandas_categorical") or not isinstance(X, pd.DataFrame):
        return {}
    columns = [index for index, dtype in enumerate(X.dtypes) if isinstance(dtype, pd.CategoricalDtype)]
    return {
        index: [key_of(one) for one in categories]
        for index, categories in zip(columns, model["pandas_categorical"], strict=True)
    }


class _Reader:
    """Reads trees, and keeps the questions about categories."""

    def __init__(self, draft: Draft, features: Features, categories: Mapping[int, list[Key]]) -> None:
        self.sides = Sides(draft, features)
        self._draft, self._features = draft, features
        self._categories = categories
        self._zero_is_missing: set[int] = set()

    def tree(self, root: dict[str, Any]) -> Tree:
        nodes = list(_walk(root))
        place = {id(node): index for index, node in enumerate(nodes)}
        left = [place[id(node["left_child"])] if "split_index" in node else -1 for node in nodes]
        right = [place[id(node["right_child"])] if "split_index" in node else -1 for node in nodes]
        splits = [self._split(node) if "split_index" in node else (0, 0.0, False) for node in nodes]
        feature, threshold, missing_left = zip(*splits, strict=True)
        return Tree(
            feature=np.array(feature, dtype=np.int32),
            threshold=_thresholds(np.array(threshold)),
            left=np.array(left, dtype=np.int32),
            right=np.array(right, dtype=np.int32),
            missing_left=np.array(missing_left, "u1"),
            value=np.array([float(node.get("leaf_value", 0.0)) for node in nodes]),
            count=np.array([float(node.get("leaf_count", node.get("internal_count", 1))) for node in nodes]),
        )

    def _split(self, node: dict[str, Any]) -> tuple[int, float, bool]:
        """Return feature, threshold and whether missing goes left."""
        index = int(node["split_feature"])
        if node["decision_type"] == "==":
            return self._categorical(index, node["threshold"]), MIDDLE, False
        if node["decision_type"] != "<=":
            raise UnsupportedError(f"a LightGBM split of type `{node['decision_type']}` cannot be compiled")
        threshold = float(node["threshold"])
        if node["missing_type"] == "None":  # a missing value counts as zero
            return index, threshold, threshold >= 0.0
        if node["missing_type"] == "Zero":
            self._without_zero(index)
        return index, threshold, bool(node["default_left"])

    def _categorical(self, index: int, codes: str) -> int:
        """Categories of the set go left; any other, a missing and a negative one go right."""
        wanted = [int(code) for code in codes.split("||")]
        if index in self._categories:
            keys = [self._categories[index][code] for code in wanted]
            return self.sides.ask(index, left=keys, other="right", missing="right")
        return self.sides.ask(index, left=map(float, wanted), other="right", missing="right", code=("trunc",))

    def _without_zero(self, index: int) -> None:
        """With zero_as_missing a zero is a missing value."""
        if index in self._zero_is_missing:
            return
        self._zero_is_missing.add(index)
        b, feature = self._draft.builder, self._features[index]
        x = b.node("to_number", feature.node) if b.kind(feature.node) == "boolean" else feature.node
        zero = b.node("le", b.node("abs", x), b.node("number", value=_ZERO))
        self.sides.replace(index, b.node("where", zero, b.node("number", value=None), x))


def _thresholds(threshold: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the thresholds that ask every value what LightGBM asks it, with values near zero taken as zero."""
    whole = np.where(np.abs(threshold) >= _INFINITE, np.copysign(np.inf, threshold), threshold)
    below = np.where((whole >= -_ZERO) & (whole < 0), np.nextafter(-_ZERO, -np.inf), whole)
    return np.where((below >= 0) & (below < _ZERO), _ZERO, below)


def _walk(root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield parents before children, without recursion: deep trees are deeper than Python's stack."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if "split_index" in node:
            waiting += [node["right_child"], node["left_child"]]

"""Scikit-learn's histogram boosting: numbers and native categories in, trees out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.pack.compilers.categories import MIDDLE, Key, Sides, known
from golive.pack.compilers.trees import Tree, forest
from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Bitset = NDArray[np.uint32]


def histogram_boosting(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary HistGradientBoostingClassifier. It accepts missing and infinite values as they are."""
    order, categories = _own_order(estimator, len(features))
    sides = Sides(draft, tuple(features[index] for index in order))
    predictors = [predictor[0] for predictor in estimator._predictors]
    trees = [_tree(one.nodes, one.raw_left_cat_bitsets, categories, sides) for one in predictors]
    base = float(np.ravel(estimator._baseline_prediction)[0])
    node, terms = forest(draft, estimator, trees, sides.features, base=base)
    return Scored(draft.builder.node("sigmoid", node), node, terms, "paths")


def _own_order(estimator: Estimator, count: int) -> tuple[list[int], dict[int, dict[int, Key]]]:
    """Return the order of its columns, categories first, and for each of these the category by code.

    A category that it saw nowhere (its encoder may know it from the rows that early stopping held out) is missing.
    """
    if estimator.is_categorical_ is None:
        return list(range(count)), {}
    mask = np.asarray(estimator.is_categorical_, dtype=bool)
    order = [*np.flatnonzero(mask).tolist(), *np.flatnonzero(~mask).tolist()]
    if not mask.any():
        return order, {}
    encoder = estimator._preprocessor.named_transformers_["encoder"]
    bitsets, places = estimator._bin_mapper.make_known_categories_bitsets()
    categories = {}
    for index, listed in enumerate(encoder.categories_):
        seen = set(_codes(bitsets[places[index]]))
        categories[index] = {code: key for code, key in known(listed) if code in seen}
    return order, categories


def _tree(
    nodes: NDArray[np.void], left_sets: NDArray[np.uint32], categories: Mapping[int, Mapping[int, Key]], sides: Sides
) -> Tree:  # fmt: skip
    leaf = nodes["is_leaf"].astype(bool)
    feature = np.where(leaf, 0, nodes["feature_idx"]).astype(np.int32)
    threshold = np.where(leaf, 0.0, nodes["num_threshold"])
    for index in np.flatnonzero(nodes["is_categorical"].astype(bool) & ~leaf).tolist():
        known_here = categories[int(feature[index])]
        left = {known_here[code] for code in _codes(left_sets[nodes["bitset_idx"][index]]) if code in known_here}
        right = set(known_here.values()) - left
        feature[index] = sides.ask(int(feature[index]), left=left, right=right, other=None, missing=None)
        threshold[index] = MIDDLE
    return Tree(
        feature=feature,
        threshold=threshold,
        left=np.where(leaf, -1, nodes["left"]).astype(np.int32),
        right=np.where(leaf, -1, nodes["right"]).astype(np.int32),
        missing_left=nodes["missing_go_to_left"].astype(np.uint8),
        value=np.where(leaf, nodes["value"], 0.0),
        count=nodes["count"].astype(np.float64),
    )


def _codes(bitset: Bitset) -> list[int]:
    """Return the numbers whose bits are set, in words of 32."""
    return [code for code in range(32 * len(bitset)) if int(bitset[code // 32]) >> (code % 32) & 1]

"""Boosted trees and forests: node arrays, read from each library's own tables.

In the graph a tree is: ``x <= threshold`` goes left, a missing x goes left when it is told so. Inner nodes carry the
mean of the leaves below them, weighted by training rows; reasons are read from these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import UnsupportedError
from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored, called
from golive.records.graph import Source, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Tree:
    """One tree; a child always stands after its parent, and ``left`` is -1 at a leaf."""

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    missing_left: NDArray[np.uint8]
    value: NDArray[np.float64]
    """At leaves; inner nodes are filled by `with_means`."""
    count: NDArray[np.float64]
    """Training rows that came by."""


def histogram_boosting(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary HistGradientBoostingClassifier. It accepts missing and infinite values as they are."""
    if estimator.is_categorical_ is not None:
        raise UnsupportedError(
            "HistGradientBoostingClassifier with native categories cannot be compiled yet",
            hint="put a OneHotEncoder or an OrdinalEncoder in front of it and pass categorical_features=None",
        )
    trees = [_histogram_tree(predictor[0].nodes) for predictor in estimator._predictors]
    base = float(np.ravel(estimator._baseline_prediction)[0])
    node, terms = forest(draft, estimator, trees, features, base=base)
    return Scored(draft.builder.node("sigmoid", node), node, terms, "paths")


def forest(
    draft: Draft, estimator: Estimator, trees: Sequence[Tree], features: Features, *, base: float
) -> tuple[int, tuple[Term, ...]]:
    """Make one ``trees`` node of all trees, with the features that they use, and its term for the reasons."""
    used = sorted({int(f) for tree in trees for f in tree.feature[tree.left >= 0]})
    if not used:
        raise UnsupportedError(
            f"no tree of `{called(estimator)}` asks anything: the score is one constant for every case",
            hint="more rows, or fewer rows per leaf",
        )
    position = np.full(len(features), -1, dtype="<i4")
    position[used] = np.arange(len(used), dtype="<i4")
    node = draft.builder.node(
        "trees",
        *(draft.number(features[index], estimator) for index in used),
        arrays=_concatenated([with_means(tree) for tree in trees], position),
        base=base,
    )
    sources = tuple(Source(inputs=features[index].inputs) for index in used)
    return node, (Term(node=node, weight=1.0, sources=sources),)


def with_means(tree: Tree) -> Tree:
    """Fill the value of inner nodes: the mean of their children, weighted by training rows."""
    value = tree.value.copy()
    for node in np.flatnonzero(tree.left >= 0)[::-1]:
        left, right = tree.left[node], tree.right[node]
        rows = tree.count[left] + tree.count[right]
        share = tree.count[left] / rows if rows > 0 else 0.5
        value[node] = share * value[left] + (1.0 - share) * value[right]
    return Tree(tree.feature, tree.threshold, tree.left, tree.right, tree.missing_left, value, tree.count)


def _histogram_tree(nodes: NDArray[np.void]) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        feature=np.where(leaf, 0, nodes["feature_idx"]).astype(np.int32),
        threshold=np.where(leaf, 0.0, nodes["num_threshold"]),
        left=np.where(leaf, -1, nodes["left"]).astype(np.int32),
        right=np.where(leaf, -1, nodes["right"]).astype(np.int32),
        missing_left=nodes["missing_go_to_left"].astype(np.uint8),
        value=np.where(leaf, nodes["value"], 0.0),
        count=nodes["count"].astype(np.float64),
    )


def _concatenated(trees: Sequence[Tree], position: NDArray[np.int32]) -> dict[str, NDArray[np.generic]]:
    sizes = [len(tree.left) for tree in trees]
    root = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype("<i4")

    def shifted(children: NDArray[np.int32], by: int) -> NDArray[np.int32]:
        return np.where(children < 0, -1, children + by).astype(np.int32)

    return {
        "feature": np.concatenate([np.where(t.left < 0, 0, position[t.feature]) for t in trees]).astype("<i4"),
        "threshold": np.concatenate([t.threshold for t in trees]).astype("<f8"),
        "left": np.concatenate([shifted(t.left, r) for t, r in zip(trees, root, strict=True)]).astype("<i4"),
        "right": np.concatenate([shifted(t.right, r) for t, r in zip(trees, root, strict=True)]).astype("<i4"),
        "missing_left": np.concatenate([t.missing_left for t in trees]).astype("<u1"),
        "value": np.concatenate([t.value for t in trees]).astype("<f8"),
        "root": root,
    }

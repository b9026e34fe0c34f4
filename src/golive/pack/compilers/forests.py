"""Scikit-learn's own trees: they compare in single precision, and their leaves hold shares instead of log-odds.

``float32(x) <= threshold`` is the same question as ``x <= t`` for one double t, which `single` finds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np
from scipy.special import logit

from golive.errors import UnsupportedError
from golive.pack.compilers.trees import Tree, forest, single
from golive.pack.draft import PROBABILITY, Draft, Estimator, Feature, Features, Matrix, Scored, called

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The first double that becomes infinite in single precision; scikit-learn refuses it.
_TOO_LARGE = float(np.finfo(np.float32).max) + 2.0**103


def decision_tree(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary DecisionTreeClassifier: the share of the event in the leaf."""
    guard(draft, estimator, features)
    node, terms = forest(draft, estimator, [_shares(estimator.tree_)], features, base=0.0)
    return Scored(node, None, terms, "paths", PROBABILITY)


def forest_of_trees(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary RandomForestClassifier or ExtraTreesClassifier: the mean share over the trees."""
    guard(draft, estimator, features)
    trees = [_shares(member.tree_) for member in estimator.estimators_]
    node, terms = forest(draft, estimator, trees, features, base=0.0)
    count = draft.builder.node("number", value=float(len(trees)))
    terms = tuple(msgspec.structs.replace(term, weight=1.0 / len(trees)) for term in terms)
    return Scored(draft.builder.node("div", node, count), None, terms, "paths", PROBABILITY)


def gradient_boosting(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary GradientBoostingClassifier: the exponential loss works on half the log-odds."""
    guard(draft, estimator, features)
    for feature in features:
        draft.refuse_when(draft.builder.node("is_missing", draft.number(feature, estimator)))
    rate = estimator.learning_rate
    trees = [read_tree(member.tree_, rate * member.tree_.value[:, 0, 0]) for member in estimator.estimators_[:, 0]]
    scale = {"log_loss": 1.0, "exponential": 2.0}[estimator.loss]
    node, terms = forest(draft, estimator, trees, features, base=_start(estimator) / scale)
    margin = node if scale == 1.0 else draft.builder.node("mul", draft.builder.node("number", value=scale), node)
    terms = tuple(msgspec.structs.replace(term, weight=scale) for term in terms)
    return Scored(draft.builder.node("sigmoid", margin), node, terms, "paths")


def guard(draft: Draft, estimator: Estimator, features: Features) -> None:
    """Say where scikit-learn's own trees raise, and refuse several outcomes."""
    if getattr(estimator, "n_outputs_", 1) != 1:
        raise UnsupportedError(f"`{called(estimator)}` with several outcomes cannot be compiled")
    for feature in features:
        _within_single(draft, estimator, feature)


def _within_single(draft: Draft, estimator: Estimator, feature: Feature) -> None:
    """Scikit-learn raises on what is infinite in single precision."""
    if draft.builder.kind(feature.node) != "number":
        return
    size = draft.builder.node("abs", feature.node)
    draft.refuse_when(draft.builder.node("ge", size, draft.builder.node("number", value=_TOO_LARGE)))


def _shares(tree: Estimator) -> Tree:
    shares = tree.value[:, 0, :]
    return read_tree(tree, shares[:, 1] / shares.sum(axis=1))


def read_tree(tree: Estimator, value: NDArray[np.float64]) -> Tree:
    """Return scikit-learn's node table, with other values in the leaves."""
    leaf = tree.children_left < 0
    return Tree(
        feature=np.where(leaf, 0, tree.feature).astype(np.int32),
        threshold=np.where(leaf, 0.0, single(np.where(leaf, 0.0, tree.threshold))),
        left=np.where(leaf, -1, tree.children_left).astype(np.int32),
        right=np.where(leaf, -1, tree.children_right).astype(np.int32),
        missing_left=np.where(leaf, 0, tree.missing_go_to_left).astype(np.uint8),
        value=np.where(leaf, value, 0.0),
        count=np.asarray(tree.weighted_n_node_samples, dtype=np.float64),
    )


def _start(estimator: Estimator) -> float:
    """Return the log-odds boosting started from, as scikit-learn clips them."""
    if estimator.init_ == "zero":
        return 0.0
    if type(estimator.init_).__name__ != "DummyClassifier":
        raise UnsupportedError("GradientBoostingClassifier with an `init` of its own cannot be compiled yet")
    small = float(np.finfo(np.float32).eps)
    return float(logit(np.clip(np.float64(estimator.init_.class_prior_[1]), small, 1.0 - small)))

"""XGBoost's classifier, read from its booster's JSON.

It computes in single precision throughout. ``float32(x) < float32(threshold)`` is the same question as ``x <= t`` for
one double t, the sums are rounded after every tree, and so is every step of the logistic curve: what is left between
the graph and the library is one unit in the last place of a few probabilities, where its ``expf`` rounds otherwise.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import issparse

from golive.errors import UnsupportedError
from golive.pack.compilers.categories import MIDDLE, Key, Sides, categories_of
from golive.pack.compilers.trees import Tree, forest, parents_first, single
from golive.pack.draft import Draft, Estimator, Feature, Features, Matrix, Scored, called

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Categories = Mapping[int, list[Key] | None]

_LOGISTIC = ("binary:logistic", "reg:logistic")


def xgboost(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary XGBClassifier or XGBRFClassifier. It accepts missing and infinite values as they are."""
    learner = json.loads(bytes(estimator.get_booster().save_raw("json")))["learner"]
    _guard(estimator, learner)
    base = _base(estimator, learner["learner_model_param"]["base_score"])
    if issparse(X):
        features = tuple(_stored(draft, estimator, feature) for feature in features)
    sides = Sides(draft, tuple(_marked_missing(draft, estimator, feature) for feature in features))
    categories = {index: categories_of(X, index) for index in range(len(features))}
    trees = _trees(estimator, learner["gradient_booster"], base, sides, categories)
    node, terms = forest(draft, estimator, trees, sides.features, base=float(base), single=True)
    return Scored(_probability(draft, node), None, terms, "paths")


def _guard(estimator: Estimator, learner: Mapping[str, Any]) -> None:
    name = called(estimator)
    objective = estimator.get_params().get("objective")
    if callable(objective):
        raise UnsupportedError(
            f"`{name}` with an objective of yours cannot be compiled", hint="objective='binary:logistic' can"
        )
    if learner["gradient_booster"]["name"] not in ("gbtree", "dart"):
        raise UnsupportedError(
            f"`{name}` with booster={learner['gradient_booster']['name']!r} cannot be compiled",
            hint="'gbtree' and 'dart' can; a LogisticRegression is the same model as 'gblinear'",
        )
    if learner["objective"]["name"] not in _LOGISTIC:
        raise UnsupportedError(
            f"`{name}` with objective={learner['objective']['name']!r} cannot be compiled",
            hint="'binary:logistic' can: it gives the probability of a class",
        )


def _base(estimator: Estimator, written: str) -> np.float32:
    """Return the margin that sums start from; the probability is a number or, since XGBoost 3.1, a list of one."""
    scores = json.loads(written.lower()) if written.startswith("[") else [float(written)]
    if len(scores) != 1:
        raise UnsupportedError(f"`{called(estimator)}` with {len(scores)} outcomes cannot be compiled")
    one = np.float32(1.0)
    return np.float32(-np.log(np.float64(one / np.float32(scores[0]) - one)))


def _trees(
    estimator: Estimator, booster: Mapping[str, Any], base: np.float32, sides: Sides, categories: Categories
) -> list[Tree]:
    """Return the trees that predict_proba asks: after early stopping those up to the best round."""
    model = booster["gbtree"]["model"] if booster["name"] == "dart" else booster["model"]
    best = estimator.get_booster().attr("best_iteration")
    count = len(model["trees"]) if best is None else model["iteration_indptr"][int(best) + 1]
    weights = booster.get("weight_drop")
    trees = [_tree(estimator, tree, sides, categories) for tree in model["trees"][:count]]
    if weights is None:
        return trees
    # The library predicts each tree of dart from the start, takes the start away again and then weighs it.
    return [tree.with_leaves(_dropped(tree, base, weight)) for tree, weight in zip(trees, weights, strict=False)]


def _dropped(tree: Tree, base: np.float32, weight: float) -> Any:
    value = tree.value.astype(np.float32)
    return (((base + value) - base) * np.float32(weight)).astype(np.float64)


def _tree(estimator: Estimator, tree: Mapping[str, Any], sides: Sides, categories: Categories) -> Tree:
    if int(tree["tree_param"].get("size_leaf_vector", "1")) > 1:
        raise UnsupportedError(f"`{called(estimator)}` with several outcomes in a tree cannot be compiled")
    left = np.asarray(tree["left_children"], dtype=np.int32)
    held = np.asarray(tree["split_conditions"], dtype=np.float32)
    leaf = left < 0
    below = np.where(leaf, np.float32(0.0), np.nextafter(held, np.float32(-np.inf)))
    feature = np.where(leaf, 0, np.asarray(tree["split_indices"])).astype(np.int32)
    threshold = single(below.astype(np.float64))
    for node, codes in _categorical(tree):
        feature[node] = _asked(sides, int(feature[node]), codes, categories)
        threshold[node] = MIDDLE
    return parents_first(
        Tree(
            feature=feature,
            threshold=threshold,
            left=left,
            right=np.where(leaf, -1, np.asarray(tree["right_children"])).astype(np.int32),
            missing_left=np.where(leaf, 0, np.asarray(tree["default_left"], dtype=np.uint8)).astype(np.uint8),
            value=np.where(leaf, held, 0.0).astype(np.float64),
            count=np.asarray(tree["sum_hessian"], dtype=np.float64),
        )
    )


def _categorical(tree: Mapping[str, Any]) -> Iterator[tuple[int, list[int]]]:
    """Yield the nodes that ask for categories, with the codes that go right; one alone, or several, is the same."""
    starts = zip(tree["categories_nodes"], tree["categories_segments"], tree["categories_sizes"], strict=True)
    for node, start, size in starts:
        yield node, tree["categories"][start : start + size]


def _asked(sides: Sides, index: int, codes: list[int], categories: Categories) -> int:
    """Any other category goes left, and so does what is no category: a negative number."""
    listed = categories[index]
    if listed is not None:
        return sides.ask(index, right=[listed[code] for code in codes], other="left", missing=None)
    return sides.ask(index, right=map(float, codes), other="left", missing=None, code=("single", "floor"))


def _stored(draft: Draft, estimator: Estimator, feature: Feature) -> Feature:
    """Return the feature as a sparse matrix gives it: zeros are not stored, and XGBoost takes that for missing."""
    b, node = draft.builder, draft.number(feature, estimator)
    zero = b.node("eq", node, b.node("number", value=0.0))
    seen = b.node("where", zero, b.node("number", value=None), node)
    return Feature(feature.name, seen, feature.inputs, unfit=feature.unfit)


def _marked_missing(draft: Draft, estimator: Estimator, feature: Feature) -> Feature:
    """Return the feature with the numbers missing that ``missing=`` names, compared in single precision."""
    marker = getattr(estimator, "missing", None)
    if marker is None or np.isnan(marker) or draft.builder.kind(feature.node) == "text":
        return feature
    value = np.array([marker], dtype=np.float32).astype(np.float64)
    if not np.isfinite(value[0]):
        raise UnsupportedError(f"`{called(estimator)}` with missing={marker!r} cannot be compiled", hint="missing=NaN")
    b = draft.builder
    node = draft.number(feature, estimator)
    low, high = (b.node("number", value=float(end)) for end in (-single(-value)[0], single(value)[0]))
    inside = b.node("and", b.node("ge", node, low), b.node("le", node, high))
    seen = b.node("where", inside, b.node("number", value=None), node)
    return Feature(feature.name, seen, feature.inputs, unfit=feature.unfit)


def _probability(draft: Draft, margin: int) -> int:
    """1 / (1 + exp(-margin)), each step rounded to single precision."""
    b, one = draft.builder, draft.builder.node("number", value=1.0)
    power = b.node("single", b.node("exp", b.node("neg", margin)))
    return b.node("single", b.node("div", one, b.node("single", b.node("add", power, one))))

"""CatBoost's classifier on numbers, read from its JSON export.

``float32(x) > border`` goes right, in trees that are either symmetric (one split per level) or not. Leaves are doubles
and added in doubles, tree by tree; then come scale and bias.
"""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from golive.errors import UnsupportedError
from golive.pack.compilers.trees import Tree, forest, single
from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_LOGISTIC = ("Logloss", "CrossEntropy")
_KINDS = ("cat", "text", "embedding")


class _Split(NamedTuple):
    """One question, as the graph asks it."""

    feature: int
    threshold: float
    missing_left: bool


def catboost(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary CatBoostClassifier on numbers. It accepts missing and infinite values as they are."""
    _guard_features(estimator)
    model = _exported(estimator)
    _guard_loss(model)
    known = {feature["feature_index"]: feature for feature in model["features_info"]["float_features"]}
    if "oblivious_trees" in model:
        trees = [_symmetric(tree, known) for tree in model["oblivious_trees"]]
    else:
        trees = [_free(tree, known) for tree in model["trees"]]
    node, terms = forest(draft, estimator, trees, features, base=0.0)
    b, (scale, (bias,)) = draft.builder, model["scale_and_bias"]
    margin = node
    if scale != 1:
        margin = b.node("mul", b.node("number", value=float(scale)), margin)
    if bias != 0:
        margin = b.node("add", margin, b.node("number", value=float(bias)))
    return Scored(b.node("sigmoid", margin), None, terms, "paths")


def _exported(estimator: Estimator) -> dict[str, Any]:
    """Return what CatBoost writes as JSON; it can write to a file only, and leaves nothing in the user's folder."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        estimator.save_model(str(path), format="json")
        exported: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return exported


def _guard_features(estimator: Estimator) -> None:
    for kind in _KINDS:
        if getattr(estimator, f"get_{kind}_feature_indices")():
            raise UnsupportedError(
                f"CatBoostClassifier with {kind}_features cannot be compiled: it counts them in its own way",
                hint="put a OneHotEncoder or a TargetEncoder in front of it and leave the option out",
            )


def _guard_loss(model: Mapping[str, Any]) -> None:
    loss = model["model_info"]["params"]["loss_function"]["type"]
    if loss not in _LOGISTIC:
        raise UnsupportedError(
            f"CatBoostClassifier with loss_function={loss!r} cannot be compiled",
            hint="'Logloss' and 'CrossEntropy' can",
        )


def _split(split: Mapping[str, Any], known: Mapping[int, Mapping[str, Any]]) -> _Split:
    if split["split_type"] != "FloatFeature":
        raise UnsupportedError(f"a CatBoost split of type `{split['split_type']}` cannot be compiled")
    feature = known[split["float_feature_index"]]
    (threshold,) = single(np.array([split["border"]], dtype=np.float32).astype(np.float64))
    # AsFalse and AsTrue say on which side a missing value is; AsIs means that it compares false.
    return _Split(feature["flat_feature_index"], float(threshold), feature["nan_value_treatment"] != "AsTrue")


def _symmetric(tree: Mapping[str, Any], known: Mapping[int, Mapping[str, Any]]) -> Tree:
    """Return a tree with the same split everywhere on a level; the leaf's number has one bit for each level."""
    splits = [_split(split, known) for split in tree["splits"]]
    depth = len(splits)
    inner, leaves = 2**depth - 1, 2**depth
    level = np.floor(np.log2(np.arange(1, inner + 1))).astype(int)
    node, end = np.arange(inner), np.full(leaves, -1)
    bits = (np.arange(leaves)[:, None] >> np.arange(depth)[::-1]) & 1  # of the path, the root's first
    leaf = bits @ (1 << np.arange(depth))
    asked = np.array([*splits], dtype=float).reshape(depth, 3)[level]
    nothing = np.zeros(leaves)
    weights = np.asarray(tree["leaf_weights"], dtype=np.float64)[leaf]
    return Tree(
        feature=np.concatenate([asked[:, 0], nothing]).astype(np.int32),
        threshold=np.concatenate([asked[:, 1], nothing]),
        left=np.concatenate([2 * node + 1, end]).astype(np.int32),
        right=np.concatenate([2 * node + 2, end]).astype(np.int32),
        missing_left=np.concatenate([asked[:, 2], nothing]).astype(np.uint8),
        value=np.concatenate([np.zeros(inner), np.asarray(tree["leaf_values"], dtype=np.float64)[leaf]]),
        count=_counted(weights),
    )


def _counted(weights: Any) -> Any:
    """Return training rows by node from those of the leaves, level by level upwards."""
    levels = [weights]
    while len(levels[0]) > 1:
        levels.insert(0, levels[0].reshape(-1, 2).sum(axis=1))
    return np.concatenate(levels)


def _free(root: Mapping[str, Any], known: Mapping[int, Mapping[str, Any]]) -> Tree:
    """Return a tree of nested nodes (grow_policy Lossguide or Depthwise)."""
    nodes = list(_walk(root))
    place = {id(node): index for index, node in enumerate(nodes)}
    nowhere = _Split(0, 0.0, False)
    splits = [_split(node["split"], known) if "split" in node else nowhere for node in nodes]

    def child(side: str) -> Any:
        return np.array([place[id(node[side])] if "split" in node else -1 for node in nodes], dtype=np.int32)

    count = np.array([float(node.get("weight", 0.0)) for node in nodes])
    left, right = child("left"), child("right")
    for index in np.flatnonzero(left >= 0)[::-1]:
        count[index] = count[left[index]] + count[right[index]]
    return Tree(
        feature=np.array([split.feature for split in splits], dtype=np.int32),
        threshold=np.array([split.threshold for split in splits]),
        left=left,
        right=right,
        missing_left=np.array([split.missing_left for split in splits], dtype=np.uint8),
        value=np.array([float(node.get("value", 0.0)) for node in nodes]),
        count=count,
    )


def _walk(root: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield parents before children, without recursion."""
    waiting: list[Mapping[str, Any]] = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if "split" in node:
            waiting += [node["right"], node["left"]]

"""The ``trees`` operation: base + the leaf value of each tree, in the order of the trees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.engine.operations import kinds
from golive.engine.operations.operation import Constants, Operation
from golive.engine.operations.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.engine.operations.operation import Running

ARRAYS = {
    "feature": "<i4",
    "threshold": "<f8",
    "left": "<i4",
    "right": "<i4",
    "missing_left": "<u1",
    "value": "<f8",
    "root": "<i4",
}


def start(constants: Constants) -> Running:
    """Return the way that suits these trees."""
    return Walk(constants)


def fits(constants: Constants) -> str:
    """Say what is wrong with the node arrays; empty when each tree is a tree."""
    arrays = constants.arrays
    nodes = len(arrays["left"])
    if any(len(arrays[name]) != nodes for name in ARRAYS if name != "root"):
        return "the node arrays differ in length"
    left, right, root = arrays["left"], arrays["right"], arrays["root"]
    inner = np.flatnonzero(left != -1)
    feature = arrays["feature"][inner]
    if inner.size and (feature.min() < 0 or feature.max() >= constants.arguments):
        return f"a `feature` is not an argument from 0 to {constants.arguments - 1}"
    reached = np.concatenate([root, left[inner], right[inner]])
    if reached.size and (reached.min() < 0 or reached.max() >= nodes):
        return f"a child or root is not a node from 0 to {nodes - 1}"
    if len(np.unique(reached)) != len(reached) or not _ends(left, right, root):
        return "a node is reached twice, so this is not a tree"
    if not (np.all(np.isfinite(arrays["value"])) and not np.any(np.isnan(arrays["threshold"][inner]))):
        return "a `value` is not finite or a `threshold` is NaN"
    return ""


def _ends(left: np.ndarray, right: np.ndarray, root: np.ndarray) -> bool:
    """Each node has one parent at most here, so a loop could not be reached from a root, unless a root is in it."""
    return not np.isin(root, np.concatenate([left[left != -1], right[left != -1]])).any()


TREES: Mapping[str, Operation] = {
    "trees": Operation("n... -> n", start, {"base": kinds.is_number}, ARRAYS, fits),
}

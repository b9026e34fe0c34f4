"""The ``trees`` operation: base + the leaf value of each tree, in the order of the trees.

With ``single`` each sum is rounded to single precision, as XGBoost adds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.engine.operations import kinds
from golive.engine.operations.bits import GROUP, Bits
from golive.engine.operations.operation import Constants, Operation
from golive.engine.operations.shape import shape, words
from golive.engine.operations.walk import ARGUMENTS, NODES, Walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from golive.engine.operations.operation import Running
    from golive.engine.operations.shape import Shape

ARRAYS = {
    "feature": "<i4",
    "threshold": "<f8",
    "left": "<i4",
    "right": "<i4",
    "missing_left": "<u1",
    "value": "<f8",
    "root": "<i4",
}


MOST_WORDS = 4
"""Beyond 256 leaves in a tree walking is faster than bit vectors."""
MOST_BYTES = 96 * 1024 * 1024
"""What the tables of all trees together may need."""


def start(constants: Constants) -> Running:
    """Return the way that suits these trees: bit vectors, or walking where they would be too large."""
    left, right, root = (constants.arrays[name].astype(np.intp) for name in ("left", "right", "root"))
    form = shape(left, right, root)
    return Bits(constants, form) if _small(form, left, root) else Walk(constants, form)


def _small(form: Shape, left: NDArray[np.intp], root: NDArray[np.intp]) -> bool:
    largest = int(form.leaves[root].max(initial=1))
    splits_in_a_group = int((left != -1).sum()) * GROUP // max(len(root) * words(largest), GROUP)
    groups = -(-len(root) * words(largest) // GROUP)
    return words(largest) <= MOST_WORDS and splits_in_a_group * GROUP * 8 * groups <= MOST_BYTES


def fits(constants: Constants) -> str:
    """Say what is wrong with the node arrays; empty when each tree is a tree."""
    arrays = constants.arrays
    nodes = len(arrays["left"])
    if any(len(arrays[name]) != nodes for name in ARRAYS if name != "root"):
        return "the node arrays differ in length"
    if constants.arguments >= ARGUMENTS or nodes >= NODES - 1:
        return f"{constants.arguments} arguments and {nodes} nodes; at most {ARGUMENTS - 1} and {NODES - 2} fit"
    left, right, root = arrays["left"], arrays["right"], arrays["root"]
    inner = np.flatnonzero(left != -1)
    feature = arrays["feature"][inner]
    if inner.size and (feature.min() < 0 or feature.max() >= constants.arguments):
        return f"a `feature` is not an argument from 0 to {constants.arguments - 1}"
    reached = np.concatenate([root, left[inner], right[inner]])
    if reached.size and (reached.min() < 0 or reached.max() >= nodes):
        return f"a child or root is not a node from 0 to {nodes - 1}"
    # np.unique of one array loads numpy.ma, which a service has no use for.
    if np.bincount(reached).max(initial=0) > 1:  # then no root can lead to a loop either
        return "a node is reached twice, so this is not a tree"
    if not (np.all(np.isfinite(arrays["value"])) and not np.any(np.isnan(arrays["threshold"][inner]))):
        return "a `value` is not finite or a `threshold` is NaN"
    added = np.append(arrays["value"][left == -1], constants.params["base"])
    if constants.params["single"] and np.any(added.astype(np.float32) != added):
        return "`base` or a `value` of a leaf is no single-precision number, and `single` is true"
    return ""


TREES: Mapping[str, Operation] = {
    "trees": Operation("n... -> n", start, {"base": kinds.is_number, "single": kinds.is_boolean}, ARRAYS, fits),
}

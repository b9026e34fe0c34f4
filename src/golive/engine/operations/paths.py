"""What the path to each leaf of each tree adds, by argument: the sum of child value minus parent value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from golive.engine.operations.operation import Numbers
    from golive.engine.operations.shape import Indices, Shape

FEW = 64
"""Up to so many arguments every tree has a slot for each; beyond, only for those it asks."""


class Paths(NamedTuple):
    """What the path to each leaf adds to the arguments it asks."""

    steps: Numbers
    """(leaves, slots)."""
    arguments: Indices
    """(trees, slots): which argument a slot of a tree is for; 0 beyond those it uses, where all steps are 0."""
    places: list[Indices | slice]
    """Per tree the same, for those it uses."""
    used: list[int]
    """Per tree how many slots it uses."""
    aligned: bool
    """Whether the slots are the arguments, the same for every tree, and more than one."""


def paths(arrays: dict[str, Any], shape: Shape, tree: Indices, leaf: Indices, arguments: int) -> Paths:
    """Add up the steps of each path.

    Parameters
    ----------
    arrays
        Of the node.
    shape
        Its levels.
    tree
        Tree of each node; -1 for a node in no tree.
    leaf
        Number of each leaf among all leaves.
    arguments
        How many the node has.
    """
    inner = np.flatnonzero((arrays["left"] != -1) & (tree >= 0))
    trees = len(arrays["root"])
    if arguments <= FEW:
        slot, used = arrays["feature"].astype(np.intp), np.full(trees, arguments)
        of = np.tile(np.arange(arguments), (trees, 1))
        places: list[Indices | slice] = [slice(None)] * trees
    else:
        slot, used, of = _slots(tree[inner], arrays["feature"][inner], inner, trees, len(tree))
        places = [of[number, : used[number]] for number in range(trees)]
    steps = _sums(arrays, shape, tree, slot, of.shape[1])
    ends = np.flatnonzero((arrays["left"] == -1) & (tree >= 0))
    by_leaf = np.zeros((len(ends), of.shape[1]))
    by_leaf[leaf[ends]] = steps[ends]
    return Paths(by_leaf, of, places, used.tolist(), 1 < arguments <= FEW)


def _sums(arrays: dict[str, Any], shape: Shape, tree: Indices, slot: Indices, slots: int) -> Numbers:
    sums = np.zeros((len(tree), slots))
    for level in shape.levels:
        parent = level[arrays["left"][level] != -1]
        for child in (arrays["left"][parent], arrays["right"][parent]):
            sums[child] = sums[parent]
            sums[child, slot[parent]] += arrays["value"][child] - arrays["value"][parent]
    return sums


def _slots(tree: Indices, feature: Indices, nodes: Indices, trees: int, size: int) -> tuple[Indices, Indices, Indices]:
    """Number the arguments that each tree asks; return the slot by node, slots used and argument by tree and slot."""
    pairs, which = np.unique(np.stack([tree, feature]), axis=1, return_inverse=True)
    used = np.bincount(pairs[0], minlength=trees)
    rank = np.arange(pairs.shape[1]) - (np.cumsum(used) - used)[pairs[0]]
    arguments = np.zeros((trees, int(used.max(initial=0))), dtype=np.intp)
    arguments[pairs[0], rank] = pairs[1]
    slot = np.zeros(size, dtype=np.intp)
    slot[nodes] = rank[which.ravel()]
    return slot, used, arguments

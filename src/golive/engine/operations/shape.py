"""Where the leaves of trees lie, for all trees at once, level by level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Indices = NDArray[np.intp]


class Shape(NamedTuple):
    """Where the leaves of each node lie in its tree, counted from the left."""

    levels: list[Indices]
    """Nodes by depth, the roots first; siblings stand side by side."""
    first: Indices
    """First leaf below a node."""
    leaves: Indices
    """Leaves below a node."""


def shape(left: Indices, right: Indices, root: Indices) -> Shape:
    """Number the leaves of all trees at once, level by level."""
    levels = [root]
    while len(inner := levels[-1][left[levels[-1]] != -1]):
        levels.append(np.stack([left[inner], right[inner]], axis=1).ravel())
    first, leaves = np.zeros(len(left), dtype=np.intp), np.ones(len(left), dtype=np.intp)
    for level in reversed(levels):
        inner = level[left[level] != -1]
        leaves[inner] = leaves[left[inner]] + leaves[right[inner]]
    for level in levels:
        inner = level[left[level] != -1]
        first[left[inner]] = first[inner]
        first[right[inner]] = first[inner] + leaves[left[inner]]
    return Shape(levels, first, leaves)


def tree_of(arrays: dict[str, Any], shape: Shape) -> Indices:
    """Return the tree of each node; -1 for a node in no tree."""
    tree = np.full(len(arrays["left"]), -1, dtype=np.intp)
    tree[arrays["root"]] = np.arange(len(arrays["root"]))
    for level in shape.levels:
        inner = level[arrays["left"][level] != -1]
        tree[arrays["left"][inner]] = tree[inner]
        tree[arrays["right"][inner]] = tree[inner]
    return tree


def words(leaves: int) -> int:
    """Return how many words of 64 bits the leaves of a tree need."""
    return -(-leaves // 64)

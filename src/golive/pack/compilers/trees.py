"""Boosted trees and forests: node arrays, read from each library's own tables.

In the graph a tree is: ``x <= threshold`` goes left, a missing x goes left when it is told so. Inner nodes carry the
mean of the leaves below them, weighted by training rows; reasons are read from these.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import UnsupportedError
from golive.pack.draft import Draft, Estimator, Features, called
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

    def with_leaves(self, value: NDArray[np.float64]) -> Tree:
        """Return the same tree with other leaves."""
        return replace(self, value=np.where(self.left < 0, value, 0.0))


def forest(
    draft: Draft, estimator: Estimator, trees: Sequence[Tree], features: Features, *, base: float, single: bool = False
) -> tuple[int, tuple[Term, ...]]:
    """Make one ``trees`` node of all trees, with the features that they use, and its term for the reasons.

    ``single`` rounds the sum after every tree to single precision.
    """
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
        single=single,
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
    return replace(tree, value=value)


def parents_first(tree: Tree) -> Tree:
    """Number the nodes anew from the root, level by level; nodes that no path reaches are left out."""
    levels = [np.zeros(1, dtype=np.intp)]
    while len(inner := levels[-1][tree.left[levels[-1]] >= 0]):
        levels.append(np.stack([tree.left[inner], tree.right[inner]], axis=1).ravel().astype(np.intp))
    order = np.concatenate(levels)
    place = np.full(len(tree.left), -1, dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)

    def moved(children: NDArray[np.int32]) -> NDArray[np.int32]:
        return np.where(children[order] < 0, -1, place[children[order]]).astype(np.int32)

    return Tree(
        feature=tree.feature[order],
        threshold=tree.threshold[order],
        left=moved(tree.left),
        right=moved(tree.right),
        missing_left=tree.missing_left[order],
        value=tree.value[order],
        count=tree.count[order],
    )


def single(threshold: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the largest double that, rounded to single precision, is not above the threshold."""
    below = threshold.astype(np.float32)
    below = np.where(below.astype(np.float64) > threshold, np.nextafter(below, np.float32(-np.inf)), below)
    above = np.nextafter(below, np.float32(np.inf))
    middle = (below.astype(np.float64) + above.astype(np.float64)) / 2.0
    # Exactly half-way rounds to the even neighbour.
    stays = middle.astype(np.float32) == below
    return np.where(stays, middle, np.nextafter(middle, -np.inf))


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

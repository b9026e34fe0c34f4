"""Trees by walking, for trees too large for bit vectors: one tree after the other, a block of rows one level at a time.

Thresholds are replaced by their rank among all thresholds of the argument, and each value by the number of thresholds
below it: the same question on whole numbers. A node is one word,

    40.. rank | 24..39 column | 23 leaf | 0..22 left child, the right one follows

so that a step is two gathers and some arithmetic on whole numbers, without a branch. Each argument has up to two
columns of ranks: in one a missing value is below all thresholds (it goes left), in the other above all (right). Rows
that have reached their leaf are taken out from time to time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from golive.engine.operations.shape import tree_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from golive.engine.operations.operation import Constants, Numbers
    from golive.engine.operations.shape import Indices, Shape

    Words = NDArray[np.int64]

ARGUMENTS, NODES = 1 << 15, 1 << 23
"""What fits a word: arguments (two columns each), and nodes (which are more than thresholds)."""
BLOCK = 8192
"""Rows that are walked at once. Each call of numpy costs as much as some hundred rows."""
_LEAF = np.int64(1 << 23)
_FIRST, _EVERY, _STAY = 9, 3, 0.7
"""From one level on and then every so many it is looked at who has arrived; they are taken out when at most this share
is still going."""


class _Tree(NamedTuple):
    words: Words
    """Nodes level by level, siblings side by side."""
    nodes: Indices
    """Their numbers among all nodes."""
    value: Numbers


class Walk:
    """All trees of one node."""

    def __init__(self, constants: Constants, shape: Shape) -> None:
        arrays = {name: np.asarray(array) for name, array in constants.arrays.items()}
        self.base = float(constants.params["base"])
        self.arguments = constants.arguments
        self._root = arrays["root"].astype(np.intp)
        self._value = arrays["value"]
        self._dtype: np.dtype[Any] = np.dtype("f4" if constants.params["single"] else "f8")
        self._leaf = arrays["left"] == -1
        self._feature = np.where(self._leaf, 0, arrays["feature"]).astype(np.intp)
        self._threshold = arrays["threshold"]
        self._missing_left = arrays["missing_left"] != 0
        here = np.arange(len(self._leaf))
        # A leaf leads to itself, and so does a root upwards: a step needs no mask.
        children = np.stack([arrays["right"], arrays["left"]], axis=1).astype(np.intp)
        self._children = np.where(self._leaf[:, None], here[:, None], children)
        self._parent = here.copy()
        inner = here[~self._leaf]
        self._parent[children[inner].ravel()] = np.repeat(inner, 2)
        self._columns, words = self._packed()
        self._trees = list(_by_tree(words, self._value, children, shape, tree_of(arrays, shape)))

    def row(self, *xs: float) -> float:
        values = self._value[self._row_leaves(xs)]
        return float(np.add.accumulate(np.concatenate([[self.base], values]).astype(self._dtype))[-1])

    def columns(self, *xs: Numbers) -> Numbers:
        blocks = []
        for block in self._blocks(xs):
            result: NDArray[Any] = np.full(block.rows, self.base, dtype=self._dtype)
            for tree in self._trees:
                result += tree.value[block.leaves(tree)].astype(self._dtype, copy=False)
            blocks.append(result)
        return np.concatenate(blocks, dtype=np.float64)

    def row_contributions(self, *xs: float) -> list[float]:
        """Return by argument the sum over all paths of child value minus parent value, tree by tree, leaf to root."""
        path = [self._row_leaves(xs)]
        while (path[-1] != self._root).any():
            path.append(self._parent[path[-1]])
        nodes = np.stack(path, axis=1)
        above = self._parent[nodes]
        steps = self._value[nodes] - self._value[above]
        added: list[float] = np.bincount(self._feature[above].ravel(), steps.ravel(), self.arguments).tolist()
        return added

    def contributions(self, *xs: Numbers) -> list[Numbers]:
        """Return the same by column."""
        blocks = []
        for block in self._blocks(xs):
            rows, added = np.arange(block.rows), np.zeros((block.rows, self.arguments))
            for tree, root in zip(self._trees, self._root, strict=True):
                node = tree.nodes[block.leaves(tree)]
                while (node != root).any():
                    above = self._parent[node]
                    added[rows, self._feature[above]] += self._value[node] - self._value[above]
                    node = above
            blocks.append(added)
        return list(np.concatenate(blocks).T)

    def _row_leaves(self, xs: tuple[float, ...]) -> Indices:
        """Walk one row through all trees at once."""
        row, node = np.asarray(xs, dtype=np.float64), self._root
        while not self._leaf[node].all():
            x = row[self._feature[node]]
            left = np.where(np.isnan(x), self._missing_left[node], x <= self._threshold[node])
            node = self._children[node, left.astype(np.intp)]
        return node

    def _packed(self) -> tuple[list[_Column], Words]:
        """Return the columns of ranks, and for each inner node its rank and column in one word."""
        columns: list[_Column] = []
        words = np.zeros(len(self._leaf), dtype=np.int64)
        inner = np.flatnonzero(~self._leaf)
        for argument in np.flatnonzero(np.bincount(self._feature[inner])).tolist():
            nodes = inner[self._feature[inner] == argument]
            thresholds, rank = np.unique(self._threshold[nodes], return_inverse=True)
            for left in (False, True):
                asking = self._missing_left[nodes] == left
                if asking.any():
                    words[nodes[asking]] = (rank[asking] << 40) | (len(columns) << 24)
                    columns.append(_Column(argument, thresholds, -1 if left else len(thresholds) + 1))
        return columns, words

    def _blocks(self, xs: tuple[Numbers, ...]) -> Iterator[_Block]:
        spread = np.broadcast_arrays(*xs, np.empty(1))[:-1]
        for start in range(0, max(len(spread[0]), 1), BLOCK):
            yield _Block([x[start : start + BLOCK] for x in spread], self._columns)


class _Column(NamedTuple):
    argument: int
    thresholds: Numbers
    missing: int
    """The rank of a missing value."""


class _Block:
    """Some rows, their values replaced by ranks."""

    def __init__(self, xs: list[Numbers], columns: list[_Column]) -> None:
        self.rows = len(xs[0])
        width = max(len(columns), 1)
        ranks = np.zeros((self.rows, width), dtype=np.int64)
        for place, column in enumerate(columns):
            x = xs[column.argument]
            ranks[:, place] = np.where(np.isnan(x), column.missing, np.searchsorted(column.thresholds, x))
        self._ranks = ranks.ravel()
        self._first = np.arange(self.rows) * width  # where the ranks of each row begin
        self._work = np.empty((3, self.rows), dtype=np.int64)

    def leaves(self, tree: _Tree) -> Indices:
        """Return the leaf of each row, as a place in the tree."""
        found = np.zeros(self.rows, dtype=np.intp)
        rows, first = np.arange(self.rows), self._first
        words, asked, rank = self._work
        node, level = np.zeros(self.rows, dtype=np.intp), 0
        while len(rows):
            np.take(tree.words, node, out=words, mode="clip")  # clip takes no copy of `out`
            if level >= _FIRST and level % _EVERY == 0:
                going = np.flatnonzero((words & _LEAF) == 0)
                if len(going) <= _STAY * len(rows):
                    found[rows] = node  # of those still going too; they are written again
                    rows, first, words = rows[going], first[going], words[going]
                    asked, rank, node = (np.empty_like(words) for _ in range(3))
            np.right_shift(words, 24, out=asked)
            np.bitwise_and(asked, 0xFFFF, out=asked)
            np.add(asked, first, out=asked)
            np.take(self._ranks, asked, out=rank, mode="clip")
            np.right_shift(words, 40, out=asked)
            np.subtract(asked, rank, out=asked)
            np.right_shift(asked, 63, out=asked)  # -1 where the value lies above the threshold
            np.bitwise_and(words, NODES - 1, out=words)
            np.subtract(words, asked, out=node)
            level += 1
        return found


def _by_tree(words: Words, value: Numbers, children: Indices, shape: Shape, tree: Indices) -> Iterator[_Tree]:
    """Number the nodes of each tree level by level, and finish their words with the way on."""
    leaf = children[:, 1] == -1
    by_level = np.concatenate(shape.levels)
    order = by_level[np.argsort(tree[by_level], kind="stable")]
    sizes = np.bincount(tree[by_level])
    ends = np.cumsum(sizes)
    place = np.zeros(len(words), dtype=np.int64)
    place[order] = np.arange(len(order)) - np.repeat(ends - sizes, sizes)
    # A leaf has a rank that nothing is above, and leads to itself.
    stay = (np.int64(NODES - 1) << 40) | _LEAF | place
    words = np.where(leaf, stay, words | place[children[:, 1]])
    for end, size in zip(ends.tolist(), sizes.tolist(), strict=True):
        nodes = order[end - size : end]
        yield _Tree(words[nodes], nodes, value[nodes])

"""Trees by bit vectors: no walking, one look-up per feature for all trees at once.

The leaves of a tree are numbered from left to right, one bit each. A split that a row fails (it goes right) rules out
the leaves of its left subtree; the lowest bit that is left is the leaf of the row. For each feature one table holds,
for each interval between its distinct thresholds and for missing, what is left in every tree. So a row costs one
search, one gather and one AND per feature. (The idea is that of QuickScorer, Lucchese et al., SIGIR 2015.)

Trees stand in groups, so that the tables grow with the number of trees and not with its square; the leaf values are
added in the order of the trees, which is the order of the groups.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from golive.engine.operations.paths import paths
from golive.engine.operations.shape import tree_of, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from golive.engine.operations.operation import Constants, Numbers
    from golive.engine.operations.paths import Paths
    from golive.engine.operations.shape import Indices, Shape

    Words = NDArray[Any]

GROUP = 256
"""Words (of one group) that a table has in a row."""
BLOCK = 256
"""Rows that are worked on at once; what they need fits the cache."""


class Bits:
    """All trees of one node, in groups."""

    def __init__(self, constants: Constants, shape: Shape) -> None:
        arrays = {name: np.asarray(array) for name, array in constants.arrays.items()}
        self.base = float(constants.params["base"])
        self.arguments = constants.arguments
        self._arrays, self._shape = arrays, shape
        leaves = shape.leaves[arrays["root"]]
        self._offset = np.concatenate([[0], np.cumsum(leaves)])  # first leaf of each tree among all leaves
        self._tree = tree_of(arrays, shape)
        self._values = np.zeros(int(self._offset[-1]), dtype=np.float32 if constants.params["single"] else np.float64)
        ends = arrays["left"] == -1
        ends &= self._tree >= 0
        self._leaf_of = self._offset[self._tree] + shape.first  # for leaves: their number among all
        self._values[self._leaf_of[ends]] = arrays["value"][ends]
        trees = max(1, GROUP // words(int(leaves.max(initial=1))))
        self._groups = [self._group(start, start + trees) for start in range(0, len(leaves), trees)]
        self._last: tuple[tuple[float, ...], Indices] | None = None

    def row(self, *xs: float) -> float:
        values = np.empty(len(self._offset), dtype=self._values.dtype)  # the base and one per tree
        values[0] = self.base
        self._values.take(self._row_leaves(xs), out=values[1:], mode="clip")  # clip takes no copy of `out`
        return float(np.add.accumulate(values)[-1])

    def columns(self, *xs: Numbers) -> Numbers:
        blocks = []
        for block in _blocks(xs):
            result = np.full(len(block[0]), self.base, dtype=self._values.dtype)
            for group in self._groups:
                values = self._values[group.leaves(block)]
                for tree in range(values.shape[1]):
                    result += values[:, tree]
            blocks.append(result)
        return np.concatenate(blocks, dtype=np.float64)

    def row_contributions(self, *xs: float) -> list[float]:
        """Return by argument the sum over all paths of child value minus parent value."""
        paths = self._paths
        steps = paths.steps.take(self._row_leaves(xs), axis=0)
        if paths.aligned:  # whole rows are added one after the other; of one column numpy would add pairs
            total: list[float] = np.add.reduce(steps, axis=0).tolist()
            return total
        added: list[float] = np.bincount(paths.arguments.ravel(), steps.ravel(), self.arguments).tolist()
        return added

    def contributions(self, *xs: Numbers) -> list[Numbers]:
        """Return the same by column, added tree by tree as bincount does for one row."""
        paths = self._paths
        blocks = []
        for block in _blocks(xs):
            leaves = np.concatenate([group.leaves(block) for group in self._groups], axis=1)
            added = np.zeros((len(leaves), self.arguments))
            for tree, places in enumerate(paths.places):
                added[:, places] += paths.steps.take(leaves[:, tree], axis=0)[:, : paths.used[tree]]
            blocks.append(added)
        return list(np.concatenate(blocks).T)

    def _row_leaves(self, xs: tuple[float, ...]) -> Indices:
        """Find the leaves; the score and its reasons ask for the same row one after the other."""
        last = self._last
        if last is not None and last[0] == xs:
            return last[1]
        found = [group.row_leaves(xs) for group in self._groups]
        leaves = found[0] if len(found) == 1 else np.concatenate(found)
        self._last = (xs, leaves)
        return leaves

    @cached_property
    def _paths(self) -> Paths:
        """Made when the first reasons are asked for."""
        return paths(self._arrays, self._shape, self._tree, self._leaf_of, self.arguments)

    def _group(self, start: int, stop: int) -> _Group:
        inside = (self._tree >= start) & (self._tree < stop)
        nodes = np.flatnonzero(inside & (self._arrays["left"] != -1))
        return _Group(self._arrays, self._shape, nodes, self._tree[nodes] - start, self._offset[start : stop + 1])


class _Feature(NamedTuple):
    """The thresholds of one argument inside a group, and its rows in the table of the group."""

    argument: int
    thresholds: list[float]
    first: int
    """Row ``first + k`` is for values above exactly k thresholds."""
    missing: int
    """The row after the last of these."""


class _Search:
    """Binary search of whole blocks without a branch, for features with about as many thresholds: all steps are the
    same for all values, which is three times as fast as one search after the other."""

    def __init__(self, features: list[_Feature], size: int) -> None:
        self._size = size
        self._arguments = [feature.argument for feature in features]
        padded = np.full((len(features), size), np.inf)
        for row, feature in zip(padded, features, strict=True):
            row[: len(feature.thresholds)] = feature.thresholds
        self._thresholds = padded.ravel()
        self._base = np.arange(len(features))[:, None] * size
        self._shift = np.asarray([feature.first for feature in features])[:, None] - self._base
        self._missing = np.asarray([feature.missing for feature in features])[:, None]

    def at(self, block: Sequence[Numbers]) -> Indices:
        """Return the rows of the table, (features, rows)."""
        x = np.stack([block[argument] for argument in self._arguments])
        position = np.repeat(self._base, x.shape[1], axis=1)
        step = self._size // 2
        while step:
            position += (self._thresholds[position + (step - 1)] < x) * step
            step //= 2
        position += self._shift
        np.copyto(position, self._missing, where=np.isnan(x))
        return position


class _Group:
    """Some neighbouring trees with one table."""

    def __init__(self, arrays: dict[str, Any], shape: Shape, nodes: Indices, tree: Indices, offset: Indices) -> None:
        self._start = offset[:-1]
        leaves = int(np.diff(offset).max())
        self._words = words(leaves)
        self._dtype = _word(leaves)
        masks = self._masks(shape, arrays["left"][nodes], nodes)
        self._features: list[_Feature] = []
        tables: list[Words] = []
        for argument in np.flatnonzero(np.bincount(arrays["feature"][nodes])).tolist():
            at = np.flatnonzero(arrays["feature"][nodes] == argument)
            thresholds, position = np.unique(arrays["threshold"][nodes[at]], return_inverse=True)
            first = sum(len(table) for table in tables)
            self._features.append(_Feature(argument, thresholds.tolist(), first, first + len(thresholds) + 1))
            tables.append(self._table(masks[at], position, arrays["missing_left"][nodes[at]] != 0, tree[at]))
        self._table_of_all = np.concatenate([self._all(0), *tables])
        self._searches = list(_searches(self._features))

    def _masks(self, shape: Shape, left: Indices, nodes: Indices) -> Words:
        """Return by split the words of its tree without the leaves of its left subtree."""
        bits = self._dtype.itemsize * 8
        low = shape.first[nodes][:, None] - np.arange(self._words) * bits
        high = low + shape.leaves[left][:, None]
        ruled_out = _ones(np.clip(high, 0, bits), self._dtype) ^ _ones(np.clip(low, 0, bits), self._dtype)
        return ~ruled_out

    def _table(self, masks: Words, position: Indices, missing_left: NDArray[np.bool_], tree: Indices) -> Words:
        rows = int(position.max()) + 3
        table = np.full((rows, len(self._start), self._words), ~self._dtype.type(0))
        np.bitwise_and.at(table, (position + 1, tree), masks)
        np.bitwise_and.accumulate(table[:-1], axis=0, out=table[:-1])
        right = ~missing_left
        np.bitwise_and.at(table, (np.full(int(right.sum()), rows - 1), tree[right]), masks[right])
        return table.reshape(rows, -1)

    def row_leaves(self, xs: Sequence[float]) -> Indices:
        """Return the leaf of each tree for one row, counted over all trees."""
        rows = [
            first + bisect_left(thresholds, xs[argument]) if xs[argument] == xs[argument] else missing
            for argument, thresholds, first, missing in self._features
        ]
        left = np.bitwise_and.reduce(self._table_of_all.take(rows, axis=0), axis=0) if rows else self._all(1)[0]
        leaves: Indices = self._lowest(left[None, :])[0] + self._start
        return leaves

    def leaves(self, block: Sequence[Numbers]) -> Indices:
        """Return the same for a block of rows, (rows, trees)."""
        left = self._all(len(block[0]))
        found = np.empty_like(left)
        for search in self._searches:
            for at in search.at(block):
                np.take(self._table_of_all, at, axis=0, out=found, mode="clip")  # clip takes no copy of `out`
                np.bitwise_and(left, found, out=left)
        return self._lowest(left) + self._start

    def _all(self, rows: int) -> Words:
        return np.full((rows, len(self._start) * self._words), ~self._dtype.type(0))

    def _lowest(self, left: Words) -> Indices:
        """Return the number of the lowest bit that is left in each tree."""
        if self._words == 1:
            return _lowest_bit(left)
        words = left.reshape(len(left), -1, self._words)
        word = np.argmax(words != 0, axis=2)
        bit = _lowest_bit(np.take_along_axis(words, word[:, :, None], axis=2)[:, :, 0])
        found: Indices = word * (self._dtype.itemsize * 8) + bit
        return found


def _searches(features: list[_Feature]) -> Iterator[_Search]:
    """Put features that need equally many steps together."""
    sizes = [1 << len(feature.thresholds).bit_length() for feature in features]
    for size in sorted(set(sizes)):
        yield _Search([feature for feature, needs in zip(features, sizes, strict=True) if needs == size], size)


def _word(leaves: int) -> np.dtype[Any]:
    """Return the smallest word: half the bytes, half the time."""
    return np.dtype(next((f"u{size}" for size in (1, 2, 4) if leaves <= size * 8), "u8"))


def _ones(count: Indices, dtype: np.dtype[Any]) -> Words:
    """Return words with that many low bits set."""
    bits = dtype.itemsize * 8
    full = np.uint64(0xFFFFFFFFFFFFFFFF)
    some = (np.uint64(1) << np.minimum(count, 63).astype(np.uint64)) - np.uint64(1)
    return np.where(count >= bits, full, some).astype(dtype)


def _lowest_bit(left: Words) -> Indices:
    """Read the position of the lowest bit from the exponent of a float: a power of two is exact there."""
    lowest = left & np.negative(left)
    number: Indices
    if left.dtype.itemsize == 8:
        number = ((lowest.astype(np.float64).view(np.int64) >> 52) - 1023).astype(np.intp)
    else:
        number = ((lowest.astype(np.float32).view(np.int32) >> 23) - 127).astype(np.intp)
    return number


def _blocks(xs: tuple[Numbers, ...]) -> Iterator[list[Numbers]]:
    """Cut columns into blocks of rows; columns that are one value for all rows are spread."""
    spread = np.broadcast_arrays(*xs, np.empty(1))[:-1]
    for start in range(0, max(len(spread[0]), 1), BLOCK):
        yield [x[start : start + BLOCK] for x in spread]

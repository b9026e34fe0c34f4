"""Trees by walking: every tree one level at a time, for trees too large for bit vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.engine.operations.operation import Constants, Numbers

    Indices = NDArray[np.intp]


class Walk:
    """All trees of one node."""

    def __init__(self, constants: Constants) -> None:
        arrays: dict[str, NDArray[Any]] = dict(constants.arrays)
        self.base = float(constants.params["base"])
        self.arguments = constants.arguments
        self.root = arrays["root"].astype(np.intp)
        self.leaf = arrays["left"] == -1
        self.feature = np.where(self.leaf, 0, arrays["feature"]).astype(np.intp)
        self.threshold = arrays["threshold"]
        here = np.arange(len(self.leaf))
        # A leaf leads to itself, so that a step needs no mask.
        self.children = np.stack([arrays["right"], arrays["left"]], axis=1).astype(np.intp)
        self.children[self.leaf] = here[self.leaf, None]
        self.missing_left = arrays["missing_left"] != 0
        self.value = arrays["value"]

    def row(self, *xs: float) -> float:
        leaves = self._row_leaves(np.asarray(xs, dtype=np.float64))
        return float(np.add.accumulate(np.concatenate([[self.base], self.value[leaves]]))[-1])

    def columns(self, *xs: Numbers) -> Numbers:
        matrix = _matrix(xs)
        result: Numbers = np.full(len(matrix), self.base)
        for root in self.root:
            result += self.value[self._leaves(matrix, root)]
        return result

    def row_contributions(self, *xs: float) -> list[float]:
        """Return by argument the sum over all paths of child value minus parent value."""
        added = np.zeros(self.arguments)
        node = self.root
        row = np.asarray(xs, dtype=np.float64)
        while not self.leaf[node].all():
            following = self._row_step(row, node)
            np.add.at(added, self.feature[node], self.value[following] - self.value[node])
            node = following
        return added.tolist()

    def _row_leaves(self, row: Numbers) -> Indices:
        node = self.root
        while not self.leaf[node].all():
            node = self._row_step(row, node)
        return node

    def _row_step(self, row: Numbers, node: Indices) -> Indices:
        x = row[self.feature[node]]
        left = np.where(np.isnan(x), self.missing_left[node], x <= self.threshold[node])
        return self.children[node, left.astype(np.intp)]

    def contributions(self, *xs: Numbers) -> list[Numbers]:
        """Return the same by column."""
        matrix = _matrix(xs)
        rows = np.arange(len(matrix))
        added = np.zeros((len(matrix), self.arguments))
        for depth in self._levels(matrix):
            for node, following in depth:
                added[rows, self.feature[node]] += self.value[following] - self.value[node]
        return list(added.T)

    def _leaves(self, matrix: Numbers, root: np.intp) -> Indices:
        node = np.full(len(matrix), root, dtype=np.intp)
        while not self.leaf[node].all():
            node = self._step(matrix, node)
        return node

    def _levels(self, matrix: Numbers) -> list[list[tuple[Indices, Indices]]]:
        """Return the steps of all trees, level by level: the order in which `row_contributions` adds."""
        nodes = [np.full(len(matrix), root, dtype=np.intp) for root in self.root]
        levels = []
        while any(not self.leaf[node].all() for node in nodes):
            following = [self._step(matrix, node) for node in nodes]
            levels.append(list(zip(nodes, following, strict=True)))
            nodes = following
        return levels

    def _step(self, matrix: Numbers, node: Indices) -> Indices:
        x = matrix[np.arange(len(matrix)), self.feature[node]]
        left = np.where(np.isnan(x), self.missing_left[node], x <= self.threshold[node])
        return self.children[node, left.astype(np.intp)]


def _matrix(xs: tuple[Numbers, ...]) -> Numbers:
    return np.stack(np.broadcast_arrays(*xs, np.empty(1)), axis=1)[:, :-1]

"""Which training row comes by each split of a tree: the row whose cells are then moved across the threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


def first_rows(matrix: NDArray[np.float64], arrays: Mapping[str, NDArray[Any]]) -> NDArray[np.intp]:
    """Return for each node the first row that reaches it, -1 where none does.

    Parameters
    ----------
    matrix
        (rows, arguments): what the trees are given.
    arrays
        The arrays of a ``trees`` node.
    """
    first = np.full(len(arrays["left"]), -1, dtype=np.intp)
    rows = np.arange(len(matrix))
    left, right = arrays["left"].astype(np.intp), arrays["right"].astype(np.intp)
    for root in arrays["root"].astype(np.intp):
        here, waiting = np.full(len(matrix), root), rows
        while waiting.size:
            first[here[::-1]] = waiting[::-1]  # the last write wins, so the first row stays
            inner = left[here] >= 0
            here, waiting = here[inner], waiting[inner]
            x = matrix[waiting, arrays["feature"][here]]
            goes_left = np.where(np.isnan(x), arrays["missing_left"][here] != 0, x <= arrays["threshold"][here])
            here = np.where(goes_left, left[here], right[here])
    return first

"""Which of 20 folds a row belongs to: an integer hash of what it contains, the same in every engine and order.

A row's content is its score, rounded to 2^-30, and its outcome; rows that are identical in both are told apart by
their occurrence number (0, 1, 2 ... ), so that ties do not share a fold. The score is rounded because two engines that
agree to the last digit but one must put a row into the same fold, or they would deploy different cut-offs. Only
additions, products and remainders of integers below 2^62 are used, so that SQL, Spark and JavaScript can say the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Integers = NDArray[np.int64]

FOLDS = 20
PRIME = 2**31 - 1
_ROUNDS = (715_225_739, 1_181_783_497, 326_428_381)
"""Added before each round, so that 0 does not stay 0."""


def fold_of(score: NDArray[np.float64], event: NDArray[np.bool_]) -> Integers:
    """Return the fold 0..19 of each row, (n,).

    Parameters
    ----------
    score, event
        Content of the rows, (n,), in canonical order: among rows with the same content the first is occurrence 0.

    Notes
    -----
    With p = 2^31 - 1, the pieces are floor(score * 2^30 + 0.5), the outcome (0 or 1) and the occurrence number, each
    modulo p. They are taken in turn: h = mix((h + piece) mod p), from h = 0; mix adds a constant and raises to the
    fifth power modulo p, three times. The fold is h mod 20.
    """
    content = np.floor(np.asarray(score, dtype=np.float64) * 2.0**30 + 0.5)
    happened = np.asarray(event).astype(np.int64)
    mixed = np.zeros(len(content), dtype=np.int64)
    for piece in (np.fmod(content, PRIME).astype(np.int64), happened, _occurrences(content, happened)):
        mixed = _mix((mixed + piece % PRIME) % PRIME)
    folds: Integers = mixed % FOLDS
    return folds


def halves() -> tuple[int, ...]:
    """Return 100 half-samples of the folds as bit masks, 10 folds each; their complements are another 100.

    They are the same for ever: drawn by a shuffle with a plain linear congruential generator, not with numpy's,
    whose stream may change.
    """
    state, found = 20_261_101, []
    for _ in range(100):
        order = list(range(FOLDS))
        for last in range(FOLDS - 1, 0, -1):
            state = state * 48_271 % PRIME
            other = state % (last + 1)
            order[last], order[other] = order[other], order[last]
        found.append(sum(1 << fold for fold in order[: FOLDS // 2]))
    return tuple(found)


def _occurrences(content: NDArray[np.float64], event: Integers) -> Integers:
    """Return how many earlier rows have the same content, (n,)."""
    order = np.lexsort((event, content))
    content, event = content[order], event[order]
    first = np.append(True, (content[1:] != content[:-1]) | (event[1:] != event[:-1]))
    starts = np.flatnonzero(first)
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(len(order)) - starts[np.cumsum(first) - 1]
    return found


def _mix(h: Integers) -> Integers:
    for constant in _ROUNDS:
        x = (h + constant) % PRIME
        square = x * x % PRIME
        h = (square * square % PRIME) * x % PRIME
    return h

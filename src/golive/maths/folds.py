"""Which of 20 folds a row belongs to: an integer hash of what it contains, the same in every engine and order.

A row's content is its score and its outcome; rows that are identical in both are told apart by their occurrence
number (0, 1, 2 ... ), so that ties do not share a fold. Only additions, products and remainders of integers
below 2^62 are used, so that SQL, Spark and JavaScript can say the same.
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


def fold_of(score: NDArray[np.float64], event: NDArray[np.bool_], occurrence: Integers) -> Integers:
    """Return the fold 0..19 of each row.

    Parameters
    ----------
    score, event
        Content of the rows, (n,).
    occurrence
        0 for the first row with this content, 1 for the second, (n,); see `occurrences`.

    Notes
    -----
    With p = 2^31 - 1, the score becomes two integers: a = floor(score * 2^20), b = floor((score * 2^20 - a) * 2^31).
    The pieces a, b, outcome (0 or 1) and occurrence are taken in turn: h = mix((h + piece mod p) mod p), from h = 0;
    mix adds a constant and raises to the fifth power modulo p, three times. The fold is h mod 20.
    """
    scaled = np.asarray(score, dtype=np.float64) * 2.0**20
    whole = np.floor(scaled)
    pieces = (
        np.fmod(whole, PRIME).astype(np.int64),
        np.floor((scaled - whole) * 2.0**31).astype(np.int64),
        np.asarray(event).astype(np.int64),
        np.asarray(occurrence, dtype=np.int64),
    )
    mixed = np.zeros(len(scaled), dtype=np.int64)
    for piece in pieces:
        mixed = _mix((mixed + piece % PRIME) % PRIME)
    folds: Integers = mixed % FOLDS
    return folds


def occurrences(score: NDArray[np.float64], event: NDArray[np.bool_]) -> Integers:
    """Return how many earlier rows have the same content, (n,); rows with equal content must stand together."""
    n = len(score)
    first = np.ones(n, dtype=bool)
    first[1:] = (score[1:] != score[:-1]) | (event[1:] != event[:-1])
    starts = np.flatnonzero(first)
    numbers: Integers = np.arange(n) - starts[np.cumsum(first) - 1]
    return numbers


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


def _mix(h: Integers) -> Integers:
    for constant in _ROUNDS:
        x = (h + constant) % PRIME
        square = x * x % PRIME
        h = (square * square % PRIME) * x % PRIME
    return h

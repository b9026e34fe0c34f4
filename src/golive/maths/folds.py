"""Which of 20 folds a row belongs to: an integer hash of what it contains, the same in every engine and order.

Where rows have a customer, all rows of a customer share a fold, by a hash of the text of the customer's id. Else a
row's content is its score, its outcome and its amounts, each rounded; rows that are identical in all of them are told
apart by their occurrence number (0, 1, 2 ... ), so that ties do not share a fold. The content is rounded because two
engines that agree to the last digit but one must put a row into the same fold, or they would deploy different cut-offs.
Only sums, products, quotients and floors of doubles are used, on whole numbers below 2^53, so that SQL, Spark and
JavaScript say the same, without sorting anything (docs/decisions/0009-folds-without-sorting.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Integers = NDArray[np.int64]
    Values = NDArray[np.float64]

FOLDS = 20
PRIME = 2**26 - 5
STEP = 3_999_971
"""What a hash is multiplied with before the next piece is added; the product stays below 2^48."""
ROUNDS = (35_725_239, 18_497_063)
"""Added before each round, so that 0 does not stay 0."""
SMALL, LARGE = 2.0**-12, 2.0**22
STEPS = (2.0**50, 2.0**30, 1.0)
"""Steps per unit of a piece: for sizes below `SMALL`, from there to `LARGE`, and above."""
WIDEST = 2.0**52
_LEHMER = 2**31 - 1
_PIECE = 1 << 14
"""Texts hashed at a time: a long one widens the memory of its piece only."""


def fold_of(score: Values, event: NDArray[np.bool_], amounts: Values | None = None) -> Integers:
    """Return the fold 0..19 of each row, (n,).

    Parameters
    ----------
    score, event
        Content of the rows, (n,), in canonical order: identical rows stand together, the first is occurrence 0.
    amounts
        More content, (amounts, n): what the payoffs compute with.

    Notes
    -----
    With p = 2^26 - 5, h = (h * 3,999,971 + piece) mod p over the pieces, from h = 0: the score, the outcome (0 or 1),
    each amount, the occurrence number. The piece of a score or amount v is floor(v * s + 0.5), with s = 2^50 where
    abs(v) < 2^-12, else 2^30 where abs(v) < 2^22, else 1, and v limited to 2^52. Then twice h = (h + constant)^3 mod p.
    The fold is h mod 20.
    """
    amounts = np.zeros((0, len(score))) if amounts is None else amounts
    return folds(content(score, event, amounts), _occurrences(score, event, amounts))


def content(score: Values, event: NDArray[np.bool_], amounts: Iterable[Values]) -> Values:
    """Return the hash of what rows contain, (n,), before their occurrence numbers: whole numbers below `PRIME`."""
    h = np.zeros(len(score))
    for piece in (pieces(score), np.asarray(event, dtype=np.float64), *map(pieces, amounts)):
        h *= STEP
        h += piece
        h = _rest(h)
    return h


def folds(hashed: Values, occurrence: Integers | int) -> Integers:
    """Return the fold of each row from its `content` and its occurrence number."""
    mixed = _mix(_rest(hashed * STEP + occurrence))
    found: Integers = (mixed - FOLDS * np.floor(mixed / FOLDS)).astype(np.int64)  # faster than % of whole numbers
    return found


def pieces(values: Values) -> Values:
    """Return whole numbers below 2^53 that stand for numbers, (n,)."""
    values = np.asarray(values, dtype=np.float64)
    size = np.abs(values)
    steps = np.where(size < SMALL, STEPS[0], STEPS[1])
    large = size >= LARGE
    if large.any():
        values = np.clip(values, -WIDEST, WIDEST)
        steps[large] = STEPS[2]
    steps *= values
    steps += 0.5
    found: Values = np.floor(steps, out=steps)
    return found


def fold_of_text(texts: Sequence[str]) -> Integers:
    """Return the fold 0..19 of each text, (n,): of the id of a customer.

    Notes
    -----
    As in `fold_of`, with the code point of each character as a piece.
    """
    found = np.empty(len(texts))
    for start in range(0, len(texts), _PIECE):
        found[start : start + _PIECE] = _text_hash(texts[start : start + _PIECE])
    folds_of_texts: Integers = _mix(found).astype(np.int64) % FOLDS
    return folds_of_texts


def halves() -> tuple[int, ...]:
    """Return 100 half-samples of the folds as bit masks, 10 folds each; their complements are another 100.

    They are the same for ever: drawn by a shuffle with a plain linear congruential generator, not with numpy's,
    whose stream may change.
    """
    state, found = 20_261_101, []
    for _ in range(100):
        order = list(range(FOLDS))
        for last in range(FOLDS - 1, 0, -1):
            state = state * 48_271 % _LEHMER
            other = state % (last + 1)
            order[last], order[other] = order[other], order[last]
        found.append(sum(1 << fold for fold in order[: FOLDS // 2]))
    return tuple(found)


def _text_hash(texts: Sequence[str]) -> Values:
    lengths = np.array([len(text) for text in texts])
    widest = max(int(lengths.max()), 1)
    codes = np.array(texts, dtype=f"U{widest}").view(np.uint32).reshape(len(texts), widest)
    h = np.zeros(len(texts))
    for at in range(widest):
        h = np.where(at < lengths, _rest(h * STEP + codes[:, at]), h)
    return h


def _occurrences(score: Values, event: NDArray[np.bool_], amounts: Values) -> Integers:
    """Return how many earlier rows are the same, (n,)."""
    first = np.append(True, (score[1:] != score[:-1]) | (event[1:] != event[:-1]))
    first[1:] |= (amounts[:, 1:] != amounts[:, :-1]).any(axis=0)
    starts = np.flatnonzero(first)
    found: Integers = np.arange(len(score)) - starts[np.cumsum(first) - 1]
    return found


def _mix(h: Values) -> Values:
    for constant in ROUNDS:
        x = _rest(h + constant)
        h = _rest(x * x)
        h *= x
        h = _rest(h)
    return h


def _rest(x: Values) -> Values:
    """Return x mod p; exact, because every whole number below 2^53 is a double."""
    found: Values = x / PRIME
    np.floor(found, out=found)
    found *= PRIME
    return np.subtract(x, found, out=found)

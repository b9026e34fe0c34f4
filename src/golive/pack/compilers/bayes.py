"""Naive Bayes of normal distributions: a sum of squares per class, then the share of one in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored

if TYPE_CHECKING:
    from collections.abc import Sequence


_AT_ONCE, _MOST_AT_ONCE = 8, 128
"""How numpy adds pairwise (``pairwise_sum`` in its loops)."""


def gaussian(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary GaussianNB, with the very steps of scikit-learn: ``exp(j1 - log(exp(j0) + exp(j1)))``."""
    for feature in features:
        draft.finite(feature)
    numbers = [draft.number(feature, estimator) for feature in features]
    by_row = isinstance(X, np.ndarray) and not np.isfortran(X)
    first, second = (_likelihood(draft, estimator, numbers, index, by_row=by_row) for index in (0, 1))
    node = draft.builder.node
    distance = node("sub", node("minimum", first, second), largest := node("maximum", first, second))
    both = node("add", node("log1p", node("exp", distance)), largest)
    return Scored(node("exp", node("sub", second, both)), None)


def _likelihood(draft: Draft, estimator: Estimator, numbers: Sequence[int], index: int, *, by_row: bool) -> int:
    """Return the node of the log of prior times density of one class."""
    node = draft.builder.node
    mean, variance = estimator.theta_[index], estimator.var_[index]
    parts = []
    for number, middle, spread in zip(numbers, mean.tolist(), variance.tolist(), strict=True):
        away = node("sub", number, node("number", value=middle))
        parts.append(node("div", node("mul", away, away), node("number", value=spread)))
    total = _added_by_row(draft, parts) if by_row else node("sum", *parts, skip=False)
    half = node("mul", node("number", value=0.5), total)
    constant = float(-0.5 * np.sum(np.log(2.0 * np.pi * variance)))
    density = node("sub", node("number", value=constant), half)
    return node("add", node("number", value=float(np.log(estimator.class_prior_[index]))), density)


def _added_by_row(draft: Draft, parts: Sequence[int]) -> int:
    """Return the sum in the order in which numpy adds along a row: eight at a time, halves of more than 128.

    Far from what training saw the sum is so large that another order moves the share.
    """
    if len(parts) < _AT_ONCE:
        return draft.builder.node("sum", *parts, skip=False)
    if len(parts) > _MOST_AT_ONCE:
        half = len(parts) // 2
        half -= half % _AT_ONCE
        return _add(draft, _added_by_row(draft, parts[:half]), _added_by_row(draft, parts[half:]))
    whole = len(parts) - len(parts) % _AT_ONCE
    sums = list(parts[:_AT_ONCE])
    for start in range(_AT_ONCE, whole, _AT_ONCE):
        sums = [_add(draft, one, part) for one, part in zip(sums, parts[start : start + _AT_ONCE], strict=True)]
    while len(sums) > 1:
        sums = [_add(draft, one, other) for one, other in zip(sums[::2], sums[1::2], strict=True)]
    total = sums[0]
    for part in parts[whole:]:
        total = _add(draft, total, part)
    return total


def _add(draft: Draft, one: int, other: int) -> int:
    return draft.builder.node("add", one, other)

"""Naive Bayes of normal distributions: a sum of squares per class, then the share of one in both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.pack.draft import Draft, Estimator, Features, Matrix, Scored

if TYPE_CHECKING:
    from collections.abc import Sequence


def gaussian(draft: Draft, estimator: Estimator, features: Features, X: Matrix) -> Scored:
    """Compile a binary GaussianNB, with the very steps of scikit-learn: ``exp(j1 - log(exp(j0) + exp(j1)))``."""
    for feature in features:
        draft.finite(feature)
    numbers = [draft.number(feature, estimator) for feature in features]
    first, second = (_likelihood(draft, estimator, numbers, index) for index in (0, 1))
    node = draft.builder.node
    distance = node("sub", node("minimum", first, second), largest := node("maximum", first, second))
    both = node("add", node("log1p", node("exp", distance)), largest)
    return Scored(node("exp", node("sub", second, both)), None)


def _likelihood(draft: Draft, estimator: Estimator, numbers: Sequence[int], index: int) -> int:
    """Return the node of the log of prior times density of one class."""
    node = draft.builder.node
    mean, variance = estimator.theta_[index], estimator.var_[index]
    parts = []
    for number, middle, spread in zip(numbers, mean.tolist(), variance.tolist(), strict=True):
        away = node("sub", number, node("number", value=middle))
        parts.append(node("div", node("mul", away, away), node("number", value=spread)))
    half = node("mul", node("number", value=0.5), node("sum", *parts, skip=False))
    constant = float(-0.5 * np.sum(np.log(2.0 * np.pi * variance)))
    density = node("sub", node("number", value=constant), half)
    return node("add", node("number", value=float(np.log(estimator.class_prior_[index]))), density)

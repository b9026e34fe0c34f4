"""The weighted sum, and the step from log-odds to probability."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.operations import kinds
from golive.engine.operations.operation import Coded, Constants, Numbers, Operation, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Linear:
    """``((w0*x0 + w1*x1) + ...) + intercept``, left to right, no matrix product."""

    def __init__(self, constants: Constants) -> None:
        self.weights: list[float] = constants.arrays["weights"].tolist()
        self.baseline: list[float] = constants.arrays["baseline"].tolist()
        self.intercept = float(constants.params["intercept"])

    def row(self, *xs: float) -> float:
        result = self.weights[0] * xs[0]
        for weight, x in zip(self.weights[1:], xs[1:], strict=True):
            result += weight * x
        return result + self.intercept

    def columns(self, *xs: Numbers | Coded) -> Numbers:
        first, *rest = _terms(self.weights, xs)
        result: Numbers = first
        for term in rest:
            result += term  # never into an argument: every term is an array of its own
        return result + self.intercept

    def row_contributions(self, *xs: float) -> list[float]:
        """Return what each argument adds beyond its baseline; 0 for a missing one."""
        parts = zip(self.weights, xs, self.baseline, strict=True)
        return [weight * (x - base) if x == x else 0.0 for weight, x, base in parts]

    def contributions(self, *xs: Numbers) -> list[Numbers]:
        """Return the same by column."""
        parts = zip(self.weights, xs, self.baseline, strict=True)
        return [np.where(np.isnan(x), 0.0, weight * (x - base)) for weight, x, base in parts]


def _terms(weights: list[float], xs: Sequence[Numbers | Coded]) -> Iterator[Any]:
    """Return what is added, in order: weight * x; neighbours that follow from one text at once where that is exact."""
    pairs: Iterator[tuple[float, Any]] = zip(weights, xs, strict=True)
    for text, group in groupby(pairs, key=lambda pair: id(pair[1].codes) if isinstance(pair[1], Coded) else None):
        if text is None:
            yield from (weight * x for weight, x in group)
        else:
            terms = [Coded(x.codes, weight * x.table) for weight, x in group]
            yield from (term.spread() for term in _at_once(terms))


def _at_once(terms: list[Coded]) -> list[Coded]:
    """Add up terms of which at most one is not 0 for any text: adding a 0 changes no bit, not even the sign of a 0."""
    if sum(term.table != 0 for term in terms).max() > 1:
        return terms
    table = terms[0].table
    for term in terms[1:]:
        table = table + term.table
    return [Coded(terms[0].codes, table)]


def _fits(constants: Constants) -> str:
    wanted = constants.arguments
    for name in ("weights", "baseline"):
        array = constants.arrays[name]
        if len(array) != wanted or not np.all(np.isfinite(array)):
            return f"`{name}` must be {wanted} finite numbers, one per argument"
    return ""


def sigmoid(x: float) -> float:
    """Return 1 / (1 + exp(-x)) without overflow."""
    if x >= 0:
        return 1.0 / (1.0 + float(np.exp(-x)))
    e = float(np.exp(x))
    return e / (1.0 + e)


def _sigmoid(x: Numbers) -> Numbers:
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


LINEAR: Mapping[str, Operation] = {
    "linear": Operation(
        "n... -> n", Linear, {"intercept": kinds.is_number}, {"weights": "<f8", "baseline": "<f8"}, _fits
    ),
    "sigmoid": plain("n -> n", sigmoid, _sigmoid),
}

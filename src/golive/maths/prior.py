"""Scores and weights of rows that were re-sampled, brought back to the world they came from.

Rows are often thinned until both outcomes are about as frequent. What a score says, and what the rows add up to, then
belongs to a world that does not exist. Where the true share of events is declared, both are corrected: every row counts
as often as its outcome is too rare among the rows, and every probability is moved by the same odds.

References
----------
Elkan (2001), The foundations of cost-sensitive learning, theorem 2. Saerens, Latinne, Decaestecker (2002).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]


def shifted(score: Values, sampled: float, declared: float) -> Values:
    """Move probabilities from a world with one share of events to a world with another.

    Examples
    --------
    >>> shifted(np.array([0.9, 0.5]), 0.5, 0.05).round(10).tolist()
    [0.3214285714, 0.05]
    """
    event = np.asarray(score, dtype=np.float64) * (declared / sampled)
    other = (1.0 - np.asarray(score, dtype=np.float64)) * ((1.0 - declared) / (1.0 - sampled))
    return np.asarray(event / (event + other), dtype=np.float64)


def resampled(event: Bools, weight: Values | None, declared: float) -> Values:
    """Return the weights under which the rows have the declared share of events, (n,); they add up to what they did."""
    given = np.ones(len(event)) if weight is None else np.asarray(weight, dtype=np.float64)
    events = math.fsum(given[event]) / math.fsum(given)  # exact sums: the order of the rows changes nothing
    return np.asarray(given * np.where(event, declared / events, (1.0 - declared) / (1.0 - events)), dtype=np.float64)

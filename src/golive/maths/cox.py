"""Logistic calibration of probabilities: Cox's intercept and slope, and calibration in the large.

References
----------
Cox (1958), Two further applications of a model for binary regression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from golive.maths.intervals import Z

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.maths.buckets import Ties

    Values = NDArray[np.float64]

CLIPPED = 1e-9
"""Scores are kept this far from 0 and 1, where log-odds are infinite."""


class Limited(NamedTuple):
    """A figure and its 95 % limits."""

    value: float
    low: float
    high: float


class Line(NamedTuple):
    """Log-odds of the event = intercept + slope * log-odds of the score."""

    intercept: Limited
    slope: Limited


def cox(found: Ties) -> Line | None:
    """Fit the line.

    Returns
    -------
    Line
        With Wald limits; None where it cannot be fitted: one score only, or scores that separate the outcomes without
        an overlap.
    """
    x = log_odds(found.score)
    if len(np.unique(x)) < 2:
        return None
    fitted = _logistic(found, np.stack([np.ones(len(x)), x]), np.zeros(len(x)))
    return None if fitted is None else Line(*fitted)


def in_the_large(found: Ties) -> Limited | None:
    """Fit what is to be added to the log-odds of every score while the slope stays 1.

    Returns
    -------
    Limited
        0 is right; above 0 more happens than the scores say. None where only one outcome was seen, or where every
        score lies at an end.
    """
    x = log_odds(found.score)
    fitted = _logistic(found, np.ones((1, len(x))), x)
    return None if fitted is None else fitted[0]


def log_odds(score: Values) -> Values:
    """Return log(p / (1 - p)), clipped away from the ends."""
    p = np.clip(score, CLIPPED, 1 - CLIPPED)
    odds: Values = np.log(p) - np.log1p(-p)
    return odds


def _logistic(found: Ties, design: Values, offset: Values) -> tuple[Limited, ...] | None:
    """Fit by Newton's steps, halved where they overshoot; None where the outcomes have no finite fit."""
    line = np.zeros(len(design))
    for _ in range(100):
        fitted = 1 / (1 + np.exp(-np.clip(line @ design + offset, -700, 700)))
        information = (design * (found.n * fitted * (1 - fitted))) @ design.T
        if information[0, 0] < 1e-8 or np.linalg.cond(information) > 1e14:
            return None
        step = np.clip(np.linalg.solve(information, design @ (found.events - found.n * fitted)), -5, 5)
        now = _likelihood(found, line @ design + offset)
        # A small step never overshoots; there the likelihood differs by its rounding only.
        while np.abs(step).max() > 1e-4 and _likelihood(found, (line + step) @ design + offset) < now:
            step = step / 2
        line = line + step
        if np.abs(step).max() < 1e-10:
            halves = Z * np.sqrt(np.diag(np.linalg.inv(information)))
            return tuple(
                Limited(value, value - half, value + half)
                for value, half in zip(line.tolist(), halves.tolist(), strict=True)
            )
    return None


def _likelihood(found: Ties, odds: Values) -> float:
    """Return the log-likelihood of the outcomes under some log-odds."""
    return float((found.events * odds - found.n * np.logaddexp(0.0, odds)).sum())

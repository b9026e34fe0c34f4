"""Does the score mean what it says? Calibration of probabilities.

References
----------
Dimitriadis, Gneiting, Jordan (2021), Stable reliability diagrams (CORP). Cox (1958), Two further applications of a
model for binary regression.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from golive.maths.intervals import Z, wilson
from golive.maths.words import rounded
from golive.records.evidence import Calibration, Reliability

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.maths.buckets import Ties

    Values = NDArray[np.float64]

RATIO = (0.9, 1.1)
"""observed / predicted further out is material, when its limits exclude 1."""
SLOPE = (0.8, 1.25)


def calibration(found: Ties) -> Calibration:
    """Compare probabilities with what happened."""
    n, events = int(found.n.sum()), int(found.events.sum())
    observed, predicted = events / n, float((found.score * found.n).sum()) / n
    low, high = wilson(events, n)
    # Scores that are all zero predict nothing, and observed / predicted has no value.
    ratio = (observed / predicted, low / predicted, high / predicted) if predicted > 1e-300 else None
    fitted = cox(found)
    parts = corp(found)
    material = ratio is None or _material(ratio, RATIO) or (fitted is not None and _material(fitted[1:], SLOPE))
    return Calibration(
        observed=observed,
        predicted=predicted,
        ratio=None if ratio is None else ratio[0],
        ratio_low=None if ratio is None else ratio[1],
        ratio_high=None if ratio is None else ratio[2],
        intercept=None if fitted is None else fitted[0],
        slope=None if fitted is None else fitted[1],
        slope_low=None if fitted is None else fitted[2],
        slope_high=None if fitted is None else fitted[3],
        miscalibration=parts[0],
        discrimination=parts[1],
        uncertainty=parts[2],
        curve=reliability(found),
        material=material,
        text=_text(observed, predicted, fitted, material),
    )


def cox(found: Ties) -> tuple[float, float, float, float] | None:
    """Fit log-odds of the event = intercept + slope * log-odds of the score.

    Returns
    -------
    tuple
        Intercept, slope, lower and upper 95 % limit of the slope; None where it cannot be fitted: one score only,
        or scores that separate the outcomes without an overlap.

    Notes
    -----
    Scores are clipped to 1e-9 from 0 and 1, where log-odds are infinite.
    """
    x = _log_odds(np.clip(found.score, 1e-9, 1 - 1e-9))
    if len(np.unique(x)) < 2:
        return None
    line = np.zeros(2)
    design = np.stack([np.ones(len(x)), x])
    for _ in range(100):
        fitted = 1 / (1 + np.exp(-np.clip(line @ design, -700, 700)))
        information = (design * (found.n * fitted * (1 - fitted))) @ design.T
        if np.linalg.cond(information) > 1e14:
            return None
        step = np.linalg.solve(information, design @ (found.events - found.n * fitted))
        line = line + np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-10:
            se = math.sqrt(np.linalg.inv(information)[1, 1])
            return float(line[0]), float(line[1]), float(line[1]) - Z * se, float(line[1]) + Z * se
    return None


def corp(found: Ties) -> tuple[float, float, float]:
    """Return miscalibration, discrimination and uncertainty: the parts of the Brier score."""
    recalibrated = isotonic(found)
    n = float(found.n.sum())
    base = float(found.events.sum()) / n

    def score(forecast: Values | float) -> float:
        squares = found.events * (1 - forecast) ** 2 + (found.n - found.events) * np.square(forecast)
        return float(squares.sum()) / n

    best = score(recalibrated)
    return score(found.score) - best, score(base) - best, base * (1 - base)


def reliability(found: Ties) -> tuple[Reliability, ...]:
    """Return the steps of the CORP curve."""
    rates = isotonic(found)
    first = np.flatnonzero(np.append(True, rates[1:] != rates[:-1]))
    last = np.append(first[1:], len(rates)) - 1
    sizes = np.add.reduceat(found.n, first)
    return tuple(
        Reliability(from_=float(found.score[start]), to=float(found.score[end]), n=int(n), rate=float(rates[start]))
        for start, end, n in zip(first, last, sizes, strict=True)
    )


def isotonic(found: Ties) -> Values:
    """Return the rate of each score under the best fit that never falls (pool adjacent violators)."""
    blocks: list[tuple[int, int, int]] = []
    for n, events in zip(found.n.tolist(), found.events.tolist(), strict=True):
        block = (events, n, 1)
        while blocks and blocks[-1][0] * block[1] >= block[0] * blocks[-1][1]:
            before = blocks.pop()
            block = (before[0] + block[0], before[1] + block[1], before[2] + block[2])
        blocks.append(block)
    rates = np.array([events / n for events, n, _ in blocks])
    return np.repeat(rates, [size for *_, size in blocks])


def prior_shift(p: float, rows: float, declared: float) -> float:
    """Correct a score for re-sampled rows: base rate ``rows`` in them, ``declared`` in the world.

    Examples
    --------
    >>> round(prior_shift(0.9, 0.5, 0.05), 10)
    0.3214285714
    """
    event = p * declared / rows
    return event / (event + (1 - p) * (1 - declared) / (1 - rows))


def _log_odds(p: Values) -> Values:
    odds: Values = np.log(p) - np.log1p(-p)
    return odds


def _material(found: tuple[float, ...], band: tuple[float, float]) -> bool:
    value, low, high = found
    return not band[0] <= value <= band[1] and not low <= 1 <= high


def _text(observed: float, predicted: float, fitted: tuple[float, ...] | None, material: bool) -> str:
    expected, happened = (f"{rounded(100 * share, 1):.1f}" for share in (predicted, observed))
    said = f"The scores expect {expected} events in 100 rows; {happened} happened"
    if not material:
        return f"{said}: the score means about what it says."
    if fitted is not None and _material(fitted[1:], SLOPE):
        extreme = "too extreme" if fitted[1] < 1 else "too timid"
        said += f", and the scores are {extreme} (slope {rounded(fitted[1], 2):.2f})"
    return f"{said}: do not read the score as a probability."

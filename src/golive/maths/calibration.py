"""Does the score mean what it says? Calibration of probabilities.

References
----------
Dimitriadis, Gneiting, Jordan (2021), Stable reliability diagrams (CORP).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.maths.consistency import consistency, outside
from golive.maths.cox import Limited, cox, in_the_large
from golive.maths.intervals import wilson
from golive.maths.isotonic import isotonic
from golive.maths.words import count, number, rounded, whole
from golive.records.evidence import Calibration, Consistency, Reliability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from golive.maths.buckets import Ties
    from golive.maths.consistency import Band
    from golive.maths.cox import Line
    from golive.records.evidence import Bucket

    Values = NDArray[np.float64]

RATIO = (0.9, 1.1)
"""observed / predicted further out is material, when its limits exclude 1."""
SLOPE = (0.8, 1.25)
SHOWN = 100
"""Scores at which the consistency band is kept."""
BY_CHANCE = 0.05
"""At or above this probability a miss as wide as the widest is no news among so many buckets."""


def calibration(found: Ties, buckets: Sequence[Bucket] = ()) -> Calibration:
    """Compare probabilities with what happened.

    Parameters
    ----------
    found
        The rows, in effective numbers (`golive.maths.buckets.effective_rows`).
    buckets
        What is shown beside it, with its tests (`golive.maths.buckets.equal_width`): where some of them miss, the
        sentence says so.
    """
    n, events = found.n.sum().item(), found.events.sum().item()
    observed, predicted = events / n, float((found.score * found.n).sum()) / n
    low, high = wilson(events, n)
    # Scores that are all zero predict nothing, and observed / predicted has no value.
    ratio = Limited(observed / predicted, low / predicted, high / predicted) if predicted > 1e-300 else None
    fitted, large, parts, band = cox(found), in_the_large(found), corp(found), consistency(found)
    slope = None if fitted is None else fitted.slope
    material = ratio is None or _material(ratio, RATIO) or (slope is not None and _material(slope, SLOPE))
    shown = [one for one in buckets if one.n]
    missing, chance = missed(shown), by_chance(shown)
    return Calibration(
        observed=observed,
        predicted=predicted,
        ratio=None if ratio is None else ratio.value,
        ratio_low=None if ratio is None else ratio.low,
        ratio_high=None if ratio is None else ratio.high,
        large=None if large is None else large.value,
        large_low=None if large is None else large.low,
        large_high=None if large is None else large.high,
        intercept=None if fitted is None else fitted.intercept.value,
        intercept_low=None if fitted is None else fitted.intercept.low,
        intercept_high=None if fitted is None else fitted.intercept.high,
        slope=None if slope is None else slope.value,
        slope_low=None if slope is None else slope.low,
        slope_high=None if slope is None else slope.high,
        miscalibration=parts[0],
        discrimination=parts[1],
        uncertainty=parts[2],
        curve=reliability(found),
        band=_shown(band),
        outside=outside(band),
        buckets=len(shown),
        missed=len(missing),
        by_chance=chance,
        material=material,
        text=_text(observed, predicted, fitted, material) + _misses(missing, len(shown), chance, material=material),
    )


def missed(buckets: Sequence[Bucket]) -> list[Bucket]:
    """Return the buckets whose mean score lies outside the limits that are shown around the observed rate."""
    return [
        one
        for one in buckets
        if one.mean_score is not None and one.low is not None and one.high is not None
        and not one.low <= min(max(one.mean_score, 0.0), 1.0) <= one.high
    ]  # fmt: skip


def by_chance(buckets: Sequence[Bucket]) -> float | None:
    """Return how likely so wide a miss of some bucket is when every mean score is true; None without tests.

    The smallest two-sided Jeffreys probability times the number of buckets (Bonferroni), at most 1.
    """
    both = [_both_sides(one.jeffreys, one) for one in buckets if one.jeffreys is not None]
    return min(1.0, len(both) * min(both)) if both else None


def corp(found: Ties) -> tuple[float, float, float]:
    """Return miscalibration, discrimination and uncertainty: the parts of the Brier score."""
    recalibrated = isotonic(found.n, found.events)
    n = float(found.n.sum())
    base = float(found.events.sum()) / n

    def score(forecast: Values | float) -> float:
        squares = found.events * (1 - forecast) ** 2 + (found.n - found.events) * np.square(forecast)
        return float(squares.sum()) / n

    best = score(recalibrated)
    return score(found.score) - best, score(base) - best, base * (1 - base)


def reliability(found: Ties) -> tuple[Reliability, ...]:
    """Return the steps of the CORP curve."""
    rates = isotonic(found.n, found.events)
    first = np.flatnonzero(np.append(True, rates[1:] != rates[:-1]))
    last = np.append(first[1:], len(rates)) - 1
    sizes = np.add.reduceat(found.n, first)
    return tuple(
        Reliability(
            from_=float(found.score[start]), to=float(found.score[end]), n=whole(float(n)), rate=float(rates[start])
        )
        for start, end, n in zip(first, last, sizes, strict=True)
    )


def _both_sides(at_most: float, one: Bucket) -> float:
    """Return the two-sided probability; fewer events than none cannot happen, nor more than all."""
    more, fewer = at_most if one.events else 1.0, 1 - at_most if one.events < one.n else 1.0
    return 2 * min(more, fewer)


def _shown(band: Band) -> tuple[Consistency, ...]:
    """Keep at most `SHOWN` scores of the band, spread evenly over the rows, both ends among them."""
    last = len(band.score) - 1
    before = np.cumsum(band.n) - band.n
    wanted = np.searchsorted(before, np.arange(SHOWN - 1) * float(band.n.sum()) / (SHOWN - 1))
    kept = range(last + 1) if last < SHOWN else sorted({*np.minimum(wanted, last).tolist(), last})
    return tuple(
        Consistency(score=float(band.score[at]), low=float(band.low[at]), high=float(band.high[at])) for at in kept
    )


def _material(found: Limited, band: tuple[float, float]) -> bool:
    return not band[0] <= found.value <= band[1] and not found.low <= 1 <= found.high


def _text(observed: float, predicted: float, fitted: Line | None, material: bool) -> str:
    expected, happened = (f"{rounded(100 * share, 1):.1f}" for share in (predicted, observed))
    said = f"The scores expect {expected} events in 100 rows; {happened} happened"
    if not material:
        return f"{said}: the score means about what it says."
    if fitted is not None and _material(fitted.slope, SLOPE):
        extreme = "too extreme" if fitted.slope.value < 1 else "too timid"
        said += f", and the scores are {extreme} (slope {rounded(fitted.slope.value, 2):.2f})"
    return f"{said}: do not read the score as a probability."


def _misses(missing: Sequence[Bucket], shown: int, chance: float | None, *, material: bool) -> str:
    """Say which buckets lie outside their limits, and whether that is more than chance gives."""
    if not missing:
        return ""
    worst = max(missing, key=lambda one: abs((one.rate or 0.0) - (one.mean_score or 0.0)))
    place = f"{number(rounded(worst.from_, 3))} and {number(rounded(worst.to, 3))}"
    share = f"{rounded(100 * (worst.rate or 0.0), 1):.1f}"
    told = f"between {place} the scores say {rounded(100 * (worst.mean_score or 0.0), 1):.1f} in 100, {share} happened"
    lie = f"{len(missing)} of {count(shown, 'bucket')} {'lies' if len(missing) == 1 else 'lie'} outside"
    lie = f" {lie[0].upper()}{lie[1:]}" if material else f" But not everywhere: {lie}"
    if chance is None or chance >= BY_CHANCE:
        return f"{lie} ({told}); chance alone may do that among so many."
    return f"{lie}, more than chance explains ({told})."

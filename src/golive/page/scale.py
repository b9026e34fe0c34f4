"""From numbers to places on a drawing, and round numbers for the axes."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A straight line from ``low``..``high`` to ``start``..``end`` (pixels; ``end`` may be the smaller)."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return about ``count`` round numbers inside low..high.

    Examples
    --------
    >>> ticks(-33000, 75000)
    [-20000.0, 0.0, 20000.0, 40000.0, 60000.0]
    >>> ticks(0, 0)
    [0.0]
    """
    if high <= low:
        return [float(low)]
    step = nice((high - low) / count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [at * step + 0.0 for at in range(first, last + 1)]


def nice(step: float) -> float:
    """Return the nearest of 1, 2, 5 and 10 times a power of ten.

    Examples
    --------
    >>> nice(21600), nice(0.7), nice(4.0)
    (20000.0, 0.5, 5.0)
    """
    power = 10.0 ** math.floor(math.log10(step))
    for factor, border in ((1.0, 2**0.5), (2.0, 10**0.5), (5.0, 50**0.5)):
        if step / power < border:
            return factor * power
    return 10.0 * power

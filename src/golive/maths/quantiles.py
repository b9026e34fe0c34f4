"""Quantiles and distribution functions; the one file that knows scipy."""

from __future__ import annotations

from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING

from golive.errors import need

if TYPE_CHECKING:
    from types import ModuleType

_NORMAL = NormalDist()


def normal_cdf(x: float) -> float:
    """Return the share of a standard normal below x."""
    return _NORMAL.cdf(x)


def probit(p: float) -> float:
    """Return the point with share p of a standard normal below it, 0 < p < 1 (Wichura's AS 241)."""
    return _NORMAL.inv_cdf(p)


def beta_quantile(p: float, a: float, b: float) -> float:
    """Return the point with share p of a beta distribution below it."""
    return float(_special().betaincinv(a, b, p))


def student_quantile(freedom: int, p: float) -> float:
    """Return the point with share p of Student's distribution below it."""
    return float(_special().stdtrit(freedom, p))


@cache
def _special() -> ModuleType:
    return need("scipy.special", extra="prove")

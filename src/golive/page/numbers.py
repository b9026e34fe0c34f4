"""Numbers as a page shows them. The page's JavaScript formats the same way, kind by kind; a test compares the two.

A *kind* says what a number is, not how it looks: ``gain`` is money that carries its sign, ``money`` money that does
not, ``span`` limits of money, ``plain`` a gain without its unit, ``count`` a number of things, ``share`` a part of 1,
``shares`` its limits, ``score`` a score or cut-off, ``times`` a multiple, ``figure`` anything else with three decimals,
``text`` what needs no formatting.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from golive.maths.words import amount, number, percent, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

SPACE = "\u00a0"
"""Between a number and its unit, so that no line breaks there."""
MINUS = "\u2212"
NOTHING = "\u2013"
"""Stands where there is no number."""
NOISE = 1e-12
"""A price smaller than this is what is left of 0 after adding and taking away."""
NO_RANGE = "no range"

Shown = float | str | None | tuple[float | None, float | None]
"""A number, a text, nothing, or two limits."""


def show(kind: str, value: Shown, currency: str = "") -> str:
    """Return a value as text.

    Examples
    --------
    >>> show("gain", -12345.6, "EUR").replace("\\u00a0", " ")
    '−12,346 EUR'
    >>> show("shares", (0.7399, 0.9545)).replace("\\u00a0", " ")
    '74 to 95 %'
    """
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return limits(kind, value, currency)
    if kind in ("gain", "plain"):
        shown = signed(value, currency)
        return shown if kind == "gain" else _bare(shown)
    if kind == "money":
        return money(value, currency)
    if kind == "share":
        return _spaced(percent(value))
    if kind == "score":
        return _spaced(number(value))
    if kind == "count":
        return f"{rounded(value):,.0f}"
    decimals = 2 if kind == "times" else 3
    return f"{rounded(value, decimals):.{decimals}f}".replace("-", MINUS)


def money(value: float, currency: str) -> str:
    """Write money with its unit: whole units from 100 up, cents below, and plain 0."""
    return f"0{SPACE}{currency}" if rounded(value, 2) == 0 else _spaced(amount(value, currency))


def signed(value: float, currency: str) -> str:
    """Write money that is won or lost, with its sign; nothing has none."""
    shown = money(value, currency)
    return shown if shown.startswith(MINUS) or rounded(value, 2) == 0 else f"+{shown}"


def limits(kind: str, value: Sequence[float | None], currency: str) -> str:
    """Write two limits with one unit."""
    low, high = value
    if low is None or high is None:
        return NO_RANGE
    if kind == "span":
        return f"{_bare(money(low, currency))} to {money(high, currency)}"
    first, second = _spaced(percent(low)), _spaced(percent(high))
    return f"{_bare(first)} to {second}"


def interval(low: float | None, high: float | None) -> str:
    """Write the two limits of a figure; a dash where there are none."""
    return NOTHING if low is None or high is None else f"{show('figure', low)} to {show('figure', high)}"


def per_thousand(value: float | None) -> float | None:
    """Return what a figure per case comes to for 1,000 cases."""
    return None if value is None else 1000 * value


def compact(value: float) -> str:
    """Write an axis label: ``−40k``, ``1.5M``.

    Examples
    --------
    >>> compact(-40000), compact(1.5e6), compact(250), compact(0), compact(0.25)
    ('−40k', '1.5M', '250', '0', '0.25')
    """
    size = abs(value)
    for unit, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= unit:
            return _spaced(f"{value / unit:.4g}{letter}")
    return _spaced(f"{value:.4g}")


def price(value: float, digits: int = 6) -> str:
    """Write an assumption as somebody would type it, never with an exponent.

    Examples
    --------
    >>> price(0.06), price(1500000.0), price(0.0229644, 3)
    ('0.06', '1500000', '0.023')
    """
    if abs(value) < NOISE:
        return "0"
    decimals = min(max(0, digits - 1 - math.floor(math.log10(abs(value)))), 20)
    shown = f"{rounded(abs(value), decimals):.{decimals}f}"
    return (MINUS if value < 0 else "") + (shown.rstrip("0").rstrip(".") if decimals else shown)


def _spaced(shown: str) -> str:
    return shown.replace(" ", SPACE).replace("-", MINUS)


def _bare(shown: str) -> str:
    """Drop the unit."""
    return shown.rpartition(SPACE)[0]

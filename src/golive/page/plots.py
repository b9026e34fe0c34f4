"""Drawings as hand-written SVG. Colours come from the page's style, so they follow light and dark.

Each drawing has a title and a description, and stands beside a table with the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.page.escape import text

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 400.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 12.0, 38.0


@dataclass(frozen=True)
class Axis:
    """A range of values along one side."""

    low: float
    high: float
    title: str
    ticks: tuple[tuple[float, str], ...]
    """Value and label."""


@dataclass(frozen=True)
class Mark:
    """A point with its limits; the area of the dot grows with the number of rows."""

    x: float
    y: float
    low: float
    high: float
    share: float
    """Rows of this point / rows of the largest."""
    label: str


def frame(x: Axis, y: Axis, *inside: str, title: str, description: str, ident: str) -> str:
    """Return a drawing with two axes around what is inside."""
    lines = "".join(
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at(y, v)}" y2="{at(y, v)}"/>'
        f'<text class="tick" x="{LEFT - 6}" y="{at(y, v) + 3.5}" text-anchor="end">{text(label)}</text>'
        for v, label in y.ticks
    ) + "".join(
        f'<text class="tick" x="{across(x, v)}" y="{HEIGHT - BOTTOM + 15}" text-anchor="middle">{text(label)}</text>'
        for v, label in x.ticks
    )
    titles = (
        f'<text class="axis" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" text-anchor="middle">{text(x.title)}</text>'
        f'<text class="axis" x="12" y="{(TOP + HEIGHT - BOTTOM) / 2}" text-anchor="middle" '
        f'transform="rotate(-90 12 {(TOP + HEIGHT - BOTTOM) / 2})">{text(y.title)}</text>'
    )
    return (
        f'<svg id="{ident}" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-labelledby="{ident}-t {ident}-d">'
        f'<title id="{ident}-t">{text(title)}</title><desc id="{ident}-d">{text(description)}</desc>'
        f"{lines}{''.join(inside)}{titles}</svg>"
    )


def diagonal(x: Axis, y: Axis) -> str:
    """Return the line on which a score means what it says."""
    return (
        f'<line class="ideal" x1="{across(x, x.low)}" y1="{at(y, x.low)}" x2="{across(x, x.high)}" y2="{at(y, x.high)}"/>'
        f'<text class="note" x="{across(x, x.high) - 4}" y="{at(y, x.high) + 14}" text-anchor="end">as it should be</text>'
    )


def marks(x: Axis, y: Axis, found: Sequence[Mark]) -> str:
    """Return points with their limits."""
    return "".join(
        f'<g><title>{text(mark.label)}</title><line class="limit" x1="{across(x, mark.x)}" x2="{across(x, mark.x)}" '
        f'y1="{at(y, mark.low)}" y2="{at(y, mark.high)}"/>'
        f'<circle class="dot" cx="{across(x, mark.x)}" cy="{at(y, mark.y)}" r="{round(2.5 + 4 * mark.share**0.5, 2):g}"/></g>'
        for mark in found
    )


def path(x: Axis, y: Axis, xs: Sequence[float], ys: Sequence[float], *, kind: str, ident: str) -> str:
    """Return a line through points."""
    return f'<path id="{ident}" class="{kind}" d="{_moves(x, y, xs, ys)}"/>'


def band(x: Axis, y: Axis, xs: Sequence[float], lows: Sequence[float], highs: Sequence[float], *, ident: str) -> str:
    """Return the area between two lines."""
    there = _moves(x, y, xs, highs)
    back = _moves(x, y, [*reversed(xs)], [*reversed(lows)]).replace("M", "L", 1)
    return f'<path id="{ident}" class="band" d="{there}{back}Z"/>'


def upright(x: Axis, value: float, *, kind: str, ident: str) -> str:
    """Return a vertical line at a value."""
    place = across(x, value)
    return f'<line id="{ident}" class="{kind}" x1="{place}" x2="{place}" y1="{TOP:g}" y2="{HEIGHT - BOTTOM:g}"/>'


def across(x: Axis, value: float) -> float:
    """Return the horizontal place of a value."""
    return round(LEFT + (value - x.low) / (x.high - x.low) * (WIDTH - LEFT - RIGHT), 2)


def at(y: Axis, value: float) -> float:
    """Return the vertical place of a value, kept inside the frame."""
    share = min(max((value - y.low) / (y.high - y.low), 0.0), 1.0)
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 2)


def round_ticks(low: float, high: float, *, about: int = 4) -> tuple[float, ...]:
    """Return round values inside a range, at 1, 2 or 5 times a power of ten apart.

    Examples
    --------
    >>> round_ticks(-24_000, 148_000)
    (0.0, 50000.0, 100000.0)
    """
    size = 10.0 ** int(f"{(high - low) / about:e}".partition("e")[2])
    apart = next(size * step for step in (1, 2, 5, 10) if size * step * about >= high - low)
    first = int(low // apart) + (low % apart > 0)
    return tuple(round(step * apart, 10) + 0.0 for step in range(first, int(high // apart) + 1))


def _moves(x: Axis, y: Axis, xs: Sequence[float], ys: Sequence[float]) -> str:
    places = (f"{across(x, one):g} {at(y, other):g}" for one, other in zip(xs, ys, strict=True))
    return "M" + "L".join(places)

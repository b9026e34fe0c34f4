"""A frame with two axes, and what can stand in it. Colours come from the page's style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.page.markup import Markup, element, join
from golive.page.scale import Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT = 640.0, 400.0
LEFT, RIGHT, TOP, BOTTOM = 76.0, 28.0, 40.0, 62.0


@dataclass(frozen=True)
class Tick:
    """A labelled place on an axis."""

    value: float
    label: str
    minor: bool = False
    """Left out on a phone."""


@dataclass(frozen=True)
class Frame:
    """Where the numbers of a drawing lie."""

    x: Scale
    y: Scale

    @classmethod
    def over(cls, x: tuple[float, float], y: tuple[float, float]) -> Frame:
        """Return a frame whose axes span two ranges."""
        return cls(Scale(*x, LEFT, WIDTH - RIGHT), Scale(*y, HEIGHT - BOTTOM, TOP))


def drawing(ident: str, title: str, description: str, *inside: Markup, height: float = HEIGHT) -> Markup:
    """Return an SVG picture with the words that stand for it when it cannot be seen."""
    words = element("title", title, id=f"{ident}-t"), element("desc", description, id=f"{ident}-d")
    box = {"viewBox": f"0 0 {WIDTH:g} {height:g}"}
    return element("svg", *words, *inside, attributes=box, id=ident, role="img", aria_labelledby=f"{ident}-t {ident}-d")


def across(frame: Frame, ticks: Sequence[Tick], title: str) -> Markup:
    """Return the horizontal axis."""
    bottom = HEIGHT - BOTTOM
    marks = join(
        element("text", tick.label, x=frame.x(tick.value), y=bottom + 20, class_="tick minor" if tick.minor else "tick")
        for tick in ticks
    )
    named = element("text", title, x=(LEFT + WIDTH - RIGHT) / 2, y=HEIGHT - 10, class_="axis")
    return element("g", marks, named, class_="across")


def upward(frame: Frame, ticks: Sequence[Tick], title: str) -> Markup:
    """Return the vertical axis with its grid; its title stands level, over it."""
    lines = join(grid_line(frame, tick) for tick in ticks)
    named = element("text", title, x=0, y=17)
    return element("g", element("g", lines, class_="grids"), named, class_="upward")


def grid_line(frame: Frame, tick: Tick) -> Markup:
    y = frame.y(tick.value)
    line = element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="zero" if tick.value == 0 else "grid")
    return join((line, element("text", tick.label, x=LEFT - 8, y=y + 4.5, class_="tick")))


def line(frame: Frame, xs: Sequence[float], ys: Sequence[float], *, kind: str, ident: str | None = None) -> Markup:
    """Return a line through points."""
    return element("path", d="M" + _moves(frame, xs, ys), class_=kind, id=ident)


def band(
    frame: Frame, xs: Sequence[float], lows: Sequence[float], highs: Sequence[float], *, ident: str | None = None
) -> Markup:
    """Return the area between two lines."""
    there, back = _moves(frame, xs, highs), _moves(frame, xs[::-1], lows[::-1])
    return element("path", d=f"M{there}L{back}Z", class_="band", id=ident)


def _moves(frame: Frame, xs: Sequence[float], ys: Sequence[float]) -> str:
    return "L".join(f"{frame.x(x):.1f} {frame.y(y):.1f}" for x, y in zip(xs, ys, strict=True))

"""The drawings: what the score means, how well it sorts, what a cut-off earns, how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.page.markup import Markup, element, join
from golive.page.numbers import compact
from golive.page.scale import Scale, ticks
from golive.page.svg import BOTTOM, HEIGHT, RIGHT, TOP, WIDTH, Frame, Tick, across, band, drawing, line, upward

if TYPE_CHECKING:
    from collections.abc import Sequence

LEFT_OF_RANGES, TOP_OF_RANGES, STEP_OF_RANGES = 244.0, 34.0, 32.0
"""The drawing of ranges: where its axis begins, and one line of it."""
LONGEST = 22
"""Characters of a name that fit before the axis, on a phone too; the whole name stands in the table below."""


@dataclass(frozen=True)
class Point:
    """A bucket: what was said, what was seen, and how sure that is."""

    x: float
    y: float
    low: float
    high: float
    n: int
    words: str
    """What a reader sees when pointing at it."""


@dataclass(frozen=True)
class Bar:
    height: float
    name: str
    """Under the bar."""
    label: str
    """Over the bar."""
    words: str


@dataclass(frozen=True)
class Range:
    """A value, and its limits where it has some."""

    name: str
    value: float
    low: float | None
    high: float | None


def buckets(points: Sequence[Point], *, title: str, description: str, x: tuple[float, float], ideal: bool) -> Markup:
    """Draw mean score against observed rate with limits; with the diagonal where a score should mean what it says."""
    frame = Frame.over(x, (0.0, 1.0))
    most = max(point.n for point in points)
    diagonal = line(frame, x, (0.0, 1.0), kind="ideal") if ideal else None
    said = element("text", "as it should be", x=frame.x(0.83), y=frame.y(0.83) - 10, class_="end") if ideal else None
    counts = element("g", *(_count(frame, point, most) for point in points), id="bucket-counts")
    marks = element("g", *(_mark(frame, point) for point in points), id="bucket-marks")
    sideways = [Tick(value, f"{value:.4g}", minor=at % 2 == 1) for at, value in enumerate(ticks(*x))]
    shares = [Tick(share / 5, f"{20 * share} %", minor=share % 2 == 1) for share in range(6)]
    axes = upward(frame, shares, "what happened"), across(frame, sideways, "what the score says")
    inside = [part for part in (*axes, counts, diagonal, said, marks) if part is not None]
    return drawing("buckets-plot", title, description, *inside)


def bars(found: Sequence[Bar], *, title: str, description: str, across_title: str, upward_title: str) -> Markup:
    """Draw bars with a line at 1: as good as picking at random."""
    top = max(1.2, *(bar.height for bar in found)) * 1.12
    frame = Frame.over((0.0, float(len(found))), (0.0, top))
    marks = [Tick(value, f"{value:.4g}") for value in ticks(0.0, top)]
    drawn = join(_bar(frame, at, bar) for at, bar in enumerate(found))
    names = [Tick(at + 0.5, bar.name, minor=len(found) > 6 and at % 2 == 1) for at, bar in enumerate(found)]
    one = line(frame, (0.0, float(len(found))), (1.0, 1.0), kind="ideal")
    axes = upward(frame, marks, upward_title), across(frame, names, across_title)
    return drawing("lift-plot", title, description, *axes, drawn, one)


def money_curve(
    below: Sequence[int],
    total: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
    *,
    at: int,
    title: str,
    description: str,
    across_title: str,
    upward_title: str,
) -> Markup:
    """Draw what every cut-off earns; the page's script moves the marker and redraws curve and grid.

    Parameters
    ----------
    below
        Rows below each cut-off; the last is all rows.
    total, low, high
        Money per 1,000 rows, and its limits.
    at
        Position of the cut-off that is marked.
    """
    rows = below[-1]
    xs = [1000 * n / rows for n in below]
    frame = Frame.over((0.0, 1000.0), span(low, high))
    grids = [Tick(value, compact(value)) for value in ticks(frame.y.low, frame.y.high)]
    sideways = [Tick(100.0 * step, f"{100 * step:,}", minor=step % 5 != 0) for step in range(0, 11, 1)]
    curve = band(frame, xs, low, high, ident="curve-band"), line(frame, xs, total, kind="curve", ident="curve-line")
    place = frame.x(xs[at])
    marker = (
        element("line", x1=place, x2=place, y1=TOP, y2=HEIGHT - BOTTOM, class_="cut", id="curve-cut"),
        element("circle", cx=place, cy=frame.y(total[at]), r=5.5, class_="dot", id="curve-dot"),
    )
    axes = upward(frame, grids, upward_title), across(frame, sideways, across_title)
    return drawing("curve-plot", title, description, *axes, *curve, *marker)


def trade_curve(
    xs: Sequence[float],
    ys: Sequence[float],
    *,
    at: int,
    title: str,
    description: str,
    across_title: str,
    upward_title: str,
) -> Markup:
    """Draw one money against another over all cut-offs, in their order, with one of them marked."""
    frame = Frame.over(span(xs, xs), span(ys, ys))
    grids = [Tick(value, compact(value)) for value in ticks(frame.y.low, frame.y.high)]
    sideways = [Tick(value, compact(value)) for value in ticks(frame.x.low, frame.x.high)]
    dot = element("circle", cx=frame.x(xs[at]), cy=frame.y(ys[at]), r=5.5, class_="dot", id="trade-dot")
    axes = upward(frame, grids, upward_title), across(frame, sideways, across_title)
    return drawing("trade-plot", title, description, *axes, line(frame, xs, ys, kind="curve"), dot)


def ranges(found: Sequence[Range], *, title: str, description: str, across_title: str) -> Markup:
    """Draw values with limits, one under the other; the page's script draws them again when prices move."""
    height = TOP_OF_RANGES + STEP_OF_RANGES * len(found) + 26
    ends = [end for one in found for end in (one.value, one.low, one.high) if end is not None]
    x = Scale(*span(ends, ends), LEFT_OF_RANGES, WIDTH - RIGHT)
    bottom = height - 26
    marks = join(
        join((
            element("line", x1=x(tick), x2=x(tick), y1=TOP_OF_RANGES, y2=bottom, class_="grid" if tick else "zero"),
            element("text", compact(tick), x=x(tick), y=bottom + 20, class_="tick"),
        ))
        for tick in ticks(x.low, x.high)
    )  # fmt: skip
    drawn = join(_range(x, at, one) for at, one in enumerate(found))
    named = element("text", across_title, x=0, y=18)
    grids = element("g", marks, class_="grids")
    return drawing("ranges-plot", title, description, grids, drawn, named, height=height)


def span(low: Sequence[float], high: Sequence[float]) -> tuple[float, float]:
    """Return the range of a money axis: all limits and zero, with a little air."""
    bottom, top = min(0.0, *low), max(0.0, *high)
    air = 0.04 * (top - bottom) or 1.0
    return bottom - air, top + air


def thousand(parts: Sequence[tuple[float, str, str]]) -> Markup:
    """Draw a bar cut into shares of 1,000: (share, class, words) each; the page's script moves the cuts."""
    start, drawn = 0.0, []
    for at, (share, kind, words) in enumerate(parts):
        named = element("title", words)
        shape = element("rect", x=1000 * start, y=0, width=1000 * share, height=28)
        drawn.append(element("g", named, shape, class_=kind, id=f"part-{at}"))
        start += share
    box = {"viewBox": "0 0 1000 28", "preserveAspectRatio": "none"}
    return element("svg", *drawn, attributes=box, class_="thousand", role="presentation")


def _range(x: Scale, at: int, one: Range) -> Markup:
    y = TOP_OF_RANGES + STEP_OF_RANGES * (at + 0.5)
    name = element("text", one.name if len(one.name) <= LONGEST else f"{one.name[: LONGEST - 1]}…", x=0, y=y + 5)
    low, high = (one.value if end is None else end for end in (one.low, one.high))
    limits = element("line", x1=x(low), x2=x(high), y1=y, y2=y, class_="limit", id=f"range-{at}-line")
    dot = element("circle", cx=x(one.value), cy=y, r=5.5, class_="dot", id=f"range-{at}-dot")
    return element("g", name, limits, dot, class_=f"range-{at}")


def _count(frame: Frame, point: Point, most: int) -> Markup:
    """Draw how many rows stand behind a point, as a faint bar at the foot."""
    height = 44 * point.n / most
    return element("rect", x=frame.x(point.x) - 9, y=HEIGHT - BOTTOM - height, width=18, height=height, class_="count")


def _mark(frame: Frame, point: Point) -> Markup:
    x = frame.x(point.x)
    limits = element("line", x1=x, x2=x, y1=frame.y(point.low), y2=frame.y(point.high), class_="limit")
    dot = element("circle", cx=x, cy=frame.y(point.y), r=5, class_="dot")
    return element("g", element("title", point.words), limits, dot)


def _bar(frame: Frame, at: int, bar: Bar) -> Markup:
    left, right, top = frame.x(at + 0.14), frame.x(at + 0.86), frame.y(bar.height)
    shape = element("rect", x=left, y=top, width=right - left, height=HEIGHT - BOTTOM - top, class_="bar")
    label = element("text", bar.label, x=(left + right) / 2, y=top - 6, class_="over")
    return element("g", element("title", bar.words), shape, label)

"""Two curves of scores: what they mean beside what happened, and what acting on them is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.page.markup import Markup, element
from golive.page.scale import ticks
from golive.page.svg import Frame, Tick, across, band, drawing, line, upward

if TYPE_CHECKING:
    from collections.abc import Sequence

ENDS = (0.0, 1.0)


@dataclass(frozen=True)
class Strip:
    """An area between two lines; equal lengths."""

    x: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def reliability(steps: Sequence[tuple[float, float, float]], strip: Strip, *, title: str, description: str) -> Markup:
    """Draw the fitted rate over the score as steps (from, to, rate), on the band of a score that is true."""
    frame = Frame.over(ENDS, ENDS)
    xs = [end for start, stop, _ in steps for end in (start, stop)]
    ys = [rate for *_, rate in steps for _ in range(2)]
    shares = [Tick(share / 5, f"{20 * share} %", minor=share % 2 == 1) for share in range(6)]
    sideways = [Tick(value, f"{value:.4g}", minor=at % 2 == 1) for at, value in enumerate(ticks(*ENDS))]
    return drawing(
        "reliability-plot",
        title,
        description,
        upward(frame, shares, "what happened"),
        across(frame, sideways, "what the score says"),
        band(frame, strip.x, strip.low, strip.high),
        line(frame, ENDS, ENDS, kind="ideal"),
        line(frame, xs, ys, kind="curve"),
    )


def decisions(
    cutoffs: Sequence[float], benefit: Sequence[float], everybody: Sequence[float], limits: Strip | None, *,
    title: str, description: str,
) -> Markup:  # fmt: skip
    """Draw the net benefit over the cut-off, beside that of acting on everybody and on nobody."""
    top = max(0.0, *benefit, *(limits.high if limits else ())) * 1.08 or 0.01
    bottom = -top / 4
    last = max((at for at, value in enumerate(benefit) if value > 0), default=len(cutoffs) - 1)
    right = min(1.0, cutoffs[min(last + 10, len(cutoffs) - 1)])
    frame = Frame.over((0.0, right), (bottom, top))

    def drawn(values: Sequence[float]) -> tuple[list[float], list[float]]:
        """Cut a line off where it leaves the picture."""
        inside = [(x, y) for x, y in zip(cutoffs, values, strict=True) if x <= right]
        kept = [(x, max(y, bottom)) for at, (x, y) in enumerate(inside) if at == 0 or inside[at - 1][1] > bottom]
        return [x for x, _ in kept], [y for _, y in kept]

    marks = [Tick(value, f"{value:.4g}") for value in ticks(bottom, top)]
    sideways = [Tick(value, f"{value:.4g}", minor=at % 2 == 1) for at, value in enumerate(ticks(0.0, right))]
    xs, ys = drawn(everybody)
    inside: list[Markup] = [upward(frame, marks, "net benefit"), across(frame, sideways, "cut-off")]
    if limits is not None:
        x, low = drawn(limits.low)
        inside.append(band(frame, x, low, [max(one, bottom) for one in limits.high[: len(x)]]))
    inside.append(line(frame, xs, ys, kind="ideal"))
    inside.append(element("text", "everybody", x=frame.x(xs[0]) + 6, y=frame.y(ys[0]) - 8))
    inside.append(line(frame, *drawn(benefit), kind="curve"))
    return drawing("decision-plot", title, description, *inside)

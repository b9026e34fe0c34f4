"""Drawings put numbers where they belong, and say them in words."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.page.plots import Bar, Point, Range, bars, buckets, money_curve, ranges, span, thousand
from golive.page.scale import Scale, ticks
from golive.page.svg import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH


class Shapes(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {key: value or "" for key, value in attrs}))

    def of(self, tag: str, kind: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.found if name == tag and attributes.get("class") == kind]


def drawn_buckets() -> str:
    points = [Point(0.2, 0.1, 0.05, 0.2, 40, "a"), Point(0.8, 0.9, 0.7, 0.97, 10, "b </title>")]
    return buckets(points, title="Does it?", description="two", x=(0.0, 1.0), ideal=True)


def test_a_bucket_stands_at_its_mean_score_and_observed_rate_with_its_limits() -> None:
    shapes = Shapes(drawn_buckets())
    across, up = Scale(0, 1, LEFT, WIDTH - RIGHT), Scale(0, 1, HEIGHT - BOTTOM, TOP)
    dots = [(float(dot["cx"]), float(dot["cy"])) for dot in shapes.of("circle", "dot")]
    assert dots == [pytest.approx((across(0.2), up(0.1)), abs=0.01), pytest.approx((across(0.8), up(0.9)), abs=0.01)]
    limits = [(float(line["y1"]), float(line["y2"])) for line in shapes.of("line", "limit")]
    assert limits == [pytest.approx((up(0.05), up(0.2)), abs=0.01), pytest.approx((up(0.7), up(0.97)), abs=0.01)]


def test_the_ideal_line_runs_from_corner_to_corner_and_is_left_out_for_other_scores() -> None:
    (ideal,) = Shapes(drawn_buckets()).of("path", "ideal")
    assert ideal["d"] == f"M{LEFT:.1f} {HEIGHT - BOTTOM:.1f}L{WIDTH - RIGHT:.1f} {TOP:.1f}"
    other = buckets([Point(300, 0.5, 0.4, 0.6, 9, "")], title="", description="", x=(200.0, 800.0), ideal=False)
    assert not Shapes(other).of("path", "ideal")


def test_every_drawing_has_a_title_and_a_description_for_those_who_cannot_see_it() -> None:
    curve = money_curve(
        [0, 5, 10], [0.0, 4.0, -2.0], [0.0, 1.0, -6.0], [0.0, 7.0, 2.0],
        at=1, title="Money", description="d", across_title="x", upward_title="y",
    )  # fmt: skip
    bar = bars([Bar(2.0, "1", "2.0", "w")], title="Lift", description="d", across_title="x", upward_title="y")
    lines = ranges([Range("honest", 1.0, 0.0, 2.0)], title="Ranges", description="d", across_title="x")
    for markup in (drawn_buckets(), curve, bar, lines):
        names = re.search(r'role="img" aria-labelledby="(\S+) (\S+)"', markup)
        assert names
        assert all(f'id="{name}"' in markup for name in names.groups())


def test_the_marked_cut_off_lies_on_the_curve() -> None:
    curve = Shapes(money_curve(
        [0, 5, 10], [0.0, 4.0, -2.0], [0.0, 1.0, -6.0], [0.0, 7.0, 2.0],
        at=1, title="", description="", across_title="", upward_title="",
    ))  # fmt: skip
    (dot,) = curve.of("circle", "dot")
    (line,) = curve.of("path", "curve")
    second = line["d"][1:].split("L")[1]
    assert second == f"{float(dot['cx']):.1f} {float(dot['cy']):.1f}"


def test_a_value_without_limits_is_a_point() -> None:
    found = [Range("promised", 3.0, None, None), Range("honest", 1.0, 0.5, 1.5)]
    shapes = Shapes(ranges(found, title="", description="", across_title=""))
    first, second = shapes.of("line", "limit")
    assert first["x1"] == first["x2"]
    assert float(second["x1"]) < float(second["x2"])


def test_the_parts_of_a_thousand_lie_side_by_side() -> None:
    shapes = Shapes(thousand([(0.5, "yes", "a"), (0.2, "no", "b"), (0.3, "no", "c")]))
    rects = [(float(shape["x"]), float(shape["width"])) for tag, shape in shapes.found if tag == "rect"]
    assert rects == [(0, 500), (500, 200), (700, 300)]


def test_words_inside_a_drawing_are_text() -> None:
    assert "b &lt;/title&gt;" in drawn_buckets()


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 10))
def test_ticks_are_round_lie_inside_and_are_not_too_many(low: float, width: float, count: int) -> None:
    high = low + width
    found = ticks(low, high, count)
    air = 1e-6 * (abs(low) + abs(high) + width)
    assert all(low - air <= tick <= high + air for tick in found)
    assert len(found) <= 1.5 * count + 2


def test_a_money_axis_always_shows_zero() -> None:
    assert span([5.0, 7.0], [6.0, 9.0])[0] < 0 < span([-5.0], [-2.0])[1]
    assert span([0.0], [0.0]) == (-1.0, 1.0)

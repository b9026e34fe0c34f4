"""A drawing leaves the page as a picture that needs nothing else."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from golive.page.alone import drawings
from golive.page.document import document
from golive.page.plots import Bar, Range, bars, ranges

SVG = "{http://www.w3.org/2000/svg}"


def page() -> str:
    lift = bars(
        [Bar(2.0, "1", "2.00", "two & more"), Bar(0.5, "2", "0.50", "half")], title="Lift <b>", description="d",
        across_title="part", upward_title="lift",
    )  # fmt: skip
    rules = ranges([Range("honest", 3.0, 1.0, 5.0)], title="t", description="d", across_title="EUR")
    return document("t", lift, rules)


def test_every_drawing_is_a_document_of_its_own() -> None:
    found = dict(drawings(page()))
    assert list(found) == ["lift", "ranges"]
    for picture in found.values():
        root = ElementTree.fromstring(picture)
        assert root.tag == f"{SVG}svg"
        assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
        assert root.find(f"{SVG}title") is not None
    assert len(ElementTree.fromstring(found["lift"]).findall(f".//{SVG}rect[@class='bar']")) == 2


def test_it_carries_its_style_and_asks_for_nothing() -> None:
    for _, picture in drawings(page()):
        style = ElementTree.fromstring(picture).findtext(f"{SVG}style") or ""
        colours = set(re.findall(r"var\((--[a-z]+)\)", style))
        assert colours
        assert colours <= set(re.findall(r"(--[a-z]+):", style))
        assert "@media" not in style
        assert not re.search(r"https?:(?!//www\.w3\.org/2000/svg)|url\(|<script|@import", picture)


@pytest.mark.parametrize("kind", ["bar", "limit", "dot", "tick", "ideal", "zero", "grid"])
def test_what_is_drawn_has_a_look(kind: str) -> None:
    whole = "".join(picture for _, picture in drawings(page()))
    assert f'class="{kind}' in whole
    assert f".{kind}" in whole

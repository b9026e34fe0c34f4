"""A drawing of a page as a picture of its own: the same shapes, with the style it needs inside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from golive.page.document import style_of_drawings

if TYPE_CHECKING:
    from collections.abc import Iterator

_DRAWING = re.compile(r'<svg id="([a-z-]+)-plot"([^>]*?) viewBox="0 0 ([\d.]+) ([\d.]+)">(.*?)</svg>', re.S)
FONT = "font-family:'Segoe UI',Roboto,'Helvetica Neue','Liberation Sans',Arial,sans-serif"


def drawings(page: str) -> Iterator[tuple[str, str]]:
    """Yield the drawings of a page, each as (name, SVG document): light, on paper, in any viewer."""
    for name, more, width, height, inside in _DRAWING.findall(page):
        style = f"<style>svg{{{FONT}}}{style_of_drawings()}</style>"
        paper = f'<rect width="{width}" height="{height}" class="paper"/>'
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        )
        yield name, f'{head} id="{name}-plot"{more}>{style}{paper}{inside}</svg>\n'

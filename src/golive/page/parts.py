"""Pieces of a page: sections, tables, lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.page.markup import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.page.markup import Child


@dataclass(frozen=True)
class Head:
    """The head of a column."""

    name: str
    note: str = ""
    """What it counts, small, under the name."""


def section(ident: str, title: str, *body: Child, lead: str = "") -> Markup:
    """Return a titled section; ``lead`` says in a sentence or two what the reader looks at."""
    said = element("p", lead, class_="lead") if lead else None
    heading = element("h2", title, id=f"{ident}-title")
    return element("section", heading, said, *body, id=ident, aria_labelledby=f"{ident}-title")


def table(
    caption: str, heads: Sequence[Head], rows: Iterable[Sequence[Child]], *, marked: int | None = None, kind: str = ""
) -> Markup:
    """Return a table that scrolls inside its own box when it is wider than the page.

    Parameters
    ----------
    caption
        What the table shows.
    heads, rows
        The first column names the row; the others are numbers.
    marked
        Position of a row to set off.
    kind
        Class of the box.
    """
    top = element("tr", *(_head(head) for head in heads))
    body = join(_row(row, marked == at) for at, row in enumerate(rows))
    inner = element("table", element("caption", caption), element("thead", top), element("tbody", body))
    return element("div", inner, class_=f"box {kind}".rstrip(), role="region", tabindex=0, aria_label=caption)


def _head(head: Head) -> Markup:
    return element("th", head.name, element("small", head.note) if head.note else None, scope="col")


def _row(cells: Sequence[Child], here: bool) -> Markup:
    first, *others = cells
    named = element("th", first, scope="row")
    return element("tr", named, *(element("td", cell) for cell in others), class_="here" if here else None)


def facts(pairs: Iterable[tuple[str, Child]], *, kind: str = "facts") -> Markup:
    """Return pairs of a short name and what is said under it."""
    lines = (element("div", element("dt", name), element("dd", said)) for name, said in pairs)
    return element("dl", *lines, class_=kind)


def points(items: Iterable[Child], *, ordered: bool = False) -> Markup | None:
    """Return a list; nothing where there are no items."""
    lines = [element("li", item) for item in items]
    return element("ol" if ordered else "ul", *lines) if lines else None


def figure(drawing: Markup, caption: str, *under: Child) -> Markup:
    """Return a drawing with its caption, and what stands under it."""
    return element("figure", element("figcaption", caption), drawing, *under)


def rows_of(*parts: Markup) -> Markup:
    """Put parts beside each other where there is room."""
    return element("div", *parts, class_="beside")


def details(summary: str, *parts: Child) -> Markup:
    """Return something that opens on request."""
    return element("details", element("summary", summary), *parts)


def foot(said: Child, *, button: str, ident: str) -> Markup:
    """Return a line that stays at the foot of the screen while it is shown, with one button."""
    press = element("button", button, type="button", id=f"{ident}-back")
    return element("div", element("p", said), press, id=ident, class_="foot", role="status", hidden=True)

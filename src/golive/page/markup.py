"""Elements of a page. What is not `Markup` is text from somewhere, and is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VOID = frozenset({"meta", "link", "input", "br"})
"""HTML elements without content."""
SHAPES = frozenset({"line", "path", "rect", "circle"})
"""SVG elements without content."""


class Markup(str):
    """HTML that was made here."""

    __slots__ = ()


Child = Markup | str | int | None
Value = str | int | float | bool | None


def element(tag: str, /, *children: Child, attributes: Mapping[str, Value] | None = None, **named: Value) -> Markup:
    """Make one element.

    Parameters
    ----------
    tag
        Its name; written by us, never by data.
    children
        `Markup` stays as it is, anything else becomes escaped text, None is left out.
    attributes, named
        A trailing underscore is dropped and others become hyphens, so ``class_`` is ``class`` and ``data_bin`` is
        ``data-bin``. True stands alone (``disabled``); False and None are left out.

    Examples
    --------
    >>> element("td", "a < b", class_="number", hidden=True)
    '<td class="number" hidden>a &lt; b</td>'
    """
    head = "".join(_attribute(key, value) for key, value in {**named, **(attributes or {})}.items())
    if tag in VOID:
        return Markup(f"<{tag}{head}>")
    if tag in SHAPES:
        return Markup(f"<{tag}{head}/>")
    return Markup(f"<{tag}{head}>{join(children)}</{tag}>")


def join(children: Iterable[Child]) -> Markup:
    """Put children side by side."""
    return Markup(
        "".join(child if isinstance(child, Markup) else text(child) for child in children if child is not None)
    )


def _attribute(key: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    name = key.removesuffix("_").replace("_", "-")
    if value is True:
        return f" {name}"
    return f' {name}="{_short(value) if isinstance(value, float) else text(value)}"'


def _short(value: float) -> str:
    """Write a coordinate: two decimals are a hundredth of a pixel."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else repr(value)

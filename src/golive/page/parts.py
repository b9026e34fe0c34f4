"""Pieces of a page. Each takes plain values and returns HTML; all text is escaped here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.page.escape import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def section(title: str, *parts: str, ident: str, lead: str = "") -> str:
    """Return a titled section; ``lead`` says in a sentence what the reader looks at."""
    said = f'<p class="lead">{text(lead)}</p>' if lead else ""
    return f'<section id="{text(ident)}"><h2>{text(title)}</h2>{said}{"".join(parts)}</section>\n'


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str, marked: int | None = None) -> str:
    """Return a table whose first column names the row; wide ones scroll in their own box.

    Parameters
    ----------
    heads, rows
        Plain text; the first column is left-aligned, the others are numbers.
    caption
        Says what the table shows, for those who cannot see where it stands.
    marked
        Position of a row to set off.
    """
    head = "".join(f'<th scope="col">{text(cell)}</th>' for cell in heads)
    body = "".join(_row(row, here=at == marked) for at, row in enumerate(rows))
    return (
        f'<div class="box" tabindex="0" role="region" aria-label="{text(caption)}"><table><caption>{text(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(cells: Sequence[str], *, here: bool) -> str:
    first, *others = cells
    mark = ' class="here"' if here else ""
    return f'<tr{mark}><th scope="row">{text(first)}</th>' + "".join(f"<td>{text(cell)}</td>" for cell in others) + "</tr>"


def paragraph(said: str, *, ident: str = "", kind: str = "") -> str:
    """Return a paragraph; with ``ident`` the page's script can say it again."""
    name = f' id="{text(ident)}"' if ident else ""
    style = f' class="{text(kind)}"' if kind else ""
    return f"<p{name}{style}>{text(said)}</p>"


def facts(pairs: Iterable[tuple[str, str, str]], *, ident: str) -> str:
    """Return a list of (key, question, answer): the first screen, read from top to bottom."""
    lines = "".join(
        f'<div class="fact"><dt>{text(name)}</dt><dd id="{text(ident)}-{text(key)}">{text(said)}</dd></div>'
        for key, name, said in pairs
    )
    return f'<dl class="facts">{lines}</dl>'


def points(items: Iterable[str]) -> str:
    """Return a list of sentences; nothing where there are none."""
    lines = "".join(f"<li>{text(item)}</li>" for item in items)
    return f"<ul>{lines}</ul>" if lines else ""


def details(summary: str, *parts: str) -> str:
    """Return something that opens on request."""
    return f"<details><summary>{text(summary)}</summary>{''.join(parts)}</details>"


def figure(svg: str, *, caption: str) -> str:
    """Return a drawing with its caption."""
    return f"<figure>{svg}<figcaption>{text(caption)}</figcaption></figure>"

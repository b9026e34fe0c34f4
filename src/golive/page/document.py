"""One HTML file that needs nothing else."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from golive.page.escape import script_json, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def document(title: str, body: str, *, scripts: Sequence[str] = (), data: Mapping[str, object] | None = None) -> str:
    """Return a whole page.

    Parameters
    ----------
    title
        For the browser's tab.
    body
        HTML made by `golive.page.parts`.
    scripts
        JavaScript of ours, inlined in order.
    data
        What the scripts work on; readable by them as ``JSON.parse`` of the element with id ``data``.

    Notes
    -----
    The content security policy forbids every request: what the page shows is what was proven, also offline.
    """
    held = f'<script type="application/json" id="data">{script_json(dict(data))}</script>\n' if data is not None else ""
    code = "".join(f"<script>\n{script}</script>\n" for script in scripts)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; img-src data:\">\n"
        f"<title>{text(title)}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n<main>\n{body}</main>\n{held}{code}"
        "</body>\n</html>\n"
    )


@cache
def _style() -> str:
    return (files("golive.page") / "style.css").read_text(encoding="utf-8")

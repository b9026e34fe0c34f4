"""One HTML file that needs nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from golive.page.escape import packed
from golive.page.markup import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.page.markup import Child


def document(title: str, *body: Child, scripts: Sequence[str] = (), data: object = None) -> str:
    """Return a whole page.

    Parameters
    ----------
    title
        For the browser's tab.
    body
        What is on it.
    scripts
        JavaScript of ours, inlined as one script, in order.
    data
        What the script works on; None for none. The element with id ``data`` holds it as JSON, deflated (zlib) and in
        base64: a third of its size.

    Notes
    -----
    The content security policy names this style and this script by their digests and forbids everything else, every
    request included: the page shows the same offline, and text that slipped through as markup could still not run.
    """
    style, code = _style(), "\n".join(map(lean, scripts))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", attributes={"http-equiv": "Content-Security-Policy", "content": _policy(style, code)}),
        element("title", title),
        Markup(f"<style>{style}</style>"),
    )
    held = Markup(f'<script type="text/plain" id="data">{packed(data)}</script>') if data is not None else None
    run = Markup(f"<script>{code}</script>") if code else None
    return f'<!doctype html>\n<html lang="en">{head}\n<body>{join(body)}\n{join((held, run))}</body></html>\n'


def lean(source: str) -> str:
    """Return a script or style without its indentation and without comments that have their lines to themselves.

    Examples
    --------
    >>> lean("// why\\nif (a) {\\n  b();  // so\\n}\\n")
    'if (a) {\\nb();  // so\\n}'
    """
    return "\n".join(line for line in re.sub(r"(?m)^\s+|^\s*(//.*|/\*.*\*/)$", "", source).splitlines() if line)


def _policy(style: str, code: str) -> str:
    run = f"script-src '{_digest(code)}'; " if code else ""
    return f"default-src 'none'; {run}style-src '{_digest(style)}'; base-uri 'none'; form-action 'none'"


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


@cache
def _style() -> str:
    return lean(files("golive.page").joinpath("style.css").read_text(encoding="utf-8"))

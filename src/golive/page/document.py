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
from golive.page.squeeze import squeezed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.page.markup import Child


def document(title: str, *body: Child, scripts: Sequence[str] = (), data: object = None, forms: bool = False) -> str:
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
    forms
        Whether it may send forms to where it came from.

    Notes
    -----
    The content security policy names this style and this script by their digests and forbids everything else, every
    request included: the page shows the same offline, and text that slipped through as markup could still not run.
    """
    style, code = _style(), "\n".join(map(squeezed, scripts))
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element(
            "meta", attributes={"http-equiv": "Content-Security-Policy", "content": _policy(style, code, forms=forms)}
        ),
        element("title", title),
        Markup(f"<style>{style}</style>"),
    )
    held = Markup(f'<script type="text/plain" id="data">{packed(data)}</script>') if data is not None else None
    run = Markup(f"<script>{code}</script>") if code else None
    return f'<!doctype html>\n<html lang="en">{head}\n<body>{join(body)}\n{join((held, run))}</body></html>\n'


def _flat(style: str) -> str:
    """Return a style without indentation, comments and spaces that mean nothing."""
    bare = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL))
    bare = re.sub(r" ?([{};,>]) ?|: ", lambda sign: sign[1] or ":", bare).replace(";}", "}")
    return re.sub(r"(?<![\d.])0\.(?=\d)", ".", bare).strip()


def _policy(style: str, code: str, *, forms: bool) -> str:
    run = f"script-src '{_digest(code)}'; " if code else ""
    sent = "'self'" if forms else "'none'"
    return f"default-src 'none'; {run}style-src '{_digest(style)}'; base-uri 'none'; form-action {sent}"


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()


@cache
def style_of_drawings() -> str:
    """Return the part of the style that drawings need, in its light colours."""
    whole = files("golive.page").joinpath("style.css").read_text(encoding="utf-8")
    colours, _, rest = whole.partition("@media")
    return _flat(colours + rest.partition("/* drawings */")[2].partition("/* tables */")[0])


@cache
def _style() -> str:
    return _flat(files("golive.page").joinpath("style.css").read_text(encoding="utf-8"))

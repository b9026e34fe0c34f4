"""Text from data is hostile: markup, script ends, control characters and direction overrides are made harmless."""

from __future__ import annotations

import html
import json
import unicodedata

_HARMLESS = {"\n", "\t"}


def text(value: str) -> str:
    """Escape for an element or an attribute; what cannot be seen is spelled out.

    Examples
    --------
    >>> text('<b>"x"</b>'), text("a\\u202eb")
    ('&lt;b&gt;&quot;x&quot;&lt;/b&gt;', 'a\\\\u202eb')
    """
    return html.escape("".join(map(_visible, value)), quote=True)


def script_json(value: object) -> str:
    """Encode for a ``<script type="application/json">`` block: no ``<``, so nothing can end the block or start a comment."""
    encoded = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return encoded.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _visible(char: str) -> str:
    if char in _HARMLESS or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}:
        return char
    return f"\\u{ord(char):04x}"

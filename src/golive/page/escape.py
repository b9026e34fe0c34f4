"""Text from data is hostile: a label may hold markup, control characters, or marks that turn the reading direction.

Two doors lead into a page, both here: `text` for what people read, `packed` for what the page computes with.
"""

from __future__ import annotations

import base64
import html
import re
import zlib

import msgspec

_TURNS = "\u061c\u200b\u200e\u200f\u2060\ufeff" + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
"""Characters without a width of their own, and those that turn the reading direction: they hide what a text says."""
_CONTROLS = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n"}
_PICTURES = (
    _CONTROLS
    | {0x7F: "\u2421", 0x2028: " ", 0x2029: " "}
    | dict.fromkeys(range(0x80, 0xA0), "\ufffd")
    | {ord(character): f"[U+{ord(character):04X}]" for character in _TURNS}
)
_SURROGATES = re.compile("[\ud800-\udfff]")


def text(value: object) -> str:
    """Return a value as HTML text, also safe inside a quoted attribute.

    Examples
    --------
    >>> text("</script><b>"), text("good\\u202ebad"), text("a\\x00")
    ('&lt;/script&gt;&lt;b&gt;', 'good[U+202E]bad', 'a␀')
    """
    return html.escape(visible(value), quote=True)


def visible(value: object) -> str:
    """Return a value as plain text in which every character can be seen; not yet escaped."""
    return _SURROGATES.sub("\ufffd", str(value)).translate(_PICTURES)


def packed(value: object) -> str:
    """Return a value as JSON, deflated (zlib), in base64: a third of its size, and nothing in it can end an element."""
    return base64.b64encode(zlib.compress(msgspec.json.encode(value), 9)).decode()

"""Text that a spreadsheet would run: made harmless by the apostrophe that spreadsheets themselves use for "text".

A name or a message comes from data, and data may hold ``=HYPERLINK(...)``. Numbers begin with a sign too, and a lone
dash is how people write "nothing"; neither is a formula.
"""

from __future__ import annotations

import re

_FIRST = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(\d[\d.,]*|[.,]\d+)([eE][+-]?\d+)?\s*%?\s*", re.ASCII)
MARK = "'"


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet could take a text for a formula.

    Examples
    --------
    >>> [text for text in ("=1+1", "-5,3", "-", "@SUM(A1)", "+49 170", "a=b") if is_formula(text)]
    ['=1+1', '@SUM(A1)', '+49 170']
    """
    return text.startswith(_FIRST) and len(text) > 1 and not _NUMBER.fullmatch(text)


def harmless(text: str) -> str:
    """Return a text that no spreadsheet runs."""
    return MARK + text if is_formula(text) else text


def as_meant(text: str) -> str:
    """Return what `harmless` was given."""
    return text[1:] if text.startswith(MARK) and is_formula(text[1:]) else text

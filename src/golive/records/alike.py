"""Letters that look alike: a name is read by programs, and they see the difference that people do not."""

from __future__ import annotations

import unicodedata

_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK")


def oddity(name: str) -> str:
    """Return what in a name people cannot see, or take for something else; empty when there is nothing.

    Letters of any one script are fine. A word that mixes Latin with Cyrillic or Greek letters, full-width forms, spaces
    other than the plain one, and characters that are not seen at all are not.

    Examples
    --------
    >>> oddity("überfällig")
    ''
    >>> oddity("review\\u00a0")
    'U+00A0 is NO-BREAK SPACE; write a plain space'
    """
    for letter in name:
        if said := character(letter):
            return said
    for word in name.split():
        found = {script: letter for letter in word if (script := _script(letter))}
        if len(found) > 1:
            letter = found[next(script for script in _SCRIPTS[1:] if script in found)]
            return f"{_called(letter)} among other letters; write the one of your keyboard"
    return ""


def character(letter: str) -> str:
    """Return why one character has no place in a name; empty when it has."""
    kind = unicodedata.category(letter)
    if letter != " " and kind in ("Zs", "Zl", "Zp"):
        return f"{_called(letter)}; write a plain space"
    if kind in ("Cf", "Cc", "Co", "Cn", "Cs"):
        return f"{_called(letter)}, which nobody sees; take it out"
    wide = unicodedata.normalize("NFKC", letter)
    if wide != letter and wide.isascii():
        return f"{_called(letter)}; write {wide}"
    return ""


def _script(letter: str) -> str:
    first = unicodedata.name(letter, "").partition(" ")[0]
    return first if letter.isalpha() and first in _SCRIPTS else ""


def _called(letter: str) -> str:
    return f"U+{ord(letter):04X} is {unicodedata.name(letter, 'a control character')}"

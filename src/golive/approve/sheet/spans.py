"""Where everything of a TOML document stands, to the character, so that one value can be changed and the rest kept."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from golive.records.toml import KEY, TABLE, numbered, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from golive.records.toml import Path

_END = re.compile(r"[#\n]|\Z")
_COMMENT = re.compile(r"[ \t]*#")


@dataclass
class Entry:
    """``key = value`` with its line."""

    path: Path
    start: int
    """Of the line."""
    value: int
    value_end: int
    end: int
    """Behind the line's end."""


@dataclass
class Block:
    """A table: its header and the entries below it. The first block of a document has no header."""

    path: Path
    array: bool
    lead: int
    """Where the comments directly above the header begin."""
    start: int
    """Of the header."""
    header_end: int
    entries: list[Entry] = field(default_factory=list)

    @property
    def end(self) -> int:
        """Behind the last line that says something."""
        return self.entries[-1].end if self.entries else self.header_end


def blocks(text: str) -> list[Block]:
    """Take a valid document apart."""
    found = [Block((), False, 0, 0, 0)]
    seen: dict[Path, int] = {}
    lead: int | None = None
    position = 0
    for line_start, line_end in _statements(text):
        line = text[line_start:line_end]
        if _COMMENT.match(line):
            lead = line_start if lead is None else lead
        elif header := TABLE.match(line):
            path = numbered(split(header[2]), seen, again=header[1] == "[[")
            start = line_start if lead is None else lead
            found.append(Block(path, header[1] == "[[", start, line_start, line_end))
            lead = None
        else:
            lead = None
            if key := KEY.match(line):
                value = line_start + key.end()
                entry = Entry(found[-1].path + split(key[1]), line_start, value, _value_end(text, value), line_end)
                found[-1].entries.append(entry)
        position = line_end
    assert position == len(text)
    return found


def _statements(text: str) -> Iterator[tuple[int, int]]:
    """Yield each line; one whose value goes over several lines as one."""
    position = 0
    while position < len(text):
        end = _line_end(text, position)
        line = text[position:end]
        if not TABLE.match(line) and not _COMMENT.match(line) and (key := KEY.match(line)):
            end = _line_end(text, _value_end(text, position + key.end()))
        yield position, end
        position = end


def _line_end(text: str, position: int) -> int:
    found = text.find("\n", position)
    return len(text) if found < 0 else found + 1


def _value_end(text: str, start: int) -> int:
    """Return where a value ends: before the first comment or line end up to which it reads as one."""
    for found in _END.finditer(text, start):
        value = text[start : found.start()].rstrip(" \t\r")
        try:
            tomllib.loads(f"x = {value}")
        except tomllib.TOMLDecodeError:
            continue
        return start + len(value)
    raise AssertionError("the document was read before")

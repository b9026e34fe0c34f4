"""TOML written by people: read whole, and every message can name file, line and column."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from golive.errors import DocumentError, InputError

if TYPE_CHECKING:
    import pathlib

Path = tuple[str | int, ...]
"""Where a value stands: keys and, in arrays of tables, positions from 0."""

TABLE = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(#.*)?$")
KEY = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=\s*""")
_PIECE = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


class Toml:
    """A parsed document that remembers where its keys stand.

    Parameters
    ----------
    text
        The whole document.
    name
        How messages call it, e.g. ``money.toml``.

    Raises
    ------
    DocumentError
        The text is not TOML; line and column are named.
    """

    def __init__(self, text: str, *, name: str) -> None:
        self.name = name
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as exc:
            problems = list(_unreadable(text, name))
            hint = "numbers use a point (0.6), text stands in double quotes"
            raise DocumentError(f"`{name}` is not valid TOML", problems=problems, hint=hint) from exc
        self._lines = text.split("\n")
        self._places = _places(text)

    def place(self, path: Path = ()) -> str:
        """Return ``name:line:column`` of the value at a path, or of the nearest table around it."""
        for end in range(len(path), 0, -1):
            for found in (path[:end], (*path[:end], 0)):  # the first of an array of tables stands for all
                if found in self._places:
                    line, column = self._places[found]
                    return f"{self.name}:{line}:{column}"
        return f"{self.name}:1:1"

    def also(self, path: Path, meant: Path) -> None:
        """Let what stands at a path be found under another one too."""
        for found in [found for found in self._places if found[: len(path)] == path]:
            self._places[(*meant, *found[len(path) :])] = self._places[found]

    def place_of_text(self, path: Path, value: str) -> str:
        """Return the place of the opening quote of a text, also inside an inline table; else that of the path."""
        name, line, column = self.place(path).rsplit(":", 2)
        found = [
            start + 1
            for quote in "\"'"
            if (start := self._lines[int(line) - 1].find(f"{quote}{value}{quote}", int(column) - 1)) >= 0
        ]
        return f"{name}:{line}:{min(found, default=int(column))}"


def read_bytes(path: pathlib.Path, *, what: str, hint: str) -> bytes:
    """Read a file that people wrote.

    Parameters
    ----------
    path
        The file.
    what
        What it is, e.g. ``money file``.
    hint
        How to get one.

    Raises
    ------
    InputError
        There is no such file.
    """
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise InputError(f"the {what} `{path}` is not there", hint=hint) from None
    except IsADirectoryError:
        raise InputError(f"`{path}` is a folder; expected a {what}", hint=hint) from None


def text_of(data: bytes, *, name: str) -> str:
    """Decode UTF-8, with or without the mark that some editors write first.

    Raises
    ------
    DocumentError
        The bytes are not UTF-8; line and column are named.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        before = data[: exc.start]
        line, column = before.count(b"\n") + 1, exc.start - (before.rfind(b"\n") + 1) + 1
        raise DocumentError(
            f"`{name}` is not UTF-8 text",
            problems=[f"{name}:{line}:{column}: the byte 0x{data[exc.start]:02x} stands for nothing there"],
            hint="save it as UTF-8",
        ) from exc


def quoted(text: str) -> str:
    """Return a text as TOML writes it, in double quotes; control characters are spelled out."""
    inside = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in inside)


def key(name: str) -> str:
    """Return a name as a key of TOML: bare where it can be."""
    return name if _BARE.fullmatch(name) else quoted(name)


def _unreadable(text: str, name: str) -> Iterator[str]:
    """Yield what TOML does not read: a known slip is passed over, to find the next; anything else ends the search."""
    lines = text.split("\n")
    for _ in range(len(lines)):
        try:
            tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError as exc:
            found = _PLACE.search(str(exc))
            line, column = (int(found[1]), int(found[2])) if found else (len(lines), 1)
            what = _PLACE.sub("", str(exc)).strip()
            shown = lines[line - 1].strip() if 0 < line <= len(lines) else "the end of the file"
            yield f"{name}:{line}:{column}: {what}: `{shown}`{_instead(shown)}"
            key = KEY.match(lines[line - 1]) if 0 < line <= len(lines) and _instead(shown) else None
            if key is None or lines[line - 1] == f"{key[0]}0":
                return
            lines[line - 1] = f"{key[0]}0"
        else:
            return


_SLIPS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})", re.ASCII), lambda m: f"write {m[3]}-{m[2]:0>2}-{m[1]:0>2}"),
    (re.compile(r"(\d+),(\d+)", re.ASCII), lambda m: f"write {m[1]}.{m[2]}"),
    (re.compile(r"(\d+(?:\.\d+)?)\s*%", re.ASCII), lambda m: f"write {float(m[1]) / 100:g}"),
    (re.compile(r"(?<!\d)(\.\d+)", re.ASCII), lambda m: f"write 0{m[1]}"),
    (re.compile("[“”„‘’«»]"), lambda m: "write plain quotes"),
    (re.compile("[０-９]+"), lambda m: f"write {unicodedata.normalize('NFKC', m[0])}"),
    (re.compile(r"^\S+\s*=\s*([A-Za-z_][\w ]*)$"), lambda m: f'text stands in quotes: "{m[1]}"'),
)
"""What people write for a value that TOML does not read, and what to write."""


def _instead(line: str) -> str:
    """Return what to write instead, where that can be told; comments are not looked at."""
    value = line.partition("#")[0].strip()
    found = ((slip.search(value), told) for slip, told in _SLIPS)
    return next((f"; {told(match)}" for match, told in found if match), "")


def _places(text: str) -> dict[Path, tuple[int, int]]:
    places: dict[Path, tuple[int, int]] = {}
    table: Path = ()
    seen: dict[Path, int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if header := TABLE.match(line):
            keys = split(header[2])
            table = numbered(keys, seen, again=header[1] == "[[")
            places[table] = (number, line.index("[") + 1)
        elif key := KEY.match(line):
            places.setdefault(table + split(key[1]), (number, key.end() + 1))
    return places


def split(dotted: str) -> tuple[str, ...]:
    """Take a dotted key apart."""
    return tuple(quoted or single or bare for quoted, single, bare in _PIECE.findall(dotted))


def numbered(keys: tuple[str, ...], seen: dict[Path, int], *, again: bool) -> Path:
    """Turn ``rules`` of the second ``[[rules]]`` into ``("rules", 1)``, also for tables inside it."""
    path: Path = ()
    for index, key in enumerate(keys):
        path += (key,)
        if again and index == len(keys) - 1:
            seen[path] = seen.get(path, -1) + 1
        if path in seen:
            path += (seen[path],)
    return path

"""Change a TOML document to say something else, and leave every byte that need not change."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from golive.approve.sheet.spans import blocks
from golive.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from golive.approve.sheet.spans import Entry
    from golive.records.toml import Path

    Data = dict[str, Any]

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def rewritten(text: str, new: Data, *, name: str) -> str:
    """Return a document that says ``new``; what it said alike before keeps its bytes, comments included.

    A comment directly above a table goes with it, but one above the first table of a kind stays where it is.

    Parameters
    ----------
    text
        A valid document.
    new
        What it must say.
    name
        How messages call it.

    Raises
    ------
    DocumentError
        The document is written in a way that cannot be changed in place.
    """
    if same(tomllib.loads(text), new):
        return text
    editor = _Editor(text)
    result = editor.changed(new)
    try:
        right = same(tomllib.loads(result), new) and not editor.loses
    except tomllib.TOMLDecodeError:
        right = False
    if not right:
        raise DocumentError(
            f"`{name}` is written in a way that cannot be changed from a workbook",
            hint="write each rule, band and case as a table of its own: [[rules]], [[bands]], [[cases]]",
        )
    return result


def same(one: Any, two: Any) -> bool:
    """Return whether two values are equal; true is not 1, 1 is 1.0."""
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    return bool(one == two)


def written(value: Any) -> str:
    """Write a value as TOML on one line."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{key(name)} = {written(item)}" for name, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    return repr(value)


def key(name: str) -> str:
    """Write a key."""
    return name if _BARE.fullmatch(name) else _text(name)


def _text(value: str) -> str:
    if '"' in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


@dataclass(frozen=True)
class _Edit:
    start: int
    end: int
    text: str


class _Editor:
    """Collects edits of one document."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line = "\r\n" if "\r\n" in text else "\n"
        self.blocks = blocks(text)
        self.edits: list[_Edit] = []
        self.tail: list[str] = []
        self.loses = False
        """Whether a comment would be lost."""

    def changed(self, new: Data) -> str:
        self.table((), tomllib.loads(self.text), new)
        text = self.text
        for edit in sorted(self.edits, key=lambda edit: (edit.start, edit.end), reverse=True):
            text = text[: edit.start] + edit.text + text[edit.end :]
        if self.tail and text and not text.endswith("\n"):
            text += self.line
        return text + "".join(self.line + block for block in self.tail)

    def table(self, path: Path, old: Data, new: Data) -> None:
        for name in old:
            if name not in new:
                self.remove((*path, name))
            elif not same(old[name], new[name]):
                self.value((*path, name), old[name], new[name])
        added = {name: value for name, value in new.items() if name not in old}
        for name, value in added.items():
            if isinstance(value, dict) and not path:
                self.tail.append(self.block(path, name, value))
            elif _is_array(value):
                self.tail += [self.array_block(name, item) for item in value]
        self.add(path, {name: value for name, value in added.items() if path or not _is_table(value)})

    def value(self, path: Path, old: Any, new: Any) -> None:
        entry = self.entry(path)
        if entry is not None:
            there = self.text[entry.value : entry.value_end]
            self.loses |= "\n" in there and "#" in there  # comments inside of a list of several lines
            self.edits.append(_Edit(entry.value, entry.value_end, written(new)))
        elif _is_array(old):
            self.array(path, old, new)
        elif isinstance(new, dict):
            self.table(path, old, new)

    def remove(self, path: Path) -> None:
        size = len(path)
        for block in self.blocks:
            if block.path[:size] == path:
                self.edits.append(_Edit(block.lead, block.end, ""))
            else:
                self.edits += [_Edit(e.start, e.end, "") for e in block.entries if e.path[:size] == path]

    def add(self, path: Path, values: Data) -> None:
        if not values:
            return
        lines = "".join(f"{key(name)} = {written(value)}{self.line}" for name, value in values.items())
        there = [block for block in self.blocks if block.path == path]
        if there:
            at = there[0].end
            broken = at > 0 and self.text[at - 1] != "\n"
            self.edits.append(_Edit(at, at, (self.line if broken else "") + lines))
        else:
            self.tail.append(f"[{'.'.join(key(str(part)) for part in path)}]{self.line}{lines}")

    def block(self, path: Path, name: str, value: Data) -> str:
        """Write a table, with the tables in it behind it."""
        whole = (*path, name)
        inner = {part: item for part, item in value.items() if isinstance(item, dict) and part in ("overflow", "texts")}
        lines = [f"{key(part)} = {written(item)}{self.line}" for part, item in value.items() if part not in inner]
        head = f"[{'.'.join(key(str(part)) for part in whole)}]{self.line}" if lines or not inner else ""
        return self.line.join([head + "".join(lines), *(self.block(whole, part, item) for part, item in inner.items())])

    def array_block(self, name: str, item: Data) -> str:
        lines = (f"{key(part)} = {written(value)}{self.line}" for part, value in item.items())
        return f"[[{key(name)}]]{self.line}{''.join(lines)}"

    def array(self, path: Path, old: list[Data], new: list[Data]) -> None:
        """Change tables of one kind: each in place, or, where some came, went or moved, all of them anew."""
        slots = [self.slot((*path, index), index) for index in range(len(old))]
        origin = list(_matched(old, new))
        if origin == list(range(len(old))):
            for index, (before, after) in enumerate(zip(old, new, strict=True)):
                self.table((*path, index), before, after)
            return
        name = str(path[-1])
        texts = [
            self.array_block(name, item) if source is None else self.moved(slots[source], name, item)
            for source, item in zip(origin, new, strict=True)
        ]
        for (start, end), text in zip(slots, texts, strict=False):
            self.edits.append(_Edit(start, end, text))
        more = "".join(self.line + text for text in texts[len(slots) :])
        start, end = slots[-1]
        if more:
            self.edits[-1] = _Edit(start, end, texts[len(slots) - 1] + more)
        for start, end in slots[len(texts) :]:
            blank = re.compile(r"(\r?\n)?").match(self.text, end)
            self.edits.append(_Edit(start, blank.end() if blank else end, ""))

    def moved(self, slot: tuple[int, int], name: str, item: Data) -> str:
        text = self.text[slot[0] : slot[1]]
        text = text if text.endswith("\n") else text + self.line
        return _Editor(text).changed({name: [item]})

    def slot(self, path: Path, index: int) -> tuple[int, int]:
        """Return where a table of an array stands, with the comments above it; those above the first stay."""
        mine = [block for block in self.blocks if block.path[: len(path)] == path]
        if not mine:
            return len(self.text), len(self.text)
        return (mine[0].lead if index else mine[0].start), mine[-1].end

    def entry(self, path: Path) -> Entry | None:
        return next((entry for block in self.blocks for entry in block.entries if entry.path == path), None)


def _matched(old: Sequence[Data], new: Iterable[Data]) -> Iterable[int | None]:
    """Return for each new table the old one that it was: that of its id, else one that says the same, else the next."""
    free = dict(enumerate(old))
    listed = list(new)
    found: list[int | None] = [None] * len(listed)
    for alike in (_same_id, same):
        for place, item in enumerate(listed):
            if found[place] is None:
                found[place] = next((index for index, before in free.items() if alike(before, item)), None)
                free.pop(found[place], None)  # type: ignore[arg-type]  # None is no key
    if len(listed) == len(old):  # a changed id, a changed case: it stayed where it was
        for place in range(len(listed)):
            if found[place] is None and place in free:
                found[place] = place
                del free[place]
    return found


def _same_id(one: Data, two: Data) -> bool:
    return "id" in one and one.get("id") == two.get("id")


def _is_array(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or _is_array(value)

"""One line of ``.golive/history.jsonl``: on which day an item came into a state. So later models have a past."""

from __future__ import annotations

from datetime import date

import msgspec

from golive.errors import InputError
from golive.records.document import Record, encode_line
from golive.records.status import State

HISTORY = ".golive/history.jsonl"


class Change(Record, frozen=True, kw_only=True, tag="change/1"):
    day: date
    """Of the fact, where it has one; else the day on which it was first seen."""
    item: str
    """Of an item (``approve.sign.risk``), or of a stage (``approve``)."""
    state: State


def written(changes: tuple[Change, ...]) -> bytes:
    """Return the lines."""
    return b"".join(encode_line(change) for change in changes)


def parse(data: bytes, *, name: str) -> tuple[Change, ...]:
    """Read the lines.

    Raises
    ------
    InputError
        A line that is none: its number is named.
    """
    found = []
    for number, line in enumerate(data.splitlines(), start=1):
        try:
            found.append(msgspec.json.decode(line, type=Change))
        except (msgspec.MsgspecError, UnicodeDecodeError) as exc:
            raise InputError(
                f"line {number} of `{name}` is not what golive status writes: {exc}",
                hint="take the line out, or restore the file from version control",
            ) from exc
    return tuple(found)

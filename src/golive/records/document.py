"""How a record becomes bytes and comes back: one encoding, every problem named."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any, NewType, TypeVar

import msgspec
import msgspec.structs

from golive.errors import BundleError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Digest = NewType("Digest", str)
"""``sha256:`` and 64 hexadecimal digits, over bytes on disk."""

R = TypeVar("R", bound="Record")
_NO_NUMBER = frozenset({str, int, bool, type(None)})


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="format"):
    """The base of every document. Subclasses name their format with ``tag="contract/1"``."""

    def __post_init__(self) -> None:
        if _all_finite(self):
            return
        for path, value in _numbers(self):
            if not math.isfinite(value):
                raise InputError(
                    f"`{type(self).__name__}{path}` is {value}",
                    hint="a document holds finite numbers only; use null where there is no number",
                )


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A piece of a record; checked when the record that holds it is made."""


def digest(data: bytes) -> Digest:
    """Return the digest of some bytes."""
    return Digest("sha256:" + hashlib.sha256(data).hexdigest())


def digest_file(path: Path) -> Digest:
    """Return the digest of a file's bytes, read in pieces."""
    with path.open("rb") as file:
        return Digest("sha256:" + hashlib.file_digest(file, "sha256").hexdigest())


def encode(record: Record | dict[str, Any] | list[Any]) -> bytes:
    """Encode as indented JSON with a final newline: the same record, the same bytes."""
    return msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"


def encode_line(record: Record | dict[str, Any]) -> bytes:
    """Encode as one line of JSON lines, newline included."""
    return msgspec.json.encode(record) + b"\n"


def decode(data: bytes, kind: type[R], *, name: str) -> R:
    """Decode one record.

    Raises
    ------
    BundleError
        Truncated, not JSON, an unknown field, a wrong type or another format number; ``name`` is named.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as exc:
        raise BundleError(
            f"`{name}` is not a readable `{kind.__struct_config__.tag}` document: {exc}",
            hint="the file was truncated, edited, or written by another version of golive; restore it",
        ) from exc


def write(record: Record, path: Path) -> Digest:
    """Write the record and return the digest of what was written."""
    data = encode(record)
    path.write_bytes(data)
    return digest(data)


def read(path: Path, kind: type[R]) -> R:
    """Read one record from a file."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise BundleError(
            f"`{path}` is missing", hint=f"expected a `{kind.__struct_config__.tag}` document there"
        ) from None
    return decode(data, kind, name=path.name)


def _all_finite(value: Any) -> bool:
    """Return whether `_numbers` would find nothing wrong, in a tenth of its time: one is made for each decision."""
    if isinstance(value, msgspec.Struct):
        items: Iterable[Any] = msgspec.structs.astuple(value)
    elif isinstance(value, (list, tuple)):
        items = value
    elif isinstance(value, dict):
        items = value.values()
    else:
        return not isinstance(value, float) or math.isfinite(value)
    for item in items:
        kind = type(item)
        if kind is float:
            if not math.isfinite(item):
                return False
        elif kind not in _NO_NUMBER and not _all_finite(item):
            return False
    return True


def _numbers(value: Any, path: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(value, float):
        yield path, value
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from _numbers(getattr(value, field), f"{path}.{field}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _numbers(item, f"{path}[{key!r}]")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _numbers(item, f"{path}[{index}]")

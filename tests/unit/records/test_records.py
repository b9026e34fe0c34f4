"""What holds for every record: the same bytes, no NaN, no unknown field, no other format."""

from __future__ import annotations

import datetime
import importlib
import math
import pkgutil
import types
import typing
from enum import Enum
from typing import Any

import msgspec
import pytest

import golive.records
from golive.errors import BundleError, GoliveError, InputError
from golive.records.document import Part, Record, decode, digest, encode, encode_line, read, write
from golive.records.golden import Golden, GoldenRow

for module in pkgutil.iter_modules(golive.records.__path__, "golive.records."):
    importlib.import_module(module.name)


def every(kind: type[Record]) -> list[type[Record]]:
    return [kind for child in kind.__subclasses__() for kind in (child, *every(child))]


DOCUMENTS = [kind for kind in every(Record) if kind.__module__.startswith("golive.records")]
"""A room may give a record a face, as `prove` does for notebooks; on disk it is the same document."""
RECORDS = sorted(DOCUMENTS, key=lambda kind: str(kind.__struct_config__.tag))
PLAIN: dict[type, Any] = {int: 2, str: "é", bool: True, type(None): None, datetime.date: datetime.date(2026, 11, 24)}


def sample(of: Any, number: float = 1.5) -> Any:
    """Return a value of a type, with every optional part there."""
    origin, args = typing.get_origin(of), typing.get_args(of)
    if of is float:
        return number
    if of in PLAIN:
        return PLAIN[of]
    if isinstance(of, typing.NewType):
        return sample(of.__supertype__, number)
    if isinstance(of, type) and issubclass(of, Enum):
        return next(iter(of))
    if isinstance(of, type) and issubclass(of, msgspec.Struct):
        return made(of, number)
    if origin is typing.Literal:
        return args[0]
    if origin is typing.Annotated:
        return sample(args[0], number)
    if origin in (types.UnionType, typing.Union):
        return sample(float if float in args else args[0], number)
    if origin is tuple:
        return tuple(sample(arg, number) for arg in args if arg is not Ellipsis)
    if origin is list:
        return [sample(args[0], number)]
    assert origin is dict, of
    return {"k": sample(args[1], number)}


def made(kind: type[msgspec.Struct], number: float = 1.5) -> Any:
    hints = typing.get_type_hints(kind, include_extras=True)
    return kind(**{name: sample(hints[name], number) for name in kind.__struct_fields__})


def test_every_record_has_its_own_format_number() -> None:
    tags = [str(kind.__struct_config__.tag) for kind in RECORDS]
    assert len(set(tags)) == len(tags) > 10
    assert all(tag.partition("/")[2].isdigit() for tag in tags), tags


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__struct_config__.tag)
def test_a_record_comes_back_as_it_was_and_encodes_to_the_same_bytes(kind: type[Record]) -> None:
    record = made(kind)
    data = encode(record)
    assert decode(data, kind, name="x.json") == record
    assert encode(decode(data, kind, name="x.json")) == data
    assert data.endswith(b"}\n")
    assert f'"format": "{kind.__struct_config__.tag}"'.encode() in data
    assert decode(encode_line(record), kind, name="x.json") == record


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__struct_config__.tag)
def test_a_record_that_was_edited_or_truncated_is_refused_by_name(kind: type[Record]) -> None:
    data = encode(made(kind))
    tag = str(kind.__struct_config__.tag).encode()
    for wrong in (
        data[: len(data) // 2],
        b"",
        b"[]",
        b"\xff" + data,
        data.replace(b'"format"', b'"unknown": 1, "format"', 1),
        data.replace(tag, tag[: tag.index(b"/")] + b"/999", 1),
        data.replace(b'"format"', b'"formt"', 1),
    ):
        with pytest.raises(BundleError, match=r"`x\.json` is not a readable"):
            decode(wrong, kind, name="x.json")


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__struct_config__.tag)
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_record_with_a_number_that_is_not_finite_cannot_be_made(kind: type[Record], number: float) -> None:
    if "1.5" not in repr(made(kind)):
        assert b"1.5" not in encode(made(kind))  # it has no number that could be one
        return
    with pytest.raises(GoliveError, match=str(number)):
        made(kind, number)


def test_records_are_frozen_and_take_keywords_only() -> None:
    for kind in (*RECORDS, *Part.__subclasses__()):
        assert kind.__struct_config__.frozen, kind
        assert kind.__struct_config__.forbid_unknown_fields, kind
        with pytest.raises(TypeError, match="positional"):
            kind("")


def test_the_place_of_a_number_that_is_not_finite_is_named() -> None:
    row = GoldenRow(inputs={"a": 1.0}, cleaned={}, score=math.nan, contributions={})
    with pytest.raises(InputError, match=r"`Golden\.rows\[0\]\.score` is nan"):
        Golden(rows=(row,))
    row = GoldenRow(inputs={"a": math.inf}, cleaned={}, score=0.5, contributions={})
    with pytest.raises(InputError, match=r"inputs\['a'\]` is inf"):
        Golden(rows=(row,))


def test_a_digest_is_taken_over_the_bytes_on_disk(tmp_path: Any) -> None:
    path = tmp_path / "golden.json"
    given = write(Golden(rows=()), path)
    assert given == digest(path.read_bytes())
    assert given.startswith("sha256:")
    assert len(given) == 71
    assert read(path, Golden) == Golden(rows=())
    path.write_bytes(path.read_bytes().replace(b"\n", b"\n\n"))
    assert read(path, Golden) == Golden(rows=())  # the same record
    assert digest(path.read_bytes()) != given  # other bytes


def test_a_record_that_is_missing_is_named(tmp_path: Any) -> None:
    with pytest.raises(BundleError, match=r"none\.json` is missing"):
        read(tmp_path / "none.json", Golden)

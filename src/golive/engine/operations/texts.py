"""Operations on text. By column each runs once per value of the dictionary, not once per row."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.engine.operations import kinds
from golive.engine.operations.operation import Booleans, Constants, Functions, Numbers, Operation, Text, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _mapped(f: Callable[[str], str | None]) -> Functions:
    def row(x: str | None) -> str | None:
        return None if x is None else f(x)

    def columns(x: Text) -> Text:
        ids: dict[str | None, int] = {None: -1}
        table = [ids.setdefault(f(value), len(ids) - 1) for value in x.values]
        return Text(np.asarray([*table, -1], dtype=np.int32)[x.codes], [value for value in ids if value is not None])

    return Functions(row, columns)


def _tested(f: Callable[[str], bool]) -> Functions:
    def row(x: str | None) -> bool:
        return x is not None and f(x)

    def columns(x: Text) -> Booleans:
        return np.asarray([*map(f, x.values), False], dtype=np.bool_)[x.codes]

    return Functions(row, columns)


def _replace(constants: Constants) -> Functions:
    old, new = constants.params["old"], constants.params["new"]
    return _mapped(lambda x: x.replace(old, new))


def _trim(constants: Constants) -> Functions:
    characters = constants.params["characters"]
    return _mapped(lambda x: x.strip(characters))


def _slice(constants: Constants) -> Functions:
    start, stop = (None if end is None else int(end) for end in (constants.params["start"], constants.params["stop"]))
    return _mapped(lambda x: x[start:stop])


def _split(constants: Constants) -> Functions:
    sep, index = constants.params["sep"], int(constants.params["index"])

    def piece(x: str) -> str | None:
        pieces = x.split(sep)
        return pieces[index] if -len(pieces) <= index < len(pieces) else None

    return _mapped(piece)


def _text_of(f: Callable[[str, str], bool]) -> Callable[[Constants], Functions]:
    def start(constants: Constants) -> Functions:
        text = constants.params["text"]
        return _tested(lambda x: f(x, text))

    return start


def _concat_row(x: str | None, y: str | None) -> str | None:
    return None if x is None or y is None else x + y


def _concat(x: Text, y: Text) -> Text:
    missing = (x.codes < 0) | (y.codes < 0)
    pair = x.codes.astype(np.int64) * max(len(y.values), 1) + y.codes
    pairs, codes = np.unique(np.where(missing, -1, pair), return_inverse=True)
    values = [x.values[p // len(y.values)] + y.values[p % len(y.values)] for p in pairs.tolist() if p >= 0]
    shift = len(pairs) - len(values)  # 1 when the first pair is the missing one
    return Text((codes.reshape(pair.shape) - shift).astype(np.int32), values)


def _length_row(x: str | None) -> float:
    return math.nan if x is None else float(len(x))


def _length(x: Text) -> Numbers:
    return np.asarray([*map(len, x.values), np.nan], dtype=np.float64)[x.codes]


def _simple(f: Callable[[str], Any]) -> Operation:
    functions = _mapped(f)
    return Operation("t -> t", lambda _: functions)


TEXTS: Mapping[str, Operation] = {
    "lower": _simple(str.lower),
    "upper": _simple(str.upper),
    "strip": _simple(str.strip),
    "trim": Operation("t -> t", _trim, {"characters": kinds.is_some_text}),
    "replace": Operation("t -> t", _replace, {"old": kinds.is_some_text, "new": kinds.is_text}),
    "slice": Operation("t -> t", _slice, {"start": kinds.is_whole_or_null, "stop": kinds.is_whole_or_null}),
    "split": Operation("t -> t", _split, {"sep": kinds.is_some_text, "index": kinds.is_whole}),
    "concat": plain("t, t -> t", _concat_row, _concat),
    "contains": Operation("t -> b", _text_of(lambda x, text: text in x), {"text": kinds.is_text}),
    "starts_with": Operation("t -> b", _text_of(str.startswith), {"text": kinds.is_text}),
    "ends_with": Operation("t -> b", _text_of(str.endswith), {"text": kinds.is_text}),
    "length": plain("t -> n", _length_row, _length),
}

"""A request body as JSON, read strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from golive.serve.answers import RequestError, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.serve.answers import Answer

LIMIT = 1_000_000
"""Bytes of a body."""
_HOPELESS = 10 * LIMIT


class Counted:
    """A body while it is read. What lies over the limit is thrown away, not kept."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._length = 0

    def take(self, piece: bytes) -> None:
        """Add a piece."""
        self._length += len(piece)
        if self._length <= LIMIT:
            self._pieces.append(piece)

    @property
    def hopeless(self) -> bool:
        """Too long to go on reading. Up to here it is read to its end, so that the caller can read the refusal."""
        return self._length > _HOPELESS

    def body(self) -> bytes | Answer:
        """Return the bytes, or the refusal of too many."""
        return b"".join(self._pieces) if self._length <= LIMIT else too_large().answer


def parse(body: bytes, content_type: str) -> object:
    """Return the value of a JSON body.

    Refused: another content type or character set, bytes that are not UTF-8, text that is not JSON, ``NaN`` and
    ``Infinity``, numbers beyond a double, a key that stands twice in one object, half a surrogate pair.

    Raises
    ------
    RequestError
        With the answer that says what is wrong.
    """
    _check_type(content_type)
    try:
        text = body.decode("utf-8")
        value: object = _FAST.decode(text)
        if _doubtful(value, text.count(":")):
            value = _STRICT.decode(text)
        if "\\u" in text:  # only an escape can smuggle half a pair in
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError) as exc:
        raise _malformed(f"the body is not UTF-8 text: {exc.reason}") from exc
    except RecursionError:
        raise _malformed("the body is nested too deeply") from None
    except ValueError as exc:
        raise _malformed(f"the body is not JSON: {exc}") from exc
    return value


def too_large() -> RequestError:
    """Return the refusal of a body over the limit."""
    detail = f"the body is longer than {LIMIT:,} bytes; send fewer cases at a time"
    return refuse(413, "too-large", "The body is too large", detail)


def _check_type(content_type: str) -> None:
    if content_type == "application/json":
        return
    from email.message import Message  # nearly nobody writes it otherwise

    message = Message()
    message["content-type"] = content_type
    charset = str(message.get_param("charset", "utf-8")).lower()
    if message.get_content_type() != "application/json" or charset not in ("utf-8", "utf8"):
        detail = f"the content type is `{content_type}`, expected `application/json` in UTF-8"
        raise refuse(415, "content-type", "The body is not declared as JSON", detail)


def _malformed(detail: str) -> RequestError:
    return refuse(400, "malformed-json", "The body is not JSON that everybody reads alike", detail)


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key `{twice}` stands twice in one object")
    return value


def _doubtful(value: object, colons: int) -> bool:
    """Say whether a number may be beyond a double, or a key may stand twice: then there are more colons than keys."""
    waiting: list[Any] = [] if type(value) in _NEITHER else [value]
    keys = 0
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            keys += len(one)
            waiting += [inner for inner in one.values() if type(inner) not in _NEITHER]
        elif isinstance(one, list):
            waiting += [inner for inner in one if type(inner) not in _NEITHER]
        elif not math.isfinite(one):
            return True
    return keys != colons


def _constant(literal: str) -> float:
    raise ValueError(f"`{literal}` is not a JSON value; a missing number is null")


def _float(literal: str) -> float:
    value = float(literal)
    if not math.isfinite(value):
        raise ValueError(f"the number `{literal[:40]}` is beyond a double")
    return value


_NEITHER = frozenset({str, int, bool, type(None)})
_FAST = json.JSONDecoder(parse_constant=_constant)
"""Reads what is right in half the time, and does not see everything that is wrong."""
_STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)

"""What goes back to the caller: a status and a document, and for everything refused a problem (RFC 9457)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from golive.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MISSING = object()
"""Stands for the value of a field that is not there."""

_SHOWN = 80
"""Characters of a wrong value that are sent back."""


class Answer(NamedTuple):
    """A finished answer, before it is written to any wire."""

    status: int
    document: object
    """Becomes JSON; bytes stay as they are."""
    headers: Mapping[str, str] = {}
    kind: str = ""
    """Media type, where it is not JSON."""

    @property
    def media_type(self) -> str:
        if self.kind:
            return self.kind
        return "application/json" if self.status < 400 else "application/problem+json"

    @property
    def body(self) -> bytes:
        return self.document if isinstance(self.document, bytes) else msgspec.json.encode(self.document)


class Wrong(NamedTuple):
    """One wrong field of a request."""

    path: str
    """JSON pointer into the body."""
    problem: str
    value: object
    expected: str


class RequestError(InputError):
    """A request that cannot be answered as asked; carries the answer that says why."""

    def __init__(self, answer: Answer, message: str) -> None:
        self.answer = answer
        super().__init__(message)


def refuse(
    status: int, kind: str, title: str, detail: str, *, wrong: Sequence[Wrong] = (), headers: Mapping[str, str] = {}
) -> RequestError:
    """Make the error that ends a request.

    Parameters
    ----------
    status
        HTTP status.
    kind
        Last part of the problem's type, which clients may compare.
    title, detail
        For people: what kind of thing is wrong, and what is wrong here.
    wrong
        Every wrong field.
    headers
        To send along, e.g. ``Allow``.
    """
    return RequestError(problem(status, kind, title, detail, wrong=wrong, headers=headers), detail)


def problem(
    status: int, kind: str, title: str, detail: str, *, wrong: Sequence[Wrong] = (), headers: Mapping[str, str] = {}
) -> Answer:
    """Make the answer of a problem."""
    document: dict[str, object] = {
        "type": f"urn:golive:problem:{kind}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    if wrong:
        document["errors"] = [_entry(one) for one in wrong]
    return Answer(status, document, headers)


def _entry(wrong: Wrong) -> dict[str, object]:
    entry: dict[str, object] = {"path": wrong.path, "problem": wrong.problem}
    if wrong.value is not MISSING:
        entry["value"] = _shown(wrong.value)
    return entry | {"expected": wrong.expected}


def _shown(value: object) -> object:
    """Return a value as it came, or the start of its JSON where it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= _SHOWN else text[:_SHOWN] + "…"

"""What a request must look like. Every wrong field is named at once, by its JSON pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from golive.serve.answers import MISSING, Wrong, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOST = 1_000
"""Entries of one request."""

T = TypeVar("T")


class Asked(NamedTuple):
    """A request as a list, and whether it came as one."""

    entries: list[dict[str, object]]
    many: bool

    def answer(self, documents: Sequence[T]) -> Sequence[T] | T:
        """Return a list for a list and one document for one."""
        return documents if self.many else documents[0]


class Field(NamedTuple):
    """A field of an entry."""

    holds: Callable[[object], bool]
    expected: str
    required: bool = True


def short_text(value: object) -> bool:
    """Say whether a value is one line of 1 to 200 characters."""
    return isinstance(value, str) and 0 < len(value) <= 200 and value.isprintable()


def long_text(value: object) -> bool:
    """Say whether a value is text of at most 2,000 characters, lines allowed."""
    return isinstance(value, str) and len(value) <= 2_000 and value.replace("\n", "").isprintable()


def an_object(value: object) -> bool:
    """Say whether a value is a JSON object."""
    return isinstance(value, dict)


LINE = "text of 1 to 200 printable characters"
CASE_ID = Field(short_text, LINE)
DECISION: Mapping[str, Field] = {
    "case_id": CASE_ID,
    "inputs": Field(an_object, "an object: input name -> value"),
    "subject": Field(short_text, LINE, required=False),
}
OUTCOME: Mapping[str, Field] = {"case_id": CASE_ID, "outcome": Field(short_text, LINE)}
ACTION: Mapping[str, Field] = {
    "case_id": CASE_ID,
    "action": Field(short_text, LINE),
    "by": Field(short_text, LINE),
    "role": Field(short_text, LINE, required=False),
    "reason": Field(long_text, "text of at most 2,000 printable characters", required=False),
}


def asked(value: object, fields: Mapping[str, Field]) -> Asked:
    """Check the shape of a request: one object or a list of up to 1,000.

    Raises
    ------
    RequestError
        Status 422, with every wrong field.
    """
    many = isinstance(value, list)
    entries: list[Any] = value if isinstance(value, list) else [value]
    if len(entries) > MOST:
        raise wrong_fields([Wrong("", f"is a list of {len(entries):,}", MISSING, f"at most {MOST:,} entries")])
    wrong = [one for index, entry in enumerate(entries) for one in _wrong(entry, f"/{index}" if many else "", fields)]
    if wrong:
        raise wrong_fields(wrong)
    return Asked(entries, many)


def wrong_fields(wrong: Sequence[Wrong]) -> Exception:
    """Return the refusal that names every wrong field."""
    count = "one field is" if len(wrong) == 1 else f"{len(wrong)} fields are"
    return refuse(422, "wrong-fields", "The request does not have the expected form", f"{count} wrong", wrong=wrong)


def _wrong(entry: object, path: str, fields: Mapping[str, Field]) -> list[Wrong]:
    if not isinstance(entry, dict):
        return [Wrong(path, "is not an object", entry, f"an object with {', '.join(fields)}")]
    wrong = []
    for name, field in fields.items():
        if name not in entry:
            if field.required:
                wrong.append(Wrong(f"{path}/{name}", "is missing", MISSING, field.expected))
        elif not field.holds(entry[name]):
            wrong.append(Wrong(f"{path}/{name}", "is not as expected", entry[name], field.expected))
    unknown = [name for name in entry if name not in fields]
    return wrong + [
        Wrong(pointer(path, name), "is unknown", entry[name], f"only {', '.join(fields)}") for name in unknown
    ]


def pointer(path: str, key: str) -> str:
    """Add a key to a JSON pointer (RFC 6901)."""
    return f"{path}/{key.replace('~', '~0').replace('/', '~1')}"

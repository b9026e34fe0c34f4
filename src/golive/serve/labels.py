"""Which outcomes a case of the bundle may have: what the evidence was measured on, so that a slip is told at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from golive.serve.answers import Wrong
from golive.serve.shapes import wrong_fields

if TYPE_CHECKING:
    from pathlib import Path

    from golive.serve.shapes import Asked

_FILE = "evidence/evidence.json"


class _Evidence(msgspec.Struct):
    """As much of the evidence as is looked at."""

    event: str = ""
    other: str = ""


def labels(bundle: Path) -> tuple[str, ...]:
    """Return both labels of the outcome; none where the bundle does not say them, and then any text is taken."""
    try:
        found = msgspec.json.decode((bundle / _FILE).read_bytes(), type=_Evidence)
    except (msgspec.MsgspecError, OSError):
        return ()
    return (found.event, found.other) if found.event and found.other else ()


def need_known(asked: Asked, known: tuple[str, ...]) -> None:
    """Refuse outcomes that no case of the bundle can have, all at once; a third label would end the watching."""
    expected = f"one of {', '.join(known)}"
    wrong = [
        Wrong(f"/{index}/outcome" if asked.many else "/outcome", "is no outcome here", entry["outcome"], expected)
        for index, entry in enumerate(asked.entries)
        if known and entry["outcome"] not in known
    ]
    if wrong:
        raise wrong_fields(wrong)

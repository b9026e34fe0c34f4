"""What an attacker or an accident does, in copies only, to see it refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.errors import GoliveError, ParityError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def change_one_byte(path: Path, *, behind: bytes = b"") -> None:
    """Flip one bit: in the middle of the file, or in the byte behind a text that stands in it."""
    data = bytearray(path.read_bytes())
    data[data.index(behind) + len(behind) if behind else len(data) // 2] ^= 1
    path.write_bytes(data)


def refusal(attempt: Callable[[], object]) -> str:
    """Return how an attempt is refused. One that goes through ends the demo: it would be the worst thing to hide."""
    try:
        attempt()
    except GoliveError as exc:
        return exc.message
    raise ParityError("something that was changed was accepted")

"""Where in the user's code we are, and how to say no there."""

from __future__ import annotations

import linecache
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from golive.errors import UnsupportedError

if TYPE_CHECKING:
    from types import TracebackType

_files: set[str] = set()


@dataclass(frozen=True, slots=True)
class Site:
    """A line of the user's code."""

    file: str
    line: int

    @property
    def where(self) -> str:
        """``clean.py:12``: the name only, so that the same code gives the same bytes in any folder."""
        return f"{Path(self.file).name}:{self.line}"

    @property
    def source(self) -> str:
        return linecache.getline(self.file, self.line).strip()


def remember(file: str) -> None:
    """From now on frames of this file count as the user's."""
    _files.add(file)


def is_user(file: str) -> bool:
    """Whether code of this file is the user's."""
    return file in _files


def here() -> Site | None:
    """The innermost line of the user's code that is running."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename in _files:
            return Site(frame.f_code.co_filename, frame.f_lineno)
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None


def last(trace: TracebackType | None) -> Site | None:
    """The innermost line of the user's code that an exception went through."""
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in _files:
            found = Site(trace.tb_frame.f_code.co_filename, trace.tb_lineno)
        trace = trace.tb_next
    return found


def refusal(what: str, rewrite: str = "", at: Site | None = None) -> UnsupportedError:
    """The error to raise: what is wrong, the user's own line, and what to write instead."""
    at = at or here()
    if at is None:
        return UnsupportedError(what, hint=rewrite)
    source = f"\n  {at.source}" if at.source else ""
    return UnsupportedError(f"{what}{source}", where=at.where, hint=rewrite)

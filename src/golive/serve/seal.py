"""Are the files of the bundle still those that were opened? Asked again whenever one of them changed on disk.

What runs was read into memory and cannot be changed from outside; but a bundle that somebody writes to is not the one
that was approved, so nothing is decided until it is whole again.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from golive.engine.bundle import load
from golive.engine.files import KNOWN
from golive.engine.signed import subjects
from golive.errors import GoliveError
from golive.serve.answers import refuse
from golive.serve.stamp import stamp

if TYPE_CHECKING:
    from pathlib import Path

    from golive.engine.bundle import Bundle
    from golive.serve.stamp import Stamp

log = logging.getLogger("golive.serve")

_FOLDERS = tuple(sorted({name.rpartition("/")[0] for name in KNOWN}))
"""Those a bundle has; a file that was added shows in the time of its folder."""
_NOT_OURS = "signoff.jsonl"
"""The gate reads it."""


class Seal:
    """Breaks when a file of an open bundle is changed, added or removed, and heals when it is as it was.

    Parameters
    ----------
    bundle
        As it was opened.
    every
        Seconds between two looks at the files.
    """

    def __init__(self, bundle: Bundle, *, every: float) -> None:
        self._bundle, self._every = bundle, every
        self._paths = _paths(bundle.path)
        self._seen = self._look()  # before they are read: what changes meanwhile is looked at again
        self._signed = frozenset(subjects(bundle.path))
        self._next = time.monotonic() + every
        self._problem = ""

    def check(self) -> None:
        """Raise `RequestError` (503) while the files are not those that were opened."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + self._every
            self._look_again()
        if self._problem:
            detail = "a file of the bundle was changed while the service ran"
            raise refuse(503, "bundle", "Nothing is decided now", detail)

    def _look_again(self) -> None:
        found = self._look()
        if found == self._seen:
            return
        self._seen = found
        problem = self._changed()
        if problem != self._problem:
            log.error("%s", problem or "the bundle is whole again")
        self._problem = problem

    def _changed(self) -> str:
        """Return what is wrong, in words, or nothing."""
        path, opened = self._bundle.path, self._bundle
        try:
            found, signed = load(path), frozenset(subjects(path))
        except (GoliveError, OSError) as exc:
            return f"nothing is decided: {exc}"
        if (found.id, found.policy_digest) != (opened.id, opened.policy_digest):
            return f"nothing is decided: `{path.name}` holds another bundle or policy than the one that was opened"
        others = sorted({one.name for one in signed ^ self._signed})
        return f"nothing is decided: {', '.join(others)} of `{path.name}` changed since it was opened" if others else ""

    def _look(self) -> list[Stamp | None]:
        return [stamp(path) for path in self._paths]


def _paths(bundle: Path) -> list[Path]:
    if not bundle.is_dir():
        return [bundle]
    names = sorted(KNOWN - {_NOT_OURS})
    return [bundle / name for name in (*_FOLDERS, *names)]

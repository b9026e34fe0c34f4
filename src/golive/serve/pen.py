"""The connection of one process to its journal: whoever holds the pen writes, for himself and for those who wait."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING, Protocol

from golive.engine import journal
from golive.errors import GoliveError, WorldError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.engine.journal import Address, AnyRow, Route, Writer, Written

log = logging.getLogger("golive.serve")

MOST = 5_000
"""Rows of one commit; more wait for the next."""


class Told(Protocol):
    """Hears what became of some rows; a `Future` is one."""

    def set_result(self, result: Written, /) -> None:
        """It is durable."""

    def set_exception(self, exception: BaseException, /) -> None:
        """It is not."""


class Job(Protocol):
    """Rows that wait to be written."""

    @property
    def rows(self) -> Sequence[AnyRow]:
        """What is to be added."""

    @property
    def route(self) -> Route | None:
        """What becomes of new decisions by what was counted before them."""

    @property
    def done(self) -> Told:
        """Who is told."""


class Pen:
    """One writer, which is opened when it is needed and again after it failed: with it begins another chain."""

    def __init__(self, at: Address, patience: float, key: bytes | None) -> None:
        self.process = os.getpid()
        self._at, self._patience, self._key = at, patience, key
        self._writer: Writer | None = None
        self._away = False
        self._held = threading.Lock()

    def write(self, jobs: Sequence[Job]) -> None:
        """Write in one transaction and tell everybody; nothing that goes wrong is raised here."""
        with self._held:
            self._write(jobs)

    def close(self) -> None:
        """Let the file go. The next write opens it again."""
        with self._held:
            self._drop()

    def _write(self, jobs: Sequence[Job]) -> None:
        try:
            results = self._committed(jobs)
        except (GoliveError, OSError) as exc:
            self._away = True
            self._drop()
            self._fail(jobs, exc)
        except Exception as exc:
            # A row that cannot be written must not take those beside it along.
            if len(jobs) == 1:
                jobs[0].done.set_exception(exc)
            else:
                for job in jobs:
                    self._write([job])
        else:
            if self._away:
                log.warning("the journal `%s` can be written again", self._at.shown)
                self._away = False
            for job, result in zip(jobs, results, strict=True):
                job.done.set_result(result)

    def _committed(self, jobs: Sequence[Job], *, again: bool = False) -> list[Written]:
        if self._writer is None:
            self._writer = journal.connect(self._at, timeout=self._patience, key=self._key)
        self._writer.store.check()
        try:
            return self._writer.write(*(job.rows for job in jobs), routes=[job.route for job in jobs])
        except WorldError:
            if not self._writer.store.lost or again:
                raise
        # A server that was started anew. Should the commit have come through, the same rows again change nothing.
        self._drop()
        return self._committed(jobs, again=True)

    def _fail(self, jobs: Sequence[Job], exc: Exception) -> None:
        error = WorldError(f"the journal `{self._at.shown}` cannot be written: {exc}")
        for job in jobs:
            job.done.set_exception(error)

    def _drop(self) -> None:
        # The next connection is another writer: whether the last commit came through is not known.
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

"""Group commit: the requests of one moment share one write to the disk.

An answer is given only for what is durable, and a hundred requests cost one fsync. Callers that wait (`Recorder.write`)
write for each other, see `golive.serve.turns`; for an event loop, which cannot wait, a thread writes
(`Recorder.submit`). Both hold the same pen, so that a process has one chain. It is made on first use and again after a
fork, so that a service can be opened before workers are forked.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from contextlib import closing
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from golive.engine import journal
from golive.serve.lookup import Lookup
from golive.serve.pen import MOST, Pen
from golive.serve.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from golive.engine.journal import Address, AnyRow, DecisionRow, Route, Written

_LEFT_BEHIND: list[object] = []
"""What a fork inherited: letting go of it would close a file that the parent writes to."""


class _Job(NamedTuple):
    rows: Sequence[AnyRow]
    route: Route | None
    done: Future[Written]


class Recorder:
    """Writes rows to a journal and says when they are durable.

    Parameters
    ----------
    at
        The journal; made when it is not there.
    patience
        Seconds to wait for another process that writes to the same file.
    key
        Keep a keyed digest of the inputs, not the inputs.

    Raises
    ------
    InputError, WorldError
        The file is not a journal, or cannot be written.
    """

    def __init__(self, at: str | Path | Address, *, patience: float = 2.0, key: bytes | None = None) -> None:
        self.at = journal.address(at)
        self._patience, self._key = patience, key
        self._lock = threading.Lock()
        self._here: _Here | None = None
        self._lookup = Lookup(self.at)
        journal.connect(self.at, create=True, timeout=patience).close()

    def prepare(self, retention_days: int | None) -> None:
        """Set how long rows are kept, where it is given, and see that decisions can be recorded with this key.

        Raises
        ------
        InputError
            Less than six months; or the journal keeps digests of inputs, and there is no key.
        """
        with closing(journal.connect(self.at, timeout=self._patience, key=self._key)) as writer:
            writer.need_key()
            if retention_days is not None:
                journal.retain(writer.store, retention_days)

    def submit(self, rows: Sequence[AnyRow], route: Route | None = None) -> Future[Written]:
        """Hand rows over; the future holds what stands once it is durable, or a `WorldError`.

        ``route`` says what becomes of new decisions by what was counted before them.
        """
        done: Future[Written] = Future()
        self._this_process().thread.jobs.put(_Job(rows, route, done))
        return done

    def write(self, rows: Sequence[AnyRow], route: Route | None = None) -> Written:
        """Return what stands once it is durable; the caller's thread waits, or writes by itself.

        Raises
        ------
        WorldError
            It could not be written.
        """
        return self._this_process().turns.write(rows, route)

    def find(self, case_ids: Sequence[str]) -> dict[str, DecisionRow]:
        """Return the decisions of some cases; a case never decided is absent."""
        return self._lookup.find(case_ids)

    @property
    def waiting(self) -> int:
        """How many requests wait to be written, about."""
        return 0 if self._here is None else self._here.waiting

    def check(self) -> None:
        """Raise `WorldError` unless a write would reach the disk now (an empty one is tried)."""
        self.write(())

    def close(self) -> None:
        """Write what waits, then let the file go. Calling it twice does no harm."""
        with self._lock:
            here, self._here = self._here, None
        if here is not None and here.pen.process == os.getpid():
            here.close()
        self._lookup.close()

    def _this_process(self) -> _Here:
        here = self._here
        if here is not None and here.pen.process == os.getpid():
            return here
        with self._lock:
            if self._here is None or self._here.pen.process != os.getpid():
                _LEFT_BEHIND.append(self._here)
                self._here = _Here(Pen(self.at, self._patience, self._key))
            return self._here


class _Here:
    """What one process writes with."""

    def __init__(self, pen: Pen) -> None:
        self.pen, self.turns = pen, Turns(pen)
        self._lock = threading.Lock()
        self._thread: _Thread | None = None

    @property
    def thread(self) -> _Thread:
        """The thread, which is started when it is needed."""
        with self._lock:
            if self._thread is None:
                self._thread = _Thread(self.pen)
            return self._thread

    @property
    def waiting(self) -> int:
        return self.turns.waiting + (0 if self._thread is None else self._thread.jobs.qsize())

    def close(self) -> None:
        if self._thread is not None:
            self._thread.jobs.put(None)
            self._thread.join()
        self.pen.close()


class _Thread(threading.Thread):
    """Writes for those who cannot wait."""

    def __init__(self, pen: Pen) -> None:
        super().__init__(name="golive-journal", daemon=True)
        self.jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._pen = pen
        self.start()

    def run(self) -> None:
        going = True
        while going:
            jobs, going = self._waiting()
            if jobs:
                self._pen.write(jobs)

    def _waiting(self) -> tuple[list[_Job], bool]:
        """Wait for a job and take those that came with it."""
        jobs: list[_Job] = []
        rows = 0
        job = self.jobs.get()
        while job is not None:
            if job.done.set_running_or_notify_cancel():
                jobs.append(job)
                rows += len(job.rows)
            if rows > MOST:
                return jobs, True
            try:
                job = self.jobs.get_nowait()
            except Empty:
                return jobs, True
        return jobs, False

"""Group commit: the requests of one moment share one write to the disk.

One thread owns the connection. It takes everything that waits, writes it in one transaction and only then tells the
callers; so an answer is given only for what is durable, and a hundred requests cost one fsync. The thread and its
connection are made on first use and again after a fork, so that a service can be opened before workers are forked.
"""

from __future__ import annotations

import os
import threading
from concurrent.futures import Future
from contextlib import closing
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from golive.engine import journal
from golive.errors import GoliveError, WorldError
from golive.serve.lookup import Lookup

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from golive.engine.journal import Address, AnyRow, DecisionRow, Route, Writer, Written

_MOST = 5_000
"""Rows of one commit; more wait for the next."""


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
        self._worker: _Worker | None = None
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
        with self._lock:
            if self._worker is None or self._worker.process != os.getpid():
                self._worker = _Worker(self.at, self._patience, self._key)
            self._worker.jobs.put(_Job(rows, route, done))
        return done

    def find(self, case_ids: Sequence[str]) -> dict[str, DecisionRow]:
        """Return the decisions of some cases; a case never decided is absent."""
        return self._lookup.find(case_ids)

    @property
    def waiting(self) -> int:
        """How many requests wait to be written, about."""
        return 0 if self._worker is None else self._worker.jobs.qsize()

    def check(self) -> None:
        """Raise `WorldError` unless a write would reach the disk now (an empty one is tried)."""
        self.submit(()).result(timeout=60)

    def close(self) -> None:
        """Write what waits, then let the file go. Calling it twice does no harm."""
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None and worker.process == os.getpid():
            worker.jobs.put(None)
            worker.thread.join()
        self._lookup.close()


class _Worker:
    """The thread of one process."""

    def __init__(self, at: Address, patience: float, key: bytes | None) -> None:
        self.process = os.getpid()
        self.jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._at, self._patience, self._key = at, patience, key
        self._writer: Writer | None = None
        self.thread = threading.Thread(target=self._run, name="golive-journal", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        going = True
        while going:
            jobs, going = self._waiting()
            if jobs:
                self._write(jobs)
        self._drop()

    def _waiting(self) -> tuple[list[_Job], bool]:
        """Wait for a job and take those that came with it."""
        jobs: list[_Job] = []
        rows = 0
        job = self.jobs.get()
        while job is not None:
            if job.done.set_running_or_notify_cancel():
                jobs.append(job)
                rows += len(job.rows)
            if rows > _MOST:
                return jobs, True
            try:
                job = self.jobs.get_nowait()
            except Empty:
                return jobs, True
        return jobs, False

    def _write(self, jobs: Sequence[_Job]) -> None:
        try:
            results = self._committed(jobs)
        except (GoliveError, OSError) as exc:
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
            for job, result in zip(jobs, results, strict=True):
                job.done.set_result(result)

    def _committed(self, jobs: Sequence[_Job], *, again: bool = False) -> list[Written]:
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

    def _fail(self, jobs: Sequence[_Job], exc: Exception) -> None:
        error = WorldError(f"the journal `{self._at.shown}` cannot be written: {exc}")
        for job in jobs:
            job.done.set_exception(error)

    def _drop(self) -> None:
        # The next connection is another writer: whether the last commit came through is not known.
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

"""Several processes that answer on one port. One that ends unasked is started again, and that is told.

The bundle is opened once and shared: workers are forked from a process that answers nothing itself. Each has its own
chain in the journal.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from contextlib import closing
from typing import TYPE_CHECKING

from golive.errors import WorldError
from golive.serve.server import answer

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from golive.serve.board import Board
    from golive.serve.door import Door
    from golive.serve.service import Service

log = logging.getLogger("golive.serve")

GRACE = 15.0
"""Seconds in which a worker must have finished what was asked."""
_SOON = 1.0
"""A worker that ends sooner than that, in seconds, could not start."""
_HEARD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD) if hasattr(signal, "SIGHUP") else ()


def run_workers(service: Service, door: Door, listening: socket.socket, board: Board, count: int) -> None:
    """Answer from several processes until this one is told to stop (Ctrl-C, SIGTERM); SIGHUP opens the bundle again.

    Raises
    ------
    WorldError
        A worker could not start, again and again.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _HEARD)
    pool = Pool(count, lambda number: _work(service, door, listening, board, number))
    with closing(service), closing(listening):
        try:
            pool.start()
            while (heard := _next()) not in (signal.SIGTERM, signal.SIGINT):
                if heard == signal.SIGHUP:
                    service.reload()
                    pool.tell(signal.SIGHUP)
                elif heard is None:
                    service.renew()  # for workers yet to come; those that answer look by themselves
                pool.mend()
        finally:
            pool.stop()


class Pool:
    """Processes by number. The work of each begins in a fork and never comes back.

    Parameters
    ----------
    count
        How many.
    work
        Called with the number, from 0, in the new process.
    """

    def __init__(self, count: int, work: Callable[[int], None]) -> None:
        self._count, self._work = count, work
        self._numbers: dict[int, int] = {}
        self._begun: dict[int, float] = {}
        self._failed = 0

    def start(self) -> None:
        """Start all."""
        for number in range(self._count):
            self._fork(number)

    def tell(self, what: signal.Signals) -> None:
        """Send a signal to all."""
        for process in self._numbers:
            _kill(process, what)

    def mend(self) -> None:
        """Start those again that ended.

        Raises
        ------
        WorldError
            They end as soon as they are started.
        """
        for process, how in self._ended():
            number, begun = self._numbers.pop(process), self._begun.pop(process)
            soon = time.monotonic() - begun < _SOON
            self._failed = self._failed + 1 if soon else 0
            log.error(
                "worker %d (process %d) %s; what it answered is in the journal, what it was asked just then was not "
                "answered and may be sent again",
                number + 1, process, how,
            )  # fmt: skip
            if self._failed > 2 * self._count:
                raise WorldError("the workers end as soon as they are started", hint="the lines above say how")
            self._fork(number)

    def stop(self) -> None:
        """Let all finish what they were asked, and end those that take too long."""
        self.tell(signal.SIGTERM)
        until = time.monotonic() + GRACE
        while self._numbers and time.monotonic() < until:
            for process, _ in self._ended():
                del self._numbers[process]
            if self._numbers:
                signal.sigtimedwait({signal.SIGCHLD}, 0.1)
        self.tell(signal.SIGKILL)
        for process in self._numbers:
            os.waitpid(process, 0)

    def _fork(self, number: int) -> None:
        process = os.fork()
        if process == 0:
            _become(self._work, number)
        self._numbers[process], self._begun[process] = number, time.monotonic()
        log.warning("worker %d is process %d", number + 1, process)

    def _ended(self) -> list[tuple[int, str]]:
        found = []
        for process in tuple(self._numbers):
            ended, status = os.waitpid(process, os.WNOHANG)
            if ended:
                code = os.waitstatus_to_exitcode(status)
                found.append((process, f"ended with {code}" if code >= 0 else f"was ended by signal {-code}"))
        return found


def _become(work: Callable[[int], None], number: int) -> None:
    """Do the work in a new process and end it, whatever happens; nothing of the parent runs on in here."""
    code = 1
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _HEARD)
        work(number)
        code = 0
    except KeyboardInterrupt:
        code = 0
    except BaseException as exc:
        log.error("worker %d: %s", number + 1, type(exc).__name__)
    finally:
        os._exit(code)


def _work(service: Service, door: Door, listening: socket.socket, board: Board, number: int) -> None:
    service.metrics.share(board, number)
    with closing(service):
        answer(service, door, listening, parent=os.getppid())


def _next() -> signal.Signals | None:
    """Wait for a signal, a second at most."""
    heard = signal.sigtimedwait(_HEARD, 1.0)
    return None if heard is None else signal.Signals(heard.si_signo)


def _kill(process: int, what: signal.Signals) -> None:
    try:
        os.kill(process, what)
    except ProcessLookupError:
        log.info("process %d has ended already", process)

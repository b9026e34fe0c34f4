"""Group commit without a thread of its own: of the callers that wait, one writes for all.

Who finds nobody writing writes at once. Who comes meanwhile waits; when the commit is through, those it was for are
told, and the first of those who came since writes next, with all who came with him. Nobody is woken twice.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from golive.errors import WorldError
from golive.serve.pen import MOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.engine.journal import AnyRow, Route, Written
    from golive.serve.pen import Pen


class Turns:
    """Who writes next. Made for one process."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen
        self._waiting: list[_Call] = []
        self._writing: _Call | None = None
        self._lock = threading.Lock()

    @property
    def waiting(self) -> int:
        """How many callers wait, about."""
        return len(self._waiting)

    def write(self, rows: Sequence[AnyRow], route: Route | None) -> Written:
        """Return what stands once it is durable.

        Raises
        ------
        WorldError
            It could not be written.
        """
        call = _Call(rows, route)
        try:
            with self._lock:
                self._waiting.append(call)
                if self._writing is None:
                    self._writing = call
            if self._writing is not call:
                call.gate.acquire()  # opened when the rows are written, or when it is this caller's turn to write
            if call.result is None and call.error is None:
                self._turn()
        finally:
            self._leave(call)
        if call.error is not None:
            raise call.error
        assert call.result is not None
        return call.result

    def _turn(self) -> None:
        """Write for everybody who waits now, the caller among them."""
        with self._lock:
            calls = self._some()
        try:
            self._pen.write(calls)
        finally:
            for call in calls:
                if call.result is None and call.error is None:  # the thread that wrote was interrupted
                    call.error = WorldError("the journal was not written: whoever wrote was told to stop")
                call.gate.release()

    def _leave(self, call: _Call) -> None:
        """Give the turn away, also where the caller was interrupted: else all would wait for him."""
        with self._lock:
            if call in self._waiting:
                self._waiting.remove(call)
            if self._writing is call:
                self._writing = self._waiting[0] if self._waiting else None
                if self._writing is not None:
                    self._writing.gate.release()

    def _some(self) -> list[_Call]:
        rows = count = 0
        while count < len(self._waiting) and rows <= MOST:
            rows += len(self._waiting[count].rows)
            count += 1
        calls, self._waiting = self._waiting[:count], self._waiting[count:]
        return calls


class _Call:
    """Rows of a caller, and what became of them."""

    __slots__ = ("error", "gate", "result", "route", "rows")

    def __init__(self, rows: Sequence[AnyRow], route: Route | None) -> None:
        self.rows, self.route = rows, route
        self.result: Written | None = None
        self.error: BaseException | None = None
        self.gate = threading.Lock()
        self.gate.acquire()

    @property
    def done(self) -> _Call:
        return self

    def set_result(self, result: Written, /) -> None:
        self.result = result

    def set_exception(self, exception: BaseException, /) -> None:
        self.error = exception

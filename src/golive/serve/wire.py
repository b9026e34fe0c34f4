"""What a connection may take: time to send a request, time to read an answer, and how many there may be.

uvicorn waits for ever for the rest of a request; here one look a second ends what waits too long.
"""

from __future__ import annotations

import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from golive.serve.answers import Answer, problem

if TYPE_CHECKING:
    import asyncio

PATIENCE = 10.0
"""Seconds in which a request must have come, and in which an answer must be taken."""
MOST = 10_000
"""Connections of one worker at a time."""
HEAD = 65_536
"""Bytes of request line and headers."""


class Patient(HttpToolsProtocol):
    """A connection that knows since when it waits."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.waits: float | None = time.monotonic()
        """Since when a request is being sent, or expected for the first time; none between requests."""
        self.stuck: float | None = None
        """Since when the other side takes nothing."""
        self._head: int | None = 0
        """Bytes of a head that is not whole; none while a body comes."""
        self._whole = False
        """Whether a request became whole with what came last."""
        if len(self.connections) > MOST:
            self._end(_full())

    def data_received(self, data: bytes) -> None:
        self._whole = False
        super().data_received(data)
        if self._head is not None and not self._whole:  # what came with a request that is whole was its body
            self._head += len(data)
            if self._head > HEAD and not self.transport.is_closing():
                self._end(_long())

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.waits = time.monotonic()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self.waits, self._head, self._whole = None, 0, True

    def pause_writing(self) -> None:
        super().pause_writing()
        self.stuck = time.monotonic()

    def resume_writing(self) -> None:
        super().resume_writing()
        self.stuck = None

    def give_up(self, now: float) -> None:
        """End the connection where the other side is too slow."""
        if self.transport.is_closing():
            return
        if self.stuck is not None and now - self.stuck > PATIENCE:
            self.transport.abort()
        elif self.waits is not None and now - self.waits > PATIENCE and not self._answering():
            self._end(_slow())

    def _answering(self) -> bool:
        cycle = self.cycle
        return cycle is not None and not cycle.response_complete and not cycle.more_body

    def _end(self, answer: Answer) -> None:
        self.transport.write(_written(answer))
        self.transport.close()


def sweep(connections: set[Any]) -> None:
    """End what waits too long."""
    now = time.monotonic()
    for connection in tuple(connections):
        connection.give_up(now)


def _slow() -> Answer:
    return problem(408, "too-slow", "The request came too slowly", f"it must have come within {PATIENCE:g} seconds")


def _long() -> Answer:
    return problem(
        431, "long-head", "The headers are too long", f"request line and headers have at most {HEAD:,} bytes"
    )


def _full() -> Answer:
    detail = f"there are {MOST:,} connections already; come again"
    return problem(503, "too-many", "Too many connections", detail, headers={"Retry-After": "1"})


def _written(answer: Answer) -> bytes:
    body = answer.body
    lines = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        f"content-type: {answer.media_type}",
        f"content-length: {len(body)}",
        "connection: close",
        *(f"{name.lower()}: {value}" for name, value in answer.headers.items()),
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

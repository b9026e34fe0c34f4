"""The service as an ASGI application: alone under uvicorn, or mounted in Starlette, FastAPI or Django."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import TYPE_CHECKING, Any

from golive.serve import handlers, routes
from golive.serve.body import LIMIT, Counted, too_large
from golive.serve.door import Open
from golive.serve.handlers import Later

if TYPE_CHECKING:
    from concurrent.futures import Future

    from golive.engine.journal import Written
    from golive.serve.answers import Answer
    from golive.serve.door import Door
    from golive.serve.service import Service

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


def application(service: Service, *, door: Door | None = None) -> Application:
    """Return the ASGI application of an open service.

    Parameters
    ----------
    service
        Closed when the application shuts down.
    door
        Who may speak to it. Without one everybody may: the application around it is expected to ask.

    Examples
    --------
    Mounted in another Starlette or FastAPI application::

        service = Service("credit.golive", journal="journal.db", roles=["risk", "product"])
        app.mount("/credit", application(service))
    """
    return Application(service, door or Open())


class Application:
    """Carries requests to the handlers and answers to the wire; made by `application`."""

    def __init__(self, service: Service, door: Door) -> None:
        self._service, self._door, self._bell = service, door, Bell()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            answer = await self._answer(scope, receive)
            if answer is not None:
                await _send(answer, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:  # a websocket: there is none here
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        body = await _body(receive)
        if not isinstance(body, bytes):
            return body
        request = handlers.Request(
            scope["method"], _path(scope), _headers(scope), body, query=scope["query_string"].decode("latin-1")
        )
        begun = time.perf_counter()
        found = routes.handle(self._service, self._door, request)
        if isinstance(found, Later):
            done = found.recorder.submit(found.rows, found.route)
            if not done.done():
                await self._bell.rung_by(done)
            found = handlers.settle(found, done.result)
        routes.count(self._service, request, found, begun)
        return found

    async def _live(self, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        self._service.close()
        await send({"type": "lifespan.shutdown.complete"})


class Bell:
    """Wakes the event loop once for all answers of a commit; once for each would cost more than the commit."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._done: _Waiting = deque()

    async def rung_by(self, done: Future[Written]) -> None:
        """Wait until something is done, well or badly."""
        loop = asyncio.get_running_loop()
        if loop is not self._loop:  # what a loop left behind when it was closed stays behind
            self._loop, self._done = loop, deque()
        waiting = loop.create_future()
        done.add_done_callback(partial(_ring, loop, self._done, waiting))
        await waiting


_Waiting = deque["asyncio.Future[None]"]


def _ring(loop: asyncio.AbstractEventLoop, done: _Waiting, waiting: asyncio.Future[None], _: object) -> None:
    """Called from the journal's thread, for one answer after the other; the first of a row wakes the loop."""
    done.append(waiting)
    if len(done) == 1:
        loop.call_soon_threadsafe(_wake, done)


def _wake(done: _Waiting) -> None:
    while done:
        waiting = done.popleft()
        if not waiting.done():
            waiting.set_result(None)


async def _body(receive: Receive) -> bytes | Answer | None:
    """Read the body, counting, because a header may lie about its length; none where the caller went away."""
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body", False):
        whole: bytes = message.get("body", b"")
        return whole if len(whole) <= LIMIT else too_large().answer
    counted = Counted()
    while message["type"] == "http.request":
        counted.take(message.get("body", b""))
        if counted.hopeless or not message.get("more_body", False):
            return counted.body()
        message = await receive()
    return None


def _path(scope: Scope) -> str:
    """Return the path inside the mount, without the leading slash."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")).removeprefix("/")


def _headers(scope: Scope) -> dict[str, str]:
    """Return the headers; one that stands twice is none that we know."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


async def _send(answer: Answer, send: Send) -> None:
    body = answer.body
    headers = [(b"content-type", answer.media_type.encode()), (b"content-length", b"%d" % len(body))]
    if answer.headers:
        headers += [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

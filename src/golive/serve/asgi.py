"""The service as an ASGI application: alone under uvicorn, or mounted in Starlette, FastAPI or Django."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from golive.serve import handlers, routes
from golive.serve.answers import Answer
from golive.serve.body import Counted
from golive.serve.door import Door, Open
from golive.serve.handlers import Later

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from concurrent.futures import Future

    from starlette.requests import Request

    from golive.serve.recorder import Written
    from golive.serve.service import Service

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")


def application(service: Service, *, door: Door | None = None) -> Starlette:
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
    admitted, bell = door or Open(), Bell()

    async def endpoint(request: Request) -> Response:
        return _response(await _answer(service, admitted, bell, request))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        service.close()

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=list(METHODS))], lifespan=lifespan)


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


async def _answer(service: Service, door: Door, bell: Bell, request: Request) -> Answer:
    body = await _body(request)
    if isinstance(body, Answer):
        return body
    path = request.path_params["path"]
    found = routes.handle(service, door, handlers.Request(request.method, path, request.headers, body))
    if isinstance(found, Later):
        await bell.rung_by(found.done)
        return handlers.settle(found)
    return found


async def _body(request: Request) -> bytes | Answer:
    """Read the body, counting: a header may lie about its length."""
    counted = Counted()
    async for piece in request.stream():
        counted.take(piece)
        if counted.hopeless:
            break
    return counted.body()


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, headers=dict(answer.headers), media_type=answer.media_type)

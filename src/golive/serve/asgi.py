"""The service as an ASGI application: alone under uvicorn, or mounted in Starlette, FastAPI or Django."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from golive.serve import handlers
from golive.serve.answers import Answer
from golive.serve.body import Counted
from golive.serve.door import Door, Open
from golive.serve.handlers import Later

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

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
    admitted = door or Open()

    async def endpoint(request: Request) -> Response:
        return _response(await _answer(service, admitted, request))

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        service.close()

    return Starlette(routes=[Route("/{path:path}", endpoint, methods=list(METHODS))], lifespan=lifespan)


async def _answer(service: Service, door: Door, request: Request) -> Answer:
    body = await _body(request)
    if isinstance(body, Answer):
        return body
    path = request.path_params["path"]
    found = handlers.handle(service, door, handlers.Request(request.method, path, request.headers, body))
    if isinstance(found, Later):
        # Only waited for: what came of it, good or bad, is read by `settle`.
        await asyncio.wait([asyncio.wrap_future(found.done)])
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

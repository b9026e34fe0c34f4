"""The routes: which handler answers which path and method, and what a token needs for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from golive.records.tokens import Scope
from golive.serve import handlers
from golive.serve.answers import RequestError, refuse
from golive.serve.door import ANYBODY, HOLDER, PAGE
from golive.serve.handlers import ONE, Later, Request, failed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from golive.serve.answers import Answer
    from golive.serve.door import Door
    from golive.serve.service import Service


_CASE = "queue/cases/"


def _page(name: str) -> Callable[[Service, Request], Answer | Later]:
    """Return a handler of the queue, which is loaded when the first page is asked for: many services show none."""

    def answered(service: Service, request: Request) -> Answer | Later:
        from golive.serve.queue import handlers as queue

        handler: Callable[[Service, Request], Answer | Later] = getattr(queue, name)
        return handler(service, request)

    return answered


class Route(NamedTuple):
    """What answers a method of a path."""

    handler: Callable[[Service, Request], Answer | Later]
    scope: str
    """Of the token that it needs."""


ROUTES: Mapping[str, Mapping[str, Route]] = {
    "v1/decisions": {"POST": Route(handlers.decide, Scope.decide.value)},
    "v1/decisions/{case_id}": {"GET": Route(handlers.decision_of, Scope.read.value)},
    "v1/outcomes": {"POST": Route(handlers.outcomes, Scope.outcome.value)},
    "v1/actions": {"POST": Route(handlers.actions, Scope.outcome.value)},
    "v1/bundle": {"GET": Route(handlers.served, Scope.read.value)},
    "metrics": {"GET": Route(handlers.measured, Scope.read.value)},
    "openapi.json": {"GET": Route(handlers.described, Scope.read.value)},
    "docs": {"GET": Route(handlers.shown, Scope.read.value)},
    "health/live": {"GET": Route(handlers.live, ANYBODY)},
    "health/ready": {"GET": Route(handlers.ready, ANYBODY)},
}
PAGES: Mapping[str, Mapping[str, Route]] = {
    "queue": {"GET": Route(_page("listed"), PAGE)},
    "queue/login": {"POST": Route(_page("login"), PAGE)},
    "queue/logout": {"POST": Route(_page("logout"), PAGE)},
    "queue/cases/{case_id}": {"GET": Route(_page("shown"), PAGE), "POST": Route(_page("acted"), PAGE)},
}
"""For people, in a browser."""


def handle(service: Service, door: Door, request: Request) -> Answer | Later:
    """Answer a request, or say what the answer waits for. Never raises."""
    try:
        try:
            route = find(request)
        except RequestError:  # what there is and is not here is told to those alone who may call
            door.check(request.headers, HOLDER)
            raise
        holder = door.check(request.headers, route.scope)
        if route.scope == PAGE:
            request = request._replace(door=door)
        return route.handler(service, request if holder is None else request._replace(holder=holder))
    except Exception as exc:
        return failed(exc)


def count(service: Service, request: Request, answer: Answer, begun: float) -> None:
    """Count an answer; ``begun`` is when its body was whole, by `time.perf_counter`."""
    route = _template(request.path)
    kind = ""
    if answer.status >= 400 and isinstance(answer.document, dict):
        kind = str(answer.document["type"]).rpartition(":")[2]
    label = route if route in ROUTES or route in PAGES else "unknown"
    service.metrics.answered(request.method, label, answer.status, kind, time.perf_counter() - begun)


def _template(path: str) -> str:
    for start in (ONE, _CASE):
        if path.startswith(start) and path != start:
            return start + "{case_id}"
    return path


def find(request: Request) -> Route:
    """Return the route of a request.

    Raises
    ------
    RequestError
        404 or 405.
    """
    path = _template(request.path)
    methods = ROUTES.get(path) or PAGES.get(path)
    if methods is None:
        known = ", ".join(f"/{known}" for known in (*ROUTES, "queue"))
        raise refuse(404, "unknown-path", "There is nothing here", f"the paths are {known}")
    # HEAD is GET without the body, which the server leaves out.
    method = "GET" if request.method == "HEAD" else request.method
    if method not in methods:
        allowed = ", ".join(methods)
        detail = f"the method is {request.method}, expected {allowed}"
        raise refuse(405, "method", "Not with this method", detail, headers={"Allow": allowed})
    return methods[method]

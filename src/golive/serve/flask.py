"""The service as a Flask blueprint, for products that are written in Flask.

Needs ``pip install 'golive[flask]'``. Who may call is the product's own business; the blueprint asks for a token only
where it is given a file of tokens.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from golive.serve import handlers, routes
from golive.serve.answers import Answer
from golive.serve.body import LIMIT, Counted
from golive.serve.door import Bearer, Open
from golive.serve.handlers import Later
from golive.serve.service import Service

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.engine.ssh import Signers
    from golive.serve.door import Door

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
_PIECE = 65_536
_BARE = frozenset({"CONTENT_TYPE", "CONTENT_LENGTH"})
"""Headers that WSGI writes without a prefix."""


def blueprint(
    bundle: str | Path,
    *,
    config: str | Path | None = None,
    journal: str | Path | None = None,
    roles: Sequence[str] = (),
    accept_typed: bool | None = None,
    signers: Signers | None = None,
    unapproved: bool = False,
    shadow: str | Path | None = None,
    inputs_key: bytes | None = None,
    retention_days: int | None = None,
    control_key: bytes | None = None,
    frame_hosts: tuple[str, ...] = (),
    tokens: str | Path | None = None,
    name: str = "golive",
) -> Blueprint:
    """Open a bundle and return its routes.

    Parameters
    ----------
    bundle
        The bundle folder, or an alias of it.
    config
        The project file, ``golive.toml``, for what is not said here: roles, whose key is whose, journal and the like.
    journal
        A SQLite file or a URL; made when it is not there. Several workers may share it.
    roles, accept_typed, signers, unapproved, shadow, inputs_key, retention_days, control_key, frame_hosts
        As for `golive.serve.service.Service`.
    tokens
        The file of tokens, as for ``golive serve --tokens``; None: the application says who may call.
    name
        Of the blueprint, where an application mounts several.

    Raises
    ------
    BundleError, ApprovalError
        A file was changed, or the bundle is not approved: the application does not start.

    Examples
    --------
    ::

        from golive.serve.flask import blueprint

        routes = blueprint("credit.golive", config="golive.toml")
        app.register_blueprint(routes, url_prefix="/credit")
    """
    service = Service(
        bundle, config=config, journal=journal, roles=roles, accept_typed=accept_typed, signers=signers,
        unapproved=unapproved, shadow=shadow, inputs_key=inputs_key, retention_days=retention_days,
        control_key=control_key, frame_hosts=frame_hosts,
    )  # fmt: skip
    return mount(service, door=None if tokens is None else Bearer(Path(tokens), today=service.today), name=name)


def mount(service: Service, *, door: Door | None = None, name: str = "golive") -> Blueprint:
    """Return the routes of a service that is open already; without a door everybody is let in."""
    opened = door or Open()
    routes = Blueprint(name, __name__)

    @routes.route("/", defaults={"path": ""}, methods=_METHODS, provide_automatic_options=False)
    @routes.route("/<path:path>", methods=_METHODS, provide_automatic_options=False)
    def answer(path: str) -> Response:
        return _response(_answer(service, opened, path))

    return routes


def _answer(service: Service, door: Door, path: str) -> Answer:
    body = _body()
    if isinstance(body, Answer):
        return body
    asked = handlers.Request(request.method, path, _Headers(request.environ), body, query=_query())
    begun = time.perf_counter()
    found = routes.handle(service, door, asked)
    answered = handlers.settle(found) if isinstance(found, Later) else found
    routes.count(service, asked, answered, begun)
    return answered


class _Headers(Mapping[str, str]):
    """The headers of a WSGI request, each looked up when it is asked for: few of them are."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        key = name.upper().replace("-", "_")
        return self._environ[key if key in _BARE else f"HTTP_{key}"]

    def __iter__(self) -> Iterator[str]:
        for key in self._environ:
            if key in _BARE or key.startswith("HTTP_"):
                yield key.removeprefix("HTTP_").replace("_", "-").lower()

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _query() -> str:
    query: str = request.environ.get("QUERY_STRING", "")
    return query


def _body() -> bytes | Answer:
    """Read the body, counting: a header may lie about its length, yet nobody reads on beyond it."""
    said = request.content_length
    if said is not None and said <= LIMIT:
        whole: bytes = request.stream.read()
        return whole
    counted = Counted()
    while piece := request.stream.read(_PIECE):
        counted.take(piece)
        if counted.hopeless:
            break
    return counted.body()


def _response(answer: Answer) -> Response:
    headers = [("Content-Type", answer.media_type), *answer.headers.items()]
    return Response(answer.body, answer.status, headers)

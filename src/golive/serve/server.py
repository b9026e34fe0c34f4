"""uvicorn around the application: for the command line, and for a while inside another program."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple

import uvicorn

from golive.errors import WorldError
from golive.serve.asgi import application
from golive.serve.door import Door, Loopback
from golive.serve.service import Service
from golive.serve.wire import MOST, Patient, sweep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


_BACKLOG = 2048
_GARBAGE = 10_000
"""Objects that may be made before garbage is looked for; hardly any of ours refer to each other in a circle."""
_TICKS = 10
"""uvicorn ticks of a second."""


class Server(NamedTuple):
    """A service that answers now."""

    url: str
    """Without a final slash, e.g. ``http://127.0.0.1:41234``."""
    service: Service


@contextmanager
def serving(
    bundle: str | Path,
    *,
    journal: str | Path,
    roles: Sequence[str] = (),
    accept_typed: bool = False,
    unapproved: bool = False,
    port: int = 0,
) -> Iterator[Server]:
    """Answer on loopback from a thread until the block is left; what was asked by then is still answered.

    Parameters
    ----------
    bundle, journal, roles, accept_typed, unapproved
        As for `Service`.
    port
        0 takes a free one.

    Raises
    ------
    BundleError, ApprovalError
        Nothing is started.
    WorldError
        The port is taken.
    """
    service = Service(bundle, journal=journal, roles=roles, accept_typed=accept_typed, unapproved=unapproved)
    with closing(service), closing(listen("127.0.0.1", port)) as listening:
        server = server_of(service, Loopback())
        thread = threading.Thread(target=server.run, args=([listening],), name="golive-serve", daemon=True)
        thread.start()
        try:
            # The socket listens already: a request sent before the loop runs waits in its backlog.
            yield Server(url_of(listening), service)
        finally:
            server.should_exit = True
            thread.join()


def run(service: Service, door: Door, listening: socket.socket) -> None:
    """Answer until the process is told to stop (Ctrl-C, SIGTERM); SIGHUP opens the bundle again."""
    with closing(service), closing(listening):
        answer(service, door, listening)


def answer(service: Service, door: Door, listening: socket.socket, *, parent: int | None = None) -> None:
    """Answer until the process is told to stop; what was asked by then is still answered.

    Parameters
    ----------
    service, door, listening
        Closed by the caller.
    parent
        The process without which this one has nothing to do.
    """
    _open_files()
    _settle_memory()
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda number, frame: service.reload_beside())
    server_of(service, door, parent=parent).run([listening])


def _settle_memory() -> None:
    """Take what was loaded out of the search for garbage: it stays, and workers share what nobody touches.

    What little garbage there is stays too: to look for it would cost more than it holds.
    """
    gc.freeze()
    gc.set_threshold(_GARBAGE)


def _open_files() -> None:
    """Take as many open files as the system grants: each connection is one."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST if hard == resource.RLIM_INFINITY else min(hard, 2 * MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def listen(host: str, port: int) -> socket.socket:
    """Take an address.

    Raises
    ------
    WorldError
        It is taken, or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as exc:
        listening.close()
        raise WorldError(f"cannot listen on {host} port {port}: {exc}", hint="--port 0 takes a free one") from exc
    return listening


def url_of(listening: socket.socket) -> str:
    """Return the address of a listening socket as people type it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """Looks once a second at what waits too long, at where the alias leads, and whether the parent is there."""

    def __init__(self, config: uvicorn.Config, service: Service, parent: int | None) -> None:
        super().__init__(config)
        self._service, self._parent = service, parent

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS == 0:
            sweep(self.server_state.connections)
            self._service.look()
            self._service.metrics.post()
            if self._parent is not None and os.getppid() != self._parent:
                self.should_exit = True
        return await super().on_tick(counter)


def server_of(service: Service, door: Door, *, parent: int | None = None) -> uvicorn.Server:
    """Return a server that is not running yet."""
    return _Server(
        uvicorn.Config(
            application(service, door=door),
            http=Patient,
            lifespan="on",
            ws="none",
            backlog=_BACKLOG,
            # Paths hold case ids, so there is no access log; who calls is the door's business, not a header's.
            access_log=False,
            log_config=None,
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        ),
        service,
        parent,
    )

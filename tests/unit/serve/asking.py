"""How tests ask a service without a server, and the clock that they set."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from golive.serve.door import Open
from golive.serve.handlers import Later, Request, settle
from golive.serve.routes import handle

if TYPE_CHECKING:
    from golive.serve.answers import Answer
    from golive.serve.door import Door
    from golive.serve.service import Service

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Clock:
    """A clock that somebody sets."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def answered(service: Service, request: Request, door: Door | None = None) -> Answer:
    """Return the answer, written down where it has to be; everybody is let in where no door is given."""
    found = handle(service, door or Open(), request)
    return settle(found) if isinstance(found, Later) else found


def ready(service: Service) -> int:
    """Return the status of the readiness."""
    return answered(service, Request("GET", "health/ready", {}, b"")).status

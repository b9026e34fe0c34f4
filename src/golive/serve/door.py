"""Who may speak to the service: a bearer token, or, without any, only this machine and no web page.

Without tokens the service listens on loopback alone. A web page that somebody opens on this machine could still reach
it (a foreign name that resolves to 127.0.0.1, a cross-site form), and so could a proxy that somebody put in front; so a
foreign ``Host`` or ``Origin`` and every forwarding header are refused.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from golive.errors import InputError
from golive.serve.answers import refuse

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
_OPEN = ("health/",)
"""Paths that a monitor may ask without a token."""


class Loopback:
    """The door of the mode without authentication."""

    def check(self, path: str, headers: Mapping[str, str]) -> None:
        """Raise `RequestError` unless the request plainly comes from this machine."""
        host = headers.get("host", "")
        if _host(f"//{host}") not in LOOPBACK:
            raise _forbidden(f"the host `{host}` is not this machine, expected one of {', '.join(LOOPBACK)}")
        origin = headers.get("origin")
        if origin is not None and _host(origin) not in LOOPBACK:
            raise _forbidden(f"the page `{origin}` may not call this service")
        for name in _FORWARDED:
            if name in headers:
                raise _forbidden(f"the header `{name}` says that a proxy stands in front, and nobody checks who calls")


class Tokens:
    """The door that asks for a bearer token.

    Parameters
    ----------
    digests
        SHA-256 of each token, 64 hexadecimal digits; the tokens themselves are never kept.
    """

    def __init__(self, digests: Sequence[str]) -> None:
        for digest in digests:
            if not re.fullmatch(r"[0-9a-f]{64}", digest):
                raise InputError(
                    f"a token digest is {len(digest)} characters long or not hexadecimal, expected 64 digits 0-9 a-f",
                    hint="printf %s TOKEN | sha256sum",
                )
        self._digests = frozenset(digests)

    def check(self, path: str, headers: Mapping[str, str]) -> None:
        """Raise `RequestError` unless the request carries a known token."""
        if path.startswith(_OPEN):
            return
        scheme, _, token = headers.get("authorization", "").partition(" ")
        # Digests are compared, not tokens: how long the comparison takes says nothing about a token.
        if scheme.lower() != "bearer" or hashlib.sha256(token.strip().encode()).hexdigest() not in self._digests:
            raise refuse(
                401,
                "unauthorized",
                "No valid token",
                "expected the header `Authorization: Bearer TOKEN`",
                headers={"WWW-Authenticate": "Bearer"},
            )


class Open:
    """No door: the application around it, in which the service is mounted, has its own."""

    def check(self, path: str, headers: Mapping[str, str]) -> None:
        """Let everybody in."""


Door = Loopback | Tokens | Open


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _forbidden(detail: str) -> Exception:
    return refuse(403, "forbidden", "Not from here", detail)

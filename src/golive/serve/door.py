"""Who may speak to the service: a bearer token with a scope, or, without any, only this machine and no web page.

Without tokens the service listens on loopback alone. A web page that somebody opens on this machine could still reach
it (a foreign name that resolves to 127.0.0.1, a cross-site form), and so could a proxy that somebody put in front; so a
foreign ``Host`` or ``Origin`` and every forwarding header are refused.
"""

from __future__ import annotations

import hmac
import logging
import math
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from golive.errors import GoliveError
from golive.records.tokens import Scope
from golive.serve import tokens
from golive.serve.answers import refuse
from golive.serve.pace import Pace
from golive.serve.stamp import stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from golive.records.tokens import Token

log = logging.getLogger("golive.serve")

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")

ANYBODY = ""
"""The scope of what a monitor may ask without a token."""
PAGE = "page"
"""The scope of the pages for people, who have a session in place of a header."""
HOLDER = "holder"
"""The scope of what whoever holds any token may be told, such as that there is no such path."""


class Loopback:
    """The door of the mode without authentication."""

    def check(self, headers: Mapping[str, str], scope: str) -> Token | None:
        """Raise `RequestError` unless the request plainly comes from this machine. Nobody is known by a token here."""
        host = headers.get("host", "")
        if not _is_local(host):
            raise _forbidden(f"the host `{host}` is not this machine, expected one of {', '.join(LOOPBACK)}")
        origin = headers.get("origin")
        if origin is not None and host_of(origin) not in LOOPBACK:
            raise _forbidden(f"the page `{origin}` may not call this service")
        for name in _FORWARDED:
            if name in headers:
                raise _forbidden(f"the header `{name}` says that a proxy stands in front, and nobody checks who calls")
        return None


class Bearer:
    """The door that asks for a bearer token with the scope of the route.

    Parameters
    ----------
    path
        The file of tokens. It is read again when it changes, so that a token can be withdrawn.
    today
        The day against which the expiry is held.
    pace
        Counts the requests of each token.

    Raises
    ------
    InputError
        The file cannot be used. One without tokens lets nobody in.
    """

    def __init__(self, path: Path, *, today: Callable[[], date], pace: Pace | None = None) -> None:
        self._path, self._today, self._pace = path, today, pace or Pace()
        self._seen = stamp(path)
        self._tokens = _keyed(path)

    def check(self, headers: Mapping[str, str], scope: str) -> Token | None:
        """Return the token of a request; raise `RequestError` unless it counts, has the scope, and asks at its pace."""
        if scope in (ANYBODY, PAGE):
            return None
        held = self._held(headers.get("authorization", ""))
        if held is None:
            raise _no_token(headers.get("authorization", ""))
        slot, token = held
        if scope not in (HOLDER, *token.scopes) and Scope.admin not in token.scopes:
            detail = f"the token has the scopes {', '.join(token.scopes)}; expected `{scope}`"
            challenge = f'Bearer error="insufficient_scope", scope="{scope}"'
            raise refuse(403, "scope", "Not with this token", detail, headers={"WWW-Authenticate": challenge})

        if token.rate is not None and (wait := self._pace.wait(slot, token.rate)):
            seconds = str(math.ceil(wait))
            detail = f"the token may ask {token.rate:g} times a second; ask again in {seconds} s"
            raise refuse(429, "rate", "Too many requests", detail, headers={"Retry-After": seconds})
        return token

    def token(self, secret: str) -> Token | None:
        """Return the token that somebody sent; None where it does not count."""
        held = self._of(secret)
        return None if held is None else held[1]

    def named(self, name: str) -> Token | None:
        """Return the token of a name; None where it does not count any more, or may not work at the page."""
        self._reread()
        for _, token in self._tokens:
            if token.name == name and self._counts(token) and {Scope.desk, Scope.admin}.intersection(token.scopes):
                return token
        return None

    def _held(self, header: str) -> tuple[int, Token] | None:
        scheme, _, secret = header.partition(" ")
        return self._of(secret) if scheme.lower() == "bearer" else None

    def _counts(self, token: Token) -> bool:
        return token.expires is None or token.expires >= self._today().isoformat()

    def _of(self, secret: str) -> tuple[int, Token] | None:
        self._reread()
        sent = tokens.digest(secret.strip()).encode()
        found: tuple[int, Token] | None = None
        # Every entry is compared in full, whichever one fits: how long it takes says nothing.
        for slot, (kept, token) in enumerate(self._tokens):
            if hmac.compare_digest(kept, sent):
                found = slot, token
        return found if found is not None and self._counts(found[1]) else None

    def _reread(self) -> None:
        """Take up what changed. A file that cannot be read any more lets nobody in."""
        now = stamp(self._path)
        if now == self._seen:
            return
        self._seen = now
        try:
            self._tokens = _keyed(self._path)
        except (GoliveError, OSError) as exc:
            log.error("nobody is let in: %s", exc)
            self._tokens = ()


class Open:
    """No door: the application around it, in which the service is mounted, has its own."""

    def check(self, headers: Mapping[str, str], scope: str) -> Token | None:
        """Let everybody in, known by no token."""
        return None


Door = Loopback | Bearer | Open
OPEN = Open()


def _keyed(path: Path) -> tuple[tuple[bytes, Token], ...]:
    return tuple((token.sha256.encode(), token) for token in tokens.read(path).tokens)


def _is_local(host: str) -> bool:
    """Say whether a ``Host`` header names this machine; how it is nearly always written is asked first."""
    name, _, port = host.partition(":")
    if name in LOOPBACK and (port.isdecimal() or not port):
        return True
    return host_of(f"//{host}") in LOOPBACK


def host_of(url: str) -> str | None:
    """Return the host of an address; None where it has none."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _no_token(sent: str) -> Exception:
    """Say whether a token was missing or does not count. Which of its reasons it is stays between holder and owner."""
    scheme, _, secret = sent.partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        detail = "this token does not count: it is unknown, over or withdrawn; golive token list shows those that do"
        challenge = 'Bearer error="invalid_token"'  # RFC 6750
    else:
        detail, challenge = "expected the header `Authorization: Bearer TOKEN`", "Bearer"
    return refuse(401, "unauthorized", "No valid token", detail, headers={"WWW-Authenticate": challenge})


def _forbidden(detail: str) -> Exception:
    return refuse(403, "forbidden", "Not from here", detail)

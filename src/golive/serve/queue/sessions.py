"""Who works at the page: a session that begins with a token and ends after eight hours or with the token.

The cookie holds the name of the token and when the session ends, under a keyed digest (HMAC-SHA256) with a secret that
lives as long as the service. The digest covers the token too, so a new token of the same name opens nothing that the
old one began. Nothing is kept here, so every worker knows every session; whether the token still counts is asked of the
door each time.

No other page can send a form (CSRF): it carries a second keyed digest of the session, which no other page can read.
Where nobody logs in here, the browser says from where a form comes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import TYPE_CHECKING, NamedTuple

from golive.serve.door import LOOPBACK, Bearer, host_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.records.tokens import Token
    from golive.serve.door import Door

HOURS = 8
"""A working day."""
_NAME = "golive_session"


class Session(NamedTuple):
    """Somebody at the page."""

    ident: str
    """What the cookie holds; the same for everybody where nobody logs in here."""
    token: Token | None
    """Whose it is; None where this machine alone is answered, or the application around vouches for its callers."""


class Sessions:
    """Begins and recognises sessions.

    Parameters
    ----------
    frame_hosts
        Pages that may show the queue in a frame, such as ``https://desk.example.org``.
    """

    def __init__(self, frame_hosts: tuple[str, ...] = ()) -> None:
        self._secret = secrets.token_bytes(32)  # made before workers are forked, so they share it
        self._framed = bool(frame_hosts)

    def found(self, door: Door, headers: Mapping[str, str], now: float) -> Session | None:
        """Return the session of a request; None where somebody must log in first.

        Parameters
        ----------
        door
            Who may speak to the service.
        headers
            Of the request.
        now
            Seconds since 1970.
        """
        if not isinstance(door, Bearer):
            return Session("", None)
        ident = _cookie(headers)
        payload, _, signed = ident.partition(".")
        name, until = _read(payload)
        token = door.named(name)
        if token is None or not hmac.compare_digest(signed.encode(), self._begun(token, payload).encode()):
            return None
        return Session(ident, token) if now < until else None

    def begun(self, token: Token, headers: Mapping[str, str], now: float) -> str:
        """Return the cookie of a new session, for the header ``Set-Cookie``."""
        until = int(now) + HOURS * 3600
        payload = base64.urlsafe_b64encode(f"{until}:{secrets.token_hex(8)}:{token.name}".encode()).decode().rstrip("=")
        return self._set(f"{payload}.{self._begun(token, payload)}", HOURS * 3600, headers)

    def ended(self, headers: Mapping[str, str]) -> str:
        """Return the cookie that ends a session."""
        return self._set("", 0, headers)

    def form_key(self, session: Session) -> str:
        """Return what every form of a session carries; nothing where nobody logs in here."""
        return "" if session.token is None else self._signed("form", session.ident)

    def is_own_form(self, session: Session, headers: Mapping[str, str], sent: str) -> bool:
        """Return whether a form came from a page of this session; ``sent`` is the key that it carried."""
        if session.token is None:  # several processes may answer, and none knows what another one wrote into a form
            return _from_here(headers)
        return hmac.compare_digest(self.form_key(session).encode(), sent.encode())

    def _begun(self, token: Token, payload: str) -> str:
        return self._signed("session", f"{token.sha256}:{payload}")

    def _signed(self, kind: str, said: str) -> str:
        return hmac.new(self._secret, f"{kind}:{said}".encode(), hashlib.sha256).hexdigest()

    def _set(self, value: str, seconds: int, headers: Mapping[str, str]) -> str:
        plain = host_of(f"//{headers.get('host', '')}") in LOOPBACK  # nobody has a certificate for his own machine
        if headers.get("origin", "").startswith("https:"):  # a proxy in front calls this machine by its own name
            plain = False
        secure = "" if plain and not self._framed else "; Secure"
        # In a frame of another site a browser sends only cookies that say so themselves.
        site = "None; Partitioned" if self._framed else "Strict"
        return f"{_NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite={site}{secure}"


def _from_here(headers: Mapping[str, str]) -> bool:
    """Return whether a browser sends this from a page of ours; what says nothing is no browser, and shows no pages."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")  # of a browser from before 2023, or without TLS
    return origin is None or origin.partition("://")[2] == headers.get("host", "")


def _cookie(headers: Mapping[str, str]) -> str:
    for piece in headers.get("cookie", "").split(";"):
        name, _, value = piece.strip().partition("=")
        if name == _NAME:
            return value
    return ""


def _read(payload: str) -> tuple[str, float]:
    try:
        until, _, name = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)).decode().split(":", 2)
        return name, float(until)
    except (ValueError, binascii.Error):
        return "", 0.0

"""Who may call the service: bearer tokens, of which only digests are kept."""

from __future__ import annotations

from enum import Enum

from golive.records.document import Part, Record


class Scope(str, Enum):
    """What a token may do."""

    decide = "decide"
    outcome = "outcome"
    read = "read"
    desk = "desk"
    admin = "admin"


class Token(Part, frozen=True, kw_only=True):
    """One bearer token."""

    name: str
    """Who holds it, for people and for the log."""
    scopes: tuple[Scope, ...]
    sha256: str
    """Of the token as it is sent, 64 hexadecimal digits."""
    created: str
    """Day, ISO 8601, UTC."""
    expires: str | None = None
    """The last day on which it counts, ISO 8601, UTC; null for no end."""
    roles: tuple[str, ...] = ()
    """In which its holder may override, where the policy says who may."""
    rate: float | None = None
    """Requests per second that it may make, with a second's worth at once; null for no limit."""


class Tokens(Record, frozen=True, kw_only=True, tag="tokens/1"):
    """The file of tokens. It belongs to whoever serves and never lies inside a bundle."""

    tokens: tuple[Token, ...]

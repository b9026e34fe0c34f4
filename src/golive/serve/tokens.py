"""The file of tokens: made, listed and withdrawn by `golive token`, read by the service.

A token has 256 random bits, so a plain SHA-256 of it can be kept: there is nothing to guess. The token itself is shown
once, when it is made.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from golive.engine.whole import put_files
from golive.errors import InputError
from golive.records.document import decode, encode
from golive.records.tokens import Scope, Token, Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX = "golive_"
"""So that a token that leaked into a repository is found by a search."""
_MOST = 1_000
"""Tokens of a file; each request is compared with all of them."""


def read(path: Path) -> Tokens:
    """Read a file of tokens.

    Raises
    ------
    InputError
        It is not there, or not such a file; every wrong entry is named. What it holds is not repeated.
    """
    if not path.is_file():
        raise InputError(
            f"there is no file of tokens `{path}`", hint=f"golive token new NAME --scope decide --tokens {path}"
        )
    found = decode(path.read_bytes(), Tokens, name=path.name)
    wrong = [f"entry {index}: {what}" for index, token in enumerate(found.tokens) if (what := _wrong(token))]
    names = [token.name for token in found.tokens]
    wrong += [f"the name `{name}` stands twice" for name in sorted(set(names)) if names.count(name) > 1]
    if len(names) > _MOST:
        wrong.append(f"it holds {len(names):,} tokens, expected at most {_MOST:,}")
    if wrong:
        raise InputError(f"`{path}` cannot be used: {'; '.join(wrong)}", hint="golive token writes such files")
    return found


def new(
    path: Path,
    name: str,
    *,
    scopes: Sequence[Scope],
    today: date,
    expires: date | None = None,
    rate: float | None = None,
    roles: Sequence[str] = (),
) -> str:
    """Add a token to a file, which is made where it is not there, and return the token: nobody can read it again.

    Raises
    ------
    InputError
        The name is taken, or the token would never count.
    """
    held = read(path).tokens if path.exists() else ()
    if any(token.name == name for token in held):
        raise InputError(f"there is a token `{name}` already", hint=f"golive token withdraw {name} --tokens {path}")
    if not name.isprintable() or not 0 < len(name) <= 200:
        raise InputError(f"the name has {len(name)} characters, expected one line of 1 to 200")
    if not all(map(str.strip, roles)):
        raise InputError("a role is empty; expected a name such as underwriter")
    if expires is not None and expires < today:
        raise InputError(f"the token would expire on {expires}, which is over; today is {today}")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(
        name=name,
        scopes=tuple(scope for scope in Scope if scope in scopes),
        sha256=digest(secret),
        created=today.isoformat(),
        expires=None if expires is None else expires.isoformat(),
        rate=rate,
        roles=tuple(roles),
    )
    _write(path, (*held, token))
    return secret


def withdraw(path: Path, name: str) -> None:
    """Take a token out of a file; a service that runs notices.

    Raises
    ------
    InputError
        There is no token of this name.
    """
    held = read(path).tokens
    left = tuple(token for token in held if token.name != name)
    if left == held:
        known = ", ".join(token.name for token in held) or "none"
        raise InputError(f"there is no token `{name}`", hint=f"the file holds: {known}")
    _write(path, left)


def digest(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _write(path: Path, tokens: tuple[Token, ...]) -> None:
    put_files({path.parent: {path.name: encode(Tokens(tokens=tokens))}})


def _wrong(token: Token) -> str:
    if not re.fullmatch(r"[0-9a-f]{64}", token.sha256):
        return f"`sha256` has {len(token.sha256)} characters or is not hexadecimal, expected 64 digits 0-9 a-f"
    if not token.scopes:
        return f"no scope, expected some of {', '.join(Scope)}"
    if not all(map(str.strip, token.roles)):
        return "a role is empty, expected names such as underwriter"
    if token.rate is not None and token.rate <= 0:
        return f"`rate` is {token.rate}, expected a number above 0"
    if token.expires is not None and not _is_day(token.expires):
        return f"`expires` is `{token.expires}`, expected a day such as 2027-03-31"
    return ""


def _is_day(text: str) -> bool:
    """Say whether a text is a day as days are compared: other forms of ISO 8601 sort elsewhere, and never expire."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

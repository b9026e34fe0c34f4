"""Where a journal is: a path, or a URL. A password in it is never shown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import SplitResult, urlsplit

from golive.errors import InputError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_POSTGRES = ("postgresql", "postgres")
_FORMS = "expected a file, sqlite:///FILE, or postgresql://USER@HOST:PORT/DATABASE"
_HOST = re.compile(r"[A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\]")


class Address(NamedTuple):
    """A journal's place."""

    kind: Literal["sqlite", "postgresql"]
    target: str
    """The path, or the whole URL with its password: for opening only."""
    shown: str
    """As it may stand in a message, a log or a command to paste."""

    @property
    def path(self) -> Path:
        """The SQLite file."""
        return Path(self.target)


def address(at: str | Path | Address) -> Address:
    """Read where a journal is.

    Parameters
    ----------
    at
        A path, ``sqlite:///relative/file``, ``sqlite:////absolute/file``, or
        ``postgresql://USER@HOST:PORT/DATABASE``.

    Raises
    ------
    InputError
        Another scheme, or a URL that cannot be read. The URL itself is not shown: it may hold a password.
    """
    if isinstance(at, Address):
        return at
    text = str(at)
    scheme = _SCHEME.match(text) if isinstance(at, str) else None
    if scheme is None:
        return _plain(text)
    name = scheme[1].lower()
    if name == "sqlite":
        return _sqlite(text)
    if name in _POSTGRES:
        return _postgres(text)
    raise InputError(f"a journal is not kept in `{name}://`; {_FORMS}", hint="--journal journal.db")


def _plain(text: str) -> Address:
    first = text.partition(":")[0].lower()
    if ":" in text and first in ("sqlite", *_POSTGRES):
        raise InputError(f"the journal starts with `{first}:` but not with `{first}://`; {_FORMS}")
    if not text:
        raise InputError(f"the journal has no name; {_FORMS}", hint="--journal journal.db")
    return Address("sqlite", text, text)


def _sqlite(text: str) -> Address:
    path = text.partition("://")[2]
    if not path.startswith("/") or len(path) == 1:
        raise InputError(
            f"`{text}` names no file; {_FORMS}", hint="three strokes for a path from here: sqlite:///journal.db"
        )
    return Address("sqlite", path[1:], path[1:])


def _postgres(text: str) -> Address:
    try:
        parts = urlsplit(text)
        shown = _shown(parts)
    except ValueError:
        shown = None
    if shown is None:
        # Nothing of it is repeated: where it cannot be read, nobody knows which part is the password.
        raise InputError(
            "the URL of the journal cannot be read; expected postgresql://USER:PASSWORD@HOST:PORT/DATABASE",
            hint="write special characters of the password as %XX, or leave it out and set PGPASSWORD",
        )
    return Address("postgresql", text, shown)


def _shown(parts: SplitResult) -> str | None:
    """Return the URL without its password and options; None where it is not plainly one."""
    user, _, host = parts.netloc.rpartition("@")
    if "@" in user or "@" in parts.path + parts.query + parts.fragment or parts.fragment:
        return None
    if not _HOST.fullmatch(re.sub(r":\d*$", "", host)):
        return None
    name = user.partition(":")[0]
    return f"postgresql://{name}@{host}{parts.path}" if name else f"postgresql://{host}{parts.path}"

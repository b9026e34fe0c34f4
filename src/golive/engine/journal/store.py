"""What the journal asks of a database. SQLite and Postgres hold the same tables and answer the same statements."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from golive.engine.journal import postgres, sqlite
from golive.engine.journal.address import address

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from golive.engine.journal.address import Address
    from golive.engine.journal.chain import Cell


class Store(Protocol):
    """An open database. Every error of its library is translated here; marks are ``?``."""

    shown: str
    format: str

    def rows(self, sql: str, values: Sequence[Cell] = ()) -> Iterator[dict[str, Cell]]:
        """Yield the rows of a query, read in pieces."""

    def names(self, table: str) -> list[str]:
        """Return the columns of a table."""

    def execute(self, sql: str, values: Sequence[Cell] = ()) -> int:
        """Run a statement; return how many rows it touched."""

    def index(self, name: str, on: str) -> None:
        """Make an index that is not there."""

    def many(self, sql: str, values: Sequence[Sequence[Cell]]) -> None:
        """Run a statement for each of some values."""

    def numbers(self, table: str, count: int) -> Sequence[int]:
        """Return the next numbers of a table, in order over all writers."""

    def alone(self) -> None:
        """Let no other writer count until this transaction is over."""

    def transaction(self) -> AbstractContextManager[None]:
        """Everything in it is on disk when it is left, or nothing is."""

    @property
    def lost(self) -> bool:
        """Whether the connection is gone, so that another one may fare better."""

    def check(self) -> None:
        """Raise `WorldError` unless this is still the journal that was opened and a write would reach it."""

    def probe(self) -> None:
        """Change nothing, in such a way that it fails where a change would."""

    def clean(self) -> None:
        """Let go of what was erased, as far as the database can."""

    def close(self) -> None:
        """Let the database go."""


def writing(at: str | Path | Address, *, create: bool, timeout: float) -> Store:
    """Open a journal for writing; see `golive.engine.journal.writer.connect`."""
    where = address(at)
    if where.kind == "postgresql":
        return postgres.writing(where, create=create, timeout=timeout)
    return sqlite.writing(where.path, create=create, timeout=timeout)


@contextmanager
def reading(at: str | Path | Address) -> Iterator[Store]:
    """Open a journal as it stands at one moment; older formats too."""
    store = opened(at)
    try:
        with store.transaction():
            yield store
    finally:
        store.close()


def opened(at: str | Path | Address) -> Store:
    """Open a journal for reading more than once; each `Store.transaction` sees it as it is then."""
    where = address(at)
    return postgres.reading(where) if where.kind == "postgresql" else sqlite.reading(where.path)

"""The journal in one SQLite file: write-ahead log, ``synchronous=FULL``."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from golive.engine.journal.columns import FEWEST_DAYS, FORMAT, PLAIN, SCHEMA
from golive.engine.journal.old import FORMAT as OLD
from golive.engine.place import need_place
from golive.errors import InputError, WorldError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from golive.engine.journal.chain import Cell


class SqliteStore:
    """An open file; see `golive.engine.journal.store.Store`."""

    def __init__(self, connection: sqlite3.Connection, path: Path, *, begin: str) -> None:
        self.shown = str(path)
        self.format = FORMAT
        self._connection, self._path, self._begin = connection, path, begin
        self._inode = path.stat().st_ino

    def rows(self, sql: str, values: Sequence[Cell] = ()) -> Iterator[dict[str, Cell]]:
        with _translated(self._path):
            cursor = self._connection.execute(sql, values)
            names = [column[0] for column in cursor.description]
            for found in cursor:
                yield dict(zip(names, found, strict=True))

    def names(self, table: str) -> list[str]:
        with _translated(self._path):
            return [column[0] for column in self._connection.execute(f"SELECT * FROM {table} LIMIT 0").description]

    def execute(self, sql: str, values: Sequence[Cell] = ()) -> int:
        with _translated(self._path):
            return self._connection.execute(sql, values).rowcount

    def index(self, name: str, on: str) -> None:
        self.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {on}")

    def many(self, sql: str, values: Sequence[Sequence[Cell]]) -> None:
        with _translated(self._path):
            self._connection.executemany(sql, values)

    def numbers(self, table: str, count: int) -> Sequence[int]:
        (found,) = self.rows(f"SELECT coalesce(max(seq), 0) AS last FROM {table}")
        last = int(found["last"] or 0)
        return range(last + 1, last + 1 + count)

    def alone(self) -> None:
        """Two never write at once here."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with _translated(self._path):
            self._connection.execute(self._begin)
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @property
    def lost(self) -> bool:
        return False

    def check(self) -> None:
        # A file that was moved or removed would still take writes, and nobody would ever find them.
        try:
            inode = self._path.stat().st_ino
        except OSError as exc:
            raise WorldError(f"the journal `{self._path}` is not there any more: {exc.strerror}") from exc
        if inode != self._inode:
            raise WorldError(f"the journal `{self._path}` is another file than the one that was opened")

    def probe(self) -> None:
        # Not a value set to itself: SQLite compares, and no byte would go to the disk.
        for value in ("", self.format):
            self.execute("UPDATE meta SET format = ?", (value,))

    def clean(self) -> None:
        with _translated(self._path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self._connection.close()


def writing(path: Path, *, create: bool, timeout: float) -> SqliteStore:
    """Open a file for writing; make it when it is not there and ``create`` is true."""
    if not path.exists():
        _may_create(path, create=create)
    with _translated(path):
        # Several threads may hold it, one after the other (`golive.serve.pen`).
        connection = sqlite3.connect(path, isolation_level=None, timeout=timeout, check_same_thread=False)
        try:
            _prepare(connection, path)
            return SqliteStore(connection, path, begin="BEGIN IMMEDIATE")
        except BaseException:
            connection.close()
            raise


def reading(path: Path) -> SqliteStore:
    """Open a file for reading, of this format or of an older one."""
    if not path.exists():
        raise _none(path)
    with _translated(path):
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.execute("PRAGMA query_only=ON")
            found = _check_format(connection, path, FORMAT, OLD)
            store = SqliteStore(connection, path, begin="BEGIN")
        except BaseException:
            connection.close()
            raise
    store.format = found
    return store


def _none(path: Path) -> InputError:
    return InputError(f"there is no journal `{path}`", hint="golive serve BUNDLE --journal FILE writes one")


def _may_create(path: Path, *, create: bool) -> None:
    if not create:
        raise _none(path)
    need_place(path)
    if not path.parent.is_dir():
        raise InputError(f"the folder of the journal `{path}` is not there", hint=f"mkdir -p {path.parent}")
    # What people told us is in it: nobody else reads it. Where it cannot be made, SQLite says why.
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        _check_format(connection, path, FORMAT)  # before anything is set in a database that is not ours
    (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise WorldError(f"the journal `{path}` cannot be kept durable: SQLite answers `{mode}` to WAL, expected `wal`")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")  # what is erased is overwritten, not only let go
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES (?, ?, ?)", (FORMAT, FEWEST_DAYS, PLAIN))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    _check_format(connection, path, FORMAT)


def _check_format(connection: sqlite3.Connection, path: Path, *expected: str) -> str:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
    with closing(connection.cursor()) as cursor:
        found = cursor.execute("SELECT format FROM meta").fetchone() if known else None
    if found is not None and found[0] in expected:
        return str(found[0])
    old = found == (OLD,)
    raise InputError(
        f"`{path}` is not a journal that this version {'writes' if old else 'reads'}: "
        f"found `{found[0] if found else 'another database'}`, expected `{FORMAT}`",
        hint="start a new file beside it; golive watch and golive journal still read the old one"
        if old
        else "name a file that golive serve wrote, or one that is not there yet",
    )


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    if path.is_dir():
        raise InputError(f"`{path}` is a folder; expected the file of a journal", hint=f"name {path / 'journal.db'}")
    try:
        yield
    except sqlite3.OperationalError as exc:
        raise WorldError(
            f"the journal `{path}` cannot be used: {exc}", hint="is there space, the right to write, another writer?"
        ) from exc
    except sqlite3.DatabaseError as exc:
        raise InputError(f"`{path}` is not a journal: {exc}", hint="expected a file that golive serve wrote") from exc

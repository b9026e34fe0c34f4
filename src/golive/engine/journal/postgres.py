"""The journal in a Postgres database: the same tables, in the schema ``golive``, for writers on several machines.

psycopg is imported when such a journal is opened, and only here. What Postgres says is shown without the URL, which may
hold a password.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from golive.engine.journal.columns import FEWEST_DAYS, FORMAT, PLAIN, SCHEMA, TABLES
from golive.engine.journal.counts import INDEXES
from golive.errors import InputError, WorldError, need

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from golive.engine.journal.address import Address
    from golive.engine.journal.chain import Cell

_LOCK = 7_454_127_965_029  # any number: whoever makes the tables holds it
_COUNTING = _LOCK + 1  # whoever counts before it adds holds it
_CONNECT = 5  # seconds
_SILENT = 10_000  # milliseconds in which a server that does not answer counts as gone
_PIECE = 2_000
_DURABLE = ("on", "remote_write", "remote_apply")
_WRITE = "BEGIN"
_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class Repeat(Exception):  # noqa: N818  # not an error: two writers wrote the same case at one moment
    """The transaction was undone because of another writer; the same once more will see what that one wrote."""


class PostgresStore:
    """An open connection; see `golive.engine.journal.store.Store`."""

    def __init__(self, at: Address, *, begin: str) -> None:
        self.shown = at.shown
        self.format = FORMAT
        self._psycopg: Any = need("psycopg", extra="postgres")
        # Its own warnings repeat what is raised, and might repeat a password.
        logging.getLogger("psycopg").setLevel(logging.ERROR)
        self._begin, self._hidden = begin, _secrets(at.target)
        with self._translated():
            self._connection: Any = self._psycopg.connect(at.target, autocommit=True, **_settings(self._psycopg, at))

    def rows(self, sql: str, values: Sequence[Cell] = ()) -> Iterator[dict[str, Cell]]:
        with self._translated():
            # A cursor of the server where whole tables are read: they may be larger than the memory.
            name = "golive" if self._begin == _READ else ""
            with self._connection.cursor(name) as cursor:
                if name:
                    cursor.itersize = _PIECE
                cursor.execute(_marked(sql), values)
                names = [column.name for column in cursor.description]
                for found in cursor:
                    yield dict(zip(names, found, strict=True))

    def names(self, table: str) -> list[str]:
        with self._translated():
            return [column.name for column in self._connection.execute(f"SELECT * FROM {table} LIMIT 0").description]

    def execute(self, sql: str, values: Sequence[Cell] = ()) -> int:
        with self._translated():
            return int(self._connection.execute(_marked(sql) if values else sql, values or None).rowcount)

    def index(self, name: str, on: str) -> None:
        # Looked up first: to make one, even one that is there, takes the owner of the table.
        known = "SELECT 1 AS known FROM pg_catalog.pg_indexes WHERE schemaname = 'golive' AND indexname = ?"
        if not list(self.rows(known, (name,))):
            self.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {on}")

    def many(self, sql: str, values: Sequence[Sequence[Cell]]) -> None:
        with self._translated(), self._connection.cursor() as cursor:
            cursor.executemany(_marked(sql), values)

    def numbers(self, table: str, count: int) -> Sequence[int]:
        asked = f"SELECT nextval('{table}_seq') AS number FROM generate_series(1, ?)"
        return sorted(int(found["number"] or 0) for found in self.rows(asked, (count,)))

    def alone(self) -> None:
        self.execute("SELECT pg_advisory_xact_lock(?)", (_COUNTING,))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.execute(self._begin)
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if not self._connection.closed:
                self.execute("ROLLBACK")
            raise

    @property
    def lost(self) -> bool:
        return bool(self._connection.closed)

    def check(self) -> None:
        """Nothing to look at beforehand: a server that is gone says so at the next statement."""

    def probe(self) -> None:
        # Not a change of a row: for that this user may lack the right.
        self.execute("SELECT pg_current_xact_id()")

    def clean(self) -> None:
        for table in TABLES:
            self.execute(f"VACUUM {table}")

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        errors = self._psycopg.errors
        try:
            yield
        except (errors.UniqueViolation, errors.DeadlockDetected, errors.SerializationFailure) as exc:
            raise Repeat from exc
        except self._psycopg.DataError as exc:
            raise ValueError("Postgres does not take a value of the row") from exc
        except self._psycopg.Error as exc:
            raise WorldError(
                f"the journal `{self.shown}` cannot be used: {_said(exc, self._hidden)}", hint=_hint(exc, errors)
            ) from exc


def writing(at: Address, *, create: bool, timeout: float) -> PostgresStore:
    """Open a database for writing; make the tables when they are not there and ``create`` is true."""
    store = PostgresStore(at, begin=_WRITE)
    try:
        store.execute(f"SET lock_timeout = {max(int(timeout * 1000), 1)}")
        _need_durable(store)
        with store.transaction():
            store.execute("SELECT pg_advisory_xact_lock(?)", (_LOCK,))
            if not _there(store):
                if not create:
                    raise _none(store)
                _create(store)
        _need_format(store)
    except BaseException:
        store.close()
        raise
    return store


def reading(at: Address) -> PostgresStore:
    """Open a database for reading."""
    store = PostgresStore(at, begin=_READ)
    try:
        with store.transaction():
            if not _there(store):
                raise _none(store)
            _need_format(store)
    except BaseException:
        store.close()
        raise
    return store


def _marked(sql: str) -> str:
    """Return a statement with the marks of the library."""
    return sql.replace("%", "%%").replace("?", "%s")


def _settings(psycopg: Any, at: Address) -> dict[str, object]:
    try:
        said = psycopg.conninfo.conninfo_to_dict(at.target)
    except psycopg.ProgrammingError:
        raise InputError(
            f"the URL of the journal `{at.shown}` cannot be read",
            hint="postgresql://USER@HOST:PORT/DATABASE, and options of libpq behind a question mark",
        ) from None
    ours: dict[str, object] = {"connect_timeout": _CONNECT, "tcp_user_timeout": _SILENT, "application_name": "golive"}
    return {name: value for name, value in ours.items() if name not in said} | {"client_encoding": "utf8"}


def _need_durable(store: PostgresStore) -> None:
    settings = "server_encoding", "fsync", "synchronous_commit", "transaction_read_only"
    columns = ", ".join(f"current_setting('{name}') AS {name}" for name in settings)
    (found,) = store.rows(f"SELECT {columns}")
    for name, expected in (("server_encoding", "UTF8"), ("fsync", "on"), ("transaction_read_only", "off")):
        if found[name] != expected:
            said = f"`{name}` is `{found[name]}`, expected `{expected}`"
            raise WorldError(
                f"the journal `{store.shown}` cannot be kept durable: {said}",
                hint="name a database that is written to, in UTF8, on a server that waits for its disk",
            )
    if found["synchronous_commit"] not in _DURABLE:
        store.execute("SET synchronous_commit = on")


def _there(store: PostgresStore) -> bool:
    (found,) = store.rows(
        "SELECT count(*) AS n FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace"
        " WHERE s.nspname = 'golive' AND c.relname = 'meta'"
    )
    store.execute("SET search_path TO golive")
    return bool(found["n"])


def _create(store: PostgresStore) -> None:
    (found,) = store.rows("SELECT count(*) AS n FROM pg_catalog.pg_namespace WHERE nspname = 'golive'")
    if not found["n"]:
        store.execute("CREATE SCHEMA golive")
    for statement in SCHEMA.replace("seq INTEGER", "seq BIGINT").split(";"):
        if statement.strip():
            store.execute(statement)
    for table in TABLES:
        store.execute(f"CREATE SEQUENCE {table}_seq")
    for name, on in INDEXES.items():  # now, by the owner: who serves later may only add rows
        store.index(name, on)
    store.execute("INSERT INTO meta VALUES (?, ?, ?)", (FORMAT, FEWEST_DAYS, PLAIN))


def _need_format(store: PostgresStore) -> None:
    found = [str(row["format"]) for row in store.rows("SELECT format FROM golive.meta")]
    if found != [FORMAT]:
        said = f"found `{', '.join(found)}`, expected `{FORMAT}`"
        raise InputError(
            f"`{store.shown}` is not a journal that this version reads: {said}", hint="name another database"
        )


def _none(store: PostgresStore) -> InputError:
    return InputError(
        f"there is no journal in `{store.shown}`", hint="golive serve BUNDLE --journal postgresql://… writes one"
    )


def _secrets(url: str) -> tuple[str, ...]:
    """Return what no message may repeat: the URL and the password in it, as typed and as meant."""
    password = urlsplit(url).password or ""
    return tuple(text for text in (url, password, unquote(password)) if text)


def _said(exc: Exception, hidden: Sequence[str]) -> str:
    lines = str(exc).strip().splitlines() or [type(exc).__name__]
    said = lines[0]  # what follows may repeat values of a row
    for text in hidden:
        said = said.replace(text, "…")
    return said


def _hint(exc: Exception, errors: Any) -> str:
    if isinstance(exc, errors.InsufficientPrivilege):
        return (
            "GRANT CREATE ON DATABASE … TO …; or let the owner open it once, then GRANT on the tables of schema golive"
        )
    if isinstance(exc, errors.LockNotAvailable):
        return "another writer holds it for too long"
    return "is the server there, is there space, may this user connect?"

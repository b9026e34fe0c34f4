"""The journal: every decision, outcome and action, written once, each row chained to the row before it.

One SQLite file. Rows are only ever added; a correction is a new row. Each of the three tables is a chain::

    digest = sha256(previous digest + canonical JSON of the other columns)

and ``heads`` keeps the last row of each, so a changed, moved, inserted or removed row is found by `verify`.
JSON columns are chained as the text that is stored. `golive.serve` writes, `golive.watch` reads.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from golive.engine.links import FIRST, Broken, Cell, link, walk
from golive.engine.place import need_place
from golive.errors import InputError, WorldError
from golive.records.journal import ActionRow, DecisionRow, OutcomeRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from golive.records.document import Digest

__all__ = [
    "FIRST",
    "FORMAT",
    "ActionRow",
    "Broken",
    "Conflict",
    "DecisionRow",
    "Log",
    "OutcomeRow",
    "Verified",
    "connect",
    "find",
    "read",
    "transaction",
    "verify",
    "write",
]

FORMAT = "journal/1"
AnyRow = DecisionRow | OutcomeRow | ActionRow
Row = TypeVar("Row", bound=AnyRow)

TABLES: Mapping[str, type[AnyRow]] = {"decisions": DecisionRow, "outcomes": OutcomeRow, "actions": ActionRow}
_JSON = frozenset({"inputs", "reasons", "problems", "ignored", "routing"})
_EXACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
_SAME = {"decisions": ("inputs",), "outcomes": ("outcome",), "actions": ("action", "by", "reason")}
"""The columns that make a second row of a case the same row again."""
_SCHEMA = """
CREATE TABLE meta (format TEXT NOT NULL);
CREATE TABLE heads (chain TEXT PRIMARY KEY, seq INTEGER NOT NULL, digest TEXT NOT NULL);
CREATE TABLE decisions (
  seq INTEGER PRIMARY KEY, case_id TEXT NOT NULL UNIQUE, time TEXT NOT NULL, bundle TEXT NOT NULL, policy TEXT NOT NULL,
  policy_id TEXT NOT NULL, golive TEXT NOT NULL, approved INTEGER NOT NULL, inputs TEXT NOT NULL, score REAL,
  action TEXT NOT NULL, band TEXT, rule TEXT, reasons TEXT NOT NULL, message TEXT NOT NULL, fallback INTEGER NOT NULL,
  problems TEXT NOT NULL, ignored TEXT NOT NULL, routing TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE outcomes (
  seq INTEGER PRIMARY KEY, case_id TEXT NOT NULL, outcome TEXT NOT NULL, time TEXT NOT NULL,
  previous TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE actions (
  seq INTEGER PRIMARY KEY, case_id TEXT NOT NULL, action TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL,
  time TEXT NOT NULL, previous TEXT NOT NULL, digest TEXT NOT NULL);
CREATE INDEX outcome_of ON outcomes (case_id, seq);
CREATE INDEX action_of ON actions (case_id, seq);
"""


class Log(NamedTuple):
    """The whole journal at one moment, in the order of writing."""

    decisions: tuple[DecisionRow, ...]
    outcomes: tuple[OutcomeRow, ...]
    actions: tuple[ActionRow, ...]


class Conflict(NamedTuple):
    """Cases that were decided before on other inputs. Nothing was written."""

    case_ids: tuple[str, ...]


class Verified(NamedTuple):
    """What `verify` found."""

    rows: dict[str, int]
    """Table -> rows that hold."""
    heads: dict[str, Digest]
    """Table -> digest of the last row that holds. Keep them elsewhere to notice a journal that was rewritten whole."""
    broken: Broken | None


def connect(path: Path, *, create: bool = False, timeout: float = 5.0) -> sqlite3.Connection:
    """Open a journal for writing, durable at every commit.

    Parameters
    ----------
    path
        The SQLite file.
    create
        Make it when it is not there.
    timeout
        Seconds to wait for another writer.

    Raises
    ------
    InputError
        There is no such file, or it is not a journal of this format.
    WorldError
        It cannot be opened for writing.
    """
    if not path.exists():
        _may_create(path, create=create)
    with _translated(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=timeout)
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def write(connection: sqlite3.Connection, rows: Sequence[Row]) -> tuple[Row, ...] | Conflict:
    """Add rows inside the caller's transaction, all or none.

    A row that repeats what the journal says of its case is not written twice: the row that stands is returned.

    Returns
    -------
    tuple of rows or Conflict
        The rows as they stand now, in order; or the cases decided before on other inputs.
    """
    if not rows:
        return ()
    table = _table(rows[0])
    cells = [_cells(row) for row in rows]
    conflicts = _conflicts(connection, cells) if table == "decisions" else ()
    if conflicts:
        return Conflict(conflicts)
    previous, seq = _head(connection, table)
    stand: list[Row] = []
    for row, values in zip(rows, cells, strict=True):
        found = _standing(connection, table, values)
        if found is not None and all(found[name] == values[name] for name in _SAME[table]):
            stand.append(_row(type(row), found))
            continue
        seq += 1
        previous = _insert(connection, table, seq, previous, values)
        stand.append(row)
    connection.execute("REPLACE INTO heads VALUES (?, ?, ?)", (table, seq, previous))
    return tuple(stand)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock; on leaving, everything is on disk or nothing is."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def find(path: Path, case_ids: Sequence[str]) -> dict[str, DecisionRow]:
    """Return the decisions of some cases; a case never decided is absent."""
    with _reading(path) as connection:
        found = ((case, _standing(connection, "decisions", {"case_id": case})) for case in case_ids)
        return {case: _row(DecisionRow, cells) for case, cells in found if cells is not None}


def read(path: Path) -> Log:
    """Read the whole journal as it stands at one moment."""
    with _reading(path) as connection:
        return Log(
            tuple(_all(connection, "decisions", DecisionRow)),
            tuple(_all(connection, "outcomes", OutcomeRow)),
            tuple(_all(connection, "actions", ActionRow)),
        )


def verify(path: Path) -> Verified:
    """Walk every chain and stop at the first row that does not hold.

    Notes
    -----
    What a chain alone cannot show is a journal rewritten from some row to the end, heads included. Compare
    ``heads`` with ones kept elsewhere.
    """
    rows: dict[str, int] = {}
    heads: dict[str, Digest] = {}
    with _reading(path) as connection:
        for table in TABLES:
            cursor = connection.execute(f"SELECT * FROM {table} ORDER BY seq")
            held = walk(table, (_named(cursor, found) for found in cursor), _head(connection, table))
            rows[table], heads[table], broken = held
            if broken:
                return Verified(rows, heads, broken)
    return Verified(rows, heads, None)


def _may_create(path: Path, *, create: bool) -> None:
    if not create:
        raise InputError(f"there is no journal `{path}`", hint="golive serve BUNDLE --journal FILE writes one")
    need_place(path)
    if not path.parent.is_dir():
        raise InputError(f"the folder of the journal `{path}` is not there", hint=f"mkdir -p {path.parent}")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        _check_format(connection, path)  # before anything is set in a database that is not ours
    (mode,) = connection.execute("PRAGMA journal_mode=WAL").fetchone()
    if mode != "wal":
        raise WorldError(f"the journal `{path}` cannot be kept durable: SQLite answers `{mode}` to WAL, expected `wal`")
    connection.execute("PRAGMA synchronous=FULL")
    with transaction(connection):
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES (?)", (FORMAT,))
    _check_format(connection, path)


def _check_format(connection: sqlite3.Connection, path: Path) -> None:
    known = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone()
    found = connection.execute("SELECT format FROM meta").fetchone() if known else None
    if found != (FORMAT,):
        raise InputError(
            f"`{path}` is not a journal that this version reads: found `{found[0] if found else 'another database'}`, "
            f"expected `{FORMAT}`",
            hint="name a file that golive serve wrote, or one that is not there yet",
        )


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.exists():
        raise InputError(f"there is no journal `{path}`", hint="golive serve BUNDLE --journal FILE writes one")
    with _translated(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA query_only=ON")
        _check_format(connection, path)
        connection.execute("BEGIN")
        yield connection


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


def _table(row: AnyRow) -> str:
    return next(table for table, kind in TABLES.items() if kind is type(row))


def _cells(row: AnyRow) -> dict[str, Cell]:
    return {name: _cell(name, getattr(row, name)) for name in row.__struct_fields__}


def _cell(name: str, value: Cell) -> Cell:
    if name == "inputs":  # whole numbers of any size, which msgspec has not
        return _EXACT.encode(value)
    if name in _JSON:
        return msgspec.json.encode(value, order="sorted").decode()
    return int(value) if isinstance(value, bool) else value


def _row(kind: type[Row], cells: Mapping[str, Cell]) -> Row:
    fields = {name: json.loads(str(cells[name])) if name in _JSON else cells[name] for name in kind.__struct_fields__}
    for name in ("fallback", "approved"):
        if name in fields:
            fields[name] = bool(fields[name])
    return msgspec.convert(fields, type=kind)


def _conflicts(connection: sqlite3.Connection, cells: Sequence[Mapping[str, Cell]]) -> tuple[str, ...]:
    """Return the cases whose inputs differ from those in the journal, or from each other."""
    seen: dict[Cell, Cell] = {}
    conflicts: dict[str, None] = {}
    for values in cells:
        case = values["case_id"]
        if case not in seen:
            found = _standing(connection, "decisions", values)
            seen[case] = values["inputs"] if found is None else found["inputs"]
        if seen[case] != values["inputs"]:
            conflicts[str(case)] = None
    return tuple(conflicts)


def _head(connection: sqlite3.Connection, table: str) -> tuple[Digest, int]:
    found = connection.execute("SELECT digest, seq FROM heads WHERE chain = ?", (table,)).fetchone()
    return found or (FIRST, 0)


def _standing(connection: sqlite3.Connection, table: str, values: Mapping[str, Cell]) -> dict[str, Cell] | None:
    """Return the last row of a case."""
    cursor = connection.execute(
        f"SELECT * FROM {table} WHERE case_id = ? ORDER BY seq DESC LIMIT 1", (values["case_id"],)
    )
    found = cursor.fetchone()
    return None if found is None else _named(cursor, found)


def _insert(
    connection: sqlite3.Connection, table: str, seq: int, previous: Digest, values: Mapping[str, Cell]
) -> Digest:
    cells: dict[str, Cell] = {"seq": seq, **values}
    chained = link(previous, cells)
    cells |= {"previous": previous, "digest": chained}
    marks = ",".join("?" * len(cells))
    connection.execute(f"INSERT INTO {table} ({','.join(cells)}) VALUES ({marks})", tuple(cells.values()))
    return chained


def _all(connection: sqlite3.Connection, table: str, kind: type[Row]) -> Iterator[Row]:
    cursor = connection.execute(f"SELECT * FROM {table} ORDER BY seq")
    return (_row(kind, _named(cursor, found)) for found in cursor)


def _named(cursor: sqlite3.Cursor, found: Sequence[Cell]) -> dict[str, Cell]:
    return {column[0]: value for column, value in zip(cursor.description, found, strict=True)}

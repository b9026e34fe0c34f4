"""Writing: what comes together is written in one transaction, and each writer links its rows to its own."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar

from golive.engine.journal.chain import START, Link, commitment, link
from golive.engine.journal.columns import (
    DIGEST,
    PERSONAL,
    cells_of,
    chained,
    inputs_digest,
    is_erased,
    personal,
    table_of,
)
from golive.engine.journal.counts import Counts
from golive.engine.journal.postgres import Repeat
from golive.engine.journal.standing import as_answered, last_of, repeats
from golive.engine.journal.store import writing
from golive.errors import InputError, WorldError
from golive.records.journal import ActionRow, DecisionRow, RemovalRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from golive.engine.journal.address import Address
    from golive.engine.journal.chain import Cell
    from golive.engine.journal.columns import AnyRow
    from golive.engine.journal.counts import Route
    from golive.engine.journal.store import Store

_TRIES = 5

T = TypeVar("T")
Cells: TypeAlias = "dict[str, Cell]"


class Conflict(NamedTuple):
    """Cases that cannot be decided as asked. Nothing was written."""

    case_ids: tuple[str, ...]
    """Decided before on other inputs."""
    erased: tuple[str, ...] = ()
    """Decided before, and what they were decided on has been erased."""


class Refused(NamedTuple):
    """An action that its route did not let through. Nothing of its batch was written."""

    case_id: str


Written: TypeAlias = "tuple[AnyRow, ...] | Conflict | Refused"


def connect(
    at: str | Path | Address, *, create: bool = False, timeout: float = 5.0, key: bytes | None = None
) -> Writer:
    """Open a journal for writing, durable at every commit.

    Parameters
    ----------
    at
        The SQLite file, or a URL; see `golive.engine.journal.address.address`.
    create
        Make it when it is not there.
    timeout
        Seconds to wait for another writer.
    key
        Keep a keyed digest of the inputs in place of the inputs.

    Raises
    ------
    InputError
        There is no such journal, or it is not one of this format.
    WorldError
        It cannot be opened for writing.
    """
    store = writing(at, create=create, timeout=timeout)
    try:
        if key is not None and not _keeps_digests(store):
            store.execute("UPDATE meta SET inputs = ?", (DIGEST,))
        return Writer(store, key=key)
    except BaseException:
        store.close()
        raise


class Writer:
    """One open connection, one chain per table. Several may write to one journal and wait for no common head."""

    def __init__(self, store: Store, *, key: bytes | None = None) -> None:
        self.name = "w-" + secrets.token_hex(8)
        self.store = store
        self._digests = key is not None or _keeps_digests(store)
        self._key = key
        self._heads: dict[str, Link] = {}
        self._counts = Counts(store)

    def write(self, *batches: Sequence[AnyRow], routes: Sequence[Route | None] = ()) -> list[Written]:
        """Add batches of rows in one transaction; what is returned is on disk.

        A row that repeats what the journal says of its case is not written twice: the row that stands is returned.

        Parameters
        ----------
        batches
            Rows.
        routes
            Per batch, what becomes of its new decisions by what was counted before them; none: they stay as they are.

        Returns
        -------
        list
            Per batch: its rows as they stand now, in order; or the conflict for which nothing of it was written.
        """
        return self._committed(lambda: self._written(batches, routes or [None] * len(batches)))

    def remove(self, take: Callable[[Store], Sequence[RemovalRow]]) -> Sequence[RemovalRow]:
        """Take something out and write down what it was, in one transaction."""

        def work() -> tuple[Sequence[RemovalRow], dict[str, Link]]:
            rows = take(self.store)
            cells = [cells_of(row, None) for row in rows]
            return rows, {"removals": self._insert("removals", cells)} if cells else {}

        return self._committed(work)

    def _committed(self, work: Callable[[], tuple[T, dict[str, Link]]]) -> T:
        for _ in range(_TRIES):
            try:
                with self.store.transaction():
                    result, heads = work()
            except Repeat:
                continue
            self._heads |= heads  # only now: a commit that failed moves nothing
            return result
        raise WorldError(f"the journal `{self.store.shown}` was written by others at the same moment, {_TRIES} times")

    def need_key(self) -> None:
        """Raise `InputError` where the journal keeps digests of inputs and no key was given."""
        if self._digests and self._key is None:
            raise InputError(
                f"the journal `{self.store.shown}` keeps digests of inputs, and there is no key to take them with",
                hint="golive serve --inputs digest, with the key that was used before",
            )

    def close(self) -> None:
        """Let the journal go."""
        self.store.close()

    def _written(
        self, batches: Sequence[Sequence[AnyRow]], routes: Sequence[Route | None]
    ) -> tuple[list[Written], dict[str, Link]]:
        self._counts.begin()
        if self._digests and any(isinstance(row, DecisionRow) for rows in batches for row in rows):
            self.need_key()
        if not any(batches):
            self.store.probe()
        cells = [[(row, table_of(row), cells_of(row, self._key)) for row in rows] for rows in batches]
        standing = self._standing([(table, found) for entries in cells for _, table, found in entries])
        fresh: dict[str, list[Cells]] = {}
        results = [self._one(*one, standing, fresh) for one in zip(cells, routes, strict=True)]
        return results, {table: self._insert(table, rows) for table, rows in fresh.items()}

    def _standing(self, entries: Sequence[tuple[str, Cells]]) -> dict[tuple[str, Cell], Cells]:
        """Return the last row of each case, by table and case."""
        wanted: dict[str, dict[Cell, None]] = {}
        for table, cells in entries:
            if "case_id" in cells:
                wanted.setdefault(table, {})[cells["case_id"]] = None
        return {
            (table, case): found
            for table, cases in wanted.items()
            for case, found in last_of(self.store, table, list(cases)).items()
        }

    def _one(
        self,
        entries: Sequence[tuple[AnyRow, str, Cells]],
        route: Route | None,
        standing: dict[tuple[str, Cell], Cells],
        fresh: dict[str, list[Cells]],
    ) -> Written:
        conflict = self._conflict(entries, standing)
        if conflict is not None:
            return conflict
        stand: list[AnyRow] = []
        added: dict[tuple[str, Cell], Cells] = {}
        kept: list[tuple[str, Cells]] = []
        for new, table, cells in entries:
            place = table, cells.get("case_id")
            found = added.get(place, standing.get(place))
            if found is not None and (table == "decisions" or repeats(table, found, cells)):
                stand.append(as_answered(table, found, new))
                continue
            row = self._routed(new, route)
            if row is None:
                return Refused(str(cells["case_id"]))
            added[place] = cells if row is new else cells_of(row, self._key)
            kept.append((table, added[place]))
            stand.append(row)
        standing |= added
        for table, cells in kept:
            fresh.setdefault(table, []).append(cells)
        return tuple(stand)

    def _routed(self, row: AnyRow, route: Route | None) -> AnyRow | None:
        """Return the row as it may be added, or none; what is added is counted."""
        routed = row if route is None else route(row, self._counts)  # type: ignore[arg-type]  # a route of such rows
        if isinstance(routed, DecisionRow):
            self._counts.add(routed)
        elif isinstance(routed, ActionRow):
            self._counts.acted(routed)
        return routed

    def _conflict(
        self, entries: Sequence[tuple[AnyRow, str, Cells]], standing: Mapping[tuple[str, Cell], Cells]
    ) -> Conflict | None:
        """Return the decisions whose inputs differ from those in the journal, or from each other."""
        seen: dict[Cell, Cells] = {}
        other: dict[str, None] = {}
        erased: dict[str, None] = {}
        for _, table, cells in entries:
            if table != "decisions":
                continue
            case = cells["case_id"]
            found = seen.setdefault(case, standing.get((table, case), cells))
            if is_erased(found):
                erased[str(case)] = None
            elif not self._same_inputs(found, cells):
                other[str(case)] = None
        return Conflict(tuple(other), tuple(erased)) if other or erased else None

    def _same_inputs(self, found: Cells, cells: Cells) -> bool:
        """Whether two decisions had the same inputs. Where that cannot be told they had not."""
        if found["inputs_digest"] is None and self._key is not None:
            return inputs_digest(self._key, found["inputs"]) == cells["inputs_digest"]
        return (found["inputs"], found["inputs_digest"]) == (cells["inputs"], cells["inputs_digest"])

    def _insert(self, table: str, rows: Sequence[Cells]) -> Link:
        last = self._heads.get(table, START)
        chained_rows = []
        for seq, cells in zip(self.store.numbers(table, len(rows)), rows, strict=True):
            cells |= {"seq": seq, "writer": self.name, "number": last.number + 1}
            if table in PERSONAL:
                cells["commitment"] = commitment(str(cells["salt"]), personal(table, cells))
            digest = link(last.digest, chained(table, cells))
            chained_rows.append(cells | {"previous": last.digest, "digest": digest})
            last = Link(digest, last.number + 1)
        names = list(chained_rows[0])
        marks = ",".join("?" * len(names))
        self.store.many(
            f"INSERT INTO {table} ({','.join(names)}) VALUES ({marks})",
            [[cells[name] for name in names] for cells in chained_rows],
        )
        self.store.execute(
            "INSERT INTO heads (writer, chain, number, digest) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (writer, chain) DO UPDATE SET number = excluded.number, digest = excluded.digest",
            (self.name, table, last.number, last.digest),
        )
        return last


def _keeps_digests(store: Store) -> bool:
    (found,) = store.rows("SELECT inputs FROM meta")
    return found["inputs"] == DIGEST

"""Does the journal hold: every chain is walked, every commitment that can be is computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.journal import old
from golive.engine.journal.chain import START, Link, end_problem, problem, same_commitment, whole
from golive.engine.journal.columns import ERASED, PERSONAL, PRUNED, chained, is_erased, personal
from golive.engine.journal.store import reading
from golive.records.document import Digest
from golive.records.journal import Broken, Head, Verified

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from golive.engine.journal.address import Address
    from golive.engine.journal.chain import Cell
    from golive.engine.journal.store import Store

Ends = dict[tuple[str, str], Link]
"""Table and writer -> a place in that chain."""
TABLES_IN_ORDER = ("removals", "decisions", "outcomes", "actions")
"""What was removed on purpose comes first: the other chains are read with it."""


def verify(at: str | Path | Address, *, heads: Sequence[Head] = ()) -> Verified:
    """Walk every chain and stop at the first row that does not hold.

    Parameters
    ----------
    at
        The journal.
    heads
        Ends of chains that were kept elsewhere. They notice what chains alone cannot show: a journal that was
        rewritten from some row to its end, heads included, or a chain that was removed whole.
    """
    with reading(at) as store:
        walk = _Walk(store, {(head.table, head.writer, head.number): head.digest for head in heads if head.number})
        for table in old.TABLES if store.format == old.FORMAT else TABLES_IN_ORDER:
            walk.table(table)
            if walk.broken is not None:
                break
        return walk.result()


class _Walk:
    """A walk through the chains of one journal."""

    def __init__(self, store: Store, kept: Mapping[tuple[str, str, int], Digest]) -> None:
        self.broken: Broken | None = None
        self._store, self._kept = store, kept
        self._rows: dict[str, int] = {}
        self._starts: Ends = {}
        self._ends: Ends = {}
        self._erased: set[tuple[str, str, int]] = set()
        self._pruned = 0

    def table(self, table: str) -> None:
        """Walk the chains of one table; on the first row that does not hold, say which and stop."""
        self._rows[table] = 0
        self._ends |= {place: start for place, start in self._starts.items() if place[0] == table}
        for cells in self._rows_of(table):
            self.broken = self._row(table, cells)
            if self.broken is not None:
                return
            self._rows[table] += 1
            if table == "removals":
                self._removal(cells)
        self.broken = self._at_the_end(table) or self._elsewhere(table)

    def result(self) -> Verified:
        """Return what was found."""
        return Verified(
            journal=self._store.shown,
            rows=self._rows,
            erased=len(self._erased),
            pruned=self._pruned,
            heads=tuple(
                Head(table=table, writer=writer, number=end.number, digest=end.digest)
                for (table, writer), end in sorted(self._ends.items())
            ),
            broken=self.broken,
        )

    def _rows_of(self, table: str) -> Iterator[Mapping[str, Cell]]:
        return self._store.rows(f"SELECT * FROM {table} ORDER BY seq")

    def _row(self, table: str, cells: Mapping[str, Cell]) -> Broken | None:
        writer, number = old.place(cells) if self._store.format == old.FORMAT else _place(cells)
        last = self._ends.get((table, writer), START)
        wrong = None
        if number != last.number + 1:
            wrong = f"the row is missing: the next one there is {number}"
        covered = old.chained(cells) if self._store.format == old.FORMAT else chained(table, cells)
        wrong = wrong or problem(covered, last, cells["previous"], cells["digest"])
        wrong = wrong or self._personal(table, cells, (table, writer, last.number + 1))
        found = Link(Digest(str(cells["digest"])), last.number + 1)
        kept = self._kept.get((table, writer, found.number), found.digest)
        if wrong is None and kept != found.digest:
            wrong = f"its digest is `{found.digest}`, but `{kept}` was kept elsewhere: the chain was written anew"
        if wrong is not None:
            return Broken(table=table, writer=writer, number=found.number, problem=wrong)
        self._ends[table, writer] = found
        return None

    def _personal(self, table: str, cells: Mapping[str, Cell], place: tuple[str, str, int]) -> str | None:
        if table not in PERSONAL or self._store.format == old.FORMAT:
            return None
        values = personal(table, cells)
        if is_erased(cells):
            if place not in self._erased:
                return "what it was decided on is gone, and no erasure is recorded"
            left = [name for name, value in values.items() if value is not None]
            return f"it was erased, but the column `{left[0]}` holds a value" if left else None
        if not same_commitment(cells, values):
            return f"its {', '.join(values)} are not those that it commits to: a value was changed"
        return None

    def _removal(self, cells: Mapping[str, Cell]) -> None:
        """Take note of what was removed on purpose."""
        table, writer, upto = str(cells["chain"]), str(cells["of_writer"]), whole(cells["upto"])
        if cells["kind"] == ERASED:
            self._erased.add((table, writer, upto))
        elif cells["kind"] == PRUNED:
            self._starts[table, writer] = Link(Digest(str(cells["head"])), upto)
            self._pruned += whole(cells["removed"])

    def _at_the_end(self, table: str) -> Broken | None:
        """Hold each chain's end against the head that was kept when its last row was written."""
        heads = old.heads(self._store, table) if self._store.format == old.FORMAT else _heads(self._store, table)
        ends = {writer: end for (of, writer), end in self._ends.items() if of == table}
        for writer in sorted(ends.keys() | heads.keys()):
            wrong = end_problem(ends.get(writer, START), heads.get(writer, START))
            if wrong is not None:
                return Broken(table=table, writer=writer, number=wrong[0], problem=wrong[1])
        return None

    def _elsewhere(self, table: str) -> Broken | None:
        """Look for rows that were there when heads were kept elsewhere."""
        for of, writer, number in sorted(self._kept):
            if of == table and number > self._ends.get((table, writer), START).number:
                lost = "the row is missing: it was there when its digest was kept elsewhere"
                return Broken(table=table, writer=writer, number=number, problem=lost)
        return None


def _place(cells: Mapping[str, Cell]) -> tuple[str, int]:
    return str(cells["writer"]), whole(cells["number"])


def _heads(store: Store, table: str) -> dict[str, Link]:
    found = store.rows("SELECT writer, number, digest FROM heads WHERE chain = ?", (table,))
    return {str(head["writer"]): Link(Digest(str(head["digest"])), whole(head["number"])) for head in found}

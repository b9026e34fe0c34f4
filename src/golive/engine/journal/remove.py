"""Taking out on purpose: what a person has a right to have erased, and rows that are older than they must be kept.

Both write a row of their own that says what was taken, by whom and why; the chains still hold, and `verify` reads them
with these rows.
"""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from golive.engine.journal.columns import ERASED, FEWEST_DAYS, PERSONAL, PRUNED
from golive.engine.journal.standing import asked_at_once, last_of
from golive.engine.journal.walk import verify
from golive.engine.journal.writer import connect
from golive.errors import InputError
from golive.records.document import Digest
from golive.records.journal import Erased, Pruned, RemovalRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from golive.engine.journal.address import Address
    from golive.engine.journal.chain import Cell
    from golive.engine.journal.store import Store
    from golive.engine.journal.writer import Writer

_CHAINS = ("decisions", "outcomes", "actions")
_SLICE = 20_000
"""Rows of one transaction, so that a service beside it need not wait for long."""


class Said:
    """Who takes something out, why, and when: it stands in the journal for ever.

    Parameters
    ----------
    by
        1 to 200 printable characters.
    reason
        At most 2,000 printable characters.
    now
        With a time zone.

    Raises
    ------
    InputError
        Nobody is named, or a text cannot be printed.
    """

    def __init__(self, by: str, reason: str, now: datetime) -> None:
        for name, text, most in (("by", by, 200), ("reason", reason, 2_000)):
            if len(text) > most or not text.isprintable():
                raise InputError(f"`{name}` is {len(text)} characters long or holds some that cannot be printed")
        if not by.strip():
            raise InputError("`by` is empty; expected who does it", hint="--by NAME")
        self.by, self.reason, self.now, self.time = by, reason, now, stamp(now)


def stamp(moment: datetime) -> str:
    """Write a time as the journal does: UTC, microseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def erase(at: str | Path | Address, case_ids: Sequence[str], said: Said, *, subjects: Sequence[str] = ()) -> Erased:
    """Erase the personal columns of some cases and the salts that they were committed with.

    Decision, outcome and what was done stay. A case erased before stays as it is.

    Raises
    ------
    InputError
        A case was never decided, nothing is known of a subject, or there is no such journal. Nothing is erased.
    """
    with closing(connect(at)) as writer:
        wanted = _wanted(writer.store, case_ids, subjects)
        rows = writer.remove(lambda store: _erased(store, wanted, said))
        writer.store.clean()
    return Erased(journal=writer.store.shown, cases=tuple(wanted), rows=len(rows))


def prune(at: str | Path | Address, older_than_days: int, said: Said) -> Pruned:
    """Remove rows older than some days from the start of each chain.

    A chain is cut before its first row that is younger, so a row is never taken from its middle. The row that says so
    keeps the digest of the last one removed: what is left is still verified.

    Raises
    ------
    InputError
        Rows must be kept for longer, a row does not hold, or there is no such journal.
    """
    broken = verify(at).broken
    if broken is not None:
        raise InputError(
            f"row {broken.number} of `{broken.table}` does not hold; nothing is removed while it is there to be seen",
            hint="golive journal verify says what differs",
        )
    with closing(connect(at)) as writer:
        kept = retention(writer.store)
        if older_than_days < kept:
            raise InputError(
                f"rows of this journal are kept for {kept} days; {older_than_days} is less",
                hint=f"--older-than {kept}; `[serve] retention_days` sets it, and never below {FEWEST_DAYS}",
            )
        before = stamp(said.now - timedelta(days=older_than_days))
        rows = {table: _pruned(writer, table, before, said) for table in _CHAINS}
        writer.store.clean()
    return Pruned(journal=writer.store.shown, before=before, rows=rows)


def retention(store: Store) -> int:
    """Return for how many days rows are kept."""
    (found,) = store.rows("SELECT retention_days AS days FROM meta")
    return max(int(found["days"] or 0), FEWEST_DAYS)


def retain(store: Store, days: int) -> None:
    """Set for how many days rows are kept.

    Raises
    ------
    InputError
        Less than six months.
    """
    if days < FEWEST_DAYS:
        raise InputError(f"journal rows are kept for at least {FEWEST_DAYS} days; `retention_days` is {days}")
    if days != retention(store):
        store.execute("UPDATE meta SET retention_days = ?", (days,))


def _wanted(store: Store, case_ids: Sequence[str], subjects: Sequence[str]) -> list[str]:
    about = [
        found
        for subject in subjects
        if subject.isprintable()
        for found in store.rows("SELECT case_id, subject FROM decisions WHERE subject = ? ORDER BY seq", (subject,))
    ]
    wanted = list(dict.fromkeys([*case_ids, *(str(found["case_id"]) for found in about)]))
    known = {*last_of(store, "decisions", wanted), *(found["subject"] for found in about)}
    unknown = [f"`{name}`" for name in (*case_ids, *subjects) if name not in known]
    if unknown:
        raise InputError(
            f"no decision is known of {', '.join(unknown[:5])}; nothing was erased",
            hint="ids are compared letter by letter; golive journal export lists the cases",
        )
    return wanted


def _erased(store: Store, cases: Sequence[str], said: Said) -> list[RemovalRow]:
    removals = []
    for table, names in PERSONAL.items():
        asked = f"SELECT * FROM {table} WHERE salt IS NOT NULL AND case_id IN"
        found = [cells for some, marks in asked_at_once(cases) for cells in store.rows(f"{asked} ({marks})", some)]
        gone = ", ".join(f"{name} = NULL" for name in ("salt", *names))
        for cells in found:
            store.execute(f"UPDATE {table} SET {gone} WHERE seq = ?", (cells["seq"],))
            removals.append(_removal(ERASED, table, cells, 0, said))
    return removals


def _pruned(writer: Writer, table: str, before: str, said: Said) -> int:
    """Prune the chains of one table, slice by slice; return how many rows went."""
    gone = 0
    while True:
        found = writer.remove(lambda store: _slice(store, table, before, said))
        if not found:
            return gone
        gone += sum(row.removed for row in found)


def _slice(store: Store, table: str, before: str, said: Said) -> list[RemovalRow]:
    """Remove the next rows of the first chain that has any old enough."""
    chains = list(
        store.rows(
            f"SELECT writer, min(number) AS first, max(number) AS last,"
            f" min(CASE WHEN time >= ? THEN number END) AS young FROM {table} GROUP BY writer ORDER BY writer",
            (before,),
        )
    )
    for chain in chains:
        first, last = int(chain["first"] or 0), int(chain["last"] or 0)
        upto = last if chain["young"] is None else int(chain["young"]) - 1
        upto = min(upto, first + _SLICE - 1)
        if upto < first:
            continue
        place: tuple[Cell, ...] = (chain["writer"], upto)
        (cells,) = store.rows(f"SELECT writer, number, digest FROM {table} WHERE writer = ? AND number = ?", place)
        removed = store.execute(f"DELETE FROM {table} WHERE writer = ? AND number <= ?", place)
        return [_removal(PRUNED, table, cells, removed, said)]
    return []


def _removal(kind: str, table: str, cells: dict[str, Cell], removed: int, said: Said) -> RemovalRow:
    return RemovalRow(
        kind=kind,
        chain=table,
        of_writer=str(cells["writer"]),
        upto=int(cells["number"] or 0),
        removed=removed,
        head=Digest(str(cells["digest"])),
        by=said.by,
        reason=said.reason,
        time=said.time,
    )

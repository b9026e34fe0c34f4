"""What the journal says of a case already, and whether a new row says anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

import msgspec

from golive.engine.journal.columns import PERSONAL, is_erased, row_of
from golive.records.journal import DecisionRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from golive.engine.journal.chain import Cell
    from golive.engine.journal.columns import AnyRow
    from golive.engine.journal.store import Store

Cells: TypeAlias = "dict[str, Cell]"

_SAME: Mapping[str, tuple[str, ...]] = {"outcomes": ("outcome",), "actions": ("action", "by", "reason")}
"""The columns that make a second row of a case the same row again; a decision's are its inputs."""
_AT_ONCE = 5_000
"""Marks of one statement; SQLite takes 32,766."""


def last_of(store: Store, table: str, cases: Sequence[Cell]) -> dict[Cell, Cells]:
    """Return the last row of each of some cases; a case without one is absent."""
    found: dict[Cell, Cells] = {}
    cases = [case for case in cases if str(case).isprintable()]  # others no journal holds, and no database takes
    for some, marks in asked_at_once(cases):
        if table == "decisions":  # one per case
            sql = f"SELECT * FROM decisions WHERE case_id IN ({marks})"
        else:
            sql = (
                f"SELECT * FROM {table} WHERE seq IN"
                f" (SELECT max(seq) FROM {table} WHERE case_id IN ({marks}) GROUP BY case_id)"
            )
        found |= {cells["case_id"]: cells for cells in store.rows(sql, some)}
    return found


def asked_at_once(cases: Sequence[Cell]) -> Iterator[tuple[Sequence[Cell], str]]:
    """Yield cases in slices that one statement takes, each with its marks."""
    for start in range(0, len(cases), _AT_ONCE):
        some = cases[start : start + _AT_ONCE]
        yield some, ",".join("?" * len(some))


def repeats(table: str, found: Cells, cells: Cells) -> bool:
    """Whether a row says of its case what the last row says already."""
    hidden = PERSONAL.get(table, ())
    gone = bool(hidden) and is_erased(found)  # what was erased is not written again by a caller who repeats himself
    return all(found[name] == cells[name] for name in _SAME[table] if not (gone and name in hidden))


def as_answered(table: str, found: Cells, row: AnyRow) -> AnyRow:
    """Return the row that stands; what a keyed digest left out of it is what the same inputs give again."""
    stands = row_of(table, found)
    if not isinstance(stands, DecisionRow) or found["inputs_digest"] is None:
        return stands
    again = cast("DecisionRow", row)
    if (stands.bundle, stands.policy, stands.score) != (again.bundle, again.policy, again.score):
        return stands
    return msgspec.structs.replace(stands, inputs=again.inputs, reasons=again.reasons, problems=again.problems)

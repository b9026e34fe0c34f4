"""journal/1, written by golive before the chain was over commitments: read and verified, never written.

It has no writers, one chain per table over all other columns, and no removals: its inputs are in the chain themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.engine.journal.chain import Link, whole
from golive.records.document import Digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.engine.journal.chain import Cell
    from golive.engine.journal.store import Store

FORMAT = "journal/1"
TABLES = ("decisions", "outcomes", "actions")


def place(cells: Mapping[str, Cell]) -> tuple[str, int]:
    """Return writer and number of a row."""
    return "", whole(cells["seq"])


def chained(cells: Mapping[str, Cell]) -> dict[str, Cell]:
    """Return the columns that a row's digest covers."""
    return {name: value for name, value in cells.items() if name not in ("previous", "digest")}


def heads(store: Store, table: str) -> dict[str, Link]:
    """Return the kept end of a table's chain."""
    kept = list(store.rows("SELECT digest, seq FROM heads WHERE chain = ?", (table,)))
    return {"": Link(Digest(str(kept[0]["digest"])), whole(kept[0]["seq"]))} if kept else {}

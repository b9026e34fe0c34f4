"""The service remembers the last line of a sign-off chain it saw, so that a shorter one is noticed after a restart.

Kept in the journal's file: it lies outside the bundle, where whoever edits the bundle does not reach.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from golive.engine import journal
from golive.records.document import Digest

if TYPE_CHECKING:
    from pathlib import Path

_TABLE = "CREATE TABLE IF NOT EXISTS seen (bundle TEXT PRIMARY KEY, head TEXT NOT NULL)"


def seen(path: Path, bundle: Digest) -> Digest | None:
    """Return the head of a bundle's chain as it was last seen, or none."""
    if not path.exists():  # a start that is refused leaves no journal
        return None
    with closing(journal.connect(path)) as connection:
        connection.execute(_TABLE)
        found = connection.execute("SELECT head FROM seen WHERE bundle = ?", (bundle,)).fetchone()
    return None if found is None else Digest(found[0])


def remember(path: Path, bundle: Digest, head: Digest) -> None:
    """Keep the head of a bundle's chain."""
    with closing(journal.connect(path, create=True)) as connection, journal.transaction(connection):
        connection.execute(_TABLE)
        connection.execute("REPLACE INTO seen VALUES (?, ?)", (bundle, head))

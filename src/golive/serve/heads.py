"""The service remembers the last line of a sign-off chain it saw, so that a shorter one is noticed after a restart.

Kept in the journal's file: it lies outside the bundle, where whoever edits the bundle does not reach.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from golive.engine import journal
from golive.records.document import Digest

if TYPE_CHECKING:
    from golive.engine.journal import Address


def seen(at: Address, bundle: Digest) -> Digest | None:
    """Return the head of a bundle's chain as it was last seen, or none."""
    if at.kind == "sqlite" and not at.path.exists():  # a start that is refused leaves no journal
        return None
    with closing(journal.connect(at, create=True)) as writer:
        found = list(writer.store.rows("SELECT head FROM seen WHERE bundle = ?", (bundle,)))
    return Digest(str(found[0]["head"])) if found else None


def remember(at: Address, bundle: Digest, head: Digest) -> None:
    """Keep the head of a bundle's chain."""
    with closing(journal.connect(at, create=True)) as writer, writer.store.transaction():
        writer.store.execute(
            "INSERT INTO seen (bundle, head) VALUES (?, ?) ON CONFLICT (bundle) DO UPDATE SET head = excluded.head",
            (bundle, head),
        )

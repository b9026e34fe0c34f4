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
    from golive.engine.journal.store import Store


def seen(at: Address, bundle: Digest) -> Digest | None:
    """Return the head of a bundle's chain as it was last seen, or none."""
    if at.kind == "sqlite" and not at.path.exists():  # a start that is refused leaves no journal
        return None
    with closing(journal.connect(at, create=True)) as writer:
        return _kept(writer.store, bundle)


def looked_up(at: Address, bundle: Digest) -> Digest | None:
    """Return the same of a journal that is there, for those who only look: nothing is made or written."""
    with closing(journal.opened(at)) as store:
        return _kept(store, bundle)


def _kept(store: Store, bundle: Digest) -> Digest | None:
    found = list(store.rows("SELECT head FROM seen WHERE bundle = ?", (bundle,)))
    return Digest(str(found[0]["head"])) if found else None


def remember(at: Address, bundle: Digest, head: Digest, *, before: Digest | None) -> bool:
    """Keep the head of a bundle's chain, unless another one is kept by now than ``before``.

    Returns
    -------
    bool
        False: another worker saw another line meanwhile, and nothing was changed. Kept blindly, an older head could
        take the place of a newer one, and a chain that lost the lines between would pass.
    """
    if head == before:
        return True
    new = "INSERT INTO seen (head, bundle) VALUES (?, ?) ON CONFLICT DO NOTHING"
    known = "UPDATE seen SET head = ? WHERE bundle = ? AND head = ?"
    with closing(journal.connect(at, create=True)) as writer, writer.store.transaction():
        if before is None:
            return writer.store.execute(new, (head, bundle)) == 1
        return writer.store.execute(known, (head, bundle, before)) == 1

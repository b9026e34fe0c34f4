"""The service remembers every sign-off line it saw and which files it speaks of, so that one that is gone is noticed.

Kept in the journal: it lies outside the bundle, where whoever edits the bundle does not reach. A line counts for the
very files it speaks of and for no others, so it must be there whenever these are served, in whichever copy of the
bundle; what was said of another rule may be missing (docs/decisions/0018). What was seen is never forgotten.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from golive.engine import journal
from golive.engine.signed import about
from golive.records.document import Digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from golive.engine.journal import Address
    from golive.engine.journal.store import Store
    from golive.engine.signoff import Chain


def seen(at: Address) -> Mapping[Digest, Digest] | None:
    """Return each line that was seen and what it is about; None where there is no journal yet."""
    if at.kind == "sqlite" and not at.path.exists():  # a start that is refused leaves no journal
        return None
    with closing(journal.connect(at, create=True)) as writer:
        return _kept(writer.store)


def looked_up(at: Address) -> Mapping[Digest, Digest]:
    """Return the same of a journal that is there, for those who only look: nothing is made or written."""
    with closing(journal.opened(at)) as store:
        return _kept(store)


def remember(at: Address, bundle: Digest, chain: Chain, *, known: Mapping[Digest, Digest] | None = None) -> None:
    """Keep the lines of a chain that are not known; whoever counts cases of the bundle finds it known from then on."""
    new = [entry for entry in chain.entries if entry.digest not in (known or ())]
    lines = [(entry.digest, about(entry.statement.subject)) for entry in new]
    if not lines:
        return
    with closing(journal.connect(at, create=True)) as writer, writer.store.transaction():
        writer.store.many("INSERT INTO spoken (line, about) VALUES (?, ?) ON CONFLICT DO NOTHING", lines)
        last = "INSERT INTO seen (bundle, head) VALUES (?, ?) ON CONFLICT (bundle) DO UPDATE SET head = excluded.head"
        writer.store.execute(last, (bundle, lines[-1][0]))


def _kept(store: Store) -> Mapping[Digest, Digest]:
    rows = store.rows("SELECT line, about FROM spoken")
    return {Digest(str(row["line"])): Digest(str(row["about"])) for row in rows}

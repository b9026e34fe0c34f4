"""What was decided and turned so far, counted from the rows themselves, inside the transaction that adds more.

So a count survives a restart, and writers that add at the same moment cannot both take the last place of a day.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.engine.journal.store import Store
    from golive.records.document import Digest
    from golive.records.journal import DecisionRow

_INDEXES = {
    "decided_on": "decisions (bundle, policy, time) WHERE fallback = 0",
    "acted_on": "actions (time)",
}
"""Made where something is counted, and only there: others need not pay for them at each row."""


class Day(NamedTuple):
    """What one rule of one bundle decided on one day."""

    bundle: Digest
    policy: Digest
    day: str
    """UTC, ``2026-03-01``."""


class Turned(NamedTuple):
    """Decisions of rule and bands on which people acted."""

    acted: int
    turned: int
    """Of these, those with another action than the one decided."""


class Counts:
    """Counts of one writer. `begin` is called at the start of each transaction."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._indexed = False
        self._decided: Counter[Day] = Counter()
        self._known: set[Day] = set()
        self._alone: set[Digest] = set()
        self._last_action = -1
        self._turned: dict[tuple[Digest, Digest, str], Turned] = {}

    def begin(self) -> None:
        """Forget what was counted before this transaction: other writers may have added since."""
        self._decided.clear()
        self._known.clear()
        self._alone.clear()

    def decided(self, day: Day) -> int:
        """Return how many cases rule and bands decided on a day, those of this transaction among them."""
        self._take(day.bundle)
        if day not in self._known:
            self._known.add(day)
            sql = (
                "SELECT count(*) AS n FROM decisions"
                " WHERE bundle = ? AND policy = ? AND time >= ? AND time < ? AND fallback = 0"
            )
            (found,) = self._store.rows(sql, (day.bundle, day.policy, day.day, day.day + "U"))
            self._decided[day] += int(found["n"] or 0)
        return self._decided[day]

    def turned(self, bundle: Digest, policy: Digest, since: str) -> Turned:
        """Return what people did with decisions from a day on; it is worked out anew when somebody acts."""
        (found,) = self._store.rows("SELECT coalesce(max(seq), 0) AS last FROM actions")
        last = int(found["last"] or 0)
        if last != self._last_action:
            self._last_action = last
            self._turned.clear()
        place = bundle, policy, since
        if place not in self._turned:
            self._index()
            self._turned[place] = self._read_turned(bundle, policy, since)
        return self._turned[place]

    def add(self, row: DecisionRow) -> None:
        """Count a row that is about to be added."""
        if not row.fallback:
            self._decided[Day(row.bundle, row.policy, row.time[:10])] += 1

    def _take(self, bundle: Digest) -> None:
        """Let no other writer count for this bundle until this transaction is over; SQLite has but one anyway."""
        if bundle not in self._alone:
            self._index()
            self._store.execute("UPDATE seen SET head = head WHERE bundle = ?", (bundle,))
            self._alone.add(bundle)

    def _index(self) -> None:
        if not self._indexed:
            for name, on in _INDEXES.items():
                self._store.index(name, on)
            self._indexed = True

    def _read_turned(self, bundle: Digest, policy: Digest, since: str) -> Turned:
        sql = (
            "SELECT count(*) AS acted, sum(CASE WHEN a.action = d.action THEN 0 ELSE 1 END) AS turned"
            " FROM actions a JOIN decisions d ON d.case_id = a.case_id"
            " WHERE a.time >= ? AND d.bundle = ? AND d.policy = ? AND d.fallback = 0 AND d.action != 'review'"
            " AND a.seq = (SELECT max(seq) FROM actions l WHERE l.case_id = a.case_id)"
        )
        (found,) = self._store.rows(sql, (since, bundle, policy))
        return Turned(int(found["acted"] or 0), int(found["turned"] or 0))


Route: TypeAlias = "Callable[[DecisionRow, Counts], DecisionRow]"
"""Says what becomes of a decision that is new to the journal, by what was counted before it."""

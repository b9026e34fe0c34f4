"""What was decided and turned so far, counted from the rows themselves, inside the transaction that adds more.

So a count survives a restart, and writers that add at the same moment cannot both take the last place of a day.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from golive.engine.journal.columns import row_of
from golive.engine.journal.standing import last_of
from golive.records.document import Digest
from golive.records.rules import REVIEW, overrides

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from golive.engine.journal.chain import Cell
    from golive.engine.journal.store import Store
    from golive.records.journal import ActionRow, DecisionRow

_ARM = """routing LIKE '%"arm":"control"%'"""
INDEXES = {
    "decided_on": "decisions (bundle, policy, time) WHERE fallback = 0",
    "acted_on": "actions (time)",
    "queued_on": f"decisions (time) WHERE action = '{REVIEW}'",
    "drawn_on": f"decisions (time) WHERE {_ARM}",
}
"""Made where something is counted, and only there: others need not pay for them at each row."""


class Day(NamedTuple):
    """What one rule of one bundle decided on one day."""

    bundle: Digest
    policy: Digest
    day: str
    """UTC, ``2026-03-01``."""


class Window(NamedTuple):
    """Some days of a policy, whatever its version."""

    policy: str
    """Its id."""
    since: str
    """UTC, included: ``2026-03-01T00:00:00``."""
    until: str
    """UTC, excluded."""

    def holds(self, row: DecisionRow) -> bool:
        """Return whether a decision belongs to it."""
        return row.policy_id.rpartition("/")[0] == self.policy and self.since <= row.time < self.until


class Overridden(NamedTuple):
    """What people decided otherwise in a window."""

    decided: int
    """Decisions of the window."""
    overridden: int
    """Those of them whose last action goes against the decision; settling a review does not."""


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
        self._decided: dict[Day, int] = {}
        """On disk, as far as it was read: it stays over transactions, and only rows added since are read again."""
        self._read: dict[Digest, int] = {}
        """Bundle -> number of the last row that is in ``_decided``."""
        self._added: Counter[Day] = Counter()
        """In this transaction."""
        self._alone: set[Digest] = set()
        self._everything = False
        self._queued: dict[Window, int] = {}
        self._lost: dict[Window, float] = {}
        self._overridden: dict[Window, Overridden] = {}
        self._against: dict[str, bool] = {}
        self._acted: dict[str, ActionRow] = {}
        """In this transaction."""
        self._last_action = -1
        self._turned: dict[tuple[Digest, Digest, str], Turned] = {}

    def begin(self) -> None:
        """Forget what was counted before this transaction: other writers may have added since."""
        self._added.clear()
        self._alone.clear()
        self._everything = False
        self._queued.clear()
        self._lost.clear()
        self._overridden.clear()
        self._against.clear()
        self._acted.clear()

    def decided(self, day: Day) -> int:
        """Return how many cases rule and bands decided on a day, those of this transaction among them."""
        self._take(day.bundle)
        if day not in self._decided:
            sql = (
                "SELECT count(*) AS n FROM decisions"
                " WHERE bundle = ? AND policy = ? AND time >= ? AND time < ? AND fallback = 0"
            )
            (found,) = self._store.rows(sql, (day.bundle, day.policy, day.day, day.day + "U"))
            self._decided[day] = int(found["n"] or 0)
        return self._decided[day] + self._added[day]

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

    def queued(self, window: Window) -> int:
        """Return how many cases of a window went to people."""
        if window not in self._queued:
            (found,) = self._within("count(*) AS n", f"action = '{REVIEW}'", window)
            self._queued[window] = int(found["n"] or 0)
        return self._queued[window]

    def lost(self, window: Window) -> float:
        """Return what the cases of a control arm are expected to lose, in the currency of the money file."""
        if window not in self._lost:
            found = self._within("routing", _ARM, window)
            self._lost[window] = sum(_loss(json.loads(str(cells["routing"]))) for cells in found)
        return self._lost[window]

    def overridden(self, window: Window) -> Overridden:
        """Return what people decided otherwise."""
        if window not in self._overridden:
            (found,) = self._within("count(*) AS n", "1 = 1", window)
            (turned,) = self._within(
                "count(*) AS n",
                f"action != '{REVIEW}' AND action != (SELECT a.action FROM actions a"
                " WHERE a.case_id = decisions.case_id ORDER BY a.seq DESC LIMIT 1)",
                window,
            )
            self._overridden[window] = Overridden(int(found["n"] or 0), int(turned["n"] or 0))
        return self._overridden[window]

    def against(self, decision: DecisionRow) -> bool:
        """Return whether what was done last with a case goes against its decision."""
        case = decision.case_id
        if case not in self._against:
            last = last_of(self._store, "actions", [case]).get(case)
            self._against[case] = last is not None and overrides(str(last["action"]), decision.action)
        return self._against[case]

    def act(self, decision: DecisionRow, action: str) -> None:
        """Count what somebody is about to do with a case."""
        before, now = self.against(decision), overrides(action, decision.action)
        self._against[decision.case_id] = now
        for window, found in self._overridden.items():
            if window.holds(decision):
                self._overridden[window] = found._replace(overridden=found.overridden + now - before)

    def last(self, case_id: str) -> ActionRow | None:
        """Return what was done last with a case; who asks as well waits until this transaction is over."""
        if case_id not in self._acted:
            self._store.alone()
            found = last_of(self._store, "actions", [case_id]).get(case_id)
            return None if found is None else cast("ActionRow", row_of("actions", found))
        return self._acted[case_id]

    def acted(self, row: ActionRow) -> None:
        """Take note of an action that is about to be added."""
        self._acted[row.case_id] = row

    def add(self, row: DecisionRow) -> None:
        """Count a decision that is about to be added."""
        if not row.fallback:
            self._added[Day(row.bundle, row.policy, row.time[:10])] += 1
        for window in self._queued:
            self._queued[window] += row.action == REVIEW and window.holds(row)
        for window in self._lost:
            self._lost[window] += _loss(row.routing) if window.holds(row) else 0.0
        for window, found in self._overridden.items():
            self._overridden[window] = found._replace(decided=found.decided + window.holds(row))

    def _within(self, what: str, condition: str, window: Window) -> list[dict[str, Cell]]:
        self._take_all()
        sql = (
            f"SELECT {what} FROM decisions WHERE time >= ? AND time < ? AND substr(policy_id, 1, ?) = ? AND {condition}"
        )
        start = f"{window.policy}/"
        return list(self._store.rows(sql, (window.since, window.until, len(start), start)))

    def _take_all(self) -> None:
        """Let no other writer count for any bundle: people and money are the same for all of them."""
        if not self._everything:
            self._store.alone()
            self._index()
            self._everything = True

    def _take(self, bundle: Digest) -> None:
        """Let no other writer count for this bundle until this transaction is over; SQLite has but one anyway."""
        if bundle not in self._alone:
            self._index()
            if not self._store.execute("UPDATE seen SET head = head WHERE bundle = ?", (bundle,)):
                self._store.alone()  # no row of this bundle that one could hold
            self._alone.add(bundle)
            self._catch_up(bundle)

    def _catch_up(self, bundle: Digest) -> None:
        """Read the rows that were added since the last look. Who adds for a bundle is alone, so none comes in below."""
        (found,) = self._store.rows("SELECT coalesce(max(seq), 0) AS last FROM decisions")
        before, last = self._read.get(bundle), int(found["last"] or 0)
        self._read[bundle] = last
        if before is None or before > last:  # in a file that was pruned to its end numbers begin anew
            self._decided = {day: n for day, n in self._decided.items() if day.bundle != bundle}
            return
        if before == last:
            return
        sql = (
            "SELECT policy, substr(time, 1, 10) AS day, sum(1 - fallback) AS n FROM decisions"
            " WHERE bundle = ? AND seq > ? GROUP BY policy, substr(time, 1, 10)"
        )
        for found in list(self._store.rows(sql, (bundle, before))):
            day = Day(bundle, Digest(str(found["policy"])), str(found["day"]))
            if day in self._decided:
                self._decided[day] += int(found["n"] or 0)

    def _index(self) -> None:
        if not self._indexed:
            # One after the other: two that make the same index at one moment wait for each other until one is undone.
            self._store.alone()
            for name, on in INDEXES.items():
                self._store.index(name, on)
            self._indexed = True

    def _read_turned(self, bundle: Digest, policy: Digest, since: str) -> Turned:
        sql = (
            "SELECT count(*) AS acted, sum(CASE WHEN a.action = d.action THEN 0 ELSE 1 END) AS turned"
            " FROM actions a JOIN decisions d ON d.case_id = a.case_id"
            f" WHERE a.time >= ? AND d.bundle = ? AND d.policy = ? AND d.fallback = 0 AND d.action != '{REVIEW}'"
            " AND a.seq = (SELECT max(seq) FROM actions l WHERE l.case_id = a.case_id)"
        )
        (found,) = self._store.rows(sql, (since, bundle, policy))
        return Turned(int(found["acted"] or 0), int(found["turned"] or 0))


def _loss(routing: Mapping[str, object]) -> float:
    control = routing.get("control")
    return float(control.get("expected_loss", 0.0)) if isinstance(control, dict) else 0.0


Deciding: TypeAlias = "Callable[[DecisionRow, Counts], DecisionRow]"
Route: TypeAlias = "Deciding | Callable[[ActionRow, Counts], ActionRow | None]"
"""Says what becomes of a decision or an action that is new to the journal, by what was counted before it; of an action
also that it is refused."""

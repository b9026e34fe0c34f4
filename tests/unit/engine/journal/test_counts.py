"""What was decided is counted from the rows, and writers that add at one moment never take one place twice."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
import pytest
from tests.unit.engine.journal.places import FIRST, decision

from golive.engine import journal
from golive.engine.journal import ActionRow, Counts, Day, DecisionRow, Turned

if TYPE_CHECKING:
    from tests.unit.engine.journal.places import Place

MOST = 12
TODAY = Day(FIRST.bundle, FIRST.policy, "2026-03-01")


def at_most(row: DecisionRow, counts: Counts) -> DecisionRow:
    return msgspec.structs.replace(row, fallback=True) if counts.decided(TODAY) >= MOST else row


def known(place: Place) -> None:
    """What a service does before it counts: it remembers the sign-off of the bundle."""
    with closing(journal.connect(place.at, create=True)) as writer, writer.store.transaction():
        writer.store.execute("INSERT INTO seen (bundle, head) VALUES (?, ?)", (FIRST.bundle, FIRST.policy))


def decided(place: Place) -> int:
    return sum(not row.fallback for row in journal.read(place.at).decisions)


def test_rows_of_one_commit_are_counted_one_after_the_other(place: Place) -> None:
    known(place)
    with closing(journal.connect(place.at)) as writer:
        writer.write([decision(at) for at in range(MOST + 5)], routes=[at_most])
    rows = journal.read(place.at).decisions
    assert [row.fallback for row in rows] == [False] * MOST + [True] * 5
    assert journal.verify(place.at).broken is None


def test_a_new_writer_counts_what_was_there_and_only_the_day_and_the_rule_that_is_asked(place: Place) -> None:
    known(place)
    others = [
        decision(100, time="2026-02-28T23:59:59.999999Z"),
        decision(101, time="2026-03-02T00:00:00.000000Z"),
        decision(102, policy="sha256:" + "d" * 64),
        decision(103, fallback=True),
    ]
    with closing(journal.connect(place.at)) as writer:
        writer.write([decision(at) for at in range(MOST - 1)], others)
    with closing(journal.connect(place.at)) as writer:
        writer.write([decision(50), decision(51)], routes=[at_most])
    assert [row.fallback for row in journal.read(place.at).decisions][-2:] == [False, True]


def test_what_is_written_twice_takes_one_place(place: Place) -> None:
    known(place)
    with closing(journal.connect(place.at)) as writer:
        for _ in range(MOST + 1):
            writer.write([decision(1)], routes=[at_most])
        writer.write([decision(2)], routes=[at_most])
    assert decided(place) == 2


def test_writers_at_the_same_moment_keep_the_number_together(place: Place) -> None:
    known(place)

    def work(worker: int) -> None:
        with closing(journal.connect(place.at, timeout=30)) as writer:
            for at in range(8):
                writer.write([decision(100 * worker + at)], routes=[at_most])

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(journal.read(place.at).decisions) == 32
    assert decided(place) == MOST


def test_what_another_writer_added_meanwhile_is_counted_and_what_was_undone_is_not(place: Place) -> None:
    known(place)
    with closing(journal.connect(place.at)) as one, closing(journal.connect(place.at)) as other:
        one.write([decision(1)], routes=[at_most])
        other.write(*([decision(at)] for at in range(10, 10 + MOST - 3)), routes=[at_most] * (MOST - 3))

        def fails(row: DecisionRow, counts: Counts) -> DecisionRow:
            at_most(row, counts)
            raise ValueError("for the test")

        with pytest.raises(ValueError, match="for the test"):
            one.write([decision(2)], [decision(3)], routes=[at_most, fails])
        one.write([decision(4)], [decision(5)], [decision(6)], routes=[at_most] * 3)
        other.write([decision(7)], routes=[at_most])
    rows = {row.case_id: row.fallback for row in journal.read(place.at).decisions}
    assert decided(place) == MOST
    assert [rows[f"a-{at}"] for at in (4, 5, 6, 7)] == [False, False, True, True]


def test_rows_are_counted_on_after_a_journal_was_pruned_to_its_end(place: Place) -> None:
    known(place)
    with closing(journal.connect(place.at)) as writer:
        for at in range(3):
            writer.write([decision(at, time="2025-01-01T10:00:00.000000Z")], routes=[at_most])
        gone = journal.prune(place.at, 200, journal.Said("it", "old", datetime(2026, 3, 1, tzinfo=UTC)))
        assert gone.rows["decisions"] == 3
        for at in range(3, 3 + MOST + 2):
            writer.write([decision(at)], routes=[at_most])
    assert decided(place) == MOST


def test_the_last_action_on_each_decision_counts_once(place: Place) -> None:
    known(place)
    seen: list[Turned] = []

    def look(row: DecisionRow, counts: Counts) -> DecisionRow:
        seen.append(counts.turned(FIRST.bundle, FIRST.policy, "2026-03-01"))
        return row

    def act(case: str, action: str, time: str = "2026-03-01T12:00:00.000000Z") -> ActionRow:
        return ActionRow(case_id=case, action=action, by="a", reason="", time=time)

    with closing(journal.connect(place.at)) as writer:
        writer.write([decision(at) for at in range(4)], [decision(9, action="review")])
        writer.write([act("a-0", "reject"), act("a-1", "approve"), act("a-9", "reject")])
        writer.write([decision(20)], routes=[look])
        writer.write([act("a-0", "approve")], [act("a-2", "reject"), act("a-3", "reject", "2026-02-27T12:00:00.0Z")])
        writer.write([decision(21)], routes=[look])
    assert seen == [Turned(2, 1), Turned(3, 1)]

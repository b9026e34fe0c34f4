"""The journal in SQLite and in Postgres: what was written stays, and what was changed afterwards is found."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.unit.engine.journal.places import decision, written

from golive.engine import journal
from golive.engine.journal import ActionRow, Conflict, OutcomeRow

if TYPE_CHECKING:
    from tests.unit.engine.journal.places import Place


@pytest.fixture
def filled(place: Place) -> Place:
    outcome = OutcomeRow(case_id="a-1", outcome="bad", time="2026-06-01T00:00:00.000000Z")
    action = ActionRow(case_id="a-2", action="reject", by="desk 4", reason="fraud", time="2026-03-02T00:00:00.000000Z")
    written(place.at, [decision(1), decision(2, score=None), decision(3), outcome, action])
    return place


def test_what_was_written_is_read_back_equal(filled: Place) -> None:
    log = journal.read(filled.at)
    assert log.decisions == (decision(1), decision(2, score=None), decision(3))
    assert [row.outcome for row in log.outcomes] == ["bad"]
    assert [(row.by, row.reason) for row in log.actions] == [("desk 4", "fraud")]
    assert journal.find(filled.at, ["a-2", "never"]) == {"a-2": decision(2, score=None)}


def test_an_untouched_journal_holds(filled: Place) -> None:
    found = journal.verify(filled.at)
    assert found.broken is None
    assert found.rows == {"decisions": 3, "outcomes": 1, "actions": 1, "removals": 0}


@pytest.mark.parametrize(
    ("statement", "table", "seq", "problem"),
    [
        (
            """UPDATE decisions SET inputs = replace(inputs, '129.0', '128.0') WHERE seq = 2""",
            "decisions",
            2,
            "changed",
        ),
        ("UPDATE decisions SET score = 0.2 WHERE seq = 1", "decisions", 1, "changed"),
        ("UPDATE decisions SET approved = 0 WHERE seq = 3", "decisions", 3, "changed"),
        ("UPDATE decisions SET case_id = 'a-9' WHERE seq = 3", "decisions", 3, "changed"),
        ("DELETE FROM decisions WHERE seq = 2", "decisions", 2, "the row is missing: the next one there is 3"),
        ("DELETE FROM decisions WHERE seq = 3", "decisions", 3, "3 rows were written, the table ends at row 2"),
        ("UPDATE decisions SET previous = digest WHERE seq = 2", "decisions", 2, "as the row before it"),
        ("UPDATE outcomes SET outcome = 'good'", "outcomes", 1, "changed"),
        ("UPDATE actions SET by = 'desk 5'", "actions", 1, "changed"),
        ("DELETE FROM actions", "actions", 1, "1 rows were written, the table ends at row 0"),
        ("UPDATE heads SET digest = 'x' WHERE chain = 'decisions'", "decisions", 3, "the kept head is `x`"),
        ("DELETE FROM heads WHERE chain = 'decisions'", "decisions", 3, "the kept head is"),
        ("UPDATE decisions SET salt = NULL WHERE seq = 2", "decisions", 2, "no erasure is recorded"),
        ("UPDATE decisions SET salt = 'ab' WHERE seq = 2", "decisions", 2, "not those that it commits to"),
        ("UPDATE decisions SET writer = 'w-1' WHERE seq = 3", "decisions", 1, "the row is missing"),
        ("UPDATE decisions SET seq = 9 WHERE seq = 1", "decisions", 1, "the next one there is 2"),
        ("UPDATE actions SET reason = NULL", "actions", 1, "not those that it commits to"),
    ],
)
def test_a_change_behind_its_back_is_found_and_named(
    filled: Place, statement: str, table: str, seq: int, problem: str
) -> None:
    filled.change(statement)
    broken = journal.verify(filled.at).broken
    assert broken is not None
    assert (broken.table, broken.number) == (table, seq)
    assert problem in broken.problem


def test_a_case_sent_again_is_not_written_again(filled: Place) -> None:
    later = decision(1, time="2026-04-01T00:00:00.000000Z", score=0.9, action="reject")
    with closing(journal.connect(filled.at)) as writer:
        assert writer.write([later, decision(4)]) == [(decision(1), decision(4))]
    assert [row.case_id for row in journal.read(filled.at).decisions] == ["a-1", "a-2", "a-3", "a-4"]


def test_a_case_with_other_inputs_writes_nothing_of_its_request(filled: Place) -> None:
    with closing(journal.connect(filled.at)) as writer:
        rows = [decision(4), decision(1, inputs={"Income": 1.0})]
        assert writer.write(rows) == [Conflict(("a-1",))]
    assert len(journal.read(filled.at).decisions) == 3


def test_one_case_twice_in_a_request_is_one_row_or_a_conflict(filled: Place) -> None:
    with closing(journal.connect(filled.at)) as writer:
        assert writer.write([decision(4), decision(4)]) == [(decision(4), decision(4))]
        assert writer.write([decision(5), decision(5, inputs={})]) == [Conflict(("a-5",))]
    assert journal.verify(filled.at).rows["decisions"] == 4


def test_a_correction_is_a_new_row_and_a_repetition_is_not(filled: Place) -> None:
    def outcome(text: str) -> OutcomeRow:
        return OutcomeRow(case_id="a-1", outcome=text, time="2026-07-01T00:00:00.000000Z")

    written(filled.at, [outcome("bad"), outcome("good"), outcome("good"), outcome("bad")])
    assert [row.outcome for row in journal.read(filled.at).outcomes] == ["bad", "good", "bad"]
    assert journal.verify(filled.at).broken is None


def test_a_batch_with_a_row_that_cannot_be_written_leaves_nothing(filled: Place) -> None:
    with closing(journal.connect(filled.at)) as writer:
        with pytest.raises(ValueError, match="not JSON compliant"):
            writer.write([decision(4)], [decision(5, inputs={"Income": float("inf")})])
        assert journal.verify(filled.at).rows["decisions"] == 3
        writer.write([decision(4)])  # the writer's chain goes on where it stood
    assert journal.verify(filled.at).broken is None


def test_two_writers_of_one_journal_make_a_chain_each(filled: Place) -> None:
    with closing(journal.connect(filled.at)) as one, closing(journal.connect(filled.at)) as other:
        for number, writer in enumerate([one, other, one, other], start=4):
            writer.write([decision(number)])
    found = journal.verify(filled.at)
    assert found.broken is None
    assert found.rows["decisions"] == 7
    assert sorted(head.number for head in found.heads if head.table == "decisions") == [2, 2, 3]
    assert [row.case_id for row in journal.read(filled.at).decisions] == [f"a-{number}" for number in range(1, 8)]


def test_a_clock_that_jumps_back_changes_no_order(place: Place) -> None:
    days = ["2026-03-02", "2026-03-09", "2026-03-01"]
    rows = [decision(number, time=f"{day}T00:00:00.000000Z") for number, day in enumerate(days)]
    outcomes = [
        OutcomeRow(case_id="a-1", outcome=outcome, time=f"{day}T00:00:00.000000Z")
        for outcome, day in zip(["bad", "good", "bad again"], days, strict=True)
    ]
    written(place.at, [*rows, *outcomes])
    log = journal.read(place.at)
    assert [row.case_id for row in log.decisions] == ["a-0", "a-1", "a-2"]
    assert [row.outcome for row in log.outcomes] == ["bad", "good", "bad again"]
    assert journal.verify(place.at).broken is None
    written(place.at, [outcomes[-1]])  # what was said last is what stands, whatever the clock said
    assert len(journal.read(place.at).outcomes) == 3


def test_an_empty_write_is_tried_for_real(place: Place) -> None:
    with closing(journal.connect(place.at, create=True)) as writer:
        assert writer.write(()) == [()]
        assert writer.write() == []
    assert journal.verify(place.at).broken is None

"""What is taken out on purpose, in SQLite and in Postgres: the chains still hold, and nothing else can be taken."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.engine.journal.places import SqlitePlace, decision, written

from golive.engine import journal
from golive.engine.journal import FEWEST_DAYS, ActionRow, Conflict, OutcomeRow, Said, standing
from golive.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.engine.journal.places import Place

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SAID = Said("data protection", "asked by the person", NOW)
ACTION = ActionRow(case_id="a-2", action="reject", by="desk 4", reason="fraud", time="2026-03-02T00:00:00.000000Z")


def outcome(case: str, time: str) -> OutcomeRow:
    return OutcomeRow(case_id=case, outcome="bad", time=time)


@pytest.fixture
def filled(place: Place) -> Place:
    rows = [decision(number, subject=f"person {number}") for number in (1, 2, 3)]
    written(place.at, [*rows, outcome("a-2", "2026-06-01T00:00:00.000000Z"), ACTION])
    return place


def test_an_erased_case_keeps_its_decision_and_loses_what_is_personal(filled: Place) -> None:
    erased = journal.erase(filled.at, ["a-2"], SAID)
    assert (erased.cases, erased.rows) == (("a-2",), 2)
    first, second, third = journal.read(filled.at).decisions
    assert (second.erased, second.inputs, second.subject) == (True, None, None)
    assert (second.reasons, second.problems, second.ignored) == ((), (), ())
    assert (second.case_id, second.action, second.score, second.band) == ("a-2", "approve", 0.1, "low")
    assert (first, third) == (decision(1, subject="person 1"), decision(3, subject="person 3"))
    (action,) = journal.read(filled.at).actions
    assert (action.action, action.by, action.reason) == ("reject", "", "")


def test_the_chains_hold_after_an_erasure_and_it_is_counted(filled: Place) -> None:
    journal.erase(filled.at, ["a-2"], SAID)
    found = journal.verify(filled.at)
    assert found.broken is None
    assert (found.erased, found.rows["decisions"], found.rows["removals"]) == (2, 3, 2)


def test_heads_that_were_kept_before_an_erasure_still_hold(filled: Place) -> None:
    kept = journal.verify(filled.at).heads
    journal.erase(filled.at, ["a-2"], SAID)
    assert journal.verify(filled.at, heads=kept).broken is None


def test_an_erased_case_is_not_decided_again_on_any_inputs(filled: Place) -> None:
    journal.erase(filled.at, ["a-2"], SAID)
    with closing(journal.connect(filled.at)) as writer:
        assert writer.write([decision(4), decision(2)]) == [Conflict((), ("a-2",))]
        assert writer.write([decision(2, inputs={})]) == [Conflict((), ("a-2",))]
    assert len(journal.read(filled.at).decisions) == 3


def test_an_action_that_is_said_again_does_not_bring_back_what_was_erased(filled: Place) -> None:
    journal.erase(filled.at, ["a-2"], SAID)
    written(filled.at, [ACTION])
    assert [row.by for row in journal.read(filled.at).actions] == [""]


def test_erasing_twice_changes_nothing_more(filled: Place) -> None:
    journal.erase(filled.at, ["a-2"], SAID)
    assert journal.erase(filled.at, ["a-2", "a-2"], SAID).rows == 0
    assert journal.verify(filled.at).rows["removals"] == 2


def test_all_cases_about_a_subject_are_erased(filled: Place) -> None:
    written(filled.at, [decision(9, subject="person 1")])
    assert journal.erase(filled.at, [], SAID, subjects=["person 1"]).cases == ("a-1", "a-9")
    assert [row.erased for row in journal.read(filled.at).decisions] == [True, False, False, True]


def test_more_cases_than_one_statement_takes_are_erased(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*args: Any, **named: Any) -> sqlite3.Connection:
        opened = sqlite3.Connection(*args, **named)
        opened.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 40)
        return opened

    monkeypatch.setattr(sqlite3, "connect", connect)
    monkeypatch.setattr(standing, "_AT_ONCE", 30)
    written(tmp_path / "journal.db", [decision(number, subject="person 1") for number in range(50)])
    assert journal.erase(tmp_path / "journal.db", [], SAID, subjects=["person 1"]).rows == 50
    assert all(row.erased for row in journal.read(tmp_path / "journal.db").decisions)


def test_an_unknown_case_or_subject_erases_nothing(filled: Place) -> None:
    with pytest.raises(InputError, match="no decision is known of `A-2`, `person 7`; nothing was erased"):
        journal.erase(filled.at, ["a-1", "A-2"], SAID, subjects=["person 7"])
    assert not any(row.erased for row in journal.read(filled.at).decisions)


@pytest.mark.parametrize(
    ("change", "number", "problem"),
    [
        ("UPDATE decisions SET inputs = '{}' WHERE number = 2", 2, "the column `inputs` holds a value"),
        ("UPDATE decisions SET salt = NULL, inputs = NULL WHERE number = 1", 1, "no erasure is recorded"),
        ("UPDATE decisions SET action = 'reject' WHERE number = 2", 2, "a value was changed"),
    ],
)
def test_a_change_is_found_beside_what_was_erased(filled: Place, change: str, number: int, problem: str) -> None:
    journal.erase(filled.at, ["a-2"], SAID)
    filled.change(change)
    broken = journal.verify(filled.at).broken
    assert broken is not None
    assert broken.number == number
    assert problem in broken.problem


def test_who_erased_cannot_be_changed_afterwards(filled: Place) -> None:
    journal.erase(filled.at, ["a-2"], SAID)
    filled.change("UPDATE removals SET by = 'nobody' WHERE number = 2")
    broken = journal.verify(filled.at).broken
    assert broken is not None
    assert (broken.table, broken.number) == ("removals", 2)


def test_nothing_of_an_erased_case_is_left_in_the_file(tmp_path: Path) -> None:
    place = SqlitePlace(tmp_path / "journal.db")
    written(place.at, [decision(1, inputs={"Name": "Jane Doe-Findable"}), decision(2)])
    assert b"Jane Doe-Findable" in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    journal.erase(place.at, ["a-1"], SAID)
    assert b"Jane Doe-Findable" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def dated(place: Place) -> None:
    """Two writers, each with old rows first; one whose clock once jumped ahead."""
    rows = [decision(number, time=f"2026-0{number}-01T00:00:00.000000Z") for number in (1, 2, 3, 9)]
    written(place.at, [*rows, outcome("a-1", "2026-01-05T00:00:00.000000Z")])
    jumped = ["2026-01-02", "2026-12-01", "2026-01-03"]
    written(place.at, [decision(10 + n, time=f"{day}T00:00:00.000000Z") for n, day in enumerate(jumped)])


def test_old_rows_go_from_the_start_of_each_chain_and_what_is_left_holds(place: Place) -> None:
    dated(place)
    pruned = journal.prune(place.at, 250, SAID)
    assert pruned.before == "2026-04-26T00:00:00.000000Z"
    assert pruned.rows == {"decisions": 4, "outcomes": 1, "actions": 0}
    # a-12 is old by its time but stands behind a younger row of its chain
    assert [row.case_id for row in journal.read(place.at).decisions] == ["a-9", "a-11", "a-12"]
    found = journal.verify(place.at)
    assert found.broken is None
    assert (found.pruned, found.rows["decisions"]) == (5, 3)


def test_heads_that_were_kept_before_still_hold_after_rows_were_pruned(place: Place) -> None:
    dated(place)
    kept = journal.verify(place.at).heads
    journal.prune(place.at, 250, SAID)
    assert journal.verify(place.at, heads=kept).broken is None


def test_a_chain_goes_on_after_all_of_it_was_pruned(place: Place) -> None:
    with closing(journal.connect(place.at, create=True)) as writer:
        writer.write([decision(1, time="2025-01-01T00:00:00.000000Z")])
        journal.prune(place.at, 200, SAID)
        assert journal.verify(place.at).broken is None
        writer.write([decision(2)])
    found = journal.verify(place.at)
    assert found.broken is None
    assert found.rows["decisions"] == 1


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("DELETE FROM decisions WHERE case_id = 'a-9'", "the row is missing"),
        ("UPDATE decisions SET score = 0.9 WHERE case_id = 'a-9'", "a value was changed"),
    ],
)
def test_a_change_is_found_beside_what_was_pruned(place: Place, change: str, problem: str) -> None:
    dated(place)
    journal.prune(place.at, 250, SAID)
    place.change(change)
    broken = journal.verify(place.at).broken
    assert broken is not None
    assert (broken.table, broken.number) == ("decisions", 4)
    assert problem in broken.problem


def test_rows_younger_than_the_retention_are_never_pruned(place: Place) -> None:
    dated(place)
    with pytest.raises(InputError, match=f"are kept for {FEWEST_DAYS} days; {FEWEST_DAYS - 1} is less"):
        journal.prune(place.at, FEWEST_DAYS - 1, SAID)
    with closing(journal.connect(place.at)) as writer:
        journal.retain(writer.store, 365)
    with pytest.raises(InputError, match="are kept for 365 days; 364 is less"):
        journal.prune(place.at, 364, SAID)
    assert len(journal.read(place.at).decisions) == 7


def test_no_retention_is_shorter_than_six_months(place: Place) -> None:
    dated(place)
    with (
        closing(journal.connect(place.at)) as writer,
        pytest.raises(InputError, match=f"at least {FEWEST_DAYS} days; `retention_days` is 30"),
    ):
        journal.retain(writer.store, 30)
    place.change("UPDATE meta SET retention_days = 1")
    with pytest.raises(InputError, match=f"kept for {FEWEST_DAYS} days"):
        journal.prune(place.at, 30, SAID)


def test_a_journal_that_does_not_hold_is_not_pruned(place: Place) -> None:
    dated(place)
    place.change("UPDATE decisions SET score = 0.9 WHERE case_id = 'a-1'")
    with pytest.raises(InputError, match="row 1 of `decisions` does not hold; nothing is removed"):
        journal.prune(place.at, 250, SAID)
    assert len(journal.read(place.at).decisions) == 7


@pytest.mark.parametrize(
    ("by", "reason", "said"),
    [
        ("", "", "`by` is empty"),
        ("  ", "", "`by` is empty"),
        ("a\x1b[2J", "", "`by` is"),
        ("a", "\udcff", "`reason` is"),
    ],
)
def test_who_takes_something_out_is_named_in_words_that_can_be_read(by: str, reason: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Said(by, reason, NOW)


def test_a_name_that_no_database_takes_is_an_unknown_one(filled: Place) -> None:
    with pytest.raises(InputError, match="no decision is known of"):
        journal.erase(filled.at, ["a\udcff"], SAID, subjects=["\x00"])

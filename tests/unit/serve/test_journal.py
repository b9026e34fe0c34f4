"""The journal: what was written stays, and what was changed afterwards is found."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.engine import journal
from golive.engine.journal import ActionRow, Conflict, DecisionRow, OutcomeRow
from golive.errors import InputError
from golive.records.decision import Problem, Reason
from golive.records.document import Digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from golive.engine.journal import AnyRow

FIRST = DecisionRow(
    case_id="a-1",
    time="2026-03-01T10:00:00.000000Z",
    bundle=Digest("sha256:" + "b" * 64),
    policy=Digest("sha256:" + "c" * 64),
    policy_id="credit/3",
    golive="0.1.0",
    approved=True,
    inputs={"Income": 129.0, "Job": "fixed", "Age": None, "big": 10**40},
    score=0.1,
    action="approve",
    band="low",
    rule=None,
    reasons=(Reason(input="Income", text="Income is 129: raises the risk", contribution=0.25),),
    message="",
    fallback=False,
    problems=(Problem(field="Age", problem="is null", expected="a number"),),
    ignored=("big",),
    routing={},
)


def decision(number: int, **changes: object) -> DecisionRow:
    return msgspec.structs.replace(FIRST, case_id=f"a-{number}", **changes)


def written(path: Path, rows: Sequence[AnyRow]) -> None:
    with closing(journal.connect(path, create=True)) as connection, journal.transaction(connection):
        for row in rows:
            journal.write(connection, [row])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "journal.db"
    outcome = OutcomeRow(case_id="a-1", outcome="bad", time="2026-06-01T00:00:00.000000Z")
    action = ActionRow(case_id="a-2", action="reject", by="desk 4", reason="fraud", time="2026-03-02T00:00:00.000000Z")
    written(path, [decision(1), decision(2, score=None), decision(3), outcome, action])
    return path


def changed(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_what_was_written_is_read_back_equal(path: Path) -> None:
    log = journal.read(path)
    assert log.decisions == (decision(1), decision(2, score=None), decision(3))
    assert [row.outcome for row in log.outcomes] == ["bad"]
    assert [(row.by, row.reason) for row in log.actions] == [("desk 4", "fraud")]
    assert journal.find(path, ["a-2", "never"]) == {"a-2": decision(2, score=None)}


def test_an_untouched_journal_holds(path: Path) -> None:
    found = journal.verify(path)
    assert found.broken is None
    assert found.rows == {"decisions": 3, "outcomes": 1, "actions": 1}


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
        ("UPDATE decisions SET score = 9e999 WHERE seq = 2", "decisions", 2, "`score` holds a value"),
        ("UPDATE decisions SET approved = 0 WHERE seq = 3", "decisions", 3, "changed"),
        ("UPDATE decisions SET case_id = 'a-9' WHERE seq = 3", "decisions", 3, "changed"),
        ("UPDATE decisions SET message = CAST('' AS BLOB) WHERE seq = 3", "decisions", 3, "`message` holds a value"),
        ("DELETE FROM decisions WHERE seq = 2", "decisions", 2, "the row is missing: the next one there is 3"),
        ("DELETE FROM decisions WHERE seq = 3", "decisions", 3, "3 rows were written, the table ends at row 2"),
        ("UPDATE decisions SET previous = digest WHERE seq = 2", "decisions", 2, "as the row before it"),
        ("UPDATE outcomes SET outcome = 'good'", "outcomes", 1, "changed"),
        ("UPDATE actions SET by = 'desk 5'", "actions", 1, "changed"),
        ("DELETE FROM actions", "actions", 1, "1 rows were written, the table ends at row 0"),
        ("UPDATE heads SET digest = 'x' WHERE chain = 'decisions'", "decisions", 3, "the kept head is `x`"),
        ("DELETE FROM heads WHERE chain = 'decisions'", "decisions", 3, "the kept head is"),
    ],
)
def test_a_change_behind_its_back_is_found_and_named(
    path: Path, statement: str, table: str, seq: int, problem: str
) -> None:
    changed(path, statement)
    broken = journal.verify(path).broken
    assert broken is not None
    assert (broken.table, broken.seq) == (table, seq)
    assert problem in broken.problem


def test_a_case_sent_again_is_not_written_again(path: Path) -> None:
    later = decision(1, time="2026-04-01T00:00:00.000000Z", score=0.9, action="reject")
    with closing(journal.connect(path)) as connection, journal.transaction(connection):
        assert journal.write(connection, [later, decision(4)]) == (decision(1), decision(4))
    assert [row.case_id for row in journal.read(path).decisions] == ["a-1", "a-2", "a-3", "a-4"]


def test_a_case_with_other_inputs_writes_nothing_of_its_request(path: Path) -> None:
    with closing(journal.connect(path)) as connection, journal.transaction(connection):
        rows = [decision(4), decision(1, inputs={"Income": 1.0})]
        assert journal.write(connection, rows) == Conflict(("a-1",))
    assert len(journal.read(path).decisions) == 3


def test_one_case_twice_in_a_request_is_one_row_or_a_conflict(path: Path) -> None:
    with closing(journal.connect(path)) as connection, journal.transaction(connection):
        assert journal.write(connection, [decision(4), decision(4)]) == (decision(4), decision(4))
        assert journal.write(connection, [decision(5), decision(5, inputs={})]) == Conflict(("a-5",))
    assert journal.verify(path).rows["decisions"] == 4


def test_a_correction_is_a_new_row_and_a_repetition_is_not(path: Path) -> None:
    def outcome(text: str) -> OutcomeRow:
        return OutcomeRow(case_id="a-1", outcome=text, time="2026-07-01T00:00:00.000000Z")

    written(path, [outcome("bad"), outcome("good"), outcome("good"), outcome("bad")])
    assert [row.outcome for row in journal.read(path).outcomes] == ["bad", "good", "bad"]
    assert journal.verify(path).broken is None


def test_a_request_that_fails_half_way_leaves_nothing(path: Path) -> None:
    connection = journal.connect(path)
    with closing(connection), pytest.raises(RuntimeError), journal.transaction(connection):
        journal.write(connection, [decision(4)])
        raise RuntimeError
    assert journal.verify(path).rows["decisions"] == 3


def test_two_writers_of_one_file_make_one_chain(path: Path) -> None:
    with closing(journal.connect(path)) as one, closing(journal.connect(path)) as other:
        for number, connection in enumerate([one, other, one, other], start=4):
            with journal.transaction(connection):
                journal.write(connection, [decision(number)])
    found = journal.verify(path)
    assert found.broken is None
    assert found.rows["decisions"] == 7


def test_a_number_that_json_cannot_hold_is_never_written(path: Path) -> None:
    with closing(journal.connect(path)) as connection, pytest.raises(ValueError), journal.transaction(connection):
        journal.write(connection, [decision(4, inputs={"Income": float("inf")})])
    assert journal.verify(path).rows["decisions"] == 3


def test_a_missing_or_foreign_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no journal"):
        journal.read(tmp_path / "none.db")
    text = tmp_path / "text.db"
    text.write_text("not a database, but long enough to be read as one " * 20)
    with pytest.raises(InputError, match="is not a journal"):
        journal.verify(text)
    other = tmp_path / "other.db"
    changed(other, "CREATE TABLE t (a)")
    before = other.read_bytes()
    with pytest.raises(InputError, match="found `another database`, expected `journal/1`"):
        journal.connect(other)
    assert other.read_bytes() == before


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the folder of the journal .* is not there"):
        journal.connect(tmp_path / "no" / "journal.db", create=True)
    with pytest.raises(InputError, match="is a folder; expected the file of a journal"):
        journal.connect(tmp_path, create=True)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
INPUTS = st.dictionaries(TEXTS, SCALARS | TEXTS | st.lists(SCALARS, max_size=2), max_size=4)


@given(inputs=INPUTS, score=st.none() | st.floats(0, 1))
def test_any_inputs_come_back_and_hold(
    tmp_path_factory: pytest.TempPathFactory, inputs: dict[str, object], score: float | None
) -> None:
    path = tmp_path_factory.mktemp("journal") / "journal.db"
    row = decision(1, inputs=dict(sorted(inputs.items())), score=score)
    written(path, [row])
    (found,) = journal.read(path).decisions
    assert repr(found) == repr(row)  # repr tells -0.0 from 0.0 and 1 from True
    assert journal.verify(path).broken is None

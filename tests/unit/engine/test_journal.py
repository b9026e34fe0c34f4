"""The journal: what was written stays, and what was changed afterwards is found."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
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
    with closing(journal.connect(path, create=True)) as writer:
        writer.write(*([row] for row in rows))


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
        ("UPDATE decisions SET salt = NULL WHERE seq = 2", "decisions", 2, "no erasure is recorded"),
        ("UPDATE decisions SET salt = 'ab' WHERE seq = 2", "decisions", 2, "not those that it commits to"),
        ("UPDATE decisions SET writer = 'w-1' WHERE seq = 3", "decisions", 1, "the row is missing"),
        ("UPDATE decisions SET seq = 9 WHERE seq = 1", "decisions", 1, "the next one there is 2"),
        ("UPDATE actions SET reason = NULL", "actions", 1, "not those that it commits to"),
    ],
)
def test_a_change_behind_its_back_is_found_and_named(
    path: Path, statement: str, table: str, seq: int, problem: str
) -> None:
    changed(path, statement)
    broken = journal.verify(path).broken
    assert broken is not None
    assert (broken.table, broken.number) == (table, seq)
    assert problem in broken.problem


def test_a_case_sent_again_is_not_written_again(path: Path) -> None:
    later = decision(1, time="2026-04-01T00:00:00.000000Z", score=0.9, action="reject")
    with closing(journal.connect(path)) as writer:
        assert writer.write([later, decision(4)]) == [(decision(1), decision(4))]
    assert [row.case_id for row in journal.read(path).decisions] == ["a-1", "a-2", "a-3", "a-4"]


def test_a_case_with_other_inputs_writes_nothing_of_its_request(path: Path) -> None:
    with closing(journal.connect(path)) as writer:
        rows = [decision(4), decision(1, inputs={"Income": 1.0})]
        assert writer.write(rows) == [Conflict(("a-1",))]
    assert len(journal.read(path).decisions) == 3


def test_one_case_twice_in_a_request_is_one_row_or_a_conflict(path: Path) -> None:
    with closing(journal.connect(path)) as writer:
        assert writer.write([decision(4), decision(4)]) == [(decision(4), decision(4))]
        assert writer.write([decision(5), decision(5, inputs={})]) == [Conflict(("a-5",))]
    assert journal.verify(path).rows["decisions"] == 4


def test_a_correction_is_a_new_row_and_a_repetition_is_not(path: Path) -> None:
    def outcome(text: str) -> OutcomeRow:
        return OutcomeRow(case_id="a-1", outcome=text, time="2026-07-01T00:00:00.000000Z")

    written(path, [outcome("bad"), outcome("good"), outcome("good"), outcome("bad")])
    assert [row.outcome for row in journal.read(path).outcomes] == ["bad", "good", "bad"]
    assert journal.verify(path).broken is None


def test_a_batch_with_a_row_that_cannot_be_written_leaves_nothing(path: Path) -> None:
    with closing(journal.connect(path)) as writer:
        with pytest.raises(ValueError, match="not JSON compliant"):
            writer.write([decision(4)], [decision(5, inputs={"Income": float("inf")})])
        assert journal.verify(path).rows["decisions"] == 3
        writer.write([decision(4)])  # the writer's chain goes on where it stood
    assert journal.verify(path).broken is None


def test_two_writers_of_one_journal_make_a_chain_each(path: Path) -> None:
    with closing(journal.connect(path)) as one, closing(journal.connect(path)) as other:
        for number, writer in enumerate([one, other, one, other], start=4):
            writer.write([decision(number)])
    found = journal.verify(path)
    assert found.broken is None
    assert found.rows["decisions"] == 7
    assert sorted(head.number for head in found.heads if head.table == "decisions") == [2, 2, 3]
    assert [row.case_id for row in journal.read(path).decisions] == [f"a-{number}" for number in range(1, 8)]


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
    with pytest.raises(InputError, match="found `another database`, expected `journal/2`"):
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


OLD = Path(__file__).parent / "assets" / "journal-1.db"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return Path(shutil.copy(OLD, tmp_path / "old.db"))


def test_a_journal_of_format_1_is_read_as_it_was_written(old: Path) -> None:
    log = journal.read(old)
    times = [f"2026-03-01T10:00:0{number}.000000Z" for number in (1, 2, 3)]
    assert log.decisions == (
        decision(1, time=times[0]),
        decision(2, time=times[1], score=None),
        decision(3, time=times[2]),
    )
    assert [row.outcome for row in log.outcomes] == ["bad"]
    assert [(row.by, row.reason) for row in log.actions] == [("desk 4", "fraud")]
    assert journal.find(old, ["a-2"]) == {"a-2": log.decisions[1]}


def test_a_journal_of_format_1_is_verified(old: Path) -> None:
    found = journal.verify(old)
    assert found.broken is None
    assert found.rows == {"decisions": 3, "outcomes": 1, "actions": 1}
    changed(old, "UPDATE decisions SET inputs = replace(inputs, '129.0', '128.0') WHERE seq = 2")
    broken = journal.verify(old).broken
    assert broken is not None
    assert (broken.table, broken.number) == ("decisions", 2)


def test_nothing_is_written_into_a_journal_of_format_1(old: Path) -> None:
    before = old.read_bytes()
    with pytest.raises(InputError, match="not a journal that this version writes: found `journal/1`") as caught:
        journal.connect(old, create=True)
    assert "start a new file beside it" in caught.value.hint
    assert old.read_bytes() == before

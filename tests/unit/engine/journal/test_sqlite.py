"""What is a matter of files."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.engine.journal.places import SqlitePlace, decision, written

from golive.engine import journal
from golive.engine.journal import ActionRow, OutcomeRow, Said
from golive.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def test_a_missing_or_foreign_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no journal"):
        journal.read(tmp_path / "none.db")
    text = tmp_path / "text.db"
    text.write_text("not a database, but long enough to be read as one " * 20)
    with pytest.raises(InputError, match="is not a journal"):
        journal.verify(text)
    other = tmp_path / "other.db"
    SqlitePlace(other).change("CREATE TABLE t (a)")
    before = other.read_bytes()
    with pytest.raises(InputError, match="found `another database`, expected `journal/2`"):
        journal.connect(other)
    assert other.read_bytes() == before


def test_a_new_journal_is_read_by_nobody_else(tmp_path: Path) -> None:
    with closing(journal.connect(tmp_path / "journal.db", create=True)) as writer:
        writer.write([decision(1)])
        for file in tmp_path.iterdir():  # the log beside it too
            assert file.stat().st_mode & 0o077 == 0, file.name


def test_an_empty_write_puts_bytes_on_the_disk(tmp_path: Path) -> None:
    """Else a full disk would be found by the first decision only."""
    log = tmp_path / "journal.db-wal"
    with closing(journal.connect(tmp_path / "journal.db", create=True)) as writer:
        before = log.stat().st_size
        writer.write(())
        assert log.stat().st_size > before
    assert journal.verify(tmp_path / "journal.db").broken is None


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the folder of the journal .* is not there"):
        journal.connect(tmp_path / "no" / "journal.db", create=True)
    with pytest.raises(InputError, match="is a folder; expected the file of a journal"):
        journal.connect(tmp_path, create=True)


@pytest.mark.parametrize(
    ("change", "column"),
    [("SET score = 9e999", "score"), ("SET message = CAST('' AS BLOB)", "message")],
)
def test_a_value_that_reads_alike_but_is_another_is_found(tmp_path: Path, change: str, column: str) -> None:
    place = SqlitePlace(tmp_path / "journal.db")
    written(place.at, [decision(1)])
    place.change(f"UPDATE decisions {change}")
    broken = journal.verify(place.at).broken
    assert broken is not None
    assert f"`{column}` holds a value that golive never writes" in broken.problem


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


HOSTILE = ("NULL", "'x'", "''", "x'00ff'", "9e999", "-1", "9223372036854775807", "0.5", "'\x1b[2J'")
TABLES = ("decisions", "outcomes", "actions", "removals", "heads")


def columns(at: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(at)) as connection:
        return [(table, str(row[1])) for table in TABLES for row in connection.execute(f"PRAGMA table_info({table})")]


def test_whatever_is_put_into_whatever_column_is_found_and_never_breaks_the_look(tmp_path: Path) -> None:
    place, broken = SqlitePlace(tmp_path / "journal.db"), SqlitePlace(tmp_path / "broken.db")
    action = ActionRow(case_id="a-2", action="reject", by="desk 4", reason="fraud", time="2026-03-02T00:00:00.000000Z")
    written(
        place.at, [decision(1, subject="p"), decision(2), OutcomeRow(case_id="a-1", outcome="bad", time=""), action]
    )
    journal.erase(place.at, ["a-2"], Said("dpo", "", datetime(2027, 1, 1, tzinfo=UTC)))
    tried = 0
    for table, column in columns(place.at):
        for value in HOSTILE:
            shutil.copy(place.at, broken.at)
            try:
                broken.change(f"UPDATE {table} SET {column} = {value} WHERE rowid = (SELECT min(rowid) FROM {table})")
            except sqlite3.IntegrityError:
                continue  # the table itself refuses it
            if rows(broken.at, table) != rows(place.at, table):
                assert journal.verify(broken.at).broken is not None, (table, column, value)
                tried += 1
    assert tried > 400


def rows(at: Path, table: str) -> str:
    with closing(sqlite3.connect(at)) as connection:
        return repr(connection.execute(f"SELECT * FROM {table}").fetchall())

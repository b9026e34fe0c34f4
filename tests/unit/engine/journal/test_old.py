"""A journal of format 1 is an asset: read and verified as long as there are some."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.unit.engine.journal.places import SqlitePlace, decision

from golive.engine import journal
from golive.errors import InputError

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
    SqlitePlace(old).change("UPDATE decisions SET inputs = replace(inputs, '129.0', '128.0') WHERE seq = 2")
    broken = journal.verify(old).broken
    assert broken is not None
    assert (broken.table, broken.number) == ("decisions", 2)


def test_nothing_is_written_into_a_journal_of_format_1(old: Path) -> None:
    before = old.read_bytes()
    with pytest.raises(InputError, match="not a journal that this version writes: found `journal/1`") as caught:
        journal.connect(old, create=True)
    assert "start a new file beside it" in caught.value.hint
    assert old.read_bytes() == before

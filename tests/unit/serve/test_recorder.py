"""Group commit: told only when durable, one bad row alone, and a journal that fails says so."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from typing import TYPE_CHECKING, NoReturn

import pytest

from golive.engine import journal
from golive.engine.journal import OutcomeRow
from golive.errors import InputError, WorldError
from golive.serve.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from golive.engine.journal import Written


def row(number: int, outcome: str = "bad") -> OutcomeRow:
    return OutcomeRow(case_id=f"c-{number}", outcome=outcome, time="2026-01-01T00:00:00.000000Z")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def recorder(path: Path) -> Iterator[Recorder]:
    with closing(Recorder(path, patience=0.05)) as recorder:
        yield recorder


def test_what_was_told_durable_is_read_by_another_connection(recorder: Recorder, path: Path) -> None:
    assert recorder.submit([row(1)]).result(timeout=10) == (row(1),)
    assert journal.read(path).outcomes == (row(1),)


def test_many_callers_share_one_chain_and_all_are_told(path: Path) -> None:
    with closing(Recorder(path, patience=60)) as recorder:
        with closing(sqlite3.connect(path, isolation_level=None)) as blocker:
            # While another writer holds the file all of these must wait, so they are of one moment.
            blocker.execute("BEGIN IMMEDIATE")
            waiting: list[Future[Written]] = [recorder.submit([row(number)]) for number in range(300)]
            assert not any(found.done() for found in waiting)
            blocker.execute("ROLLBACK")
        wait(waiting, timeout=60)
    assert [found.result() for found in waiting] == [(row(number),) for number in range(300)]
    assert journal.verify(path).broken is None
    assert journal.read(path).outcomes == tuple(row(number) for number in range(300))


def test_a_row_that_cannot_be_written_takes_no_other_along(recorder: Recorder, path: Path) -> None:
    bad = OutcomeRow(case_id="c-0", outcome="\ud800", time="")
    waiting = [recorder.submit([row(1)]), recorder.submit([bad]), recorder.submit([row(2)])]
    wait(waiting, timeout=10)
    assert [found.exception() is None for found in waiting] == [True, False, True]
    assert [found.case_id for found in journal.read(path).outcomes] == ["c-1", "c-2"]


def test_a_locked_journal_fails_the_request_and_heals_by_itself(recorder: Recorder, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorldError, match="cannot be written"):
            recorder.submit([row(1)]).result(timeout=10)
        blocker.execute("ROLLBACK")
    recorder.check()
    assert recorder.submit([row(2)]).result(timeout=10) == (row(2),)
    assert journal.verify(path).rows["outcomes"] == 1


def test_a_journal_that_was_moved_away_is_noticed(recorder: Recorder, path: Path) -> None:
    recorder.submit([row(1)]).result(timeout=10)
    path.rename(path.with_name("elsewhere.db"))
    for _ in range(2):
        with pytest.raises(WorldError):
            recorder.submit([row(2)]).result(timeout=10)
    path.with_name("elsewhere.db").rename(path)
    recorder.submit([row(3)]).result(timeout=10)


def heads(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        (found,) = connection.execute("SELECT count(*) FROM heads").fetchone()
    return int(found)


def test_callers_that_wait_write_for_each_other_in_one_chain(path: Path) -> None:
    with closing(Recorder(path, patience=60)) as recorder, ThreadPoolExecutor(20) as pool:
        with closing(sqlite3.connect(path, isolation_level=None)) as blocker:
            blocker.execute("BEGIN IMMEDIATE")
            waiting = [pool.submit(recorder.write, [row(number)]) for number in range(100)]
            blocker.execute("ROLLBACK")
        assert [found.result(timeout=60) for found in waiting] == [(row(number),) for number in range(100)]
    assert journal.verify(path).broken is None
    assert {found.case_id for found in journal.read(path).outcomes} == {f"c-{number}" for number in range(100)}
    assert heads(path) == 1


def test_callers_that_wait_and_those_that_cannot_share_the_chain_of_the_process(recorder: Recorder, path: Path) -> None:
    waiting = [recorder.submit([row(number)]) for number in range(5)]
    assert recorder.write([row(9)]) == (row(9),)
    wait(waiting, timeout=10)
    assert recorder.write([row(10)]) == (row(10),)
    assert journal.verify(path).broken is None
    assert heads(path) == 1


def test_a_row_that_cannot_be_written_fails_for_its_caller_alone(path: Path) -> None:
    bad = OutcomeRow(case_id="c-3", outcome="\ud800", time="")
    with closing(Recorder(path, patience=60)) as recorder, ThreadPoolExecutor(8) as pool:
        with closing(sqlite3.connect(path, isolation_level=None)) as blocker:
            blocker.execute("BEGIN IMMEDIATE")
            waiting = [pool.submit(recorder.write, [bad if number == 3 else row(number)]) for number in range(8)]
            blocker.execute("ROLLBACK")
        wait(waiting, timeout=60)
    assert [number for number, found in enumerate(waiting) if found.exception() is not None] == [3]
    assert len(journal.read(path).outcomes) == 7


def test_a_caller_is_told_that_the_journal_cannot_be_written_and_the_next_writes_again(
    recorder: Recorder, path: Path
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorldError, match="cannot be written"):
            recorder.write([row(1)])
        blocker.execute("ROLLBACK")
    assert recorder.write([row(2)]) == (row(2),)
    assert journal.read(path).outcomes == (row(2),)


def test_a_caller_that_is_interrupted_leaves_the_pen_to_the_next(recorder: Recorder, path: Path) -> None:
    def interrupted(row: object, counts: object) -> NoReturn:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recorder.write([row(1)], interrupted)
    assert recorder.write([row(2)]) == (row(2),)
    assert journal.read(path).outcomes == (row(2),)


def test_closing_writes_what_waits(path: Path) -> None:
    recorder = Recorder(path)
    waiting = [recorder.submit([row(number)]) for number in range(50)]
    recorder.close()
    recorder.close()
    assert all(found.done() for found in waiting)
    assert len(journal.read(path).outcomes) == 50


def test_a_caller_that_gave_up_writes_nothing(recorder: Recorder, path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        first = recorder.submit([row(1)])
        gone = recorder.submit([row(2)])
        cancelled = gone.cancel()
        blocker.execute("ROLLBACK")
    wait([first], timeout=10)
    recorder.check()
    assert cancelled == ("c-2" not in [found.case_id for found in journal.read(path).outcomes])


@pytest.mark.parametrize("write", ["submit({}).result(timeout=10)", "write({})"])
def test_a_forked_worker_writes_beside_its_parent(recorder: Recorder, path: Path, write: str) -> None:
    parent, child, again = (write.format(f"[row({name!r})]") for name in ("parent", "child", "parent again"))
    code = f"""
import os
from pathlib import Path
from golive.engine.journal import OutcomeRow
from golive.serve.recorder import Recorder
recorder = Recorder(Path({str(path)!r}))
row = lambda case: OutcomeRow(case_id=case, outcome="bad", time="")
recorder.{parent}
if os.fork() == 0:
    recorder.{child}
    os._exit(0)
os.wait()
recorder.{again}
recorder.close()
"""
    # Python warns of a fork beside threads; the worker thread is exactly what is tried here.
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert [found.case_id for found in journal.read(path).outcomes] == ["parent", "child", "parent again"]
    assert journal.verify(path).broken is None


def test_a_file_that_is_no_journal_stops_the_start(path: Path) -> None:
    path.write_bytes(b"not a journal, but long enough to look at" * 100)
    with pytest.raises(InputError, match="is not a journal"):
        Recorder(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write_stops_the_start(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(WorldError):
        Recorder(tmp_path / "journal.db")


def test_that_the_journal_can_be_written_again_is_said_once(
    recorder: Recorder, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recorder.check()
    with closing(sqlite3.connect(path, isolation_level=None)) as blocker:
        blocker.execute("BEGIN IMMEDIATE")
        for number in range(2):
            with pytest.raises(WorldError):
                recorder.submit([row(number)]).result(timeout=10)
        blocker.execute("ROLLBACK")
    for number in range(2):
        recorder.submit([row(number)]).result(timeout=10)
    assert caplog.text.count(f"the journal `{path}` can be written again") == 1

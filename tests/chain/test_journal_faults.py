"""What breaks while the service records: nothing that was answered is lost, no row is half there, and it goes on.

`KILLS=50` runs the long form (`make faults`).
"""

from __future__ import annotations

import http.client
import itertools
import json
import os
import resource
import subprocess
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from tests.conformance import bundles
from tests.serving import address

from golive.engine import journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.postgres import Cluster

KILLS = int(os.environ.get("KILLS", "3"))
CLIENTS = 8
ENOUGH = 60
"""Answers before the fault."""
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
from golive.cli import main
main()
"""
UNLIMITED = "import sys; sys.argv.pop(1); from golive.cli import main; main()"


class Reply(NamedTuple):
    status: int
    body: Any


class Running(NamedTuple):
    """A service in a process of its own."""

    process: subprocess.Popen[str]
    url: str

    def post(self, case_id: str) -> Reply:
        """Ask for a decision; status 0 when nobody answers any more."""
        body = json.dumps({"case_id": case_id, "inputs": bundles.GOOD})
        return self._asked("POST", "/v1/decisions", body)

    def ready(self) -> int:
        """Ask whether it can decide now; return the status."""
        return self._asked("GET", "/health/ready", None).status

    def _asked(self, method: str, path: str, body: str | None) -> Reply:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=60)
        try:
            connection.request(method, path, body, {"content-type": "application/json"})
            answered = connection.getresponse()
            return Reply(answered.status, json.loads(answered.read()))
        except (OSError, http.client.HTTPException, ValueError):
            return Reply(0, None)
        finally:
            connection.close()


@contextmanager
def serving(bundle: Path, at: str, *, limit: int | None = None) -> Iterator[Running]:
    code = UNLIMITED if limit is None else LIMITED
    arguments = ["serve", str(bundle), "--unapproved", "--no-auth", "--port", "0", "--journal", at]
    command = [sys.executable, "-c", code, str(limit or 0), *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            url, _ = address(process)
            assert process.stderr is not None
            threading.Thread(target=process.stderr.read, daemon=True).start()  # a full pipe would stop it
            yield Running(process, url)
        finally:
            process.kill()


class Load:
    """Clients that ask for one decision after the other, each with a new id, until they are told to stop."""

    def __init__(self, running: Running, name: str) -> None:
        self.answered: dict[str, Any] = {}
        self.refused: list[int] = []
        self.refused_in_a_row = 0
        self._running, self._name = running, name
        self._numbers, self._going = itertools.count(), True
        self._changed = threading.Condition()
        self._threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def until(self, condition: Callable[[Load], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), timeout=120)

    def stop(self) -> None:
        self._going = False
        for thread in self._threads:
            thread.join(timeout=120)

    def _ask(self) -> None:
        while self._going:
            case = f"{self._name}-{next(self._numbers)}"
            found = self._running.post(case)
            with self._changed:
                if found.status == 200:
                    self.answered[case], self.refused_in_a_row = found.body, 0
                else:
                    self.refused.append(found.status)
                    self.refused_in_a_row += 1
                self._changed.notify_all()
            if found.status == 0:
                return


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.bundle(tmp_path_factory.mktemp("faults") / "small.golive")


def nothing_lost(at: str, answered: dict[str, Any]) -> None:
    """Every answer that was given stands in the journal, whole, and the journal holds."""
    found = journal.verify(at)
    assert found.broken is None
    rows = {row.case_id: row for row in journal.read(at).decisions}
    assert answered.keys() <= rows.keys()
    for case, body in answered.items():
        row = rows[case]
        assert (row.time, row.action, row.score) == (body["time"], body["decision"], body["score"])
        assert row.inputs == bundles.GOOD


def test_nothing_that_was_answered_is_lost_when_the_process_is_killed_under_load(bundle: Path, at: str) -> None:
    answered: dict[str, Any] = {}
    for number in range(KILLS):
        with serving(bundle, at) as running:
            load = Load(running, f"k{number}")
            load.until(lambda load: len(load.answered) >= ENOUGH)
            running.process.kill()
            load.stop()
            answered |= load.answered
    assert len(answered) >= KILLS * ENOUGH
    nothing_lost(at, answered)
    with serving(bundle, at) as running:
        for case in list(answered)[:: len(answered) // 10]:
            assert running.post(case) == Reply(200, answered[case])


def test_a_full_disk_refuses_and_once_there_is_space_it_goes_on(bundle: Path, tmp_path: Path) -> None:
    at = str(tmp_path / "journal.db")
    with serving(bundle, at, limit=400_000) as running:
        load = Load(running, "f")
        load.until(lambda load: load.refused_in_a_row >= ENOUGH)  # at first SQLite finds a little space in its log
        load.stop()
        assert running.post("while-full").status == 503
        # Nobody else asks now: a write that is shared with a row would fail for the row. It is smaller than a row, and
        # may fit a few times where no row does.
        assert [running.ready() for _ in range(20)][-1] == 503
        after = Load(running, "g")
        after.until(lambda load: 503 in load.refused)
        resource.prlimit(running.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        before = len(after.answered)
        after.until(lambda load: len(load.answered) > before + ENOUGH)
        after.stop()
        assert {*load.refused, *after.refused} == {503}
        assert running.ready() == 200
        nothing_lost(at, load.answered | after.answered)


def test_a_database_that_crashes_and_comes_back_loses_nothing_and_is_found_again(
    bundle: Path, cluster: Cluster
) -> None:
    at = cluster.url(cluster.emptied())
    with serving(bundle, at) as running:
        load = Load(running, "p")
        load.until(lambda load: len(load.answered) >= ENOUGH)
        cluster.stop(mode="immediate")
        try:
            load.until(lambda load: 503 in load.refused)
            assert (running.post("while-away").status, running.ready()) == (503, 503)
        finally:
            cluster.start()
        before = len(load.answered)
        load.until(lambda load: len(load.answered) > before + ENOUGH)
        load.stop()
        assert set(load.refused) == {503}
        nothing_lost(at, load.answered)
        assert (running.post("while-away").status, running.ready()) == (200, 200)

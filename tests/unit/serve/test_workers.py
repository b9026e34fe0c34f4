"""Several processes on one port: one that dies is started again, all stop in peace, and together they count once."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.conformance import bundles

from golive.engine import journal
from golive.serve.board import Board
from golive.serve.metrics import Metrics
from golive.serve.pace import Pace

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")
HEADERS = {"content-type": "application/json", "connection": "close"}


class Running(NamedTuple):
    """A service of two workers, started as people start it."""

    process: subprocess.Popen[str]
    url: str
    workers: list[int]
    journal: Path

    def line(self, holds: str) -> str:
        """Read what it says until a line holds something."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if holds in line:
                return line
        raise AssertionError(f"it never said `{holds}`")

    def decide(self, case_id: str) -> str:
        body = json.dumps({"case_id": case_id, "inputs": bundles.GOOD}).encode()
        with urllib.request.urlopen(
            urllib.request.Request(f"{self.url}/v1/decisions", body, HEADERS), timeout=30
        ) as found:
            return str(json.load(found)["versions"]["policy"])


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """An alias of a bundle; beside it lies the next one."""
    bundles.bundle(tmp_path / "old.golive")
    policy = bundles.POLICY.replace('version = "1"', 'version = "2"')
    bundles.bundle(tmp_path / "new.golive", policy=policy, shapley=bundles.SHAPLEY)
    (tmp_path / "live").symlink_to("old.golive")
    return tmp_path / "live"


@pytest.fixture
def running(live: Path) -> Iterator[Running]:
    at = live.with_name("journal.db")
    options = ["--role", "risk", "--role", "product", "--accept-typed", "--no-auth", "--port", "0", "--workers", "2"]
    command = [sys.executable, "-m", "golive", "serve", str(live), "--journal", str(at), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=live.parent) as process:
        try:
            started = Running(process, "", [], at)
            found = re.search(r"http://\S+", started.line("answering on"))
            assert found
            workers = [int(started.line("is process").split()[-1]) for _ in range(2)]
            yield started._replace(url=found[0], workers=workers)
        finally:
            process.kill()


def test_a_worker_that_dies_is_told_and_started_again_and_nothing_answered_is_lost(running: Running) -> None:
    asked = [f"before {number}" for number in range(20)]
    for case_id in asked:
        running.decide(case_id)
    os.kill(running.workers[0], signal.SIGKILL)
    assert f"worker 1 (process {running.workers[0]}) was ended by signal 9" in running.line("was ended")
    running.line("worker 1 is process")
    for number in range(20):
        asked.append(f"after {number}")
        running.decide(asked[-1])
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    log = journal.read(running.journal)
    assert sorted(row.case_id for row in log.decisions) == sorted(asked)
    assert journal.verify(running.journal).broken is None


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_when_it_is_told_to_stop_all_workers_end(running: Running, stop: signal.Signals) -> None:
    running.decide("c-1")
    running.process.send_signal(stop)
    assert running.process.wait(30) == 0
    for worker in running.workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_when_the_alias_leads_elsewhere_every_worker_follows_and_every_request_is_answered(
    running: Running, live: Path
) -> None:
    seen = {running.decide("before")}
    live.with_name("next").symlink_to("new.golive")
    live.with_name("next").replace(live)
    running.process.send_signal(signal.SIGHUP)  # a second earlier than they would look by themselves
    for number in range(10_000):  # connections of their own, so both workers are asked
        seen.add(running.decide(f"c-{number}"))
        if "small/2" in seen and len({running.decide(f"d-{number} {again}") for again in range(8)}) == 1:
            break
    assert seen == {"small/1", "small/2"}


def test_the_metrics_are_those_of_all_workers(running: Running) -> None:
    for number in range(30):
        running.decide(f"c-{number}")
    total = 0
    for _ in range(10_000):  # what the others counted is a second old at most
        with urllib.request.urlopen(f"{running.url}/metrics", timeout=30) as found:
            lines = found.read().decode().splitlines()
        total = sum(int(line.split()[-1]) for line in lines if line.startswith("golive_decisions_total{"))
        if total == 30:
            break
    assert total == 30


def test_a_worker_goes_on_with_the_counts_of_the_one_before_it() -> None:
    board = Board(2)
    first = Metrics()
    first.share(board, 0)
    first.count("golive_reloads_total", "taken up", by=3)
    first.post()
    second = Metrics()
    second.share(board, 0)
    assert second.counts == first.counts
    third = Metrics()
    third.share(board, 1)
    third.count("golive_reloads_total", "taken up")
    assert third.total() == Counter({("golive_reloads_total", "taken up"): 4})
    assert third.counts == Counter({("golive_reloads_total", "taken up"): 1})


def test_counts_that_are_half_written_are_not_read() -> None:
    board = Board(1)
    board.post(0, {("golive_reloads_total", "taken up"): 1})
    board._memory[len(board.due) * 8 + 12] ^= 1
    assert board.read(0) == Counter()


def test_workers_share_the_rate_of_a_token() -> None:
    board = Board(2)
    one, other = (Pace(board.due, clock=lambda: 5.0) for _ in range(2))
    assert [one.wait(0, 2.0), other.wait(0, 2.0)] == [0.0, 0.0]
    assert one.wait(0, 2.0) == other.wait(0, 2.0) == 0.5

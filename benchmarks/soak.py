"""Half of what the service can do, for as long as wanted: does it err, does it grow, how long do callers wait?

The bundle of `benchmarks.serve` (200 LightGBM trees behind a pandas cleaning), served with its durable journal. First
its capacity is found with as many clients as in `benchmarks.serve`, then requests are sent at half of that, each at its
own moment whether the one before it was answered or not; waiting counts from that moment. Memory is what all its
processes hold (PSS), looked at every second; after a warm-up the floors of its two halves are compared.

``python -m benchmarks.soak 30`` runs 30 minutes; one without a number. Leaves with 1 when a request failed or memory
grew by more than 5 %.
"""

from __future__ import annotations

import http.client
import sys
import tempfile
import threading
import time
from array import array
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks._servers import GOLIVE, Running, Server
from benchmarks.serve import CLIENTS, prepare

if TYPE_CHECKING:
    from collections.abc import Sequence

DURABLE = Server("golive, durable journal", GOLIVE, 0)
WARM_UP = 0.25
"""Share of the run, at most a minute, before memory is looked at."""
MOST_GROWTH = 0.05
TRIED = 8.0
"""Seconds in which the capacity is found."""


class Soaked(NamedTuple):
    """What a run came to."""

    rate: float
    """Requests per second."""
    waits: array[float]
    """Seconds from the moment at which each was due to its answer."""
    errors: list[str]
    memory: list[float]
    """MB, after the warm-up, one per second."""

    @property
    def growth(self) -> float:
        """Share by which the floor of the memory rose: the least of the second half against that of the first.

        What a process holds goes up and down by some per cent as the journal's cache fills and is written out; what is
        never given back lifts the floor.
        """
        half = max(1, len(self.memory) // 2)
        return min(self.memory[-half:]) / min(self.memory[:half]) - 1


def main(minutes: float = 1.0) -> int:
    if not Path("/proc/self/smaps_rollup").exists():
        print("skipped: memory of another process is read from /proc, which is not here")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        cases = prepare(Path(folder))
        with DURABLE.started(folder, DURABLE.body("first", cases[0])) as running:
            capacity = found_capacity(running, cases)
            soaked = soak(running, cases, rate=capacity / 2, seconds=60 * minutes)
    return told(capacity, soaked, minutes)


def told(capacity: float, soaked: Soaked, minutes: float) -> int:
    """Print what was found, and return the exit code."""
    waits = sorted(soaked.waits)
    p50, p99 = (waits[int(share * (len(waits) - 1))] * 1000 for share in (0.5, 0.99))
    print(f"capacity                 {capacity:8.0f} requests a second, {CLIENTS} clients")
    print(f"sent                     {len(waits):8,} in {minutes:g} min, {soaked.rate:.0f} a second")
    print(f"waiting                  {p50:8.1f} ms half of them, {p99:.1f} ms all but one in a hundred")
    least, most = min(soaked.memory), max(soaked.memory)
    print(f"memory                   {least:8.1f} MB at least after the warm-up, {most:.1f} MB at most")
    held = not soaked.errors and soaked.growth < MOST_GROWTH
    print(f"errors                   {len(soaked.errors):8,}  {' '.join(soaked.errors[:3])}")
    print(f"growth                   {soaked.growth:8.1%}  at most {MOST_GROWTH:.0%}: {'met' if held else 'MISSED'}")
    return 0 if held else 1


def found_capacity(running: Running, cases: Sequence[dict[str, Any]]) -> float:
    """Return the requests per second that as many clients get answered who each wait for their answer."""
    until = time.monotonic() + TRIED

    def client(number: int) -> int:
        caller, done = _Caller(running.port), 0
        while time.monotonic() < until:
            caller.ask(f"capacity {number} {done}", cases[done % len(cases)])
            done += 1
        return done

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sum(pool.map(client, range(CLIENTS))) / TRIED


def soak(running: Running, cases: Sequence[dict[str, Any]], *, rate: float, seconds: float) -> Soaked:
    """Send requests at a rate, each at its moment, and look at the memory meanwhile."""
    start, count = time.monotonic() + 0.1, int(rate * seconds)
    waits: list[array[float]] = [array("d") for _ in range(CLIENTS)]
    errors: list[str] = []
    memory: list[float] = []
    over = threading.Event()

    def client(number: int) -> None:
        caller = _Caller(running.port)
        for index in range(number, count, CLIENTS):
            due = start + index / rate
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                caller.ask(f"soak {index}", cases[index % len(cases)])
            except (OSError, http.client.HTTPException, ValueError) as exc:
                errors.append(f"{type(exc).__name__}: {exc}")
            waits[number].append(time.monotonic() - due)

    def look() -> None:
        over.wait(min(60.0, WARM_UP * seconds))
        while not over.wait(1.0):
            memory.append(running.pss())

    looking = threading.Thread(target=look)
    looking.start()
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    over.set()
    looking.join()
    return Soaked(rate, array("d", [wait for one in waits for wait in one]), errors, memory or [running.pss()])


class _Caller:
    """One client, which keeps its connection until something goes wrong with it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, case_id: str, case: dict[str, Any]) -> None:
        """Ask for one decision; anything but an answer with 200 that decides is an error."""
        try:
            self._connection.request(
                "POST", DURABLE.path, DURABLE.body(case_id, case), {"content-type": "application/json"}
            )
            answered = self._connection.getresponse()
            said = answered.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        if answered.status != 200 or b'"fallback":true' in said:
            raise ValueError(f"{answered.status} {said[:200]!r}")


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if sys.argv[1:] else 1.0))

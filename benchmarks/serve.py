"""What a decision costs over HTTP: golive, an empty handler, and the servers that people put around scikit-learn.

The same model (200 LightGBM trees behind a pandas cleaning) and the same applications everywhere; 32 clients that keep
their connections; CPU of all processes of the server, as the system counts it; one server after the other, median of
three rounds. golive answers with the contract check, cleaning, score, up to four reasons and the rule, with and without
its durable journal; the others answer with the score. ``python -m benchmarks.serve golive`` leaves the peers out.
"""

from __future__ import annotations

import compileall
import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks._peer import ROOT
from benchmarks._servers import EMPTY, GOLIVE, GOLIVE_OFF, Running, Server

if TYPE_CHECKING:
    from collections.abc import Sequence

CLIENTS = 32
ROUNDS = 3
POLICY = """
id = "bench"
version = "1"
owner = "nobody"
actions = { names = ["approve", "review", "reject"], favourable = "approve" }
fallback = { action = "review" }
bands = [
  { id = "low", from = 0, to = 0.3, action = "approve" },
  { id = "high", from = 0.3, to = 1, action = "reject" },
]
"""
EMPTY_HANDLER = Server("an empty Starlette handler", EMPTY, 4_000)
OFF = Server("golive, journal off", GOLIVE_OFF, 4_000)
DURABLE = Server("golive, durable journal", GOLIVE, 4_000)
MOUNT = Server("golive mounted in Flask", "mounted", 2_000)
FLASK = Server("Flask + scikit-learn", "flask", 200)
OURS = (EMPTY_HANDLER, OFF, DURABLE, MOUNT)
PEERS = (
    FLASK,
    Server("FastAPI + scikit-learn", "fastapi", 200),
    Server("MLflow models serve", "mlflow", 200),
    Server("BentoML", "bentoml", 200),
)


class Cost(NamedTuple):
    """What one server uses."""

    request: float
    """CPU seconds."""
    start: float
    """CPU seconds to the first answer."""
    memory: float
    """MB after the load."""


def main(ours_alone: bool = False) -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        print("skipped: CPU and memory of another process are read from /proc, which is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        cases = prepare(Path(folder))
        row = row_time(Path(folder), cases)
        spent: dict[str, Cost] = {}
        print(f"{'':28} {'µs a request':>12} {'CPU to first answer':>20} {'PSS MB':>8}", flush=True)
        for server in OURS if ours_alone else (*OURS, *PEERS):
            if (found := cost(server, folder, cases)) is not None:
                spent[server.name] = found
                print(
                    f"{server.name:28} {found.request * 1e6:12.0f} {found.start:20.2f} {found.memory:8.0f}", flush=True
                )
    print(f"{'the row itself, in Python':28} {row * 1e6:12.0f}")
    judge(spent, row)


def judge(spent: dict[str, Cost], row: float) -> None:
    """Print each line that has a target."""
    empty, off, durable = spent[EMPTY_HANDLER.name], spent[OFF.name], spent[DURABLE.name]
    least("(empty handler + row) ÷ journal off", (empty.request + row) / off.request, 1 / 3)
    least("journal off ÷ durable journal", off.request / durable.request, 1 / 1.8)
    print(f"{'memory of one worker, MB':44} {durable.memory:6.0f}   at most 80: {_word(durable.memory <= 80)}")
    if (flask := spent.get(FLASK.name)) is None:
        return
    least("Flask + scikit-learn ÷ journal off", flask.request / off.request, 30)
    least("Flask + scikit-learn ÷ mounted in Flask", flask.request / spent[MOUNT.name].request, 10)
    least("start: Flask + scikit-learn ÷ golive", flask.start / durable.start, 7)


def least(what: str, found: float, target: float) -> None:
    print(f"{what:44} {found:6.2f}   at least {target:.2f}: {_word(found >= target)}")


def _word(holds: bool) -> str:
    return "met" if holds else "MISSED"


def prepare(folder: Path) -> list[dict[str, Any]]:
    """Fit the model, build its bundle, and return applications to send."""
    import pandas as pd

    from benchmarks.peers import serving
    from golive.pack.build import build

    compileall.compile_dir(ROOT / "src" / "golive", quiet=1)  # as pip does when it installs

    with (files("golive.chain") / "data" / "credit_data.csv.gz").open("rb") as file:
        frame = pd.read_csv(file, compression="gzip").dropna(subset=["Home", "Job", "Marital"])
    frame.to_csv(folder / "train.csv", index=False)
    train = frame.drop(columns=["Status"])
    build(serving.fitted(frame), train, clean=serving.clean, out=folder / "bench.golive")
    (folder / "bench.golive" / "policy.toml").write_text(POLICY, encoding="utf-8")
    rows: list[dict[str, Any]] = json.loads(train.head(500).to_json(orient="records"))
    return rows


def row_time(folder: Path, cases: Sequence[dict[str, Any]]) -> float:
    """Return the CPU seconds of one decision inside Python, reasons included."""
    from golive.engine.bundle import load

    bundle = load(folder / "bench.golive")
    rounds = []
    for _ in range(ROUNDS + 2):
        before = time.process_time()
        for case in cases:
            bundle.decide(case)
        rounds.append((time.process_time() - before) / len(cases))
    return statistics.median(rounds)


def cost(server: Server, folder: str, cases: Sequence[dict[str, Any]]) -> Cost | None:
    """Measure one server; none, and a line that says why, where it cannot be run."""
    try:
        server.prepare(folder)
        with server.started(folder, server.body("first", cases[0])) as running:
            ask(server, running, cases, max(server.requests // 10, 2 * CLIENTS), "warm")
            rounds = []
            for number in range(ROUNDS):
                before = running.cpu()
                ask(server, running, cases, server.requests, f"round {number}")
                rounds.append((running.cpu() - before) / server.requests)
            return Cost(statistics.median(rounds), running.start, running.pss())
    except subprocess.CalledProcessError as exc:
        said = str(exc.stderr or exc.output or "").strip().splitlines()
        print(f"{server.name:28} cannot be run here: {said[-1] if said else exc}", flush=True)
    except OSError as exc:
        print(f"{server.name:28} does not answer: {exc}", flush=True)
    return None


def ask(server: Server, running: Running, cases: Sequence[dict[str, Any]], count: int, name: str) -> None:
    """Send requests from a few clients; every one must be answered with 200."""

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
        for index in range(number, count, CLIENTS):
            body = server.body(f"{name} {index}", cases[index % len(cases)])
            connection.request("POST", server.path, body, {"content-type": "application/json"})
            answered = connection.getresponse()
            said = answered.read()
            if answered.status != 200 or b'"fallback":true' in said:
                raise SystemExit(f"{server.name} answered {answered.status}: {said[:300]!r}")
        connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    time.sleep(0.05)  # the last rows may still be on their way to be counted


if __name__ == "__main__":
    main(ours_alone=sys.argv[1:] == ["golive"])

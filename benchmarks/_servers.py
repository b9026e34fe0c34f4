"""The servers that `benchmarks.serve` asks: how each is started, what it is sent, what it uses."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks._peer import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

TICK = os.sysconf("SC_CLK_TCK")
PATIENCE = 120.0
"""Seconds in which a server must answer."""

OPEN = """
import sys
from pathlib import Path
from golive.serve.service import Service
folder, port = Path(sys.argv[1]), int(sys.argv[2])
"""
OFF = """
from concurrent.futures import Future
class Nothing:
    def submit(self, rows, route=None):
        done = Future()
        done.set_result(tuple(rows))
        return done
    def close(self): pass
"""
RUN = """
from golive.serve.door import Loopback
from golive.serve.server import listen, run
run(service, Loopback(), listen("127.0.0.1", port))
"""
GOLIVE = OPEN + 'service = Service(folder / "bench.golive", journal=folder / "journal.db", unapproved=True)' + RUN
GOLIVE_OFF = (
    OPEN
    + OFF
    + 'service = Service(folder / "bench.golive", journal=folder / "off.db", unapproved=True)\n'
    + "service.recorder = Nothing()"
    + RUN
)
EMPTY = """
import sys
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
async def nothing(request):
    await request.body()
    return Response(b"{}", media_type="application/json")
app = Starlette(routes=[Route("/v1/decisions", nothing, methods=["POST"])])
uvicorn.run(app, port=int(sys.argv[2]), log_level="warning", access_log=False, ws="none")
"""


_PREPARE = ("-W", "ignore", "-m", "benchmarks.peers.serving", "prepare")


def _gunicorn(app: str, port: str) -> list[str]:
    options = ["--threads", "32", "--keep-alive", "60", "--log-level", "error", "--bind", f"127.0.0.1:{port}"]
    return ["gunicorn", *options, f"benchmarks.peers.serving_flask:{app}()"]


_LOCAL = ("--env-manager", "local")
_PROGRAMS = {
    "flask": lambda folder, port: _gunicorn("scored", port),
    "mounted": lambda folder, port: _gunicorn("mounted", port),
    "fastapi": lambda folder, port: ["benchmarks.peers.serving", "serve", "fastapi", folder, port],
    "mlflow": lambda folder, port: ["mlflow", "models", "serve", *_LOCAL, "-m", f"{folder}/mlflow", "-p", port],
    "bentoml": lambda folder, port: ["bentoml", "serve", "benchmarks.peers.serving_bentoml:Peer", "-p", port],
}  # fmt: skip
"""Kind of a peer -> what ``python -m`` runs."""


class Server(NamedTuple):
    """One way to answer."""

    name: str
    code: str
    """Python of ours; or the kind of a peer, see `benchmarks.peers.serving`."""
    requests: int
    """Per round."""

    @property
    def peer(self) -> bool:
        return "\n" not in self.code and self.code != "mounted"

    @property
    def path(self) -> str:
        return {"mlflow": "/invocations", "bentoml": "/decide"}.get(self.code, "/v1/decisions")

    def body(self, case_id: str, inputs: dict[str, Any]) -> bytes:
        bodies: dict[str, Any] = {"mlflow": {"dataframe_records": [inputs]}, "bentoml": {"inputs": inputs}}
        return json.dumps(bodies.get(self.code, {"case_id": case_id, "inputs": inputs})).encode()

    def prepare(self, folder: str) -> None:
        """Make what it opens. Raises CalledProcessError where the peer does not install or does not fit."""
        if self.peer:
            _run([environment(self.code), *_PREPARE, self.code, folder])

    def command(self, folder: str, port: int) -> list[str]:
        """Return what is run."""
        if self.code not in _PROGRAMS:
            return [sys.executable, "-c", self.code, folder, str(port)]
        python = environment(self.code) if self.peer else sys.executable
        return [python, "-W", "ignore", "-m", *_PROGRAMS[self.code](folder, str(port))]

    @contextmanager
    def started(self, folder: str, first: bytes) -> Iterator[Running]:
        """Run it until the block ends; it has answered once."""
        port = free_port()
        command = self.command(folder, port)
        process = subprocess.Popen(
            command, env=_clean(command[0], folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        try:
            running = Running(process.pid, port, 0.0)
            running.answer(self.path, first)
            yield running._replace(start=running.cpu())
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class Running(NamedTuple):
    """A server that answers; all processes that it started count."""

    process: int
    port: int
    start: float
    """CPU seconds to the first answer."""

    def cpu(self) -> float:
        """Return the CPU seconds used so far, user and system, all threads, finished children included."""
        return sum(sum(map(int, fields[11:15])) for fields in self._stats().values()) / TICK

    def pss(self) -> float:
        """Return the memory in MB, what is shared counted once."""
        return sum(_pss(process) for process in self._stats()) / 1024

    def answer(self, path: str, body: bytes) -> None:
        """Ask until there is an answer."""
        until = time.monotonic() + PATIENCE
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        while True:
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE):
                    return
            except urllib.error.HTTPError as exc:
                raise SystemExit(f"the first answer is {exc.code}: {exc.read()[:300]!r}") from exc
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def _stats(self) -> dict[int, list[str]]:
        found = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:  # gone meanwhile
                continue
            found[int(path.parent.name)] = fields
        return {process: fields for process, fields in found.items() if self._ours(process, found)}

    def _ours(self, process: int, found: dict[int, list[str]]) -> bool:
        """Say whether a process is the server or one of those that it started; some have a session of their own."""
        while process != self.process and process in found:
            process = int(found[process][1])
        return process == self.process


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


def _pss(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _run(command: list[str]) -> None:
    subprocess.run(command, cwd=ROOT, env=_clean(command[0]), check=True, capture_output=True, text=True, timeout=300)


def _clean(python: str, folder: str = "") -> dict[str, str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    beside = os.pathsep.join([str(Path(python).parent), os.environ["PATH"]])  # a peer starts programs of its own
    quiet = {"MLFLOW_DISABLE_TELEMETRY": "true", "BENTOML_DO_NOT_TRACK": "true"}
    return {**os.environ, **quiet, "OMP_NUM_THREADS": "1", "PYTHONPATH": path, "PATH": beside, "PEER_FOLDER": folder}

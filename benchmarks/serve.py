"""What a decision costs over HTTP: golive, an empty Starlette handler, and Flask with pandas and scikit-learn.

The same model (200 boosted trees behind a pandas cleaning) and the same applications everywhere; 32 clients that
keep their connections; CPU of the serving process alone, as the system counts it; one server after the other, median of
three rounds. golive answers with the contract check, cleaning, score, up to four reasons and the rule, and has the
decision in its durable journal before the reply; Flask answers with the score.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pandas as pd

CLIENTS = 32
ROUNDS = 3
ROOT = Path(__file__).resolve().parent.parent
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
EMPTY = """
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from golive.serve.server import listen
async def nothing(request):
    await request.body()
    return Response(b"{}", media_type="application/json")
app = Starlette(routes=[Route("/v1/decisions", nothing, methods=["POST"])])
listening = listen("127.0.0.1", 0)
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, ws="none")).run([listening])
"""
GOLIVE = """
import sys
from golive.serve.door import Loopback
from golive.serve.server import listen, run
from golive.serve.service import Service
service = Service(sys.argv[1] + "/bench.golive", journal=sys.argv[1] + "/journal.db", unapproved=True)
listening = listen("127.0.0.1", 0)
print(listening.getsockname()[1], flush=True)
run(service, Loopback(), listening)
"""
FLASK_START = """
import logging
from werkzeug.serving import WSGIRequestHandler, make_server
logging.getLogger("werkzeug").setLevel(logging.ERROR)
WSGIRequestHandler.protocol_version = "HTTP/1.1"
server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.port, flush=True)
server.serve_forever()
"""
MOUNTED = (
    """
import sys
from flask import Flask
from golive.serve.flask import blueprint
app = Flask("product")
app.register_blueprint(blueprint(sys.argv[1] + "/bench.golive", journal=sys.argv[1] + "/flask.db", unapproved=True))
"""
    + FLASK_START
)
SKLEARN = (
    """
import sys, joblib, pandas as pd
from flask import Flask, request
from benchmarks.serve import clean
model = joblib.load(sys.argv[1] + "/model.joblib")
app = Flask("peer")
@app.post("/v1/decisions")
def decide():
    frame = pd.DataFrame([request.get_json()["inputs"]])
    return {"score": float(model.predict_proba(clean(frame))[0, 1])}
"""
    + FLASK_START
)
SERVERS = (
    ("an empty Starlette handler", EMPTY, 4_000),
    ("golive, with its durable journal", GOLIVE, 4_000),
    ("golive mounted in Flask", MOUNTED, 2_000),
    ("Flask, pandas and scikit-learn", SKLEARN, 200),
)


def clean(df: pd.DataFrame) -> pd.DataFrame:
    """Clean as the peer must on each request; with fixed numbers, so that one row gives what the frame gives."""
    import numpy as np

    out = df.drop(columns=["Status"], errors="ignore").copy()
    for name, filled in (("Income", 124.0), ("Assets", 3000.0), ("Debt", 0.0)):
        out[name] = out[name].astype(float).fillna(filled)
    out["left"] = (out["Income"] - out["Expenses"]) / out["Amount"]
    out["log_price"] = np.log1p(out["Price"])
    out["renting"] = (out["Home"] == "rent").astype(int)
    out["records"] = out["Records"].map({"no": 0, "yes": 1})
    out["job"] = out["Job"].map({"fixed": 0, "freelance": 1, "partime": 2, "others": 3})
    return out.drop(columns=["Home", "Marital", "Records", "Job"])


def main() -> None:
    if not Path("/proc/self/stat").exists():
        print("skipped: the CPU of another process is read from /proc, which is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        cases = prepare(Path(folder))
        spent = {name: median(folder, code, cases, count) for name, code, count in SERVERS}
    print(f"{'CPU per decision':34} {'µs':>8} {'× empty':>8} {'peer ÷ this':>12}")
    empty, peer = spent["an empty Starlette handler"], spent["Flask, pandas and scikit-learn"]
    for name, cost in spent.items():
        print(f"{name:34} {cost * 1e6:8.0f} {cost / empty:8.1f} {peer / cost:12.1f}")


def prepare(folder: Path) -> list[dict[str, Any]]:
    """Fit the model, build its bundle, and return applications to send."""
    import joblib
    import pandas as pd
    from sklearn.ensemble import HistGradientBoostingClassifier

    from benchmarks import serve
    from golive.pack.build import build

    with (files("golive.chain") / "data" / "credit_data.csv.gz").open("rb") as file:
        frame = pd.read_csv(file, compression="gzip").dropna(subset=["Home", "Job", "Marital"])
    train = frame.drop(columns=["Status"])
    # By its module's name, so that the peer can import the function and pack can read its source.
    cleaned = serve.clean(train)
    model = HistGradientBoostingClassifier(max_iter=200, random_state=0)
    model.fit(cleaned, (frame["Status"] == "bad").astype(int))
    build(model, train, clean=serve.clean, out=folder / "bench.golive")
    (folder / "bench.golive" / "policy.toml").write_text(POLICY, encoding="utf-8")
    joblib.dump(model, folder / "model.joblib")
    rows: list[dict[str, Any]] = json.loads(train.head(500).to_json(orient="records"))
    return rows


def median(folder: str, code: str, cases: Sequence[dict[str, Any]], count: int) -> float:
    """Return CPU seconds per request, the median of a few rounds."""
    with started(folder, code) as (process, port):
        ask(port, cases, count // 10, "warm")
        rounds = []
        for number in range(ROUNDS):
            before = cpu(process.pid)
            ask(port, cases, count, f"round {number}")
            rounds.append((cpu(process.pid) - before) / count)
    return statistics.median(rounds)


@contextmanager
def started(folder: str, code: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, folder]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.terminate()


def ask(port: int, cases: Sequence[dict[str, Any]], count: int, name: str) -> None:
    """Send requests from a few clients; every one must be answered with 200."""

    def client(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for index in range(number, count, CLIENTS):
            body = json.dumps({"case_id": f"{name} {index}", "inputs": cases[index % len(cases)]})
            connection.request("POST", "/v1/decisions", body, {"content-type": "application/json"})
            answered = connection.getresponse()
            said = answered.read()
            if answered.status != 200 or b'"fallback":true' in said:
                raise SystemExit(f"answered {answered.status}: {said[:300]!r}")
        connection.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, range(CLIENTS)))
    time.sleep(0.05)  # the last rows may still be on their way to be counted


def cpu(process: int) -> float:
    """Return the CPU seconds that a process has used, user and system, all threads."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()

"""The service on a real socket: what a client sees, what a kill loses, what is never loaded."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.conformance import bundles

from golive.engine import journal
from golive.errors import WorldError
from golive.serve.body import LIMIT
from golive.serve.server import Server, listen, serving

JSON = {"content-type": "application/json"}
CASE = {"case_id": "c-1", "inputs": bundles.GOOD}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.bundle(tmp_path_factory.mktemp("server") / "small.golive")


@pytest.fixture
def server(bundle: Path, tmp_path: Path) -> Iterator[Server]:
    options = {"roles": bundles.ROLES, "accept_typed": True}
    with serving(bundle, journal=tmp_path / "journal.db", **options) as server:  # type: ignore[arg-type]
        yield server


def connection(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)


def sent(server: Server, lines: bytes, body: bytes = b"") -> bytes:
    """Send bytes as they are and return everything that comes back."""
    host, port = urlsplit(server.url).netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as plain:
        plain.sendall(lines.replace(b"\n", b"\r\n") + b"\r\n" + body)
        return b"".join(iter(lambda: plain.recv(65_536), b""))


def test_a_decision_over_a_socket_and_a_clean_stop(bundle: Path, tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with serving(bundle, journal=path, roles=bundles.ROLES, accept_typed=True) as server:
        request = urllib.request.Request(f"{server.url}/v1/decisions", json.dumps(CASE).encode(), JSON)
        with urllib.request.urlopen(request, timeout=30) as answered:
            answer = json.load(answered)
    assert answer["decision"] == server.service.bundle.decide(bundles.GOOD).action
    assert not path.with_name("journal.db-wal").exists()
    with pytest.raises(OSError):
        urllib.request.urlopen(f"{server.url}/health/live", timeout=1)


def test_a_foreign_host_is_refused_over_the_wire(server: Server) -> None:
    found = sent(server, b"GET /v1/bundle HTTP/1.1\nHost: evil.example\nConnection: close\n")
    assert found.startswith(b"HTTP/1.1 403")
    assert b"application/problem+json" in found


def test_a_body_is_counted_while_it_is_read_whatever_its_header_says(server: Server) -> None:
    piece = b"%x\r\n" % 100_000 + b"a" * 100_000 + b"\r\n"
    head = b"POST /v1/decisions HTTP/1.1\nHost: localhost\nContent-Type: application/json\nConnection: close\n"
    found = sent(server, head + b"Transfer-Encoding: chunked\n", piece * (LIMIT // 100_000 + 1) + b"0\r\n\r\n")
    assert found.startswith(b"HTTP/1.1 413")


def test_who_sends_too_much_can_read_why(server: Server) -> None:
    with closing(connection(server)) as client:
        client.request("POST", "/v1/decisions", b'"' + b"x" * (2 * LIMIT) + b'"', JSON)
        answered = client.getresponse()
        assert answered.status == 413
        assert json.load(answered)["type"] == "urn:golive:problem:too-large"


@pytest.mark.parametrize(
    "lines",
    [
        b"nonsense\n",
        b"POST /v1/decisions HTTP/1.1\nHost: localhost\nContent-Length: -5\nConnection: close\n",
        b"GET /%ff%00/../../etc/passwd HTTP/1.1\nHost: localhost\nConnection: close\n",
        b"POST /v1/decisions HTTP/1.1\nHost: localhost\nContent-Length: 5\nContent-Length: 6\nConnection: close\n",
    ],
)
def test_malformed_http_is_answered_without_a_trace(server: Server, lines: bytes) -> None:
    found = sent(server, lines)
    assert found.startswith(b"HTTP/1.1 4")
    assert b"Traceback" not in found
    assert b"File " not in found


def test_a_port_that_is_taken_is_said(bundle: Path) -> None:
    with closing(listen("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(WorldError, match=f"cannot listen on 127.0.0.1 port {port}"):
            listen("127.0.0.1", port)


SERVE = """
import sys
from golive.serve.door import Loopback
from golive.serve.server import listen, run
from golive.serve.service import Service
service = Service(sys.argv[1], journal=sys.argv[2], roles=["risk", "product"], accept_typed=True)
listening = listen("127.0.0.1", 0)
print(listening.getsockname()[1], flush=True)
run(service, Loopback(), listening)
"""


@pytest.mark.parametrize("attempt", range(3))
def test_what_was_answered_before_a_kill_is_in_the_journal(bundle: Path, tmp_path: Path, attempt: int) -> None:
    path = tmp_path / "journal.db"
    command = [sys.executable, "-c", SERVE, str(bundle), str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    answered: dict[str, float] = {}
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for number in range(1_000):
            case = {"case_id": f"c-{number}", "inputs": {**bundles.GOOD, "Age": 18 + number}}
            client.request("POST", "/v1/decisions", json.dumps(case), JSON)
            answer = json.load(client.getresponse())
            answered[answer["case_id"]] = answer["score"]
            if number == 20 + 30 * attempt:
                # The next request is on its way when the process dies.
                client.request("POST", "/v1/decisions", json.dumps({**case, "case_id": "in flight"}), JSON)
                os.kill(process.pid, signal.SIGKILL)
                break
        client.close()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]
    rows = {row.case_id: row.score for row in journal.read(path).decisions}
    assert answered.items() <= rows.items()
    assert journal.verify(path).broken is None
    with (
        serving(bundle, journal=path, roles=bundles.ROLES, accept_typed=True) as server,
        closing(connection(server)) as client,
    ):
        client.request("GET", "/v1/decisions/c-7")
        assert json.load(client.getresponse())["score"] == answered["c-7"]


HEAVY = ("pandas", "sklearn", "scipy", "lightgbm", "matplotlib", "duckdb", "flask")
NOT_LOADED = f"""
import json, sys, urllib.request
from golive.serve.server import serving
JSON = {JSON}
with serving(sys.argv[1], journal=sys.argv[2], roles=["risk", "product"], accept_typed=True) as server:
    for body in (sys.argv[3], "[" + sys.argv[3].replace("c-1", "c-2") + "]"):
        request = urllib.request.Request(server.url + "/v1/decisions", body.encode(), JSON)
        urllib.request.urlopen(request, timeout=30).read()
print(*[name for name in {HEAVY} if name in sys.modules])
"""


def test_serving_loads_no_training_stack_although_it_is_installed(bundle: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", NOT_LOADED, str(bundle), str(tmp_path / "journal.db"), json.dumps(CASE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []

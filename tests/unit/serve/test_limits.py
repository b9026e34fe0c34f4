"""What strangers may do: send slowly, send nonsense, open many connections, send a thousand spoilt bodies.

No answer is a 500, none shows a trace, and what people sent is in no log.
"""

from __future__ import annotations

import http.client
import json
import logging
import random
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.conformance import bundles

from golive.serve import wire
from golive.serve.server import Server, serving

JSON = {"content-type": "application/json"}
MARKER = "Zebedee-Marker-7431"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    bundle = bundles.bundle(tmp_path / "small.golive")
    with serving(bundle, journal=tmp_path / "journal.db", roles=bundles.ROLES, accept_typed=True) as server:
        yield server


def plain(server: Server) -> socket.socket:
    host, port = urlsplit(server.url).netloc.split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def received(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65_536), b""))


HEAD = b"POST /v1/decisions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "begun",
    [b"", b"POST /v1/deci", HEAD, HEAD + b"Content-Length: 500\r\n\r\n{"],
    ids=["nothing", "line", "head", "body"],
)
def test_who_sends_too_slowly_is_told_and_let_go(server: Server, begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 0.0)
    with closing(plain(server)) as connection:
        connection.sendall(begun)
        found = received(connection)
    assert found.startswith(b"HTTP/1.1 408 ")
    assert b"urn:golive:problem:too-slow" in found


def test_a_slow_client_holds_nobody_up(server: Server) -> None:
    with closing(plain(server)) as slow:
        slow.sendall(HEAD + b"Content-Length: 500\r\n\r\n{")
        with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)) as client:
            client.request("GET", "/health/live")
            assert client.getresponse().status == 200


def test_one_connection_too_many_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST", 2)
    with closing(plain(server)), closing(plain(server)), closing(plain(server)) as third:
        found = received(third)
    assert found.startswith(b"HTTP/1.1 503 ")
    assert b"urn:golive:problem:too-many" in found


def test_it_answers_beside_five_thousand_open_connections(server: Server) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 11_000:
        pytest.skip(f"the system grants {hard} open files; both ends of 5,000 connections are 10,000")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 11_000), hard))
    with ExitStack() as stack:
        for _ in range(5_000):
            stack.enter_context(closing(plain(server)))
        with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)) as client:
            client.request("POST", "/v1/decisions", json.dumps({"case_id": "c-1", "inputs": bundles.GOOD}), JSON)
            assert client.getresponse().status == 200
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_head_without_end_is_refused(server: Server) -> None:
    with closing(plain(server)) as connection:
        connection.sendall(HEAD + b"X: ")
        with pytest.raises(ConnectionError):  # it is ended long before all of this could be sent
            for _ in range(1_000):
                connection.sendall(b"a" * 65_536)


def spoilt(draw: random.Random) -> bytes:
    """Return a body in which something is wrong, as a broken client or an attacker may send it."""
    case = {"case_id": f"c-{draw.randrange(50)}", "inputs": {**bundles.case(draw), "Town": MARKER}}
    body = bytearray(json.dumps(case if draw.random() < 0.7 else [case] * draw.randrange(4)).encode())
    for _ in range(draw.choice([0, 1, 1, 2, 8])):
        at = draw.randrange(len(body)) if body else 0
        match draw.randrange(5):
            case 0:
                body[at : at + 1] = bytes([draw.randrange(256)])
            case 1:
                del body[at : at + draw.randrange(20)]
            case 2:
                body[at:at] = draw.choice(
                    [b"[", b"{", b'"', b"\\u0000", b"\\ud800", b"1e999", b"NaN", b"-0", b"\xff", b"null"]
                )
            case 3:
                body[at:at] = body[: draw.randrange(len(body) + 1)]
            case _:
                body[at:at] = b"[" * draw.randrange(3_000)
    return bytes(body)


@pytest.mark.parametrize("path", ["/v1/decisions", "/v1/outcomes", "/v1/actions"])
def test_spoilt_bodies_are_answered_without_a_trace_and_leave_nothing_in_the_log(
    server: Server, path: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    draw = random.Random(path)
    statuses = set()
    with (
        caplog.at_level(logging.DEBUG),
        closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)) as client,
    ):
        for _ in range(334):
            client.request("POST", path, spoilt(draw), JSON)
            answered = client.getresponse()
            said = answered.read()
            statuses.add(answered.status)
            assert answered.status < 500, said
            assert b"Traceback" not in said
            assert sys.prefix.encode() not in said
            json.loads(said)
    assert 400 in statuses
    written = capfd.readouterr()
    assert MARKER not in caplog.text + written.out + written.err


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET  /  HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\r\n\r\n\r\nGARBAGE\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
        HEAD + b"Content-Length: 99999999999999999999\r\n\r\n",
        HEAD + b"Bad Header: 1\r\n\r\n",
        HEAD + b"X: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
    ids=["tls", "version", "blanks", "garbage", "chunk", "both lengths", "length", "header", "long header"],
)
def test_bytes_that_are_no_http_end_the_connection_and_nothing_else(
    server: Server, sent: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "PATIENCE", 0.0)  # what is no request for ever is ended by the look of each second
    with closing(plain(server)) as connection:
        try:
            connection.sendall(sent)
            found = received(connection)
        except ConnectionError:  # ended before all of it was sent
            found = b""
    assert found == b"" or found.startswith((b"HTTP/1.1 4", b"HTTP/1.1 503"))
    assert b"Traceback" not in found
    with closing(http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)) as client:
        client.request("GET", "/health/live")
        assert client.getresponse().status == 200

"""Without tokens only this machine is answered, and no web page; with tokens only who has one."""

from __future__ import annotations

import hashlib

import pytest

from golive.errors import InputError
from golive.serve.answers import RequestError
from golive.serve.door import Loopback, Tokens

DIGEST = hashlib.sha256(b"secret").hexdigest()


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "LOCALHOST", "[::1]:8080"])
def test_this_machine_is_let_in(host: str) -> None:
    Loopback().check("v1/decisions", {"host": host, "origin": "http://localhost:3000"})


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": ""},
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "localhost@evil.example"},
        {"host": "[::1"},
        {"host": "localhost", "origin": "https://evil.example"},
        {"host": "localhost", "origin": "null"},
        {"host": "localhost", "x-forwarded-for": "10.0.0.1"},
        {"host": "localhost", "forwarded": "for=10.0.0.1"},
    ],
)
def test_everybody_else_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(RequestError) as caught:
        Loopback().check("v1/decisions", headers)
    assert caught.value.answer.status == 403


@pytest.mark.parametrize("header", ["Bearer secret", "bearer secret", "Bearer  secret "])
def test_a_known_token_is_let_in(header: str) -> None:
    Tokens([DIGEST]).check("v1/decisions", {"authorization": header})


@pytest.mark.parametrize("header", ["", "secret", "Basic secret", "Bearer ", "Bearer Secret", f"Bearer {DIGEST}"])
def test_an_unknown_token_is_refused_and_told_how(header: str) -> None:
    with pytest.raises(RequestError) as caught:
        Tokens([DIGEST]).check("v1/decisions", {"authorization": header})
    assert caught.value.answer.status == 401
    assert caught.value.answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_monitor_needs_no_token() -> None:
    Tokens([DIGEST]).check("health/live", {})


@pytest.mark.parametrize("digest", ["", "secret", DIGEST.upper(), DIGEST[:-1]])
def test_a_token_in_place_of_its_digest_is_refused(digest: str) -> None:
    with pytest.raises(InputError, match="expected 64 digits") as caught:
        Tokens([digest])
    assert "secret" not in str(caught.value)

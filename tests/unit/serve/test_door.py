"""Without tokens only this machine is answered, and no web page; with tokens only who has one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from golive.records.tokens import Scope
from golive.serve import tokens
from golive.serve.answers import Answer, RequestError
from golive.serve.door import ANYBODY, HOLDER, Bearer, Loopback
from golive.serve.pace import Pace

DAY = date(2026, 3, 1)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "LOCALHOST", "[::1]:8080"])
def test_this_machine_is_let_in(host: str) -> None:
    Loopback().check({"host": host, "origin": "http://localhost:3000"}, "decide")


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
        Loopback().check(headers, "decide")
    assert caught.value.answer.status == 403


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tokens.json"


def bearer(file: Path, *, today: date = DAY, pace: Pace | None = None) -> Bearer:
    return Bearer(file, today=lambda: today, pace=pace)


def refused(door: Bearer, token: str, scope: str = "decide") -> Answer:
    with pytest.raises(RequestError) as caught:
        door.check({"authorization": f"Bearer {token}"}, scope)
    return caught.value.answer


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "Bearer  {} "])
def test_a_token_is_let_in_where_its_scope_says(file: Path, header: str) -> None:
    token = tokens.new(file, "till", scopes=[Scope.decide], today=DAY)
    bearer(file).check({"authorization": header.format(token)}, "decide")
    bearer(file).check({"authorization": header.format(token)}, HOLDER)


@pytest.mark.parametrize("scope", ["outcome", "read", "admin"])
def test_another_scope_is_refused_by_its_name(file: Path, scope: str) -> None:
    token = tokens.new(file, "till", scopes=[Scope.decide], today=DAY)
    found = refused(bearer(file), token, scope)
    assert found.status == 403
    assert json.loads(found.body)["detail"] == f"the token has the scopes decide; expected `{scope}`"
    assert f'scope="{scope}"' in found.headers["WWW-Authenticate"]


@pytest.mark.parametrize("scope", list(Scope))
def test_the_admin_may_do_everything(file: Path, scope: Scope) -> None:
    token = tokens.new(file, "owner", scopes=[Scope.admin], today=DAY)
    bearer(file).check({"authorization": f"Bearer {token}"}, scope.value)


@pytest.mark.parametrize("header", ["", "{}", "Basic {}", "Bearer "])
def test_who_sends_no_token_is_refused_and_told_how(file: Path, header: str) -> None:
    token = tokens.new(file, "till", scopes=list(Scope), today=DAY)
    with pytest.raises(RequestError) as caught:
        bearer(file).check({"authorization": header.format(token)}, "decide")
    assert caught.value.answer.status == 401
    assert caught.value.answer.headers["WWW-Authenticate"] == "Bearer"
    assert b"expected the header `Authorization: Bearer TOKEN`" in caught.value.answer.body


@pytest.mark.parametrize("header", ["Bearer x{}", "bearer golive_unknown", "Bearer {digest}"])
def test_a_token_that_does_not_count_is_told_from_one_that_is_missing(file: Path, header: str) -> None:
    token = tokens.new(file, "till", scopes=list(Scope), today=DAY)
    with pytest.raises(RequestError) as caught:
        bearer(file).check({"authorization": header.format(token, digest=tokens.digest(token))}, "decide")
    answer = caught.value.answer
    assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')
    assert b"this token does not count: it is unknown, over or withdrawn" in answer.body
    assert token.encode() not in answer.body


def test_a_monitor_needs_no_token(file: Path) -> None:
    tokens.new(file, "till", scopes=[Scope.decide], today=DAY)
    bearer(file).check({}, ANYBODY)


def test_a_token_counts_to_the_end_of_its_last_day(file: Path) -> None:
    token = tokens.new(file, "till", scopes=[Scope.decide], today=DAY, expires=DAY)
    bearer(file).check({"authorization": f"Bearer {token}"}, "decide")
    over = refused(bearer(file, today=DAY + timedelta(days=1)), token)
    assert (over.status, b"does not count" in over.body) == (401, True)


def test_a_service_that_runs_notices_what_was_made_and_withdrawn(file: Path) -> None:
    first = tokens.new(file, "first", scopes=[Scope.decide], today=DAY)
    door = bearer(file)
    second = tokens.new(file, "second", scopes=[Scope.decide], today=DAY)
    door.check({"authorization": f"Bearer {second}"}, "decide")
    tokens.withdraw(file, "first")
    gone = refused(door, first)
    assert (gone.status, b"does not count" in gone.body) == (401, True)
    door.check({"authorization": f"Bearer {second}"}, "decide")


@pytest.mark.parametrize("spoil", [Path.unlink, lambda file: file.write_text("{")], ids=["gone", "half"])
def test_a_file_that_cannot_be_read_any_more_lets_nobody_in(
    file: Path, spoil: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    token = tokens.new(file, "till", scopes=[Scope.decide], today=DAY)
    door = bearer(file)
    spoil(file)
    assert refused(door, token).status == 401
    assert "nobody is let in" in caplog.text
    assert token not in caplog.text


def test_who_asks_too_often_is_told_when_to_come_again(file: Path) -> None:
    now = [100.0]
    token = tokens.new(file, "till", scopes=[Scope.decide], today=DAY, rate=2)
    door = bearer(file, pace=Pace(clock=lambda: now[0]))
    for _ in range(2):
        door.check({"authorization": f"Bearer {token}"}, "decide")
    found = refused(door, token)
    assert (found.status, found.headers["Retry-After"]) == (429, "1")
    now[0] += 0.5
    door.check({"authorization": f"Bearer {token}"}, "decide")
    assert refused(door, token).status == 429


@pytest.mark.parametrize("rate", [0.1, 1.0, 7.0, 1_000.0])
def test_over_a_long_time_a_token_may_ask_at_its_rate(rate: float) -> None:
    now = [0.0]
    pace = Pace(clock=lambda: now[0])
    let = 0
    for step in range(4_000):
        now[0] = step * 100 / rate / 4_000
        let += pace.wait(3, rate) == 0.0
    assert 100 <= let <= 100 + max(1, rate) + 1


def test_two_tokens_do_not_take_each_others_share() -> None:
    pace = Pace(clock=lambda: 0.0)
    assert [pace.wait(slot, 1.0) for slot in (0, 1)] == [0.0, 0.0]
    assert pace.wait(0, 1.0) == 1.0

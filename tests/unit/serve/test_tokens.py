"""The file of tokens: the token is shown once, its digest is kept, and a file that is wrong is named as such."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from golive.cli import run
from golive.cli.token import SCOPES
from golive.errors import InputError
from golive.records.tokens import Scope
from golive.serve import tokens

DAY = date(2026, 3, 1)
GOOD = {"name": "till", "scopes": ["decide"], "sha256": "0" * 64, "created": "2026-03-01"}


def test_the_token_is_printed_once_and_kept_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tokens.json"
    assert run(["token", "new", "till", "--scope", "decide", "--scope", "read", "--tokens", str(file)]) == 0
    token = capsys.readouterr().out.strip()
    assert token.startswith("golive_")
    assert len(token) > 45
    assert token not in file.read_text()
    (held,) = tokens.read(file).tokens
    assert (held.name, held.scopes) == ("till", (Scope.decide, Scope.read))
    assert held.sha256 == tokens.digest(token)


def test_every_scope_can_be_given() -> None:
    assert tuple(scope.value for scope in Scope) == SCOPES


def test_the_list_holds_nothing_to_call_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tokens.json"
    arguments = ["--scope", "admin", "--expires", "2999-01-01", "--rate", "5", "--tokens", str(file)]
    assert run(["token", "new", "owner", *arguments]) == 0
    capsys.readouterr()
    assert run(["token", "list", "--tokens", str(file), "--json"]) == 0
    assert run(["token", "list", "--tokens", str(file)]) == 0
    said = capsys.readouterr()
    (listed,) = json.loads(said.out)
    assert listed == {"name": "owner", "scopes": ["admin"], "created": listed["created"], "expires": "2999-01-01",
                      "roles": [], "rate": 5.0}  # fmt: skip
    assert "owner: admin, until 2999-01-01, 5 requests a second" in said.err


def test_a_token_that_is_withdrawn_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    for name in ("a", "b"):
        tokens.new(file, name, scopes=[Scope.read], today=DAY)
    assert run(["token", "withdraw", "a", "--tokens", str(file)]) == 0
    assert [token.name for token in tokens.read(file).tokens] == ["b"]
    assert run(["token", "withdraw", "a", "--tokens", str(file)]) == 2


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("till", {}, "there is a token `till` already"),
        ("", {}, "expected one line of 1 to 200"),
        ("a\nb", {}, "expected one line of 1 to 200"),
        ("late", {"expires": date(2026, 2, 28)}, "which is over; today is 2026-03-01"),
    ],
)
def test_a_token_that_makes_no_sense_is_not_made(tmp_path: Path, name: str, more: dict[str, Any], said: str) -> None:
    file = tmp_path / "tokens.json"
    tokens.new(file, "till", scopes=[Scope.decide], today=DAY)
    with pytest.raises(InputError, match=said):
        tokens.new(file, name, scopes=[Scope.decide], today=DAY, **more)
    assert [token.name for token in tokens.read(file).tokens] == ["till"]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([{**GOOD, "sha256": "secret"}], "`sha256` has 6 characters"),
        ([{**GOOD, "sha256": "A" * 64}], "expected 64 digits"),
        ([{**GOOD, "scopes": []}], "no scope"),
        ([{**GOOD, "scopes": ["everything"]}], "not a readable `tokens/1`"),
        ([{**GOOD, "rate": 0}], "`rate` is 0"),
        ([{**GOOD, "expires": "soon"}], "`expires` is `soon`"),
        ([{**GOOD, "expires": "20260301"}], "`expires` is `20260301`"),
        ([{**GOOD, "expires": "2026-W09-7"}], "`expires` is `2026-W09-7`"),
        ([{**GOOD, "token": "secret"}], "not a readable `tokens/1`"),
        ([GOOD, GOOD], "the name `till` stands twice"),
        ([{**GOOD, "sha256": ""}, {**GOOD, "name": "b", "rate": -1.0}], "entry 0.*entry 1"),
        ([{**GOOD, "name": f"n{number}"} for number in range(1_001)], "1,001 tokens"),
    ],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_without_repeating_it(
    tmp_path: Path, entries: list[dict[str, object]], said: str
) -> None:
    file = tmp_path / "tokens.json"
    file.write_text(json.dumps({"format": "tokens/1", "tokens": entries}))
    with pytest.raises(InputError, match=said) as caught:
        tokens.read(file)
    assert "secret" not in str(caught.value)


def test_without_a_file_it_says_how_one_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["token", "list", "--tokens", str(tmp_path / "none.json")]) == 2
    assert "golive token new NAME --scope decide" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["31.12.2031", "2031-12-32", "20311231", "2031-W01-1", "soon", ""])
def test_a_last_day_that_is_none_is_told_with_one_that_is(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "tokens.json"
    assert run(["token", "new", "till", "--scope", "decide", "--expires", text, "--tokens", str(file)]) == 2
    assert f"`{text}` is no day; expected year, month and day such as 2031-12-31" in capsys.readouterr().err
    assert not file.exists()

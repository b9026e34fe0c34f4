"""`golive init`: asks where somebody can answer, writes blanks elsewhere, and never writes over a brief."""

from __future__ import annotations

import io
import json
import sys
from datetime import date
from pathlib import Path

import pytest

from golive.cli import run
from golive.records.brief import FIELDS, Asked, Brief, Expected, blanks, parse


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def typing(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{one}\n" for one in answers)))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


def read(path: str = "brief.toml") -> Brief:
    return parse(Path(path).read_text(encoding="utf-8"))


def test_without_a_terminal_every_field_is_a_blank(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"files": ["brief.toml"], "blanks": list(FIELDS)}
    assert read() == Brief()


def test_what_was_typed_is_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    typing(
        monkeypatch,
        *("Do we lend?", "Product", "head of lending", "money lost"),
        *("everybody", "450", "12 EUR each"),
        *("desk", "underwriters", "case list"),
        *("", "pays", "calls", "writes"),
        *("product, risk", "head of risk"),
        *("columns", "data", "platform team", "2026-10-05", "2026-10-01", "2026-10-09", ""),
        *("serving", "serve", "1.2.27", "2027-02-01", "product", ""),
    )
    assert run(["init"]) == 0
    brief = read()
    assert list(blanks(brief)) == []
    assert list(brief.roles) == ["Product", "desk", "risk", "data"]
    assert brief.sign == ("Product", "risk")
    assert brief.answers == {"approve": "pays", "review": "calls", "reject": "writes"}
    assert brief.asked == (Asked(what="columns", of="data", asked=date(2026, 10, 5), answered=date(2026, 10, 9)),)
    assert brief.dates == (Expected(stage="serve", expected=date(2027, 2, 1), owner="Product"),)


def test_enter_alone_leaves_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    typing(monkeypatch, *[""] * 30)
    assert run(["init"]) == 0
    assert [one.field for one in blanks(read())] == list(FIELDS)


def test_text_that_is_out_for_harm_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = '"]\n[sign]\nroles = ["x"] \x1b[31m'.replace("\n", "\\n")
    typing(monkeypatch, hostile, *[""] * 30)
    assert run(["init"]) == 0
    assert read().decision.question == hostile
    assert "\x1b" not in Path("brief.toml").read_text(encoding="utf-8")


def test_what_is_there_stays_there_without_force(capsys: pytest.CaptureFixture[str]) -> None:
    Path("brief.toml").write_text("mine", encoding="utf-8")
    assert run(["init"]) == 2
    assert "`brief.toml` is already there" in capsys.readouterr().err
    assert Path("brief.toml").read_text(encoding="utf-8") == "mine"
    assert run(["init", "--force"]) == 0
    assert read() == Brief()


def test_stopping_in_the_middle_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    typing(monkeypatch, "Do we lend?")
    assert run(["init"]) == 3
    assert list(Path().iterdir()) == []


def test_another_folder_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "--out", "new one"]) == 0
    assert read("new one/brief.toml") == Brief()
    assert "next: golive status 'new one'" in capsys.readouterr().err


def test_no_brief_is_written_below_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("taken").write_text("", encoding="utf-8")
    assert run(["init", "--out", "taken/inside"]) == 2
    assert "`taken` in it is a file" in capsys.readouterr().err

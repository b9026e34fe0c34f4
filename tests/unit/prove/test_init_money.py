"""`golive prove --init-money`: the file that it writes can be read, and works with the table that was named."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from golive.cli import run
from golive.errors import InputError
from golive.prove.template import AVERAGE, Answers, money_template
from golive.records.document import read
from golive.records.evidence import Evidence
from golive.records.money import Money, parse

INIT = ["prove", "--init-money", "new.toml"]


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path, world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Rows whose names and labels are not those of the example; a scorecard beside the probability."""
    monkeypatch.chdir(tmp_path)
    lines = ['paid back,p,points,loan amount,"a ""b""",region']
    for at, (outcome, score) in enumerate(zip(world.outcome, world.score, strict=True)):
        label = "no" if outcome == "bad" else "yes"
        amount = world.columns["Amount"][at]
        lines.append(f"{label},{score},{850 - 550 * score:.0f},{amount},{-1 if at % 7 else 2},{'nw'[at % 2]}")
    (tmp_path / "rows.csv").write_text("\n".join(lines) + "\n")
    return tmp_path


def asked(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{one}\n" for one in answers)))
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


def written() -> Money:
    return parse(Path("new.toml").read_text(encoding="utf-8"))


def prove(*words: str) -> Evidence:
    assert run(["prove", "--table", "rows.csv", *words, "--money", "new.toml", "--out", "proof", "--force"]) in (0, 1)
    return read(Path("proof/evidence.json"), Evidence)


def test_without_a_terminal_it_is_the_example(folder: Path) -> None:
    assert run(INIT) == 0
    assert Path("new.toml").read_text(encoding="utf-8") == money_template()


def test_the_columns_that_were_named_are_in_the_file_and_it_works_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*INIT, "--table", "rows.csv", "--outcome", "paid back", "--score", "p"]) == 0
    said = capsys.readouterr().err
    assert "the amount is `loan amount`; the prices are examples" in said
    assert "golive prove --table rows.csv --score p --outcome 'paid back' --event no --money new.toml" in said
    found = written()
    assert found.event == "no"  # the rarer label
    assert all(not one.owner and one.low is None for one in found.assumptions)
    evidence = prove("--score", "p", "--outcome", "paid back")
    assert evidence.event == "no"
    assert evidence.money is not None
    assert "owner_missing" in [one.code for one in evidence.verdict.conditions] or evidence.verdict.negative


def test_a_scorecard_approves_above_the_cut_off(folder: Path) -> None:
    words = ["--outcome", "paid back", "--score", "points", "--higher-is-better"]
    assert run([*INIT, "--table", "rows.csv", *words]) == 0
    found = written().actions
    assert (found.below, found.above, found.favourable) == ("reject", "approve", "approve")
    assert prove(*words).money is not None


def test_a_table_without_amounts_gets_an_average(folder: Path) -> None:
    text = (folder / "rows.csv").read_text().replace("loan amount", "whatever")
    (folder / "rows.csv").write_text(text)
    assert run([*INIT, "--table", "rows.csv", "--outcome", "paid back", "--score", "p"]) == 0
    assert AVERAGE in [one.name for one in written().assumptions]
    assert prove("--score", "p", "--outcome", "paid back").money is not None


def test_on_a_terminal_the_answers_are_in_the_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(
        monkeypatch, "chf", "loan", "maybe", "no", "grant it", "grant it", "send back", "region", "loan amont",
        "loan amount", "0,1", "0.11", "0.5", "-3", "4", "0", "1200",
    )  # fmt: skip
    assert run([*INIT, "--table", "rows.csv", "--outcome", "paid back", "--score", "p"]) == 0
    said = capsys.readouterr().err
    assert "`maybe` is not among the labels: no, yes" in said
    assert "Columns with amounts: points, loan amount\n" in said
    assert "`region` is no amount" in said
    assert "no column `loan amont` (did you mean `loan amount`?)" in said
    assert "'0,1' is not a number from 0 up" in said
    found = written()
    assert (found.currency, found.row, found.event) == ("CHF", "loan", "no")
    assert (found.actions.below, found.actions.above, found.actions.favourable) == ("grant it", "send back", "grant it")
    assert {one.name: one.value for one in found.assumptions} == {"margin": 0.11, "loss given default": 0.5}
    assert {line.text for line in found.payoffs["grant it"].event} == {"`loss given default` * `loan amount`", "4"}
    assert {line.text for line in found.payoffs["grant it"].no_event} == {"margin * `loan amount`", "4"}
    assert found.volume is not None
    assert found.volume.cases_per_month == 1200
    assert prove("--score", "p", "--outcome", "paid back").money is not None


def test_enter_takes_every_default(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, *[""] * 20)
    assert run(INIT) == 0
    assert written() == parse(money_template(Answers()))


def test_ctrl_d_writes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, "EUR")
    assert run(INIT) == 3
    assert not Path("new.toml").exists()


def test_what_is_there_is_refused_before_any_question(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("new.toml").write_text("mine")
    asked(monkeypatch)
    assert run(INIT) == 2
    said = capsys.readouterr().err
    assert "`new.toml` is already there" in said
    assert "Currency" not in said
    assert Path("new.toml").read_text() == "mine"


def test_a_real_terminal_is_asked_and_a_pipe_is_not(folder: Path) -> None:
    command = [sys.executable, "-m", "golive", *INIT]
    main, end = pty.openpty()
    os.write(main, b"usd\n" + b"\n" * 12)
    subprocess.run(command, stdin=end, stderr=end, check=True, timeout=60)
    os.close(end)
    os.close(main)
    assert written().currency == "USD"
    quiet = subprocess.run([*command, "--force"], stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=60)
    assert quiet.stdout == b""
    assert written().currency == "EUR"


@pytest.mark.parametrize(
    "answers",
    [
        {"row": 'a "row"\\ \x1b[2J\n[x]'},
        {"event": '</script>"""'},
        {"amount": '=SUM(A1) "x" \\ \u202e\x07'},
        {"amount": "Amount"},
        {"amount": "approve"},
        {"amount": "Zeit [Monate]"},
        {"amount": None},
        {"columns": ("margin", "loss given default", "Amount")},
        {"good": "ja klar", "other": "nein-danke"},
        {"good": "überweisen", "other": "approve"},
        {"good": "reject", "other": "approve"},
        {"rising": False},
        {"margin": 1e-9, "loss": 12345678.5, "cost": 0, "volume": 1e6},
    ],
)
def test_whatever_the_answers_the_file_says_them(answers: dict[str, Any]) -> None:
    said = Answers(**answers)
    found = parse(money_template(said))
    assert (found.currency, found.row, found.event) == (said.currency, said.row, said.event)
    assert found.actions.favourable == said.good
    assert (found.actions.below == said.good) is said.rising
    assert {found.actions.below, found.actions.above} == {said.good, said.other}
    assert [one.value for one in found.assumptions if one.name != AVERAGE] == [said.margin, said.loss]
    assert not {one.name for one in found.assumptions} & set(said.columns)
    amount = said.amount or AVERAGE
    (revenue,) = (line.text for line in found.payoffs[said.good].no_event if line.line == "revenue")
    assert amount in revenue
    assert [float(line.text) for line in found.payoffs[said.good].event if line.line == "cost"] == [said.cost]
    assert found.volume is not None
    assert found.volume.cases_per_month == said.volume
    assert "\x1b" not in money_template(said)


@pytest.mark.parametrize("answers", [{"good": "a", "other": "a"}, {"good": 'a"'}, {"other": "a all"}, {"amount": "`"}])
def test_answers_that_no_file_can_hold_are_refused(answers: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        money_template(Answers(**answers))

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from golive import errors
from golive.cli import COMMANDS, group, run
from golive.cli.common import following, typed, visible


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Make the command `demo` raise what is put into the list."""
    raised: list[BaseException] = []

    @click.command()
    def command() -> None:
        raise raised[0]

    monkeypatch.setattr(type(group), "get_command", lambda *_: command)
    return raised


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ContractError("rows"), 2),
        (errors.UnsupportedError("knn", where="clean.py:3"), 2),
        (errors.ParityError("differs"), 1),
        (errors.WorldError("port taken"), 3),
        (errors.MissingExtraError("needs pandas"), 3),
        (PermissionError(13, "Permission denied", "out"), 3),
        (KeyboardInterrupt(), 3),
        (SystemExit(1), 3),
        (click.UsageError("no such option"), 2),
    ],
)
def test_every_kind_of_failure_has_its_exit_code_and_no_traceback(
    failing: list[BaseException], error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(error)
    assert run(["demo"]) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.strip()


def test_a_reader_that_went_away_is_no_verdict() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([sys.executable, "-m", "golive", "--help"], stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (3, b"")


def test_an_error_says_its_hint(failing: list[BaseException], capsys: pytest.CaptureFixture[str]) -> None:
    failing.append(errors.InputError("`x` is -1, expected 0 to 1", hint="write x = 0.5"))
    run(["demo"])
    assert capsys.readouterr().err.splitlines() == ["error: `x` is -1, expected 0 to 1", "hint: write x = 0.5"]


def test_a_misspelt_command_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["prov"]) == 2
    assert "golive prove" in capsys.readouterr().err


def test_text_from_data_cannot_drive_the_terminal() -> None:
    assert visible("a\x1b[31mred\x07\nb") == "a\\x1b[31mred\\x07\nb"


def test_the_next_command_cannot_be_made_by_data(capsys: pytest.CaptureFixture[str]) -> None:
    following(f"golive prove --event {typed('bad; rm -rf ~ #')} --outcome {typed('Loan $(id)')} {typed('b.golive')}")
    assert capsys.readouterr().err == "next: golive prove --event 'bad; rm -rf ~ #' --outcome 'Loan $(id)' b.golive\n"


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([verb, "--help"]) == 0
    assert "Usage: golive" in capsys.readouterr().out


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_option_of_a_verb_is_explained(verb: str) -> None:
    def explained(command: click.Command) -> None:
        assert command.help, command.name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"{command.name} {parameter.name}"
        if isinstance(command, click.Group):
            for name in command.commands:
                explained(command.commands[name])

    command = group.get_command(click.Context(group), verb)
    assert command is not None
    explained(command)


def test_every_verb_is_on_a_page() -> None:
    pages = Path(__file__).parents[3] / "docs" / "how-to"
    for verb in set(COMMANDS) - {"demo"}:
        page = "promote" if verb == "rollback" else verb  # nobody does the one without knowing the other
        assert f"golive {verb}" in (pages / f"{page}.md").read_text(encoding="utf-8")

"""``golive serve`` on the command line: what it asks for, what it refuses, how it stops."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from tests.conformance import bundles
from tests.serving import address

from golive.cli import run, settings
from golive.engine import journal
from golive.engine.ssh import Signers

ROLES = ["--role", "risk", "--role", "product", "--accept-typed"]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.bundle(tmp_path_factory.mktemp("command") / "small.golive")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "who may call? --no-auth answers this machine alone"),
        (["--no-auth", "--host", "0.0.0.0"], "--no-auth listens on loopback only, not on `0.0.0.0`"),
        (["--no-auth", "--tokens", "tokens.json"], "exclude each other"),
        (["--tokens", "no/tokens.json"], "there is no file of tokens `no/tokens.json`"),
        (["--no-auth", "--port", "70000"], "70000"),
    ],
)
def test_wrong_usage_is_exit_2_and_says_what_is_expected(
    bundle: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["serve", str(bundle), *ROLES, *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_bundle_that_is_not_approved_is_refused_with_exit_2(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["serve", str(bundle), "--role", "legal", "--accept-typed", "--no-auth", "--port", "0"]
    assert run([*arguments, "--journal", str(tmp_path / "journal.db")]) == 2
    assert "`legal` has not signed" in capsys.readouterr().err


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_until_it_is_told_to_stop_and_keeps_what_it_answered(
    bundle: Path, tmp_path: Path, stop: signal.Signals
) -> None:
    path = tmp_path / "journal.db"
    environment = {**os.environ, "GOLIVE_ROLES": "risk product", "GOLIVE_ACCEPT_TYPED": "1"}
    command = [sys.executable, "-m", "golive", "serve", str(bundle), "--no-auth", "--port", "0", "--journal", str(path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment) as process:
        try:
            url, said = address(process)
            body = json.dumps({"case_id": "c-1", "inputs": bundles.GOOD}).encode()
            request = urllib.request.Request(f"{url}/v1/decisions", body, {"content-type": "application/json"})
            with urllib.request.urlopen(request, timeout=30) as answered:
                assert json.load(answered)["case_id"] == "c-1"
            process.send_signal(stop)
            _, rest = process.communicate(timeout=30)
        finally:
            process.kill()
    assert "approved by A. Signer (risk, typed)" in said
    assert process.returncode == (0 if stop is signal.SIGINT else -stop)
    assert "Traceback" not in rest
    assert [row.case_id for row in journal.read(path).decisions] == ["c-1"]
    assert not path.with_name("journal.db-wal").exists()


def settings_of(path: Path | None, **typed: object) -> settings.Settings:
    options = {"journal": None, "host": None, "port": None, "roles": (), "accept_typed": None, "tokens": None, **typed}
    return settings.serving(settings.found(path), **options)  # type: ignore[arg-type]  # by name


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "golive.toml"
    path.write_text(
        '[approve]\nroles = ["risk"]\naccept_typed = true\n[serve]\njournal = "j.db"\nhost = "::1"\nport = 0\n'
        'tokens = "t.json"\n'
    )
    return path


def test_the_project_file_says_what_nobody_typed(project: Path) -> None:
    expected = settings.Settings(str(project.parent / "j.db"), "::1", 0, ("risk",), True, project.parent / "t.json")
    assert settings_of(project) == expected


def test_what_was_typed_wins_over_the_project_file(project: Path) -> None:
    typed: dict[str, Any] = {
        "journal": "k.db",
        "host": "localhost",
        "port": 9,
        "roles": ("legal",),
        "accept_typed": False,
        "tokens": Path("u.json"),
    }
    assert settings_of(project, **typed) == settings.Settings(*typed.values())


def test_the_file_in_the_working_directory_is_read_and_named(
    bundle: Path, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project.write_text('[approve]\nroles = ["legal"]\n[serve]\nframe_hosts = ["https://a.example"]\n')
    monkeypatch.chdir(project.parent)
    assert run(["serve", str(bundle), "--no-auth"]) == 2
    said = capsys.readouterr().err
    assert f"settings from {project}" in said
    assert "`legal` has not signed" in said


def test_an_address_as_journal_stays_as_it_is(project: Path) -> None:
    project.write_text('[serve]\njournal = "postgresql://host/decisions"\n')
    assert settings_of(project).journal == "postgresql://host/decisions"


def test_the_project_file_says_whose_key_may_sign_for_which_role(project: Path) -> None:
    project.write_text(
        '[approve]\nroles = ["Risk"]\nallowed_signers = "keys/allowed"\nrevoked = "keys/revoked"\n'
        '[approve.signers]\n"Risk" = ["a@example.org"]\n'
    )
    keys = project.parent / "keys"
    assert settings_of(project).signers == Signers(keys / "allowed", {"risk": ("a@example.org",)}, keys / "revoked")


def test_the_number_of_workers_is_typed_or_in_the_file_or_one(project: Path) -> None:
    assert settings_of(project).workers == settings_of(None).workers == 1
    project.write_text("[serve]\nworkers = 3\n")
    assert settings_of(project).workers == 3
    assert settings_of(project, workers=2).workers == 2


@pytest.mark.parametrize("key", [None, "", "k" * 31])
def test_digests_of_inputs_need_a_key_that_cannot_be_guessed(
    bundle: Path, tmp_path: Path, key: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if key is None:
        monkeypatch.delenv("OUR_KEY", raising=False)
    else:
        monkeypatch.setenv("OUR_KEY", key)
    path = tmp_path / "journal.db"
    arguments = ["serve", str(bundle), *ROLES, "--no-auth", "--port", "0", "--journal", str(path)]
    assert run([*arguments, "--inputs", "digest", "--inputs-key", "OUR_KEY"]) == 2
    said = capsys.readouterr().err
    assert "at least 32 bytes in the environment variable `OUR_KEY`" in said
    assert "k" * 31 not in said
    assert not path.exists()


def test_a_journal_of_digests_is_not_served_without_the_key(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "journal.db"
    journal.connect(path, create=True, key=b"k" * 32).close()
    assert run(["serve", str(bundle), *ROLES, "--no-auth", "--port", "0", "--journal", str(path)]) == 2
    assert "keeps digests of inputs, and there is no key" in capsys.readouterr().err


def test_rows_are_kept_for_six_months_at_least(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "golive.toml"
    project.write_text('[serve]\nretention_days = 30\njournal = "journal.db"\n')
    assert run(["serve", str(bundle), *ROLES, "--no-auth", "--port", "0", "--config", str(project)]) == 2
    assert "kept for at least 184 days; `retention_days` is 30" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("mysql://ann:s3cret@db/log", "a journal is not kept in `mysql://`"),
        ("postgresql://ann:s3cret@127.0.0.1:1/log", "the journal `postgresql://ann@127.0.0.1:1/log` cannot be used"),
        ("no/such/folder/journal.db", "the folder of the journal"),
    ],
)
def test_a_journal_that_cannot_be_opened_stops_the_start(
    bundle: Path,
    tmp_path: Path,
    at: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'golive[postgres]'")
    monkeypatch.chdir(tmp_path)
    assert run(["serve", str(bundle), *ROLES, "--no-auth", "--port", "0", "--journal", at]) in (2, 3)
    printed = capsys.readouterr().err
    assert said in printed
    assert "s3cret" not in printed

"""`golive init --ci`: pipelines that their systems accept, and nothing is ever written over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from golive.chain.init.pipeline import SYSTEMS, owners, write_pipeline
from golive.cli import run

SCHEMAS = {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}
OFFLINE = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "no_proxy": ""}
"""Whoever asks the network gets no answer: the schemas come with the package."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def accepted(system: str, path: Path) -> bool:
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", SCHEMAS[system], str(path)]
    done = subprocess.run(words, capture_output=True, text=True, env={**os.environ, **OFFLINE})
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode == 0


@pytest.mark.parametrize("system", SCHEMAS)
def test_a_pipeline_fits_the_schema_of_its_system(system: str) -> None:
    assert run(["init", "--ci", system]) == 0
    assert accepted(system, Path(SYSTEMS[system].pipeline))  # type: ignore[index]  # one of them


@pytest.mark.parametrize(("system", "key"), [("github", "runs-on"), ("gitlab", "script")])
def test_the_schema_refuses_a_pipeline_without_what_it_needs(system: str, key: str) -> None:
    assert run(["init", "--ci", system]) == 0
    path = Path(SYSTEMS[system].pipeline)  # type: ignore[index]  # one of them
    path.write_text(path.read_text(encoding="utf-8").replace(f"{key}:", "nothing-known:"), encoding="utf-8")
    assert not accepted(system, path)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_bundle_of_the_folder_is_named(system: str) -> None:
    Path("credit.golive").mkdir()
    Path("brief.toml").write_text(
        '[roles]\n"Risk & Co" = "x"\nproduct = "y"\n[sign]\nroles = ["Risk & Co", "product"]\n'
    )
    assert run(["init", "--ci", system]) == 0
    places = SYSTEMS[system]  # type: ignore[index]  # one of them
    assert '"credit.golive"' in Path(places.pipeline).read_text(encoding="utf-8")
    assert "policy.toml      @your-org/risk-co @your-org/product\n" in Path(places.owners).read_text(encoding="utf-8")


def test_owners_without_roles_are_a_team_to_name() -> None:
    assert owners(()).count("@your-org/owners") == 5
    assert owners(("§$%",)) == owners(())


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("which", ["pipeline", "owners"])
@pytest.mark.parametrize("link", [False, True])
def test_nothing_is_written_over_and_then_nothing_is_written(
    system: str, which: str, link: bool, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(getattr(SYSTEMS[system], which))  # type: ignore[index]  # one of them
    path.parent.mkdir(parents=True, exist_ok=True)
    if link:
        path.symlink_to("nothing")
    else:
        path.write_text("mine", encoding="utf-8")
    assert run(["init", "--ci", system]) == 2
    assert str(path) in capsys.readouterr().err
    assert [one for one in folder.rglob("*") if one.is_symlink() or one.is_file()] == [folder / path]
    assert link or path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ci", "jenkins"], "'jenkins' is not one of"),
        (["--ci", "shell", "--force"], "never writes over a file"),
        (["--ci", "shell", "--out", "nowhere"], "there is no folder `nowhere`"),
    ],
)
def test_what_cannot_be_meant_is_refused(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", *words]) == 2
    assert said in capsys.readouterr().err
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("name", ["a b.golive", '"; rm -rf ~; ".golive', "$(id).golive", "${{ secrets.X }}.golive"])
def test_a_name_that_would_be_run_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(name).mkdir()
    assert run(["init", "--ci", "github"]) == 2
    assert "cannot name the bundle" in capsys.readouterr().err
    assert not Path(".github").exists()


def test_json_names_the_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["init", "--ci", "shell", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"files": ["golive-check.sh", "CODEOWNERS"]}


def test_python_gets_the_same_files(folder: Path) -> None:
    assert write_pipeline("shell", folder) == (folder / "golive-check.sh", folder / "CODEOWNERS")

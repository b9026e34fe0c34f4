"""Outputs that are in the way, places that cannot be written, bundles that were touched: nothing is lost."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.chain.conftest import JAVASCRIPT, PACK, PROVE, Refused, edit, environment, tree

import golive
from golive.cli import run
from golive.engine.files import BUILD_FILES
from golive.errors import BundleError, GoliveError

DOCKER = ("export", "docker", "b.golive", "--role", "risk", "--no-hashes", "--out", "new")
DRAFT = ("approve", "draft", "b.golive", "--out", "new")
TEMPLATE = ("prove", "--init-money", "new")
TIDY = ("tidy", "notes.py", "--out", "new")
DEMO = ("demo", "--out", "new")
SERVE = ("serve", "b.golive", "--role", "risk", "--accept-typed", "--no-auth", "--port", "0", "--journal", "new")
WATCH = ("watch", "b.golive", "--journal", "journal.db")
FOLDERS = (PACK, PROVE, JAVASCRIPT, DOCKER, TIDY, DEMO)
"""Commands whose output is a folder."""
WRITERS = (*FOLDERS, DRAFT, TEMPLATE, SERVE)
OPENERS = (JAVASCRIPT, DOCKER, PROVE, SERVE, WATCH, ("approve", "check", "b.golive"))

Spoil = Callable[[Path], object]


def named(command: tuple[str, ...]) -> str:
    return "-".join(word for word in command[:2] if word.isalpha())


def to(command: tuple[str, ...], out: str, *, force: bool = False) -> tuple[str, ...]:
    """Return a command with another output, with or without ``--force``."""
    words = tuple(out if word == "new" else word for word in command if word != "--force")
    return (*words, "--force") if force and command != SERVE else words


@pytest.mark.parametrize("command", WRITERS, ids=named)
def test_nothing_is_written_into_a_bundle(command: tuple[str, ...], world: Path, refused: Refused) -> None:
    refused(to(command, "b.golive/policy/new", force=True), "lies inside the bundle `b.golive`", "name a place outside")


@pytest.mark.parametrize("command", WRITERS, ids=named)
def test_a_file_where_a_folder_is_expected_is_named(command: tuple[str, ...], world: Path, refused: Refused) -> None:
    refused(to(command, "rows.csv/new", force=True), "`rows.csv` in it is a file; expected a folder")


@pytest.mark.parametrize("command", WRITERS, ids=named)
def test_a_link_to_nothing_is_not_followed(command: tuple[str, ...], world: Path, refused: Refused) -> None:
    (world / "new").symlink_to("nowhere")
    refused(to(command, "new", force=True), "is a link to `nowhere`, which is not there")


@pytest.mark.parametrize("force", [False, True], ids=["", "force"])
@pytest.mark.parametrize("command", FOLDERS, ids=named)
def test_a_file_in_the_way_stays(command: tuple[str, ...], force: bool, world: Path, refused: Refused) -> None:
    (world / "new").write_text("mine")
    refused(to(command, "new", force=force), "new")


@pytest.mark.parametrize("command", FOLDERS, ids=named)
def test_a_folder_in_the_way_stays(command: tuple[str, ...], world: Path, refused: Refused) -> None:
    (world / "new").mkdir()
    (world / "new" / "letter.txt").write_text("mine")
    refused(to(command, "new"), "`new` is ")
    if command != PROVE:  # adds its files beside others
        refused(to(command, "new", force=True), "`new` is ")


@pytest.mark.parametrize("command", [PACK, JAVASCRIPT, DEMO], ids=named)
def test_a_link_is_never_replaced_nor_what_it_points_to(
    command: tuple[str, ...], world: Path, refused: Refused
) -> None:
    (world / "new").symlink_to("b.golive")
    refused(to(command, "new", force=True), "`new` is ")


@pytest.mark.parametrize("command", [DRAFT, TEMPLATE], ids=named)
def test_a_folder_where_a_file_is_expected_is_named(command: tuple[str, ...], world: Path, refused: Refused) -> None:
    (world / "new").mkdir()
    refused(to(command, "new", force=True), "`new` is a folder; expected the name of a file")


@pytest.mark.parametrize("command", [PACK, PROVE, JAVASCRIPT, DRAFT, TEMPLATE], ids=named)
def test_the_second_time_needs_force(
    command: tuple[str, ...], world: Path, refused: Refused, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(to(command, "new", force=command == PROVE)) == 0
    capsys.readouterr()
    refused(to(command, "new"), "`new` is already there", "--force")
    assert run(to(command, "new", force=True)) == 0


def test_a_bundle_is_replaced_by_force_with_all_that_was_added_to_it(world: Path) -> None:
    assert run(to(PACK, "b.golive", force=True)) == 0
    assert sorted(tree(world / "b.golive")) == sorted(["golden", "manifest.json", *BUILD_FILES])
    assert not list(world.glob(".*"))


@pytest.mark.parametrize("command", [PACK, PROVE, JAVASCRIPT, DRAFT], ids=named)
def test_a_disk_that_takes_no_more_leaves_all_as_it_was(command: tuple[str, ...], world: Path) -> None:
    full = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (99, 99))"
    script = f"{full}; from golive.cli import main; main(sys.argv[1:])"
    before = tree(world)
    done = subprocess.run(
        [sys.executable, "-c", script, *command], cwd=world, capture_output=True, text=True, env=environment()
    )
    assert done.returncode == 3
    assert "error: cannot write" in done.stderr and "File too large" in done.stderr
    assert tree(world) == before


SPOILED: dict[str, tuple[Spoil, str]] = {
    "a truncated file": (lambda b: cut(b / "arrays.bin"), "`arrays.bin` was changed: it has sha256:"),
    "an edited file": (lambda b: edit(b / "contract.json", '"bad"', '"good"'), "`contract.json` was changed: it has"),
    "a truncated manifest": (lambda b: cut(b / "manifest.json"), "`manifest.json` is not a readable `bundle/1`"),
    "a missing file": (lambda b: (b / "contract.json").unlink(), "`contract.json` is missing"),
    "a foreign file": (lambda b: (b / "model.pkl").touch(), "`model.pkl` is not a file of a bundle"),
    "a link inside": (lambda b: (b / "golden" / "more").symlink_to("/etc/passwd"), "`more` is a link"),
    "no manifest": (lambda b: (b / "manifest.json").unlink(), "is no bundle: `manifest.json` is missing"),
    "a policy with a gap": (lambda b: edit(b / "policy.toml", "to = 1\n", "to = 0.9\n"), "gap: "),
}


@pytest.mark.parametrize("command", OPENERS[:4], ids=named)
@pytest.mark.parametrize("name", SPOILED)
def test_a_bundle_that_was_touched_does_not_open(
    name: str, command: tuple[str, ...], world: Path, refused: Refused
) -> None:
    spoil, said = SPOILED[name]
    spoil(world / "b.golive")
    refused(command, said)
    with pytest.raises(GoliveError, match=re.escape(said)):
        golive.load(world / "b.golive")


@pytest.mark.parametrize("command", OPENERS, ids=named)
def test_a_bundle_that_is_none(command: tuple[str, ...], world: Path, refused: Refused) -> None:
    def instead(name: str) -> tuple[str, ...]:
        return tuple(name if word == "b.golive" else word for word in command)

    (world / "notes").mkdir()
    (world / "notes" / "letter.txt").write_text("dear")
    for name in ("nothing.golive", "rows.csv", "notes"):
        assert "take it out" not in refused(instead(name), f"`{name}`")


ZIPPED: dict[str, tuple[dict[str, bytes], str]] = {
    "a path outside": ({"../evil": b"x"}, "the zip has a path outside of it: `../evil`"),
    "an absolute path": ({"/etc/evil": b"x"}, "the zip has a path outside of it: `/etc/evil`"),
    "a name that drives the terminal": ({"../\x1b[2J": b"x"}, "path outside of it: `../\\x1b[2J`"),
    "a foreign file": ({"model.pkl": b"x"}, "`model.pkl` is not a file of a bundle"),
}


@pytest.mark.parametrize("name", ZIPPED)
def test_a_zip_that_is_more_than_a_bundle(name: str, world: Path, refused: Refused) -> None:
    more, said = ZIPPED[name]
    with zipfile.ZipFile(world / "b.zip", "w") as archive:
        for file, data in tree(world / "b.golive").items():
            if isinstance(data, bytes):
                archive.writestr(file, data)
        for file, data in more.items():
            archive.writestr(file, data)
    refused(("export", "javascript", "b.zip", "--out", "new"), said)
    with pytest.raises(BundleError):
        golive.load(world / "b.zip")


def test_a_truncated_zip(world: Path, refused: Refused) -> None:
    with zipfile.ZipFile(world / "b.zip", "w") as archive:
        archive.write(world / "b.golive" / "manifest.json", "manifest.json")
    cut(world / "b.zip")
    refused(("export", "javascript", "b.zip", "--out", "new"), "is neither a bundle folder nor a zip of one")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])

"""The exported container, built and run for real: it decides, as nobody in particular, from a root it cannot write."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.chain import container, tutorial
from tests.conformance import bundles
from tests.postgres import PASSWORD, cluster
from tests.serving import free_port

from golive.engine import journal
from golive.engine.bundle import load
from golive.export.docker import Lock, export_docker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.chain.container import Image

LARGEST = 120
"""Megabytes that the image may add to its base."""

SETTINGS = {"GOLIVE_TOKENS": "/data/tokens.json", "GOLIVE_ROLES": "risk product", "GOLIVE_ACCEPT_TYPED": "1"}
WHY = container.missing()
pytestmark = pytest.mark.skipif(bool(WHY), reason=f"NO CONTAINER IS BUILT: {WHY}; .ci/run installs what it needs")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[container.Store]:
    store = container.Store(tmp_path_factory.mktemp("store"))
    yield store
    store.close()


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.bundle(tmp_path_factory.mktemp("signed") / "small.golive")


@pytest.fixture(scope="module")
def context(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("container") / "out"
    export_docker(bundle, out, accept_typed=True, lock=Lock(wheels=True))
    return out


@pytest.fixture(scope="module")
def base(store: container.Store) -> str:
    return store.base()


@pytest.fixture(scope="module")
def image(store: container.Store, base: str, context: Path) -> Image:
    store.build(context, "golive-test", BASE=base, PIP_NO_INDEX="1")
    return store.opened("golive-test")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    os.chown(folder, container.USER, container.USER)
    return folder


def test_it_answers_a_decision_and_keeps_it_in_its_journal(bundle: Path, image: Image, data: Path) -> None:
    made = [sys.executable, "-m", "golive", "token", "new", "test", "--scope", "decide", "--tokens"]
    token = container.ran([*made, str(data / "tokens.json")]).strip()
    os.chown(data / "tokens.json", container.USER, container.USER)
    with container.running(image, data, free_port(), **SETTINGS) as url:
        document = {"case_id": "1", "inputs": bundles.GOOD}
        status, answer = container.asked(f"{url}/v1/decisions", token, document)
        refused, _ = container.asked(f"{url}/v1/decisions", "wrong", document)
    assert (status, refused) == (200, 401)
    expected = load(bundle).decide(bundles.GOOD)
    assert (answer["decision"], answer["score"], answer["approved"]) == (expected.action, expected.score, True)
    assert [row.case_id for row in journal.read(data / "journal.db").decisions] == ["1"]
    assert (data / "journal.db").stat().st_uid == container.USER


def test_its_journal_may_be_in_postgres_as_compose_has_it(image: Image, context: Path, data: Path) -> None:
    if "psycopg==" not in (context / "requirements.lock").read_text():
        pytest.skip("NO JOURNAL IN POSTGRES: golive is not installed with its extra `postgres`")
    server = cluster()
    try:
        made = [sys.executable, "-m", "golive", "token", "new", "test", "--scope", "decide", "--tokens"]
        token = container.ran([*made, str(data / "tokens.json")]).strip()
        os.chown(data / "tokens.json", container.USER, container.USER)
        settings = {**SETTINGS, "PGPASSWORD": PASSWORD}
        words = ("--journal", f"postgresql://owner@127.0.0.1:{server.port}/postgres")
        with container.running(image, data, free_port(), *words, **settings) as url:
            status, _ = container.asked(f"{url}/v1/decisions", token, {"case_id": "1", "inputs": bundles.GOOD})
        assert status == 200
        assert [row.case_id for row in journal.read(server.url("postgres")).decisions] == ["1"]
        assert not (data / "journal.db").exists()
    finally:
        server.remove()


def test_without_the_settings_from_outside_it_serves_nobody(image: Image, data: Path) -> None:
    command = [*image.settings["Entrypoint"], *image.settings["Cmd"]]
    started = container.inside(image, data, command, owner=image.settings["User"])
    done = subprocess.run(started, capture_output=True, text=True)
    assert done.returncode == 2 and "who may call?" in done.stderr


def test_its_root_is_read_only_even_for_root_and_its_user_is_not_root(image: Image, data: Path) -> None:
    write = ["python3", "-c", "import sys; open(sys.argv[1], 'w')"]
    for owner in ("0:0", image.settings["User"]):
        for place in ("/app/x", "/bundle/x", "/x"):
            done = subprocess.run(container.inside(image, data, [*write, place], owner=owner), capture_output=True)
            assert b"Read-only file system" in done.stderr, done.stderr
    assert image.settings["User"] == f"{container.USER}:{container.USER}"


def test_nothing_of_it_may_be_written_by_its_user(image: Image) -> None:
    parts = (image.root / "app", image.root / "bundle")
    found = [path for part in parts for path in [part, *part.rglob("*")] if not path.is_symlink()]
    assert found
    for path in found:
        status = path.stat()
        assert status.st_uid == 0 and not status.st_mode & 0o022, path
        assert status.st_mode & 0o004, path


def test_neither_compiler_nor_training_stack_is_in_it(image: Image) -> None:
    programs = {path.name for path in (image.root / "usr" / "bin").iterdir()}
    assert "python3" in programs
    assert not {name for name in programs if name in ("gcc", "cc", "g++", "clang", "make", "ld")}
    packages = {path.name for path in (image.root / "app").iterdir()}
    assert {"numpy", "golive", "uvicorn"} <= packages
    assert not packages & {"pandas", "sklearn", "scipy", "lightgbm", "duckdb", "matplotlib"}
    assert not (image.root / "app" / "golive" / "pack").exists()


def test_it_says_how_healthy_it_is(image: Image) -> None:
    assert image.settings["Healthcheck"]["Test"][:3] == ["CMD", "python3", "-c"]
    assert "8080/tcp" in image.settings["ExposedPorts"] and "/data" in image.settings["Volumes"]


def test_it_adds_little_to_its_base(store: container.Store, image: Image, capsys: pytest.CaptureFixture[str]) -> None:
    added = (_size(image.root) - store.base_size) / 1e6
    with capsys.disabled():
        print(f"\nthe container adds {added:.0f} MB to its base (at most {LARGEST})")
    assert added <= LARGEST


def test_a_wheel_that_is_not_the_locked_one_is_not_installed(
    store: container.Store, base: str, image: Image, context: Path
) -> None:
    (wheel,) = (context / "wheels").glob("click-*")
    whole = wheel.read_bytes()
    wheel.write_bytes(whole + b"\0")
    try:
        with pytest.raises(AssertionError, match="DO NOT MATCH THE HASHES"):
            store.build(context, "golive-changed", BASE=base, PIP_NO_INDEX="1")
    finally:
        wheel.write_bytes(whole)


@pytest.mark.skipif(bool(tutorial.missing()), reason=f"THE TUTORIAL IS NOT TYPED: {tutorial.missing()}")
def test_the_tutorial_leads_from_a_bundle_to_an_answer(store: container.Store, base: str, workspace: Path) -> None:
    typed = tutorial.type_page(workspace, store, told=lambda one: None)
    answer = json.loads(typed[-1].printed)
    assert answer["fallback"] and answer["approved"]
    log = journal.read(workspace / "data" / "journal.db")
    assert [row.case_id for row in log.decisions] == ["1"]


def _size(root: Path) -> int:
    return sum(path.lstat().st_size for path in root.rglob("*") if not path.is_dir() or path.is_symlink())

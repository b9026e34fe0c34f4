"""The container: what lies in it serves the decision, and needs nothing that is not pinned."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from tests.conformance import bundles

from golive.errors import WorldError
from golive.export import export_docker, recipes
from golive.export.docker import SHIPPED, Lock
from golive.export.requirements import locked
from golive.export.wheels import own_wheel


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("container")
    bundle = bundles.bundle(folder / "small.golive")
    export_docker(bundle, folder / "out", accept_typed=True, lock=Lock(hashes=False))
    return folder / "out"


@pytest.fixture(scope="module")
def app(out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What lies in golive's own wheel."""
    folder = tmp_path_factory.mktemp("app")
    (wheel,) = (out / "wheels").iterdir()
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


def pins(out: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w-]+)==(\S+)$", (out / "requirements.lock").read_text(), flags=re.MULTILINE))


def test_every_requirement_is_pinned_to_what_runs_here(out: Path) -> None:
    found = pins(out)
    assert {"numpy", "msgspec", "click", "uvicorn", "h11"} <= found.keys()
    assert all(version(name) == pinned for name, pinned in found.items())
    assert locked("golive", "serve").items() <= found.items()


@pytest.mark.parametrize("name", ["pandas", "scikit-learn", "scipy", "lightgbm", "matplotlib", "golive"])
def test_the_training_stack_is_not_in_it(out: Path, name: str) -> None:
    assert name not in pins(out)


def test_no_room_that_trains_and_no_data_is_in_it(out: Path, app: Path) -> None:
    inside = {path.name for path in (app / "golive").iterdir()}
    assert "serve" in inside and not inside & {"pack", "tidy", "prove", "chain"}
    assert not list(app.rglob("*.csv*"))
    assert not list(app.rglob("__pycache__"))


def test_golives_own_wheel_is_one_that_pip_takes_and_the_same_every_time(out: Path) -> None:
    (wheel,) = (out / "wheels").iterdir()
    assert own_wheel(version("golive"), SHIPPED) == (wheel.name, wheel.read_bytes())
    with zipfile.ZipFile(wheel) as packed:
        record = packed.read(f"golive-{version('golive')}.dist-info/RECORD").decode()
        listed = [line.split(",") for line in record.splitlines()]
        assert [name for name, _, _ in listed] == packed.namelist()
        for name, digest, size in listed[:-1]:
            data = packed.read(name)
            found = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            assert (digest, size) == (f"sha256={found}", str(len(data)))


def made(folder: Path, name: str, pinned: str) -> bytes:
    """Write a wheel with nothing in it."""
    info = f"{name}-{pinned}.dist-info"
    texts = {
        "METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {pinned}\n",
        "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        "RECORD": "",
    }
    path = folder / f"{name}-{pinned}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for file, text in texts.items():
            packed.writestr(f"{info}/{file}", text)
    return path.read_bytes()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all that pip knows of."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


def test_the_lock_holds_the_hash_of_each_wheel_and_the_wheels_where_asked(index: Path, tmp_path: Path) -> None:
    held = {f"{name}=={pin}": made(index, name.replace("-", "_"), pin) for name, pin in shipped().items()}
    export_docker(bundles.bundle(tmp_path / "b.golive"), tmp_path / "out", lock=Lock(wheels=True))
    lock = (tmp_path / "out" / "requirements.lock").read_text()
    found = dict(re.findall(r"^(\S+==\S+) \\\n    --hash=sha256:(\w{64})$", lock, flags=re.MULTILINE))
    assert found == {pin: hashlib.sha256(data).hexdigest() for pin, data in held.items()}
    assert {file.name for file in (tmp_path / "out" / "wheels").iterdir()} >= {file.name for file in index.iterdir()}


def shipped() -> dict[str, str]:
    postgres = "psycopg" in {name.lower() for names in packages_distributions().values() for name in names}
    return locked("golive", *(["serve", "postgres"] if postgres else ["serve"]))


def test_an_index_without_the_wheels_is_exit_3_and_says_how_to_go_on(index: Path, tmp_path: Path) -> None:
    bundle = bundles.bundle(tmp_path / "b.golive")
    with pytest.raises(WorldError, match="pip could not fetch the locked wheels") as caught:
        export_docker(bundle, tmp_path / "out")
    assert "--no-hashes" in caught.value.hint
    assert not (tmp_path / "out").exists()


def test_the_dockerfile_keeps_its_promises(out: Path) -> None:
    text = (out / "Dockerfile").read_text()
    lines = text.splitlines()
    assert re.search(r"^ARG BASE=", text, re.MULTILINE)
    assert text.count("FROM ${BASE}") == 2
    assert text.count("--only-binary=:all:") == 1 and "--no-index" in text
    assert not re.search(r"gcc|build-essential", text)
    assert lines.index("USER 10001:10001") < next(n for n, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    assert "HEALTHCHECK" in text
    assert "--accept-typed" not in text, "the root of trust comes from the outside"


@pytest.mark.parametrize("postgres", [True, False])
def test_compose_keeps_its_promises_with_either_journal(postgres: bool) -> None:
    text = recipes.compose(("risk", "product"), accept_typed=True, postgres=postgres)
    assert "read_only: true" in text and "cap_drop: [ALL]" in text
    assert 'GOLIVE_ROLES: "risk product"' in text
    assert "GOLIVE_ACCEPT_TYPED" in text
    assert ("postgresql://golive@journal:5432/golive" in text) == ("image: postgres" in text) == postgres
    assert "GOLIVE_ACCEPT_TYPED" not in recipes.compose(("risk",), accept_typed=False, postgres=postgres)


def test_no_registry_is_named(out: Path) -> None:
    host = re.compile(r"https?://(?!127\.0\.0\.1)|\b[\w-]+\.(com|org|io|dev)\b")
    for name in ("Dockerfile", "compose.yaml", "requirements.lock"):
        assert not host.search((out / name).read_text()), name


def test_every_file_that_is_copied_is_there(out: Path) -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", (out / "Dockerfile").read_text(), re.MULTILINE)
    assert copied == ["requirements.lock", "wheels", "bundle"]
    assert all((out / name).exists() for name in copied)


INSIDE = """
import json, sys, urllib.request
import golive
assert golive.__file__.startswith(sys.argv[1]), golive.__file__
from golive.cli import run
from golive.serve.server import serving
assert run(["serve", "--help"]) == 0
with serving(sys.argv[2], journal=sys.argv[3], roles=["risk", "product"], accept_typed=True) as server:
    body = json.dumps({"case_id": "1", "inputs": json.loads(sys.argv[4])}).encode()
    request = urllib.request.Request(server.url + "/v1/decisions", body, {"content-type": "application/json"})
    answer = json.load(urllib.request.urlopen(request, timeout=30))
    for path in ("/docs", "/openapi.json", "/metrics"):
        assert urllib.request.urlopen(server.url + path, timeout=30).status == 200, path
assert answer["approved"] and not answer["fallback"], answer
print("LOADED", *{name.partition(".")[0] for name in sys.modules})
"""


def test_what_lies_in_it_decides_and_needs_only_what_is_pinned(out: Path, app: Path, tmp_path: Path) -> None:
    import json

    arguments = [str(app), str(out / "bundle"), str(tmp_path / "journal.db"), json.dumps(bundles.GOOD)]
    done = subprocess.run(
        [sys.executable, "-c", INSIDE, *arguments],
        capture_output=True, text=True, timeout=60, cwd=tmp_path, env={"PYTHONPATH": str(app)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.partition("LOADED")[2].split()
    belongs = packages_distributions()
    needed = {re.sub(r"[-_.]+", "-", name).lower() for module in loaded for name in belongs.get(module, [])}
    assert needed - {"golive", "setuptools"} <= pins(out).keys()


def test_every_module_that_serves_is_in_it(app: Path, tmp_path: Path) -> None:
    code = """
import importlib, pkgutil
for package in ("serve", "engine", "page", "records", "maths"):
    for module in pkgutil.walk_packages(importlib.import_module(f"golive.{package}").__path__, f"golive.{package}."):
        if module.name != "golive.serve.flask":
            importlib.import_module(module.name)
"""
    environment = {"PYTHONPATH": str(app)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr

"""The container: what lies in it serves the decision, and needs nothing that is not pinned."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from tests.conformance import bundles

from golive.export import export_docker
from golive.export.requirements import locked


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("container")
    export_docker(bundles.bundle(folder / "small.golive"), folder / "out", accept_typed=True)
    return folder / "out"


def pins(out: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w-]+)==(\S+)$", (out / "requirements.lock").read_text(), flags=re.MULTILINE))


def test_every_requirement_is_pinned_to_what_runs_here(out: Path) -> None:
    found = pins(out)
    assert {"numpy", "msgspec", "click", "uvicorn", "httptools"} <= found.keys()
    assert all(version(name) == pinned for name, pinned in found.items())
    assert found == locked("golive", "serve")


@pytest.mark.parametrize("name", ["pandas", "scikit-learn", "scipy", "lightgbm", "matplotlib", "golive"])
def test_the_training_stack_is_not_in_it(out: Path, name: str) -> None:
    assert name not in pins(out)


def test_no_room_that_trains_and_no_data_is_in_it(out: Path) -> None:
    inside = {path.name for path in (out / "app" / "golive").iterdir()}
    assert not inside & {"pack", "tidy", "prove", "chain"}
    assert not list(out.rglob("*.csv*"))
    assert not list(out.rglob("__pycache__"))


def test_the_dockerfile_keeps_its_promises(out: Path) -> None:
    text = (out / "Dockerfile").read_text()
    lines = text.splitlines()
    assert re.search(r"^ARG BASE=", text, re.MULTILINE)
    assert text.count("FROM ${BASE}") == 2
    assert "--only-binary=:all:" in text
    assert not re.search(r"gcc|build-essential|apt", text)
    assert lines.index("USER 10001:10001") < next(n for n, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    assert "HEALTHCHECK" in text
    compose = (out / "compose.yaml").read_text()
    assert "read_only: true" in compose
    assert 'GOLIVE_ROLES: "risk product"' in compose
    assert "GOLIVE_ACCEPT_TYPED" in compose
    assert "--accept-typed" not in text, "the root of trust comes from the outside"


def test_every_file_that_is_copied_is_there(out: Path) -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", (out / "Dockerfile").read_text(), re.MULTILINE)
    assert copied == ["requirements.lock", "app", "bundle"]
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
assert answer["approved"] and not answer["fallback"], answer
print("LOADED", *{name.partition(".")[0] for name in sys.modules})
"""


def test_what_lies_in_it_decides_and_needs_only_what_is_pinned(out: Path, tmp_path: Path) -> None:
    import json

    arguments = [str(out / "app"), str(out / "bundle"), str(tmp_path / "journal.db"), json.dumps(bundles.GOOD)]
    done = subprocess.run(
        [sys.executable, "-c", INSIDE, *arguments],
        capture_output=True, text=True, timeout=60, cwd=tmp_path, env={"PYTHONPATH": str(out / "app")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.partition("LOADED")[2].split()
    belongs = packages_distributions()
    needed = {re.sub(r"[-_.]+", "-", name).lower() for module in loaded for name in belongs.get(module, [])}
    assert needed - {"golive", "setuptools"} <= pins(out).keys()

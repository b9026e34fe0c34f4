"""The description holds what the service does: every route, every status, every problem; and strangers can read it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from tests.conformance import bundles

import golive.serve
from golive.serve.docs import page
from golive.serve.openapi import OPERATIONS, PROBLEMS, case, document
from golive.serve.routes import ROUTES
from golive.serve.server import serving
from golive.serve.service import Service

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.bundle(tmp_path_factory.mktemp("described") / "small.golive")


@pytest.fixture
def service(bundle: Path, tmp_path: Path) -> Iterator[Service]:
    with closing(Service(bundle, journal=tmp_path / "j.db", roles=bundles.ROLES, accept_typed=True)) as service:
        yield service


def test_every_route_is_described_with_the_scope_that_it_asks_for() -> None:
    routed = {(path, method): route.scope for path, methods in ROUTES.items() for method, route in methods.items()}
    assert {key: operation.scope for key, operation in OPERATIONS.items()} == routed


def raised() -> dict[str, int]:
    """Return the problems that the code of the room answers with."""
    found: dict[str, int] = {}
    for path in Path(golive.serve.__file__).parent.glob("*.py"):
        calls = re.findall(r'(?:refuse|problem)\(\s*(\d{3}),\s*"([a-z-]+)"', path.read_text(encoding="utf-8"))
        found |= {kind: int(status) for status, kind in calls}
    return found


def test_every_problem_that_the_code_answers_with_is_described_and_no_other() -> None:
    assert raised() == {kind: status for kind, (status, _) in PROBLEMS.items()}


def test_the_reference_page_lists_every_route_scope_and_problem() -> None:
    text = (ROOT / "docs" / "reference" / "http.md").read_text(encoding="utf-8")
    for (path, method), operation in OPERATIONS.items():
        (line,) = [line for line in text.splitlines() if line.startswith(f"| `{method} /{path}` |")]
        assert f"`{operation.scope}`" in line or not operation.scope, path
    for kind, (status, _) in PROBLEMS.items():
        assert re.search(rf"^\| [^|]*`{kind}`[^|]* \| {status} \|", text, re.MULTILINE), kind


def test_inputs_are_described_as_the_contract_has_them(service: Service) -> None:
    schemas = document(service.served, "1")["components"]["schemas"]
    inputs = schemas["Inputs"]["properties"]
    assert list(inputs) == [known.name for known in bundles.CONTRACT.inputs] == schemas["Inputs"]["required"]
    assert inputs["Income"]["type"] == ["number", "null"]
    assert "seen in training: 6 to 959" in inputs["Income"]["description"]
    assert inputs["Job"]["enum"] == [*bundles.JOBS, None]
    assert "enum" not in inputs["Town"]
    assert inputs["Member"]["type"] == "boolean"
    assert schemas["Action"]["properties"]["action"]["enum"] == ["approve", "review", "reject"]


def test_every_reference_inside_leads_somewhere(service: Service) -> None:
    described = json.loads(json.dumps(document(service.served, "1")))
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(described)):
        at: Any = described
        for step in reference.split("/"):
            at = at[step]


def test_the_example_keeps_the_contract(service: Service) -> None:
    example = case(service.served)
    assert service.bundle.checker.problems(example["inputs"]) == ()


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.outside += [value or "" for name, value in attrs if name in ("src", "href") and value]


def test_the_page_for_people_needs_no_network_and_says_everything(service: Service) -> None:
    html = page(service.served)
    read = _Page()
    read.feed(html)
    assert [link for link in read.outside if not link.startswith("#")] == []
    for path, method in OPERATIONS:
        assert f"{method} /{path}" in html
    for known in bundles.CONTRACT.inputs:
        assert known.name in html
    assert all(kind in html for kind in PROBLEMS)


def test_hostile_categories_stay_text_on_the_page_and_in_the_line_to_paste(service: Service) -> None:
    html = page(service.served)
    assert "it&#x27;s &quot;odd&quot;" in html or "it&#39;s &quot;odd&quot;" in html
    assert 'it\'s "odd"' not in html


CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def test_whatever_the_description_allows_is_answered_as_described(bundle: Path, tmp_path: Path) -> None:
    pytest.importorskip("schemathesis")
    with serving(bundle, journal=tmp_path / "j.db", roles=bundles.ROLES, accept_typed=True) as server:
        command = [sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json", "--no-color"]
        asked = ["--max-examples", "10", "--seed", "1", "--phases", "examples,coverage,fuzzing", "--checks", CHECKS]
        done = subprocess.run([*command, *asked], capture_output=True, text=True, cwd=tmp_path, timeout=300)
    assert done.returncode == 0, done.stdout
    assert f"{len(OPERATIONS)} selected / {len(OPERATIONS)} total" in done.stdout

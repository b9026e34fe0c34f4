"""A service that keeps no inputs: it answers as always and knows a case again, and nothing of the case is on disk."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from tests.conformance import bundles
from tests.unit.serve.asking import answered

from golive.engine import journal
from golive.serve.handlers import Request
from golive.serve.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    bundle = bundles.bundle(tmp_path / "small.golive")
    with closing(Service(bundle, journal=tmp_path / "journal.db", unapproved=True, inputs_key=b"k" * 32)) as service:
        yield service


def asked(service: Service, method: str, path: str, body: object = None) -> tuple[int, Any]:
    headers = {"content-type": "application/json"}
    answer = answered(service, Request(method, path, headers, json.dumps(body).encode()))
    return answer.status, json.loads(answer.body)


def test_a_case_is_answered_and_answered_again_with_its_sentences(service: Service) -> None:
    case = {"case_id": "c-1", "inputs": bundles.GOOD | {"Income": "a hundred and twenty"}}
    first = asked(service, "POST", "v1/decisions", case)
    assert first[0] == 200
    assert any("a hundred and twenty" in problem["problem"] for problem in first[1]["problems"])
    assert asked(service, "POST", "v1/decisions", case) == first
    other = {"case_id": "c-1", "inputs": bundles.GOOD}
    assert asked(service, "POST", "v1/decisions", other)[0] == 409


def test_what_is_kept_gives_the_decision_without_a_value_of_the_case(service: Service, tmp_path: Path) -> None:
    case = {"case_id": "c-1", "inputs": bundles.GOOD | {"Income": "a hundred and twenty"}}
    _, first = asked(service, "POST", "v1/decisions", case)
    status, kept = asked(service, "GET", "v1/decisions/c-1")
    assert (status, kept["decision"], kept["score"]) == (200, first["decision"], first["score"])
    assert [problem["problem"] for problem in kept["problems"]] == ["is not as expected"] * len(first["problems"])
    assert journal.read(tmp_path / "journal.db").decisions[0].inputs is None
    whole = b"".join(path.read_bytes() for path in tmp_path.glob("journal.db*"))
    assert b"a hundred and twenty" not in whole

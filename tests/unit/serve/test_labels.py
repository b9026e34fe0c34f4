"""An outcome that no case can have is refused when it is told, not when somebody counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.conformance import bundles
from tests.unit.serve.asking import answered

from golive.engine import journal
from golive.serve.answers import Answer
from golive.serve.handlers import Request
from golive.serve.openapi import document
from golive.serve.service import Service

EVIDENCE = {"verdict": {"word": "use"}, "event": "bad", "other": "good"}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return bundles.bundle(tmp_path / "small.golive", signed=False)


@pytest.fixture
def service(bundle: Path) -> Callable[[object], Service]:
    def opened(evidence: object) -> Service:
        (bundle / "evidence" / "evidence.json").write_text(json.dumps(evidence), encoding="utf-8")
        for role in bundles.ROLES:
            bundles.sign(bundle, role)
        journal = bundle.parent / "journal.db"
        return Service(bundle, journal=journal, roles=bundles.ROLES, accept_typed=True)

    return opened


def post(service: Service, path: str, said: object) -> Answer:
    headers = {"content-type": "application/json"}
    return answered(service, Request("POST", path, headers, json.dumps(said).encode()))


def decided(service: Service, *cases: str) -> None:
    inputs = dict(bundles.GOOD)
    assert post(service, "v1/decisions", [{"case_id": case, "inputs": inputs} for case in cases]).status == 200


def test_every_label_that_is_none_is_refused_at_once_and_the_right_ones_are_named(
    service: Callable[[object], Service],
) -> None:
    with closing(service(EVIDENCE)) as running:
        decided(running, "1", "2", "3")
        said = [
            {"case_id": "1", "outcome": "verybad"},
            {"case_id": "2", "outcome": "bad"},
            {"case_id": "3", "outcome": "Good"},
        ]
        answer = post(running, "v1/outcomes", said)
        assert answer.status == 422
        assert isinstance(answer.document, dict)
        assert answer.document["errors"] == [
            {"path": "/0/outcome", "problem": "is no outcome here", "value": "verybad", "expected": "one of bad, good"},
            {"path": "/2/outcome", "problem": "is no outcome here", "value": "Good", "expected": "one of bad, good"},
        ]
        assert journal.read(running.recorder.at).outcomes == (), "nothing of the list was recorded"


def test_a_correction_is_held_to_the_labels_too(service: Callable[[object], Service]) -> None:
    with closing(service(EVIDENCE)) as running:
        decided(running, "1")
        assert post(running, "v1/outcomes", {"case_id": "1", "outcome": "bad"}).status == 200
        refused = post(running, "v1/outcomes", {"case_id": "1", "outcome": "goood"})
        assert (refused.status, b'"/outcome"' in refused.body) == (422, True)
        assert post(running, "v1/outcomes", {"case_id": "1", "outcome": "good"}).status == 200
        assert [row.outcome for row in journal.read(running.recorder.at).outcomes] == ["bad", "good"]


@pytest.mark.parametrize("evidence", [{"verdict": {"word": "use"}}, EVIDENCE | {"other": ""}, EVIDENCE | {"event": ""}])
def test_where_the_labels_are_not_known_any_text_is_taken(
    service: Callable[[object], Service], evidence: object
) -> None:
    with closing(service(evidence)) as running:
        decided(running, "1")
        assert post(running, "v1/outcomes", {"case_id": "1", "outcome": "verybad"}).status == 200


def test_without_evidence_any_text_is_taken(bundle: Path) -> None:
    (bundle / "evidence" / "evidence.json").unlink()
    with closing(Service(bundle, journal=bundle.parent / "journal.db", unapproved=True)) as running:
        decided(running, "1")
        assert post(running, "v1/outcomes", {"case_id": "1", "outcome": "verybad"}).status == 200


def test_the_service_says_in_its_description_which_outcomes_there_are(service: Callable[[object], Service]) -> None:
    with closing(service(EVIDENCE)) as running:
        schemas = document(running.served, "1")["components"]["schemas"]
        assert schemas["Outcome"]["properties"]["outcome"]["enum"] == ["bad", "good"]

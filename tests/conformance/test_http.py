"""One list of requests and answers; Starlette, Flask and a mount in another application must all give them."""

from __future__ import annotations

import asyncio
import json
import shutil
from contextlib import closing
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx
import pytest
from flask import Flask
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp
from tests.conformance import bundles

from golive.engine import journal
from golive.engine.journal import Said
from golive.records.tokens import Scope
from golive.serve import tokens
from golive.serve.asgi import application
from golive.serve.body import LIMIT
from golive.serve.door import Bearer
from golive.serve.flask import mount
from golive.serve.routes import ROUTES
from golive.serve.service import Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

JSON = {"content-type": "application/json"}
DAY = date(2026, 3, 1)


class Reply(NamedTuple):
    status: int
    media_type: str
    body: Any
    headers: dict[str, str]


class Asker(NamedTuple):
    """A way to ask, whatever carries it."""

    ask: Callable[..., Reply]
    service: Service

    def post(self, path: str, document: object) -> Reply:
        return self.ask("POST", path, json.dumps(document).encode(), JSON)

    def get(self, path: str) -> Reply:
        return self.ask("GET", path)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.bundle(tmp_path_factory.mktemp("served") / "small.golive")


@pytest.fixture(params=["starlette", "mounted", "flask", "flask mounted"])
def asker(request: pytest.FixtureRequest, bundle: Path, tmp_path: Path) -> Iterator[Asker]:
    service = Service(bundle, journal=tmp_path / "journal.db", roles=bundles.ROLES, accept_typed=True)
    with closing(service):
        if request.param.startswith("flask"):
            yield Asker(through_flask(service, "/credit" if request.param.endswith("mounted") else ""), service)
        else:
            app: ASGIApp = application(service)
            if request.param == "mounted":
                app = Starlette(routes=[Mount("/credit", app)])
            yield Asker(through_starlette(app, "/credit" if request.param == "mounted" else ""), service)


def through_starlette(app: ASGIApp, prefix: str) -> Callable[..., Reply]:
    async def asked(method: str, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, content=body, headers=headers)

    def ask(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        answered = asyncio.run(asked(method, prefix + path, body, headers or {}))
        return reply(answered.status_code, answered.headers, answered.content)

    return ask


def through_flask(service: Service, prefix: str) -> Callable[..., Reply]:
    app = Flask("product")
    app.register_blueprint(mount(service), url_prefix=prefix or None)
    client = app.test_client()

    def ask(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        answered = client.open(prefix + path, method=method, data=body, headers=headers or {})
        return reply(answered.status_code, answered.headers, answered.data)

    return ask


def reply(status: int, headers: Any, body: bytes) -> Reply:
    named = {name.lower(): value for name, value in headers.items()}
    media_type = named.get("content-type", "")
    said = json.loads(body) if body and "json" in media_type else body.decode()
    return Reply(status, media_type, said or None, named)


def case(case_id: str, **changed: object) -> dict[str, object]:
    return {"case_id": case_id, "inputs": {**bundles.GOOD, **changed}}


def test_a_case_is_decided_as_the_engine_decides_it(asker: Asker) -> None:
    found = asker.post("/v1/decisions", case("c-1", Job="freelance"))
    expected = asker.service.bundle.decide({**bundles.GOOD, "Job": "freelance"})
    assert (found.status, found.media_type) == (200, "application/json")
    answer = found.body
    assert (answer["decision"], answer["score"], answer["band"]) == (expected.action, expected.score, expected.band)
    assert [reason["text"] for reason in answer["reasons"]] == [reason.text for reason in expected.reasons]
    assert answer["case_id"] == "c-1"
    assert answer["approved"] is True
    assert set(answer["versions"]) == {"bundle", "policy", "policy_digest", "golive"}
    assert answer["versions"]["policy"] == "small/1"
    assert answer["versions"]["bundle"] == asker.service.bundle.id


def test_every_answer_is_in_the_journal(asker: Asker) -> None:
    answers = asker.post("/v1/decisions", [case(f"c-{number}", Age=20 + number) for number in range(5)]).body
    rows = journal.read(asker.service.recorder.at).decisions
    assert [row.case_id for row in rows] == [answer["case_id"] for answer in answers]
    assert [row.score for row in rows] == [answer["score"] for answer in answers]
    assert rows[3].inputs == {**bundles.GOOD, "Age": 23}
    assert journal.verify(asker.service.recorder.at).broken is None


def test_a_list_equals_its_cases_one_by_one(asker: Asker) -> None:
    cases = [{"case_id": f"c-{number}", "inputs": inputs} for number, inputs in enumerate(bundles.cases(60, seed=5))]
    together = asker.post("/v1/decisions", cases)
    assert together.status == 200
    for sent, answer in zip(cases, together.body, strict=True):
        alone = asker.post("/v1/decisions", {**sent, "case_id": f"alone {sent['case_id']}"}).body
        assert {**alone, "case_id": 0, "time": 0} == {**answer, "case_id": 0, "time": 0}


def test_a_case_that_breaks_the_contract_is_a_recorded_decision(asker: Asker) -> None:
    found = asker.post("/v1/decisions", case("c-1", Income="12", Age=None, Extra=5))
    assert found.status == 200
    assert (found.body["decision"], found.body["fallback"], found.body["score"]) == ("review", True, None)
    assert [problem["field"] for problem in found.body["problems"]] == ["Income", "Age"]
    assert found.body["ignored"] == ["Extra"]
    (row,) = journal.read(asker.service.recorder.at).decisions
    assert row.fallback
    assert row.inputs is not None
    assert row.inputs["Income"] == "12"


def test_the_same_case_gets_the_same_answer_and_is_one_row(asker: Asker) -> None:
    first = asker.post("/v1/decisions", case("c-1"))
    again = asker.post("/v1/decisions", {"inputs": dict(reversed(bundles.GOOD.items())), "case_id": "c-1"})
    asked = asker.get("/v1/decisions/c-1")
    assert first == again == asked
    assert len(journal.read(asker.service.recorder.at).decisions) == 1


def test_another_case_under_the_same_id_is_a_conflict_and_records_nothing(asker: Asker) -> None:
    asker.post("/v1/decisions", case("c-1"))
    found = asker.post("/v1/decisions", [case("c-2"), case("c-1", Age=41)])
    assert (found.status, found.media_type) == (409, "application/problem+json")
    assert [error["value"] for error in found.body["errors"]] == ["c-1"]
    assert asker.get("/v1/decisions/c-2").status == 404


@pytest.mark.parametrize("case_id", ["a/b", "ü ö", "x" * 200, "%2F", "1"])
def test_any_printable_case_id_can_be_asked_for(asker: Asker, case_id: str) -> None:
    from urllib.parse import quote

    assert asker.post("/v1/decisions", case(case_id)).status == 200
    assert asker.get(f"/v1/decisions/{quote(case_id, safe='')}").body["case_id"] == case_id


def test_every_wrong_field_is_named_at_once(asker: Asker) -> None:
    found = asker.post("/v1/decisions", [{"inputs": 5}, 7, {"case_id": "", "inputs": {}, "a/b~": 1}])
    assert (found.status, found.media_type) == (422, "application/problem+json")
    assert found.body["errors"] == [
        {"path": "/0/case_id", "problem": "is missing", "expected": "text of 1 to 200 printable characters"},
        {"path": "/0/inputs", "problem": "is not as expected", "value": 5,
         "expected": "an object: input name -> value"},
        {"path": "/1", "problem": "is not an object", "value": 7,
         "expected": "an object with case_id, inputs, subject"},
        {"path": "/2/case_id", "problem": "is not as expected", "value": "",
         "expected": "text of 1 to 200 printable characters"},
        {"path": "/2/a~1b~0", "problem": "is unknown", "value": 1, "expected": "only case_id, inputs, subject"},
    ]  # fmt: skip
    assert journal.read(asker.service.recorder.at).decisions == ()


@pytest.mark.parametrize(
    ("body", "headers", "status", "kind"),
    [
        (b'{"case_id": "1", "inputs": {', JSON, 400, "malformed-json"),
        (b'{"case_id": "1", "inputs": {"Age": NaN}}', JSON, 400, "malformed-json"),
        (b'{"case_id": "1", "case_id": "2", "inputs": {}}', JSON, 400, "malformed-json"),
        (b"\xff", JSON, 400, "malformed-json"),
        (b"", JSON, 400, "malformed-json"),
        (b"{}", {"content-type": "text/plain"}, 415, "content-type"),
        (b"{}", {}, 415, "content-type"),
        (b'"text"', JSON, 422, "wrong-fields"),
        (b"null", JSON, 422, "wrong-fields"),
        (b"[" + b"{}," * 1_000 + b"{}]", JSON, 422, "wrong-fields"),
        (b'{"case_id": "' + b"x" * LIMIT + b'"}', JSON, 413, "too-large"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_request_is_a_problem(
    asker: Asker, body: bytes, headers: dict[str, str], status: int, kind: str
) -> None:
    found = asker.ask("POST", "/v1/decisions", body, headers)
    assert (found.status, found.media_type) == (status, "application/problem+json")
    assert found.body["type"] == f"urn:golive:problem:{kind}"
    assert found.body["status"] == status
    assert "Traceback" not in json.dumps(found.body)


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/decision", "/v1/decisions/", "/v2/decisions", "/health", "/v1//bundle"]
)
def test_an_unknown_path_is_a_problem(asker: Asker, path: str) -> None:
    found = asker.get(path)
    if found.status != 308:  # Flask answers a doubled slash with a redirect to the path that is meant
        assert (found.status, found.media_type) == (404, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/v1/decisions", "POST"), ("DELETE", "/v1/decisions/c-1", "GET"), ("POST", "/v1/bundle", "GET"),
     ("PUT", "/v1/outcomes", "POST"), ("OPTIONS", "/v1/actions", "POST"), ("PATCH", "/health/live", "GET")],
)  # fmt: skip
def test_another_method_is_a_problem_that_names_the_right_one(
    asker: Asker, method: str, path: str, allowed: str
) -> None:
    found = asker.ask(method, path)
    assert (found.status, found.headers["allow"]) == (405, allowed)
    assert found.media_type == "application/problem+json"


def test_outcomes_are_recorded_once_and_corrected_by_a_new_row(asker: Asker) -> None:
    asker.post("/v1/decisions", case("c-1"))
    first = asker.post("/v1/outcomes", {"case_id": "c-1", "outcome": "bad"})
    again = asker.post("/v1/outcomes", {"case_id": "c-1", "outcome": "bad"})
    assert first.status == 200
    assert first.body == again.body
    assert asker.post("/v1/outcomes", [{"case_id": "c-1", "outcome": "good"}]).body[0]["outcome"] == "good"
    assert [row.outcome for row in journal.read(asker.service.recorder.at).outcomes] == ["bad", "good"]


def test_an_outcome_of_a_case_never_decided_is_refused_whole(asker: Asker) -> None:
    asker.post("/v1/decisions", case("c-1"))
    found = asker.post("/v1/outcomes", [{"case_id": "c-1", "outcome": "bad"}, {"case_id": "c-9", "outcome": "bad"}])
    assert found.status == 404
    assert found.body["errors"][0]["path"] == "/1/case_id"
    assert journal.read(asker.service.recorder.at).outcomes == ()


def test_an_action_is_one_of_the_policy_and_an_override_says_why(asker: Asker) -> None:
    decided = asker.post("/v1/decisions", case("c-1", Age=20)).body["decision"]
    reviewed = asker.post("/v1/decisions", case("c-2", Age="?")).body["decision"]
    assert (decided, reviewed) == ("reject", "review")

    def act(case_id: str, action: str, **more: str) -> Reply:
        return asker.post("/v1/actions", {"case_id": case_id, "action": action, "by": "desk 4", **more})

    assert act("c-1", "reject").status == 200
    assert act("c-2", "approve").status == 200
    unknown, silent = act("c-1", "maybe"), act("c-1", "approve", reason=" ")
    assert unknown.body["errors"][0]["expected"] == "one of approve, review, reject"
    assert silent.body["errors"][0]["expected"] == "a reason, because the decision was `reject`"
    assert (unknown.status, silent.status) == (422, 422)
    assert act("c-1", "approve", reason="he came of age yesterday").body["reason"] == "he came of age yesterday"
    assert [row.action for row in journal.read(asker.service.recorder.at).actions] == ["reject", "approve", "approve"]


def test_the_bundle_says_what_is_served_and_on_whose_word(asker: Asker) -> None:
    found = asker.get("/v1/bundle").body
    assert found["bundle"] == asker.service.bundle.id
    assert [known["name"] for known in found["inputs"]] == list(bundles.GOOD)
    assert [approver["role"] for approver in found["approved"]["approvers"]] == list(bundles.ROLES)
    assert found["actions"] == ["approve", "review", "reject"]


def test_it_describes_itself_to_machines_and_people(asker: Asker) -> None:
    found = asker.get("/openapi.json")
    assert (found.status, found.media_type) == (200, "application/json")
    assert set(found.body["paths"]) == {f"/{path}" for path in ROUTES}
    page = asker.get("/docs")
    assert (page.status, page.media_type) == (200, "text/html; charset=utf-8")
    assert page.body.startswith("<!doctype html>")


def test_it_counts_what_it_answers(asker: Asker) -> None:
    asker.post("/v1/decisions", [case("c-1"), case("c-2", Age="?")])
    asker.post("/v1/decisions", case("c-1", Age=41))
    found = asker.get("/metrics")
    assert (found.status, found.media_type) == (200, "text/plain; version=0.0.4; charset=utf-8")
    lines = found.body.splitlines()
    assert 'golive_decisions_total{action="review",band="",rule="",fallback="true"} 1' in lines
    assert 'golive_problems_total{problem="conflict"} 1' in lines
    assert 'golive_requests_total{method="POST",route="v1/decisions",status="200"} 1' in lines


def test_a_bundle_that_is_written_to_decides_nothing(
    asker: Asker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own = tmp_path / "own.golive"
    shutil.copytree(asker.service.bundle.path, own)
    opened = Service(own, journal=tmp_path / "own.db", roles=bundles.ROLES, accept_typed=True, every=0)
    with closing(opened):
        monkeypatch.setattr(asker.service, "served", opened.served)
        assert asker.post("/v1/decisions", case("c-1")).status == 200
        (own / "graph.json").write_text("{}")
        found = asker.post("/v1/decisions", case("c-2"))
    assert (found.status, found.body["type"]) == (503, "urn:golive:problem:bundle")
    assert asker.get("/v1/decisions/c-2").status == 404


@pytest.fixture
def guarded(bundle: Path, tmp_path: Path) -> Iterator[Callable[..., Reply]]:
    """A service that asks for tokens, and a way to ask it."""
    file = tmp_path / "tokens.json"
    held: dict[object, str] = {scope: tokens.new(file, scope.value, scopes=[scope], today=DAY) for scope in Scope}
    held[None] = tokens.new(file, "slow", scopes=list(Scope), today=DAY, rate=0.001)
    service = Service(bundle, journal=tmp_path / "journal.db", roles=bundles.ROLES, accept_typed=True)
    with closing(service):
        ask = through_starlette(application(service, door=Bearer(file, today=lambda: DAY)), "")
        yield lambda method, path, token, body=b"": ask(
            method, path, body, {**JSON, "authorization": f"Bearer {held.get(token, token)}"}
        )


ASKED = [(path, method, route.scope) for path, methods in ROUTES.items() for method, route in methods.items()]


@pytest.mark.parametrize(("path", "method", "scope"), ASKED, ids=lambda value: str(value) or "none")
def test_every_route_asks_for_its_scope_and_for_no_other(
    guarded: Callable[..., Reply], path: str, method: str, scope: str
) -> None:
    found = {name: guarded(method, "/" + path, name).status for name in (*Scope, "golive_unknown")}
    open_to_all = scope == ""
    assert found.pop("golive_unknown") == 401 or open_to_all
    let_in = {name for name, status in found.items() if status not in (401, 403)}
    assert let_in == (set(Scope) if open_to_all else {Scope(scope), Scope.admin})


def test_without_a_token_nobody_learns_what_there_is(guarded: Callable[..., Reply]) -> None:
    assert guarded("GET", "/nothing", "golive_unknown").status == 401
    lost = guarded("GET", "/nothing", Scope.decide)
    assert (lost.status, "/queue" in lost.body["detail"]) == (404, True)
    assert guarded("DELETE", "/v1/bundle", "golive_unknown").status == 401


def test_a_token_that_asks_too_often_is_told_when_to_come_again(guarded: Callable[..., Reply]) -> None:
    assert guarded("GET", "/v1/bundle", None).status == 200
    found = guarded("GET", "/v1/bundle", None)
    assert (found.status, found.body["type"], found.headers["retry-after"]) == (429, "urn:golive:problem:rate", "1000")
    assert guarded("GET", "/v1/bundle", Scope.read).status == 200


def test_it_says_that_it_lives_and_that_it_is_ready(asker: Asker) -> None:
    assert asker.get("/health/live").body == {"status": "live"}
    assert asker.get("/health/ready").body == {"status": "ready"}


def test_a_journal_that_cannot_be_written_means_503_and_no_decision(asker: Asker) -> None:
    path = asker.service.recorder.at.path
    assert asker.post("/v1/decisions", case("c-1")).status == 200
    path.rename(path.with_name("away.db"))
    found = asker.post("/v1/decisions", case("c-2"))
    assert (found.status, found.body["type"]) == (503, "urn:golive:problem:journal")
    assert "decision" not in found.body
    assert asker.get("/health/ready").status == 503
    assert asker.get("/health/live").status == 200
    assert asker.post("/v1/outcomes", {"case_id": "c-1", "outcome": "bad"}).status == 503
    path.with_name("away.db").rename(path)
    assert asker.post("/v1/decisions", case("c-2")).status == 200


def test_our_own_fault_shows_nothing_and_logs_no_inputs(
    asker: Asker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("Jane Doe, 129")

    monkeypatch.setattr(asker.service.bundle, "decide", broken)
    found = asker.post("/v1/decisions", case("c-1"))
    assert (found.status, found.body["type"]) == (500, "urn:golive:problem:internal")
    assert "Jane" not in json.dumps(found.body) + caplog.text
    assert "RuntimeError at" in caplog.text


def test_a_case_whose_inputs_were_erased_answers_without_them_and_is_not_decided_again(asker: Asker) -> None:
    asker.post("/v1/decisions", case("c-1") | {"subject": "person 1"})
    journal.erase(asker.service.recorder.at, [], Said("dpo", "", datetime.now(UTC)), subjects=["person 1"])
    found = asker.get("/v1/decisions/c-1")
    assert (found.status, found.body["erased"], found.body["reasons"]) == (200, True, [])
    assert found.body["decision"]
    again = asker.post("/v1/decisions", [case("c-2"), case("c-1")])
    assert (again.status, again.body["type"]) == (410, "urn:golive:problem:erased")
    assert [wrong["value"] for wrong in again.body["errors"]] == ["c-1"]
    assert asker.get("/v1/decisions/c-2").status == 404
    assert asker.post("/v1/outcomes", {"case_id": "c-1", "outcome": "bad"}).status == 200

"""The shadow decides the same cases, is recorded and never answers; its faults and its slowness are its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.conformance import bundles
from tests.unit.serve.asking import answered

from golive.engine import journal
from golive.errors import ApprovalError
from golive.serve import shadow as shadows
from golive.serve.handlers import Request
from golive.serve.metrics import Metrics
from golive.serve.service import Service
from golive.serve.shadow import REST, Beside


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """The same model under the opposite rule; signed by nobody."""
    turned = bundles.POLICY.replace('action = "approve"', 'action = "?"').replace(
        'action = "reject"', 'action = "approve"'
    )
    policy = turned.replace('action = "?"', 'action = "reject"')
    assert policy != bundles.POLICY
    return bundles.bundle(tmp_path / "other.golive", policy=policy, signed=False)


@pytest.fixture
def service(other: Path, tmp_path: Path) -> Iterator[Service]:
    bundle = bundles.bundle(tmp_path / "small.golive")
    options: dict[str, Any] = {"roles": bundles.ROLES, "accept_typed": True, "shadow": other}
    with closing(Service(bundle, journal=tmp_path / "j.db", **options)) as service:
        assert service.shadow is not None
        service.shadow._budget = 60.0  # the tests' machine is shared
        yield service


def decide(service: Service, document: object) -> Any:
    body = json.dumps(document).encode()
    answer = answered(service, Request("POST", "v1/decisions", {"content-type": "application/json"}, body))
    assert answer.status == 200
    return json.loads(answer.body)


def case(number: int) -> dict[str, object]:
    return {"case_id": f"c-{number}", "inputs": bundles.GOOD}


def test_its_word_is_in_the_row_and_not_in_the_answer(service: Service) -> None:
    assert service.shadow is not None
    answer = decide(service, case(1))
    expected = service.shadow.bundle.decide(bundles.GOOD)
    (row,) = journal.read(service.recorder.at).decisions
    assert row.shadow is not None
    assert (row.shadow.action, row.shadow.score) == (expected.action, expected.score)
    assert answer["decision"] == row.action != row.shadow.action
    assert expected.bundle not in json.dumps(answer) or expected.bundle == service.bundle.id
    assert "shadow" not in answer


def test_a_list_has_a_shadow_for_each_case_and_agreement_is_counted(service: Service) -> None:
    decide(service, [case(number) for number in range(120)])
    rows = journal.read(service.recorder.at).decisions
    assert len([row for row in rows if row.shadow]) == 120
    assert service.metrics.counts[("golive_shadow_total", "other")] == 120


def test_a_shadow_that_fails_changes_nothing(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("Jane Doe, 129")

    assert service.shadow is not None
    monkeypatch.setattr(service.shadow.bundle, "decide", broken)
    assert decide(service, case(1))["decision"] == service.bundle.decide(bundles.GOOD).action
    (row,) = journal.read(service.recorder.at).decisions
    assert row.shadow is None
    assert "Jane" not in caplog.text
    assert service.metrics.counts[("golive_shadow_total", "failed")] == 1


class Slow:
    """A clock on which every case of the shadow takes a second."""

    def __init__(self, beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now, self.asked = 100.0, 0
        many = beside.bundle.decide_many

        def slow(rows: Sequence[object]) -> object:
            self.now += len(rows)
            self.asked += len(rows)
            return many(rows)

        monkeypatch.setattr(beside.bundle, "decide_many", slow)

    def __call__(self) -> float:
        return self.now


def test_a_slow_shadow_gets_its_share_of_time_and_then_rests(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    metrics = Metrics()
    beside = Beside(other, metrics)
    clock = Slow(beside, monkeypatch)
    beside._clock = clock
    cases: list[dict[str, object]] = [dict(bundles.GOOD)] * 200
    answers = [beside.bundle.decide(bundles.GOOD)] * 200
    for _ in range(3):
        found = beside.decide(cases, answers)
        assert [one is not None for one in found] == [True] * 50 + [False] * 150
    assert clock.asked == 150
    assert beside.decide(cases, answers) == [None] * 200
    assert clock.asked == 150
    assert metrics.counts[("golive_shadow_total", "no time")] == 3 * 150 + 200
    clock.now += REST
    assert beside.decide(cases, answers)[0] is not None


def test_a_shadow_without_a_policy_is_refused(tmp_path: Path) -> None:
    bare = bundles.bundle(tmp_path / "bare.golive", policy=None)
    with pytest.raises(ApprovalError, match=r"the shadow `bare\.golive` has no policy"):
        shadows.Beside(bare, Metrics())


def test_a_product_in_flask_has_a_shadow_too(other: Path, tmp_path: Path) -> None:
    flask = pytest.importorskip("flask")
    from golive.serve.flask import blueprint

    at = tmp_path / "j.db"
    bundle = bundles.bundle(tmp_path / "small.golive")
    app = flask.Flask("product")
    app.register_blueprint(blueprint(bundle, journal=at, roles=bundles.ROLES, accept_typed=True, shadow=other))
    assert app.test_client().post("/v1/decisions", json=case(1)).status_code == 200
    (row,) = journal.read(at).decisions
    assert row.shadow is not None

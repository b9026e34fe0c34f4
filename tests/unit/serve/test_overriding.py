"""People may decide otherwise: who, why, and not more often than agreed."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.conformance import bundles
from tests.unit.serve.asking import Clock, answered
from tests.unit.serve.test_routing import REVIEW_ALL, opened

from golive.engine import journal
from golive.records.tokens import Scope
from golive.serve import tokens
from golive.serve.answers import Answer
from golive.serve.door import Bearer, Door
from golive.serve.handlers import Request
from golive.serve.service import Service

APPROVE_ALL = bundles.POLICY.replace("0.3", "0.9").replace("0.7", "0.95")
OVERRIDES = """
[overrides]
roles = ["underwriter", "head of credit risk"]
reasons = ["document seen", "other"]
"""
LIMIT = "most = 0.25\nperiod_days = 7\nfrom_cases = 4\nbeyond = "


def ask(service: Service, path: str, *entries: dict[str, object], door: Door | None = None, token: str = "") -> Answer:
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    return answered(service, Request("POST", path, headers, msgspec.json.encode(list(entries))), door)


def decided(service: Service, *cases: str) -> None:
    entries: list[dict[str, object]] = [{"case_id": case, "inputs": bundles.GOOD} for case in cases]
    answer = ask(service, "v1/decisions", *entries)
    assert answer.status == 200, answer.document


def act(service: Service, case: str, action: str = "reject", **more: object) -> Answer:
    entry = {"case_id": case, "action": action, "by": "desk 4", "role": "Underwriter", "reason": "other", **more}
    return ask(service, "v1/actions", {name: value for name, value in entry.items() if value is not None})


def wrong_in(answer: Answer) -> list[str]:
    assert answer.status == 422
    assert isinstance(answer.document, dict)
    return [one["path"] for one in answer.document["errors"]]


def test_an_override_names_a_role_that_may_and_one_of_the_agreed_reasons(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, OVERRIDES, policy=APPROVE_ALL)) as service:
        decided(service, "a")
        assert wrong_in(act(service, "a", role="intern", reason="felt like it")) == ["/0/role", "/0/reason"]
        assert wrong_in(act(service, "a", role=None, reason="")) == ["/0/role", "/0/reason"]
        assert not journal.read(service.recorder.at).actions
        assert act(service, "a").status == 200
        (row,) = journal.read(service.recorder.at).actions
        assert (row.role, row.reason, row.above_limit) == ("Underwriter", "other", False)


def test_who_agrees_or_settles_a_review_needs_neither(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, OVERRIDES, policy=REVIEW_ALL)) as service:
        decided(service, "a")
        assert act(service, "a", role=None, reason=None).status == 200


def test_a_token_acts_in_its_own_roles_only(tmp_path: Path, clock: Clock) -> None:
    file, today = tmp_path / "tokens.json", date(2026, 3, 2)
    desk = tokens.new(file, "desk", scopes=[Scope.outcome], today=today, roles=["underwriter"])
    shop = tokens.new(file, "shop", scopes=[Scope.outcome], today=today)
    door = Bearer(file, today=lambda: today)
    entry: dict[str, object] = {"case_id": "a", "action": "reject", "by": "desk 4", "reason": "other"}
    with closing(opened(tmp_path, clock, OVERRIDES, policy=APPROVE_ALL)) as service:
        decided(service, "a")
        assert wrong_in(ask(service, "v1/actions", entry, door=door, token=shop)) == ["/0/role"]
        said = entry | {"role": "underwriter"}
        assert wrong_in(ask(service, "v1/actions", said, door=door, token=shop)) == ["/0/role"]
        more = entry | {"role": "head of credit risk"}
        assert wrong_in(ask(service, "v1/actions", more, door=door, token=desk)) == ["/0/role"]
        assert ask(service, "v1/actions", entry, door=door, token=desk).status == 200
        assert journal.read(service.recorder.at).actions[0].role == "underwriter"


@pytest.mark.parametrize("beyond", ["flag", "refuse"])
def test_beyond_the_agreed_share_an_override_is_flagged_or_refused(tmp_path: Path, clock: Clock, beyond: str) -> None:
    with closing(opened(tmp_path, clock, OVERRIDES + LIMIT + f'"{beyond}"\n', policy=APPROVE_ALL)) as service:
        decided(service, *"abc")
        assert act(service, "a").status == 200  # three decisions: the share is not asked yet
        decided(service, "d")
        second = act(service, "b")
        assert second.status == (200 if beyond == "flag" else 409)
        assert act(service, "c", action="approve", reason="").status == 200  # agreeing is always possible
        rows = {row.case_id: row for row in journal.read(service.recorder.at).actions}
        assert not rows["a"].above_limit
        assert rows["b"].above_limit if beyond == "flag" else "b" not in rows


def test_of_a_list_that_would_pass_the_limit_nothing_is_recorded(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, OVERRIDES + LIMIT + '"refuse"\n', policy=APPROVE_ALL)) as service:
        decided(service, *"abcd")
        entries: list[dict[str, object]] = [
            {"case_id": case, "action": "reject", "by": "desk 4", "role": "underwriter", "reason": "other"}
            for case in "ab"
        ]
        answer = ask(service, "v1/actions", *entries)
        assert answer.status == 409
        assert isinstance(answer.document, dict)
        assert answer.document["type"] == "urn:golive:problem:override-limit"
        assert not journal.read(service.recorder.at).actions
        assert ask(service, "v1/actions", entries[0]).status == 200


def test_decisions_before_the_period_are_not_asked(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, OVERRIDES + LIMIT + '"refuse"\n', policy=APPROVE_ALL)) as service:
        decided(service, *"abcd")
        assert act(service, "a").status == 200
        clock.now += timedelta(days=7)
        decided(service, *"efgh")
        assert act(service, "e").status == 200
        assert act(service, "f").status == 409


def test_the_token_lists_its_roles_and_keeps_no_empty_one(tmp_path: Path) -> None:
    from golive.errors import InputError

    with pytest.raises(InputError, match="role is empty"):
        tokens.new(tmp_path / "t.json", "x", scopes=[Scope.read], today=datetime.now(UTC).date(), roles=[" "])
    assert not (tmp_path / "t.json").exists()


@pytest.mark.parametrize("beyond", ["flag", "refuse"])
def test_an_override_that_is_corrected_counts_once(tmp_path: Path, clock: Clock, beyond: str) -> None:
    with closing(opened(tmp_path, clock, OVERRIDES + LIMIT + f'"{beyond}"\n', policy=APPROVE_ALL)) as service:
        decided(service, *"abcd")
        for reason in ("other", "document seen"):
            assert act(service, "a", reason=reason).status == 200
        assert [row.above_limit for row in journal.read(service.recorder.at).actions] == [False, False]
        if beyond == "flag":
            for reason in ("other", "document seen"):
                assert act(service, "b", reason=reason).status == 200
            assert [row.above_limit for row in journal.read(service.recorder.at).actions][2:] == [True, True]


def test_an_override_that_is_taken_back_makes_room_in_the_same_request(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, OVERRIDES + LIMIT + '"refuse"\n', policy=APPROVE_ALL)) as service:
        decided(service, *"abcd")
        assert act(service, "a").status == 200
        agreed: dict[str, object] = {"case_id": "a", "action": "approve", "by": "desk 4"}
        other = agreed | {"case_id": "b", "action": "reject", "role": "underwriter", "reason": "other"}
        assert ask(service, "v1/actions", agreed, other).status == 200
        assert act(service, "c").status == 409

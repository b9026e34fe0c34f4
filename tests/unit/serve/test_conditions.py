"""What was agreed when it was signed is held while it runs, and a case that breaks it goes to people."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.conformance import bundles
from tests.unit.serve.asking import NOON, Clock, answered

from golive.chain.desk import Trust, desk
from golive.engine import journal
from golive.errors import ApprovalError
from golive.serve.handlers import Request
from golive.serve.service import Service

JSON = {"content-type": "application/json"}


def signed(tmp_path: Path, *conditions: str) -> Path:
    bundle = bundles.bundle(tmp_path / "small.golive", signed=False)
    bundles.sign(bundle, "risk", conditions=conditions)
    bundles.sign(bundle, "product")
    return bundle


def opened(bundle: Path, clock: Clock) -> Service:
    return Service(bundle, journal=bundle.parent / "journal.db", roles=bundles.ROLES, accept_typed=True, clock=clock)


def post(service: Service, path: str, *entries: dict[str, object]) -> list[dict[str, Any]]:
    answer = answered(service, Request("POST", path, JSON, msgspec.json.encode(list(entries))))
    assert answer.status == 200, answer.document
    document = answer.document
    assert isinstance(document, list)
    return document


def decide(service: Service, *case_ids: str) -> list[dict[str, Any]]:
    entries: list[dict[str, object]] = [{"case_id": case, "inputs": bundles.GOOD} for case in case_ids]
    return post(service, "v1/decisions", *entries)


def fallbacks(answers: list[dict[str, Any]]) -> list[bool]:
    return [answer["fallback"] for answer in answers]


def test_after_the_agreed_number_of_a_day_cases_get_the_fallback_and_the_row_says_why(
    tmp_path: Path, clock: Clock
) -> None:
    bundle = signed(tmp_path, "at most 2 a day")
    with closing(opened(bundle, clock)) as service:
        answers = decide(service, "1", "2", "3")
    assert fallbacks(answers) == [False, False, True]
    (told,) = answers[2]["problems"]
    assert (answers[2]["decision"], answers[2]["band"]) == ("review", None)
    assert "2 cases were decided on 2026-03-02" in told.problem
    assert told.expected == "`at most 2 a day` (risk, line 1 of the sign-off)"
    row = journal.read(bundle.parent / "journal.db").decisions[2]
    assert row.routing["condition"] == {
        "text": "at most 2 a day", "role": "risk", "line": 1, "instead_of": answers[0]["decision"],
    }  # fmt: skip
    assert row.score == answers[0]["score"]
    assert journal.verify(bundle.parent / "journal.db").broken is None


def test_the_next_day_begins_anew(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(signed(tmp_path, "at most 1 a day"), clock)) as service:
        assert fallbacks(decide(service, "1", "2")) == [False, True]
        clock.now = NOON + timedelta(hours=12)
        assert fallbacks(decide(service, "3", "4")) == [False, True]


def test_a_case_asked_again_gets_its_answer_and_takes_no_place(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(signed(tmp_path, "at most 2 a day"), clock)) as service:
        first = decide(service, "1")
        assert decide(service, "1", "1") == first * 2
        assert fallbacks(decide(service, "2", "3")) == [False, True]
        assert decide(service, "1") == first


def test_the_count_survives_a_restart(tmp_path: Path, clock: Clock) -> None:
    bundle = signed(tmp_path, "at most 3 a day")
    with closing(opened(bundle, clock)) as service:
        decide(service, "1", "2")
    with closing(opened(bundle, clock)) as service:
        assert fallbacks(decide(service, "3", "4")) == [False, True]


def test_several_workers_together_keep_the_number(tmp_path: Path, clock: Clock) -> None:
    bundle = signed(tmp_path, "at most 20 a day")
    services = [opened(bundle, clock) for _ in range(3)]

    def work(worker: int) -> None:
        for at in range(15):
            decide(services[worker], f"{worker}-{at}")

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for service in services:
        service.close()
    rows = journal.read(bundle.parent / "journal.db").decisions
    assert len(rows) == 45
    assert sum(not row.fallback for row in rows) == 20


def test_cases_that_fall_back_by_themselves_take_no_place(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(signed(tmp_path, "at most 1 a day"), clock)) as service:
        (broken,) = post(service, "v1/decisions", {"case_id": "0", "inputs": {}})
        assert broken["fallback"]
        assert fallbacks(decide(service, "1", "2")) == [False, True]


def test_another_rule_on_the_same_journal_has_a_count_of_its_own(tmp_path: Path, clock: Clock) -> None:
    bundle = signed(tmp_path, "at most 1 a day")
    with closing(opened(bundle, clock)) as service:
        assert fallbacks(decide(service, "1", "2")) == [False, True]
    bundles.add_policy(bundle, bundles.POLICY.replace('version = "1"', 'version = "2"'))
    for role in bundles.ROLES:
        bundles.sign(bundle, role, conditions=("at most 1 a day",))
    with closing(opened(bundle, clock)) as service:
        assert fallbacks(decide(service, "3", "4")) == [False, True]


def test_the_smallest_of_several_numbers_counts_and_its_own_condition_is_named(tmp_path: Path, clock: Clock) -> None:
    bundle = bundles.bundle(tmp_path / "small.golive", signed=False)
    bundles.sign(bundle, "risk", conditions=("at most 3 a day",))
    bundles.sign(bundle, "product", conditions=("at most 1 a day",))
    with closing(opened(bundle, clock)) as service:
        (told,) = decide(service, "1", "2")[1]["problems"]
    assert told.expected.startswith("`at most 1 a day` (product, line 2")


@pytest.mark.parametrize(
    ("condition", "days"),
    [
        ("from 2026-03-03", [True, False, False]),
        ("until 2026-03-03", [False, False, True]),
        ("from 2026-03-03 until 2026-03-03", [True, False, True]),
        ("at most 1 a day until 2026-03-02", [False, False, False]),
        ("only after lunch", [False, False, False]),
    ],
)
def test_days_are_held_and_text_for_people_is_not(
    tmp_path: Path, clock: Clock, condition: str, days: list[bool]
) -> None:
    with closing(opened(signed(tmp_path, condition), clock)) as service:
        found = []
        for day in range(3):
            clock.now = NOON + timedelta(days=day)
            found += fallbacks(decide(service, str(day)))
    assert found == days


def test_too_many_overrides_send_cases_to_people_until_the_share_is_right_again(tmp_path: Path, clock: Clock) -> None:
    bundle = signed(tmp_path, "overrides at most 10 % of a week")
    with closing(opened(bundle, clock)) as service:
        cases = [f"c{at}" for at in range(20)]
        decided = decide(service, *cases)[0]["decision"]
        assert decided != "review"
        other = "reject" if decided == "approve" else "approve"

        def act(case: str, action: str) -> None:
            post(service, "v1/actions", {"case_id": case, "action": action, "by": "a", "reason": "seen otherwise"})

        for case in cases[:-1]:
            act(case, other)
        assert fallbacks(decide(service, "few")) == [False], "19 cases say nothing"
        act(cases[-1], decided)
        (answer,) = decide(service, "many")
        assert answer["fallback"]
        assert "people turned 19 of the 20 decisions they acted on since 2026-02-24" in answer["problems"][0].problem
        for case in cases[:17]:  # the last word on a case counts
            act(case, decided)
        assert fallbacks(decide(service, "mended")) == [False], "2 of 20 are 10 %"
        act("few", other)
        assert fallbacks(decide(service, "again")) == [True]
        clock.now = NOON + timedelta(days=7)
        assert fallbacks(decide(service, "a week later")) == [False]


def test_a_condition_of_a_later_word_is_held_at_once(tmp_path: Path, clock: Clock) -> None:
    bundle = signed(tmp_path)
    with closing(opened(bundle, clock)) as service:
        assert fallbacks(decide(service, "1", "2")) == [False, False]
        bundles.sign(bundle, "risk", conditions=("at most 3 a day",))
        assert fallbacks(decide(service, "3", "4")) == [False, True]
        bundles.sign(bundle, "risk")
        assert fallbacks(decide(service, "5")) == [False]


def test_whoever_serves_sees_what_is_held(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(signed(tmp_path, "at most 2 a day"), clock)) as service:
        assert b'"most_per_day":2' in answered(service, Request("GET", "v1/bundle", {}, b"")).body


def test_a_file_is_not_scored_without_a_journal_to_count_from(tmp_path: Path, clock: Clock) -> None:
    trust = Trust(roles=bundles.ROLES, accept_typed=True)
    with (
        pytest.raises(ApprovalError, match="only a journal can hold: `at most 2 a day`"),
        desk(signed(tmp_path, "at most 2 a day"), trust, None),
    ):
        pass
    with desk(signed(tmp_path / "other", "ask legal first"), trust, None):
        pass

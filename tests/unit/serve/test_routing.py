"""What clock, counts and a secret make of a decision: recorded beside it, the same for ever, never by two at once."""

from __future__ import annotations

import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.conformance import bundles
from tests.unit.serve.asking import NOON, Clock, answered

from golive.engine import journal
from golive.errors import InputError
from golive.serve.answers import Answer
from golive.serve.door import Open
from golive.serve.handlers import Request
from golive.serve.routes import handle
from golive.serve.routing import CONTROL, POLICY, drawn
from golive.serve.service import Service

KEY = bytes(range(32))
JSON = {"content-type": "application/json"}
MONEY = """\
currency = "EUR"

[outcome]
event = "1"

[actions]
below = "approve"
above = "reject"
favourable = "approve"

[payoff.approve]
no_event = "Income"
event = "-10 * Income"

[payoff.reject]
no_event = "0"
event = "0"

[today]
rule = "approve all"
"""
REVIEW_ALL = bundles.POLICY.replace("from = 0.3", "from = 0.01").replace("to = 0.3", "to = 0.01")
"""Every good case falls into the middle band."""


def opened(
    folder: Path, clock: Clock, routing: str, *, policy: str = REVIEW_ALL, key: bytes | None = KEY,
    at: str | None = None,
) -> Service:  # fmt: skip
    bundle = folder / "small.golive"
    if not bundle.exists():
        bundles.bundle(bundle, policy=policy + routing, signed=False)
        (bundle / "money.toml").write_text(MONEY, encoding="utf-8")
        for role in bundles.ROLES:
            bundles.sign(bundle, role)
    return Service(
        bundle, journal=at or folder / "journal.db", roles=bundles.ROLES, accept_typed=True, clock=clock,
        control_key=key,
    )  # fmt: skip


def decide(service: Service, *case_ids: str, **inputs: object) -> list[dict[str, Any]]:
    entries = [{"case_id": case, "inputs": bundles.GOOD | inputs} for case in case_ids]
    answer = answered(service, Request("POST", "v1/decisions", JSON, msgspec.json.encode(entries)))
    assert answer.status == 200, answer.document
    assert isinstance(answer.document, list)
    return answer.document


def rows(service: Service) -> dict[str, journal.DecisionRow]:
    return {row.case_id: row for row in journal.read(service.recorder.at).decisions}


QUEUE = """
[review]
capacity_per_day = 2

[review.overflow]
action = "reject"
message = "We cannot answer today."
"""


def test_beyond_the_capacity_of_the_day_a_case_gets_the_overflow_and_the_row_says_instead_of_what(
    tmp_path: Path, clock: Clock
) -> None:
    with closing(opened(tmp_path, clock, QUEUE)) as service:
        answers = decide(service, "a", "b", "c")
        assert [answer["decision"] for answer in answers] == ["review", "review", "reject"]
        assert answers[2]["message"] == "We cannot answer today."
        found = rows(service)
        assert found["b"].routing == {"queue": {"day": "2026-03-02", "place": 2, "overflow": False}}
        assert found["c"].routing == {
            "queue": {"day": "2026-03-02", "overflow": True, "instead_of": "review", "band": "middle"}
        }
        clock.now += timedelta(days=1)
        assert decide(service, "d")[0]["decision"] == "review"
        assert decide(service, "c")[0]["decision"] == "reject"  # asked again: what stands


def test_the_fallback_takes_a_place_in_the_queue_too(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, QUEUE)) as service:
        assert [one["decision"] for one in decide(service, "a", "b", "c", Age="old")] == ["review", "review", "reject"]


def test_without_an_overflow_cases_beyond_the_capacity_wait(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, "\n[review]\ncapacity_per_day = 1\n")) as service:
        assert [one["decision"] for one in decide(service, "a", "b")] == ["review", "review"]
        assert rows(service)["b"].routing == {"queue": {"day": "2026-03-02", "place": 2, "overflow": True}}


def test_the_day_begins_when_the_policy_says(tmp_path: Path, clock: Clock) -> None:
    clock.now = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    with closing(opened(tmp_path, clock, QUEUE + '\n[effective]\nutc_offset = "+01:00"\n')) as service:
        decide(service, "a", "b")
        assert rows(service)["a"].routing["queue"] == {"day": "2026-03-03", "place": 1, "overflow": False}
        clock.now += timedelta(hours=1)  # another day by UTC, the same one by the policy
        assert decide(service, "c")[0]["decision"] == "reject"


def test_several_workers_together_fill_the_queue_to_its_last_place_and_no_further(
    tmp_path: Path, clock: Clock, at: str
) -> None:
    opened(tmp_path, clock, QUEUE.replace("2", "20"), at=at).close()

    def work(worker: int) -> None:
        with closing(opened(tmp_path, clock, "", at=at)) as service:
            for number in range(10):
                decide(service, f"{worker}-{number}")

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    actions = [row.action for row in journal.read(at).decisions]
    assert (actions.count("review"), actions.count("reject")) == (20, 20)


ARM = """
[control]
share = 0.5
from = 0.01
to = 0.7
action = "approve"
daily_loss_cap = {cap}
"""


def test_the_same_cases_are_drawn_again_and_their_propensity_is_recorded(tmp_path: Path, clock: Clock) -> None:
    cases = [f"case-{number}" for number in range(40)]
    with closing(opened(tmp_path, clock, ARM.format(cap=1e9))) as service:
        answers = dict(zip(cases, decide(service, *cases), strict=True))
        for case, row in rows(service).items():
            kept = row.routing["control"]
            assert isinstance(kept, dict)
            assert kept["arm"] == (CONTROL if drawn(KEY, case, 0.5) else POLICY)
            assert kept["propensity"] == 0.5
            assert answers[case]["decision"] == ("approve" if kept["arm"] == CONTROL else "review")
            assert answers[case]["message"] == ("Welcome." if kept["arm"] == CONTROL else "")
            assert ("expected_loss" in kept) == (kept["arm"] == CONTROL)


def test_when_the_losses_of_the_day_would_pass_the_cap_nobody_is_drawn_any_more(
    tmp_path: Path, clock: Clock, at: str
) -> None:
    cases = [f"case-{number}" for number in range(40)]
    with closing(opened(tmp_path, clock, ARM.format(cap=600), at=at)) as service:
        decide(service, *cases)
        kept: list[Any] = [row.routing["control"] for row in rows(service).values()]
        losses = [one["expected_loss"] for one in kept if one["arm"] == CONTROL]
        assert losses and losses[0] > 0
        assert sum(losses) <= 600 < sum(losses) + losses[0]
        capped = [one for one in kept if one.get("why") == "the daily loss cap"]
        assert capped and all(one["propensity"] == 1 for one in capped)
    with closing(opened(tmp_path, clock, "", at=at)) as service:  # a restart forgets nothing
        decide(service, *(f"more-{number}" for number in range(20)))
        more = [row.routing["control"] for case, row in rows(service).items() if case.startswith("more")]
        assert all(isinstance(one, dict) and one["arm"] == POLICY for one in more)


def test_a_drawn_case_that_a_condition_sends_to_the_fallback_counts_as_not_drawn(tmp_path: Path, clock: Clock) -> None:
    opened(tmp_path, clock, ARM.format(cap=1e9)).close()
    bundles.sign(tmp_path / "small.golive", "risk", conditions=("at most 1 a day",))
    cases = [f"case-{number}" for number in range(12)]
    with closing(opened(tmp_path, clock, "")) as service:
        decide(service, *cases)
        beyond = [row for row in rows(service).values() if "condition" in row.routing]
        assert len(beyond) == 11 and any(drawn(KEY, row.case_id, 0.5) for row in beyond)
        kept = {"arm": POLICY, "propensity": 1.0, "why": "a condition of the approval"}
        assert all(row.routing["control"] == kept and row.fallback for row in beyond)


def test_what_a_rule_or_the_fallback_decided_is_never_drawn(tmp_path: Path, clock: Clock) -> None:
    with closing(opened(tmp_path, clock, ARM.format(cap=1e9))) as service:
        young = decide(service, *(f"y{number}" for number in range(8)), Age=18.0)
        broken = decide(service, *(f"b{number}" for number in range(8)), Age="old")
        assert {one["decision"] for one in young} == {"reject"}
        assert {one["decision"] for one in broken} == {"review"}
        assert all("control" not in row.routing for row in rows(service).values())


def test_a_case_whose_loss_is_not_known_is_not_drawn(tmp_path: Path, clock: Clock) -> None:
    policy = REVIEW_ALL.replace(" and Income < 20", "")
    with closing(opened(tmp_path, clock, ARM.format(cap=1e9).replace("0.7", "1"), policy=policy)) as service:
        decide(service, *(f"c{number}" for number in range(8)), Income=None)
        kept = {"arm": POLICY, "propensity": 1.0, "why": "what it would cost is not known"}
        assert [row.routing for row in rows(service).values()] == [{"control": kept}] * 8


@pytest.mark.parametrize(("day", "holds"), [(1, False), (2, True), (3, True), (4, False)])
def test_outside_of_its_days_the_policy_decides_nothing(tmp_path: Path, clock: Clock, day: int, holds: bool) -> None:
    clock.now = NOON.replace(day=day)
    routing = "\n[effective]\nfrom = 2026-03-02\nuntil = 2026-03-03\n"
    policy = bundles.POLICY.replace("0.3", "0.9").replace("0.7", "0.95")
    with closing(opened(tmp_path, clock, routing, policy=policy)) as service:
        (answer,) = decide(service, "a")
        assert answer["fallback"] is not holds
        assert answer["decision"] == ("approve" if holds else "review")
        if not holds:
            assert [one.problem for one in answer["problems"]] == [f"the policy is not in force on 2026-03-0{day}"]
            kept = {"instead_of": "approve", "band": "low", "day": f"2026-03-0{day}"}
            assert rows(service)["a"].routing == {"effective": kept}


@pytest.mark.parametrize(
    ("change", "key", "told"),
    [
        ("", None, "was given"),
        ("", b"short", "5 bytes"),
        ('no_event = "Income"', KEY, "neither a column nor an assumption"),
    ],
)
def test_a_control_arm_that_cannot_be_drawn_or_capped_is_not_served(
    tmp_path: Path, clock: Clock, change: str, key: bytes | None, told: str
) -> None:
    bundle = bundles.bundle(tmp_path / "small.golive", policy=REVIEW_ALL + ARM.format(cap=10), signed=False)
    text = MONEY.replace(change, 'no_event = "Amount"') if change else MONEY
    (bundle / "money.toml").write_text(text, encoding="utf-8")
    for role in bundles.ROLES:
        bundles.sign(bundle, role)
    with pytest.raises(InputError) as caught:
        opened(tmp_path, clock, "", key=key)
    assert told in str(caught.value)


@pytest.mark.parametrize("case", ["\0", "a\nb", "\ud800"])
def test_an_id_that_no_database_takes_is_an_unknown_case(at: str, tmp_path: Path, clock: Clock, case: str) -> None:
    with closing(opened(tmp_path, clock, QUEUE, at=at)) as service:
        for path in (f"v1/decisions/{case}", f"queue/cases/{case}"):
            answer = handle(service, Open(), Request("GET", path, {}, b""))
            assert isinstance(answer, Answer) and answer.status == 404

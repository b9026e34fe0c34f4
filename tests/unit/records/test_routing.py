"""The routing of a policy: read as the page says, refused where it would fail open, and never part of the graph."""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta
from pathlib import Path

import pytest

from golive.engine.policy import compile_policy
from golive.errors import DocumentError
from golive.records.contract import Contract, Input, Kind
from golive.records.policy import parse
from golive.records.routing import ControlArm, Effective, Overrides, ReviewQueue, Routing

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "policy.md"
EXAMPLE: str = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
ROUTED = EXAMPLE.index("[review]\n")
CONTRACT = Contract(
    inputs=(
        *(Input(name=name, kind=Kind.number, nullable=True) for name in ("Income", "Amount", "Price")),
        Input(name="Records", kind=Kind.text, nullable=True, categories=("no", "yes")),
    ),
    event="bad",
    reasons="none",
    rows=1,
)


def problems(old: str, new: str) -> tuple[str, ...]:
    routing = EXAMPLE[ROUTED:]
    assert old in routing, old
    with pytest.raises(DocumentError) as raised:
        parse(EXAMPLE[:ROUTED] + routing.replace(old, new, 1))
    return raised.value.problems


def test_the_annotated_example_is_read_as_the_page_says() -> None:
    assert parse(EXAMPLE).routing == Routing(
        review=ReviewQueue(
            capacity_per_day=120, order="expected money", overflow="reject", message="We cannot answer today."
        ),
        overrides=Overrides(
            roles=("underwriter", "head of credit risk"),
            reasons=("document seen", "data was wrong", "other"),
            most=0.1,
            period_days=30,
            from_cases=50,
            beyond="flag",
        ),
        control=ControlArm(share=0.02, low=0.6, high=0.8, action="approve", daily_loss_cap=2000),
        effective=Effective(first=date(2027, 1, 1), last=date(2027, 12, 31), utc_offset="+01:00"),
    )


def test_without_routing_nothing_is_routed_and_the_rule_is_the_same() -> None:
    plain = parse(EXAMPLE[:ROUTED])
    assert plain.routing == Routing()
    assert plain.routing.effective.zone == UTC
    assert compile_policy(plain, CONTRACT) == compile_policy(parse(EXAMPLE), CONTRACT)


def test_without_an_overflow_a_case_waits() -> None:
    text = EXAMPLE[:ROUTED] + "[review]\ncapacity_per_day = 5\n"
    assert parse(text).routing.review == ReviewQueue(capacity_per_day=5, order="arrival", overflow="review")


@pytest.mark.parametrize(("score", "covered"), [(0.59, False), (0.6, True), (0.79, True), (0.8, False), (1.0, False)])
def test_the_arm_covers_its_lower_end_and_not_its_upper_one(score: float, covered: bool) -> None:
    assert ControlArm(share=0.1, low=0.6, high=0.8, action="approve", daily_loss_cap=1).covers(score) is covered


def test_an_arm_to_the_top_covers_the_score_1() -> None:
    assert ControlArm(share=0.1, low=0.6, high=1, action="approve", daily_loss_cap=1).covers(1.0)


def test_the_first_and_the_last_day_count_by_the_clock_of_the_policy() -> None:
    effective = Effective(first=date(2027, 1, 1), last=date(2027, 1, 2), utc_offset="-03:30")
    assert effective.zone.utcoffset(None) == -timedelta(hours=3, minutes=30)
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)]
    assert [effective.holds(day) for day in days] == [False, True, True, False]
    assert Effective().holds(date(1970, 1, 1))


SLIPS = [
    # what stands in the example, what is written instead, what it says
    ("capacity_per_day = 120", "capacity_per_day = 0", "`capacity_per_day` is 0; expected a whole number from 1"),
    ("capacity_per_day = 120", "capacity_per_day = -5", "`capacity_per_day` is -5; expected a whole number"),
    ("capacity_per_day = 120", "capacity_per_day = 12.5", "`capacity_per_day` is 12.5; expected a whole number"),
    ("capacity_per_day = 120", 'capacity_per_day = "120"', "`capacity_per_day` is '120'; expected a whole number"),
    ("capacity_per_day = 120", "capacity = 120", "unknown field `capacity` (did you mean `capacity_per_day`?)"),
    ("capacity_per_day = 120", "", "`capacity_per_day` is missing"),
    ('order = "expected money"', 'order = "money"', "`order` is 'money'"),
    ('order = "expected money"', "order = 1", "`order` is 1; expected text"),
    ('action = "reject"', 'action = "decline"', "the action `decline` is not in `[actions] names`"),
    ('action = "reject"', 'action = "approve"', "would get `approve`, the favourable action"),
    ('action = "reject"', "", "`action` is missing"),
    ("[review.overflow]", "[review.overflw]", "unknown field `overflw` (did you mean `overflow`?)"),
    ("[review]", "[reveiw]", "unknown field `reveiw` (did you mean `review`?)"),
    ('["underwriter", "head of credit risk"]', "[]", "`roles` is empty"),
    ('["underwriter", "head of credit risk"]', '["underwriter", "underwriter"]', "each one once"),
    ('["underwriter", "head of credit risk"]', '"underwriter"', "`roles` is 'underwriter'; expected a list of texts"),
    ('["document seen", "data was wrong", "other"]', "[]", "`reasons` is empty"),
    ('["document seen", "data was wrong", "other"]', '[""]', "none empty"),
    ("most = 0.1", "most = 10", "`most` is 10; expected a number from 0 to 1; 10 % is written 0.1"),
    ("most = 0.1", "most = -0.1", "`most` is -0.1"),
    ("most = 0.1", "", "`period_days` says something about `most`, which is missing"),
    ("period_days = 30", "period_days = 0", "`period_days` is 0"),
    ("from_cases = 50", "from_cases = -1", "`from_cases` is -1"),
    ('beyond = "flag"', 'beyond = "stop"', "`beyond` is 'stop'"),
    ("share = 0.02", "share = 2", "2 % is written 0.02"),
    ("share = 0.02", "share = 0", "everybody or nobody is no control arm"),
    ("share = 0.02", "share = 1", "everybody or nobody is no control arm"),
    ("share = 0.02", 'share = "2%"', "`share` is the text '2%'"),
    ("from = 0.6 ", "from = 0.9 ", "it goes from 0.9 to 0.8; expected from < to"),
    ("from = 0.6 ", "from = 0.2 ", "the band `low`, 0 to 0.25, gives `approve` already"),
    ("to = 0.8", "to = 1.8", "`to` is 1.8; expected a number from 0 to 1"),
    ("to = 0.8", "", "`to` is missing"),
    ('action = "approve"', 'action = "aprove"', "(did you mean `approve`?)"),
    ("daily_loss_cap = 2000", "daily_loss_cap = -2000", "`daily_loss_cap` is -2000; expected an amount above 0"),
    ("daily_loss_cap = 2000", "daily_loss_cap = 0", "`daily_loss_cap` is 0; expected an amount above 0"),
    ("daily_loss_cap = 2000", "daily_loss_cap = inf", "`daily_loss_cap` is inf; expected a finite number"),
    ("daily_loss_cap = 2000", 'daily_loss_cap = "2,000 EUR"', "`daily_loss_cap` is '2,000 EUR'"),
    ("daily_loss_cap = 2000", "", "`daily_loss_cap` is missing"),
    ("until = 2027-12-31", "until = 2026-12-31", "`until` is 2026-12-31, before `from`, 2027-01-01"),
    ("until = 2027-12-31", 'until = "2027-12-31"', "expected a date without quotes"),
    ("until = 2027-12-31", "until = 2027-12-31T10:00:00Z", "expected a date without quotes"),
    ("until = 2027-12-31", "until = 31.12.2027", "Expected newline"),
    ("until = 2027-12-31", "until = 2027-02-30", "Invalid date"),
    ("until = 2027-12-31", "untill = 2027-12-31", "unknown field `untill` (did you mean `until`?)"),
    ('utc_offset = "+01:00"', 'utc_offset = "CET"', "`utc_offset` is 'CET'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), SLIPS)
def test_a_slip_in_the_routing_is_caught_with_its_place(old: str, new: str, message: str) -> None:
    found = problems(old, new)
    assert any(message in problem for problem in found), found
    line = EXAMPLE[:ROUTED].count("\n") + 1
    assert all(re.match(r"policy\.toml:\d+:\d+: ", problem) for problem in found)
    assert any(int(problem.split(":")[1]) >= line or new.startswith("[") for problem in found), found

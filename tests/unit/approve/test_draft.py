"""A drafted policy is one that compiles, and that does what the evidence says and one careful thing more."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.approve.check import check, compiled
from golive.approve.draft import draft, readable_cut
from golive.engine.bundle import load
from golive.errors import InputError
from golive.prove.asked import Asked
from golive.prove.run import from_bundle
from golive.records import document
from golive.records.contract import Contract, Input, Kind
from golive.records.evidence import Evidence
from golive.records.routing import ReviewQueue
from golive.tables.cast import by_contract
from golive.tables.read import read

from .conftest import CONTRACT

if TYPE_CHECKING:
    from .conftest import Loans


def evidence_of(loans: Loans) -> Evidence:
    return document.read(loans.bundle / "evidence" / "evidence.json", Evidence)


def test_a_drafted_policy_compiles_as_it_is(loans: Loans) -> None:
    (loans.bundle / "policy.toml").write_text(draft(loans.bundle), encoding="utf-8")
    policy = check(loans.bundle)
    assert [band.action for band in policy.bands] == ["approve", "reject"]
    assert policy.fallback.action == "review"
    assert len(policy.rules) == 1
    assert len(policy.cases) == 5


def test_a_draft_has_a_place_for_the_text_of_every_reason(loans: Loans) -> None:
    text = draft(loans.bundle)
    opened = load(loans.bundle)
    empty = tomllib.loads(text)["reasons"]["texts"]
    assert tuple(empty) == opened.explainer.names
    assert not any(empty.values())
    first = opened.explainer.names[0]
    (loans.bundle / "policy.toml").write_text(text.replace(f'{first} = ""', f'{first} = "Say it."'), encoding="utf-8")
    check(loans.bundle)
    decided = load(loans.bundle).decide_many(by_contract(read(loans.rows), opened.contract))
    said = {reason.input: reason.text for one in decided for reason in one.reasons}
    assert said.pop(first) == "Say it."
    assert said
    assert all(other.endswith(": raises the risk") for other in said.values())


def test_the_bands_split_the_rows_as_the_evidence_did(checked: Loans) -> None:
    opened = load(checked.bundle)
    rows = by_contract(read(checked.rows), opened.contract)
    score = opened.score(rows)
    money = evidence_of(checked).money
    assert money is not None
    decided = opened.decide_many(rows)
    by_band = [(d.action, s) for d, s in zip(decided, score.tolist(), strict=True) if d.band is not None]
    assert len(by_band) > 500
    assert all((action == "reject") == (s >= money.cutoff.chosen[0]) for action, s in by_band)


def test_every_column_that_the_prices_are_made_of_is_guarded(loans: Loans) -> None:
    both = loans.money.read_text(encoding="utf-8").replace('"margin * Amount"', '"margin * Amount * Income / 100"')
    (loans.bundle / "money.toml").write_text(both, encoding="utf-8")
    (loans.bundle / "policy.toml").write_text(draft(loans.bundle), encoding="utf-8")
    policy = check(loans.bundle)
    assert [(rule.when, rule.action, rule.reason) for rule in policy.rules] == [
        ("Amount < 100 or Amount > 4000", "review", "R01"),
        ("Income is not missing and (Income < 20 or Income > 400)", "review", "R02"),
    ]
    opened = load(loans.bundle)
    safe: dict[str, object] = {"Income": 400, "Amount": 4000, "Records": "no"}
    assert opened.decide(safe).action == "approve"
    for beyond in ({"Amount": 90_000}, {"Income": 9000}, {"Amount": 90_000, "Income": 9000}):
        assert opened.decide(safe | beyond).action == "review"


def test_the_hard_rule_is_about_an_input_with_a_price_that_is_never_missing(checked: Loans) -> None:
    policy = load(checked.bundle).policy
    assert policy is not None
    assert policy.rules[0].when == "Amount < 100 or Amount > 4000"
    assert policy.rules[0].action == "review"
    assert policy.owner == "head of lending"


def test_three_bands_are_drafted_with_people_in_the_middle(loans: Loans) -> None:
    text = loans.money.read_text(encoding="utf-8").replace('above = "reject"', 'middle = "review"\nabove = "reject"')
    review = "[review]\ncapacity_per_day = 4\ncost = { value = 2 }\n"
    review += "bad_stopped = { value = 0.8 }\ngood_passed = { value = 0.9 }\n"
    loans.money.write_text(text.replace("[volume]", review + "[volume]\nbusiest_day = 20"), encoding="utf-8")
    evidence = from_bundle(loans.bundle, loans.rows, Asked(outcome="Status", event="bad", money=loans.money))
    document.write(evidence, loans.bundle / "evidence" / "evidence.json")
    (loans.bundle / "money.toml").write_bytes(loans.money.read_bytes())
    (loans.bundle / "policy.toml").write_text(draft(loans.bundle), encoding="utf-8")
    policy = check(loans.bundle)
    assert [band.action for band in policy.bands] == ["approve", "review", "reject"]
    assert len(policy.cases) == 6
    assert policy.routing.review == ReviewQueue(capacity_per_day=4, overflow="review")  # as the money file says
    assert evidence.money is not None
    assert evidence.money.bands is not None
    opened = load(loans.bundle)
    rows = by_contract(read(loans.rows), opened.contract)
    decided = [one for one in opened.decide_many(rows) if one.band is not None]
    seen = [sum(one.action == action for one in decided) for action in ("approve", "review", "reject")]
    ruled = len(read(loans.rows)["Amount"]) - len(decided)
    assert all(abs(mine - theirs) <= ruled for mine, theirs in zip(seen, evidence.money.bands.rows, strict=True))
    assert evidence.money.bands.rows[1] > 80


def test_a_draft_reads_the_same_twice(loans: Loans) -> None:
    assert draft(loans.bundle) == draft(loans.bundle)


def test_a_draft_does_not_need_the_policy_that_is_there_to_be_right(loans: Loans) -> None:
    (loans.bundle / "policy.toml").write_text("nonsense", encoding="utf-8")
    assert 'id = "loans-first"' in draft(loans.bundle)


def test_without_prices_there_is_no_cut_off_to_draft(loans: Loans) -> None:
    evidence = msgspec.structs.replace(evidence_of(loans), money=None)
    document.write(evidence, loans.bundle / "evidence" / "evidence.json")
    with pytest.raises(InputError, match="no prices"):
        draft(loans.bundle)


def test_the_same_for_everybody_is_no_policy_by_score(loans: Loans) -> None:
    evidence = evidence_of(loans)
    assert evidence.money is not None
    cutoff = msgspec.structs.replace(evidence.money.cutoff, chosen=(), constant="approve")
    money = msgspec.structs.replace(evidence.money, cutoff=cutoff)
    document.write(msgspec.structs.replace(evidence, money=money), loans.bundle / "evidence" / "evidence.json")
    with pytest.raises(InputError, match="`approve` for everybody"):
        draft(loans.bundle)


AWKWARD = ["in come", "score", 'say "hi"', "and", "größe", "it's", "a.b", "C:\\x", "#", "tab"]


@pytest.mark.parametrize("name", AWKWARD)
@pytest.mark.parametrize("nullable", [True, False])
def test_any_name_that_an_input_has_can_stand_in_the_draft(name: str, nullable: bool, loans: Loans) -> None:
    from golive.approve.draft import _lines
    from golive.records.money import parse

    contract = Contract(
        inputs=(Input(name=name, kind=Kind.number, nullable=nullable, low=-2.5, high=1e21),),
        event="bad",
        reasons="none",
        rows=10,
    )
    evidence = evidence_of(loans)
    assert evidence.money is not None
    money = parse(loans.money.read_text(encoding="utf-8"))
    text = "\n".join(_lines("loans", contract, evidence, evidence.money, money, [name])) + "\n"
    policy, _ = compiled(text.encode(), contract, name="policy.toml")
    assert len(policy.rules) == 1
    assert policy.reason_texts == {name: ""}


def test_a_contract_without_numbers_gets_no_hard_rule(loans: Loans) -> None:
    from golive.approve.draft import _lines
    from golive.records.money import parse

    contract = msgspec.structs.replace(CONTRACT, inputs=CONTRACT.inputs[2:])
    evidence = evidence_of(loans)
    assert evidence.money is not None
    money = parse(loans.money.read_text(encoding="utf-8"))
    text = "\n".join(_lines("loans", contract, evidence, evidence.money, money, ())) + "\n"
    policy, _ = compiled(text.encode(), contract, name="policy.toml")
    assert policy.rules == ()
    assert "[reasons.texts]" not in text


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_readable_cut_lies_well_inside_the_gap(one: float, other: float) -> None:
    low, high = sorted((one, other))
    cut = readable_cut(low, high)
    assert low <= cut <= high
    if high - low > 1e-12:
        assert low + (high - low) / 5 < cut < high - (high - low) / 5


def test_a_readable_cut_is_short() -> None:
    assert readable_cut(0.4312, 0.4431) == 0.44
    assert readable_cut(0.1, 0.9) == 0.5
    assert np.isclose(readable_cut(0.123456, 0.123457), 0.1234565)

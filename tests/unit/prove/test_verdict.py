from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from golive.prove.carrying import carried, few_carry
from golive.prove.conditions import conditions
from golive.prove.measure import measure
from golive.prove.result import Result
from golive.prove.template import money_template
from golive.prove.verdict import word
from golive.records.checked import Checked, State
from golive.records.evidence import Against, Evidence, Word
from golive.records.money import Money, parse
from golive.records.today import Today

if TYPE_CHECKING:
    from types import SimpleNamespace

MONEY = parse(money_template())
FORBIDDEN = (
    "AUC", "lift", "precision", "recall", "false positive", "threshold", "calibration", "calibrated", "fold",
    "bootstrap", "significant", "optimal", "holdout", "event", "baseline",
)  # fmt: skip
"""Words that never appear on the first screen."""


def against(point: float, low: float | None, high: float | None, changed: int = 500) -> Against:
    return Against(
        name="approve all", action="approve", per_row=point, low=low, high=high, changed=changed, total=0.0,
        decides=True, today=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ([against(5, 2, 8)], Word.use),
        ([against(5, 2, 8), against(9, 4, 12)], Word.use),
        ([against(0.5, 0.1, 8)], Word.not_enough_data),  # above zero, but less than is worth having
        ([against(5, -1, 8)], Word.not_enough_data),
        ([against(5, 2, 8), against(3, -1, 7)], Word.not_enough_data),
        ([against(-3, -6, 0.9)], Word.do_not_use),
        ([against(5, 2, 8), against(-3, -6, 0.9)], Word.do_not_use),
        ([against(3, -1, 7, changed=9)], Word.do_not_use),  # the same as approving everybody
        ([against(5, 2, 8, changed=9)], Word.use),  # few decisions, clearly better ones
        ([against(5, None, None)], Word.not_enough_data),
    ],
)
def test_the_word(asked: list[Against], expected: Word) -> None:
    assert word(asked, worth=1.0, rows=1000) is expected


def evidence(tells: float, seed: int = 0, n: int = 600, money: Money = MONEY) -> Evidence:
    rng = np.random.default_rng(seed)
    bad = rng.random(n) < 0.1
    columns = {"Amount": rng.lognormal(6.8, 0.4, n), "Time": np.full(n, 36.0)}
    score = 1 / (1 + np.exp(2 - rng.normal(tells * bad, 1.0)))
    return measure(np.where(bad, "bad", "good"), score, money=money, columns=columns)


def test_every_word_is_reached_and_its_sentence_begins_with_it() -> None:
    found = {(one := evidence(tells, seed)).verdict.word: one for tells in (0.0, 0.4, 1.0, 4.0) for seed in range(6)}
    assert set(found) >= {Word.use_with_conditions, Word.do_not_use, Word.not_enough_data}
    assert found[Word.use_with_conditions].verdict.sentence.startswith("Use it. ")
    assert found[Word.do_not_use].verdict.sentence.startswith("Do not use it. ")
    doubtful = found[Word.not_enough_data].verdict
    assert doubtful.sentence.startswith("Not enough data. These rows cannot show")
    assert doubtful.rows_sentence
    assert doubtful.rows_needed is None or doubtful.rows_needed > 600


def test_the_first_screen_uses_the_words_of_its_readers() -> None:
    for one in [evidence(tells, seed) for tells in (0.0, 0.4, 4.0) for seed in range(4)]:
        verdict = one.verdict
        shown = [verdict.sentence, verdict.rows_sentence, *(found.text for found in verdict.conditions)]
        shown += [found.text for found in one.sentences] + [found.who for found in verdict.conditions]
        for forbidden in FORBIDDEN:
            assert not re.search(rf"\b{forbidden}", " ".join(shown), re.IGNORECASE), (forbidden, shown)


def test_a_useless_score_is_said_to_be_the_same_as_everybody() -> None:
    found = next(one for seed in range(20) if (one := evidence(0.0, seed)).money and one.money.cutoff.constant)
    assert found.verdict.word is Word.do_not_use
    assert re.search(r"the same as (approve|reject) all: only 0 decisions of 600 would change", found.verdict.sentence)


def test_the_verdict_asks_about_today_only_when_there_is_a_rule(world: SimpleNamespace) -> None:
    today = msgspec.structs.replace(MONEY, today=Today(action="approve"))
    found = measure(world.outcome, world.score, money=today, columns=world.columns).money
    assert found is not None
    assert [(one.action, one.decides, one.today) for one in found.against] == [
        ("approve", True, True),
        ("reject", False, False),
    ]
    impossible = msgspec.structs.replace(MONEY, today=Today(impossible=("reject",)))
    found = measure(world.outcome, world.score, money=impossible, columns=world.columns).money
    assert found is not None
    assert [one.decides for one in found.against] == [True, False]


@dataclass(frozen=True)
class Situation:
    unstable: float = 0.0
    flips: float | None = None
    gain: tuple[float, ...] = tuple([1.0] * 100 + [-1.0] * 100)
    money: Money = MONEY


@pytest.mark.parametrize(
    ("situation", "codes"),
    [
        (Situation(), []),
        (Situation(unstable=0.06), ["unstable_cut_off"]),
        (Situation(flips=0.11), ["prices_flip"]),
        (Situation(flips=0.09, unstable=0.04), []),
        (Situation(gain=(50.0, *[1.0] * 100)), ["few_effective_cases"]),
        (Situation(gain=tuple([1.0] * 39 + [-1.0] * 100)), ["few_effective_cases"]),
        (Situation(money=msgspec.structs.replace(MONEY, labelled="only approved")), ["only_approved"]),
    ],
)
def test_conditions(situation: Situation, codes: list[str]) -> None:
    found = conditions(
        situation.money, unstable=situation.unstable, flips=situation.flips, gain=np.array(situation.gain),
        calibration=None, checks=(),
    )  # fmt: skip
    assert [one.code for one in found] == ["random_part", *codes]


def test_a_failed_check_is_a_condition_where_it_is_one_and_nothing_else_is() -> None:
    def check(code: str, state: State, condition: bool) -> Checked:
        return Checked(code=code, state=state, text=f"{code}.", condition=condition, who="data scientist")

    checks = (
        check("training_rows", State.failed, True),
        check("telling_input", State.passed, True),
        check("known_missing", State.impossible, True),
        check("duplicates", State.failed, False),
    )
    found = conditions(MONEY, unstable=0, flips=None, gain=np.ones(100), calibration=None, checks=checks)
    assert [(one.code, one.text, one.who) for one in found[1:]] == [
        ("training_rows", "training_rows.", "data scientist")
    ]


def test_one_case_that_carries_the_money_is_seen() -> None:
    assert not carried(np.ones(50))
    assert carried(np.ones(49))
    assert carried(np.array([3.0] + [1.0] * 100))


def test_fewer_than_forty_effective_cases_always_have_one_above_the_share_that_is_named() -> None:
    rng = np.random.default_rng(1)
    for _ in range(300):
        gain = rng.lognormal(0, rng.uniform(0.2, 2), rng.integers(30, 200))
        effective = gain.sum() ** 2 / (gain**2).sum()
        assert effective >= 40 or carried(gain)[0].at.size


def test_it_is_said_which_side_few_cases_carry_and_how_much_of_it() -> None:
    gain = np.array([30.0, 20.0, *[1.0] * 100, *[-1.0] * 60, -140.0])
    above, below = few_carry(carried(gain), MONEY).split("; ")
    assert above == (
        "2 of the 102 applications that earn more by `approve` carry 33 % of what that is worth (the largest alone"
        " 20 %, 30.00 EUR)"
    )
    assert below.startswith("1 of the 61 applications that earn more by `reject` carries 70 % of what that is worth")
    assert "; 1 of the 61 customers that earn" in few_carry(carried(gain), MONEY, customers=True)


def one_large(n: int = 400) -> dict[str, list[object]]:
    """Rows of which number 7 has an amount that outweighs all others together."""
    rng = np.random.default_rng(3)
    bad = rng.random(n) < 0.3
    bad[7] = False
    amount = np.full(n, 1000.0)
    amount[7] = 400_000.0
    score = np.round(np.clip(rng.normal(0.3 + 0.35 * bad, 0.1), 0.01, 0.99), 4)
    outcome = np.where(bad, "bad", "good")
    columns = {"outcome": outcome, "score": score, "Amount": amount, "Time": np.full(n, 24.0)}
    return {name: values.tolist() for name, values in columns.items()}


@pytest.mark.parametrize("order", [1, -1])
def test_the_rows_behind_it_are_known_by_their_place_and_stand_in_no_record(order: int) -> None:
    columns = {name: cells[::order] for name, cells in one_large().items()}
    found = measure(columns["outcome"], columns["score"], event="bad", money=MONEY, columns=columns)
    assert isinstance(found, Result)
    assert found.carrying == ((7,) if order == 1 else (392,))
    straight = measure(*(one_large()[name] for name in ("outcome", "score")), money=MONEY, columns=one_large())
    assert msgspec.json.encode(found) == msgspec.json.encode(straight)


def test_all_rows_of_a_customer_who_carries_the_money_are_named_once() -> None:
    columns = one_large()
    customer = [f"C{at}" for at in range(400)]
    customer[200] = "C7"
    columns["outcome"][200] = "good"
    times = [2] * 400
    found = measure(columns["outcome"], columns["score"], money=MONEY, columns=columns, group=customer, count=times)
    assert isinstance(found, Result)
    assert found.carrying == (7, 200)

"""What is at stake in one case: worked out by hand, the same alone and among many."""

from __future__ import annotations

import pytest

from golive.maths.stake import Stakes
from golive.records.money import parse

MONEY = """\
currency = "EUR"

[outcome]
event = "bad"

[actions]
below = "approve"
above = "reject"
favourable = "approve"

[payoff.approve]
no_event = "0.1 * Amount"
event = "-0.5 * Amount / Share"

[payoff.reject]
no_event = "-2"
event = "0"

[today]
rule = "approve all"
"""
STAKES = Stakes(parse(MONEY), ("Amount", "Share"))


def test_a_case_by_hand() -> None:
    stake = STAKES.of({"Amount": 1000, "Share": 1}, 0.2)
    assert stake is not None
    # approve: 0.8 * 100 - 0.2 * 500 = -20; reject: 0.8 * -2 = -1.6; known beforehand: 0.8 * 100 + 0.2 * 0 = 80
    assert stake.expected == pytest.approx({"approve": -20.0, "reject": -1.6})
    assert stake.right_answer == pytest.approx(81.6)
    assert stake.best == "reject"


@pytest.mark.parametrize("score", [0.0, 1.0])
def test_where_the_score_is_certain_a_right_answer_adds_nothing(score: float) -> None:
    stake = STAKES.of({"Amount": 1000, "Share": 1}, score)
    assert stake is not None and stake.right_answer == 0


def test_many_cases_are_valued_as_each_alone_and_none_that_is_not_known_harms_another() -> None:
    good = [({"Amount": 100.0 * number, "Share": 1.0}, number / 10) for number in range(1, 10)]
    unknown = [
        (None, 0.5), ({"Amount": 5.0, "Share": 1.0}, None), ({"Amount": None, "Share": 1.0}, 0.5),
        ({"Share": 1.0}, 0.5),
        ({"Amount": "much", "Share": 1.0}, 0.5), ({"Amount": 5.0, "Share": 0.0}, 0.5),
    ]  # fmt: skip
    cases = [pair for pairs in zip(good, [*unknown, *unknown], strict=False) for pair in pairs]
    together = STAKES.of_many(cases)
    assert together == [STAKES.of(*case) for case in cases]
    assert [stake is None for stake in together] == [False, True] * len(good)
    assert STAKES.of_many(good) == [STAKES.of(*case) for case in good]
    assert STAKES.of_many([]) == []

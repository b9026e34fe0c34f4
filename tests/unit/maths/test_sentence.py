from __future__ import annotations

import numpy as np
import pytest

from golive.maths.histogram import arrange, score_table
from golive.maths.sentence import sentence
from golive.records.score_table import MoneyTerm, Table

TERMS = (
    MoneyTerm(action=0, event=0, line="revenue", basis=0, coefficient=("=gain",)),
    MoneyTerm(action=0, event=1, line="loss", basis=0, coefficient=(100.0, "neg")),
)


def table(right: int = 22, wrong: int = 2) -> Table:
    """24 scores of 0.95 and 76 of 0.2, of which 10 are events."""
    n = right + wrong
    score = np.array([0.95] * n + [0.2] * 76)
    event = np.array([True] * right + [False] * wrong + [True] * 10 + [False] * 66)
    rows = arrange(score, event, np.ones((1, len(score))))
    money = np.stack([np.where(rows.event, -100.0, 219.0), np.zeros(len(score))])
    return score_table(rows, terms=TERMS, bases=("1",), money=money)


def test_the_sentence() -> None:
    found = sentence(table(), 0.9, action="reject", prices={"gain": 219.0}, currency="EUR")
    assert found.text == (
        "If we reject above 0.9, 92 % of rejections are right (22 of 24, 95 % between 74 % and 98 %)"
        " and we lose 438 EUR on the other 8 %."
    )
    assert found.lost == 438.0
    assert found.lost_low is not None
    assert found.lost_high is not None
    assert found.lost_low < 438 < found.lost_high
    assert found.saved == 22 * 100 - 438


def test_without_prices_it_says_what_nobody_has_said() -> None:
    text = sentence(table(), 0.9, action="contact").text
    assert text.endswith("95 % between 74 % and 98 %); what the other 8 % cost nobody has said yet.")
    assert "92 % of contacts are right" in text


def test_nobody_there_and_nobody_wrong() -> None:
    text = sentence(table(), 0.97, action="reject", prices={"gain": 1.0}).text
    assert text == "If we reject above 0.97, nothing happens: no score reaches 0.97; the highest is 0.95."
    assert "none of these was wrong" in sentence(table(24, 0), 0.9, action="drop", prices={"gain": 1.0}).text


@pytest.mark.parametrize(("cutoff", "right", "n"), [(0.5, 10, 76), (0.96, 32, 100)])
def test_a_scorecard_is_risky_below(cutoff: float, right: int, n: int) -> None:
    found = sentence(table(), cutoff, action="reject", rising=False)
    assert (found.right, found.n) == (right, n)
    assert found.text.startswith(f"If we reject below {cutoff:g}, ")

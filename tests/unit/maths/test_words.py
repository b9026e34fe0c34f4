from __future__ import annotations

import pytest

from golive.maths.words import amount, count, number, percent, rounded


def test_half_goes_up_everywhere() -> None:
    assert [rounded(value) for value in (0.5, 1.5, 2.5, -0.5, -1.5)] == [1, 2, 3, 0, -1]
    assert str(rounded(-0.2)) == "0.0"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0.00 EUR"),
        (99.994, "99.99 EUR"),
        (99.995, "100 EUR"),
        (-1234567.5, "-1,234,567 EUR"),
        (12.345, "12.35 EUR"),
    ],
)
def test_amounts(value: float, said: str) -> None:
    assert amount(value, "EUR") == said


def test_only_none_is_0_percent_and_only_all_is_100() -> None:
    assert percent(0.0) == "0 %"
    assert percent(0.004) == "0.4 %"
    assert percent(0.125) == "13 %"
    assert percent(0.996) == "99.6 %"
    assert percent(1.0) == "100 %"


def test_counts_and_numbers() -> None:
    assert count(1) == "1 row"
    assert count(1000, "application") == "1,000 applications"
    assert number(0.3000954) == "0.3001"
    assert number(1e-7) == "1.000e-07"

"""Which conditions golive holds, and that it never reads one that was not meant."""

from __future__ import annotations

from datetime import date

import pytest

from golive.errors import InputError
from golive.records.terms import Term, agreed, holds, sentence

TODAY = date(2026, 11, 30)
MARCH, MAY = date(2027, 3, 1), date(2027, 5, 1)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("at most 500 a day", Term(most_per_day=500)),
        ("At most 1,500 cases per day.", Term(most_per_day=1500)),
        ("at  most 500 decisions each day", Term(most_per_day=500)),
        ("at most 500 a day until 2027-03-01", Term(most_per_day=500, end=MARCH)),
        ("at most 500 a day from 2027-03-01 until 2027-05-01", Term(most_per_day=500, start=MARCH, end=MAY)),
        ("from 2027-03-01", Term(start=MARCH)),
        ("until 2027-03-01", Term(end=MARCH)),
        ("from 2027-03-01 until 2027-05-01", Term(start=MARCH, end=MAY)),
        ("overrides at most 5 %", Term(overrides=0.05)),
        ("overrides at most 2.5% of a week", Term(overrides=0.025)),
        ("overrides at most 10 % of a month until 2027-03-01", Term(overrides=0.1, window=30, end=MARCH)),
    ],
)
def test_a_condition_that_a_machine_can_check_is_read(text: str, term: Term) -> None:
    found = agreed(text, today=TODAY)
    assert (found.text, found.term) == (text, term)
    assert sentence(found).startswith("golive will enforce this: ")


@pytest.mark.parametrize(
    "text",
    ["ask legal first", "at most 500", "at most 500 a month", "until further notice", "only with reason R01",
     "from now on", "at most 500 a day and only in May", "overrides at most 5 % of all letters"],
)  # fmt: skip
def test_whatever_else_is_text_for_people_and_is_said_to_be(text: str) -> None:
    found = agreed(text, today=TODAY)
    assert found.term is None
    assert sentence(found) == "this is text for people; nothing enforces it"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("at most 0 a day", "`0` is no number of cases"),
        ("at most 1.500 a day", "`1.500` is no number of cases"),
        ("at most 15,00 a day", "`15,00` is no number of cases"),
        ("at most 500 a day until 2027-02-30", "`2027-02-30` is no day"),
        ("until 01.03.2027", "`01.03.2027` is no day"),
        ("from monday", "`monday` is no day"),
        ("until 2026-11-29", "has passed"),
        ("from 2027-05-01 until 2027-03-01", "is after"),
        ("overrides at most 101 %", "`101 %` is no share"),
        ("overrides at most 2,5 %", "`2,5 %` is no share"),
    ],
)
def test_a_number_or_a_day_that_cannot_be_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        agreed(text, today=TODAY)


def test_both_ends_of_a_period_belong_to_it() -> None:
    term = Term(start=MARCH, end=MAY)
    days = [date(2027, 2, 28), MARCH, date(2027, 4, 1), MAY, date(2027, 5, 2)]
    assert [holds(term, day) for day in days] == [False, True, True, True, False]


def test_the_sentence_says_what_comes_after_the_period() -> None:
    assert sentence(agreed("at most 500 a day until 2027-03-01", today=TODAY)).endswith(
        "after that period nothing of this is held"
    )

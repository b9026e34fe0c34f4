"""What a policy gives people to do on one day, and what happens beyond what they can look at."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from statistics import median
from typing import TYPE_CHECKING

from golive.errors import InputError
from golive.records.rehearsal import Load
from golive.records.rules import REVIEW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from golive.records.money import Money
    from golive.records.rules import Policy

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})([T ].*)?", re.ASCII)


def loads(
    policy: Policy, money: Money, reviewed: Sequence[bool], days: Sequence[str | None] | None, column: str
) -> Iterator[Load]:
    """Yield the load of a day, from the volume of the money file and from the dates of the rows, where there are any.

    Parameters
    ----------
    reviewed
        Whether a case goes to people, (n,).
    days
        The date of each case as text, (n,); None without a column of dates.
    column
        What it is called.

    Raises
    ------
    InputError
        A date that is missing or not written year-month-day; the row is named.
    """
    capacity = _capacity(policy, money)
    then = policy.routing.review.overflow if policy.routing.review is not None else ""
    if money.volume is not None:
        people = money.volume.per_day * sum(reviewed) / len(reviewed)
        beyond = 0.0 if capacity is None else max(people - capacity, 0.0)
        yield Load(column="", per_day=people, most=people, capacity=capacity, overflow=beyond, then=then)
    if days is not None:
        yield _dated(_per_day(reviewed, days, column), column, capacity, then)


def _capacity(policy: Policy, money: Money) -> float | None:
    """Return what the policy says, else what the money file assumes."""
    if policy.routing.review is not None:
        return float(policy.routing.review.capacity_per_day)
    return money.review.capacity_per_day if money.review is not None else None


def _per_day(reviewed: Sequence[bool], days: Sequence[str | None], column: str) -> dict[date, int]:
    found: Counter[date] = Counter()
    for row, (people, text) in enumerate(zip(reviewed, days, strict=True)):
        found[_day(text, row, column)] += bool(people)
    return found


def _day(text: str | None, row: int, column: str) -> date:
    match = _ISO.fullmatch(text.strip()) if text is not None else None
    try:
        if match is not None:
            return date.fromisoformat(match[1])
    except ValueError:
        pass  # no such day: told like any other
    what = "is missing" if text is None else f"is {text!r}"
    raise InputError(
        f"`{column}` in row {row} (from 0) {what}; expected a date such as 2024-03-31",
        hint="write dates as year-month-day, or leave --date out",
    )


def _dated(found: dict[date, int], column: str, capacity: float | None, then: str) -> Load:
    """Count days on which cases came; where cases wait, they wait for the next of these days."""
    waiting = longest = beyond = over = 0
    for day in sorted(found):
        room = found[day] if capacity is None else int(capacity)
        left = max(waiting + found[day] - room, 0)
        over += found[day] > room
        beyond += max(found[day] - room, 0)
        waiting = left if then in ("", REVIEW) else 0
        longest = max(longest, waiting)
    fullest = max(found, key=lambda day: (found[day], -day.toordinal()))
    return Load(
        column=column,
        days=len(found),
        per_day=float(median(found.values())),
        most=float(found[fullest]),
        fullest=fullest.isoformat(),
        capacity=capacity,
        over=over,
        overflow=float(beyond),
        then=then,
        waiting=longest,
    )

"""The questions of ``golive init``: every one may stay unanswered, and is then a blank in the file."""

from __future__ import annotations

from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING

from golive.cli.ask import above_0, ask, greet
from golive.cli.common import say
from golive.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeVar

    from golive.records.brief import Asked, Brief, Expected, StageName

    T = TypeVar("T")

ACTIONS = "approve, review, reject"
"""Every policy can answer `review`."""


def asked() -> Brief:
    """Ask for a brief."""
    from golive.records.brief import Acting, Brief, Decision, Today

    greet()
    say("Enter alone leaves a blank, which `golive status` then lists. Name roles, not persons.")
    roles: dict[str, str] = {}
    decision = Decision(
        question=ask("Which decision is it, in one question", "", _said),
        concern_of=_role("Whose key concern is it: a role, such as product", roles),
        felt_in=ask("In which number do they feel it", "", _said),
    )
    today = Today(
        rule=ask("What is the rule today", "", _said),
        cases_per_month=ask("How many cases are there in a month", "", _blank_or(above_0)),
        cost=ask("What does today's way cost, in words", "", _said),
    )
    acting = Acting(
        who=_role("Who acts on the answer: a role", roles), tool=ask("In which tool do they work", "", _said)
    )
    actions = ask("Which answers can it give, with commas between", ACTIONS, _names)
    answers = {action: ask(f"What does `{action}` make them do", "", _said) for action in actions}
    sign = ask("Which roles must sign, with commas between", "", _names)
    for role in sign:
        _who(role, roles)
    return Brief(
        decision=decision,
        today=today,
        acting=acting,
        answers=answers,
        sign=tuple(_named(role, roles) for role in sign),
        asked=tuple(_asked(roles)),
        dates=tuple(_dates(roles)),
        roles=roles,
    )


def _role(question: str, roles: dict[str, str]) -> str:
    role = ask(question, "", _said)
    return _who(role, roles) if role else ""


def _who(role: str, roles: dict[str, str]) -> str:
    """Ask who a role is, once; return it as it was first written."""
    known = _named(role, roles)
    if known not in roles:
        roles[known] = ask(f"Who is `{known}`: a post, a team, a mailbox", "", _said)
    return known


def _named(role: str, roles: dict[str, str]) -> str:
    return next((known for known in roles if known.casefold() == role.casefold()), role)


def _asked(roles: dict[str, str]) -> Iterator[Asked]:
    from golive.records.brief import Asked

    while what := ask("What was asked of somebody, or must be (Enter: nothing more)", "", _said):
        of = _role("Of whom: a role", roles)
        day = ask("On which day (Enter: not yet)", "", _blank_or(_day))
        answered = None if day is None else ask("Answered on (Enter: not yet)", "", _blank_or(_not_before(day)))
        yield Asked(what=what, of=of, asked=day, answered=answered)


def _dates(roles: dict[str, str]) -> Iterator[Expected]:
    from golive.records.brief import STAGES, Expected

    open_ = list(STAGES)
    while open_:
        left = tuple(open_)
        stage = ask(f"Which stage has a date: {', '.join(left)} (Enter: none more)", "", _blank_or(_one_of(left)))
        if stage is None:
            return
        open_.remove(stage)
        day = ask("Which day is expected", "", _blank_or(_day))
        yield Expected(stage=stage, expected=day, owner=_role("Whose date is it: a role", roles))


def _said(text: str) -> str:
    """Take any text that a file can hold."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise InputError("this is not UTF-8 text", hint="type it again, or leave it blank and edit the file")
    return text


def _names(text: str) -> list[str]:
    return list(dict.fromkeys(name for part in _said(text).split(",") if (name := part.strip())))


def _blank_or(check: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda text: check(text) if text else None


def _one_of(choices: tuple[StageName, ...]) -> Callable[[str], StageName]:
    def check(text: str) -> StageName:
        found = next((one for one in choices if one == text), None)
        if found is None:
            near = get_close_matches(text, choices, n=1)
            raise InputError(f"{text!r} is none of them", hint=f"did you mean {near[0]}?" if near else "")
        return found

    return check


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is no day", hint="write it as 2027-02-01") from None


def _not_before(first: date) -> Callable[[str], date]:
    def check(text: str) -> date:
        day = _day(text)
        if day < first:
            raise InputError(f"{day} lies before the question of {first}", hint="write the day of the answer")
        return day

    return check

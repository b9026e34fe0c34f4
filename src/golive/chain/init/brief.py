"""A brief as the text that people go on writing: every field with its comment, blanks where nobody has spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.records.brief import Brief
from golive.records.toml import key, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from golive.records.brief import Asked, Expected

_COLUMN = 45
"""Where comments start, if the line leaves room."""
_HEAD = """\
# What was agreed before there was a model. What is empty is what nobody has said yet:
# `golive status` lists it. docs/reference/brief.md explains every field.

# Who is who. Every other place of this file names a role that stands here, never a person.
"""
_ASKED = """\
# What was asked of whom: one block for each thing. Leave `answered` out while there is no answer.
"""
_ASKED_EXAMPLE = """\
# [[asked]]
# what = "when each column is written down"
# of = "data"
# asked = 2026-10-05
# answered = 2026-10-19
"""
_DATES = """\
# Dates that somebody expects: one block for each stage (brief, pack, prove, approve, serve, watch).
"""
_DATES_EXAMPLE = """\
# [[dates]]
# stage = "serve"
# expected = 2027-02-01
# owner = "product"
"""
ROLES = ("product", "risk")
"""Offered where nobody named a role."""


def written(brief: Brief) -> str:
    """Return the text of a brief; `golive.records.brief.parse` reads the same brief from it.

    Examples
    --------
    >>> 'concern_of = ""' in written(Brief())
    True
    """
    return "\n".join(
        (
            _HEAD + _roles(brief.roles),
            _decision(brief),
            _today(brief),
            _acting(brief),
            _answers(brief.answers),
            _line("[sign]", "") + _line(f"roles = {_list(brief.sign)}", "who must sign before it decides anything"),
            _ASKED + ("\n".join(map(_asked, brief.asked)) or _ASKED_EXAMPLE),
            _DATES + ("\n".join(map(_date, brief.dates)) or _DATES_EXAMPLE),
        )
    )


def _roles(roles: Mapping[str, str]) -> str:
    comment = "the role, and who that is: a post, a team, a mailbox"
    lines = [
        _line(f"{key(role)} = {quoted(who)}", comment if at == 0 else "")
        for at, (role, who) in enumerate(roles.items())
    ]
    blanks = [_line(f'# {role} = ""', comment if at == 0 else "") for at, role in enumerate(ROLES)]
    return "[roles]\n" + "".join(lines or blanks)


def _decision(brief: Brief) -> str:
    decision = brief.decision
    return (
        "[decision]\n"
        + _line(f"question = {quoted(decision.question)}", "what is decided, in one question")
        + _line(f"concern_of = {quoted(decision.concern_of)}", "whose key concern it is: a role")
        + _line(f"felt_in = {quoted(decision.felt_in)}", "the number in which they feel it")
        + _line(f"protected = {_list(decision.protected)}", "columns of protected groups: looked at, never used")
    )


def _today(brief: Brief) -> str:
    cases = brief.today.cases_per_month
    return (
        _line("[today]", "what happens without the model")
        + _line(f"rule = {quoted(brief.today.rule)}", "")
        + _line(f"cases_per_month = {_number(cases)}", 'a number; "" while nobody has said')
        + _line(f"cost = {quoted(brief.today.cost)}", "in words, such as 12 EUR per case")
    )


def _acting(brief: Brief) -> str:
    return (
        _line("[acting]", "where the answer must show up")
        + _line(f"who = {quoted(brief.acting.who)}", "who acts on it: a role")
        + _line(f"tool = {quoted(brief.acting.tool)}", "in which tool they work")
    )


def _answers(answers: Mapping[str, str]) -> str:
    head = _line("[answers]", "what each answer would make them do; one line per action")
    example = '# approve = ""\n# reject = ""\n'
    return head + ("".join(f"{key(action)} = {quoted(does)}\n" for action, does in answers.items()) or example)


def _asked(one: Asked) -> str:
    days = "".join(_day(name, day) for name, day in (("asked", one.asked), ("answered", one.answered)))
    return f"[[asked]]\nwhat = {quoted(one.what)}\nof = {quoted(one.of)}\n{days}"


def _date(one: Expected) -> str:
    return f"[[dates]]\nstage = {quoted(one.stage)}\n{_day('expected', one.expected)}owner = {quoted(one.owner)}\n"


def _day(name: str, day: date | None) -> str:
    return "" if day is None else f"{name} = {day.isoformat()}\n"


def _number(value: float | None) -> str:
    return '""' if value is None else f"{value:.15g}"


def _list(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(quoted, texts))}]"


def _line(said: str, comment: str) -> str:
    return f"{said:<{_COLUMN}}# {comment}\n" if comment else f"{said}\n"

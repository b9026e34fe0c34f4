"""The commented money file that ``golive prove --init-money`` writes: one text, with somebody's answers put in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from golive.errors import InputError
from golive.records import toml

if TYPE_CHECKING:
    from collections.abc import Collection

AVERAGE = "average amount"
"""The assumption that stands for the amount where no column holds one."""
ASSUMED = ("margin", "loss given default")
_PLAIN = re.compile(r"[^\W\d]\w*")
_ACTION = re.compile(r"[^\W_][\w -]*")


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What somebody said about their decision; the defaults are those of the text."""

    currency: str = "EUR"
    row: str = "application"
    event: str = "bad"
    good: str = "approve"
    """The action that earns while the event does not happen."""
    other: str = "reject"
    rising: bool = True
    """Whether a higher score makes the event likelier: then the good action is done below the cut-off."""
    amount: str | None = "Amount"
    """Column of the amount; null: no column holds one, and an assumption takes its place."""
    margin: float = 0.08
    """Share of the amount that a good case earns."""
    loss: float = 0.6
    """Share of the amount that is lost when the event happens."""
    cost: float = 15
    """What the good action costs each time, in the currency; positive."""
    volume: float = 400
    """Cases per month."""
    columns: Collection[str] = ()
    """Columns of the table: an assumption must not have the name of one."""


def money_template(answers: Answers | None = None) -> str:
    """Return the text; docs/reference/money.md shows and runs the one without answers.

    Notes
    -----
    With answers nobody has named ranges, owners and sources yet, so these lines are left open: they are conditions of
    the verdict until somebody fills them in.
    """
    text = (files("golive.prove") / "money_template.toml").read_text(encoding="utf-8")
    if answers is None:
        return text
    text = _opened(text)
    text = _amount(text, answers.amount)
    for name, value in zip(ASSUMED, (answers.margin, answers.loss), strict=True):
        text = _assumption(text, name, value, answers.columns)
    for key, value in (("cost", answers.cost), ("cases_per_month", answers.volume)):
        text = re.sub(rf"\b{key} = (15|400)\b", f"{key} = {value:.15g}", text)
    for key, old, new in (
        ("currency", "EUR", answers.currency), ("row", "application", answers.row), ("event", "bad", answers.event),
    ):  # fmt: skip
        text = _line(text, key, old, new)
    return _actions(text, answers)


def check_action(name: str) -> str:
    """Return the name of an action, or say why it cannot be one."""
    if not _ACTION.fullmatch(name) or name.endswith(" all"):
        raise InputError(f"an action cannot be called {name!r}", hint="use letters, digits, spaces and hyphens")
    return name


def check_column(name: str) -> str:
    """Return the name of a column, or say why no formula can hold it."""
    if "`" in name or not name:
        raise InputError(f"a formula cannot hold the name {name!r}", hint="rename the column: without backticks")
    return name


def _opened(text: str) -> str:
    """Take out what the example claims to know from somebody."""
    text = re.sub(r"(?m)^range = (\[.*\])$", r"# range = \1", text)
    text = re.sub(r'(?m)^owner = "(.*)"$', r'owner = ""                      # a role, such as \1', text)
    text = re.sub(r'(?m)^source = "(.*)"$', r'source = ""                     # such as \1', text)
    return re.sub(r"(?m)^(\[running\]|cost_per_month = .*|build_cost = .*)$", r"# \1", text)


def _amount(text: str, column: str | None) -> str:
    text = text.replace("Amount * Time / 12", "Amount")
    if column is None:
        section = f'[assumptions."{AVERAGE}"]\nvalue = 1000\nowner = ""\nsource = ""\n\n'
        at = text.index("# What one case earns")
        text = text[:at] + section + text[at:]
    name = _formula_name(check_column(AVERAGE if column is None else column))
    return re.sub(r"\bAmount\b", lambda _: _inside(name), text)


def _assumption(text: str, name: str, value: float, columns: Collection[str]) -> str:
    shown = next(one for one in (name, f"assumed {name}", f"our own {name}") if one not in columns)
    key = f"[assumptions.{toml.key(name)}]"
    at = text.index("\n", text.index(key))
    text = text[:at] + re.sub(r"value = [\d.]+", f"value = {value:.15g}", text[at:], count=1)
    text = text.replace(key, f"[assumptions.{toml.key(shown)}]")
    if shown == name:
        return text
    return re.sub(rf"`{name}`|\b{name}\b(?= \*)", _formula_name(shown), text)


def _actions(text: str, answers: Answers) -> str:
    good, other = check_action(answers.good), check_action(answers.other)
    if good == other:
        raise InputError(f"both actions are called `{good}`; expected two different ones", hint="name what differs")
    below, above = (good, other) if answers.rising else (other, good)
    for key, old, new in (("below", "approve", below), ("above", "reject", above), ("favourable", "approve", good)):
        text = _line(text, key, old, new)
    names = {"approve": good, "reject": other}
    # All at once: one answer may be the name that the text has for the other action.
    text = re.sub(r"\[payoff\.(approve|reject)", lambda found: f"[payoff.{toml.key(names[found[1]])}", text)
    return re.sub(r'"(approve|reject) (all"|if )', lambda found: f'"{_inside(names[found[1]])} {found[2]}', text)


def _line(text: str, key: str, old: str, new: str) -> str:
    """Put a text in the place of another, and keep the comments below each other."""

    def put(found: re.Match[str]) -> str:
        comment = found[2]
        line = f"{key} = {toml.quoted(new)}"
        return f"{line:<{found.start(2) - found.start()}}{' ' if len(line) >= 32 else ''}{comment}" if comment else line

    return re.sub(rf'(?m)^{key} = "{old}"( *)(#.*)?$', put, text, count=1)


def _formula_name(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else f"`{name}`"


def _inside(text: str) -> str:
    """Return what stands between the double quotes of a TOML text."""
    return toml.quoted(text)[1:-1]

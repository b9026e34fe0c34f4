"""Questions on a terminal: each has an answer that Enter takes, and is asked until the answer will do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from golive.cli.common import complain, say, visible
from golive.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    T = TypeVar("T")


def somebody_is_there() -> bool:
    """Return whether there is a terminal to ask on; without one nothing is asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def greet() -> None:
    """Say how questions are answered."""
    say("A few questions; Enter takes what stands in brackets. Everything can be changed in the file.")


def ask(question: str, default: str, check: Callable[[str], T]) -> T:
    """Ask until the answer will do; ``check`` returns what it stands for, or raises `InputError`."""
    while True:
        offered = f" [{default}]" if default else ""
        click.echo(visible(f"{question}{offered}: "), nl=False, err=True)
        line = sys.stdin.readline()
        if not line:
            raise click.Abort
        try:
            return check(line.strip() or default)
        except InputError as exc:
            complain(exc.message, exc.hint)


def at_least_0(text: str) -> float:
    """Read a number from 0 up."""
    from golive.tables.cast import number

    value = number(text)
    if value is None or not value >= 0:
        raise InputError(f"{text!r} is not a number from 0 up", hint="numbers use a point: 0.08")
    return value


def above_0(text: str) -> float:
    """Read a number of cases."""
    value = at_least_0(text)
    if value == 0:
        raise InputError("0 cases a month need no decision; expected more")
    return value

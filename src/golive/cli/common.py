"""What every command shares: options, and the two ways to speak.

Data goes to stdout, talk goes to stderr; NO_COLOR is respected; colour never carries a meaning alone.
"""

from __future__ import annotations

import shlex
import sys
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from golive.records.document import Record

_SHOWN: list[Any] = []
"""Bars that are on the screen."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print the record itself on stdout, for machines.")
journal_option = click.option(
    "--journal", required=True, envvar="GOLIVE_JOURNAL", help="What serve wrote: a SQLite file, or postgresql://…"
)
force_option = click.option("--force", is_flag=True, help="Replace an output that is already there.")


def day(text: str) -> date:
    """Read an option that is a day, written as days are compared: `type=day`."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise click.BadParameter(f"`{text}` is no day; expected year, month and day such as 2031-12-31")
    return found


def say(text: str = "") -> None:
    """Say a line to the person (stderr). Text from data must come through here: control characters are shown."""
    click.echo(visible(text), err=True)


def emit(record: Record | dict[str, Any] | list[Any]) -> None:
    """Print a record as JSON on stdout."""
    from golive.records.document import encode

    sys.stdout.buffer.write(encode(record))
    sys.stdout.buffer.flush()


def complain(message: str, hint: str) -> None:
    """Say what went wrong and what to do about it."""
    _labelled("error: ", message, "red")
    if hint:
        _labelled("hint: ", hint, "cyan")


def typed(word: object) -> str:
    """Quote a path, a column or a label as it must be typed: names come from data, and data may hold `; rm -rf`."""
    return shlex.quote(str(word))


def following(command: str) -> None:
    """End with the next command to type; every word of it that is not ours goes through `typed`."""
    _labelled("next: ", command, "cyan")


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a bar while something takes longer than two seconds; silent when stderr is not a terminal.

    Yields a function to call with the number of steps done since the last call.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        _SHOWN.append(bar)
        try:
            yield lambda steps: bar.advance(task, steps)
        finally:
            _SHOWN.remove(bar)


@contextmanager
def paused() -> Iterator[None]:
    """Take the bar from the screen while somebody is asked."""
    for bar in _SHOWN:
        bar.stop()
    try:
        yield
    finally:
        for bar in _SHOWN:
            bar.start()


def visible(text: str) -> str:
    """Spell control characters out instead of sending them to the terminal."""
    return "".join(char if char in "\n\t" or char.isprintable() else f"\\x{ord(char):02x}" for char in text)


def _labelled(label: str, text: str, colour: str) -> None:
    click.echo(click.style(label, fg=colour, bold=True) + visible(text), err=True)

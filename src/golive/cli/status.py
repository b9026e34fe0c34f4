"""``golive status``: what is left until production, who owns it, since when, and what to type next."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli.common import emit, following, force_option, json_option, say, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console
    from rich.table import Table

    from golive.records.status import Item, Status

_file = click.Path(path_type=Path)
_NARROWEST = 100
"""Columns of a table that nobody looks at on a terminal."""


@click.command("status")
@click.argument("project", type=_file, required=False)
@click.option("--brief", type=_file, help="The brief; brief.toml of the project when not given.")
@click.option("--bundle", type=_file, help="The bundle; the only *.golive of the project when not given.")
@click.option("--journal", help="Where the service keeps it; that of golive.toml, else journal.db, when not given.")
@click.option("--html", "page", type=_file, help="Write one page that needs no network.")
@click.option("--csv", "tracker", type=_file, help="Write a table for a tracker.")
@force_option
@json_option
def command(
    project: Path | None,
    brief: Path | None,
    bundle: Path | None,
    journal: str | None,
    page: Path | None,
    tracker: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Say what is left until production: asked of the files of PROJECT, the folder here when not given.

    Leaves with 1 while something is left.
    """
    from golive.chain.status.look import look
    from golive.chain.status.project import find

    folder = project or next((path.parent for path in (brief, bundle) if path is not None), Path())
    found = find(folder, brief=brief, bundle=bundle, journal=journal)
    status = look(found, today=datetime.now(UTC).date())
    _write(status, page, tracker, force=force)
    if as_json:
        emit(status)
    else:
        _tell(status)
    return 1 if status.left else 0


def _write(status: Status, page: Path | None, tracker: Path | None, *, force: bool) -> None:
    from golive.chain.status.page import html
    from golive.chain.status.table import csv_of
    from golive.engine.whole import put_new

    if page is not None:
        put_new(page, html(status).encode(), force=force)
        say(f"wrote {page}")
    if tracker is not None:
        put_new(tracker, csv_of(status), force=force)
        say(f"wrote {tracker}")


def _tell(status: Status) -> None:
    from golive.chain.status.words import headline

    console = _console()
    console.print(_items(status))
    for number, item in enumerate(status.items, start=1):
        if item.left and item.next:  # whole lines: a command that is folded cannot be pasted
            click.echo(f"{number:>3}  {visible(item.next)}")
    if any(one.done or one.expected or one.before for one in status.stages):
        console.print(_stages(status))
    say(headline(status))
    say(status.first_outcomes.text)
    for note in status.notes:
        say(f"note: {note}")
    first = next((item.next for item in status.items if item.left and item.next), "")
    if first:
        following(first)


def _console() -> Console:
    """Return where tables go; what is no terminal gets no colour and wide lines."""
    import sys

    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False)
    if console.is_terminal:
        return console
    return Console(file=sys.stdout, highlight=False, width=max(_NARROWEST, console.width), no_color=True)


def _items(status: Status) -> Table:
    from golive.chain.status.words import NOBODY

    rows = [
        (str(number), item.stage, _named(item), item.state.value, item.owner or NOBODY, str(item.since or ""))
        for number, item in enumerate(status.items, start=1)
    ]
    return _table(("", "stage", "item", "state", "owner", "since"), rows)


def _named(item: Item) -> str:
    """Return the name; of what is not done also what was found."""
    from golive.records.status import State

    return item.name if item.state is State.done else f"{item.name}: {item.text}"


def _stages(status: Status) -> Table:
    from golive.chain.status.words import DAYS, days

    return _table(DAYS, days(status))


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    """Make a table; what stands in it comes from files, so nothing of it is markup."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        # A day or a state that is broken in two cannot be read.
        table.add_column(head, overflow="fold", no_wrap=head in ("", "stage", "state", "since"))
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    return table

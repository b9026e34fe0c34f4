"""`golive demo`: the whole chain on real data."""

from __future__ import annotations

from pathlib import Path

import click

from golive.cli.common import emit, following, force_option, json_option, progress, say


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-out"),
    show_default=True,
    help="Folder to write into.",
)
@force_option
@json_option
def command(out: Path, force: bool, as_json: bool) -> None:
    """Walk the whole chain on 4,454 real credit applications.

    From a notebook that somebody lived in to a signed, served, exported and watched decision, in about two minutes.
    """
    from golive.chain.demo.walk import walk

    with progress("golive demo", total=7) as advance:
        done = walk(out, force=force, say=say, advance=advance)
    for line in done.next:
        following(line)
    if as_json:
        emit(done)

"""`golive demo`: the whole chain on real data."""

from __future__ import annotations

from pathlib import Path

import click

from golive.cli.common import emit, following, force_option, json_option, progress, say, typed
from golive.errors import WorldError


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
    from golive.chain.demo.place import MARK
    from golive.chain.demo.walk import walk

    try:
        with progress("golive demo", total=7) as advance:
            done = walk(out, force=force, say=say, advance=advance)
    except KeyboardInterrupt:
        if not (out / MARK).is_file():
            raise
        hint = f"golive demo --out {typed(out)} --force starts over"
        raise WorldError(f"stopped by you; each file in `{out}` is whole, some are not made yet", hint=hint) from None
    for line in done.next:
        following(line)
    if as_json:
        emit(done)

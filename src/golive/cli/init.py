"""``golive init``: what was agreed before the model, and the pipeline that checks what was promised."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli.ask import somebody_is_there
from golive.cli.common import emit, following, force_option, json_option, say, typed

if TYPE_CHECKING:
    from golive.chain.init.pipeline import System


@click.command("init")
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path(), help="Folder to write into; this one when not given."
)
@click.option(
    "--ci", "system", type=click.Choice(["github", "gitlab", "shell"]), help="Write a pipeline and CODEOWNERS instead."
)
@force_option
@json_option
def command(out: Path, system: System | None, force: bool, as_json: bool) -> None:
    """Write brief.toml: which decision, for whom, what happens today, who acts, who must sign.

    On a terminal it asks; elsewhere it writes the file with blanks. Nothing that is there is replaced without --force.
    With --ci it writes what runs golive check on each change; those files are never written over.
    """
    if system is not None:
        if force:
            raise click.UsageError("--ci never writes over a file, so --force means nothing there")
        _pipeline(system, out, as_json=as_json)
    else:
        _brief(out, force=force, as_json=as_json)


def _brief(out: Path, *, force: bool, as_json: bool) -> None:
    from golive.chain.init.brief import written
    from golive.cli.init_brief import asked
    from golive.engine.place import need_place
    from golive.engine.whole import put_new
    from golive.errors import OutputExistsError
    from golive.records.brief import BRIEF, Brief, blanks

    path = out / BRIEF
    need_place(path)
    if path.exists() and not force:
        raise OutputExistsError(f"`{path}` is already there", hint="edit it, or add --force to start again")
    brief = asked() if somebody_is_there() else Brief()
    put_new(path, written(brief).encode(), force=force)
    left = list(blanks(brief))
    if as_json:
        emit({"files": [str(path)], "blanks": [one.field for one in left]})
        return
    say(f"wrote {path}: {len(left)} blanks" + (f", the first is `{left[0].field}`: {left[0].question}" if left else ""))
    following("golive status" if out == Path() else f"golive status {typed(out)}")


def _pipeline(system: System, out: Path, *, as_json: bool) -> None:
    from golive.chain.init.pipeline import write_pipeline

    written = write_pipeline(system, out)
    if as_json:
        emit({"files": [str(path) for path in written]})
        return
    say(f"wrote {' and '.join(str(path) for path in written)}: put your own teams into the second")
    following(f"sh {typed(written[0])}" if system == "shell" else "golive check BUNDLE")

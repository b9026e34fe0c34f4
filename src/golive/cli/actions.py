"""``golive actions``: what people filled into a scored file becomes action rows of the journal."""

from __future__ import annotations

from pathlib import Path

import click

from golive.cli.common import emit, following, json_option, say, typed


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--journal", required=True, help="Where the cases were decided: a SQLite file, or a URL.")
@click.option(
    "--bundle", required=True, envvar="GOLIVE_BUNDLE", type=click.Path(path_type=Path),
    help="Its policy says which actions there are, and who may override.",
)  # fmt: skip
@click.option("--by", default="", metavar="NAME", help="Who filled in the rows that do not say it.")
@click.option("--role", default="", help="In which role they acted, where the policy says who may override.")
@click.option("--sheet", help="Sheet of a workbook; the first one by default.")
@click.option("--encoding", help="Of a csv that is not UTF-8, for example cp1252.")
@click.option("--prefix", default="", metavar="WORD", help="As it was given to golive score.")
@json_option
def command(
    file: Path,
    journal: str,
    bundle: Path,
    by: str,
    role: str,
    sheet: str | None,
    encoding: str | None,
    prefix: str,
    as_json: bool,
) -> None:
    """Record what people filled into FILE, which golive score wrote: the columns `action`, `by` and `reason`.

    All rows are recorded, or none and every problem is named with its cell. Rows that stand in the journal already are
    not recorded twice; a changed row is a correction.
    """
    from golive.chain.actions import Sheet, record_actions

    done = record_actions(file, store=journal, sheet=Sheet(sheet, encoding, prefix, by, role), bundle=bundle)
    say(
        f"{done.rows:,} rows, {done.filled:,} filled in: {done.new:,} recorded, {done.filled - done.new:,} stood there "
        f"already; {done.overridden:,} override the decision"
    )
    if as_json:
        emit(done)
    following(f"golive watch {typed(bundle)} --journal {typed(done.journal)}")

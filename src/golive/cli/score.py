"""``golive score``: a file of cases in, the file with its decisions out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli import settings
from golive.cli.common import emit, following, force_option, json_option, progress, say, typed

if TYPE_CHECKING:
    from golive.records.scored import Scored

_SIGNS = {"point": ".", "comma": ","}


@click.command()
@click.argument("source", metavar="IN", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--bundle", required=True, envvar="GOLIVE_BUNDLE", type=click.Path(path_type=Path), help="The approved bundle."
)
@click.option("--id", "ids", metavar="COLUMN", help="The column that names the cases; made from the file without it.")
@click.option("--journal", help="Record each row there (a SQLite file or a URL) before OUT is written.")
@settings.config_option
@settings.role_option
@settings.accept_typed_option
@click.option("--unapproved", is_flag=True, help="Decide without approval; every row is marked.")
@settings.control_key_option
@click.option("--sheet", help="Sheet of a workbook; the first one by default.")
@click.option("--encoding", help="Of a csv that is not UTF-8, for example cp1252.")
@click.option("--decimal", type=click.Choice(list(_SIGNS)), help="The decimal sign of a csv that does not show it.")
@click.option("--prefix", default="", metavar="WORD", help="Put before the names of the added columns.")
@click.option(
    "--leave-changed",
    is_flag=True,
    help="Write no decision for cases decided before on other inputs; they stop it else.",
)
@force_option
@json_option
def command(
    source: Path,
    out: Path,
    bundle: Path,
    ids: str | None,
    journal: str | None,
    config: Path | None,
    roles: tuple[str, ...],
    accept_typed: bool | None,
    unapproved: bool,
    control_key: Path | None,
    sheet: str | None,
    encoding: str | None,
    decimal: str | None,
    prefix: str,
    leave_changed: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Decide the cases of IN (csv, parquet or xlsx) and write OUT: the same file with their decisions behind each row.

    OUT keeps the columns, their order and the formats of IN. The empty columns `action`, `by` and `reason` are for the
    person at the desk; `golive actions OUT` reads them back.
    """
    from golive.chain.desk import Trust
    from golive.chain.score import Form, score

    wanted = settings.serving(
        settings.found(config), journal=journal, host=None, port=None, roles=roles, accept_typed=accept_typed,
        tokens=None, control_key=control_key,
    )  # fmt: skip
    with progress("golive score") as advance:
        scored = score(
            source,
            out,
            bundle=bundle,
            trust=Trust(wanted.roles, wanted.accept_typed, wanted.signers, unapproved, wanted.control_key),
            form=Form(ids, sheet, encoding, _SIGNS[decimal] if decimal else None, prefix),
            journal=wanted.journal if journal else None,
            leave_changed=leave_changed,
            force=force,
            advance=advance,
        )
    for line in lines(scored):
        say(line)
    if as_json:
        emit(scored)
    if journal:
        following(f"golive actions {typed(out)} --journal {typed(scored.journal)} --bundle {typed(bundle)}")


def lines(scored: Scored) -> list[str]:
    """Return what is said to a person."""
    decided = ", ".join(f"{rows:,} {action}" for action, rows in scored.decisions.items())
    said = ["NOT APPROVED: every row is marked"] if not scored.approved else []
    said.append(f"{scored.rows:,} cases: {decided}; {scored.fallback:,} of them by the fallback")
    said += [f"  {rows:,} rows: {problem}" for problem, rows in scored.problems.items()]
    if scored.changed:
        said.append(f"{scored.changed:,} rows got no decision: their cases were decided before on other inputs")
    if not scored.ids:
        said.append(
            "case ids are made of the file's digest and the row's number: the same file gets the same ids; "
            "--id COLUMN takes yours"
        )
    if scored.journal:
        before = f"; {scored.before:,} had been decided before and kept their answer" if scored.before else ""
        said.append(f"each is recorded in {scored.journal}{before}")
    else:
        said.append("nothing was recorded; --journal FILE records each decision, and `golive actions` needs that")
    return [*said, *(f"note: {note}" for note in scored.notes), f"wrote {scored.out}"]

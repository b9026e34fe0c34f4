"""``golive journal``: verify, export, erase and prune what serve wrote."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli.common import emit, following, journal_option, json_option, say, typed

if TYPE_CHECKING:
    from golive.records.journal import Verified

_by = click.option("--by", required=True, help="Who does it; written into the journal.")
_reason = click.option("--reason", default="", help="Why; written into the journal.")


@click.group("journal")
def command() -> None:
    """Keep what serve wrote: does it hold, who may see it, what must go.

    A journal is a SQLite file, or postgresql://USER@HOST/DATABASE with the password in PGPASSWORD.
    """


@command.command()
@journal_option
@click.option(
    "--heads",
    type=click.Path(path_type=Path, dir_okay=False),
    help="What verify --json said earlier, kept elsewhere: finds a journal that was written anew since.",
)
@json_option
def verify(journal: str, heads: Path | None, as_json: bool) -> int:
    """Walk every chain and name the first row that does not hold; leaves with 1 when there is one."""
    from golive.engine import journal as journals
    from golive.records.document import read
    from golive.records.journal import Verified

    kept = read(heads, Verified).heads if heads is not None else ()
    found = journals.verify(journal, heads=kept)
    if as_json:
        emit(found)
    else:
        for line in lines(found):
            say(line)
        if found.broken is None and heads is not None:
            say(f"it still holds what {heads} named: the ends of {len(kept):,} chains were compared")
        if found.broken is None:
            following(f"golive journal verify --journal {typed(found.journal)} --json > heads.json")
    return 0 if found.broken is None else 1


def lines(found: Verified) -> list[str]:
    """Return what is said to a person."""
    held = ", ".join(f"{table} {rows:,}" for table, rows in found.rows.items())
    if found.broken is None:
        gone = f"; erased {found.erased:,}, pruned {found.pruned:,}" if found.erased or found.pruned else ""
        return [f"the journal `{found.journal}` holds: {held}{gone}"]
    broken = found.broken
    of = f" of writer `{broken.writer}`" if broken.writer else ""
    return [
        f"the journal `{found.journal}` does NOT hold",
        f"row {broken.number}{of} in `{broken.table}`: {broken.problem}",
        f"up to there: {held}",
    ]


@command.command()
@click.argument("out", type=click.Path(path_type=Path))
@journal_option
@click.option("--with-inputs", is_flag=True, help="Also what is personal: inputs, reasons, who acted and why.")
@json_option
def export(out: Path, journal: str, with_inputs: bool, as_json: bool) -> None:
    """Write every table as parquet into the new folder OUT; without what is personal unless asked."""
    from golive.engine.journal.log import exported
    from golive.engine.whole import new_folder
    from golive.errors import OutputExistsError
    from golive.tables.parquet import write_parquet

    if out.exists():
        raise OutputExistsError(f"`{out}` is already there", hint="name a folder that is not there yet")
    with exported(journal, personal=with_inputs) as tables, new_folder(out) as folder:
        rows = {table: write_parquet(folder / f"{table}.parquet", columns, found) for table, columns, found in tables}
    if as_json:
        emit({"out": str(out), "rows": rows, "with_inputs": with_inputs})
    for table, count in rows.items():
        say(f"{out / table}.parquet: rows {count:,}")


@command.command()
@journal_option
@click.option("--case", "cases", multiple=True, help="Id of a case; repeat it.")
@click.option("--subject", "subjects", multiple=True, help="All cases about this subject; repeat it.")
@_by
@_reason
@json_option
def erase(journal: str, cases: tuple[str, ...], subjects: tuple[str, ...], by: str, reason: str, as_json: bool) -> None:
    """Erase what is personal of some cases: inputs, subject, reasons, who acted and why. The chains still hold.

    What was decided stays. It cannot be taken back, and backups are yours to think of.
    """
    from golive.engine import journal as journals

    if not cases and not subjects:
        raise click.UsageError("whose? name --case ID or --subject ID")
    found = journals.erase(journal, cases, journals.Said(by, reason, datetime.now(UTC)), subjects=subjects)
    if as_json:
        emit(found)
    say(f"erased cases: {len(found.cases):,}, rows: {found.rows:,}; backups and exported files still hold them")
    following(f"golive journal verify --journal {typed(found.journal)}")


@command.command()
@journal_option
@click.option("--older-than", "days", required=True, type=click.IntRange(1), help="Days; not less than rows are kept.")
@_by
@_reason
@json_option
def prune(journal: str, days: int, by: str, reason: str, as_json: bool) -> None:
    """Remove rows that are older than some days. What is left is still verified.

    A case whose decision is gone may be decided anew under the same id.
    """
    from golive.engine import journal as journals

    found = journals.prune(journal, days, journals.Said(by, reason, datetime.now(UTC)))
    if as_json:
        emit(found)
    gone = ", ".join(f"{table} {rows:,}" for table, rows in found.rows.items())
    say(f"removed what was written before {found.before}: {gone}")
    following(f"golive journal verify --journal {typed(found.journal)}")

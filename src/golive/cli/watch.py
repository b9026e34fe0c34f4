"""``golive watch``: is the promise kept?"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli.common import emit, following, journal_option, json_option, say, typed

if TYPE_CHECKING:
    from golive.records.watched import Watched


@click.command()
@click.argument("bundle", type=click.Path(path_type=Path))
@journal_option
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Look as on this day (UTC); today when not given.")
@click.option("--final", is_flag=True, help="Every posted outcome is final, however young its case: cases of the past.")
@json_option
def command(bundle: Path, journal: str, as_of: datetime | None, final: bool, as_json: bool) -> int:
    """Compare what was signed with what the journal, the outcomes and the reported actions show.

    Leaves with 1 when the money lies outside what was signed, and with 2 when a row of the journal or a byte of a
    signature was changed.
    """
    from golive.engine.journal import address
    from golive.watch.keep import promise_kept

    moment = datetime.now(UTC) if as_of is None else as_of.replace(hour=23, minute=59, second=59, tzinfo=UTC)
    watched = promise_kept(bundle, journal, as_of=moment, final=final)
    if as_json:
        emit(watched)
    else:
        for line in lines(watched):
            say(line)
        following(f"golive watch {typed(bundle)} --journal {typed(address(journal).shown)} --json")
    return 1 if watched.word in ("below", "above") else 0


def lines(watched: Watched) -> list[str]:
    """Return what is said to a person."""
    from golive.watch.words import span

    cases, acted = watched.cases, watched.acted
    said = [watched.sentence, f"Signed by {', '.join(watched.signed_by)}. Counted is {watched.maturity}."]
    for kept in watched.money[1:]:
        realised = "not to be seen" if kept.realised is None else span(kept.realised, watched.currency)
        said.append(f"{kept.name}, per case: promised {span(kept.promised, watched.currency)}; realised {realised}")
    if watched.meaning is not None:
        meaning = watched.meaning
        said.append(
            f"The event happened {meaning.observed:,} times in {meaning.cases:,} cases; by their scores"
            f" {meaning.expected:,.1f} were expected ({meaning.low:,.0f} to {meaning.high:,.0f}): {meaning.word}."
        )
    said.append(
        f"{cases.decided:,} decided, {cases.scored:,} scored, {cases.fallback:,} to the fallback,"
        f" {cases.with_outcome:,} with outcome, {cases.mature:,} mature, {cases.valued:,} valued."
    )
    said.append(
        f"{acted.reported:,} acted on and reported: {acted.agreed:,} agreed, {acted.overridden:,} overridden,"
        f" {acted.settled:,} settled by people."
    )
    if cases.other or cases.unapproved:
        said.append(
            f"Not judged: {cases.other:,} decisions of another bundle or policy,"
            f" {cases.unapproved:,} made without approval."
        )
    return said + [f"Note: {note}" for note in watched.notes]

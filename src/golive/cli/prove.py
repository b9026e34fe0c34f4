"""``golive prove``: what the score earns, and whether to use it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli.common import emit, following, force_option, json_option, progress, say, typed

if TYPE_CHECKING:
    from golive.records.evidence import Evidence

_file = click.Path(path_type=Path)


@click.command("prove")
@click.argument("bundle", type=_file, required=False)
@click.argument("holdout", type=_file, required=False)
@click.option("--table", type=_file, help="Instead of a bundle: a file that has outcomes and scores, or parquet parts.")
@click.option("--sheet", help="Sheet of an .xlsx file; the first one by default.")
@click.option("--score", help="With --table: the column of the score.")
@click.option("--outcome", help="The column that says what happened.")
@click.option("--event", help="The label of the outcome that the score is about, e.g. bad.")
@click.option("--group", help="The column of the customer, where customers have several rows.")
@click.option("--count", help="The column that says how many equal rows a row stands for.")
@click.option("--weight", help="The column of the sampling weights.")
@click.option("--date", help="The column of the date: choose the cut-off on earlier rows, judge it on later ones.")
@click.option("--segment", multiple=True, help="A column whose values are judged one by one. May be repeated.")
@click.option("--protected", multiple=True, help="A column of groups that the law protects. May be repeated.")
@click.option("--today", help="The column of today's decisions: the two actions by name, or 1 and 0.")
@click.option("--money", type=_file, help="The money file. Without it: everything but money.")
@click.option("--out", type=_file, help="Folder for evidence.json, report.html and report.xlsx.")
@click.option("--higher-is-better", is_flag=True, help="A higher score is a better case, as in a 300-850 scorecard.")
@click.option("--any-score", is_flag=True, help="The score is no probability; any finite number will do.")
@click.option(
    "--init-money",
    type=_file,
    is_flag=False,
    flag_value="money.toml",
    help="Write a commented money file and stop; on a terminal it asks first.",
)
@click.option("--training", type=_file, help="The rows the model was fitted on, to see whether these are among them.")
@click.option("--training-rows", "marks", type=_file, help="Their marks; golive pack writes them beside the bundle.")
@click.option("--known", type=_file, help="File that says which inputs are known before the decision, and who says so.")
@click.option(
    "--init-known", type=_file, is_flag=False, flag_value="known.toml", help="Write that file for BUNDLE and stop."
)
@force_option
@json_option
def command(
    bundle: Path | None,
    holdout: Path | None,
    table: Path | None,
    sheet: str | None,
    score: str | None,
    outcome: str | None,
    event: str | None,
    group: str | None,
    count: str | None,
    weight: str | None,
    date: str | None,
    segment: tuple[str, ...],
    protected: tuple[str, ...],
    today: str | None,
    money: Path | None,
    out: Path | None,
    higher_is_better: bool,
    any_score: bool,
    init_money: Path | None,
    training: Path | None,
    marks: Path | None,
    known: Path | None,
    init_known: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Judge a score on rows it has not seen: in counts, in money, and in one word.

    golive prove BUNDLE HOLDOUT --outcome COLUMN --event LABEL --money money.toml --out DIR

    golive prove --table FILE --score COLUMN --outcome COLUMN --event LABEL --money money.toml --out DIR

    With --json and without --out the evidence is only printed: no file is written, not even into the bundle.

    Leaves with 1 when the verdict is "do not use" or "not enough data".
    """
    if init_money is not None:
        from golive.cli.init_money import init_money as write_money

        return write_money(
            init_money, table=table, sheet=sheet, outcome=outcome, event=event, score=score,
            higher_is_better=higher_is_better, force=force,
        )  # fmt: skip
    if init_known is not None:
        from golive.cli.init_known import init_known as write_known

        return write_known(init_known, bundle, force=force)
    if training is not None and marks is not None:
        raise click.UsageError("--training or --training-rows, not both: the rows themselves, or their marks")
    missing = ["--out FOLDER"] if out is None and not as_json else []
    missing += ["--outcome COLUMN"] if outcome is None else []
    if missing:
        raise click.UsageError(
            f"say where to write and what happened; missing: {' '.join(missing)} (--json alone writes no file)"
        )
    assert outcome is not None
    from golive.prove.asked import Asked
    from golive.prove.run import from_bundle, from_table, money_of
    from golive.prove.write import may_write, write

    if out is not None:
        may_write(out, force=force)
    money = money or money_of(bundle)
    asked = Asked(
        outcome=outcome, event=event, money=money, higher_is_better=higher_is_better,
        probability=False if any_score else None, sheet=sheet, group=group, count=count, weight=weight,
        training=training, marks=marks, known=known, date=date, segments=segment, protected=protected, today=today,
    )  # fmt: skip
    with progress("Judging the score"):
        if table is not None:
            if bundle is not None or score is None:
                raise click.UsageError("with --table: name the column with --score, and no bundle")
            if marks is not None or known is not None:
                raise click.UsageError("--training-rows and --known belong to a bundle; with --table: --training FILE")
            evidence = from_table(table, score, asked)
        elif bundle is None or holdout is None:
            raise click.UsageError("name a bundle and a file of rows, or use --table FILE --score COLUMN")
        else:
            if score is not None or higher_is_better or any_score:
                raise click.UsageError("--score, --higher-is-better and --any-score belong to --table")
            evidence = from_bundle(bundle, holdout, asked)
        files = () if out is None else write(evidence, out, bundle=bundle, money=money, known=known, force=force)
    _tell(evidence, files, bundle=bundle, as_json=as_json)
    return 1 if evidence.verdict.negative else 0


def _tell(evidence: Evidence, files: tuple[Path, ...], *, bundle: Path | None, as_json: bool) -> None:
    if as_json:
        emit(evidence)
        return
    for line in lines(evidence):
        say(line)
    say(f"wrote {', '.join(str(file) for file in files)}")
    if evidence.money is None:
        following("golive prove --init-money money.toml")
    elif evidence.verdict.negative or bundle is None:
        following(f"open {typed(files[1])}")
    else:
        following(f"golive approve draft {typed(bundle)}")


def lines(evidence: Evidence) -> list[str]:
    """Return what is said to a person."""
    from golive.prove.result import Result
    from golive.prove.told import told

    where = evidence.carrying_in if isinstance(evidence, Result) else ""
    said = [evidence.verdict.word.value.upper(), evidence.verdict.sentence]
    for one in evidence.verdict.conditions:
        said.append(f"Condition: {one.text} ({one.who} can lift it)")
        said += [f"These cases stand in {where}."] if where and one.code == "few_effective_cases" else []
    if evidence.verdict.rows_sentence:
        said.append(evidence.verdict.rows_sentence)
    said += told(evidence.money) if evidence.money else []
    said += [f"On these {evidence.rows:,} rows: {one.text}" for one in evidence.sentences]
    said += _segments(evidence)
    said += [evidence.dates.text] if evidence.dates else []
    said += [evidence.money.swap.text] if evidence.money and evidence.money.swap else []
    said.append(f"Assumed: {evidence.score.direction}.")
    said += [f"Note: {one.text}" for one in evidence.warnings]
    said += _checks(evidence)
    return said + [f"Question {at}: {text}" for at, text in enumerate(evidence.questions, start=1)]


def _segments(evidence: Evidence) -> list[str]:
    if not evidence.segments:
        return []
    from golive.prove.split import named

    losers = [f"{one.column} {named(one)}" for one in evidence.segments if one.loser]
    found = f"it loses for {', '.join(losers)}" if losers else "it surely loses in none of them"
    return [f"{len(evidence.segments)} segments were looked at: {found}; see the report."]


def _checks(evidence: Evidence) -> list[str]:
    """Return what the checks found and nothing else says, and how many were not possible."""
    told = {one.code for one in evidence.verdict.conditions} | {one.code for one in evidence.warnings}
    found = [f"Check: {one.text}" for one in evidence.checks if one.state.value == "failed" and one.code not in told]
    blind = sum(one.state.value == "not possible" for one in evidence.checks)
    if blind:
        verb = "was" if blind == 1 else "were"
        found.append(f"{blind} of {len(evidence.checks)} checks {verb} not possible; the report says why.")
    return found

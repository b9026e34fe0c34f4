"""`golive pack`: a model and its cleaning in, a bundle proven equal out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli.common import emit, following, force_option, json_option, progress, say, typed, visible
from golive.errors import InputError, need

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from golive.engine.bundle import Bundle
    from golive.records.contract import RowRule
    from golive.records.parity import Check, Parity

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("pack")
@click.argument("model")
@click.option("--train", required=True, type=_FILE, help="The raw rows the model was fitted on: csv or parquet.")
@click.option("--holdout", type=_FILE, help="More raw rows to compare, which the model was not fitted on.")
@click.option("--clean", metavar="MODULE:NAME", help="The pandas function that makes the model's columns.")
@click.option("--outcome", metavar="COLUMN", help="The column that says what happened; never an input.")
@click.option("--event", metavar="LABEL", help="The class the score is the probability of, e.g. bad or 1.")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="[PLACE=]ACTION",
    help="What happens to cases that a row filter takes away: review (default), reject or another action, training.",
)
@click.option("--converters", metavar="MODULE:NAME", help="Dict of your own transformers and what they do.")
@click.option(
    "--sidecar", metavar="MODULE:NAME", help="A function of the raw rows whose columns the product computes itself."
)
@click.option(
    "--explain",
    "explained",
    is_flag=True,
    help="Only say what is compiled, frozen, filtered, looked up and refused; nothing is proven or written.",
)
@click.option(
    "--reference",
    metavar="COLUMN",
    help="Column of the training file with the model's own scores: another one means that this is another frame.",
)
@click.option("--name", help="What people call the bundle; `model` when absent.")
@click.option("--out", type=click.Path(path_type=Path), help="The folder to write; NAME.golive when absent.")
@force_option
@json_option
def command(
    model: str, train: Path, holdout: Path | None, clean: str | None, outcome: str | None, event: str | None,
    filters: tuple[str, ...], converters: str | None, sidecar: str | None, explained: bool,
    reference: str | None, name: str | None, out: Path | None, force: bool, as_json: bool,
) -> int:  # fmt: skip
    """Compile MODEL and its cleaning function into a bundle.

    MODEL is `module:name`: a fitted classifier, or a function without arguments that returns one, found in the
    current directory or in ./src. The bundle is only written when it gives the same scores as Python.
    """
    need("pandas", extra="pack")
    need("sklearn", extra="pack")
    from golive.pack.build import build, place_for
    from golive.pack.resolve import converters_from, frame_from, function_from, model_from

    if explained:
        if as_json:
            raise click.UsageError("--explain is for people and has no record; leave --json out")
        return _explain(model, train, clean, outcome, event, filters, converters, sidecar)
    place_for(out, name, force=force)  # all that can be said at once is said before the model is fitted
    with progress("compiling and proving"):
        rows, more = frame_from(train), frame_from(holdout) if holdout else None
        if reference is not None and reference not in rows.columns:
            raise InputError(
                f"`{train}` has no column `{reference}`", hint=f"it has: {', '.join(map(str, rows.columns))}"
            )
        cleaning = function_from(clean) if clean else None
        bundle = build(
            model_from(model),
            rows if reference is None else rows.drop(columns=reference),
            clean=cleaning,
            outcome=outcome,
            event=event,
            reference=None if reference is None else rows[reference],
            holdout=more,
            filters=_filters(filters),
            converters=converters_from(converters) if converters else None,
            sidecar=function_from(sidecar) if sidecar else None,
            out=out,
            name=name,
            force=force,
        )
    _tell(bundle, as_json=as_json)
    following(_next(bundle, holdout, outcome, event))
    return 0


def _explain(
    model: str, train: Path, clean: str | None, outcome: str | None, event: str | None, filters: tuple[str, ...],
    converters: str | None, sidecar: str | None,
) -> int:  # fmt: skip
    """Print what pack makes of it, refused or not; the code is that of the build: 2 where it is refused."""
    from golive.errors import RefusedError
    from golive.pack.explain import explain, told
    from golive.pack.resolve import converters_from, frame_from, function_from, model_from

    with progress("compiling"):
        cleaning = function_from(clean) if clean else None
        rows = frame_from(train)
        found = explain(
            model_from(model), rows, clean=cleaning, outcome=outcome, event=event, filters=_filters(filters),
            converters=converters_from(converters) if converters else None,
            sidecar=function_from(sidecar) if sidecar else None,
        )  # fmt: skip
    for line in told(found):
        click.echo(visible(line))
    return RefusedError.exit_code if found.refused else 0


def _filters(typed: tuple[str, ...]) -> dict[str, str]:
    """``clean.py:12=training`` and ``reject`` as a choice by place; the last one counts."""
    pairs = (one.rpartition("=") for one in typed)
    return {place or "*": action for place, _, action in pairs}


def _next(bundle: Bundle, holdout: Path | None, outcome: str | None, event: str | None) -> str:
    from golive.engine.place import free

    words = (bundle.path, holdout or "HOLDOUT.csv", "--outcome", outcome or "COLUMN", "--event", event or "LABEL")
    money = " --money money.toml" if Path("money.toml").is_file() else ""  # prices are never demanded first
    return f"golive prove {' '.join(map(typed, words))}{money} --out {free('evidence')}"


def _tell(bundle: Bundle, *, as_json: bool) -> None:
    from golive.records.document import read
    from golive.records.parity import Parity
    from golive.records.training_rows import beside

    parity = read(bundle.path / "parity.json", Parity)
    if as_json:
        emit(parity)
    _tell_inputs(bundle)
    _tell_rules(bundle.contract.rules)
    _tell_proof(parity)
    marks = beside(bundle.path)
    if marks.is_file():
        say(f"marks of the training rows {marks}: for golive prove; keep them with the training project")
    say(f"bundle {bundle.path}, id {bundle.id}")


def _tell_inputs(bundle: Bundle) -> None:
    contract = bundle.contract
    say(f"{len(contract.inputs)} inputs; the score is the probability of {contract.event}")
    for known in contract.inputs:
        if known.categories is not None:
            what = ", ".join(known.categories[:8]) + (" ..." if known.categories[8:] else "")
        elif known.low is not None:
            what = f"{known.low:g} to {known.high:g} in training"
        elif known.form:
            what = "read as a number" if known.form == "number" else f"read as a date, {known.form}"
        else:
            what = "any text" if known.kind.value == "text" else "true or false"
        by = f"; made by `{known.made_by}` before each decision" if known.made_by else ""
        say(f"  {known.name}: {known.kind.value}{', or null' if known.nullable else ''}; {what}{by}")


def _tell_rules(rules: tuple[RowRule, ...]) -> None:
    from golive.records.contract import TRAINING

    if not rules:
        return
    say(f"{len(rules)} row filters: what happens to a case that breaks one (change it with --filter PLACE=ACTION)")
    for rule in rules:
        what = "scored like any other" if rule.action == TRAINING else f"no score, {rule.action}"
        say(f"  {rule.name}: {rule.text}; {rule.dropped:,} training rows left out; a case: {what}")
        say(f"    {rule.source}")


def _tell_proof(parity: Parity) -> None:
    from golive.pack.parity import sentence

    if parity.frozen:
        say(f"learned from the training rows and now fixed: {len(parity.frozen)}")
        for frozen in parity.frozen:
            say(f"  {frozen.what} = {frozen.value}, {frozen.where}")
    say("compared with pandas and predict_proba: equal of compared")
    for line in _table(parity.checks):
        say(f"  {line}")
    for row in parity.left_out:
        say(f"  left out: {row}")
    say(sentence(parity.checks))


def _table(checks: Sequence[Check]) -> Iterator[str]:
    """Yield a row for each set of rows, a column for each thing that was compared, and the largest difference."""
    whats = list(dict.fromkeys(check.what for check in checks))
    sets = list(dict.fromkeys(check.rows for check in checks))
    yield f"{'rows':20}" + "".join(f"{what:>19}" for what in whats) + f"{'largest':>10}"
    for rows in sets:
        found = {check.what: check for check in checks if check.rows == rows}
        cells = [f"{found[what].equal:,} of {found[what].compared:,}" if what in found else "" for what in whats]
        largest = max(check.largest for check in found.values())
        yield f"{rows:20}" + "".join(f"{'' if cell == '0 of 0' else cell:>19}" for cell in cells) + f"{largest:>10.0e}"

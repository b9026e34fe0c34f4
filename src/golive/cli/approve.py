"""``golive approve``: draft, check, rehearse and sign the rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli.approve_sign import log, sign, verify, withdraw
from golive.cli.common import emit, following, force_option, json_option, progress, say, typed

if TYPE_CHECKING:
    from golive.records.rehearsal import Rehearsal

_file = click.Path(path_type=Path)
_bundle = click.argument("bundle", type=_file)


@click.group("approve")
def command() -> None:
    """Turn a score into a rule that people have read, tried and signed.

    In this order: draft, check, rehearse, sign; then log and verify whenever somebody asks.
    """


for signing in (sign, withdraw, log, verify):
    command.add_command(signing)


@command.command()
@_bundle
@click.option("--out", type=_file, help="Where to write it; policy.toml in the bundle when not given.")
@force_option
def draft(bundle: Path, out: Path | None, force: bool) -> None:
    """Write a first policy.toml from the evidence, for people to edit."""
    from golive.approve.draft import draft as drafted
    from golive.engine.whole import put_new

    path = out or bundle / "policy.toml"
    put_new(path, drafted(bundle).encode(), force=force)
    say(f"wrote {path}: read it, and change what its owner wants changed")
    following(f"golive approve check {typed(bundle)}" + (f" --policy {typed(path)}" if out else ""))


@command.command()
@_bundle
@click.option("--policy", type=_file, help="The file to check and put into the bundle; else the one that is there.")
@force_option
def check(bundle: Path, policy: Path | None, force: bool) -> None:
    """Find every problem of a policy at once, run its cases, and compile it into the bundle."""
    from golive.approve.check import check as checked

    found = checked(bundle, policy=policy, force=force)
    rules, bands, cases = len(found.rules), len(found.bands), len(found.cases)
    say(
        f"`{found.id}` version {found.version}: rules: {rules}, bands: {bands}, cases that come out as written: {cases}"
    )
    following(f"golive approve rehearse {typed(bundle)} --rows FILE --outcome COLUMN --event VALUE")


@command.command()
@_bundle
@click.option("--rows", required=True, type=_file, help="csv or parquet with the raw inputs and the outcome.")
@click.option("--outcome", required=True, help="The column that says what happened.")
@click.option("--event", help="The label that is the event; that of the evidence when not given.")
@click.option("--against", type=_file, help="The policy that runs today: count what would change.")
@force_option
@json_option
def rehearse(
    bundle: Path, rows: Path, outcome: str, event: str | None, against: Path | None, force: bool, as_json: bool
) -> None:
    """Say what the policy would have done with real cases, and keep it in the bundle for those who sign."""
    from golive.approve.rehearse import rehearse as rehearsed
    from golive.approve.written import keep

    with progress("Rehearsing"):
        found = rehearsed(bundle, rows, outcome=outcome, event=event, against=against)
    path = keep(bundle, found, force=force)
    if as_json:
        emit(found)
        return
    for line in _rehearsed(found):
        say(line)
    say(f"wrote {path}")
    following(f'golive approve sign {typed(bundle)} --role risk --as "YOUR NAME"')


def _rehearsed(found: Rehearsal) -> list[str]:
    from golive.approve.shown import rehearsed

    said = [f"{found.rows:,} cases, {found.events:,} with the event."]
    said += [f"{line.name}: {line.text}" for line in rehearsed(found)]
    said += [
        f"decided by {one.kind} {one.id or '(none)'} -> {one.action}: {one.cases:,} cases" for one in found.deciders
    ]
    said += [
        f"changed: {flip.before} -> {flip.after}: {flip.cases:,} cases, {flip.events:,} with the event"
        for flip in found.flips
    ]
    if found.optimism:
        off = f"{found.optimism:,.0f} {found.currency} per 1,000 cases"
        said.append(f"taken off, because the cut-off was chosen on these very rows: {off}")
    return said

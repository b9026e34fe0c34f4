"""``golive approve``: draft, check, rehearse and sign the rule."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli.common import emit, following, force_option, json_option, progress, say, typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.records.rehearsal import Rehearsal
    from golive.records.signoff import Line, Shown, Verified, Word

_file = click.Path(path_type=Path)
_bundle = click.argument("bundle", type=_file)


@click.group("approve")
def command() -> None:
    """Turn a score into a rule that people have read, tried and signed.

    In this order: draft, check, rehearse, sign; then log and verify whenever somebody asks.
    """


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


@command.command()
@_bundle
@click.option("--role", required=True, help="For which role you sign, e.g. risk.")
@click.option("--as", "name", required=True, help="Your name. Typed, so a weak identity, and marked as such.")
@click.option("--reject", is_flag=True, help="Sign that it must not be used.")
@click.option("--withdraw", is_flag=True, help="Take back what this role signed before.")
@click.option("--condition", "conditions", multiple=True, help="Under which condition you approve; repeat it.")
@click.option("--yes", is_flag=True, help="Do not ask again after the numbers were shown.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which your approval holds.")
@json_option
def sign(
    bundle: Path,
    role: str,
    name: str,
    reject: bool,
    withdraw: bool,
    conditions: tuple[str, ...],
    yes: bool,
    expires: datetime | None,
    as_json: bool,
) -> None:
    """Sign the bundle, its rule, its prices and its evidence, with the numbers that are shown first."""
    from golive.approve.sign import sign as signed
    from golive.approve.sign import to_sign

    if reject and withdraw:
        raise click.UsageError("--reject and --withdraw exclude each other")
    decision: Word = "reject" if reject else "withdraw" if withdraw else "approve"
    seen, _ = to_sign(bundle)
    _show(seen)
    if not yes and sys.stdin.isatty():
        click.confirm(f"{name}, for {role}: {decision} with these numbers?", abort=True, err=True)
    statement = signed(
        bundle,
        role=role,
        name=name,
        decision=decision,
        conditions=conditions,
        expires=None if expires is None else expires.date(),
        seen=seen,
    )
    if as_json:
        emit(statement)
        return
    word = statement.predicate
    say(f"{word.name}, for {word.role}: {word.decision}, at {word.signed_at}. The name was typed: a weak identity.")
    say(f"wrote {bundle / 'signoff.jsonl'}: the numbers above and {len(statement.subject)} files by their digests")
    following(f"golive approve log {typed(bundle)}")


@command.command()
@_bundle
@json_option
def log(bundle: Path, as_json: bool) -> None:
    """Say who signed what and when, and whether it still holds."""
    found = _verified(bundle)
    if as_json:
        emit(found)
        return
    _say_lines(found)
    following(f"golive approve verify {typed(bundle)}")


@command.command()
@_bundle
@json_option
def verify(bundle: Path, as_json: bool) -> int:
    """Check the sign-off chain byte by byte; leaves with 1 when it is broken or no approval holds."""
    found = _verified(bundle)
    holds = [line for line in found.lines if line.holds and line.decision == "approve"]
    if as_json:
        emit(found)
    else:
        _say_lines(found)
        say(f"{len(found.lines)} lines hold together; {len(holds)} approvals hold for the files as they are now")
        following(_after_verify(typed(bundle), broken=found.broken is not None, holds=bool(holds)))
    return 1 if found.broken or not holds else 0


def _after_verify(bundle: str, *, broken: bool, holds: bool) -> str:
    if broken:
        return f"golive approve log {bundle}"
    if not holds:
        return f'golive approve sign {bundle} --role risk --as "YOUR NAME"'
    return f"golive serve {bundle} --role risk --accept-typed --no-auth"


def _verified(bundle: Path) -> Verified:
    from golive.approve.overlay import need_folder
    from golive.approve.verify import verify as checked

    need_folder(bundle)
    return checked(bundle, today=datetime.now(UTC).date())


def _say_lines(found: Verified) -> None:
    for line in found.lines:
        say(_line(line))
    if found.broken is not None:
        say(f"line {found.broken.line}  BROKEN: {found.broken.problem}")
    elif not found.lines:
        say("nobody has signed yet")


def _line(line: Line) -> str:
    until = f", until {line.expires}" if line.expires else ""
    conditions = "".join(f"; condition: {condition}" for condition in line.conditions)
    state = "holds" if line.holds else f"DOES NOT HOLD: {line.why}"
    who = f"{line.name} for {line.role} ({line.identity})"
    return f"line {line.line}  {line.signed_at}  {who}: {line.decision}{until}{conditions} - {state}"


def _show(numbers: Sequence[Shown]) -> None:
    for number in numbers:
        say(f"  {number.name}: {number.text}")


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

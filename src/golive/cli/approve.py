"""``golive approve``: draft, check, rehearse and sign the rule."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli.approve_sign import log, page, sign, verify, withdraw
from golive.cli.common import emit, following, force_option, json_option, progress, say, typed

if TYPE_CHECKING:
    from golive.records.difference import Difference
    from golive.records.rehearsal import Flip, Rehearsal, Segment

_file = click.Path(path_type=Path)
_bundle = click.argument("bundle", type=_file)


@click.group("approve")
def command() -> None:
    """Turn a score into a rule that people have read, tried and signed.

    In this order: draft, check, rehearse, page, sign; then log and verify whenever somebody asks.
    """


for signing in (page, sign, withdraw, log, verify):
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
@json_option
def check(bundle: Path, policy: Path | None, force: bool, as_json: bool) -> None:
    """Find every problem of a policy at once, run its cases, and compile it into the bundle."""
    from golive.approve.check import check as checked

    found = checked(bundle, policy=policy, force=force)
    if as_json:
        emit(found)
        return
    rules, bands, cases = len(found.rules), len(found.bands), len(found.cases)
    say(
        f"`{found.id}` version {found.version}: rules: {rules}, bands: {bands}, cases that come out as written: {cases}"
    )
    for line in found.routing.said():
        say(f"done by the service: {line}")
    following(f"golive approve rehearse {typed(bundle)} --rows FILE --outcome COLUMN --event VALUE")


@command.command("to-xlsx")
@click.argument("policy", type=_file)
@click.argument("out", type=_file)
@click.option("--bundle", "of", type=_file, help="Its inputs are offered; the bundle that holds POLICY when not given.")
@force_option
def to_xlsx(policy: Path, out: Path, of: Path | None, force: bool) -> None:
    """Write a policy as a workbook with drop-downs, for people who do not edit TOML."""
    from golive.approve.overlay import contract_beside
    from golive.approve.sheet.trip import to_workbook
    from golive.engine.whole import put_new

    put_new(out, to_workbook(policy, contract_beside(policy, of)), force=force)
    say(f"wrote {out}: change it, save it, and take it back")
    following(f"golive approve from-xlsx {typed(out)} --policy {typed(policy)} --force")


@command.command("from-xlsx")
@click.argument("workbook", type=_file)
@click.option("--policy", required=True, type=_file, help="The file that the workbook was made from.")
@click.option("--out", type=_file, help="Where to write it; in place of POLICY when not given, with --force.")
@click.option(
    "--bundle", "of", type=_file, help="Its contract is held; that of the bundle that holds POLICY otherwise."
)
@force_option
@json_option
def from_xlsx(workbook: Path, policy: Path, out: Path | None, of: Path | None, force: bool, as_json: bool) -> None:
    """Take a workbook back into the policy file; what nobody changed keeps its bytes."""
    from golive.approve.overlay import contract_beside
    from golive.approve.sheet.trip import from_workbook
    from golive.engine.whole import put_new

    before = policy.read_bytes() if policy.is_file() else b""
    data = from_workbook(workbook, policy, contract_beside(policy, of))
    found = _difference(before, data, names=(str(policy), str(workbook)))
    changed = out is not None or data != before
    if changed:
        put_new(out or policy, data, force=force)
    if as_json:
        emit(found)
        return
    for change in found.changes:
        say(change.text)
    if not changed:
        say(f"{workbook} says what {policy} says; nothing was written")
        return
    say(f"wrote {out or policy}")
    following(f"golive approve check {typed(of) if of else 'BUNDLE'} --policy {typed(out or policy)}")


@command.command()
@click.argument("old", type=_file)
@click.argument("new", type=_file)
@json_option
def diff(old: Path, new: Path, as_json: bool) -> None:
    """Say in sentences what two policies do differently; how they are written does not matter."""
    from golive.records.toml import read_bytes

    hint = "golive approve diff OLD.toml NEW.toml"
    found = _difference(
        *(read_bytes(path, what="policy", hint=hint) for path in (old, new)), names=(str(old), str(new))
    )
    if as_json:
        emit(found)
        return
    for change in found.changes:
        say(change.text)
    if not found.changes:
        say("both do and say the same")


def _difference(old: bytes, new: bytes, *, names: tuple[str, str]) -> Difference:
    from golive.approve.diff import diff as differences
    from golive.records.document import digest
    from golive.records.policy import parse
    from golive.records.toml import text_of

    one, two = (parse(text_of(data, name=name), name=name) for data, name in zip((old, new), names, strict=True))
    return differences(one, two, before=digest(old), after=digest(new))


@command.command()
@_bundle
@click.option("--rows", required=True, type=_file, help="csv or parquet with the raw inputs and the outcome.")
@click.option("--outcome", required=True, help="The column that says what happened.")
@click.option("--event", help="The label that is the event; that of the evidence when not given.")
@click.option("--against", type=_file, help="The policy before this one: count what is decided otherwise.")
@click.option("--date", help="The column with the day of each case: count what goes to people day by day.")
@click.option("--segment", multiple=True, help="A column whose values are told apart; repeat it.")
@force_option
@json_option
def rehearse(
    bundle: Path,
    rows: Path,
    outcome: str,
    event: str | None,
    against: Path | None,
    date: str | None,
    segment: tuple[str, ...],
    force: bool,
    as_json: bool,
) -> None:
    """Say what the policy would have done with real cases, and keep it in the bundle for those who sign."""
    from golive.approve.rehearse import rehearse as rehearsed
    from golive.approve.written import keep

    with progress("Rehearsing"):
        found = rehearsed(bundle, rows, outcome=outcome, event=event, against=against, date=date, segment=segment)
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
    from golive.maths.words import count

    said = [f"{found.rows:,} cases, {found.events:,} with the event."]
    said += [f"{line.name}: {line.text}" for line in rehearsed(found)]
    said += [
        f"decided by {one.kind} {one.id or '(none)'} -> {one.action}: {count(one.cases, 'case')}"
        for one in found.deciders
    ]
    said += [_flip(flip, found.currency) for flip in found.flips]
    said += [f"first reason for {one.action}: {one.input}: {count(one.cases, 'case')}" for one in found.reasons]
    said += [_segment(one, found.currency) for one in found.segments]
    if found.optimism:
        off = f"{found.optimism:,.0f} {found.currency} per 1,000 cases"
        said.append(f"taken off, because the cut-off was chosen on these very rows: {off}")
    return said


def _flip(flip: Flip, currency: str) -> str:
    from golive.approve.shown import amount
    from golive.maths.words import count

    text = f"changed: {flip.before} -> {flip.after}: {count(flip.cases, 'case')}, {flip.events:,} with the event"
    if flip.per_thousand is None or flip.low is None or flip.high is None:
        return text
    low, high = amount(flip.low, currency), amount(flip.high, currency)
    return f"{text}; {amount(flip.per_thousand, currency)} per 1,000 of all cases ({low} to {high})"


def _segment(one: Segment, currency: str) -> str:
    from golive.approve.shown import amount
    from golive.maths.words import count

    value = one.value if one.value is not None else f"{one.joined} rarer values" if one.joined else "(missing)"
    acted = ", ".join(f"{action} {cases / one.cases:.0%}" for action, cases in one.acted.items())
    money = f"{amount(one.per_thousand, currency)} per 1,000"
    limits = (
        "too few for a range"
        if one.low is None or one.high is None
        else f"{amount(one.low, currency)} to {amount(one.high, currency)}"
    )
    changed = "" if one.changed is None else f"; decided otherwise: {one.changed:,}"
    return f"{one.column} = {value}: {count(one.cases, 'case')}: {acted}; {money} ({limits}){changed}"

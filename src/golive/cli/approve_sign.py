"""``golive approve page``, ``sign``, ``withdraw``, ``log`` and ``verify``: the words that people put under a rule."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli import settings
from golive.cli.common import emit, following, force_option, json_option, say, typed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from golive.engine.project import Found
    from golive.records.brief import Brief
    from golive.records.signoff import Line, Shown, Statement, Verified, Word

_file = click.Path(path_type=Path)
_bundle = click.argument("bundle", type=_file)


def _who(command: Callable[..., None]) -> Callable[..., None]:
    """Add what each word needs: for which role, by whom, with which key."""
    for option in (
        json_option,
        settings.config_option,
        click.option("--seen", metavar="DIGEST", default="", help="The digest on the page: refuse what is not on it."),
        click.option("--yes", is_flag=True, help="Do not ask again after the numbers were shown."),
        click.option("--key", type=_file, help="Your ssh key: private, or public with ssh-agent."),
        click.option("--as", "name", required=True, help="Your name; with --key, the one in allowed_signers."),
        click.option("--role", required=True, help="For which role you speak, e.g. risk."),
    ):
        command = option(command)
    return command


@click.command()
@_bundle
@click.option("--out", type=_file, help="Where to write it; NAME.approve.html beside the bundle when not given.")
@click.option(
    "--brief", type=_file, help="The brief; brief.toml beside golive.toml, here or beside BUNDLE when not given."
)
@click.option("--against", type=_file, help="The policy that was signed before: say what is different.")
@click.option("--role", "roles", multiple=True, help="Who must sign; as golive.toml and the brief say when not given.")
@settings.config_option
@force_option
def page(
    bundle: Path, out: Path | None, brief: Path | None, against: Path | None, roles: tuple[str, ...],
    config: Path | None, force: bool,
) -> None:  # fmt: skip
    """Write one HTML page to decide on: what it is, earns and costs, what changes, for whom, and how to sign it."""
    from golive.approve.page import html, view
    from golive.approve.page.signing import standing
    from golive.engine.whole import put_new

    project = settings.found(config)
    found = view(
        bundle,
        roles=roles or (() if project is None else project.project.approve.roles),
        signers=None if project is None else project.signers,
        accept_typed=project is None or project.project.approve.accept_typed,
        brief=_brief(brief, project, beside=bundle.absolute().parent),
        against=against,
        today=datetime.now(UTC).date(),
    )
    path = out or bundle.with_name(f"{bundle.name.removesuffix('.golive')}.approve.html")
    put_new(path, html(found).encode(), force=force)
    say(f"wrote {path}: read it, give it to whoever must sign; the command at its end signs exactly this")
    states = standing(found)
    role = next((role for role, state in states.items() if not state.holds), None if states else "risk")
    if role is None:
        following(f"golive approve verify {typed(bundle)}")
    else:
        following(f'golive approve sign {typed(bundle)} --role {typed(role)} --as "YOUR NAME" --seen {found.seen}')


def _brief(named: Path | None, project: Found | None, *, beside: Path) -> Brief | None:
    from golive.records.brief import BRIEF, read

    usual = (Path(BRIEF) if project is None else project.place(BRIEF), beside / BRIEF)
    path = named or next((place for place in usual if place.is_file()), None)
    return None if path is None else read(path)


@click.command()
@_bundle
@_who
@click.option("--reject", is_flag=True, help="Sign that it must not be used.")
@click.option("--condition", "conditions", multiple=True, help="Under which condition you approve; repeat it.")
@click.option("--although", metavar="VERDICT", default="", help="Approve against a negative verdict, word for word.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="The last day on which your approval holds.")
def sign(
    bundle: Path, role: str, name: str, key: Path | None, reject: bool, conditions: tuple[str, ...], although: str,
    expires: datetime | None, seen: str, yes: bool, config: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Sign the bundle, its rule, its prices and its evidence, with the numbers that are shown first."""
    _speak(
        bundle, "reject" if reject else "approve", role=role, name=name, key=key, conditions=conditions,
        although=although, expires=expires, seen=seen, yes=yes, config=config, as_json=as_json,
    )  # fmt: skip


@click.command()
@_bundle
@_who
def withdraw(
    bundle: Path, role: str, name: str, key: Path | None, seen: str, yes: bool, config: Path | None, as_json: bool
) -> None:
    """Take back what your role signed about this bundle; what runs stops answering."""
    _speak(bundle, "withdraw", role=role, name=name, key=key, seen=seen, yes=yes, config=config, as_json=as_json)


@click.command()
@_bundle
@settings.config_option
@json_option
def log(bundle: Path, config: Path | None, as_json: bool) -> None:
    """Say who signed what and when, and whether it still holds."""
    found = _verified(bundle, settings.found(config))
    if as_json:
        emit(found)
        return
    _say_lines(found)
    following(f"golive approve verify {typed(bundle)}")


@click.command()
@_bundle
@settings.config_option
@json_option
def verify(bundle: Path, config: Path | None, as_json: bool) -> int:
    """Check every file and every line; leaves with 1 where one was changed, a role is missing or a rejection stands."""
    from golive.approve.verify import open_roles

    project = settings.found(config)
    found = _verified(bundle, project)
    asked = None if project is None else project.project.approve
    missing = () if asked is None else open_roles(found, asked.roles, accept_typed=asked.accept_typed)
    against = [line for line in found.lines if line.holds and line.decision == "reject"]
    holds = [line for line in found.lines if line.holds and line.decision == "approve"]
    whole = found.broken is None and not found.changed
    if as_json:
        emit(found)
    else:
        _say_lines(found)
        say(
            f"{_many(len(found.lines), 'line')} together; {_many(len(holds), 'approval')} for the files as they are now"
        )
        for role in missing:
            say(f"MISSING: no approval for `{role}` counts, which {project.path if project else ''} asks for")
        for line in against:
            say(f"REJECTED: {line.name} for {line.role} rejected it in line {line.line}, and that stands")
        following(_after_verify(typed(bundle), project, missing, whole=whole and not against, holds=bool(holds)))
    return 0 if whole and holds and not missing and not against else 1


def _many(count: int, thing: str) -> str:
    return f"1 {thing} holds" if count == 1 else f"{count} {thing}s hold"


def _speak(
    bundle: Path, decision: Word, *, role: str, name: str, key: Path | None, conditions: Sequence[str] = (),
    although: str = "", expires: datetime | None = None, seen: str, yes: bool, config: Path | None, as_json: bool,
) -> None:  # fmt: skip
    from golive.approve.sign import sign as signed
    from golive.approve.sign import to_sign

    project = settings.found(config)
    numbers, _ = to_sign(bundle, decision=decision)
    _show(numbers)
    _show_conditions(conditions)
    if not yes and sys.stdin.isatty():
        click.confirm(f"{name}, for {role}: {decision} with these numbers?", abort=True, err=True)
    if key is not None:
        say(f"signing with {key}; it may ask for its passphrase, or to be touched")
    statement = signed(
        bundle,
        role=role,
        name=name,
        decision=decision,
        conditions=conditions,
        although=although,
        expires=None if expires is None else expires.date(),
        key=key,
        signers=None if project is None else project.signers,
        seen=numbers,
        page=seen,
    )
    if as_json:
        emit(statement)
        return
    _say_signed(statement, bundle, project)


def _say_signed(statement: Statement, bundle: Path, project: Found | None) -> None:
    word = statement.predicate
    how = "The name was typed: a weak identity." if word.signature.kind == "typed" else "Signed with an ssh key."
    although = f", although the verdict is `{word.although}`" if word.although else ""
    say(f"{word.name}, for {word.role}: {word.decision}{although}, at {word.signed_at}. {how}")
    say(f"wrote {bundle / 'signoff.jsonl'}: the numbers above and {len(statement.subject)} files by their digests")
    if word.signature.kind == "typed" and project is not None and not project.project.approve.accept_typed:
        say(f"note: {project.path} accepts no typed names, so this word serves nothing there; --key FILE signs")
    following(f"golive approve log {typed(bundle)}")


def _after_verify(bundle: str, project: Found | None, missing: Sequence[str], *, whole: bool, holds: bool) -> str:
    if not whole:
        return f"golive approve log {bundle}"
    if missing or not holds:
        key = "" if project is None or project.project.approve.accept_typed else " --key KEY"
        return f'golive approve sign {bundle} --role {typed(missing[0] if missing else "risk")} --as "YOUR NAME"{key}'
    if project is not None and project.project.approve.roles:
        return f"golive serve {bundle} --config {typed(project.path)} --no-auth"
    return f"golive serve {bundle} --role risk --accept-typed --no-auth"


def _verified(bundle: Path, project: Found | None) -> Verified:
    from golive.approve.overlay import need_folder
    from golive.approve.verify import verify as checked

    need_folder(bundle)
    signers = None if project is None else project.signers
    return checked(bundle, today=datetime.now(UTC).date(), signers=signers)


def _say_lines(found: Verified) -> None:
    for line in found.lines:
        say(_line(line))
    for changed in found.changed:
        say(f"BUILD CHANGED: {changed}")
    if found.broken is not None:
        say(f"line {found.broken.line}  BROKEN: {found.broken.problem}")
    elif not found.lines:
        say("nobody has signed yet")


def _line(line: Line) -> str:
    until = f", until {line.expires}" if line.expires else ""
    although = f", ALTHOUGH the verdict is `{line.although}`" if line.although else ""
    conditions = "".join(
        f"; condition{' (held by golive)' if condition.term else ''}: {condition.text}" for condition in line.conditions
    )
    state = "holds" if line.holds else f"DOES NOT HOLD: {line.why}"
    who = f"{line.name} for {line.role} ({line.identity}{f' {line.key}' if line.key else ''})"
    return f"line {line.line}  {line.signed_at}  {who}: {line.decision}{although}{until}{conditions} - {state}"


def _show(numbers: Sequence[Shown]) -> None:
    for number in numbers:
        say(f"  {number.name}: {number.text}")


def _show_conditions(conditions: Sequence[str]) -> None:
    """Say for each condition whether anything but people will hold it, before it is signed."""
    from golive.records.terms import agreed, sentence

    for text in conditions:
        say(f"  condition `{text}`: {sentence(agreed(text, today=datetime.now(UTC).date()))}")

"""``golive token``: who may call the service."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import click

from golive.cli.common import day, emit, following, json_option, say, typed

SCOPES = ("decide", "outcome", "read", "desk", "admin")
_file = click.option(
    "--tokens",
    "path",
    default="tokens.json",
    show_default=True,
    envvar="GOLIVE_TOKENS",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file of tokens; made when it is not there.",
)


@click.group("token")
def command() -> None:
    """Make, list and withdraw the tokens with which others may call the service."""


@command.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(SCOPES), help="What it may do; repeat it."
)
@click.option("--expires", type=day, help="The last day on which it counts, in UTC.")
@click.option("--rate", type=click.FloatRange(0, min_open=True), help="Requests per second that it may make.")
@click.option(
    "--acts-as", "roles", metavar="ROLE", multiple=True, help="A role in which its holder may override; repeat it."
)
@_file
def new(
    name: str, scopes: tuple[str, ...], expires: date | None, rate: float | None, roles: tuple[str, ...], path: Path
) -> None:  # fmt: skip
    """Make the token NAME and print it. It is shown this once; the file holds its digest alone."""
    from golive.records.tokens import Scope
    from golive.serve import tokens

    today = datetime.now(UTC).date()
    token = tokens.new(
        path, name, scopes=[Scope(scope) for scope in scopes], today=today, expires=expires, rate=rate, roles=roles
    )
    click.echo(token)
    say(f"the token above is kept nowhere; its digest is in {path}")
    following(f"golive serve BUNDLE --tokens {typed(path)}")


@command.command("list")
@_file
@json_option
def list_(path: Path, as_json: bool) -> None:
    """List the tokens of the file, without anything with which one could call."""
    from golive.serve import tokens

    held = tokens.read(path).tokens
    if as_json:
        emit([{name: getattr(token, name) for name in token.__struct_fields__ if name != "sha256"} for token in held])
        return
    for token in held:
        rate = "" if token.rate is None else f", {token.rate:g} requests a second"
        acts = f", acts as {', '.join(token.roles)}" if token.roles else ""
        until = "without end" if token.expires is None else f"until {token.expires}"
        say(f"{token.name}: {', '.join(token.scopes)}, {until}{rate}{acts}")
    if not held:
        say(f"{path} holds no token")


@command.command()
@click.argument("name")
@_file
def withdraw(name: str, path: Path) -> None:
    """Take the token NAME out of the file. A service that runs stops taking it at once."""
    from golive.serve import tokens

    tokens.withdraw(path, name)
    say(f"`{name}` is withdrawn")

"""How a command takes its settings: what was typed, else ``golive.toml``, else what it does by itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import click

from golive.cli.common import say, typed

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.engine.project import Found
    from golive.engine.ssh import Signers
    from golive.serve.alias import Trust

F = TypeVar("F", bound="Callable[..., object]")

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar="GOLIVE_CONFIG",
    help="The project file; golive.toml in the working directory when not given.",
)
control_key_option = click.option(
    "--control-key",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="GOLIVE_CONTROL_KEY",
    help="File with the secret that draws the control arm, where the policy has one.",
)
role_option = click.option(
    "--role", "roles", multiple=True, envvar="GOLIVE_ROLES", help="A role whose approval is required; repeat it."
)
accept_typed_option = click.option(
    "--accept-typed/--refuse-typed",
    default=None,
    envvar="GOLIVE_ACCEPT_TYPED",
    help="Whether a typed name counts as signature; it does not unless told.",
)
_ALIAS = (
    click.option(
        "--alias",
        required=True,
        type=click.Path(path_type=Path),
        help="The link that is served; made when it is not there.",
    ),
    config_option,
    role_option,
    accept_typed_option,
)


class Settings(NamedTuple):
    """What `golive serve` runs with."""

    journal: str
    host: str
    port: int
    roles: tuple[str, ...]
    accept_typed: bool
    tokens: Path | None
    signers: Signers | None = None
    retention_days: int | None = None
    control_key: bytes | None = None
    workers: int = 1
    frame_hosts: tuple[str, ...] = ()


def alias_options(command: F) -> F:
    """Add what names an alias, and whose word counts for what it leads to."""
    for option in reversed(_ALIAS):
        command = option(command)
    return command


def trust(project: Found | None, *, roles: tuple[str, ...], accept_typed: bool | None) -> Trust:
    """Return whose word counts: what was typed wins over the file."""
    from golive.serve.alias import Trust
    from golive.serve.configured import Configured, completed

    found = completed(project, Configured(None, roles, accept_typed))
    return Trust(found.roles, bool(found.accept_typed), found.signers)


def again(project: Found | None, config: Path | None, roles: tuple[str, ...], accept_typed: bool | None) -> str:
    """Return what `golive serve` must be told to trust the same words, and who may call."""
    said = "" if config is None else f" --config {typed(config)}"
    said += "".join(f" --role {typed(role)}" for role in roles)
    said += "" if accept_typed is None else " --accept-typed" if accept_typed else " --refuse-typed"
    return said if project is not None and project.project.serve.tokens else f"{said} --tokens tokens.json"


def found(config: Path | None) -> Found | None:
    """Find the project file and say which one it is."""
    from golive.engine.project import find

    project = find(config)
    if project is not None:
        say(f"settings from {project.path}")
    return project


def serving(
    project: Found | None, *, journal: str | None, host: str | None, port: int | None, roles: tuple[str, ...],
    accept_typed: bool | None, tokens: Path | None, control_key: Path | None = None, workers: int | None = None,
) -> Settings:  # fmt: skip
    """Return what counts: an option that was typed wins over the file."""
    from golive.engine.project import secret
    from golive.records.project import Serve
    from golive.serve.configured import Configured, completed

    key = None if control_key is None else secret(control_key)
    base = completed(project, Configured(journal, roles, accept_typed, control_key=key))
    serve = Serve() if project is None else project.project.serve
    kept = None if project is None or serve.tokens is None else project.place(serve.tokens)
    return Settings(
        journal=str(base.journal or "journal.db"),
        host=host or serve.host or "127.0.0.1",
        port=_or(port, _or(serve.port, 8080)),
        roles=tuple(base.roles),
        accept_typed=bool(base.accept_typed),
        tokens=tokens or kept,
        signers=base.signers,
        retention_days=base.retention_days,
        frame_hosts=base.frame_hosts,
        workers=_or(workers, _or(serve.workers, 1)),
        control_key=base.control_key,
    )


def _or(value: int | None, default: int) -> int:
    return default if value is None else value

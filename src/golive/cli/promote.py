"""``golive promote``: lead an alias to an approved bundle."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from golive.cli import settings
from golive.cli.common import emit, following, json_option, say, typed


@click.command("promote")
@click.argument("bundle", type=click.Path(path_type=Path))
@settings.alias_options
@json_option
def command(
    bundle: Path, alias: Path, config: Path | None, roles: tuple[str, ...], accept_typed: bool | None, as_json: bool
) -> None:
    """Put the approved BUNDLE into service: whoever serves the alias takes it up within a second."""
    from golive.serve.alias import promote

    project = settings.found(config)
    trust = settings.trust(project, roles=roles, accept_typed=accept_typed)
    made = promote(bundle, alias, trust=trust, now=datetime.now(UTC))
    say(f"{alias} leads to {made.path}: {made.bundle}")
    if as_json:
        emit(made)
    following(f"golive serve {typed(alias)}{settings.again(project, config, roles, accept_typed)}")

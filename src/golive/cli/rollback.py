"""``golive rollback``: lead an alias back to the bundle before."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from golive.cli import settings
from golive.cli.common import emit, following, json_option, say, typed


@click.command("rollback")
@settings.alias_options
@json_option
def command(alias: Path, config: Path | None, roles: tuple[str, ...], accept_typed: bool | None, as_json: bool) -> None:
    """Lead the alias back to the bundle before, if that is still approved."""
    from golive.serve.alias import rollback

    trust = settings.trust(settings.found(config), roles=roles, accept_typed=accept_typed)
    made = rollback(alias, trust=trust, now=datetime.now(UTC))
    say(f"{alias} leads to {made.path} again: {made.bundle}")
    if as_json:
        emit(made)
    following(f"golive watch {typed(alias)}")

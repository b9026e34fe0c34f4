"""``golive prove BUNDLE --init-known``: the file that asks which inputs are known before the decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from golive.cli.common import following, say, typed

if TYPE_CHECKING:
    from pathlib import Path


def init_known(path: Path, bundle: Path | None, *, force: bool) -> int:
    """Write the file with a line for each input of the bundle."""
    from golive.engine.bundle import load
    from golive.engine.place import free
    from golive.engine.whole import put_new
    from golive.records.known import template

    if bundle is None:
        raise click.UsageError("name the bundle whose inputs are asked about: golive prove BUNDLE --init-known")
    inputs = tuple(one.name for one in load(bundle).contract.inputs)
    put_new(path, template(inputs).encode(), force=force)
    say(f"wrote {path}: {len(inputs)} inputs; give it to somebody who knows when each one is written down")
    following(
        f"golive prove {typed(bundle)} HOLDOUT --outcome COLUMN --event LABEL --known {typed(path)}"
        f" --money money.toml --out {free('proof')}"
    )
    return 0

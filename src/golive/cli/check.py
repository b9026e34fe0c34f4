"""``golive check``: the gate for CI."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli import settings
from golive.cli.common import emit, following, force_option, json_option, progress, say, typed

if TYPE_CHECKING:
    from golive.records.gates import Gates

_file = click.Path(path_type=Path)


@click.command("check")
@click.argument("bundle", type=_file)
@settings.config_option
@click.option("--against", type=_file, help="The bundle that decides today; [check] previous when not given.")
@click.option("--summary", type=_file, help="Write the same as markdown.")
@force_option
@json_option
def command(
    bundle: Path, config: Path | None, against: Path | None, summary: Path | None, force: bool, as_json: bool
) -> int:
    """Ask everything of BUNDLE that a change could have broken; leaves with 1 when a gate fails.

    What it is held against stands in [check] of golive.toml. A gate that was not asked is SKIPPED, with the reason.
    """
    from golive.chain.check.run import GATES, check
    from golive.chain.check.summary import TITLE, headline
    from golive.engine.whole import may_replace

    found = settings.found(config)
    if summary is not None:
        may_replace(summary, ours=lambda data: data.startswith(TITLE.encode()), force=force)
    with progress("Checking", total=len(GATES)) as advance:
        gates = check(bundle, against=against, found=found, today=datetime.now(UTC).date(), advance=advance)
    _write(summary, gates)
    if as_json:
        emit(gates)
    else:
        _tell(gates)
        say(headline(gates))
        following(f"golive approve log {typed(bundle)}" if not gates.failed else f"golive check {typed(bundle)} --json")
    return 1 if gates.failed else 0


def _tell(gates: Gates) -> None:
    from golive.chain.check.summary import word

    for gate in gates.gates:
        say(f"{word(gate.state):7}  {gate.name:11}  {gate.text}")
        if gate.hint:
            say(f"{'':22}hint: {gate.hint}")


def _write(path: Path | None, gates: Gates) -> None:
    from golive.chain.check.summary import markdown
    from golive.engine.whole import put_files

    if path is not None:
        put_files({path.parent: {path.name: markdown(gates).encode()}})
        say(f"wrote {path}")

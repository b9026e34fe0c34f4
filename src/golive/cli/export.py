"""``golive export``: the same decision in other languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from golive.cli.common import emit, following, force_option, json_option, say, typed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_out = click.option("--out", required=True, type=click.Path(), help="The folder to write.")
_bundle = click.argument("bundle", type=click.Path())


@click.group("export")
def command() -> None:
    """The same decision in other languages, with golden rows to check it by."""


@command.command("javascript")
@_bundle
@_out
@force_option
@json_option
def javascript(bundle: str, out: str, force: bool, as_json: bool) -> None:
    """One JavaScript file without dependencies, the bundle as JSON, and a check to run under Node."""
    from golive.export.javascript import export_javascript

    files = export_javascript(bundle, out, force=force)
    _done("javascript", bundle, out, files, as_json=as_json)
    following(f"node {typed(out)}/check.mjs")


@command.command("docker")
@_bundle
@_out
@click.option(
    "--role", "roles", multiple=True, default=("risk", "product"), show_default=True,
    help="A role that must have signed before the container serves; repeat it for several.",
)  # fmt: skip
@click.option("--accept-typed", is_flag=True, help="Let a typed name count as signature in the container.")
@click.option(
    "--hashes/--no-hashes", default=True, show_default=True,
    help="Lock the wheels by their hashes; pip fetches them for that, from where it is configured to.",
)  # fmt: skip
@click.option(
    "--wheels", is_flag=True, help="Put the wheels into the folder: it is then built without a package index."
)
@force_option
@json_option
def docker(
    bundle: str, out: str, roles: tuple[str, ...], accept_typed: bool, hashes: bool, wheels: bool, force: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """A folder to build a container from: not root, no compiler, no pandas, exact versions with their hashes."""
    from golive.export.docker import Lock, export_docker

    lock = Lock(hashes=hashes, wheels=wheels)
    files = export_docker(bundle, out, roles=roles, accept_typed=accept_typed, lock=lock, force=force)
    _done("docker", bundle, out, files, as_json=as_json)
    following(f"docker build -t decisions {'--build-arg PIP_NO_INDEX=1 ' if wheels else ''}{typed(out)}")


def _done(target: str, bundle: str, out: str, files: Sequence[Path], *, as_json: bool) -> None:
    from golive.engine.bundle import load
    from golive.export.scope import not_included

    opened = load(bundle)
    absent = not_included(opened.contract, opened.policy)
    if as_json:
        emit({"target": target, "out": out, "files": [str(file) for file in files], "not_included": absent})
        return
    say(f"wrote {len(files)} files to {out}")
    say(f"not included: {'; '.join(absent)}")

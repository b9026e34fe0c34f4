"""``golive serve``: answer decisions over HTTP, each one recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli import settings
from golive.cli.common import following, say, typed

if TYPE_CHECKING:
    from socket import socket

    from golive.serve.board import Board
    from golive.serve.door import Door
    from golive.serve.service import Service


SHORTEST_KEY = 32
"""Bytes. With a shorter key the inputs could be found by trying."""


@click.command("serve")
@click.argument("bundle", type=click.Path())
@settings.config_option
@click.option("--port", type=click.IntRange(0, 65535), help="0 takes a free one; 8080 when not given.")
@click.option("--host", help="127.0.0.1 when not given; another address only with --tokens.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer; 1 when not given.")
@click.option(
    "--journal",
    envvar="GOLIVE_JOURNAL",
    help="SQLite file, or postgresql://USER@HOST/DATABASE; journal.db when not given.",
)
@click.option(
    "--inputs",
    type=click.Choice(["plain", "digest"]),
    default="plain",
    show_default=True,
    help="What the journal keeps of a case: its inputs, or a keyed digest of them.",
)
@click.option(
    "--inputs-key",
    default="GOLIVE_INPUTS_KEY",
    show_default=True,
    metavar="NAME",
    help="The environment variable that holds the key of --inputs digest.",
)
@settings.role_option
@settings.accept_typed_option
@click.option("--unapproved", is_flag=True, help="Serve without approval; every answer and journal row is marked.")
@click.option("--shadow", type=click.Path(), help="Another bundle that decides beside it, for the journal alone.")
@click.option(
    "--tokens",
    envvar="GOLIVE_TOKENS",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File of tokens, written by golive token new.",
)
@settings.control_key_option
@click.option("--no-auth", is_flag=True, help="Ask nobody for a token; then only this machine is answered.")
def command(
    bundle: str,
    config: Path | None,
    port: int | None,
    host: str | None,
    workers: int | None,
    journal: str | None,
    inputs: str,
    inputs_key: str,
    roles: tuple[str, ...],
    accept_typed: bool | None,
    unapproved: bool,
    shadow: str | None,
    tokens: Path | None,
    control_key: Path | None,
    no_auth: bool,
) -> None:
    """Answer decisions over HTTP from the approved BUNDLE.

    Refuses to start when a file of the bundle was changed, or when a required role has not approved these very bytes.
    """
    from golive.errors import need

    wanted = settings.serving(
        settings.found(config), journal=journal, host=host, port=port, roles=roles, accept_typed=accept_typed,
        tokens=tokens, control_key=control_key, workers=workers,
    )  # fmt: skip
    board = _board(wanted.workers)
    door = _door(tokens if no_auth else wanted.tokens, wanted.host, board, no_auth=no_auth)
    need("uvicorn", extra="serve")
    from golive.serve.server import listen, url_of
    from golive.serve.service import Service

    service = Service(
        bundle, journal=wanted.journal, roles=wanted.roles, accept_typed=wanted.accept_typed, signers=wanted.signers,
        unapproved=unapproved, shadow=shadow, inputs_key=_key(inputs_key) if inputs == "digest" else None,
        retention_days=wanted.retention_days, control_key=wanted.control_key,
        frame_hosts=wanted.frame_hosts,
    )  # fmt: skip
    at = service.recorder.at.shown
    try:
        listening = listen(wanted.host, wanted.port)
        _greet(service, url_of(listening), at, asks=not no_auth)
        _run(service, door, listening, board, wanted.workers)
    except KeyboardInterrupt:
        say("stopped; everything that was answered is in the journal")
    finally:
        service.close()
    following(f"golive watch {typed(bundle)} --journal {typed(at)}")


def _key(name: str) -> bytes:
    import os

    key = os.environ.get(name, "").encode()
    if len(key) < SHORTEST_KEY:
        raise click.UsageError(
            f"--inputs digest needs a secret of at least {SHORTEST_KEY} bytes in the environment variable `{name}`, "
            f"which has {len(key)}; for example: export {name}=$(head -c 32 /dev/urandom | base64)"
        )
    return key


def _board(workers: int) -> Board | None:
    import os

    if workers == 1:
        return None
    if not hasattr(os, "fork"):
        raise click.UsageError(
            "--workers needs a system on which processes can be forked; start several services there"
        )
    from golive.serve.board import Board

    return Board(workers)


def _run(service: Service, door: Door, listening: socket, board: Board | None, workers: int) -> None:
    from golive.serve.server import run

    if board is None:
        run(service, door, listening)
        return
    from golive.serve.workers import run_workers

    run_workers(service, door, listening, board, workers)


def _door(tokens: Path | None, host: str, board: Board | None, *, no_auth: bool) -> Door:
    from golive.serve.door import LOOPBACK, Bearer, Loopback
    from golive.serve.pace import Pace

    if tokens and no_auth:
        raise click.UsageError("--no-auth and --tokens (GOLIVE_TOKENS) exclude each other")
    if tokens:
        pace = None if board is None else Pace(board.due)
        return Bearer(tokens, today=lambda: datetime.now(UTC).date(), pace=pace)
    if not no_auth:
        raise click.UsageError(
            "who may call? --no-auth answers this machine alone; --tokens FILE asks for a token of golive token new"
        )
    if host not in LOOPBACK:
        raise click.UsageError(f"--no-auth listens on loopback only, not on `{host}`")
    return Loopback()


def _greet(service: Service, url: str, journal: str, *, asks: bool) -> None:
    from golive.serve.conditions import sentences

    approved = service.gate.approved
    if approved is None:
        say("NOT APPROVED: every answer and every journal row is marked")
    else:
        for approver in approved.approvers:
            said = f"approved by {approver.name} ({approver.role}, {approver.identity}) at {approver.signed_at}"
            say(said + (f", ALTHOUGH the verdict is `{approver.although}`" if approver.although else ""))
        for sentence in sentences(approved):
            say(sentence)
    say(f"bundle {service.bundle.id}")
    if service.shadow is not None:
        say(f"shadow {service.shadow.bundle.id}")
    say(f"journal {journal}")
    say(f"answering on {url}   (Ctrl-C stops)")
    token = "-H 'authorization: Bearer TOKEN' " if asks else ""
    say(f"try: curl {token}{url}/v1/bundle")

"""What a service runs with: what was said, by typing or by the application around it, else its ``golive.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from golive.engine.project import find, secret
from golive.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.engine.project import Found
    from golive.engine.ssh import Signers


class Configured(NamedTuple):
    """Where a service records, whose word counts for it, and its secrets."""

    journal: str | Path | None
    roles: Sequence[str] = ()
    accept_typed: bool | None = None
    signers: Signers | None = None
    retention_days: int | None = None
    control_key: bytes | None = None
    frame_hosts: tuple[str, ...] = ()


def configured(config: str | Path | None, said: Configured) -> Configured:
    """Return what was said, completed from a project file. The file is read only when it is named.

    Raises
    ------
    InputError
        The file is not there or cannot be used, or nobody says where the journal is.
    """
    if config is None:
        if said.journal is None:
            raise InputError("no journal was named", hint='journal="journal.db", or config="golive.toml"')
        return said
    return completed(find(Path(config)), said)


def completed(project: Found | None, said: Configured) -> Configured:
    """Return what was said, completed from a project file where there is one: what is said wins."""
    if project is None:
        return said
    serve, approve = project.project.serve, project.project.approve
    return Configured(
        journal=said.journal if said.journal is not None else _journal(project),
        roles=tuple(said.roles) or approve.roles,
        accept_typed=approve.accept_typed if said.accept_typed is None else said.accept_typed,
        signers=said.signers or project.signers,
        retention_days=said.retention_days or serve.retention_days,
        control_key=said.control_key or (secret(project.place(serve.control_key)) if serve.control_key else None),
        frame_hosts=said.frame_hosts or serve.frame_hosts,
    )


def _journal(project: Found) -> str | Path:
    written = project.project.serve.journal or "journal.db"
    return written if "://" in written else project.place(written)

"""The project's own file, ``golive.toml``: who must sign, how it is served, what a change may cost.

It never comes from a bundle; `golive.engine.project` finds it. docs/reference/project.md shows a whole file.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

from golive.errors import DocumentError
from golive.records.document import Part, Record
from golive.records.fields import Fields
from golive.records.roles import role_key
from golive.records.toml import Toml

if TYPE_CHECKING:
    from collections.abc import Mapping

_TOP = ("approve", "serve", "check", "settings")
_PORTS = 65_535
_HOST = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?")  # it becomes part of a header


class Approve(Part, frozen=True, kw_only=True):
    """Whose word is needed, and how it is recognised."""

    roles: tuple[str, ...] = ()
    allowed_signers: str = ""
    """Path of a file in OpenSSH's format; empty: no ssh signature can be checked."""
    revoked: str = ""
    """Path of a list of public keys, or of a KRL; empty: none is revoked."""
    accept_typed: bool = False
    signers: dict[str, tuple[str, ...]] = {}
    """Role -> who may sign for it, by the names in ``allowed_signers``."""


class Serve(Part, frozen=True, kw_only=True):
    """How the service runs. None: what `golive serve` does by itself."""

    journal: str | None = None
    host: str | None = None
    port: int | None = None
    workers: int | None = None
    tokens: str | None = None
    """Path."""
    control_key: str | None = None
    """Path of the secret that draws the control arm."""
    retention_days: int | None = None
    frame_hosts: tuple[str, ...] = ()


class Check(Part, frozen=True, kw_only=True):
    """What CI holds a change against. None: not asked."""

    tests: str = ""
    """Folder of the tidied package."""
    build: str = ""
    """Command that builds the bundle at the path in ``GOLIVE_OUT``."""
    rows: str = ""
    """File of cases on which flips are counted; empty: the golden rows."""
    money_tolerance: float | None = None
    """Share of the signed money that may be lost, 0..1."""
    flips: float | None = None
    """Share of cases whose decision may turn, 0..1."""
    speed: float | None = None
    """CPU that one decision may take, in times of reading its case from JSON in the same run."""
    previous: str = ""
    """Path of the bundle before."""


class Project(Record, frozen=True, kw_only=True, tag="project/1"):
    """The whole file, but for ``[settings]``, which belongs to the user's package."""

    approve: Approve = Approve()
    serve: Serve = Serve()
    check: Check = Check()


def parse(text: str, *, name: str = "golive.toml") -> Project:
    """Read a project file; every problem of it is reported at once.

    Raises
    ------
    DocumentError
        ``problems`` has one line each, beginning with ``golive.toml:7:12``.

    Examples
    --------
    >>> parse('[approve]\\nroles = ["risk"]').approve.roles
    ('risk',)
    """
    fields = Fields(Toml(text, name=name))
    data = fields.toml.data
    fields.known(data, (), _TOP)
    fields.table(data, "settings")
    project = Project(approve=_approve(fields, data), serve=_serve(fields, data), check=_check(fields, data))
    if fields.problems:
        raise DocumentError(
            f"`{name}` cannot be used", problems=fields.problems, hint="docs/reference/project.md shows a whole file"
        )
    return project


def _approve(fields: Fields, data: Mapping[str, Any]) -> Approve:
    path = ("approve",)
    table = fields.table(data, "approve") or {}
    fields.known(table, path, Approve.__struct_fields__)
    roles = fields.texts(table, "roles", path)
    if len({role_key(role) for role in roles}) != len(roles) or not all(map(str.strip, roles)):
        fields.problem((*path, "roles"), f"`roles` is {list(roles)}; expected each role once")
    found = Approve(
        roles=roles,
        allowed_signers=fields.text(table, "allowed_signers", path),
        revoked=fields.text(table, "revoked", path),
        accept_typed=fields.flag(table, "accept_typed", path, False),
        signers=_signers(fields, table),
    )
    _agree(fields, found)
    return found


def _signers(fields: Fields, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    path = ("approve", "signers")
    named = fields.table(table, "signers", ("approve",)) or {}
    for role, names in named.items():
        if names == [] or (isinstance(names, list) and not all(isinstance(one, str) and one.strip() for one in names)):
            fields.problem((*path, role), f"`{role}` is {names!r}; expected at least one name, none of them empty")
    return {role: fields.texts(named, role, path) for role in named}


def _agree(fields: Fields, found: Approve) -> None:
    """Say where the parts of ``[approve]`` contradict each other."""
    path, roles = ("approve", "signers"), {role_key(role) for role in found.roles}
    if found.signers and not found.allowed_signers:
        fields.problem(path, 'nobody\'s key is known; expected `allowed_signers = "FILE"` in [approve]')
    if found.allowed_signers and not found.signers:
        what = "keys are known, and nobody may sign for any role"
        fields.problem(("approve", "allowed_signers"), f'{what}; expected [approve.signers] with e.g. risk = ["NAME"]')
    if not found.signers:
        return
    for role in found.signers:
        if sum(role_key(role) == role_key(other) for other in found.signers) > 1:
            fields.problem((*path, role), f"`{role}` stands there twice, upper and lower case are one role")
    for role in found.roles if not found.accept_typed else ():
        if role_key(role) not in map(role_key, found.signers):
            fields.problem(path, f'nobody may sign for the required role `{role}`; expected {role} = ["NAME"]')
    for role in found.signers if found.roles else ():
        if role_key(role) not in roles:
            fields.problem((*path, role), f"`{role}` is not in `roles`; expected one of: {', '.join(found.roles)}")


def _serve(fields: Fields, data: Mapping[str, Any]) -> Serve:
    path = ("serve",)
    table = fields.table(data, "serve") or {}
    fields.known(table, path, Serve.__struct_fields__)
    numbers = {name: _whole(fields, table, name) for name in ("port", "workers", "retention_days")}
    if numbers["port"] is not None and numbers["port"] > _PORTS:
        fields.problem((*path, "port"), f"`port` is {numbers['port']}; expected 0 to {_PORTS}")
    for name in ("workers", "retention_days"):
        if numbers[name] == 0:
            fields.problem((*path, name), f"`{name}` is 0; expected a whole number from 1")
    named = ("journal", "host", "tokens", "control_key")
    texts = {name: fields.text(table, name, path) if name in table else None for name in named}
    hosts = fields.texts(table, "frame_hosts", path)
    for host in hosts:
        if not _HOST.fullmatch(host):
            fields.problem((*path, "frame_hosts"), f"`{host}` is no page; expected e.g. https://desk.example.org")
    return Serve(**numbers, **texts, frame_hosts=hosts)  # type: ignore[arg-type]  # by name


def _whole(fields: Fields, table: Mapping[str, Any], name: str) -> int | None:
    return fields.whole(table, name, ("serve",), 0) if name in table else None


def _check(fields: Fields, data: Mapping[str, Any]) -> Check:
    path = ("check",)
    table = fields.table(data, "check") or {}
    fields.known(table, path, Check.__struct_fields__)
    texts = {name: fields.text(table, name, path) for name in ("tests", "build", "rows", "previous")}
    if texts["build"] and not _words(texts["build"]):
        fields.problem((*path, "build"), f"`build` is {texts['build']!r}; expected a command, each quote closed")
    return Check(
        **texts,
        money_tolerance=_number(fields, table, "money_tolerance", most=1),
        flips=_number(fields, table, "flips", most=1),
        speed=_number(fields, table, "speed"),
    )


def _words(command: str) -> list[str]:
    """Split a command as it will be run; nothing when it cannot be."""
    try:
        return shlex.split(command)
    except ValueError:
        return []


def _number(fields: Fields, table: Mapping[str, Any], name: str, most: float | None = None) -> float | None:
    """Read a number from 0, up to ``most`` where there is one."""
    if name not in table:
        return None
    value = fields.number(table, name, ("check",))
    if value < 0 or (most is not None and value > most):
        expected = "0 or more" if most is None else f"a share from 0 to {most:g}"
        fields.problem(("check", name), f"`{name}` is {value:g}; expected {expected}")
    return value

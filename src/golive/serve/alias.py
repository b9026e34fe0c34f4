"""An alias: a link to the bundle that is in service, replaced in one step, with a history beside it.

`golive promote` and `golive rollback` write it; whoever serves the alias follows it (`golive.serve.service`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from golive.engine.approval import approval
from golive.engine.bundle import load
from golive.engine.place import need_place
from golive.errors import ApprovalError, InputError, WorldError
from golive.records.document import encode_line
from golive.records.promotion import Promotion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from golive.engine.ssh import Signers


class Trust(NamedTuple):
    """Whose word counts; from whoever serves, never from the bundle."""

    roles: Sequence[str]
    accept_typed: bool
    signers: Signers | None


def promote(bundle: Path, alias: Path, *, trust: Trust, now: datetime) -> Promotion:
    """Lead an alias to a bundle, and write that down.

    Raises
    ------
    ApprovalError, BundleError
        It is not approved, or was changed. The alias stays.
    InputError
        The alias is something else already.
    """
    _may_be_alias(alias)
    made = _looked_at("promote", bundle, alias, trust, now)
    if alias.is_symlink() and _target(alias) == Path(os.path.realpath(bundle)):
        raise InputError(f"`{alias}` leads to `{bundle}` already")
    return _lead(alias, made)


def rollback(alias: Path, *, trust: Trust, now: datetime) -> Promotion:
    """Lead an alias back to the bundle before the one that it leads to.

    Raises
    ------
    InputError
        It is no alias, or there is none before.
    ApprovalError, BundleError
        The one before is not approved any more, or was changed. The alias stays.
    """
    if not alias.is_symlink():
        raise InputError(f"`{alias}` is no alias", hint=f"golive promote BUNDLE --alias {alias}")
    in_turn: list[Promotion] = []
    for line in _done(alias):
        if line.kind == "promote":
            in_turn.append(line)
        else:
            del in_turn[-1:]
    if len(in_turn) < 2:
        raise InputError(f"`{alias}` led to no other bundle before", hint=f"golive promote BUNDLE --alias {alias}")
    return _lead(alias, _looked_at("rollback", alias.parent / in_turn[-2].path, alias, trust, now))


def history(alias: Path) -> list[Promotion]:
    """Return what an alias led to, the oldest first.

    Raises
    ------
    InputError
        A line cannot be read; it is named by its number.
    """
    path, found = _history(alias), []
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else (), start=1):
        try:
            found.append(msgspec.json.decode(line, type=Promotion))
        except msgspec.MsgspecError as exc:
            raise InputError(f"line {number} of `{path}` is not one of golive's: {exc}") from exc
    return found


def _done(alias: Path) -> list[Promotion]:
    """Return the history up to where the alias leads now: what was written last may not have been done any more."""
    found = history(alias)
    while found and Path(os.path.realpath(alias.parent / found[-1].path)) != _target(alias):
        found.pop()
    return found


def _looked_at(kind: str, bundle: Path, alias: Path, trust: Trust, now: datetime) -> Promotion:
    opened = load(bundle)
    approved = approval(
        bundle, roles=trust.roles, accept_typed=trust.accept_typed, signers=trust.signers, today=now.date()
    )
    if (approved.bundle, approved.policy) != (opened.id, opened.policy_digest):
        raise ApprovalError(f"`{bundle.name}` was changed while it was opened: the approval speaks of other bytes")
    return Promotion(
        kind="promote" if kind == "promote" else "rollback",
        time=now.isoformat(timespec="seconds").replace("+00:00", "Z"),
        path=os.path.relpath(os.path.realpath(bundle), os.path.realpath(alias.parent)),
        bundle=approved.bundle,
        policy=approved.policy,
        head=approved.head,
    )


def _lead(alias: Path, made: Promotion) -> Promotion:
    """Replace the link in one step. What is written before and not done `_done` passes over."""
    try:
        with _history(alias).open("ab") as file:
            file.write(encode_line(made))
            file.flush()
            os.fsync(file.fileno())
        beside = alias.with_name(f".{alias.name}.{os.getpid()}.part")
        beside.unlink(missing_ok=True)
        beside.symlink_to(made.path)
        beside.replace(alias)
    except OSError as exc:
        raise WorldError(f"the alias `{alias}` cannot be written: {exc.strerror}") from exc
    return made


def _may_be_alias(alias: Path) -> None:
    need_place(alias)
    if alias.exists() and not alias.is_symlink():
        raise InputError(f"`{alias}` is there and is no alias; expected a new name, or one that golive promote made")
    if not alias.parent.is_dir():
        raise InputError(f"the folder of the alias `{alias}` is not there", hint=f"mkdir -p {alias.parent}")


def _target(alias: Path) -> Path:
    return Path(os.path.realpath(alias))


def _history(alias: Path) -> Path:
    return alias.with_name(f"{alias.name}.history.jsonl")

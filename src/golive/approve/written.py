"""The documents that are signed: kept in the bundle, and held against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.approve.overlay import EVIDENCE
from golive.approve.verify import spoken_for
from golive.engine.bundle import load
from golive.engine.whole import put_files
from golive.errors import ApprovalError, OutputExistsError
from golive.records import document
from golive.records.document import encode
from golive.records.evidence import Evidence
from golive.records.rehearsal import Rehearsal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REHEARSAL = "policy/rehearsal.json"


class Documents(NamedTuple):
    """What a signature is about."""

    evidence: Evidence
    rehearsal: Rehearsal | None


def opened(bundle: Path) -> Documents:
    """Open everything that is signed, and refuse what speaks about other bytes.

    Opening the bundle checks every file of the build against the manifest, parses the policy, runs its test cases and
    holds its compiled form against it.

    Raises
    ------
    ApprovalError
        The evidence or the rehearsal was made for another build, policy, money file or evidence.
    """
    build, found = load(bundle), documents(bundle)
    money = document.digest_file(bundle / "money.toml")
    again = f"golive prove {bundle} HOLDOUT --outcome COLUMN --event VALUE --money money.toml"
    digests = found.evidence.digests
    _same("the evidence", {"bundle": (digests.bundle, build.id), "money": (digests.money, money)}, again)
    if found.rehearsal is not None:
        spoken = {
            "bundle": (found.rehearsal.bundle, build.id),
            "policy": (found.rehearsal.policy, build.policy_digest),
            "money file": (found.rehearsal.money, money),
            "evidence": (found.rehearsal.evidence, document.digest_file(bundle / EVIDENCE)),
        }
        _same("the rehearsal", spoken, f"golive approve rehearse {bundle} --rows FILE --outcome COLUMN --event VALUE")
    return found


def documents(bundle: Path) -> Documents:
    """Read what a signer is shown, whatever bytes it speaks about."""
    path = bundle / REHEARSAL
    rehearsal = document.read(path, Rehearsal) if path.is_file() else None
    return Documents(document.read(bundle / EVIDENCE, Evidence), rehearsal)


def keep(bundle: Path, rehearsal: Rehearsal, *, force: bool = False) -> Path:
    """Write a rehearsal into a bundle.

    Raises
    ------
    OutputExistsError
        The bundle was signed with another rehearsal, or without one, and ``force`` was not given.
    """
    path, data = bundle / REHEARSAL, encode(rehearsal)
    same = path.is_file() and path.read_bytes() == data
    if not same and not force and spoken_for(bundle):
        raise OutputExistsError(
            f"`{bundle.name}` was signed already, and not with this rehearsal",
            hint="add --force to keep it; the signatures do not speak about it and no longer hold then",
        )
    put_files({bundle: {REHEARSAL: data}})
    return path


def _same(what: str, spoken: Mapping[str, tuple[str | None, str | None]], hint: str) -> None:
    other = [name for name, (speaks, there) in spoken.items() if speaks != there]
    if other:
        raise ApprovalError(f"{what} speaks about another {' and '.join(other)} than the one that is there", hint=hint)

"""Ask every gate, in order, and let none end the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.chain.check import built, decided, equal, worth
from golive.chain.check.subject import Subject, failed, skipped
from golive.errors import GoliveError, InputError
from golive.records.gates import Gates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date
    from pathlib import Path

    from golive.engine.project import Found
    from golive.records.gates import Gate

GATES: Mapping[str, Callable[[Subject], Gate]] = {
    "tests": built.tests,
    "contract": equal.contract,
    "parity": equal.parity,
    "build": built.build,
    "money": worth.money,
    "calibration": worth.calibration,
    "policy": decided.policy,
    "flips": decided.flips,
    "segments": worth.segments,
    "signatures": worth.signatures,
    "speed": decided.speed,
    "previous": equal.previous,
}
_WITHOUT = ("tests", "contract", "previous")
"""Gates that do not need the bundle to open."""


def check(
    bundle: Path, *, against: Path | None, found: Found | None, today: date, advance: Callable[[int], None]
) -> Gates:
    """Ask every gate of a bundle.

    Parameters
    ----------
    bundle
        The bundle to check.
    against
        The bundle that decides today; that of ``golive.toml`` when not given.
    found
        The project file; None: there is none, and what it would name is skipped.
    today
        The day against which expiry is held.
    advance
        Called with 1 after each gate.

    Returns
    -------
    Gates
        One for each name in `GATES`. A gate that could not be asked, though it was wanted, failed.

    Raises
    ------
    InputError
        There is nothing at one of the paths.
    """
    if against is None and found is not None and found.project.check.previous:
        against = found.place(found.project.check.previous)
    for what, path in (("bundle", bundle), ("bundle before", against)):
        if path is not None and not path.exists():
            raise InputError(
                f"there is no {what} `{path}`", hint="golive pack MODEL --train FILE --out FOLDER makes one"
            )
    subject = Subject(bundle, against, found, today)
    gates = []
    for name in GATES:
        gates.append(_asked(name, subject))
        advance(1)
    sides = (subject.new, subject.old)
    new, old = (None if side is None or isinstance(side.bundle, str) else side.bundle.id for side in sides)
    return Gates(bundle=new, previous=old, gates=tuple(gates))


def _asked(name: str, subject: Subject) -> Gate:
    if isinstance(subject.new.bundle, str) and name not in _WITHOUT:
        return skipped(name, "the bundle does not open", hint="see the gate `contract`")
    try:
        return GATES[name](subject)
    except GoliveError as exc:
        return failed(
            name, f"it could not be asked: {exc.message}", hint=exc.hint or "mend it; what golive.toml names is asked"
        )

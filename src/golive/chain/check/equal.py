"""Gates about the bundle itself: its contract, its equality with Python, and the bundle before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from golive.chain.check.subject import failed, passed, skipped
from golive.engine.files import open_files
from golive.errors import ContractError, GoliveError
from golive.records import document
from golive.records.parity import Parity

if TYPE_CHECKING:
    from golive.chain.check.subject import Side, Subject
    from golive.records.gates import Gate

TOLERANCE = 1e-12
"""By how much a score may move from one machine to another; the golden ones were computed by the same graph."""
_RESTORE = "restore it from where it was built; a bundle is never edited"


def contract(subject: Subject) -> Gate:
    """Open the bundle and put its golden rows through its contract."""
    side = subject.new
    if isinstance(side.bundle, str):
        return failed("contract", f"`{side.path.name}` does not open: {side.bundle}", hint=_RESTORE)
    rows = len(side.golden.rows)
    try:
        side.bundle.score(side.inputs)
    except ContractError as exc:
        return failed("contract", f"golden rows break the contract: {exc.message}", hint="build the bundle again")
    inputs = len(side.bundle.contract.inputs)
    return passed("contract", f"it opens, each digest holds; {rows:,} golden rows keep the contract of {inputs} inputs")


def parity(subject: Subject) -> Gate:
    """Look at the proof, and give the golden rows their scores again."""
    side = subject.new
    proof = document.decode(open_files(side.path).read("parity.json"), Parity, name="parity.json")
    compared, equal = (sum(getattr(one, name) for one in proof.checks) for name in ("compared", "equal"))
    if not compared or equal != compared:
        text = f"{compared - equal:,} of {compared:,} comparisons with Python differ"
        return failed("parity", text, equal, compared, "comparisons", hint="build the bundle again: a build proves it")
    moved = _moved(side)
    if moved > TOLERANCE:
        text = f"golden scores moved by {moved:.1g} on this machine; expected at most {TOLERANCE:g}"
        return failed("parity", text, moved, TOLERANCE, hint=_RESTORE)
    text = f"{compared:,} comparisons with Python are equal; golden scores moved by at most {moved:.1g} on this machine"
    return passed("parity", text, moved, TOLERANCE)


def previous(subject: Subject) -> Gate:
    """Open the bundle before, and give its golden rows their scores again."""
    side = subject.old
    if side is None:
        return skipped("previous", "no bundle before was named", hint="--against OLD.golive, or previous in [check]")
    if isinstance(side.bundle, str):
        return failed("previous", f"`{side.path.name}` does not open: {side.bundle}", hint="this version must read it")
    try:
        moved = _moved(side)
    except GoliveError as exc:
        return failed("previous", exc.message, hint="this version must score what an older one built")
    text = f"`{side.path.name}` opens; its {len(side.golden.rows):,} golden scores moved by at most {moved:.1g}"
    if moved > TOLERANCE:
        hint = "this version must score what an older one built"
        return failed("previous", text, moved, TOLERANCE, hint=hint)
    return passed("previous", text, moved, TOLERANCE)


def _moved(side: Side) -> float:
    """Return by how much a golden score moved at most."""
    expected = np.array([row.score for row in side.golden.rows])
    return float(np.max(np.abs(side.open.score(side.inputs) - expected))) if len(expected) else 0.0

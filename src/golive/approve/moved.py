"""What a policy decides otherwise than the one before it, in words for the terminal, the signature and the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.records.rehearsal import BEFORE, EARLIER
from golive.records.rules import REVIEW

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from golive.records.rehearsal import Compared, Flip, Rehearsal


class Moved(NamedTuple):
    """Cases that people get, or no longer get."""

    name: str
    """``moved to people`` or ``taken from people``."""
    text: str
    """``9 (7 from reject, 2 from approve), money unknown``."""
    cases: int


def same_policy(rehearsal: Rehearsal) -> bool:
    """Return whether the policy given as the one before is this very policy, so that nothing could differ."""
    return rehearsal.current == rehearsal.policy


def before(rehearsal: Rehearsal) -> Compared | None:
    """Return the comparison with the policy before; None where there is none."""
    if same_policy(rehearsal):  # earlier versions compared it with itself
        return None
    return next((one for one in rehearsal.against if one.name in EARLIER), None)


def otherwise(rehearsal: Rehearsal) -> str:
    """Return how many cases get another answer than by the policy before."""
    changed = sum(flip.cases for flip in rehearsal.flips)
    return f"{changed:,} of {rehearsal.rows:,} cases"


def unknown(one: Compared) -> str:
    """Return which part of a comparison has no money; empty where all of it has."""
    if not one.unknown:
        return ""
    if one.unknown == one.changed:
        which = "the one case" if one.changed == 1 else f"each of the {one.changed:,} cases"
        return f"money unknown: people decide, now or before, about {which} that changed"
    return f"{one.unknown:,} of the {one.changed:,} that changed go to people or come from them and count 0"


def moved(rehearsal: Rehearsal) -> Iterator[Moved]:
    """Yield who moved to people and who was taken from them since the policy before."""
    there = [flip for flip in rehearsal.flips if flip.after == REVIEW]
    back = [flip for flip in rehearsal.flips if flip.before == REVIEW]
    if there:
        yield _moved("moved to people", there, ", ".join(f"{one.cases:,} from {one.before}" for one in there))
    if back:
        yield _moved("taken from people", back, ", ".join(f"{one.cases:,} now {one.after}" for one in back))


def _moved(name: str, flips: Sequence[Flip], listed: str) -> Moved:
    cases = sum(flip.cases for flip in flips)
    money = ", money unknown" if any(flip.per_thousand is None for flip in flips) else ""
    return Moved(name, f"{cases:,} ({listed}){money}", cases)


SAME = f"nothing was compared: the file given as {BEFORE} is this very policy"

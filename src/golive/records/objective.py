"""What the cut-off shall maximise, and the limits it must keep: ``[objective]`` of the money file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.errors import DocumentError
from golive.records.condition import Compare, Literal, Name, read
from golive.records.document import Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from golive.records.fields import Fields
    from golive.records.toml import Path

PROFIT, REVENUE = "profit", "revenue"
REVIEW_RATE = "review_rate"
SHARES = ("approval_rate", "reject_rate", "bad_rate", REVIEW_RATE)
QUANTITIES = (*SHARES, "profit_per_case", "revenue_per_case")
"""What a limit can be about. approval_rate: share of all cases that get the favourable action; reject_rate: share that
gets the other one; review_rate: share of the middle band, only ``<=``; bad_rate: share with the event among those that
get the favourable action (0 when nobody does); profit_per_case and revenue_per_case: money over all cases, divided by
their number."""


class Limit(Part, frozen=True, kw_only=True):
    """``approval_rate >= 0.6``."""

    quantity: str
    """One of `QUANTITIES`."""
    at_most: bool
    """True for ``<=``, false for ``>=``."""
    bound: float
    """A share in 0..1, or money per case in the currency."""

    def __str__(self) -> str:
        return f"{self.quantity} {'<=' if self.at_most else '>='} {self.bound:g}"


class Objective(Part, frozen=True, kw_only=True):
    maximise: str = PROFIT
    """``profit`` (all lines of the payoffs) or ``revenue`` (their revenue lines alone)."""
    limits: tuple[Limit, ...] = ()
    """Kept by the cut-off on all rows, and by every choice that it is made of on its own rows."""


def read_objective(reader: Fields, data: Mapping[str, Any]) -> Objective:
    """Take ``[objective]`` out of a money file."""
    table = reader.table(data, "objective") or {}
    path: Path = ("objective",)
    reader.known(table, path, ("maximise", "subject_to"))
    maximise = reader.text(table, "maximise", path, PROFIT)
    if maximise not in (PROFIT, REVENUE):
        reader.problem((*path, "maximise"), f'`maximise` is {maximise!r}; expected "profit" or "revenue"')
    limits = (_limit(reader, text) for text in reader.texts(table, "subject_to", path))
    return Objective(maximise=maximise, limits=tuple(one for one in limits if one is not None))


def _limit(reader: Fields, text: str) -> Limit | None:
    path: Path = ("objective", "subject_to")
    where = reader.toml.place_of_text(path, text)
    try:
        tree = read(text, where=where)
    except DocumentError as exc:
        reader.problems += exc.problems
        return None
    found = _taken(tree)
    if found is None:
        reader.problems.append(f"{where}: `{text}` is no limit; expected one like approval_rate >= 0.6")
        return None
    if found.quantity not in QUANTITIES:
        known = ", ".join(QUANTITIES)
        reader.problems.append(f"{where}: `{found.quantity}` cannot be limited; expected one of {known}")
    elif found.quantity == REVIEW_RATE and not found.at_most:
        reader.problems.append(f"{where}: `{text}` asks for more review; expected review_rate <= a share")
    elif found.quantity in SHARES and not 0 <= found.bound <= 1:
        reader.problems.append(f"{where}: `{found.quantity}` is a share; expected 0 to 1, not {found.bound:g}")
    return found


def _taken(tree: object) -> Limit | None:
    """Return a comparison of one name with one number; ``0.6 <= approval_rate`` is read too."""
    if not isinstance(tree, Compare) or tree.op not in ("<=", ">="):
        return None
    left, right, at_most = tree.left, tree.right, tree.op == "<="
    if isinstance(left, Literal):
        left, right, at_most = right, left, not at_most
    if not (isinstance(left, Name) and isinstance(right, Literal)) or isinstance(right.value, (bool, str)):
        return None
    return Limit(quantity=left.name, at_most=at_most, bound=float(right.value))

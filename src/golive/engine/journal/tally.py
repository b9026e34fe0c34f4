"""How much of a journal belongs to one rule of one bundle: counted by the database, whatever its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.engine.journal.store import reading

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from golive.engine.journal.address import Address
    from golive.records.document import Digest

_MINE = "FROM decisions d WHERE d.bundle = ? AND d.policy = ? AND d.approved = 1"
_KNOWN = "EXISTS (SELECT 1 FROM outcomes o WHERE o.case_id = d.case_id)"


class Tally(NamedTuple):
    """Decisions under approval, and how many of them have an outcome."""

    decided: int
    first: str | None
    """UTC time of the first decision; None when there is none."""
    known: int
    """With an outcome."""
    old: int
    """Decided on the day asked for, or before."""
    old_known: int
    """Of these, with an outcome."""


def tally(at: str | Path | Address, bundle: Digest, policy: Digest, *, until: date) -> Tally:
    """Count the decisions of a bundle and a policy.

    Parameters
    ----------
    at
        The journal.
    bundle, policy
        By their digests, as each decision names them.
    until
        The last day (UTC) that counts as old.

    Raises
    ------
    InputError
        There is no such journal, or it is not one.
    """
    mine, day = (bundle, policy), until.isoformat()
    with reading(at) as store:
        (whole,) = store.rows(f"SELECT COUNT(*) AS n, MIN(d.time) AS first {_MINE}", mine)
        (known,) = store.rows(f"SELECT COUNT(*) AS n {_MINE} AND {_KNOWN}", mine)
        aged = f"{_MINE} AND SUBSTR(d.time, 1, 10) <= ?"
        (old,) = store.rows(f"SELECT COUNT(*) AS n {aged}", (*mine, day))
        (old_known,) = store.rows(f"SELECT COUNT(*) AS n {aged} AND {_KNOWN}", (*mine, day))
    first = whole["first"]
    decided, with_outcome, aged_, both = (int(row["n"] or 0) for row in (whole, known, old, old_known))
    return Tally(decided, None if first is None else str(first), with_outcome, aged_, both)

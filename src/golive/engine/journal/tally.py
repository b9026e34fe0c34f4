"""How much of a journal belongs to one rule of one bundle: counted by the database, whatever its size."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from golive.engine.journal.store import reading

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from golive.engine.journal.address import Address
    from golive.records.document import Digest

_COUNTED = """
SELECT COUNT(*) AS decided, MIN(time) AS first, SUM(known) AS known, SUM(aged) AS aged, SUM(known * aged) AS aged_known
FROM (
  SELECT d.time AS time, CASE WHEN SUBSTR(d.time, 1, 10) <= ? THEN 1 ELSE 0 END AS aged,
    CASE WHEN EXISTS (SELECT 1 FROM outcomes o WHERE o.case_id = d.case_id) THEN 1 ELSE 0 END AS known
  FROM decisions d WHERE d.bundle = ? AND d.policy = ? AND d.approved = 1) mine
"""


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
    with reading(at) as store:
        (found,) = store.rows(_COUNTED, (until.isoformat(), bundle, policy))
    first = found["first"]
    decided, known, old, old_known = (int(found[name] or 0) for name in ("decided", "known", "aged", "aged_known"))
    return Tally(decided, None if first is None else str(first), known, old, old_known)

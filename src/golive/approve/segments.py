"""A rehearsal told apart by the values of a column: who gets what, what that earns, who is decided otherwise."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import InputError
from golive.maths.average import average, mean
from golive.maths.parts import FEWEST
from golive.records.rehearsal import Segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from golive.approve.priced import Priced

    Actions = NDArray[np.str_]
    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]

SHOWN = 20
"""Values that are shown; rarer ones are joined."""
MOST = 1000
"""Different values above which a column is no segment but an identifier or a measurement."""


def segments(
    column: str, cells: Sequence[str | None], taken: Actions, before: Actions | None, found: Priced
) -> Iterator[Segment]:
    """Yield one segment for each value of a column, the biggest first, then the rest, then the missing.

    Raises
    ------
    InputError
        More than `MOST` different values.
    """
    sizes = Counter(cell for cell in cells if cell is not None)
    if len(sizes) > MOST:
        raise InputError(
            f"`{column}` has {len(sizes):,} different values, so it tells nobody apart; expected at most {MOST:,}",
            hint="name a column of groups, or make one: below 30, 30 to 60, above 60",
        )
    ranked = sorted(sizes, key=lambda text: (-sizes[text], text))
    shown, rest = ranked[:SHOWN], frozenset(ranked[SHOWN:])
    money = found.money_of(taken)
    gain = None if before is None else found.gain(taken, before)
    values = np.array(cells, dtype=object)
    parts: list[tuple[str | None, int, Bools]] = [(value, 0, values == value) for value in shown]
    if rest:
        parts.append((None, len(rest), np.array([cell in rest for cell in cells])))
    if None in cells:
        parts.append((None, 0, np.array([cell is None for cell in cells])))
    for value, joined, here in parts:
        changed = None if before is None else int((taken[here] != before[here]).sum())
        gained = None if gain is None else 1000 * mean(gain[here])
        yield _segment(column, value, joined, taken[here], found.event[here], money[here], changed, gained)


def _segment(
    column: str, value: str | None, joined: int, taken: Actions, event: Bools, money: Values, changed: int | None,
    gained: float | None,
) -> Segment:  # fmt: skip
    whole = average(money)
    enough = min(event.sum(), (~event).sum()) >= FEWEST
    return Segment(
        column=column,
        value=value,
        joined=joined,
        cases=len(taken),
        events=int(event.sum()),
        acted=dict(sorted(Counter(taken.tolist()).items())),
        per_thousand=1000 * whole.point,
        low=1000 * whole.low if enough else None,
        high=1000 * whole.high if enough else None,
        changed=changed,
        gained=gained,
    )

"""Numbers as people read them, rounded by one rule that every language can repeat: half goes up.

The page writes the same sentences in JavaScript, so nothing here may depend on how Python rounds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def rounded(value: float, decimals: int = 0) -> float:
    """Round half up.

    Examples
    --------
    >>> rounded(0.5), rounded(-0.5), rounded(2.345, 2)
    (1.0, 0.0, 2.35)
    """
    scale = 10.0**decimals
    return math.floor(value * scale + 0.5) / scale + 0.0  # no -0


def whole(value: float) -> int:
    """Round a sum of weights to whole rows, half up."""
    return math.floor(value + 0.5)


def amount(value: float, currency: str) -> str:
    """Write money: whole units from 100 up, cents below; a thin comma between thousands.

    Examples
    --------
    >>> amount(12345.678, "EUR"), amount(3.456, "EUR"), amount(-0.001, "EUR")
    ('12,346 EUR', '3.46 EUR', '0.00 EUR')
    """
    decimals = 0 if abs(value) >= 99.995 else 2
    return f"{rounded(value, decimals):,.{decimals}f} {currency}"


def percent(share: float) -> str:
    """Write a share: whole percent, one decimal near the ends, so that 0 and 100 % mean none and all.

    Examples
    --------
    >>> percent(0.9167), percent(0.996), percent(0.0004), percent(1.0)
    ('92 %', '99.6 %', 'under 0.1 %', '100 %')
    """
    if 0 < share < 0.001:
        return "under 0.1 %"
    if 0.999 < share < 1:
        return "over 99.9 %"
    decimals = 1 if 0 < share < 0.01 or 0.99 < share < 1 else 0
    return f"{rounded(100 * share, decimals):.{decimals}f} %"


def count(n: int, thing: str = "row") -> str:
    """Write a number of things: ``1 row``, ``12,345 rows``."""
    return f"{n:,} {thing}{'' if n == 1 else 's'}"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Write names one after the other: ```Income`, `Age` and 3 more``."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"`{name}`" for name in names[:most]) + more


def rows_text(rows: Iterable[int], most: int = 5) -> str:
    """Name the first of some rows, as every message does. `golive.prove.lines` makes lines of a csv of them.

    Examples
    --------
    >>> rows_text([3]), rows_text([3, 7]), rows_text(range(9))
    ('row 3 (from 0)', 'rows 3, 7 (from 0)', 'rows 0, 1, 2, 3, 4 ... (from 0)')
    """
    found = [int(row) for row in rows]
    shown = ", ".join(map(str, found[:most]))
    return f"row{'' if len(found) == 1 else 's'} {shown}{' ...' if len(found) > most else ''} (from 0)"


def number(value: float) -> str:
    """Write a score or a cut-off: at most four decimals, no trailing zeros.

    Examples
    --------
    >>> number(0.9), number(0.41237), number(650.0)
    ('0.9', '0.4124', '650')
    """
    text = f"{rounded(value, 4):.4f}".rstrip("0").rstrip(".")
    return f"{value:.3e}" if text == "0" and value > 0 else text

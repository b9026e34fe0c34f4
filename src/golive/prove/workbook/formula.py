"""From the record's coefficients to formulas of a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.records.score_table import Step


def excel(steps: Sequence[Step], prices: Mapping[str, str]) -> str:
    """Write a coefficient in reverse Polish order as a formula over cells.

    Parameters
    ----------
    steps
        See `golive.records.score_table.Step`.
    prices
        Assumption -> its cell.

    Examples
    --------
    >>> excel(["=margin", 12.0, "/", "neg"], {"margin": "$B$6"})
    '(-($B$6/12.0))'
    >>> excel([2.0, "=fee", "min"], {"fee": "$B$7"})
    'MIN(2.0,$B$7)'
    """
    stack: list[str] = []
    for step in steps:
        if not isinstance(step, str):
            stack.append(repr(float(step)))
        elif step.startswith("="):
            stack.append(prices[step[1:]])
        elif step == "neg":
            stack.append(f"(-{stack.pop()})")
        else:
            right, left = stack.pop(), stack.pop()
            stack.append(f"{step.upper()}({left},{right})" if step in ("min", "max") else f"({left}{step}{right})")
    return stack.pop()


def cell(row: int, column: int, fixed: str = "$") -> str:
    """Name a cell, both counted from 0.

    Examples
    --------
    >>> cell(0, 0), cell(9, 27, "")
    ('$A$1', 'AB10')
    """
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return f"{fixed}{letters}{fixed}{row + 1}"

"""What today's rule does with each row, so that the score can be compared with it case by case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import InputError
from golive.maths.comparison import holds
from golive.maths.words import count, rows_text
from golive.prove.cases import column_names, label_text, text_column
from golive.records.condition import atoms, names, read
from golive.records.fields import nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from golive.records.money import Money
    from golive.records.today import Today

    Bools = NDArray[np.bool_]

NAME = "today's rule"
"""How the alternative is called."""


def above_today(money: Money, columns: object, n: int, decided: object = None) -> Bools | None:
    """Return which rows get the `above` action today, (n,); None where the rule is the same for everybody, or unknown.

    Parameters
    ----------
    money
        The money file; its ``[today]`` names a column or a comparison.
    columns
        A frame or a dict of columns.
    n
        Number of rows.
    decided
        Today's decisions themselves, one per row, where the caller has them; the file must not name another rule then.

    Raises
    ------
    InputError
        A column that is not there, a third decision, a missing one; a comparison without an answer for some row.
    """
    today = money.today
    if decided is not None:
        if today.action is not None or today.varies:
            raise InputError(
                "today's decisions were given twice: as a column, and as [today] rule in the money file",
                hint="keep one of them",
            )
        return _decided(decided, money, n, place="today's decisions")
    if today.column is not None:
        _there(today.column, columns, today)
        return _decided(text_column(columns, today.column), money, n, place=f"{today.where}: column `{today.column}`")
    if today.comparison is not None:
        return _compared(today, money, columns, n)
    return None


def _compared(today: Today, money: Money, columns: object, n: int) -> Bools:
    tree = read(today.comparison or "", where=today.where)
    needed = {name.name: name.at for atom in atoms(tree) for name in names(atom)}
    for name, place in needed.items():
        _there(name, columns, today, place)
    found = holds(tree, {name: _of(text_column(columns, name), n, name) for name in needed})
    return found if today.holds == money.actions.above else ~found


def _decided(values: object, money: Money, n: int, *, place: str) -> Bools:
    """Read a column of decisions: names of the two actions, or 1 (the `above` action) and 0."""
    cells = _of(values, n, place)
    below, above = money.actions.below, money.actions.above
    texts = [label_text(cell) for cell in cells.tolist()]
    named = bool({below, above} & set(texts))
    known = {below: False, above: True} if named else {"0": False, "1": True, "false": False, "true": True}
    strange = [row for row, text in enumerate(texts) if text not in known]
    if strange:
        raise InputError(
            f"{place} holds neither `{below}`, `{above}` nor 1 (`{above}`), 0 (`{below}`) in"
            f" {count(len(strange))}: {rows_text(strange)}, the first is {texts[strange[0]]!r}",
            hint="leave rows that nobody decided today out, or give what is done with them",
        )
    return np.array([known[text] for text in texts], dtype=bool)


def _of(values: object, n: int, name: str) -> NDArray[Any]:
    cells: NDArray[Any] = np.asarray(values)
    if cells.shape != (n,):
        raise InputError(f"`{name}` has shape {cells.shape}; expected ({n},), one value per outcome")
    return cells


def _there(name: str, columns: object, today: Today, place: str = "") -> None:
    known = column_names(columns)
    if name not in known:
        raise InputError(
            f"{place or today.where}: today's rule needs the column `{name}`, which is not there{nearest(name, known)}",
            hint=f"columns given: {', '.join(known)}" if known else "pass the raw frame: golive.measure(columns=frame)",
        )

"""The columns that money is computed with: of one currency, and without a sign that nobody meant."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from golive.errors import InputError
from golive.maths.words import count, number, rows_text
from golive.prove.cases import text_column
from golive.records.evidence import Warned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from numpy.typing import NDArray

    from golive.records.money import Money

NAMES = ("currency", "currency code", "ccy", "curr")
"""Names of columns that say the currency of a row, with spaces for ``_`` and ``-``."""
_CODE = re.compile(r"[A-Za-z]{3}")
SHOWN = 5


def refuse_other_currency(money: Money, columns: object, names: Sequence[str]) -> None:
    """Refuse rows whose currency is not that of the money file: amounts are never converted.

    Raises
    ------
    InputError
        A column such as `currency` holds another code; the codes and their numbers of rows are named.
    """
    for name in names:
        if not says_currency(name):
            continue
        cells = [str(cell).strip() for cell in text_column(columns, name).tolist()]
        codes = Counter(cell.upper() for cell in cells if _CODE.fullmatch(cell) and cell.lower() != "nan")
        if set(codes) - {money.currency}:
            listed = ", ".join(f"{code} ({n:,})" for code, n in sorted(codes.items())[:SHOWN])
            raise InputError(
                f"column `{name}` holds {listed}; the money file is in {money.currency}, and amounts are never"
                " converted",
                hint="prove the rows of one currency, or convert the amounts and leave the column out",
            )


def says_currency(name: str) -> bool:
    """Whether a column is called like one that says the currency of a row."""
    return re.sub("[_-]", " ", name.casefold()) in NAMES


def named_currency(money: Money, columns: object, names: Sequence[str]) -> None:
    """Refuse a row that is not in the file's currency, by the column that the file names (``currency_column``).

    Raises
    ------
    InputError
        The column is not there, or the first row in another currency.
    """
    name = money.currency_column
    if not name:
        return
    if name not in names:
        raise InputError(
            f"the money file names the currency column `{name}`, which is not there",
            hint=f"columns given: {', '.join(names)}" if names else "pass the raw frame: columns=frame",
        )
    cells = [str(cell).strip() for cell in text_column(columns, name).tolist()]
    other = [row for row, cell in enumerate(cells) if cell != money.currency]
    if other:
        raise InputError(
            f"column `{name}` is {cells[other[0]]!r} in {rows_text(other[:1])}, {count(len(other))} in all;"
            f" the money file is in {money.currency}, and amounts are never converted",
            hint=f"convert the amounts, or keep the rows in {money.currency}",
        )


def negative(values: Mapping[str, NDArray[Any]]) -> tuple[Warned, ...]:
    """Say which columns of the formulas go below zero: gains and losses change their sides there."""
    found = []
    for name, column in values.items():
        amounts = np.asarray(column, dtype=np.float64)
        below = amounts[amounts < 0]
        if len(below):
            found.append(below_zero(name, len(below), float(below.min())))
    return tuple(found)


def below_zero(name: str, rows: int, lowest: float) -> Warned:
    """Say that a column goes below zero; ``lowest``: its lowest value."""
    text = (
        f"`{name}` is below zero in {count(rows)} (lowest: -{number(abs(lowest))}); what is computed with it changes"
        " its sign there. Leave these rows out if it is an amount that cannot be negative."
    )
    return Warned(code="negative_amounts", text=text)

"""What stands in a cell that should have been a number: a currency, a percent sign, a thousands separator."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CODE = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_DIGIT = re.compile(r"\d")
SHOWN = 5


def currencies(texts: Iterable[object]) -> dict[str, int]:
    """Count the currencies that stand beside numbers: signs such as € and $, codes such as EUR.

    Examples
    --------
    >>> currencies(["€ 500", "500 USD", "$7", "$8", "12", "abc", None])
    {'$': 2, 'USD': 1, '€': 1}
    """
    found: Counter[str] = Counter()
    for text in texts:
        if isinstance(text, str) and _DIGIT.search(text):
            signs = [char for char in text if unicodedata.category(char) == "Sc"]
            found.update({*signs, *_CODE.findall(text)})
    return dict(sorted(found.items()))


def no_number(value: object, column: Iterable[object]) -> tuple[str, str]:
    """Say why a cell is no number, with a look at its column: what to add to the message, and the hint.

    Examples
    --------
    >>> no_number("€ 500", ["€ 500", "$ 7", "$ 8"])[0]
    '; the column has amounts in `$` (2), `€` (1)'
    >>> no_number("85 %", ["85 %"])
    ('', 'write 0.85 for 85 %')
    """
    beside = currencies(column)
    if beside:
        listed = ", ".join(f"`{name}` ({n:,})" for name, n in list(beside.items())[:SHOWN])
        what = f"; the column has amounts in {listed}"
        if len(beside) > 1:
            return what, "amounts are never converted: bring them to one currency, and write bare numbers"
        return what, "write bare numbers; the currency is named in the money file"
    text = str(value).strip()
    if text.endswith("%"):
        return "", "write 0.85 for 85 %"
    return "", "numbers use a point and no thousands separator"

"""A mark for each row: the same for the same content, whatever wrote it down.

A frame in memory and a csv of it hold the same rows in different clothes: 5 and "5.0", NaN and an empty cell, a
timestamp and its text. Cells are first put into one form; then each row gets a keyed digest of 64 bits. Who has the
marks and not the key learns nothing about a row; who has both can ask only about rows that he already knows.
"""

from __future__ import annotations

import hashlib
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.tables.cast import number
from golive.tables.read import NULLS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Marks = NDArray[np.uint64]
    Factor = tuple[NDArray[np.int64], list[str | None]]

_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d)[ T]00:00(:00(\.0+)?)?")
_NOTHING = frozenset(NULLS)


def marks(columns: Mapping[str, NDArray[Any]], key: str) -> Marks:
    """Return a digest of each row, (n,).

    Parameters
    ----------
    columns
        Column -> cells of any kind, (n,) each. Their order does not matter, their names do.
    key
        Marks under different keys cannot be compared.
    """
    return marks_of({name: factor(cells) for name, cells in columns.items()}, key)


def marks_of(factors: Mapping[str, Factor], key: str) -> Marks:
    """Return the same from columns that were already taken apart; at least one of them."""
    secret = hashlib.sha256(key.encode()).digest()
    total: Marks | int = 0
    for name, (codes, values) in factors.items():
        keyed = hashlib.blake2b(f"{len(name)}:{name}".encode("utf-8", "surrogatepass"), digest_size=8, key=secret)
        total = total + np.array([_digest(keyed, value) for value in values], dtype=np.uint64)[codes]  # modulo 2^64
    if isinstance(total, int):
        raise ValueError("a mark needs at least one column")
    return total


def factor(cells: NDArray[Any]) -> Factor:
    """Return for each cell the position of its value, (n,), and the different values in one form."""
    if cells.dtype.kind in "fiu":
        numbers, inverse = np.unique(cells, return_inverse=True)
        codes, values = factor(numbers.astype(object))
        return codes[inverse], values
    if cells.dtype.kind == "M":
        cells = cells.astype("datetime64[us]")  # of nanoseconds numpy would list whole numbers
    listed = cells.tolist()
    kinds = set(map(type, listed))
    mixed = bool in kinds and len(kinds) > 1  # to a dict True is 1 and False is 0
    keys = [(cell.__class__, cell) for cell in listed] if mixed else listed
    places: dict[str | None, int] = {}
    place = {key: places.setdefault(plain(key[1] if mixed else key), len(places)) for key in dict.fromkeys(keys)}
    return np.fromiter(map(place.__getitem__, keys), dtype=np.int64, count=len(keys)), list(places)


def plain(cell: Any) -> str | None:
    """Return a cell in the one form that all ways of writing it share; None where it is missing.

    Examples
    --------
    >>> plain(5), plain(" 5e0"), plain(float("nan")), plain("NA"), plain(True), plain("2024-03-31 00:00:00")
    ('5.0', '5.0', None, None, 'true', '2024-03-31')
    """
    if not isinstance(cell, str):
        if isinstance(cell, (bool, np.bool_)):
            return str(bool(cell)).lower()
        if isinstance(cell, (int, float, np.number, Decimal)):
            return repr(float(cell) + 0.0) if cell == cell else None
        if cell is None or type(cell).__name__ in ("NAType", "NaTType"):
            return None
    text = str(cell)
    if text in _NOTHING:
        return None
    value = number(text)
    if value is not None:
        return repr(value + 0.0)
    day = _MIDNIGHT.fullmatch(text)
    return day[1] if day else text.lower() if text.lower() in ("true", "false") else text


def _digest(keyed: hashlib.blake2b, value: str | None) -> int:
    one = keyed.copy()
    one.update(b"-" if value is None else b"+" + value.encode("utf-8", "surrogatepass"))
    return int.from_bytes(one.digest())

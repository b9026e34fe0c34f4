"""The rows that the checks look at: all of them, or the same 20,000 in any order of the file."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.prove.cases import column_names
from golive.tables.cast import number
from golive.tables.marks import factor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from golive.tables.marks import Factor

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]

MOST = 20_000
"""Enough to see one training row in a thousand, and what one column tells."""
ENOUGH = 0.1
"""Share of rows that differ from all before them: more need not be told apart to draw a fair sample."""


@dataclass(frozen=True)
class Sample:
    """Rows with what happened; cells of any kind."""

    columns: Mapping[str, NDArray[Any]]
    """Every column but outcome and score."""
    event: Bools
    rows: int
    """Of the whole file."""

    @cached_property
    def marks(self) -> NDArray[np.uint64]:
        """What tells the rows apart, outcome included, (n,)."""
        total = np.zeros(len(self.event), dtype=np.uint64)
        for name, (codes, values) in {**self.factors, "": factor(self.event)}.items():
            total += _crc(name, values)[codes]
        return total

    @cached_property
    def factors(self) -> Mapping[str, Factor]:
        """Column -> position of the value of each row, and the different values."""
        return {name: factor(cells) for name, cells in self.columns.items()}

    @cached_property
    def numbers(self) -> Mapping[str, Values]:
        """Column -> its different values as numbers, missing NaN; columns that hold other texts are left out."""
        found = {}
        for name, (_, values) in self.factors.items():
            read = [np.nan if value is None else number(value) for value in values]
            if all(value is not None for value in read):
                found[name] = np.array(read, dtype=np.float64)
        return found


def sample(
    columns: Mapping[str, NDArray[Any]], event: Bools, score: Values | None = None, *, most: int = MOST
) -> Sample:
    """Take all rows, or as many as ``most`` by a number made of what is in them: the same ones in any order of a file.

    Rows that are the same come together, so the share of repeated rows in the sample is that of the file.

    Parameters
    ----------
    columns, event
        The rows.
    score
        Their scores, which mostly tell rows apart without a look at texts.
    most
        Rows that are looked at.
    """
    if len(event) <= most:
        return Sample(columns, event, len(event))
    places = _places(columns, event, score)
    last = np.partition(places, most)[most]
    kept = np.flatnonzero(places < last)
    tied = np.flatnonzero(places == last)
    among = Sample({name: cells[tied] for name, cells in columns.items()}, event[tied], len(tied))
    kept = np.append(kept, tied[np.argsort(among.marks, kind="stable")[: most - len(kept)]])
    return Sample({name: cells[kept] for name, cells in columns.items()}, event[kept], len(event))


def _places(columns: Mapping[str, NDArray[Any]], event: Bools, score: Values | None) -> NDArray[np.uint64]:
    """Return a number for each row, of its score, its numbers, and of as many texts as it takes to tell rows apart."""
    numeric = {name: cells for name, cells in columns.items() if cells.dtype.kind in "fiub"}
    found = _mixed(event.astype(np.uint64))
    if score is not None:
        found = found + _bits("", score)
    for name, cells in numeric.items():
        found = found + _bits(name, cells)
    for name, cells in columns.items():
        if len(np.unique(found)) >= ENOUGH * len(found):
            break
        if name not in numeric:
            codes, values = factor(cells)
            found = found + _crc(name, values)[codes]
    return found


def _bits(name: str, cells: NDArray[Any]) -> NDArray[np.uint64]:
    numbers = cells.astype(np.float64) + 0.0  # no -0
    numbers[np.isnan(numbers)] = np.nan
    return _mixed(numbers.view(np.uint64) ^ np.uint64(zlib.crc32(_bytes(name))))


def _crc(name: str, values: Sequence[str | None]) -> NDArray[np.uint64]:
    """Return a number for each value of a column."""
    seed = zlib.crc32(_bytes(name))
    crc = [seed ^ 1 if value is None else zlib.crc32(_bytes(value), seed) for value in values]
    return _mixed(np.array(crc, dtype=np.uint64) | np.uint64(seed << 32))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread whole numbers over 64 bits (the last step of splitmix64)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def looked_at(
    columns: object, event: Bools, *, aside: frozenset[str], alike: tuple[NDArray[Any], ...], score: Values
) -> Sample:
    """Take a sample of a frame, a dict of columns, or rows of a file.

    Parameters
    ----------
    columns
        What was given beside outcome and score; may be nothing.
    event
        Whether the event happened, (n,).
    aside
        Columns that are no inputs: the outcome, the score.
    alike
        Outcome and score themselves: a column that equals one of them is the same thing again.
    score
        As numbers, (n,).
    """
    cells = {name: cells_of(columns, name) for name in column_names(columns) if name not in aside}
    fitting = {
        name: found
        for name, found in cells.items()
        if found.shape == event.shape and not any(_same(found, one) for one in alike)
    }
    return sample(fitting, event, score)


def cells_of(columns: Any, name: str) -> NDArray[Any]:
    """Return the cells of one column as they are."""
    if hasattr(columns, "texts"):  # rows of a file
        found: NDArray[Any] = columns.texts(name)
        return found
    values = columns[name]
    return np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)


def _same(cells: NDArray[Any], other: NDArray[Any]) -> bool:
    return cells.dtype.kind == other.dtype.kind and bool(np.array_equal(cells, other))

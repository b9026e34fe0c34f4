"""The rows that the checks look at: all of them, or the same 100,000 in any order of the file."""

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
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from golive.tables.marks import Factor

    Bools = NDArray[np.bool_]
    Values = NDArray[np.float64]

MOST = 100_000


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
            seed = zlib.crc32(_bytes(name))
            crc = [seed ^ 1 if value is None else zlib.crc32(_bytes(value), seed) for value in values]
            total += _mixed(np.array(crc, dtype=np.uint64) | np.uint64(seed << 32))[codes]
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


def sample(columns: Mapping[str, NDArray[Any]], event: Bools) -> Sample:
    """Take all rows, or those with the smallest marks: whatever the order of the file, and with all their twins.

    Rows that are the same have the same mark, so the share of repeated rows in the sample is that of the file.
    """
    whole = Sample(columns, event, len(event))
    if len(event) <= MOST:
        return whole
    last = np.partition(whole.marks, MOST)[MOST]
    kept = np.flatnonzero(whole.marks < last)
    twins = np.flatnonzero(whole.marks == last)[: MOST - len(kept)]  # all alike, so any of them will do
    kept = np.append(kept, twins)
    return Sample({name: cells[kept] for name, cells in columns.items()}, event[kept], len(event))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _mixed(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread whole numbers over 64 bits (the last step of splitmix64)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def looked_at(columns: object, event: Bools, *, aside: frozenset[str], alike: tuple[NDArray[Any], ...]) -> Sample:
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
    """
    cells = {name: cells_of(columns, name) for name in column_names(columns) if name not in aside}
    fitting = {
        name: found
        for name, found in cells.items()
        if found.shape == event.shape and not any(_same(found, one) for one in alike)
    }
    return sample(fitting, event)


def cells_of(columns: Any, name: str) -> NDArray[Any]:
    """Return the cells of one column as they are."""
    if hasattr(columns, "texts"):  # rows of a file
        found: NDArray[Any] = columns.texts(name)
        return found
    values = columns[name]
    return np.asarray(values.to_numpy() if hasattr(values, "to_numpy") else values)


def _same(cells: NDArray[Any], other: NDArray[Any]) -> bool:
    return cells.dtype.kind == other.dtype.kind and bool(np.array_equal(cells, other))

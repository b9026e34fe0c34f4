"""What a file to be made wider gives, whatever its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

Cell = str | float | bool | None
AT_ONCE = 5_000
"""Rows of a batch."""


class Batch(NamedTuple):
    """Some rows that follow each other."""

    places: Sequence[int]
    """Where each begins: the line of a csv, the row of a sheet, the row of a parquet file counted from 1."""
    columns: Mapping[str, list[Cell]]
    """Text or null; of parquet also doubles, where they were asked for."""


class Added(NamedTuple):
    """A column to be added."""

    name: str
    kind: str = "text"
    """``text``, ``number`` or ``truth``."""
    choices: Sequence[str] = ()
    """What a person may fill in; a drop-down in a workbook."""
    wide: int = 12
    """Width in a workbook, in characters."""


class Wide(Protocol):
    """A file whose rows can be read in order, as often as needed, and written again with more columns."""

    names: tuple[str, ...]
    """Of its columns, in order."""
    notes: list[str]
    """What a person must be told about the copy; complete once it is written."""
    forms: dict[str, str]
    """Column -> ``%d.%m.%Y`` or the like: how real dates of it are given as text; ISO where it is not named."""
    decimal: str | None
    """The decimal sign that numbers are read and written with; null where the file holds numbers as numbers."""

    def batches(self, names: Collection[str], numbers: Collection[str] = ()) -> Iterator[Batch]:
        """Read some columns; those in ``numbers`` may come as doubles where the file holds doubles."""
        ...

    def where(self, place: int, column: str) -> str:
        """Return in words where a cell stands."""
        ...

    def write(
        self,
        out: Path,
        added: Sequence[Added],
        names: Collection[str],
        numbers: Collection[str],
        fill: Callable[[Batch], Sequence[Sequence[Cell]]],
    ) -> None:
        """Write all rows to a file, each with what ``fill`` gives: one list per added column, one cell per row."""
        ...

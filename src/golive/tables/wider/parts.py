"""What a file to be made wider gives, whatever its kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
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


Fill = Callable[[Batch], Sequence[Sequence[Cell]]]
"""What is added to some rows: one list per added column, one cell per row."""


class Wide(ABC):
    """A file whose rows can be read in order, as often as needed, and written again with more columns."""

    names: tuple[str, ...]
    """Of its columns, in order."""

    def __init__(self, path: Path, decimal: str | None = None) -> None:
        self.path = path
        self.notes: list[str] = []
        """What a person must be told about the copy; complete once it is written."""
        self.forms: dict[str, str] = {}
        """Column -> ``%d.%m.%Y`` or the like: how real dates of it are given as text; ISO where it is not named."""
        self.decimal = decimal
        """The decimal sign that numbers are read and written with; null where the file holds numbers as numbers."""

    @abstractmethod
    def batches(self, names: Collection[str], numbers: Collection[str] = ()) -> Iterator[Batch]:
        """Read some columns; those in ``numbers`` may come as doubles where the file holds doubles."""

    @abstractmethod
    def where(self, place: int, column: str) -> str:
        """Return in words where a cell stands."""

    @abstractmethod
    def write(
        self, out: Path, added: Sequence[Added], names: Collection[str], numbers: Collection[str], fill: Fill
    ) -> None:
        """Write all rows to a file, each with what ``fill`` gives."""

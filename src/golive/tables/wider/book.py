"""A workbook made wider: one sheet gets cells behind its rows, everything else stays as it is, to the byte.

A workbook is held in memory.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import zipfile
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree

from golive.errors import InputError
from golive.maths.words import count
from golive.tables.book import MISSING_ERROR, SHOWN, has_formulas, names_of, opened, sheet_of, texts_of, waits
from golive.tables.read import NULLS
from golive.tables.wider.parts import AT_ONCE, Batch, Wide
from golive.tables.wider.sheet import Filled, letters_of, refuse_merged, widened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from golive.tables.wider.parts import Added, Cell, Fill

_WORKBOOK = "xl/workbook.xml"
_BAD = (zipfile.BadZipFile, KeyError, UnicodeDecodeError, ElementTree.ParseError)


class _Row(NamedTuple):
    place: int
    values: list[Any]
    errors: frozenset[int]
    """Columns, from 0, that hold an error."""


class Book(Wide):
    """One sheet of a workbook, see `golive.tables.wider.parts.Wide`.

    Raises
    ------
    InputError
        Not a workbook, no such sheet, no names, a repeated name, names in merged cells.
    """

    def __init__(self, path: Path, *, sheet: str | None = None) -> None:
        super().__init__(path)
        with opened(path) as book:
            found = sheet_of(book, sheet, path)
            self.title: str = found.title
            rows = list(_rows(found))
        if not rows:
            raise InputError(
                f"the sheet `{self.title}` of `{path.name}` is empty", hint="expected a first row with the names"
            )
        self._top, self._rows = rows[0].place, rows[1:]
        self._part, xml = _xml(path, self.title)
        refuse_merged(xml, self._top, self.title)
        named = names_of(rows[0].values, [row.values for row in self._rows], path)
        self._columns = {name: at for at, name in named.items()}
        self.names = tuple(self._columns)

    def batches(self, names: Collection[str], numbers: Collection[str] = ()) -> Iterator[Batch]:
        """Read some columns as text.

        Raises
        ------
        InputError
            They hold errors, or formulas that nobody computed; the cells are named.
        """
        wanted = {name: at for name, at in self._columns.items() if name in names}
        self._refuse_errors(set(wanted.values()))
        self._refuse_uncomputed(set(wanted.values()))
        texts = {name: list(texts_of(self._cells(name, at), NULLS)) for name, at in wanted.items()}
        for start in range(0, len(self._rows), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            places = [row.place for row in self._rows[part]]
            yield Batch(places, {name: cells[part] for name, cells in texts.items()})

    def where(self, place: int, column: str) -> str:
        letters = letters_of(self._columns[column] + 1)
        return f"cell {letters}{place} of the sheet `{self.title}` (column `{column}`)"

    def write(
        self, out: Path, added: Sequence[Added], names: Collection[str], numbers: Collection[str], fill: Fill
    ) -> None:
        rows: dict[int, Sequence[Cell]] = {}
        for batch in self.batches(names, numbers):
            rows.update(zip(batch.places, zip(*fill(batch), strict=True), strict=True))
        with zipfile.ZipFile(self.path) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in packed.infolist():
                data = packed.read(entry)
                if entry.filename == self._part:
                    xml, told = widened(data.decode(), Filled(added, self._top, rows), self.title)
                    data = xml.encode()
                    self.notes += told
                new.writestr(entry, data, zipfile.ZIP_DEFLATED)

    def _cells(self, name: str, at: int) -> list[Any]:
        form = self.forms.get(name)
        return [_dated(_at(row.values, at), form) for row in self._rows]

    def _refuse_errors(self, columns: set[int]) -> None:
        wrong = [f"{letters_of(at + 1)}{row.place}" for row in self._rows for at in sorted(row.errors & columns)]
        if wrong:
            raise InputError(
                f"{count(len(wrong), 'cell')} of the sheet `{self.title}` with an error instead of a value: "
                f"{_some(wrong)}",
                hint="mend the formulas, or empty the cells, and save the workbook",
            )

    def _refuse_uncomputed(self, columns: set[int]) -> None:
        wrong = [f"{letters_of(at + 1)}{place}" for place, at in self._uncomputed if at in columns]
        if wrong:
            raise InputError(
                f"{count(len(wrong), 'formula')} of the sheet `{self.title}` without a stored value: {_some(wrong)}",
                hint=f"open `{self.path.name}` in a spreadsheet program and save it: that stores what they compute",
            )

    @cached_property
    def _uncomputed(self) -> list[tuple[int, int]]:
        """Rows and columns, from 0, of formulas without a stored value: looked up once, batches are read often."""
        if not has_formulas(self.path):
            return []
        with opened(self.path, values=False) as book:
            written = {row.place: row.values for row in _rows(book[self.title], formulas=True)}
        stale = waits(self.path)
        return [
            (row.place, at)
            for row in self._rows
            for at, cell in enumerate(written.get(row.place, []))
            if cell is _FORMULA and (stale or _at(row.values, at) is None)
        ]


_FORMULA = object()


def _rows(sheet: Any, *, formulas: bool = False) -> Iterator[_Row]:
    """Yield the rows that hold something."""
    sheet.reset_dimensions()  # some programs write them wrong, and cells would be cut off
    for place, row in enumerate(sheet.iter_rows(), start=1):
        if any(cell.value is not None for cell in row):
            values = [_FORMULA if formulas and cell.data_type == "f" else _value(cell) for cell in row]
            errors = frozenset(
                at for at, cell in enumerate(row) if cell.data_type == "e" and cell.value != MISSING_ERROR
            )
            yield _Row(place, values, errors)


def _value(cell: Any) -> Any:
    return "" if cell.value is None and cell.data_type == "str" else cell.value  # a formula that gave an empty text


def _dated(value: Any, form: str | None) -> Any:
    """Return a date as text of a form; everything else as it is."""
    return value.strftime(form) if form is not None and isinstance(value, dt.date) else value


def _at(values: Sequence[Any], at: int) -> Any:
    return values[at] if at < len(values) else None


def _some(cells: Sequence[str]) -> str:
    return ", ".join(cells[:SHOWN]) + (" ..." if len(cells) > SHOWN else "")


def _xml(path: Path, title: str) -> tuple[str, str]:
    """Return the name of the file that holds a sheet, and its text."""
    try:
        with zipfile.ZipFile(path) as packed:
            part = _part(packed, title)
            return part, packed.read(part).decode()
    except (*_BAD, StopIteration) as exc:
        raise InputError(
            f"`{path.name}` does not say where its sheet `{title}` is", hint="save it again in a spreadsheet program"
        ) from exc


def _part(packed: zipfile.ZipFile, title: str) -> str:
    book = ElementTree.fromstring(packed.read(_WORKBOOK))
    links = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    sheet = next(one for one in book.iter() if one.tag.endswith("}sheet") and one.get("name") == title)
    link = next(value for key, value in sheet.attrib.items() if key.endswith("}id"))
    target = next(one.get("Target", "") for one in links if one.get("Id") == link)
    return posixpath.normpath(posixpath.join("xl", target)).lstrip("/")

"""Read a sheet of a workbook through openpyxl, every cell as the text that a csv of the same rows would hold.

A workbook is where numbers silently change: a formula that was never computed reads as an empty cell, an error as a
word, a date as a number of days. So a formula without its value and an error are refused with the cell's name, a whole
number is written without a fraction (a workbook knows no other), a date in ISO form. The first row holds the names,
as in a csv; rows without any cell are left out.
"""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from golive.errors import InputError, need
from golive.maths.words import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Cells = list[list[Any]]

MISSING_ERROR = "#N/A"
"""The one error that means a missing value."""
SHOWN = 5


def read_book(
    path: Path, *, sheet: str | None = None, missing: Collection[str] = ("",)
) -> dict[str, NDArray[np.object_]]:
    """Read one sheet.

    Parameters
    ----------
    path
        ``.xlsx`` or ``.xlsm``.
    sheet
        Its name; the first sheet by default.
    missing
        Texts that mean a missing cell.

    Returns
    -------
    dict
        Column -> text or None, (n,) each.

    Raises
    ------
    InputError
        Not a workbook, no such sheet, no names, a repeated name, an error, or a formula whose value is not stored.
    """
    with opened(path) as book:
        found = sheet_of(book, sheet, path)
        title, rows = found.title, _rows(found)
    rows = [row for row in rows if any(cell is not None for cell in row)]
    if not rows:
        raise InputError(f"the sheet `{title}` of `{path.name}` is empty", hint="expected a first row with the names")
    _refuse_uncomputed(path, title)
    names = names_of(rows[0], rows[1:], path)
    return {
        name: texts_of([row[at] if at < len(row) else None for row in rows[1:]], missing) for at, name in names.items()
    }


def sheets(path: Path) -> tuple[str, ...]:
    """Return the names of the sheets, in order."""
    with opened(path) as book:
        return tuple(sheet.title for sheet in book.worksheets)


@contextmanager
def opened(path: Path, *, values: bool = True) -> Iterator[Any]:
    """Open a workbook through openpyxl, to be read row by row: what formulas gave, or the formulas themselves."""
    openpyxl = need("openpyxl", extra="files")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and pick lists that it will not keep
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=values)
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError, SyntaxError) as exc:
            raise InputError(
                f"`{path.name}` is not a readable workbook: {exc}",
                hint="expected an .xlsx file without a password; save it again, or as .csv",
            ) from exc
        try:
            yield book
        finally:
            book.close()


def sheet_of(book: Any, wanted: str | None, path: Path) -> Any:
    """Return a sheet by its name, the first one by default."""
    found = {sheet.title: sheet for sheet in book.worksheets}
    if not found:
        raise InputError(f"`{path.name}` has no sheet with cells", hint="expected a sheet with a row of names")
    if wanted is None:
        return next(iter(found.values()))
    if wanted not in found:
        raise InputError(
            f"`{path.name}` has no sheet `{wanted}`", hint=f"it has: {', '.join(f'`{name}`' for name in found)}"
        )
    return found[wanted]


def _rows(sheet: Any) -> Cells:
    """Return the values of a sheet; an error is refused where it stands."""
    sheet.reset_dimensions()  # some programs write them wrong, and cells would be cut off
    rows: Cells = []
    for row in sheet.iter_rows():
        rows.append([cell.value for cell in row])
        for cell in row:
            if cell.data_type == "e" and cell.value != MISSING_ERROR:
                raise InputError(
                    f"cell {cell.coordinate} of the sheet `{sheet.title}` holds the error {cell.value}",
                    hint="mend the formula, or empty the cell, and save the workbook",
                )
    return rows


def _refuse_uncomputed(path: Path, title: str) -> None:
    """Refuse formulas whose value is not in the file, or only a stand-in for it.

    Libraries that write workbooks compute nothing: some leave the value out, some write 0 and ask the program that
    opens the file to compute everything.
    """
    if not has_formulas(path):
        return
    hint = f"open `{path.name}` in a spreadsheet program and save it: that stores what they compute"
    if waits(path):
        raise InputError(f"`{path.name}` holds formulas that no program has computed yet", hint=hint)
    with opened(path) as computed, opened(path, values=False) as written:
        both = computed[title], written[title]
        for sheet in both:
            sheet.reset_dimensions()
        cells = [
            formula.coordinate
            for values, formulas in zip(*(sheet.iter_rows() for sheet in both), strict=True)
            for value, formula in zip(values, formulas, strict=True)
            if formula.data_type == "f" and value.value is None and value.data_type != "str"  # an empty text is one
        ]
    if cells:
        shown = ", ".join(cells[:SHOWN]) + (" ..." if len(cells) > SHOWN else "")
        raise InputError(
            f"{count(len(cells), 'formula')} of the sheet `{title}` without a stored value: {shown}",
            hint=hint,
        )


def waits(path: Path) -> bool:
    """Return whether the workbook asks to be computed when it is opened."""
    with zipfile.ZipFile(path) as packed:
        return b'fullCalcOnLoad="1"' in packed.read("xl/workbook.xml")


def has_formulas(path: Path) -> bool:
    """Return whether any sheet holds a formula."""
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with packed.open(name) as file:
                    last = b""
                    while piece := file.read(1 << 20):
                        if b"<f>" in last + piece or b"<f " in last + piece:
                            return True
                        last = piece[-2:]
    return False


def names_of(first: Sequence[Any], rows: Cells, path: Path) -> dict[int, str]:
    """Return position -> name; a column with neither name nor cells is no column."""
    width = max((len(row) for row in rows), default=0)
    given = [*first, *[None] * (width - len(first))]
    names = {at: f"Unnamed: {at}" if cell is None else _written(cell, whole_days=True) for at, cell in enumerate(given)}
    for at in [at for at, cell in enumerate(given) if cell is None]:
        if all(at >= len(row) or row[at] is None for row in rows):
            del names[at]
    listed = list(names.values())
    repeated = sorted({name for name in listed if listed.count(name) > 1})
    if repeated:
        raise InputError(f"`{path.name}` has the column `{repeated[0]}` twice", hint="rename one of the two")
    return names


def texts_of(cells: Sequence[Any], missing: Collection[str]) -> NDArray[np.object_]:
    """Return the cells of a column as the text that a csv of the same rows would hold, null where missing."""
    whole_days = all(cell.time() == dt.time() for cell in cells if isinstance(cell, dt.datetime))
    found = np.empty(len(cells), dtype=object)
    for at, cell in enumerate(cells):
        text = None if cell is None else _written(cell, whole_days=whole_days)
        found[at] = None if text in missing else text
    return found


def _written(cell: Any, *, whole_days: bool) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, dt.datetime):
        # A workbook holds a day as the midnight it starts with.
        return cell.date().isoformat() if whole_days else cell.isoformat(sep=" ")
    return str(cell)

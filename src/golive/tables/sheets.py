"""A small workbook for people to edit, and its cells back: a text stays one, and no formula is taken for a value."""

from __future__ import annotations

import datetime as dt
import io
import math
import warnings
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

from golive.errors import InputError, need

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Sequence["Value"]

Value = str | float | int | bool | dt.date | None
LISTS = "Lists"
"""The sheet behind the drop-downs; hidden, and never read."""
_LARGEST = 20 << 20
"""Bytes of a workbook that people edit, unpacked."""
_NARROW, _WIDE = 12, 60


class Sheet(NamedTuple):
    """One sheet: a row of heads, and rows below it."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Row]
    choices: Sequence[tuple[int, int, int, str]] = ()
    """First row, column, last row (from 0, heads included) and the name of a list: a drop-down."""
    notes: Mapping[str, str] = {}
    """Head -> what is shown beside it."""


class Cell(NamedTuple):
    """A cell that is not empty."""

    value: Value
    place: str
    """``Rules!C4``."""
    odd: str
    """Why its value cannot be taken: ``a formula``, ``the error #REF!``; empty when it can."""


def workbook(sheets: Sequence[Sheet], lists: Mapping[str, Sequence[str]]) -> bytes:
    """Return the bytes of a workbook with drop-downs.

    Parameters
    ----------
    sheets
        In order.
    lists
        Name -> what a drop-down offers.
    """
    xlsxwriter = need("xlsxwriter", extra="files")
    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(data, options)
    book.set_properties({"created": dt.datetime(2000, 1, 1)})  # the same policy, the same bytes
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    plain, day = book.add_format({"text_wrap": True, "valign": "top"}), book.add_format({"num_format": "yyyy-mm-dd"})
    sources = {
        name: f"={LISTS}!${chr(65 + at)}$1:${chr(65 + at)}${len(of)}" for at, (name, of) in enumerate(lists.items())
    }
    for sheet in sheets:
        page = book.add_worksheet(sheet.name)
        page.freeze_panes(1, 1)
        for column, width in enumerate(_widths(sheet)):
            page.set_column(column, column, width)
        for row, cells in enumerate([sheet.heads, *sheet.rows]):
            for column, value in enumerate(cells):
                _write(page, row, column, value, head if row == 0 else plain, day)
        for name, note in sheet.notes.items():
            page.write_comment(0, list(sheet.heads).index(name), note, {"author": "golive", "x_scale": 2})
        for first, column, last, of in sheet.choices:
            if lists[of]:
                page.data_validation(first, column, last, column, {"validate": "list", "source": sources[of]})
    page = book.add_worksheet(LISTS)
    page.hide()
    for column, offered in enumerate(lists.values()):
        for row, text in enumerate(offered):
            page.write_string(row, column, text)
    book.close()
    return data.getvalue()


def read_sheets(data: bytes, *, name: str) -> dict[str, list[list[Cell]]]:
    """Return the cells of every sheet but `LISTS`, row by row; empty cells are left out.

    Raises
    ------
    InputError
        Not a workbook, or one far larger than people edit.
    """
    openpyxl = need("openpyxl", extra="files")
    _refuse_large(data, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles that it will not keep
        try:
            book = openpyxl.load_workbook(io.BytesIO(data))
        except (zipfile.BadZipFile, KeyError, ValueError, EOFError, SyntaxError) as exc:
            hint = "expected an .xlsx file without a password"
            raise InputError(f"`{name}` is not a readable workbook: {exc}", hint=hint) from exc
    return {
        sheet.title: [[_cell(cell) for cell in row if cell.value is not None] for row in sheet.iter_rows()]
        for sheet in book.worksheets
        if sheet.title != LISTS
    }


def column_of(cell: Cell) -> str:
    """Return the letters of a cell's column."""
    return cell.place.rpartition("!")[2].rstrip("0123456789")


def _widths(sheet: Sheet) -> list[int]:
    rows = [sheet.heads, *sheet.rows]
    longest = [max(len(str(row[at] or "")) for row in rows if at < len(row)) for at in range(len(sheet.heads))]
    return [min(max(length + 2, _NARROW), _WIDE) for length in longest]


def _write(page: Any, row: int, column: int, value: Value, form: Any, day: Any) -> None:
    if value is None:
        page.write_blank(row, column, None, form)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value, form)
    elif isinstance(value, str):
        page.write_string(row, column, value, form)  # never a formula, whatever it begins with
    elif isinstance(value, dt.date):
        page.write_datetime(row, column, value, day)
    else:
        page.write_number(row, column, value, form)


def _cell(cell: Any) -> Cell:
    value, odd = cell.value, ""
    if cell.data_type == "f":
        value, odd = str(getattr(value, "text", value)), "a formula"
    elif cell.data_type == "e":
        odd = f"the error {value}"
    elif isinstance(value, dt.datetime):
        value, odd = (value.date(), "") if value.time() == dt.time() else (str(value), "a time of day")
    elif isinstance(value, float) and not math.isfinite(value):
        odd = "no finite number"
    elif not isinstance(value, (str, bool, int, float, dt.date)):
        value, odd = str(value), "a time of day"
    return Cell(value, f"{cell.parent.title}!{cell.coordinate}", odd)


def _refuse_large(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(item.file_size for item in packed.infolist())
    except zipfile.BadZipFile as exc:
        raise InputError(f"`{name}` is not a workbook: {exc}", hint="expected an .xlsx file") from exc
    if size > _LARGEST:
        raise InputError(
            f"`{name}` unpacks to {size >> 20:,} MB", hint=f"expected a policy, at most {_LARGEST >> 20} MB"
        )

"""The XML of one sheet with cells put behind its rows; every other byte of it stays.

openpyxl writes a workbook anew and loses what it does not know (charts, what formulas gave, pivot tables). So only the
rows of one sheet are touched, as text: rows are never inside of each other, and in XML no text holds a bare ``<``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from golive.errors import InputError
from golive.tables.formulas import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.tables.wider.parts import Added, Cell

LAST = 16_384
"""Columns of a sheet."""
_ROW = re.compile(r"<((?:\w+:)?)row\b([^>]*?)(/?)>")
_NUMBER = re.compile(r'\br="(\d+)"')
_SPANS = re.compile(r'\s+spans="[^"]*"')
_CELL = re.compile(r'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d+)"([^>]*)')
_NAMELESS = re.compile(r'<(?:\w+:)?c\b(?![^>]*\br=")[^>]*>')
_STYLE = re.compile(r'\bs="(\d+)"')
_MERGED = re.compile(r'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_DIMENSION = re.compile(r'(<(?:\w+:)?dimension\b[^>]*\bref=")[^"]*"')
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_AFTER = (
    "hyperlinks", "printOptions", "pageMargins", "pageSetup", "headerFooter", "rowBreaks", "colBreaks",
    "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing", "legacyDrawing", "legacyDrawingHF",
    "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
"""What stands behind the drop-downs of a sheet, in the order of the standard."""
_LONGEST, _LONGEST_LIST = 32_767, 255


class Filled(NamedTuple):
    """What is put behind the rows."""

    added: Sequence[Added]
    top: int
    """Row of the names."""
    rows: Mapping[int, Sequence[Cell]]
    """Row -> one cell per added column."""


def refuse_merged(xml: str, top: int, title: str) -> None:
    """Refuse names that stand in merged cells: nobody can tell which column is meant."""
    for left, first, right, last in _MERGED.findall(xml):
        if int(first) <= top <= int(last) and left != right:
            raise InputError(
                f"the names of the sheet `{title}` stand in merged cells: {left}{first}:{right}{last}",
                hint="expected one name per column in one row; unmerge them",
            )


def widened(xml: str, filled: Filled, title: str) -> tuple[str, list[str]]:
    """Return the XML of a sheet with cells behind its rows, and what a person must be told."""
    if _NAMELESS.search(xml) or "<![CDATA[" in xml or "<!--" in xml:
        raise InputError(
            f"the sheet `{title}` is written in a way that cannot be added to",
            hint="open the workbook in a spreadsheet program and save it",
        )
    cells = [(number_of(letters), int(row), rest) for letters, row, rest in _CELL.findall(xml)]
    start = max(column for column, _, _ in cells) + 1
    if start + len(filled.added) > LAST:
        raise InputError(f"the sheet `{title}` has no room for more columns", hint="delete the empty ones on its right")
    looks = {column: _STYLE.search(rest) for column, row, rest in cells if row == filled.top}
    last = looks[max(looks)]
    style = f' s="{last[1]}"' if last else ""
    end = max(row for _, row, _ in cells)
    xml = _with_cells(xml, filled, start, style)
    xml = _DIMENSION.sub(rf'\g<1>A1:{letters_of(start + len(filled.added) - 1)}{end}"', xml, count=1)
    xml, notes = _with_choices(_with_widths(xml, filled.added, start), filled, start)
    if re.search(r"<(?:\w+:)?sheetProtection\b", xml):
        notes.append(f"the sheet `{title}` is protected: nobody can fill it in until the protection is taken off")
    return xml, notes


def _with_cells(xml: str, filled: Filled, start: int, style: str) -> str:
    pieces, done, number = [], 0, 0
    for found in _ROW.finditer(xml):
        prefix, attributes, empty = found.groups()
        given = _NUMBER.search(attributes)
        number = int(given[1]) if given else number + 1
        names: Sequence[Cell] = [one.name for one in filled.added]
        values = names if number == filled.top else filled.rows.get(number)
        if values is None:
            continue
        look = style if number == filled.top else ""
        new = "".join(_cell(prefix, start + at, number, value, look) for at, value in enumerate(values))
        pieces += [xml[done : found.start()], f"<{prefix}row{_SPANS.sub('', attributes)}>"]
        if empty:
            pieces += [new, f"</{prefix}row>"]
            done = found.end()
        else:
            done = xml.index(f"</{prefix}row>", found.end())
            pieces += [xml[found.end() : done], new]
    return "".join([*pieces, xml[done:]])


def _cell(prefix: str, column: int, row: int, value: Cell, style: str) -> str:
    place = f'<{prefix}c r="{letters_of(column)}{row}"{style}'
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'{place} t="b"><{prefix}v>{int(value)}</{prefix}v></{prefix}c>'
    if isinstance(value, (int, float)):
        return f"{place}><{prefix}v>{value!r}</{prefix}v></{prefix}c>"
    text = escape(_CONTROL.sub("\ufffd", harmless(value))[:_LONGEST])
    inside = f'<{prefix}is><{prefix}t xml:space="preserve">{text}</{prefix}t></{prefix}is>'
    return f'{place} t="inlineStr">{inside}</{prefix}c>'


def _with_widths(xml: str, added: Sequence[Added], start: int) -> str:
    found = re.search(r"<((?:\w+:)?)sheetData\b", xml)
    if found is None:
        return xml
    prefix = found[1]
    columns = "".join(
        f'<{prefix}col min="{start + at}" max="{start + at}" width="{one.wide}" customWidth="1"/>'
        for at, one in enumerate(added)
    )
    there = re.findall(r'<(?:\w+:)?col\b[^>]*\bmax="(\d+)"', xml[: found.start()])
    if not there:
        return f"{xml[: found.start()]}<{prefix}cols>{columns}</{prefix}cols>{xml[found.start() :]}"
    if max(map(int, there)) >= start:  # a width for all columns to the right covers these too
        return xml
    return xml.replace(f"</{prefix}cols>", f"{columns}</{prefix}cols>", 1)


def _with_choices(xml: str, filled: Filled, start: int) -> tuple[str, list[str]]:
    """Add a drop-down to each column with choices."""
    notes: list[str] = []
    rows = sorted(filled.rows)
    for at, one in enumerate(filled.added):
        if not one.choices or not rows:
            continue
        listed = ",".join(one.choices)
        if len(listed) > _LONGEST_LIST or any("," in choice or '"' in choice for choice in one.choices):
            notes.append(f"the column `{one.name}` has no drop-down: its choices do not fit into one")
            continue
        column = letters_of(start + at)
        formula = escape(f'"{listed}"')
        xml = _with_validation(xml, f"{column}{rows[0]}:{column}{rows[-1]}", formula)
    return xml, notes


def _with_validation(xml: str, cells: str, formula: str) -> str:
    end = re.search(r"</((?:\w+:)?)sheetData>", xml)
    prefix = end[1] if end else ""
    one = (
        f'<{prefix}dataValidation type="list" allowBlank="1" showErrorMessage="1" sqref={quoteattr(cells)}>'
        f"<{prefix}formula1>{formula}</{prefix}formula1></{prefix}dataValidation>"
    )
    there = re.search(rf'(<{prefix}dataValidations\b[^>]*\bcount=")(\d+)"', xml)
    if there:
        xml = f'{xml[: there.start()]}{there[1]}{int(there[2]) + 1}"{xml[there.end() :]}'
        return xml.replace(f"</{prefix}dataValidations>", f"{one}</{prefix}dataValidations>", 1)
    whole = f'<{prefix}dataValidations count="1">{one}</{prefix}dataValidations>'
    behind = re.compile(rf"<{prefix}(?:{'|'.join(_AFTER)})\b|</{prefix}worksheet>")
    at = behind.search(xml, end.end() if end else 0)
    place = at.start() if at else len(xml)
    return xml[:place] + whole + xml[place:]


def letters_of(column: int) -> str:
    """Return how a sheet calls a column, counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def number_of(letters: str) -> int:
    """Return the number, from 1, of a column."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number

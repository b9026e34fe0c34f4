"""A scored workbook: one sheet gets cells behind its rows, and nothing else of it changes."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.datavalidation import DataValidation
from tests.unit.score.files import ADDED, NAMES, ROWS, as_book, scored

from golive.chain.score import Form
from golive.errors import InputError

FIRST = len(NAMES) + 1


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_every_other_part_of_the_workbook_is_the_same_to_the_byte(bundle: Path, tmp_path: Path) -> None:
    source, out = as_book(tmp_path / "in.xlsx"), tmp_path / "out.xlsx"
    scored(source, out, bundle)
    before, after = parts(source), parts(out)
    assert list(before) == list(after)
    assert [name for name in before if before[name] != after[name]] == ["xl/worksheets/sheet1.xml"]


def test_styles_widths_and_own_cells_stay(bundle: Path, tmp_path: Path) -> None:
    scored(as_book(tmp_path / "in.xlsx"), tmp_path / "out.xlsx", bundle)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Cases"]
    assert [[cell.value for cell in row[: FIRST - 1]] for row in sheet.iter_rows(min_row=2)] == ROWS
    assert [cell.value for cell in sheet[1]][FIRST - 1 :] == ADDED
    assert sheet.cell(1, FIRST).font.b and sheet.cell(1, FIRST).fill.fgColor.rgb == "00FFEE00"
    assert sheet.column_dimensions["D"].width == 41.5
    assert sheet.dimensions == "A1:S6"


def test_the_action_column_offers_the_actions_of_the_policy_beside_other_drop_downs(
    bundle: Path, tmp_path: Path
) -> None:
    source = as_book(tmp_path / "in.xlsx")
    book = openpyxl.load_workbook(source)
    own = DataValidation(type="list", formula1='"A,B,C"')
    own.add("F2:F6")
    book["Cases"].add_data_validation(own)
    book["Cases"].print_options.horizontalCentered = True
    book.save(source)
    scored(source, tmp_path / "out.xlsx", bundle)
    found = openpyxl.load_workbook(tmp_path / "out.xlsx")["Cases"].data_validations.dataValidation
    assert {(str(one.sqref), one.formula1) for one in found} == {
        ("F2:F6", '"A,B,C"'),
        ("Q2:Q6", '"approve,review,reject"'),
    }


def test_a_formula_keeps_its_text_and_what_it_gave(bundle: Path, tmp_path: Path) -> None:
    rows = [[*ROWS[0][:2], "=20+20", *ROWS[0][3:]], *ROWS[1:]]
    source = as_book(tmp_path / "in.xlsx", rows)
    with pytest.raises(InputError, match="1 formula of the sheet `Cases` without a stored value: C2"):
        scored(source, tmp_path / "out.xlsx", bundle)
    stored(source, "xl/worksheets/sheet1.xml", "<f>20+20</f><v />", "<f>20+20</f><v>40</v>")
    stored(source, "xl/workbook.xml", ' fullCalcOnLoad="1"', "")
    scored(source, tmp_path / "out.xlsx", bundle)
    scored(as_book(tmp_path / "plain.xlsx"), tmp_path / "plain-out.xlsx", bundle)
    assert b"<f>20+20</f><v>40</v>" in parts(tmp_path / "out.xlsx")["xl/worksheets/sheet1.xml"]
    one, two = (openpyxl.load_workbook(tmp_path / name)["Cases"] for name in ("out.xlsx", "plain-out.xlsx"))
    assert [cell.value for cell in one[2]][FIRST:] == [cell.value for cell in two[2]][FIRST:]


def test_a_formula_or_an_error_in_a_column_that_nobody_asks_for_is_no_problem(bundle: Path, tmp_path: Path) -> None:
    rows = [[*ROWS[0][:3], "=1/0", *ROWS[0][4:]], [*ROWS[1][:3], "#REF!", *ROWS[1][4:]]]
    scored(as_book(tmp_path / "in.xlsx", rows), tmp_path / "out.xlsx", bundle)
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["Cases"]["D2"].value == "=1/0"


def test_an_error_where_an_input_should_be_is_named(bundle: Path, tmp_path: Path) -> None:
    rows = [[*ROWS[0][:2], "#REF!", *ROWS[0][3:]], *ROWS[1:]]
    with pytest.raises(InputError, match="1 cell of the sheet `Cases` with an error instead of a value: C2"):
        scored(as_book(tmp_path / "in.xlsx", rows), tmp_path / "out.xlsx", bundle)


def test_names_in_merged_cells_are_refused(bundle: Path, tmp_path: Path) -> None:
    source = as_book(tmp_path / "in.xlsx")
    book = openpyxl.load_workbook(source)
    book["Cases"].merge_cells("C1:D1")
    book.save(source)
    with pytest.raises(InputError, match="stand in merged cells: C1:D1"):
        scored(source, tmp_path / "out.xlsx", bundle)


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(bundle: Path, tmp_path: Path) -> None:
    source = as_book(tmp_path / "in.xlsx")
    with pytest.raises(InputError, match="has no sheet `cases`") as caught:
        scored(source, tmp_path / "out.xlsx", bundle, Form(ids="Nr", sheet="cases"))
    assert "`Cases`, `Other`" in caught.value.hint
    with pytest.raises(InputError, match="the columns `Income`"):
        scored(source, tmp_path / "out.xlsx", bundle, Form(sheet="Other"))


def test_text_that_looks_like_a_formula_runs_nowhere(bundle: Path, tmp_path: Path) -> None:
    source = as_book(tmp_path / "in.xlsx", [["x", *ROWS[0][1:]]])
    stored(source, "xl/worksheets/sheet1.xml", "<t>x</t>", "<t>=1+1</t>")
    scored(source, tmp_path / "out.xlsx", bundle)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Cases"]
    assert (sheet["A2"].data_type, sheet["A2"].value) == ("s", "=1+1"), "it was text and is text"
    assert sheet.cell(2, FIRST).value == "'=1+1"


@pytest.mark.parametrize("written", ["prefixed", "gap", "empty rows", "no spans"])
def test_sheets_that_other_programs_write_are_added_to(bundle: Path, tmp_path: Path, written: str) -> None:
    source = as_book(tmp_path / "in.xlsx")
    with zipfile.ZipFile(source) as packed:
        xml = packed.read("xl/worksheets/sheet1.xml").decode()
    changed = {
        "prefixed": re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x="),
        "gap": re.sub(r'(?<=[ "A-Z])6(?=")', "60", xml),
        "empty rows": xml.replace('<row r="2"', '<row r="2" hidden="0"').replace(
            "</sheetData>", '<row r="9"/></sheetData>'
        ),
        "no spans": re.sub(r' spans="[^"]*"', "", xml),
    }[written]
    stored(source, "xl/worksheets/sheet1.xml", xml, changed)
    assert scored(source, tmp_path / "out.xlsx", bundle).rows == len(ROWS)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Cases"]
    ids = [(row[0].value, row[FIRST - 1].value) for row in sheet.iter_rows(min_row=2) if row[0].value]
    assert ids == [(row[0], row[0]) for row in ROWS]


def test_a_protected_sheet_is_said_to_be_one(bundle: Path, tmp_path: Path) -> None:
    source = as_book(tmp_path / "in.xlsx")
    book = openpyxl.load_workbook(source)
    book["Cases"].protection.sheet = True
    book.save(source)
    (note,) = scored(source, tmp_path / "out.xlsx", bundle).notes
    assert "is protected: nobody can fill it in" in note


def test_dates_keep_their_format(bundle: Path, tmp_path: Path) -> None:
    rows = [[*row[:3], dt.date(2026, 3, 1), *row[4:]] for row in ROWS]
    source = as_book(tmp_path / "in.xlsx", rows)
    book = openpyxl.load_workbook(source)
    book["Cases"]["D2"].number_format = "DD.MM.YYYY"
    book.save(source)
    scored(source, tmp_path / "out.xlsx", bundle)
    cell = openpyxl.load_workbook(tmp_path / "out.xlsx")["Cases"]["D2"]
    assert (cell.number_format, cell.value) == ("DD.MM.YYYY", dt.datetime(2026, 3, 1))


def stored(path: Path, part: str, before: str, after: str) -> None:
    """Change one part of a workbook."""
    files = parts(path)
    assert before.encode() in files[part], before
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data.replace(before.encode(), after.encode()) if name == part else data)

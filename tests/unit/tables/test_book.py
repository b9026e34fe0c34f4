"""Workbooks: the same texts as a csv of the same rows, and a refusal where a cell holds no value that can be read."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from golive.errors import InputError
from golive.tables.read import other_sheets, read

Rows = Sequence[Sequence[Any]]


def book(path: Path, rows: Rows, *others: str) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "rows"
    for row in rows:
        made.active.append(row)
    for name in others:
        made.create_sheet(name).append(["other"])
        made[name].append([name])
    made.save(path)
    return path


def edited(path: Path, name: str, change: Callable[[str], str]) -> Path:
    """Change one file inside a workbook."""
    with zipfile.ZipFile(path) as packed:
        files = {one: packed.read(one) for one in packed.namelist()}
    before = files[name].decode()
    files[name] = change(before).encode()
    assert files[name].decode() != before
    with zipfile.ZipFile(path, "w") as packed:
        for one, data in files.items():
            packed.writestr(one, data)
    return path


def plain(path: Path, **options: Any) -> dict[str, list[str | None]]:
    return {name: list(column) for name, column in read(path, **options).items()}


def test_cells_are_the_texts_of_a_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "id": ["007", "008", "009"],
            "whole": [1, 2, 3],
            "part": [0.1, 2 / 3, 1e300],
            "yes": [True, False, True],
            "day": [dt.date(2024, 1, 1), dt.date(2024, 2, 29), None],
            "note": ["=1+1", "NA", 'a, "b"'],
        }
    )
    book(tmp_path / "a.xlsx", [list(frame), *frame.astype(object).where(frame.notna(), None).to_numpy().tolist()])
    # Without a leading apostrophe a text with an equals sign is a formula for openpyxl; here it is a text.
    edited(
        tmp_path / "a.xlsx",
        "xl/worksheets/sheet1.xml",
        lambda text: text.replace('<c r="F2"><f>1+1</f><v /></c>', '<c r="F2" t="inlineStr"><is><t>=1+1</t></is></c>'),
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    expected = {name: list(column) for name, column in read(tmp_path / "a.csv").items()}
    expected["yes"] = ["true", "false", "true"]  # the spelling of parquet
    assert plain(tmp_path / "a.xlsx") == expected


def test_a_whole_number_has_no_fraction(tmp_path: Path) -> None:
    found = plain(book(tmp_path / "a.xlsx", [["x"], [1.0], [-0.0], [2.5], [2.0**60]]))
    assert found == {"x": ["1", "0", "2.5", repr(2.0**60)]}


def test_days_with_a_time_keep_it_in_the_whole_column(tmp_path: Path) -> None:
    days = [dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 2, 10, 30)]
    found = plain(book(tmp_path / "a.xlsx", [["day", "moment"], *[[days[0], day] for day in days]]))
    assert found["day"] == ["2024-01-01"] * 2
    assert found["moment"] == ["2024-01-01 00:00:00", "2024-01-02 10:30:00"]


def test_empty_rows_and_nameless_empty_columns_are_left_out(tmp_path: Path) -> None:
    rows: Rows = [["a", None, "b", None], [1, None, "x"], [], [2, None, None, 7], [None, None]]
    assert plain(book(tmp_path / "a.xlsx", rows)) == {"a": ["1", "2"], "b": ["x", None], "Unnamed: 3": [None, "7"]}


def test_the_first_sheet_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a"], [1]], "notes", "more")
    assert plain(path) == {"a": ["1"]}
    assert other_sheets(path) == ("notes", "more")
    assert plain(path, sheet="more") == {"other": ["more"]}
    with pytest.raises(InputError, match=r"has no sheet `rwos`\nhint: it has: `rows`, `notes`, `more`"):
        read(path, sheet="rwos")


def test_a_csv_has_no_sheets(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    assert other_sheets(tmp_path / "a.csv") == ()
    with pytest.raises(InputError, match=r"`a\.csv` has no sheets"):
        read(tmp_path / "a.csv", sheet="rows")


def test_an_error_is_refused_and_not_available_is_missing(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a", "b"], [1, "#N/A"], [2, "#DIV/0!"]])
    with pytest.raises(InputError, match=r"cell B3 of the sheet `rows` holds the error #DIV/0!"):
        read(path)
    assert plain(book(tmp_path / "b.xlsx", [["a", "b"], [1, "#N/A"]]))["b"] == [None]


SHEET = "xl/worksheets/sheet1.xml"


def computed(path: Path, value: str, *, kind: str = "") -> Path:
    """Store what a formula computed, and that nothing waits: as a spreadsheet program does."""
    book(path, [["a", "b"], [2, "=A2*2"]])
    edited(path, SHEET, lambda text: text.replace('"B2"><f>A2*2</f><v />', f'"B2"{kind}><f>A2*2</f><v>{value}</v>'))
    return edited(path, "xl/workbook.xml", lambda text: text.replace(' fullCalcOnLoad="1"', ""))


def test_a_formula_is_its_stored_value(tmp_path: Path) -> None:
    assert plain(computed(tmp_path / "a.xlsx", "4"))["b"] == ["4"]
    assert plain(computed(tmp_path / "b.xlsx", "", kind=' t="str"'))["b"] == [None]


def test_a_formula_that_nobody_computed_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a", "b"], [2, "=A2*2"]])
    with pytest.raises(InputError, match=r"`a\.xlsx` holds formulas that no program has computed yet"):
        read(path)
    edited(path, "xl/workbook.xml", lambda text: text.replace(' fullCalcOnLoad="1"', ""))
    with pytest.raises(InputError, match=r"1 formula of the sheet `rows` without a stored value: B2") as caught:
        read(path)
    assert "open `a.xlsx` in a spreadsheet program and save it" in caught.value.hint


def test_formulas_of_another_sheet_disturb_nobody(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a"], [1]], "notes")
    changed = openpyxl.load_workbook(path)
    changed["notes"]["A3"] = "=1+1"
    changed.save(path)
    edited(path, "xl/workbook.xml", lambda text: text.replace(' fullCalcOnLoad="1"', ""))
    assert plain(path) == {"a": ["1"]}


def test_wrong_dimensions_cut_nothing_off(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a", "b"], [1, 2], [3, 4]])
    edited(path, SHEET, lambda text: text.replace('<dimension ref="A1:B3" />', '<dimension ref="A1" />'))
    assert plain(path) == {"a": ["1", "3"], "b": ["2", "4"]}


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "is not a readable workbook"), (b"PK\x05\x06" + bytes(18), "is not a readable workbook")]
)
def test_what_is_no_workbook_is_refused(data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(data)
    with pytest.raises(InputError, match=said):
        read(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("rows", "said"), [([], "the sheet `rows` of `a.xlsx` is empty"), ([["a", "a"], [1, 2]], "the column `a` twice")]
)
def test_a_sheet_without_usable_names_is_refused(rows: Rows, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        read(book(tmp_path / "a.xlsx", rows))


@pytest.mark.parametrize("name", ["a.xls", "a.ods"])
def test_other_workbooks_are_named_with_a_way_out(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(InputError, match=r"save it as \.xlsx"):
        read(tmp_path / name)


def test_reading_never_loads_pandas_and_warns_of_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", [["a"], [1]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read(path)
    code = f"""
import sys
from golive.tables.read import read
assert "openpyxl" not in sys.modules
read({str(path)!r})
assert "openpyxl" in sys.modules and "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)

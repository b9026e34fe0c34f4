"""report.xlsx: its formulas say what Python says, also after a price was changed in the spreadsheet."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import openpyxl
import pytest

from golive.maths.recompute import cells, curve, standing
from golive.maths.table_sums import edge_at
from golive.prove.measure import measure
from golive.prove.report.setting import recorded
from golive.prove.template import money_template
from golive.prove.workbook import workbook
from golive.records.evidence import Evidence
from golive.records.money import Money, parse

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice is not installed: the workbook's formulas were NOT recalculated"
)
CENT = 0.005
FIRST = 6
"""Row of the first price and of the first cut-off, as a spreadsheet counts."""


@pytest.fixture(scope="module")
def evidence(world: SimpleNamespace, money: Money) -> Evidence:
    return measure(world.outcome, world.score, event="bad", money=money, columns=world.columns)


@pytest.fixture(scope="module")
def ruled(world: SimpleNamespace) -> Evidence:
    text = money_template().replace('# rule = "approve all"', 'rule = "reject if Amount > 1200"')
    return measure(world.outcome, world.score, event="bad", money=parse(text), columns=world.columns)


@pytest.fixture(scope="module")
def revenue(world: SimpleNamespace) -> Evidence:
    text = money_template().replace('maximise = "profit"', 'maximise = "revenue"')
    return measure(world.outcome, world.score, event="bad", money=parse(text), columns=world.columns)


def opened(data: bytes, *, values: bool = True) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def recalculated(data: bytes, folder: Path, prices: dict[int, float] | None = None, cutoff: float | None = None) -> Any:
    """Take every stored result out of the formulas, change inputs, and let LibreOffice work everything out."""
    assert SOFFICE is not None
    given = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(given, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                text = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", text)
            if name == "xl/worksheets/sheet2.xml":
                for row, value in (prices or {}).items():
                    text, n = re.subn(rb'(<c r="B%d"[^>]*><v>)[^<]*' % row, rb"\g<1>%s" % repr(value).encode(), text)
                    assert n == 1
                if cutoff is not None:
                    text, n = re.subn(rb'(<c r="B9"[^>]*><v>)[^<]*', rb"\g<1>%s" % repr(cutoff).encode(), text)
                    assert n == 1
            new.writestr(name, text)
    source = folder / "given.xlsx"
    source.write_bytes(given.getvalue())
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(
        [SOFFICE, "--headless", profile, "--convert-to", "xlsx", "--outdir", str(folder / "out"), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return opened((folder / "out" / "given.xlsx").read_bytes())


def numbers(book: Any) -> dict[str, float]:
    """Return every number of a workbook by sheet and cell."""
    return {
        f"{sheet.title}!{one.coordinate}": float(one.value)
        for sheet in book
        for row in sheet.iter_rows()
        for one in row
        if isinstance(one.value, (int, float))
    }


@needs_office
@pytest.mark.parametrize("name", ["evidence", "ruled", "revenue"])
def test_what_is_stored_is_what_libreoffice_works_out(
    name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    data = workbook(request.getfixturevalue(name))
    stored, found = numbers(opened(data)), numbers(recalculated(data, tmp_path))
    assert stored.keys() == found.keys()
    assert [key for key, value in stored.items() if abs(value - found[key]) > CENT] == []
    formulas = [
        one for sheet in opened(data, values=False) for row in sheet.iter_rows() for one in row if one.data_type == "f"
    ]
    assert len(formulas) > 500


@needs_office
def test_a_price_changed_in_the_spreadsheet_says_what_python_says(evidence: Evidence, tmp_path: Path) -> None:
    prices = {**recorded(evidence).prices, "margin": 0.05}
    book = recalculated(workbook(evidence), tmp_path, {FIRST: 0.05}, cutoff=0.61)
    total = curve(evidence.table, prices)[0]
    sheet = book["Cut-offs"]
    found = [sheet.cell(FIRST + edge, 4).value for edge in range(len(total))]
    assert found == pytest.approx(total.tolist(), abs=CENT)
    against = 1000 * (total - total[-1]) / evidence.rows
    assert [sheet.cell(FIRST + edge, 6).value for edge in range(len(total))] == pytest.approx(
        against.tolist(), abs=CENT
    )
    edge = edge_at(evidence.table, 0.61)
    right = book["Right and wrong"]
    shown = [[right.cell(row, column).value for column in (2, 3, 4)] for row in range(5, 9)]
    expected = [list(cell) for cell in cells(evidence.table, prices, edge)]
    assert np.array(shown, dtype=float) == pytest.approx(np.array(expected, dtype=float), abs=CENT)
    gains = [1000 * one.point for one in standing(evidence.table, prices, edge).against]
    assert [right.cell(row, 2).value for row in (12, 13)] == pytest.approx(gains, abs=CENT)
    assert str(book["Assumptions"]["A3"].value).startswith("These are not the recorded prices")


def test_what_is_stored_is_what_the_record_says(evidence: Evidence) -> None:
    book, money = opened(workbook(evidence)), evidence.money
    assert money
    assert evidence.curve
    assert book.sheetnames == ["Summary", "Assumptions", "Cut-offs", "Right and wrong", "Sums", "Buckets", "Lift"]
    assert [book["Cut-offs"].cell(FIRST + edge, 4).value for edge in range(len(evidence.curve.total))] == pytest.approx(
        list(evidence.curve.total), abs=CENT
    )
    assert book["Summary"]["A1"].value.lower() == evidence.verdict.word.value
    assert book["Summary"]["B6"].value == pytest.approx(1000 * money.against[0].per_row)
    for row, one in enumerate(evidence.assumptions, start=FIRST):
        cell = book["Assumptions"].cell(row, 2)
        assert (cell.value, cell.protection.locked) == (one.value, False)
        assert book["Assumptions"].cell(row, 5).value == one.owner
    assert [book["Buckets"].cell(row, 4).value for row in range(5, 15)] == [one.events for one in evidence.buckets]
    assert [book["Lift"].cell(row, 10).value for row in range(5, 15)] == pytest.approx(
        [one.money for one in evidence.lift]
    )


def test_the_charts_are_the_spreadsheets_own(evidence: Evidence) -> None:
    names = zipfile.ZipFile(io.BytesIO(workbook(evidence))).namelist()
    assert len([name for name in names if name.startswith("xl/charts/chart")]) == 3
    assert not [name for name in names if "media" in name]


def test_a_price_tied_to_a_column_cannot_be_changed_and_says_why(world: SimpleNamespace) -> None:
    text = money_template().replace('"margin * Amount * Time / 12"', '"min(margin * Amount * Time / 12, 400)"')
    sheet = opened(
        workbook(measure(world.outcome, world.score, event="bad", money=parse(text), columns=world.columns))
    )["Assumptions"]
    assert sheet["B6"].protection.locked
    assert "min(margin" in sheet["G6"].value
    assert not sheet["B7"].protection.locked


def test_the_same_evidence_gives_the_same_bytes(evidence: Evidence) -> None:
    assert workbook(evidence) == workbook(evidence)


def test_without_prices_there_are_buckets_and_lift(world: SimpleNamespace) -> None:
    book = opened(workbook(measure(world.outcome, world.score, event="bad")))
    assert book.sheetnames == ["Summary", "Buckets", "Lift"]
    assert "To ask the owner" in [row[0].value for row in book["Summary"].iter_rows()]


def test_text_that_looks_like_a_formula_is_text(world: SimpleNamespace) -> None:
    hostile = '=HYPERLINK("http://x","y")'
    text = money_template().replace('event = "bad"', f"event = '{hostile}'").replace('"head of risk"', "'@SUM(A1)'")
    text = text.replace("value = 0.6", 'value = 0.6\nmeans = "=1+1"')
    outcome = [hostile if one == "bad" else "good" for one in world.outcome]
    data = workbook(measure(outcome, world.score, event=hostile, money=parse(text), columns=world.columns, name="-x"))
    sheet = opened(data, values=False)["Assumptions"]
    assert (sheet["E7"].value, sheet["E7"].data_type, sheet["E7"].style_id != sheet["E6"].style_id) == (
        "@SUM(A1)",
        "s",
        True,
    )
    assert (sheet["H7"].value, sheet["H7"].data_type) == ("=1+1", "s")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        assert b'quotePrefix="1"' in book.read("xl/styles.xml")
        sheets = b"".join(book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        assert b"HYPERLINK" not in b"".join(re.findall(rb"<f>(.*?)</f>", sheets))
        assert b"http://x" not in b"".join(book.read(name) for name in book.namelist() if name.endswith(".rels"))

"""`golive prove --table` on every kind of file: the same rows, the same evidence."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import duckdb
import openpyxl
import pytest
from msgspec.structs import replace

from golive.cli import run
from golive.prove.template import money_template
from golive.records.document import read
from golive.records.evidence import Digests, Evidence
from golive.tables.files import digest_of

ARGUMENTS = ["--score", "score", "--outcome", "Status", "--event", "bad", "--money", "money.toml", "--force"]


@pytest.fixture
def folder(tmp_path: Path, world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same rows as csv, parquet, parquet in parts, and as the first sheet of a workbook."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "money.toml").write_text(money_template())
    rows = list(zip(world.outcome, world.score, world.columns["Amount"], world.columns["Time"], strict=True))
    lines = ["Status,score,Amount,Time"] + [",".join(map(str, row)) for row in rows]
    (tmp_path / "rows.csv").write_text("\n".join(lines) + "\n")
    types = "{'Status': 'VARCHAR', 'score': 'DOUBLE', 'Amount': 'DOUBLE', 'Time': 'DOUBLE'}"
    query = f"select * from read_csv('rows.csv', auto_detect = false, header = true, columns = {types})"
    duckdb.sql(f"copy ({query}) to 'rows.parquet' (format parquet)")
    (tmp_path / "parts").mkdir()
    for at in range(3):
        picked = f"select * from 'rows.parquet' limit 400 offset {400 * at}"
        duckdb.sql(f"copy ({picked}) to 'parts/part-{at}.parquet' (format parquet)")
    book = openpyxl.Workbook()
    for row in [lines[0].split(","), *rows]:
        book.active.append([cell.item() if hasattr(cell, "item") else cell for cell in row])
    book.save(tmp_path / "rows.xlsx")
    return tmp_path


def proven(table: str, *more: str) -> Evidence:
    assert run(["prove", "--table", table, *ARGUMENTS, "--out", "proof", *more]) == 0
    return read(Path("proof/evidence.json"), Evidence)


@pytest.mark.parametrize("table", ["rows.parquet", "parts", "parts/*.parquet", "rows.xlsx"])
def test_every_kind_of_file_gives_the_same_evidence(table: str, folder: Path) -> None:
    expected, found = proven("rows.csv"), proven(table)
    assert found.digests.holdout == digest_of(folder / table) != expected.digests.holdout
    nothing = Digests()
    assert replace(found, digests=nothing) == replace(expected, digests=nothing)


def test_other_sheets_are_a_note_of_the_evidence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.load_workbook("rows.xlsx")
    title = book.active.title
    book.create_sheet("older rows")
    book.save("rows.xlsx")
    (said,) = [one.text for one in proven("rows.xlsx").warnings if one.code == "other_sheets"]
    assert said == "Only the first sheet of `rows.xlsx` was read; it also has `older rows`. Choose one with --sheet."
    assert said in capsys.readouterr().err
    assert "other_sheets" not in [one.code for one in proven("rows.xlsx", "--sheet", title).warnings]


def test_a_column_that_is_nearly_there_is_suggested(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["prove", "--table", "rows.csv", *ARGUMENTS, "--out", "proof"]
    words[words.index("Status")] = "STATUS"
    assert run(words) == 2
    said = capsys.readouterr().err
    assert "`rows.csv` has no column `STATUS` (did you mean `Status`?)" in said
    assert "hint: it has: Status, score, Amount, Time" in said

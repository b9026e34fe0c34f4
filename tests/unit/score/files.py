"""Files of cases for the bundle of tests/conformance/bundles.py, and what its engine answers for them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
from openpyxl.styles import Font, PatternFill

from golive.chain.desk import Trust
from golive.chain.score import Form, score
from golive.records.scored import Scored

TRUST = Trust(("risk", "product"), accept_typed=True)
NAMES = ["Nr", "Income", "Age", "Note", "Job", "Town", "Member"]
ROWS: list[list[Any]] = [
    ["a-1", 129.5, 40, "plain", "fixed", "A", True],
    ["a-2", None, 33, "no income", "freelance", "B", False],
    ["a-3", 20.25, 19, "too young", "straße", "A", True],
    ["a-4", 88, 51, 'says "hello"; and\nmore, of it', None, "C", True],
    ["a-5", 64, 44, "unknown job", "pilot", "B", True],
]
ADDED = [
    "case_id", "decision", "score", "band", "rule", "reasons", "message", "problems", "approved", "action", "by",
    "reason",
]  # fmt: skip


def cases(rows: list[list[Any]] = ROWS) -> list[dict[str, object]]:
    inputs = [name for name in NAMES if name not in ("Nr", "Note")]
    return [{name: dict(zip(NAMES, row, strict=True))[name] for name in inputs} for row in rows]


def text(cell: object, decimal: str = ".") -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    return "" if cell is None else str(cell).replace(".", decimal) if isinstance(cell, float) else str(cell)


def as_csv(
    path: Path, rows: list[list[Any]] = ROWS, *, delimiter: str = ",", end: str = "\n", encoding: str = "utf-8",
    decimal: str = ".", names: list[str] = NAMES,
) -> Path:  # fmt: skip
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator=end)
        writer.writerow(names)
        writer.writerows([[text(cell, decimal) for cell in row] for row in rows])
    return path


def as_parquet(path: Path) -> Path:
    with duckdb.connect() as connection:
        connection.execute(
            'create table t ("Nr" varchar, "Income" double, "Age" smallint, "Note" varchar, "Job" varchar, '
            '"Town" varchar, "Member" boolean)'
        )
        connection.executemany("insert into t values (?, ?, ?, ?, ?, ?, ?)", ROWS)
        connection.execute(f"copy t to '{path}' (format parquet, compression zstd)")
    return path


def as_book(path: Path, rows: list[list[Any]] = ROWS, names: list[str] = NAMES) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Cases"
    sheet.append(names)
    for row in rows:
        sheet.append(row)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFEE00")
    sheet.column_dimensions["D"].width = 41.5
    other = book.create_sheet("Other")
    other["A1"], other["B2"] = "kept", "=1+1"
    book.save(path)
    return path


def scored(source: Path, out: Path, bundle: Path, form: Form | None = None, **options: Any) -> Scored:
    return score(source, out, bundle=bundle, **{"trust": TRUST, "form": form or Form(ids="Nr"), **options})


def table(path: Path, delimiter: str = ",", encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))

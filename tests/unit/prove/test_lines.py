from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest

from golive.errors import ContractError, InputError
from golive.prove.lines import lines_of, rows_in

if TYPE_CHECKING:
    from pathlib import Path

TEXT = 'Status,note\ngood,one\n\nbad,"two\nlines"\ngood,three\ngood,four\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "rows.csv").write_text(TEXT)
    return tmp_path / "rows.csv"


def said(file: Path, message: str, kept: list[bool] | None = None) -> str:
    with pytest.raises(InputError) as found, lines_of(file, None if kept is None else np.array(kept)):
        raise InputError(message, hint="mend row 1 (from 0)")
    assert str(found.value).startswith(found.value.message)
    assert found.value.hint == "mend row 1 (from 0)"
    return found.value.message


def test_lines_are_counted_as_an_editor_does_past_empty_lines_and_cells_of_several(file: Path) -> None:
    assert rows_in(file, [0, 1, 2, 3]) == "lines 2, 4, 6, 7"
    with gzip.open(file.with_suffix(".csv.gz"), "wt") as packed:
        packed.write(TEXT)
    assert rows_in(file.with_suffix(".csv.gz"), [2]) == "line 6"


def test_an_empty_line_is_a_row_where_a_row_is_one_cell(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("score\n1\n\n3\n")
    assert rows_in(tmp_path / "one.csv", [1, 2]) == "lines 3, 4"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("the outcome is missing in 1 row: row 1 (from 0)", "the outcome is missing in 1 row: line 4"),
        ("missing in 9 rows: rows 0, 2 ... (from 0); so", "missing in 9 rows: lines 2, 6 ...; so"),
        ("`a` holds 'in row 7, in row 8' in row 2; expected", "`a` holds 'in row 7, in row 8' in line 6; expected"),
        ("the first is row 3", "the first is line 7"),
        ("1 of 4 rows break the contract; row 1: 'in row 2;'", "1 of 4 rows break the contract; line 4: 'in row 2;'"),
        ("there are 4 rows; expected 30", "there are 4 rows; expected 30"),
    ],
)  # fmt: skip
def test_rows_become_lines_and_nothing_else_does(file: Path, message: str, expected: str) -> None:
    assert said(file, message) == expected


def test_rows_that_were_left_out_are_counted_among_the_lines(file: Path) -> None:
    assert said(file, "in row 1 (from 0)", [True, False, False, True]) == "in line 7"


def test_a_file_without_lines_keeps_its_rows(tmp_path: Path) -> None:
    for name in ("rows.parquet", "rows.xlsx"):
        (tmp_path / name).touch()
        assert said(tmp_path / name, "in rows 1, 2 ... (from 0)") == "in rows 1, 2 ... (from 0)"
        assert said(tmp_path / name, "in row 1; so", [False, True, True]) == "in row 2 (from 0); so"


def test_the_kind_of_error_and_its_problems_stay(file: Path) -> None:
    with pytest.raises(ContractError) as found, lines_of(file):
        raise ContractError("the first: row 0 (from 0), column `a`", problems=[(0, "a", "text")])
    assert found.value.message == "the first: line 2, column `a`"
    assert found.value.problems == ((0, "a", "text"),)

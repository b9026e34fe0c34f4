"""Tables that cannot be proven as they are, on the command line: what is wrong, the value, where, and a way out."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from golive.cli import run
from golive.prove.template import money_template
from golive.records.document import read
from golive.records.evidence import Evidence

Cells = list[list[str]]
COLUMNS = {"Status": 0, "score": 1, "Amount": 2, "Time": 3}
TABLE = ["prove", "--table", "rows.csv", "--score", "score", "--outcome", "Status", "--event", "bad"]
PRICED = [*TABLE, "--money", "money.toml", "--out", "proof"]


@pytest.fixture
def cells(tmp_path: Path, world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Cells:
    """The good rows, as cells."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "money.toml").write_text(money_template())
    rows = zip(world.outcome, world.score, world.columns["Amount"], world.columns["Time"], strict=True)
    return [[str(cell) for cell in row] for row in rows]


def written(cells: Cells, names: list[str] | None = None) -> None:
    lines = [",".join(names or COLUMNS), *(",".join(row) for row in cells)]
    Path("rows.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def put(column: str, *at: tuple[int, str]) -> Callable[[Cells], None]:
    """Change cells of a column."""

    def change(cells: Cells) -> None:
        for row, text in at:
            cells[row][COLUMNS[column]] = text

    return change


def each(column: str, change: Callable[[str], str]) -> Callable[[Cells], None]:
    def all_of(cells: Cells) -> None:
        for row in cells:
            row[COLUMNS[column]] = change(row[COLUMNS[column]])

    return all_of


BAD: dict[str, tuple[Callable[[Cells], None], tuple[str, ...]]] = {
    "a third outcome": (
        put("Status", (4, "open"), (700, "open"), (800, "open")),
        ("3 values: `bad` (249), `good` (748), `open` (3)", "stands in lines 6, 702, 802", "leave rows"),
    ),
    "many outcomes": (
        put("Status", *((at, f"s{at}") for at in range(9))),
        ("the outcome has 11 values", "and 6 more", "The rarest other stands in line 2"),
    ),
    "percent": (each("score", lambda text: f"{100 * float(text):.4f}"), ("outside 0..1", "divide percentages by 100")),
    "percent signs": (
        each("score", lambda text: f"{100 * float(text):.0f}%"), ("column `score` holds '", "write 0.85 for 85 %"),
    ),
    "a decimal comma": (put("score", (3, '"0,5"')), ("column `score` holds '0,5' in line 5", "numbers use a point")),
    "NaN scores": (put("score", (3, "NaN"), (5, "")), ("score is missing or not finite in 2 rows: lines 5, 7",)),
    "infinite scores": (put("score", (3, "inf")), ("column `score` holds 'inf' in line 5",)),
    "NaN outcomes": (put("Status", (3, "NaN")), ("the outcome is missing in 1 row: line 5", "leave these rows out")),
    "NaN amounts": (
        put("Amount", (3, ""), (9, "n/a")), ("column `Amount` is missing or not finite in 2 rows", "first is line 5;"),
    ),
    "one currency sign": (
        put("Amount", (3, "€500"), (4, "€ 500")),
        ("column `Amount` holds '€500' in line 5; the column has amounts in `€` (2)", "write bare numbers"),
    ),
    "mixed currencies": (
        put("Amount", (3, "500 EUR"), (4, "$7"), (5, "$8")),
        ("holds '500 EUR' in line 5; the column has amounts in `$` (2), `EUR` (1)", "amounts are never converted"),
    ),
    "a thousands separator": (put("Amount", (3, '"1,500"')), ("holds '1,500' in line 5", "no thousands separator")),
    "negative amounts": (
        put("Amount", (3, "-500"), (4, "-1")),
        ("the loss `", "is -300 in line 5, 2 rows in all", "costs and losses are written as positive"),
    ),
    "10 rows": (lambda cells: cells.__delitem__(slice(10, None)), ("there are 10 rows; expected at least 30",)),
    "no events": (each("Status", lambda _: "good"), ("all rows have the outcome `good`", "one of them `bad`")),
    "all events": (each("Status", lambda _: "bad"), ("all 1,000 rows have the outcome `bad`", "take rows of both")),
    "a spreadsheet formula": (put("score", (3, "=cmd()")), ("column `score` holds '=cmd()' in line 5",)),
    "control characters": (put("score", (3, "\x1b[2J0.5")), ("holds '\\x1b[2J0.5' in line 5",)),
}  # fmt: skip


OTHER_WORDS: dict[str, tuple[str, ...]] = {
    "NaN scores": ("the score is missing or not finite in 2 rows, the first is line 5",),
    "NaN outcomes": ("the outcome `Status` is missing in 1 row: line 5", "leave these rows out"),
    "NaN amounts": ("column `Amount` is missing or not finite in 2 rows, the first is line 5",),
    "negative amounts": ("a loss is -300 in some row", "costs and losses are written as positive"),
    "10 rows": ("all 10 rows have the outcome `bad`",),  # so few rows never come that way
}
"""What is said of rows that are not held."""


@pytest.mark.parametrize("held", [True, False], ids=["rows held", "score tables"])
@pytest.mark.parametrize("name", BAD)
def test_bad_cells_are_refused_with_value_row_and_a_way_out(
    name: str, held: bool, cells: Cells, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("golive.prove.run.ROWS", 200_000 if held else 5)
    change, wanted = BAD[name]
    if not held:
        wanted = OTHER_WORDS.get(name, wanted)
    change(cells)
    written(cells)
    assert run(PRICED) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    for text in wanted:
        assert text in said
    assert "hint: " in said
    assert not Path("proof").exists()


def test_a_broken_line_in_the_middle_of_many_rows_is_named(cells: Cells, capsys: pytest.CaptureFixture[str]) -> None:
    many = cells * 300
    many[150_000] = ["bad", "0.5", "1000"]
    written(many)
    assert run(PRICED) == 2
    said = capsys.readouterr().err
    assert "`rows.csv` line 150002 cannot be read: Expected Number of Columns: 4 Found: 3" in said
    assert "hint: look at it with: sed -n 150002p rows.csv" in said
    assert not Path("proof").exists()


def test_rows_of_two_currencies_are_refused(cells: Cells, capsys: pytest.CaptureFixture[str]) -> None:
    for at, row in enumerate(cells):
        row.append("USD" if at < 100 else "EUR")
    written(cells, [*COLUMNS, "Currency_Code"])
    assert run(PRICED) == 2
    said = capsys.readouterr().err
    assert "column `Currency_Code` holds EUR (900), USD (100); the money file is in EUR" in said
    assert "prove the rows of one currency" in said
    for row in cells:
        row[-1] = "EUR"
    written(cells, [*COLUMNS, "Currency_Code"])
    assert run(PRICED) == 0


def test_a_currency_that_no_formula_needs_is_nobodys_business(cells: Cells) -> None:
    for row in cells:
        row.append("USD")
    written(cells, [*COLUMNS, "currency"])
    assert run([*TABLE, "--out", "proof"]) == 0


def test_negative_amounts_that_nothing_forbids_are_a_note(cells: Cells) -> None:
    put("Amount", (3, "-500"), (4, "-1"))(cells)
    written(cells)
    text = money_template().replace('{ loss = "`loss given default` * Amount", cost = 15 }', '"-0.6 * Amount"')
    Path("money.toml").write_text(text)
    assert run(PRICED) in (0, 1)
    (said,) = [one for one in read(Path("proof/evidence.json"), Evidence).warnings if one.code == "negative_amounts"]
    assert said.text.startswith("`Amount` is below zero in 2 rows (lowest: -500);")


@pytest.mark.parametrize("name", ["customer_id", "ID", "clientId", "Account"])
def test_ids_that_come_twice_are_a_note_until_they_are_the_group(
    name: str, cells: Cells, capsys: pytest.CaptureFixture[str]
) -> None:
    for at, row in enumerate(cells):
        row.append(f"c{at // 2}")
    written(cells, [*COLUMNS, name])
    assert run(PRICED) in (0, 1)
    assert f"Check: `{name}` has 500 values in 1,000 rows: if it names the customer" in capsys.readouterr().err
    assert run([*PRICED, "--group", name, "--force"]) in (0, 1)
    assert "500 values in" not in capsys.readouterr().err


def test_ids_that_name_one_row_each_and_codes_of_many_rows_are_fine(
    cells: Cells, capsys: pytest.CaptureFixture[str]
) -> None:
    for at, row in enumerate(cells):
        row += [f"c{at}", f"p{at % 20}"]
    written(cells, [*COLUMNS, "case_id", "product_id"])
    assert run(PRICED) in (0, 1)
    assert "values in 1,000 rows" not in capsys.readouterr().err


@pytest.mark.parametrize("event", ["1", "1.0", None])
def test_whole_numbers_written_as_fractions_are_labels(event: str | None, cells: Cells) -> None:
    each("Status", lambda text: "1.0" if text == "bad" else "0.0")(cells)
    written(cells)
    words = [*TABLE[:-2], *([] if event is None else ["--event", event]), "--out", "proof"]
    assert run(words) == 0
    found = read(Path("proof/evidence.json"), Evidence)
    assert (found.event, found.events) == ("1", 250)


@pytest.mark.parametrize("room", [100, 5_000, 40_000])
def test_a_disk_that_is_full_leaves_nothing_half_written(room: int, cells: Cells) -> None:
    """The limit on the size of a file stands for the disk: writing stops in the middle of a file."""
    written(cells)
    before = sorted(Path().rglob("*"))

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    done = subprocess.run(
        [sys.executable, "-m", "golive", *PRICED], capture_output=True, preexec_fn=little_room, timeout=120, text=True
    )
    assert done.returncode == 3
    assert "error: cannot write" in done.stderr
    assert sorted(Path().rglob("*")) == before

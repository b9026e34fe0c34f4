"""Bad files on the command line: what is wrong, the value, what was expected, a hint; and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.chain.conftest import EVENT, PACK, PROVE, REHEARSE, Refused, edit

from golive.cli import run

CHECK = ("approve", "check", "b.golive", "--policy", "policy.toml", "--force")
TABLE = ("prove", "--table", "table.csv", "--score", "p", *EVENT, "--out", "new")
READERS = (PACK, PROVE, REHEARSE)
"""Commands that read rows, each in its own way."""

Edit = Callable[[str], str | bytes]
EMPTY = "`rows.csv` is empty; expected a first line with the names of the columns"

BAD_ROWS: dict[str, tuple[Edit, tuple[str, str, str]]] = {
    "an empty file": (lambda text: "", (EMPTY, EMPTY, EMPTY)),
    "a header alone": (
        lambda text: text.splitlines(keepends=True)[0],
        ("`train` has 0 rows", "there are 0 rows; expected at least 30", "`rows.csv` has no rows"),
    ),
    "a missing column": (
        lambda text: text.replace("Income", "Incme", 1),
        ("fitted with the column `Income`", "column `Income` is missing", "column `Income` is missing"),
    ),
    "a column twice": (lambda text: text.replace("Income", "Age", 1), ("has the column `Age` twice",) * 3),
    "another outcome column": (
        lambda text: text.replace("Status", "State", 1),
        ("no outcome column `Status`", "has no column `Status`", "has no column `Status`"),
    ),
    "a row without outcome": (
        lambda text: text.replace("\ngood,", "\n,", 1),
        ("outcome `Status` is missing in 1 of 800 rows", "outcome is missing in 1 row", "outcome is missing in row"),
    ),
    "one class only": (
        lambda text: text.replace("bad,", "good,"),
        ("is 'good' in every row", "all rows have the outcome `good`", "the outcomes are `good`"),
    ),
    "text in a number column": (
        lambda text: text.replace("\n", "\ngood,forty,1000,60,100,no\n", 1),
        ("column `Age` holds the text 'forty' in row 0", "`Age`: 'forty' is not a number", "'forty' is not a number"),
    ),
    "more cells than names": (
        lambda text: text.replace("\n", "\ngood,40,1000,60,100,no,9,9\n", 1),
        ("line 2 has more cells than", "line 2 cannot be read", "line 2 cannot be read"),
    ),
    "text of another encoding": (
        lambda text: text.replace("Records", "Récords", 1).encode("latin1"),
        ("is not UTF-8 text",) * 3,
    ),
    "text from a spreadsheet": (lambda text: text.encode("utf-16"), ("is UTF-16, not UTF-8",) * 3),
    "no text at all": (lambda text: bytes(range(256)) * 9, ("is not text: it holds zero bytes",) * 3),
}


@pytest.mark.parametrize("command", READERS, ids=["pack", "prove", "approve"])
@pytest.mark.parametrize("name", BAD_ROWS)
def test_rows_that_cannot_be_right(name: str, command: tuple[str, ...], world: Path, refused: Refused) -> None:
    change, said = BAD_ROWS[name]
    data = change((world / "rows.csv").read_text(encoding="utf-8"))
    (world / "rows.csv").write_bytes(data if isinstance(data, bytes) else data.encode())
    refused(command, said[READERS.index(command)])


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace(",", ";")])
@pytest.mark.parametrize("command", READERS, ids=["pack", "prove", "approve"])
def test_what_spreadsheets_write_is_read(change: Edit, command: tuple[str, ...], world: Path) -> None:
    data = change((world / "rows.csv").read_text(encoding="utf-8"))
    assert isinstance(data, str)
    (world / "rows.csv").write_text(data, encoding="utf-8")
    assert run(command) == 0


@pytest.mark.parametrize("command", [PACK, PROVE], ids=["pack", "prove"])
def test_fewer_than_thirty_rows(command: tuple[str, ...], world: Path, refused: Refused) -> None:
    lines = (world / "rows.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (world / "rows.csv").write_text("".join(lines[:30]), encoding="utf-8")
    refused(command, "29 rows; expected at least 30")


@pytest.mark.parametrize("command", [PROVE, REHEARSE], ids=["prove", "approve"])
def test_a_file_that_is_not_there_and_a_folder_in_its_place(
    command: tuple[str, ...], world: Path, refused: Refused
) -> None:
    (world / "rows.csv").unlink()
    refused(command, "`rows.csv` is not a file, because nothing is there", ".csv, .csv.gz, .parquet or .xlsx")
    (world / "rows.csv").mkdir()
    refused(command, "`rows.csv` is not a file, but a folder")


def test_an_unknown_category_is_named_with_its_row_and_the_known_ones(world: Path, refused: Refused) -> None:
    edit(world / "rows.csv", ",no\n", ",perhaps\n")
    refused(PROVE, "line 2: `Records`: 'perhaps' was never seen in training; expected one of: 'no', 'yes'")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (PACK, "the event 'bed' is not among the labels"),
        (TABLE, "the event `bed` is not among the labels `bad` (10), `good` (30)"),
        (REHEARSE, "the outcomes are `bad`, `good`; expected the event `bed`"),
    ],
    ids=["pack", "prove", "approve"],
)
def test_an_event_that_is_no_label(command: tuple[str, ...], said: str, world: Path, refused: Refused) -> None:
    table(world)
    refused(tuple("bed" if word == "bad" else word for word in command), said)


def test_a_third_outcome_is_named(world: Path, refused: Refused) -> None:
    table(world, "open,0.3\n")
    refused(TABLE, "`bad` (10), `good` (30), `open` (1); expected the event `bad` and one other")


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("nan", "score is missing or not finite in 1 row: line 42"),
        ("", "score is missing or not finite in 1 row: line 42"),
        ("inf", "column `p` holds 'inf' in line 42; expected a number"),
        ("high", "column `p` holds 'high' in line 42; expected a number"),
        ("80", "the score is 80 in line 42, outside 0..1"),
    ],
)
def test_scores_that_are_no_probabilities(cell: str, said: str, world: Path, refused: Refused) -> None:
    table(world, f"bad,{cell}\n")
    refused(TABLE, said)


BAD_MONEY: dict[str, tuple[str, str, str]] = {
    "an unknown column": ("default * Amount", "default * Amout", "m.toml:43:30: `Amout` is neither a column nor"),
    "a syntax error": ("range = [0.04, 0.08]", "range = [0.04, 0.08", "m.toml:21:1: Unclosed array"),
    "a formula that ends": ("margin * Amount", "margin * * Amount", "m.toml:39:21: found `*`; expected"),
    "code": ('cost = "handling"', "cost = \"__import__('os')\"", "m.toml:40:19: found `(`; `__import__` is not"),
    "a column of text": ("default * Amount", "default * Records", "column `Records` holds 'no' in line 2"),
    "no number": ("value = 12", "value = nan", "m.toml:33:9: `value` is nan; expected a finite number"),
    "an unknown field": ("value = 12", "valeu = 12", "m.toml:33:"),
    "a currency that drives the terminal": ('"EUR"', '"\\u001b[2J"', "`currency` is '\\x1b[2J'; expected three"),
}


@pytest.mark.parametrize("name", BAD_MONEY)
def test_money_files_that_cannot_be_computed(name: str, world: Path, refused: Refused) -> None:
    old, new, said = BAD_MONEY[name]
    (world / "money.toml").rename(world / "m.toml")
    edit(world / "m.toml", old, new)
    refused(with_money("m.toml"), said)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "m.toml:1:1: the table `[actions]` is missing"),
        ("# höchst".encode("latin1"), "m.toml:1:4: the byte 0xf6 stands for nothing there"),
        (b"\0", "m.toml:1:1"),
        (b'{"currency": "EUR"}', "m.toml:1:1: Invalid statement"),
        (b"\n" * 9 + b"b =", "m.toml:10:1: Invalid value (at end of document)"),
    ],
)
@pytest.mark.parametrize("command", ["prove", "approve"])
def test_files_that_are_no_toml(data: bytes, said: str, command: str, world: Path, refused: Refused) -> None:
    (world / "m.toml").write_bytes(data)
    refused(with_money("m.toml") if command == "prove" else (*CHECK[:4], "m.toml"), said)


def test_a_money_file_with_the_mark_of_an_editor_goes_the_whole_way(world: Path) -> None:
    (world / "money.toml").write_bytes(b"\xef\xbb\xbf" + (world / "money.toml").read_bytes())
    assert run(PROVE) == 0
    assert run(("approve", "draft", "b.golive", "--force")) == 0
    assert run(REHEARSE) == 0


BAD_POLICY: dict[str, tuple[str, str, str]] = {
    "a gap": ("to = 1\n", "to = 0.9\n", "gap: "),
    "an overlap": ("from = 0\nto = 0.", "from = 0\nto = 0.9", "overlap: scores from "),
    "a decimal comma": ("to = 1\n", "to = 0,9\n", "is not valid TOML"),
    "an unknown input": ("Amount < ", "Amout < ", "`Amout` is not an input (did you mean `Amount`?)"),
    "an unknown action": ('action = "reject"', 'action = "rejekt"', "rejekt"),
    "no fallback": ("[fallback]\naction", "[fallback]\nactoin", "actoin"),
}


@pytest.mark.parametrize("name", BAD_POLICY)
def test_policies_that_leave_something_open(name: str, world: Path, refused: Refused) -> None:
    old, new, said = BAD_POLICY[name]
    (world / "policy.toml").write_bytes((world / "b.golive" / "policy.toml").read_bytes())
    edit(world / "policy.toml", old, new)
    refused(CHECK, said, "policy.toml:")


def with_money(name: str) -> tuple[str, ...]:
    return tuple(name if word == "money.toml" else word for word in PROVE)


def table(world: Path, more: str = "") -> None:
    """Write a table of outcomes and scores."""
    rows = "good,0.1\n" * 30 + "bad,0.8\n" * 10
    (world / "table.csv").write_text(f"Status,p\n{rows}{more}", encoding="utf-8")

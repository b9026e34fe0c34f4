"""A policy as a workbook and back: untouched it keeps every byte, else what was not touched; a bad cell is named."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golive.approve.sheet.edits import rewritten, same
from golive.approve.sheet.layout import RULES, SHEETS
from golive.approve.sheet.trip import from_workbook, to_workbook
from golive.errors import DocumentError, InputError
from golive.records.contract import Contract, Input, Kind
from golive.records.policy import parse

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "policy.md"
EXAMPLE: str = re.findall(r"```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
CONTRACT = Contract(
    inputs=(
        *(Input(name=name, kind=Kind.number, nullable=True) for name in ("Income", "Amount", "Price")),
        Input(name="Records", kind=Kind.text, nullable=True, categories=("no", "yes")),
        Input(name="Years at address", kind=Kind.number, nullable=True),
        Input(name="Insured", kind=Kind.boolean, nullable=False),
    ),
    event="bad",
    reasons="none",
    rows=1,
)
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice is not installed: a workbook that it saved again was NOT tried"
)
Change = Callable[[Any], None]


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    return path


def edited(policy: Path, change: Change, contract: Contract | None = CONTRACT) -> Path:
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(policy, contract)))
    change(book)
    path = policy.with_suffix(".xlsx")
    book.save(path)
    return path


def taken(policy: Path, change: Change, contract: Contract | None = CONTRACT) -> str:
    return from_workbook(edited(policy, change, contract), policy, contract).decode()


def refused(policy: Path, change: Change) -> tuple[str, ...]:
    with pytest.raises(DocumentError) as raised:
        taken(policy, change)
    return raised.value.problems


def at(sheet: Any, head: str, row: int) -> Any:
    """Return a cell by the name of its column; the first row below the heads is 2."""
    return next(sheet.cell(row, cell.column) for cell in sheet[1] if cell.value == head)


def value_of(book: Any, sheet: str, what: str) -> Any:
    return next(book[sheet].cell(row[0].row, 2) for row in book[sheet].iter_rows() if row[0].value == what)


def differing(old: str, new: str) -> list[str]:
    """Return the lines that are only in the new text."""
    return [line for line in new.splitlines() if line not in old.splitlines()]


@pytest.mark.parametrize("contract", [CONTRACT, None])
def test_a_workbook_that_nobody_changed_gives_the_same_bytes(policy: Path, contract: Contract | None) -> None:
    assert taken(policy, lambda book: None, contract) == EXAMPLE


@pytest.mark.parametrize("style", ["crlf", "marked", "inline", "bare"])
def test_the_bytes_are_kept_however_the_file_is_written(policy: Path, style: str) -> None:
    inline = (
        'id = "all"\nversion = "1"\nowner = "risk"\nbands = [{ id = "any", from = 0, to = 1, action = "review" }]\n'
    )
    inline += 'actions = { names = ["approve", "review"], favourable = "approve" }\nfallback = { action = "review" }'
    data = {
        "crlf": EXAMPLE.replace("\n", "\r\n").encode(),
        "marked": b"\xef\xbb\xbf" + EXAMPLE.encode(),
        "inline": inline.encode(),
        "bare": (inline + "\n[effective]\n[reasons]\n[reasons.texts]\n").encode(),
    }[style]
    policy.write_bytes(data)
    path = edited(policy, lambda book: None, None)
    assert from_workbook(path, policy) == data


@needs_office
def test_a_workbook_that_libreoffice_saved_again_gives_the_same_bytes(policy: Path, tmp_path: Path) -> None:
    given_ = edited(policy, lambda book: None)
    assert SOFFICE is not None
    done = subprocess.run(
        [
            SOFFICE, f"-env:UserInstallation=file://{tmp_path / 'office'}", "--headless", "--convert-to",
            "xlsx:Calc MS Excel 2007 XML", "--outdir", str(tmp_path / "saved"), str(given_),
        ],
        capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert from_workbook(tmp_path / "saved" / given_.name, policy, CONTRACT) == EXAMPLE.encode()


def test_a_row_for_each_rule_with_lists_to_choose_from(policy: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(policy, CONTRACT)))
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"] == list(SHEETS)
    rules = book["Rules"]
    assert [cell.value for cell in rules["A"]] == ["id", "records-and-no-income", "large-amount"]
    assert [at(rules, head, 3).value for head in RULES[1:8]] == [
        "Amount", "above", 4000, "or", "Amount", "above", "[Price]",
    ]  # fmt: skip
    assert at(rules, "or the condition written out", 2).value.startswith('Records = "yes" and (')
    offered = {str(area): rule.formula1 for rule in rules.data_validations.dataValidation for area in rule.sqref.ranges}
    letter = at(rules, "action", 2).column_letter
    assert any(area.startswith(f"{letter}2:") for area in offered)
    assert len(offered) == 8
    actions = offered[next(area for area in offered if area.startswith(f"{letter}2:"))]
    column = actions.split("$")[1]
    assert [cell.value for cell in book["Lists"][column] if cell.value] == ["approve", "review", "reject"]


def test_one_changed_cell_changes_one_line_and_every_comment_stays(policy: Path) -> None:
    def change(book: Any) -> None:
        at(book["Bands"], "to", 3).value = 0.7
        at(book["Bands"], "from", 4).value = 0.7
        value_of(book, "Routing", "control.from").value = 0.7

    text = taken(policy, change)
    changed = ["to = 0.7", "from = 0.7", "from = 0.7                                # scores from here (included) ..."]
    assert differing(EXAMPLE, text) == changed
    assert text.count("#") == EXAMPLE.count("#")


def test_a_condition_is_changed_by_its_cells(policy: Path) -> None:
    def change(book: Any) -> None:
        at(book["Rules"], "value 1", 3).value = 5000
        at(book["Rules"], "input 3", 3).value = "Records"
        at(book["Rules"], "compares 3", 3).value = "is one of"
        at(book["Rules"], "value 3", 3).value = "yes,"

    text = taken(policy, change)
    assert differing(EXAMPLE, text) == ["when = 'Amount > 5000 or Amount > Price or Records in [\"yes\"]'"]


@pytest.mark.parametrize(
    ("cells", "written"),
    [
        (("Income", "is missing", None), "Income is missing"),
        (("Years at address", "below", 0.5), "`Years at address` < 0.5"),
        (("Records", "is", "yes"), 'Records = "yes"'),
        (("Income", "is none of", "1, 2.5"), "Income not in [1, 2.5]"),
        (("Insured", "is", True), "Insured = true"),
        (("score", "at least", 0.9), "score >= 0.9"),
        (("Amount", "at most", "[Income]"), "Amount <= Income"),
    ],
)
def test_a_new_row_is_a_new_rule(policy: Path, cells: tuple[Any, ...], written: str) -> None:
    def change(book: Any) -> None:
        rules = book["Rules"]
        for head, value in zip(
            ("id", "input 1", "compares 1", "value 1", "action"), ("new", *cells, "review"), strict=True
        ):
            at(rules, head, 4).value = value

    text = taken(policy, change, None)
    found = parse(text)
    assert [rule.id for rule in found.rules] == ["records-and-no-income", "large-amount", "new"]
    assert found.rules[2].when == written
    assert text.replace(text[text.index('\n[[rules]]\nid = "new"') : text.index("\n# Bands")], "") == EXAMPLE


def test_a_changed_id_changes_one_line(policy: Path) -> None:
    def change(book: Any) -> None:
        at(book["Rules"], "id", 2).value = "records"
        at(book["Bands"], "id", 3).value = "people"

    assert differing(EXAMPLE, taken(policy, change)) == ['id = "records"', 'id = "people"']


def test_a_text_for_a_reason_and_a_range_can_be_added(policy: Path) -> None:
    def change(book: Any) -> None:
        value_of(book, "Reasons", "reasons.texts.Amount").value = "It is much."
        for head, value in zip(("name", "type", "from"), ("Years at address", "number", 0), strict=True):
            at(book["Inputs"], head, 4).value = value

    lines = ['"Years at address" = { type = "number", from = 0 }', 'Amount = "It is much."']
    assert differing(EXAMPLE, taken(policy, change)) == lines


def test_rules_can_be_moved_and_taken_away_and_the_others_keep_their_bytes(policy: Path) -> None:
    def swapped(book: Any) -> None:
        rules = book["Rules"]
        for column in range(1, rules.max_column + 1):
            one, two = rules.cell(2, column), rules.cell(3, column)
            one.value, two.value = two.value, one.value

    blocks = re.findall(r"\[\[rules\]\]\n(?:.+\n)+", EXAMPLE)
    text = taken(policy, swapped, None)
    assert re.findall(r"\[\[rules\]\]\n(?:.+\n)+", text) == [blocks[1], blocks[0]]
    without = taken(policy, lambda book: book["Rules"].delete_rows(2), None)
    assert re.findall(r"\[\[rules\]\]\n(?:.+\n)+", without) == [blocks[1]]
    assert set(EXAMPLE.splitlines()) - set(without.splitlines()) < set(blocks[0].splitlines())


def test_routing_can_be_added_and_taken_away(policy: Path) -> None:
    policy.write_text(EXAMPLE[: EXAMPLE.index("# From here on")], encoding="utf-8")

    def change(book: Any) -> None:
        value_of(book, "Routing", "review.capacity_per_day").value = 12
        value_of(book, "Routing", "review.overflow.action").value = "reject"
        value_of(book, "Routing", "effective.until").value = date(2030, 1, 31)

    routing = parse(taken(policy, change)).routing
    assert routing.review is not None
    assert (routing.review.capacity_per_day, routing.review.overflow) == (12, "reject")
    assert routing.effective.last == date(2030, 1, 31)

    policy.write_text(EXAMPLE, encoding="utf-8")

    def less(book: Any) -> None:
        for row in book["Routing"].iter_rows(min_row=2):
            row[1].value = None

    text = taken(policy, less)
    assert "[control]" not in text
    assert parse(text).routing == parse(EXAMPLE[: EXAMPLE.index("# From here on")]).routing


def test_a_number_that_a_spreadsheet_makes_of_a_text_is_a_text_again(policy: Path) -> None:
    def change(book: Any) -> None:
        value_of(book, "Policy", "version").value = 2

    assert differing(EXAMPLE, taken(policy, change))[0].startswith('version = "2" ')


def set_cell(sheet: str, head: str, row: int, value: Any) -> Change:
    def change(book: Any) -> None:
        at(book[sheet], head, row).value = value

    return change


def set_value(sheet: str, what: str, value: Any) -> Change:
    def change(book: Any) -> None:
        value_of(book, sheet, what).value = value

    return change


REFUSED: list[tuple[str, Change, str, str]] = [
    ("unknown action", set_cell("Rules", "action", 3, "refuse"), "Rules!M3", "the action `refuse` is not in"),
    ("unknown input", set_cell("Rules", "input 1", 3, "Amout"), "Rules!B3", "`Amout` is not an input"),
    ("unknown word", set_cell("Rules", "compares 1", 3, "over"), "Rules!C3", "found 'over'"),
    ("text for a number", set_cell("Rules", "value 1", 3, "much"), "Rules!D3", "`Amount` is a number; found 'much'"),
    ("a comma", set_cell("Rules", "value 1", 3, "4000,5"), "Rules!D3", "`Amount` is a number; found '4000,5'"),
    ("second value", set_cell("Rules", "value 2", 3, "0,6"), "Rules!H3", "`Amount` is a number; found '0,6'"),
    ("no value", set_cell("Rules", "value 1", 3, None), "Rules!C3", "`above` needs a value"),
    ("no joiner", set_cell("Rules", "joined by", 3, None), "Rules!F3", "two comparisons"),
    ("joiner", set_cell("Rules", "joined by", 3, "xor"), "Rules!E3", "expected one of: and, or"),
    ("both ways", set_cell("Rules", "input 1", 2, "Income"), "Rules!B2", "written out in Rules!L2 too"),
    ("written out", set_cell("Rules", "or the condition written out", 2, "Income > 5k"), "Rules!L2", "have no unit"),
    ("no id", set_cell("Rules", "id", 3, None), "Rules!B3", "`id` is missing"),
    ("same id", set_cell("Rules", "id", 3, "records-and-no-income"), "Rules!A3", "used twice"),
    ("formula", set_cell("Rules", "value 1", 3, "=1+1"), "Rules!D3", "found a formula"),
    ("formula in a text", set_value("Fallback", "fallback.message", "+cmd|' /C calc'!A0"), "Fallback!B3", "formula"),
    ("error", set_cell("Bands", "to", 2, "#REF!"), "Bands!C2", "the error #REF!"),
    ("gap", set_cell("Bands", "from", 3, 0.3), "Bands!B3", "gap: no band covers 0.25 to 0.3"),
    ("band beyond 1", set_cell("Bands", "to", 4, 100), "Bands!C4", "100 % is written 1"),
    ("band as text", set_cell("Bands", "to", 3, "0,6"), "Bands!C3", "text, '0,6'; format it as a number and type 0.6"),
    ("favourable fallback", set_value("Fallback", "fallback.action", "approve"), "Fallback!B2", "favourable"),
    ("no capacity", set_value("Routing", "review.capacity_per_day", 0), "Routing!B2", "is 0"),
    ("date as text", set_value("Routing", "effective.from", "1.1.2027"), "Routing!B17", "; format it as a date"),
    ("a time", set_value("Routing", "effective.from", datetime(2027, 1, 1, 8)), "Routing!B17", "time"),
    ("a case", set_cell("Cases", "action", 3, "approve"), "Cases!", "expected `approve`, the band `middle` gives"),
    ("a case's input", set_cell("Cases", "input: Income", 3, "much"), "Cases!A3", "`Income` is a number"),
    ("a case without action", set_cell("Cases", "action", 2, None), "Cases!", "`action` is missing"),
    ("an input's range", set_cell("Inputs", "from", 2, 200_000), "Inputs!", "expected from <= to"),
    ("unknown row", set_cell("Policy", "what", 2, "idd"), "Policy!A2", "`idd` is unknown (did you mean `id`?)"),
    ("unknown column", set_cell("Bands", "to", 1, "till"), "Bands!C1", "the column `till` is unknown"),
    ("version", set_value("Policy", "version", None), "", "`version` is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "place", "what"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_refused_cell_is_named(policy: Path, change: Change, place: str, what: str) -> None:
    found = refused(policy, change)
    assert any(problem.startswith(place) and what in problem for problem in found), found


def test_a_case_that_leaves_an_input_of_a_rule_empty_names_rule_input_and_cell(policy: Path) -> None:
    found = refused(policy, set_cell("Cases", "action", 4, "approve"))
    (why,) = (problem for problem in found if "needs" in problem)
    said = "because the rule `large-amount` needs `Amount`, which is empty ("
    assert said in why
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(policy, CONTRACT)))
    assert why.endswith(f"({at(book['Cases'], 'input: Amount', 4).coordinate})")


def test_a_missing_and_an_unknown_sheet_are_named(policy: Path) -> None:
    def change(book: Any) -> None:
        book["Bands"].title = "Bnds"

    found = refused(policy, change)
    assert any("the sheet `Bands` is missing" in problem for problem in found)
    assert any("`Bnds` is not part of a policy (did you mean `Bands`?)" in problem for problem in found)


def test_what_is_no_workbook_is_refused(policy: Path, tmp_path: Path) -> None:
    (tmp_path / "not.xlsx").write_bytes(b"hello")
    with pytest.raises(InputError, match="is not a workbook"):
        from_workbook(tmp_path / "not.xlsx", policy)
    with pytest.raises(InputError, match="is not there"):
        from_workbook(tmp_path / "none.xlsx", policy)


def test_what_a_workbook_cannot_carry_is_refused_before_it_is_written(policy: Path) -> None:
    policy.write_text(EXAMPLE.replace('"other"]', '"other, or none"]'), encoding="utf-8")
    with pytest.raises(DocumentError, match="cannot carry"):
        to_workbook(policy, CONTRACT)


def test_a_change_that_would_lose_a_comment_is_refused(policy: Path) -> None:
    inline = 'id = "a"\nversion = "1"\nowner = "o"\nactions = { names = ["yes", "review"], favourable = "yes" }\n'
    inline += 'fallback = { action = "review" }\n'
    bands = ["bands = [", '  { id = "any", from = 0, to = 1, action = "review" }, # why', "]", ""]
    policy.write_text(inline + "\n".join(bands), encoding="utf-8")
    assert taken(policy, lambda book: None, None) == policy.read_text(encoding="utf-8")
    with pytest.raises(DocumentError, match="cannot be changed from a workbook"):
        taken(policy, set_cell("Bands", "id", 2, "all"), None)


def test_a_file_with_windows_line_ends_keeps_them(policy: Path) -> None:
    policy.write_bytes(EXAMPLE.replace("\n", "\r\n").encode())

    def change(book: Any) -> None:
        for head, value in (
            ("id", "new"),
            ("input 1", "Amount"),
            ("compares 1", "below"),
            ("value 1", 5),
            ("action", "review"),
        ):
            at(book["Rules"], head, 4).value = value

    text = from_workbook(edited(policy, change), policy, CONTRACT).decode()
    assert text.count("\n") == text.count("\r\n") == EXAMPLE.count("\n") + 5
    assert parse(text).rules[2].when == "Amount < 5"


def test_a_text_that_looks_like_a_formula_stays_a_text(policy: Path) -> None:
    policy.write_text(EXAMPLE.replace('"We cannot answer today."', '"=1+1"'), encoding="utf-8")
    book = openpyxl.load_workbook(io.BytesIO(to_workbook(policy, CONTRACT)))
    cell = value_of(book, "Routing", "review.overflow.message")
    assert (cell.value, cell.data_type) == ("=1+1", "s") or cell.quotePrefix
    policy.with_suffix(".xlsx").write_bytes(to_workbook(policy, CONTRACT))
    assert from_workbook(policy.with_suffix(".xlsx"), policy, CONTRACT) == policy.read_bytes()


messages = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20).map(str.strip)
numbers = st.one_of(st.integers(0, 10**9).map(float), st.floats(0, 1e6))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(messages, numbers, st.sampled_from(["<", ">=", "!="])), max_size=4, unique_by=lambda r: r[1]))
def test_whatever_the_rules_say_their_bytes_come_back(policy: Path, written: list[tuple[str, float, str]]) -> None:
    head = EXAMPLE[: EXAMPLE.index("[[cases]]")].split("[[rules]]")[0] + EXAMPLE[EXAMPLE.index("[[bands]]") :]
    text = head[: head.index("# Cases")]
    for number, (message, value, sign) in enumerate(written):
        said = rewritten('m = ""\n', {"m": message}, name="x")[4:]
        text += f'[[rules]] # {number}\nid = "r{number}"\nwhen = "Price {sign} {value!r}"\naction = "review"\n'
        text += f"message = {said}"
    policy.write_text(text, encoding="utf-8")
    policy.with_suffix(".xlsx").write_bytes(to_workbook(policy))
    assert from_workbook(policy.with_suffix(".xlsx"), policy).decode() == text


keys = st.sampled_from(["a", "b", "long name", "ü"])
scalars = st.one_of(st.integers(-9, 9), st.booleans(), st.text(max_size=6), st.dates(), st.lists(st.text(max_size=3)))
tables = st.dictionaries(keys, scalars, max_size=3)
items = st.dictionaries(st.sampled_from(["id", "x", "y"]), st.text("abc#'\"[]=", max_size=4), min_size=1, max_size=3)
documents = st.fixed_dictionaries(
    {}, optional={"a": scalars, "b": scalars, "t": tables, "u": tables, "rows": st.lists(items, min_size=1, max_size=4)}
)


@settings(max_examples=300, deadline=None)
@given(documents, documents)
def test_a_document_is_rewritten_to_say_what_it_must(old: dict[str, Any], new: dict[str, Any]) -> None:
    text = rewritten("# mine\n", old, name="x")
    assert same(tomllib.loads(text), old)
    assert rewritten(text, old, name="x") == text
    assert same(tomllib.loads(rewritten(text, new, name="x")), new)

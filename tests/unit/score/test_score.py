"""A scored file says what the engine says of each row alone, in every kind of file, and keeps what it was given."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest
from tests.conformance import bundles
from tests.unit.score.files import ADDED, NAMES, ROWS, as_book, as_csv, as_parquet, cases, scored, table

from golive.chain.desk import Trust
from golive.chain.score import Form
from golive.engine import journal
from golive.engine.bundle import load
from golive.errors import ApprovalError, GoliveError, InputError, OutputExistsError, WorldError
from golive.records.decision import Decision
from golive.tables.wider import wide


def expected(bundle: Path) -> list[Decision]:
    opened = load(bundle)
    return [opened.decide(case) for case in cases()]


def test_every_row_of_a_csv_gets_the_decision_that_it_gets_alone(bundle: Path, tmp_path: Path) -> None:
    done = scored(as_csv(tmp_path / "in.csv"), tmp_path / "out.csv", bundle)
    rows = table(tmp_path / "out.csv")
    assert list(rows[0]) == [*NAMES, *ADDED]
    for row, decision in zip(rows, expected(bundle), strict=True):
        assert row["case_id"] == row["Nr"]
        assert row["decision"] == decision.action
        assert row["score"] == ("" if decision.score is None else repr(decision.score))
        assert (row["band"], row["rule"]) == (decision.band or "", decision.rule or "")
        assert row["reasons"] == "; ".join(reason.text for reason in decision.reasons)
        assert row["message"] == decision.message
        assert (row["problems"] != "") == bool(decision.problems)
        assert (row["approved"], row["action"], row["by"], row["reason"]) == ("true", "", "", "")
    assert done.rows == len(ROWS) and sum(done.decisions.values()) == len(ROWS)
    assert done.fallback == sum(decision.fallback for decision in expected(bundle)) and list(done.problems) == [
        "Job: 'pilot' was never seen in training"
    ]


def test_parquet_and_workbook_get_the_decisions_of_the_csv(bundle: Path, tmp_path: Path) -> None:
    for name, make in (("c.csv", as_csv), ("p.parquet", as_parquet), ("b.xlsx", as_book)):
        scored(make(tmp_path / name), tmp_path / f"out-{name}", bundle)
    rows = table(tmp_path / "out-c.csv")
    said = [(row["case_id"], row["decision"], float(row["score"] or "nan"), row["reasons"]) for row in rows]
    with duckdb.connect() as connection:
        query = f"select case_id, decision, score, reasons from '{tmp_path / 'out-p.parquet'}'"
        parquet = connection.execute(query).fetchall()
    sheet = openpyxl.load_workbook(tmp_path / "out-b.xlsx")["Cases"]
    first = len(NAMES) + 1
    book = [(row[0], row[1], row[2], row[5]) for row in sheet.iter_rows(min_row=2, min_col=first, values_only=True)]
    assert len(said) == len(parquet) == len(book) == len(ROWS)
    for one, two, three in zip(said, parquet, book, strict=True):
        assert one[:2] == two[:2] == three[:2]
        assert str(one[2]) == str(two[2] if two[2] is not None else float("nan"))
        assert str(one[2]) == str(three[2] if three[2] is not None else float("nan"))
        assert one[3] == two[3] == (three[3] or "")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16-le"])
def test_a_csv_keeps_every_byte_in_front_of_what_is_added(
    bundle: Path, tmp_path: Path, delimiter: str, end: str, encoding: str
) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    as_csv(source, delimiter=delimiter, end=end, encoding=encoding)
    if encoding == "utf-16-le":
        source.write_bytes(b"\xff\xfe" + source.read_bytes())
    scored(source, out, bundle, Form(ids="Nr", encoding="cp1252" if encoding == "cp1252" else None))
    before, after = (file.read_bytes().decode(encoding) for file in (source, out))
    records = before.split(end)
    behind = after.split(end)
    assert len(records) == len(behind)
    for one, two in zip(records, behind, strict=True):
        assert two.startswith(one)
    assert [row["decision"] for row in table(out, delimiter, encoding.replace("-le", ""))] == [
        decision.action for decision in expected(bundle)
    ]


def test_a_last_line_without_an_end_gets_none(bundle: Path, tmp_path: Path) -> None:
    source = as_csv(tmp_path / "in.csv", ROWS[:2])
    source.write_bytes(source.read_bytes().rstrip(b"\n"))
    scored(source, tmp_path / "out.csv", bundle)
    assert not (tmp_path / "out.csv").read_bytes().endswith(b"\n")
    assert len(table(tmp_path / "out.csv")) == 2


def test_an_empty_line_is_no_case_and_stays(bundle: Path, tmp_path: Path) -> None:
    source = as_csv(tmp_path / "in.csv", ROWS[:2])
    source.write_bytes(source.read_bytes() + b"\n")
    assert scored(source, tmp_path / "out.csv", bundle).rows == 2
    assert (tmp_path / "out.csv").read_bytes().endswith(b"\n\n")


def test_a_gzipped_csv_comes_back_gzipped(bundle: Path, tmp_path: Path) -> None:
    plain = as_csv(tmp_path / "in.csv")
    (tmp_path / "in.csv.gz").write_bytes(gzip.compress(plain.read_bytes()))
    scored(plain, tmp_path / "out.csv", bundle)
    scored(tmp_path / "in.csv.gz", tmp_path / "out.csv.gz", bundle)
    assert gzip.decompress((tmp_path / "out.csv.gz").read_bytes()) == (tmp_path / "out.csv").read_bytes()


def test_a_decimal_comma_is_read_and_written_back(bundle: Path, tmp_path: Path) -> None:
    scored(as_csv(tmp_path / "point.csv"), tmp_path / "o1.csv", bundle)
    scored(as_csv(tmp_path / "comma.csv", delimiter=";", decimal=","), tmp_path / "o2.csv", bundle)
    point, comma = table(tmp_path / "o1.csv"), table(tmp_path / "o2.csv", ";")
    assert [row["score"].replace(".", ",") for row in point] == [row["score"] for row in comma]
    assert [row["decision"] for row in point] == [row["decision"] for row in comma]


@pytest.mark.parametrize(
    ("incomes", "said"),
    [
        (
            ["1,5", "1.5"],
            "numbers are written with a point (1.5 in line 3, column `Income`) and with a comma (1,5 in line 2",
        ),
        (["1,500", "7"], "the comma may part thousands or decimals: 1,500 in line 2"),
    ],
)
def test_numbers_that_can_be_read_in_two_ways_are_refused(
    bundle: Path, tmp_path: Path, incomes: list[str], said: str
) -> None:
    rows = [[f"a-{at}", income, *ROWS[0][2:]] for at, income in enumerate(incomes)]
    source = as_csv(tmp_path / "in.csv", rows, delimiter=";")
    with pytest.raises(InputError, match="^" + said.replace("(", r"\(").replace(")", r"\)")):
        scored(source, tmp_path / "out.csv", bundle)
    done = scored(source, tmp_path / "out.csv", bundle, Form(ids="Nr", decimal=","))
    assert done.fallback == sum("." in income for income in incomes), "what is written otherwise goes to people"


def test_parquet_keeps_types_order_and_compression(bundle: Path, tmp_path: Path) -> None:
    source, out = as_parquet(tmp_path / "in.parquet"), tmp_path / "out.parquet"
    scored(source, out, bundle)
    with duckdb.connect() as connection:
        kinds = [
            [(name, kind) for name, kind, *_ in connection.execute(f"describe from '{file}'").fetchall()]
            for file in (source, out)
        ]
        assert kinds[1][: len(NAMES)] == kinds[0]
        assert [name for name, _ in kinds[1][len(NAMES) :]] == ADDED
        same = connection.execute(
            f"select count(*) from (from '{source}' except select {', '.join(NAMES)} from '{out}')"
        )
        assert same.fetchall() == [(0,)]
        found = connection.execute(f"select distinct compression from parquet_metadata('{out}')").fetchall()
    assert found == [("ZSTD",)]


def test_made_ids_are_the_same_for_the_same_file_and_others_for_another(bundle: Path, tmp_path: Path) -> None:
    for name, rows in (("one", ROWS), ("two", ROWS), ("three", ROWS[:3])):
        scored(as_csv(tmp_path / f"{name}.csv", rows), tmp_path / f"{name}-out.csv", bundle, Form())
    one, two, three = (
        [row["case_id"] for row in table(tmp_path / f"{name}-out.csv")] for name in ("one", "two", "three")
    )
    assert one == two and len(set(one)) == len(ROWS)
    assert not set(one) & set(three)


def test_every_row_is_recorded_and_a_second_run_answers_the_same_and_records_nothing(
    bundle: Path, tmp_path: Path
) -> None:
    source, store = as_csv(tmp_path / "in.csv"), tmp_path / "journal.db"
    first = scored(source, tmp_path / "out.csv", bundle, journal=str(store))
    again = scored(source, tmp_path / "again.csv", bundle, journal=str(store))
    rows = journal.read(store).decisions
    assert [row.case_id for row in rows] == [row[0] for row in ROWS]
    assert [row.action for row in rows] == [decision.action for decision in expected(bundle)]
    assert (first.before, again.before) == (0, len(ROWS))
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    assert journal.verify(store).broken is None


def test_the_three_kinds_of_file_record_the_same_inputs(bundle: Path, tmp_path: Path) -> None:
    store = tmp_path / "journal.db"
    for name, make in (("c.csv", as_csv), ("p.parquet", as_parquet), ("b.xlsx", as_book)):
        done = scored(make(tmp_path / name), tmp_path / f"out-{name}", bundle, journal=str(store))
    assert done.before == len(ROWS), "other inputs would have been a conflict"


def test_a_case_decided_before_on_other_inputs_leaves_no_file(bundle: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "journal.db")
    scored(as_csv(tmp_path / "in.csv"), tmp_path / "out.csv", bundle, journal=store)
    changed = [[*ROWS[0][:1], 1.0, *ROWS[0][2:]], *ROWS[1:]]
    with pytest.raises(InputError, match=r"decided before on other inputs.*'a-1' \(line 2, column `Nr`\); no file"):
        scored(as_csv(tmp_path / "in2.csv", changed), tmp_path / "out2.csv", bundle, journal=store)
    assert sorted(path.name for path in tmp_path.iterdir() if "out2" in path.name) == []


@pytest.mark.parametrize(("name", "make"), [("c.csv", as_csv), ("p.parquet", as_parquet), ("b.xlsx", as_book)])
def test_cases_decided_before_on_other_inputs_can_be_left_out_of_the_file(
    bundle: Path, tmp_path: Path, name: str, make: Callable[..., Path]
) -> None:
    store = str(tmp_path / "journal.db")
    others = [[*ROWS[0][:1], 1.0, *ROWS[0][2:]], ROWS[1]]
    scored(as_csv(tmp_path / "first.csv", others), tmp_path / "done.csv", bundle, journal=store)
    out = tmp_path / f"out-{name}"
    done = scored(make(tmp_path / name), out, bundle, journal=store, leave_changed=True)
    assert (done.rows, done.changed, done.before) == (len(ROWS), 1, 1)
    assert sum(done.decisions.values()) == len(ROWS) - 1
    assert [row.case_id for row in journal.read(store).decisions] == [row[0] for row in ROWS]
    if name == "c.csv":
        first, *rest = table(out)
        assert (first["case_id"], first["decision"], first["score"], first["approved"]) == ("a-1", "", "", "")
        assert "decided before on other inputs" in first["problems"]
        assert all(row["decision"] for row in rest)


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_a_bundle_that_is_not_approved_is_refused_or_every_row_is_marked(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    unsigned = bundles.bundle(tmp_path / "unsigned.golive", signed=False)
    make = {"csv": as_csv, "parquet": as_parquet, "xlsx": as_book}[kind]
    source, out = make(tmp_path / f"in.{kind}"), tmp_path / f"out.{kind}"
    for store in (None, str(tmp_path / "journal.db")):
        with pytest.raises(ApprovalError, match="was signed by nobody"):
            scored(source, out, unsigned, journal=store)
    assert not out.exists()
    done = scored(source, out, unsigned, trust=Trust(unapproved=True))
    assert not done.approved
    if kind == "csv":
        assert {row["approved"] for row in table(out)} == {"false"}


def test_a_bundle_without_a_policy_decides_nothing(tmp_path: Path) -> None:
    bare = bundles.bundle(tmp_path / "bare.golive", policy=None)
    with pytest.raises(ApprovalError, match="has no policy"):
        scored(as_csv(tmp_path / "in.csv"), tmp_path / "out.csv", bare, trust=Trust(unapproved=True))


def refused(bundle: Path, source: Path, form: Form | None = None) -> str:
    """Score a file that cannot be, and return why; nothing may be left."""
    folder = source.parent
    before = sorted(path.name for path in folder.iterdir())
    with pytest.raises(GoliveError) as caught:
        scored(source, folder / f"out{source.suffix}", bundle, form, journal=str(folder.parent / "none.db"))
    assert sorted(path.name for path in folder.iterdir()) == before
    rows = journal.read(folder.parent / "none.db").decisions if (folder.parent / "none.db").exists() else ()
    assert rows == (), "nothing of a refused file is recorded"
    return str(caught.value)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def test_missing_and_misspelt_columns_are_named_with_the_nearest(bundle: Path, folder: Path) -> None:
    said = refused(bundle, as_csv(folder / "in.csv", names=["Nr", "Incom", "Age", "Note", "Job", "town", "Member"]))
    assert "the columns `Income`, `Town` are missing" in said
    assert "`Income` (did you mean `Incom`?)" in said and "`Town` (did you mean `town`?)" in said


@pytest.mark.parametrize("name", ["decision", "Score"])
def test_a_column_that_would_be_written_over_is_refused_and_a_prefix_helps(
    bundle: Path, folder: Path, name: str
) -> None:
    source = as_csv(folder / "in.csv", names=["Nr", "Income", "Age", name, "Job", "Town", "Member"])
    assert f"the file has `{name}` already" in refused(bundle, source)
    scored(source, folder / "out.csv", bundle, Form(ids="Nr", prefix="golive_"))
    assert list(table(folder / "out.csv")[0])[len(NAMES) :] == [f"golive_{one}" for one in ADDED]


@pytest.mark.parametrize(
    ("kind", "form", "said"),
    [
        ("csv", Form(encoding="klingon"), "there is no encoding `klingon`"),
        ("csv", Form(encoding="base64"), "there is no encoding `base64`"),
        ("csv", Form(sheet="Cases"), "has no sheet to choose"),
        ("parquet", Form(encoding="cp1252"), "has no encoding to choose"),
        ("xlsx", Form(decimal=","), "holds numbers as numbers"),
    ],
)
def test_what_does_not_fit_the_kind_of_file_is_refused(
    bundle: Path, folder: Path, kind: str, form: Form, said: str
) -> None:
    make = {"csv": as_csv, "parquet": as_parquet, "xlsx": as_book}[kind]
    assert said in refused(bundle, make(folder / f"in.{kind}"), form)


@pytest.mark.parametrize("cut", [10, -10])
def test_a_damaged_gzip_file_is_refused(bundle: Path, folder: Path, cut: int) -> None:
    whole = gzip.compress(as_csv(folder / "plain.csv").read_bytes())
    (folder / "plain.csv").unlink()
    (folder / "in.csv.gz").write_bytes(whole[:cut])
    with pytest.raises(InputError, match="is not a readable gzip file"):
        scored(folder / "in.csv.gz", folder / "out.csv.gz", bundle)
    assert [path.name for path in folder.iterdir()] == ["in.csv.gz"]


def test_lines_unlike_the_first_are_named(bundle: Path, folder: Path) -> None:
    source = as_csv(folder / "in.csv", ROWS[:3])
    lines = source.read_text().splitlines()
    source.write_text("\n".join([*lines[:2], lines[2] + ",more", "too,few", *lines[3:]]) + "\n")
    said = refused(bundle, source)
    assert "line 3 has 8, line 4 has 2" in said and "sed -n 3p" in said


def test_an_open_quote_is_named_by_its_line(bundle: Path, folder: Path) -> None:
    source = as_csv(folder / "in.csv", ROWS[:3])
    source.write_text(source.read_text().replace("no income", '"no income'))
    assert "line 3 cannot be read" in refused(bundle, source)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"Nr,Income,Age,Note,Job,Town,Member\n", "names but no rows"),
        (b"Nr,Nr,Age\n1,2,3\n", "has the column `Nr` twice"),
        (b"Nr\0,Income\n1,2\n", "zero bytes"),
        (b"Nr,Income,Age,Note,Job,Town,Member\na,1,40,\xe4,fixed,A,true\n", "--encoding cp1252"),
    ],
)
def test_files_that_hold_no_cases_are_refused(bundle: Path, folder: Path, data: bytes, said: str) -> None:
    (folder / "in.csv").write_bytes(data)
    assert said in refused(bundle, folder / "in.csv")


def test_ids_that_name_no_case_are_all_named(bundle: Path, folder: Path) -> None:
    rows = [[case, *ROWS[0][1:]] for case in ("x", "", "y", "x", "long" * 60, "x")]
    said = refused(bundle, as_csv(folder / "in.csv", rows))
    assert "line 3, column `Nr` is empty" in said
    assert "line 6, column `Nr` is no line of at most 200" in said
    assert "'x' stands in line 2, column `Nr` and again in 5" in said
    assert "did you mean `Nr`?" in refused(bundle, folder / "in.csv", Form(ids="nr"))


def test_the_output_is_never_the_input_nor_another_kind_nor_written_over(bundle: Path, tmp_path: Path) -> None:
    source = as_csv(tmp_path / "in.csv")
    before = source.read_bytes()
    with pytest.raises(InputError, match="is the file that is read"):
        scored(source, source, bundle, force=True)
    with pytest.raises(InputError, match=r"expected a name that ends with `\.csv`"):
        scored(source, tmp_path / "out.xlsx", bundle)
    (tmp_path / "out.csv").write_text("mine")
    with pytest.raises(OutputExistsError):
        scored(source, tmp_path / "out.csv", bundle)
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OutputExistsError, match="is a folder"):
        scored(source, tmp_path / "a.csv", bundle, force=True)
    assert source.read_bytes() == before and (tmp_path / "out.csv").read_text() == "mine"


def test_an_output_that_may_not_be_written_is_refused_before_anything_is_decided(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out, store = as_csv(tmp_path / "in.csv"), tmp_path / "out.csv", tmp_path / "journal.db"
    out.write_text("locked")
    monkeypatch.setattr("os.access", lambda path, mode: False)  # root may write everywhere
    with pytest.raises(WorldError, match="may not be written"):
        scored(source, out, bundle, force=True, journal=str(store))
    assert out.read_text() == "locked" and not store.exists()


def test_cells_that_look_like_formulas_are_made_harmless(bundle: Path, tmp_path: Path) -> None:
    rows = [
        ["=1+1", 129.5, 40, '=HYPERLINK("http://x","y")', "fixed", "A", True],
        ["-7", -5.5, 40, "-", "fixed", "A", True],
    ]
    done = scored(as_csv(tmp_path / "in.csv", rows), tmp_path / "out.csv", bundle)
    first, second = table(tmp_path / "out.csv")
    assert first["Nr"] == "'=1+1" and first["Note"].startswith("'=HYPERLINK") and first["case_id"] == "'=1+1"
    assert (second["Nr"], second["Income"], second["Note"]) == ("-7", "-5.5", "-"), "numbers and dashes are no formulas"
    assert done.notes == ("2 cells look like a formula and got a leading apostrophe, the first in line 2, column `Nr`",)


def test_what_is_stopped_leaves_nothing_and_is_taken_up_where_it_was(bundle: Path, tmp_path: Path) -> None:
    source, out, store = as_csv(tmp_path / "in.csv"), tmp_path / "out.csv", str(tmp_path / "journal.db")

    def stopped(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scored(source, out, bundle, journal=store, advance=stopped)
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []
    done = scored(source, out, bundle, journal=store)
    assert done.before == done.rows == len(table(out)), "what was recorded stands, and is the answer"


def test_real_dates_are_put_into_the_form_of_the_contract(tmp_path: Path) -> None:
    import datetime as dt

    with duckdb.connect() as connection:
        made = "select date '2024-03-31' as day, timestamp '2024-03-31 12:00:00' as moment, '1.2.2024' as text"
        connection.execute(f"copy ({made}) to '{tmp_path / 'in.parquet'}' (format parquet)")
    book = openpyxl.Workbook()
    book.active.append(["day", "moment", "text"])
    book.active.append([dt.date(2024, 3, 31), dt.datetime(2024, 3, 31, 12), "1.2.2024"])
    book.save(tmp_path / "in.xlsx")
    for name in ("in.parquet", "in.xlsx"):
        source = wide(tmp_path / name)
        source.forms |= {"day": "%d.%m.%Y", "text": "%d.%m.%Y"}
        (batch,) = source.batches(["day", "moment", "text"])
        assert batch.columns == {"day": ["31.03.2024"], "moment": ["2024-03-31 12:00:00"], "text": ["1.2.2024"]}


def test_a_file_that_changes_while_it_is_read_is_not_trusted(bundle: Path, tmp_path: Path) -> None:
    source = as_csv(tmp_path / "in.csv")

    def touched(rows: int) -> None:
        source.write_bytes(source.read_bytes() + b"\n")

    with pytest.raises(WorldError, match="was written to while it was read"):
        scored(source, tmp_path / "out.csv", bundle, advance=touched)
    assert not (tmp_path / "out.csv").exists()


def test_a_policy_that_is_not_in_force_decides_nothing_where_nothing_is_recorded(tmp_path: Path) -> None:
    later = bundles.POLICY + "\n[effective]\nfrom = 2999-01-01\n"
    bundle, source, out = bundles.bundle(tmp_path / "b.golive", policy=later), as_csv(tmp_path / "in.csv"), "out.csv"
    with pytest.raises(ApprovalError, match=r"not in force on .*; it is from 2999-01-01 until it is replaced"):
        scored(source, tmp_path / out, bundle)
    assert not (tmp_path / out).exists()
    done = scored(source, tmp_path / out, bundle, journal=str(tmp_path / "journal.db"))
    assert done.fallback == len(ROWS) and done.decisions["approve"] == 0


def test_an_answer_that_was_given_without_approval_stays_marked_so(bundle: Path, tmp_path: Path) -> None:
    source, at = as_csv(tmp_path / "in.csv"), str(tmp_path / "journal.db")
    scored(as_csv(tmp_path / "two.csv", ROWS[:2]), tmp_path / "1.csv", bundle, trust=Trust(unapproved=True), journal=at)
    assert scored(source, tmp_path / "2.csv", bundle, journal=at).before == 2
    marks = [row["approved"] for row in table(tmp_path / "2.csv")]
    assert marks == ["false", "false", "true", "true", "true"]

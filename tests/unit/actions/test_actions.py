"""A filled sheet becomes action rows: every one of them, or none and every problem with its place."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.conformance import bundles
from tests.postgres import PASSWORD, QUOTED, Cluster
from tests.unit.score.files import as_book, as_csv, scored, table

from golive.chain.actions import Sheet, record_actions
from golive.cli import run
from golive.engine import journal
from golive.errors import DocumentError, InputError
from golive.records.scored import Recorded

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed: no workbook was SAVED by it")
Read = Callable[..., Recorded]
Problems = Callable[..., tuple[str, ...]]


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bundles.bundle(tmp_path_factory.mktemp("actions") / "small.golive")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def sheet(bundle: Path, store: Path, tmp_path: Path) -> Path:
    """Five cases: a-1 approve, a-2 review, a-3 reject, a-4 review, a-5 review."""
    scored(as_csv(tmp_path / "in.csv"), tmp_path / "out.csv", bundle, journal=str(store))
    return tmp_path / "out.csv"


def fill(path: Path, **rows: dict[str, str]) -> None:
    """Type into rows, named by their case without the dash."""
    found = table(path)
    for row in found:
        row.update(rows.get(row["Nr"].replace("-", ""), {}))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)


@pytest.fixture
def read(bundle: Path) -> Read:
    def read(path: Path, store: Path, policy: Path = bundle, **options: Any) -> Recorded:
        return record_actions(path, store=str(store), bundle=policy, sheet=Sheet(**options))

    return read


def said(store: Path) -> list[tuple[str, str, str, str]]:
    return [(row.case_id, row.action, row.by, row.reason) for row in journal.read(store).actions]


@pytest.fixture
def problems(read: Read) -> Callable[..., tuple[str, ...]]:
    def problems(path: Path, store: Path, *policy: Path, **options: Any) -> tuple[str, ...]:
        with pytest.raises(DocumentError) as caught:
            read(path, store, *policy, **options)
        assert said(store) == []
        return caught.value.problems

    return problems


def test_filled_rows_are_recorded_once_and_a_change_is_a_new_row(sheet: Path, store: Path, read: Read) -> None:
    fill(sheet, a1={"action": "approve", "by": "desk 4"}, a2={"action": "reject", "by": "desk 4"})
    first, again = read(sheet, store), read(sheet, store)
    assert (first.rows, first.filled, first.new, again.new, first.overridden) == (5, 2, 2, 0, 0)
    fill(sheet, a2={"action": "approve", "reason": "called back"})
    assert read(sheet, store).new == 1
    assert said(store) == [
        ("a-1", "approve", "desk 4", ""),
        ("a-2", "reject", "desk 4", ""),
        ("a-2", "approve", "desk 4", "called back"),
    ]
    assert journal.verify(store).broken is None


def test_an_override_needs_a_reason_and_settling_a_review_does_not(
    sheet: Path, store: Path, read: Read, problems: Problems
) -> None:
    fill(sheet, a1={"action": "reject", "by": "me"}, a2={"action": "approve", "by": "me"})
    assert problems(sheet, store) == (
        "line 2, column `reason` is empty; expected a reason, because the decision was `approve`",
    )
    fill(sheet, a1={"reason": "no employer"})
    assert read(sheet, store).overridden == 1


def test_all_problems_are_named_at_once_and_nothing_is_recorded(sheet: Path, store: Path, problems: Problems) -> None:
    fill(
        sheet,
        a1={"action": "aprove", "by": "me"},
        a2={"action": "approve"},
        a3={"by": "me"},
        a4={"decision": "approve"},
        a5={"action": "approve", "by": "me", "case_id": "z-9"},
    )
    found = "\n".join(problems(sheet, store))
    assert "line 2, column `action` is 'aprove' (did you mean `approve`?)" in found
    assert "line 3, column `by` is ''; expected who did it" in found
    assert "line 4, column `action` is empty, but `by` is not" in found
    assert "column `decision` says 'approve', the journal says `review`" in found
    assert "column `case_id` is 'z-9', which was never decided" in found


def test_the_same_case_filled_in_twice_is_refused(sheet: Path, store: Path, problems: Problems) -> None:
    fill(sheet, a1={"action": "approve", "by": "me"}, a3={"action": "reject", "by": "me", "case_id": "a-1"})
    assert "line 4, column `case_id` is 'a-1' again, filled in before at 2" in problems(sheet, store)


RULES = """
[overrides]
roles = ["team lead"]
reasons = ["known customer", "no employer"]
most = 0.2
from_cases = 1
beyond = "refuse"
"""


def test_who_may_override_why_and_how_often_is_said_by_the_policy(
    bundle: Path, sheet: Path, store: Path, tmp_path: Path, read: Read, problems: Problems
) -> None:
    ruled = bundles.bundle(tmp_path / "ruled.golive", policy=bundles.POLICY + RULES)
    fill(sheet, a1={"action": "reject", "by": "me", "reason": "a feeling"})
    assert problems(sheet, store, ruled) == (
        "line 2, column `action` is 'reject'; the role (--role) is missing, so nobody knows whether it may be "
        "overridden; expected one of team lead, because the decision was `approve`",
        "line 2, column `reason` is not one of the agreed ones; expected one of known customer, no employer",
    )
    fill(sheet, a1={"reason": "no employer"})
    assert read(sheet, store, ruled, role="team lead").overridden == 1
    assert [row.role for row in journal.read(store).actions] == ["team lead"]
    fill(sheet, a3={"action": "approve", "by": "me", "reason": "known customer"})
    with pytest.raises(InputError, match="'a-3' overrides its decision, and with it more would be overridden"):
        read(sheet, store, ruled, role="team lead")
    assert len(said(store)) == 1


def test_a_workbook_is_read_back_and_its_cells_are_named(
    bundle: Path, store: Path, tmp_path: Path, read: Read, problems: Problems
) -> None:
    out = tmp_path / "out.xlsx"
    scored(as_book(tmp_path / "in.xlsx"), out, bundle, journal=str(store))
    book = openpyxl.load_workbook(out)
    book["Cases"]["Q2"] = "reject"
    book.save(out)
    assert problems(out, store, by="desk 4") == (
        "cell S2 of the sheet `Cases` (column `reason`) is empty; "
        "expected a reason, because the decision was `approve`",
    )
    book["Cases"]["S2"] = "no employer"
    book.save(out)
    assert read(out, store, by="desk 4").new == 1
    assert said(store) == [("a-1", "reject", "desk 4", "no employer")]


@needs_office
def test_what_a_spreadsheet_program_saves_is_read_back(bundle: Path, store: Path, tmp_path: Path, read: Read) -> None:
    out, saved = tmp_path / "out.xlsx", tmp_path / "saved" / "out.xlsx"
    scored(as_book(tmp_path / "in.xlsx"), out, bundle, journal=str(store))
    assert SOFFICE is not None
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [SOFFICE, "--headless", profile, "--convert-to", "xlsx", "--outdir", str(saved.parent), str(out)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    book = openpyxl.load_workbook(saved)
    sheet = book["Cases"]
    (offered,) = sheet.data_validations.dataValidation
    assert (str(offered.sqref), offered.formula1) == ("Q2:Q6", '"approve,review,reject"')
    assert sheet["A1"].font.b and sheet["H1"].font.b, "the added names look like the others"
    sheet["Q2"] = "approve"
    book.save(saved)
    assert read(saved, store, by="desk 4").new == 1
    assert said(store) == [("a-1", "approve", "desk 4", "")]


def test_ids_that_were_made_harmless_are_read_as_they_were(
    bundle: Path, store: Path, tmp_path: Path, read: Read
) -> None:
    from tests.unit.score.files import ROWS

    rows = [["=1+1", *ROWS[0][1:]]]
    scored(as_csv(tmp_path / "in.csv", rows), tmp_path / "out.csv", bundle, journal=str(store))
    found = table(tmp_path / "out.csv")
    assert found[0]["case_id"] == "'=1+1"
    fill(tmp_path / "out.csv", **{"'=1+1": {"action": "approve", "by": "me"}})
    assert read(tmp_path / "out.csv", store).new == 1
    assert said(store)[0][0] == "=1+1"


def test_a_file_that_score_did_not_write_and_a_journal_that_is_not_there_are_refused(
    sheet: Path, store: Path, tmp_path: Path, read: Read
) -> None:
    with pytest.raises(InputError, match="the file has no column `case_id`"):
        read(tmp_path / "in.csv", store)
    with pytest.raises(InputError, match="there is no journal"):
        read(sheet, tmp_path / "other.db")
    assert not (tmp_path / "other.db").exists()


def test_the_commands_say_what_was_done_and_leave_with_2_when_a_row_is_wrong(
    bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out, store = as_csv(tmp_path / "in.csv"), tmp_path / "out.csv", tmp_path / "journal.db"
    signed = ["--role", "risk", "--role", "product", "--accept-typed"]
    arguments = ["score", str(source), str(out), "--bundle", str(bundle), "--id", "Nr", "--journal", str(store)]
    assert run([*arguments, *signed]) == 0
    assert f"next: golive actions {out} --journal {store} --bundle {bundle}" in capsys.readouterr().err
    assert run([*arguments, *signed]) == 2, "it is there already"
    assert run([*arguments, "--force"]) == 2, "no role was named"
    capsys.readouterr()
    fill(out, a1={"action": "reject", "by": "me"})
    read = ["actions", str(out), "--journal", str(store), "--bundle", str(bundle)]
    assert run(read) == 2
    assert "line 2, column `reason` is empty" in capsys.readouterr().err
    fill(out, a1={"reason": "no employer"})
    assert run([*read, "--json"]) == 0
    told = capsys.readouterr()
    assert '"format": "recorded/1"' in told.out
    assert "1 filled in: 1 recorded, 0 stood there already; 1 override the decision" in told.err


def test_a_journal_in_postgres_holds_the_same_and_its_password_is_never_shown(
    bundle: Path, tmp_path: Path, cluster: Cluster, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out, url = as_csv(tmp_path / "in.csv"), tmp_path / "out.csv", cluster.url(cluster.emptied())
    signed = ["--role", "risk", "--role", "product", "--accept-typed", "--json"]
    where = ["--journal", url, "--bundle", str(bundle)]
    assert run(["score", str(source), str(out), *where, "--id", "Nr", *signed]) == 0
    fill(out, a1={"action": "reject", "by": "me", "reason": "no employer"})
    assert run(["actions", str(out), *where, "--json"]) == 0
    log = journal.read(url)
    assert len(log.decisions) == 5
    assert [(row.case_id, row.action, row.reason) for row in log.actions] == [("a-1", "reject", "no employer")]
    told = capsys.readouterr()
    assert "postgresql://owner@" in told.err
    assert not any(secret in text for secret in (PASSWORD, QUOTED) for text in (told.out, told.err))

"""golive journal: verify, export, erase, prune; what it prints, what it refuses, how it leaves."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from tests.unit.engine.journal.places import SqlitePlace, decision, written

from golive.cli import run
from golive.engine import journal
from golive.engine.journal import ActionRow

if TYPE_CHECKING:
    from tests.postgres import Cluster

OLD = {"time": "2020-01-01T00:00:00.000000Z"}


@pytest.fixture
def place(tmp_path: Path) -> SqlitePlace:
    place = SqlitePlace(tmp_path / "journal.db")
    action = ActionRow(case_id="a-2", action="reject", by="desk 4", reason="fraud", time="2026-03-02T00:00:00.000000Z")
    written(place.at, [decision(1, **OLD), decision(2, score=None, subject="p-2"), action])
    return place


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run(["journal", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_journal_that_holds_leaves_with_0(place: SqlitePlace, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = told(["verify", "--journal", f"sqlite:///{place.at}"], capsys)
    assert (code, out) == (0, "")
    assert "holds: removals 0, decisions 2, outcomes 0, actions 1" in err
    assert f"next: golive journal verify --journal {place.at} --json > heads.json" in err


def test_the_first_row_that_does_not_hold_is_named_and_leaves_with_1(
    place: SqlitePlace, capsys: pytest.CaptureFixture[str]
) -> None:
    place.change("UPDATE decisions SET inputs = '{}' WHERE seq = 2")
    code, _, err = told(["verify", "--journal", str(place.at)], capsys)
    assert code == 1
    assert "does NOT hold" in err
    assert "row 2 of writer `w-" in err
    code, out, _ = told(["verify", "--journal", str(place.at), "--json"], capsys)
    assert code == 1
    assert json.loads(out)["broken"]["number"] == 2


def test_heads_that_were_printed_earlier_find_a_journal_written_anew(
    place: SqlitePlace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = tmp_path / "heads.json"
    heads.write_text(told(["verify", "--journal", str(place.at), "--json"], capsys)[1])
    code, _, err = told(["verify", "--journal", str(place.at), "--heads", str(heads)], capsys)
    kept = len(json.loads(heads.read_text())["heads"])
    assert (code, kept > 0) == (0, True)
    assert f"it still holds what {heads} named: the ends of {kept} chains were compared" in err
    place.at.unlink()
    written(place.at, [decision(1, **OLD), decision(2)])
    code, _, err = told(["verify", "--journal", str(place.at), "--heads", str(heads)], capsys)
    assert code == 1
    assert "when its digest was kept elsewhere" in err


@pytest.mark.parametrize("text", ["{}", "not json", '{"format": "journal-verified/9"}'])
def test_a_file_that_holds_no_heads_is_refused(
    place: SqlitePlace, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    heads = tmp_path / "heads.json"
    heads.write_text(text)
    code, _, err = told(["verify", "--journal", str(place.at), "--heads", str(heads)], capsys)
    assert code == 2
    assert "`heads.json` is not a readable `journal-verified/1` document" in err


def asked(sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(":memory:") as connection:
        rows: list[tuple[object, ...]] = connection.execute(sql).fetchall()
        return rows


def columns(path: Path) -> list[object]:
    return [row[0] for row in asked(f"DESCRIBE SELECT * FROM '{path}'")]


def test_an_export_holds_nothing_personal_unless_asked(
    place: SqlitePlace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    code, said, _ = told(["export", str(out), "--journal", str(place.at), "--json"], capsys)
    assert code == 0
    assert json.loads(said)["rows"] == {"decisions": 2, "outcomes": 0, "actions": 1, "removals": 0}
    assert not {"inputs", "subject", "reasons", "problems", "ignored", "salt"} & set(columns(out / "decisions.parquet"))
    assert not {"by", "reason", "salt"} & set(columns(out / "actions.parquet"))
    rows = asked(f"SELECT seq, case_id, score, approved FROM '{out}/decisions.parquet' ORDER BY seq")
    assert rows == [(1, "a-1", 0.1, 1), (2, "a-2", None, 1)]
    assert sorted(path.name for path in out.iterdir()) == [
        "actions.parquet", "decisions.parquet", "outcomes.parquet", "removals.parquet",
    ]  # fmt: skip


def test_an_export_with_inputs_holds_them_as_they_stand_and_no_salt(
    place: SqlitePlace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert told(["export", str(out), "--journal", str(place.at), "--with-inputs"], capsys)[0] == 0
    (inputs,) = asked(f"SELECT inputs FROM '{out}/decisions.parquet' WHERE seq = 1")[0]
    assert json.loads(str(inputs)) == decision(1).inputs
    assert asked(f"SELECT \"by\", reason FROM '{out}/actions.parquet'") == [("desk 4", "fraud")]
    assert "salt" not in columns(out / "decisions.parquet")


def test_an_export_writes_over_nothing(place: SqlitePlace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(["export", str(tmp_path), "--journal", str(place.at)], capsys)
    assert code == 2
    assert "is already there" in err


def test_an_erasure_says_what_went_and_what_it_does_not_reach(
    place: SqlitePlace, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["erase", "--journal", str(place.at), "--by", "dpo", "--reason", "asked", "--json"]
    code, out, err = told([*arguments, "--subject", "p-2"], capsys)
    assert code == 0
    assert json.loads(out) == {
        "format": "journal-erased/1", "journal": str(place.at), "cases": ["a-2"], "rows": 2,
    }  # fmt: skip
    assert "backups and exported files still hold them" in err
    assert [row.erased for row in journal.read(place.at).decisions] == [False, True]


def test_an_erasure_needs_a_case_and_a_name(place: SqlitePlace, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(["erase", "--journal", str(place.at), "--by", "dpo"], capsys)[0] == 2
    assert told(["erase", "--journal", str(place.at), "--case", "a-1"], capsys)[0] == 2
    code, _, err = told(["erase", "--journal", str(place.at), "--by", "dpo", "--case", "a-\x1b[2J"], capsys)
    assert code == 2
    assert "no decision is known of `a-\\x1b[2J`" in err


def test_old_rows_are_pruned_and_not_before_their_time(place: SqlitePlace, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["prune", "--journal", str(place.at), "--by", "records office", "--json"]
    code, _, err = told([*arguments, "--older-than", "30"], capsys)
    assert code == 2
    assert "are kept for 184 days; 30 is less" in err
    code, out, _ = told([*arguments, "--older-than", "1500"], capsys)
    assert code == 0
    assert json.loads(out)["rows"] == {"decisions": 1, "outcomes": 0, "actions": 0}
    assert [row.case_id for row in journal.read(place.at).decisions] == ["a-2"]
    assert told(["verify", "--journal", str(place.at)], capsys)[0] == 0


@pytest.mark.parametrize("verb", [["verify"], ["export", "out"], ["erase", "--case", "a", "--by", "b"]])
@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("mysql://ann:s3cret@db/log", "a journal is not kept in `mysql://`"),
        ("nowhere.db", "there is no journal `nowhere.db`"),
        ("no/such/folder/journal.db", "there is no journal"),
        ("postgresql://ann:s3@cret@db/log", "cannot be read"),
    ],
)
def test_what_is_no_journal_leaves_with_2(
    verb: list[str], at: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOLIVE_JOURNAL", at)
    code, out, err = told(verb, capsys)
    assert (code, out) == (2, "")
    assert message in err
    assert "cret" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_in_nothing_that_is_printed(cluster: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    at = cluster.url(cluster.emptied())
    written(at, [decision(1)])
    said = "".join(
        "".join(told([*verb, "--journal", at], capsys)[1:])
        for verb in (["verify"], ["verify", "--json"], ["erase", "--case", "a-1", "--by", "dpo", "--json"])
    )
    assert f"postgresql://owner@127.0.0.1:{cluster.port}/postgres" in said
    assert "s3cret" not in said


def test_a_journal_of_format_1_is_verified_and_exported_and_nothing_is_taken_from_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = tmp_path / "old.db"
    shutil.copy(Path(__file__).parents[1] / "engine" / "journal" / "assets" / "journal-1.db", old)
    assert told(["verify", "--journal", str(old)], capsys)[0] == 0
    out = tmp_path / "out"
    assert told(["export", str(out), "--journal", str(old)], capsys)[0] == 0
    assert asked(f"SELECT count(*) FROM '{out}/decisions.parquet'") == [(3,)]
    assert not {"inputs", "reasons", "problems"} & set(columns(out / "decisions.parquet"))
    for arguments in (["erase", "--case", "a-1"], ["prune", "--older-than", "400"]):
        code, _, err = told([*arguments, "--journal", str(old), "--by", "dpo"], capsys)
        assert code == 2
        assert "found `journal/1`, expected `journal/2`" in err

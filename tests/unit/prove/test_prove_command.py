from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from golive.cli import run
from golive.engine.builder import Builder
from golive.engine.bundle import load
from golive.engine.folder import write_bundle
from golive.prove.template import money_template
from golive.records.contract import Contract, Input, Kind
from golive.records.document import decode, digest_file, encode, read
from golive.records.evidence import Evidence, Word
from golive.records.golden import Golden
from golive.records.parity import Parity

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import SimpleNamespace


@pytest.fixture
def folder(tmp_path: Path, world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a table, a money file and a bundle whose score is the column `points` / 100."""
    monkeypatch.chdir(tmp_path)
    lines = ["Status,score,points,Amount,Time"]
    rows = zip(world.outcome, world.score, world.columns["Amount"], world.columns["Time"], strict=True)
    lines += [f"{outcome},{score},{float(100 * score)!r},{amount},{time}" for outcome, score, amount, time in rows]
    (tmp_path / "table.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "money.toml").write_text(money_template())
    bundle(tmp_path / "credit.golive")
    return tmp_path


def bundle(out: Path) -> None:
    b = Builder()
    score = b.node("div", b.input("points", "number"), b.node("number", value=100))
    graph, arrays = b.finish({}, score)
    contract = Contract(
        inputs=(Input(name="points", kind=Kind.number, nullable=False),), event="bad", reasons="none", rows=1
    )
    files = {
        "contract.json": encode(contract),
        "graph.json": encode(graph),
        "arrays.bin": arrays,
        "golden/golden.json": encode(Golden(rows=())),
        "parity.json": encode(Parity(checks=(), frozen=(), float_class="float64", versions={}, strings="object")),
    }
    write_bundle(out, files, name="credit")


TABLE = ["prove", "--table", "table.csv", "--score", "score", "--outcome", "Status", "--event", "bad"]
BUNDLE = ["prove", "credit.golive", "table.csv", "--outcome", "Status", "--event", "bad"]
MONEY = ["--money", "money.toml"]


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_a_table_with_prices_makes_record_report_and_copy(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*TABLE, *MONEY, "--out", "proof"]) == 0
    made = ["charts", "evidence.json", "money.toml", "report.html", "report.xlsx"]
    assert sorted(path.name for path in (folder / "proof").iterdir()) == made
    found = read(folder / "proof" / "evidence.json", Evidence)
    assert found.digests.money == digest_file(folder / "money.toml")
    assert found.digests.holdout == digest_file(folder / "table.csv")
    assert found.outcome == "Status"
    text = said(capsys)
    assert "USE WITH CONDITIONS" in text
    assert "If we reject above 0.9, " in text
    assert "higher score = more `bad`: yes" in text
    assert (folder / "proof" / "report.html").read_text().lstrip().lower().startswith("<!doctype html>")


def test_a_table_without_prices_asks_three_questions(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*TABLE, "--out", "proof"]) == 0
    text = said(capsys)
    assert "NO PRICES YET" in text
    assert "Question 3: " in text
    assert "golive prove --init-money money.toml" in text


def test_json_is_the_record_itself(folder: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run([*TABLE, *MONEY, "--out", "proof", "--json"]) == 0
    assert capsysbinary.readouterr().out == (folder / "proof" / "evidence.json").read_bytes()


def test_json_alone_prints_the_record_and_writes_nothing(
    folder: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for words in (TABLE, [*TABLE, *MONEY], [*BUNDLE, *MONEY]):
        before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        assert run([*words, "--json"]) == 0
        said = capsysbinary.readouterr()
        found = decode(said.out, Evidence, name="stdout")
        assert said.out == encode(found)
        assert said.err == b""
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_without_prices_and_without_a_place_to_write_it_asks_for_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(TABLE) == 2
    assert "--json alone writes no file" in said(capsys)


def test_an_amount_that_is_not_in_the_file_is_told_how_to_get_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "table.csv").write_text((folder / "table.csv").read_text().replace("Amount", "Loan"))
    assert run([*TABLE, *MONEY, "--out", "proof"]) == 2
    text = said(capsys)
    assert "`Amount` is neither a column nor an assumption" in text
    assert "columns given: Status, score, points, Loan, Time" in text
    assert "on the command line write it into the file" in text


def test_the_other_direction_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*TABLE, "--higher-is-better", "--out", "proof"]) == 0
    text = said(capsys)
    assert "Assumed: higher score = more `bad`: no, a higher score means fewer." in text
    assert "The score points the other way" in text


def test_a_bundle_gets_evidence_and_money_and_stays_the_same_bundle(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = load(folder / "credit.golive").id
    assert run([*BUNDLE, *MONEY, "--out", "proof"]) == 0
    inside = folder / "credit.golive"
    assert (inside / "evidence" / "evidence.json").read_bytes() == (folder / "proof" / "evidence.json").read_bytes()
    assert (inside / "evidence" / "report.html").read_bytes() == (folder / "proof" / "report.html").read_bytes()
    assert (inside / "money.toml").read_bytes() == (folder / "money.toml").read_bytes()
    assert load(inside).id == before == read(inside / "evidence" / "evidence.json", Evidence).digests.bundle
    assert "golive approve draft credit.golive" in said(capsys)


def test_bundle_and_table_say_the_same(folder: Path) -> None:
    run([*TABLE, *MONEY, "--out", "one"])
    run([*BUNDLE, *MONEY, "--out", "two"])
    one, two = (json.loads((folder / name / "evidence.json").read_text()) for name in ("one", "two"))
    assert two["money"]["honest"]["total"] == pytest.approx(one["money"]["honest"]["total"])
    assert "known_missing" in [found["code"] for found in two["verdict"]["conditions"]]


def test_the_money_file_in_the_bundle_is_used_again(folder: Path) -> None:
    run([*BUNDLE, *MONEY, "--out", "proof"])
    assert run([*BUNDLE, "--out", "again"]) == 0
    assert (folder / "again" / "evidence.json").read_bytes() == (folder / "proof" / "evidence.json").read_bytes()


def test_nothing_is_written_over_without_force(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run([*BUNDLE, *MONEY, "--out", "proof"])
    before = (folder / "proof" / "evidence.json").read_bytes()
    assert run([*BUNDLE, *MONEY, "--out", "proof"]) == 2
    text = said(capsys)
    assert "`proof` is already there" in text
    assert "hint: --out proof-2, or add --force" in text
    run([*TABLE, "--init-money", "prices.toml"])
    assert said(capsys).endswith("--money prices.toml --out proof-2\n")
    text = (folder / "money.toml").read_text().replace("value = 0.6", "value = 0.55")
    (folder / "money.toml").write_text(text)
    assert run([*BUNDLE, *MONEY, "--out", "other"]) == 2
    assert "already has another `evidence/evidence.json`" in said(capsys)
    assert not (folder / "other").exists()
    assert run([*BUNDLE, *MONEY, "--out", "proof", "--force"]) == 0
    assert (folder / "proof" / "evidence.json").read_bytes() != before
    assert not list(folder.rglob("*.part"))


def test_a_negative_verdict_leaves_with_1(folder: Path) -> None:
    lines = (folder / "table.csv").read_text().splitlines()
    rng = np.random.default_rng(1)
    noise = [f"{line.split(',')[0]},{rng.random()},{line.split(',', 2)[2]}" for line in lines[1:]]
    (folder / "table.csv").write_text("\n".join([lines[0], *noise]) + "\n")
    assert run([*TABLE, *MONEY, "--out", "proof"]) == 1
    assert read(folder / "proof" / "evidence.json", Evidence).verdict.word in (Word.do_not_use, Word.not_enough_data)


def test_a_zipped_bundle_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.make_archive("credit", "zip", folder / "credit.golive")
    assert run(["prove", "credit.zip", *BUNDLE[2:], "--out", "proof"]) == 2
    assert "must be a folder" in said(capsys)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ([*TABLE[:-4], "--outcome", "State", "--event", "bad"], "`table.csv` has no column `State`"),
        ([*TABLE[:-1], "worse"], "the event `worse` is not among the labels"),
        ([*TABLE, "--money", "nothing.toml"], "the money file `nothing.toml` is not there"),
        (["prove", "--table", "table.csv", "--outcome", "Status"], "name the column with --score"),
        (["prove", "--outcome", "Status"], "name a bundle and a file of rows"),
        (["prove", "credit.golive", "table.csv"], "--out FOLDER --outcome COLUMN"),
        ([*BUNDLE, "--any-score"], "belong to --table"),
        (["prove", "credit.golive", "nothing.csv", "--outcome", "Status"], "`nothing.csv` is not a file"),
    ],
)
def test_wrong_usage_leaves_with_2_and_writes_nothing(
    arguments: list[str], text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, *([] if text.startswith("--out") else ["--out", "proof"])]) == 2
    assert text in said(capsys)
    assert not (folder / "proof").exists()


def test_a_column_that_the_bundle_needs_and_the_file_has_not_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "table.csv").write_text((folder / "table.csv").read_text().replace("points", "pts"))
    assert run([*BUNDLE, "--out", "proof"]) == 2
    assert "`points`" in said(capsys)


def test_text_in_a_number_column_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (folder / "table.csv").read_text().splitlines()
    lines[3] = lines[3].replace(lines[3].split(",")[1], "high")
    (folder / "table.csv").write_text("\n".join(lines))
    assert run([*TABLE, "--out", "proof"]) == 2
    assert "column `score` holds 'high' in line 4" in said(capsys)


def test_percent_scores_are_taken_when_it_is_said(folder: Path) -> None:
    arguments = ["prove", "--table", "table.csv", "--score", "points", "--outcome", "Status", "--event", "bad"]
    assert run([*arguments, "--out", "proof"]) == 2
    assert run([*arguments, "--any-score", "--out", "proof"]) == 0
    assert read(folder / "proof" / "evidence.json", Evidence).calibration is None


def test_init_money_writes_a_file_that_works_and_never_over_another(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["prove", "--init-money", "new.toml"]) == 0
    assert run([*TABLE, "--money", "new.toml", "--out", "proof"]) == 0
    assert run(["prove", "--init-money", "new.toml"]) == 2
    assert "`new.toml` is already there" in said(capsys)


def test_a_full_disk_leaves_all_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "evidence.json")

    monkeypatch.setattr("golive.engine.whole.os.fsync", full)
    before = sorted(path for path in folder.rglob("*"))
    assert run([*BUNDLE, *MONEY, "--out", "proof"]) == 3
    assert sorted(path for path in folder.rglob("*")) == before


def test_ctrl_c_leaves_nothing_half_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("golive.engine.whole.Path.chmod", stopped)
    before = sorted(path for path in folder.rglob("*"))
    assert run([*BUNDLE, *MONEY, "--out", "proof"]) == 3
    assert sorted(path for path in folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("old", "new", "said_"),
    [
        ("margin * Amount * Time / 12", "margin * Amout", "money.toml:39:21: `Amout` is neither"),
        ("margin * Amount * Time / 12", "margin * (Amount", "money.toml:39:28: found the end; expected `)`"),
        ("value = 0.08", "value = 0,08", "money.toml:21:10: "),
        ('currency = "EUR"', 'currency = "EUR', "money.toml:4:"),
        ("value = 0.08", "value = 0.8", "`value` is 0.8, outside its own range 0.06 to 0.1"),
        ("Time / 12", "Time / (Time - Time)", "is zero in 750 rows"),
        ("cost = 15\n", 'cost = "-15"\n', "costs and losses are written as positive amounts"),
    ],
)
def test_a_mistake_in_the_money_file_is_shown_with_its_place(
    old: str, new: str, said_: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = money_template()
    assert old in text
    (folder / "money.toml").write_text(text.replace(old, new))
    assert run([*TABLE, *MONEY, "--out", "proof"]) == 2
    assert said_ in said(capsys)
    assert not (folder / "proof").exists()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda lines: [], "`table.csv` is empty"),
        (lambda lines: lines[:1], "there are 0 rows; expected at least 30"),
        (lambda lines: lines[:20], "there are 19 rows; expected at least 30"),
        (lambda lines: [*lines[:40], lines[40] + ",9", *lines[41:]], "`table.csv` line 41 cannot be read"),
        (lambda lines: [*lines[:5], ",".join(["bad", "", *lines[5].split(",")[2:]]), *lines[6:]], "1 row: line 6"),
        (lambda lines: [line.replace("good", "bad") for line in lines], "all 1,000 rows have the outcome `bad`"),
        (lambda lines: [*lines[:5], lines[5].replace("bad", "open"), *lines[6:]], "`open` (1)"),
        (lambda lines: [*lines[:5], lines[5].replace("bad", ""), *lines[6:]], "outcome is missing in 1 row: line 6"),
    ],
)
def test_a_file_that_cannot_be_judged_says_why(
    change: Callable[[list[str]], list[str]], text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (folder / "table.csv").read_text().splitlines()
    (folder / "table.csv").write_text("\n".join(change(lines)))
    assert run([*TABLE, "--out", "proof"]) == 2
    assert text in said(capsys)


def test_control_characters_in_data_do_not_reach_the_terminal(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "table.csv").write_text((folder / "table.csv").read_text().replace("bad", "\x1b[31mbad"))
    run([*TABLE[:-1], "\x1b[31mbad", "--out", "proof"])
    assert "\x1b" not in capsys.readouterr().err


def test_a_bundle_takes_the_optional_columns_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = folder / "table.csv"
    first, *lines = table.read_text().splitlines()
    more = [f"{line},C{at // 2},2024-{1 + at % 12:02}-{1 + at % 28:02},{at % 2}" for at, line in enumerate(lines)]
    table.write_text("\n".join([f"{first},customer,when,done", *more]) + "\n")
    options = ["--group", "customer", "--date", "when", "--today", "done", "--segment", "done"]
    assert run([*BUNDLE, *MONEY, *options, "--out", "proof"]) in (0, 1)
    found = read(folder / "proof" / "evidence.json", Evidence)
    assert found.dates is not None
    assert found.dates.early + found.dates.late == len(lines)
    assert found.table.by_fold.squared
    assert [one.column for one in found.segments] == ["done", "done"]
    assert found.money is not None
    assert found.money.swap is not None
    text = said(capsys)
    assert found.dates.text in text
    assert found.money.swap.text in text


def test_the_lines_that_carry_the_money_are_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = (folder / "table.csv").read_text().splitlines()
    cells = rows[300].split(",")
    rows[300] = ",".join([*cells[:3], "90000", cells[4]])
    (folder / "table.csv").write_text("\n".join([*rows[:100], "", *rows[100:]]) + "\n")
    for words in (TABLE, BUNDLE):
        assert run([*words, *MONEY, "--out", "proof", "--force"]) == 0
        assert "These cases stand in line 302.\n" in said(capsys)

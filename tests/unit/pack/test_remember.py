"""Marks of the training rows lie beside the bundle, and `prove` finds the rows again by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from click.testing import CliRunner
from sklearn.linear_model import LogisticRegression

from golive.cli.prove import command
from golive.engine.bundle import load
from golive.errors import BundleError, InputError, OutputExistsError
from golive.pack.build import build
from golive.prove.asked import Asked
from golive.prove.run import from_bundle
from golive.records.checked import Checked, State
from golive.records.document import digest_file, read
from golive.records.training_rows import TrainingRows

if TYPE_CHECKING:
    from pathlib import Path

    from golive.records.evidence import Evidence

COLUMNS = ["income", "age", "debt"]


@pytest.fixture(scope="module", name="loans")
def complete(loans: pd.DataFrame) -> pd.DataFrame:
    return loans.dropna(subset="income")


@pytest.fixture(scope="module", name="late")
def complete_and_later(late: pd.DataFrame) -> pd.DataFrame:
    return late.dropna(subset="income")


@pytest.fixture
def folder(loans: pd.DataFrame, tmp_path: Path) -> Path:
    build(fitted(loans), loans[[*COLUMNS, "status"]], outcome="status", event="bad", out=tmp_path / "m.golive")
    return tmp_path / "m.golive"


def fitted(loans: pd.DataFrame, C: float = 1.0) -> LogisticRegression:
    return LogisticRegression(max_iter=5000, C=C).fit(loans[COLUMNS], loans["status"])


def prove(
    folder: Path, rows: pd.DataFrame, *, known: Path | None = None, marks: Path | None = None,
    training: Path | None = None,
) -> Evidence:  # fmt: skip
    rows.to_csv(folder.parent / "rows.csv", index=False)
    asked = Asked(outcome="status", known=known, marks=marks, training=training)
    return from_bundle(folder, folder.parent / "rows.csv", asked)


def check(found: Evidence, code: str) -> Checked:
    (one,) = (one for one in found.checks if one.code == code)
    return one


def test_the_marks_name_their_bundle_and_hold_no_row(folder: Path, loans: pd.DataFrame) -> None:
    path = folder.parent / "m.training-rows.json"
    kept = read(path, TrainingRows)
    assert kept.bundle == load(folder).id
    assert (kept.rows, kept.columns, kept.whole) == (len(loans), tuple(COLUMNS), True)
    text = path.read_text()
    assert not any(f"{debt}" in text for debt in loans["debt"] if debt > 100)
    assert kept.events == (loans["status"] == "bad").sum()
    assert {one.name for one in folder.parent.iterdir()} == {"m.golive", "m.training-rows.json"}
    load(folder)  # nothing was added to the bundle


def test_rows_of_the_training_are_found_in_a_csv(folder: Path, loans: pd.DataFrame, late: pd.DataFrame) -> None:
    fresh = check(prove(folder, late), "training_rows")
    assert fresh.state is State.passed
    mixed = prove(folder, pd.concat([late, loans.iloc[:20]]))
    found = check(mixed, "training_rows")
    assert found.state is State.failed
    said = f"20 of {len(late) + 20} rows that were looked up are among the {len(loans)} training rows"
    assert found.text.startswith(said)
    assert mixed.digests.training == digest_file(folder.parent / "m.training-rows.json")


def test_the_training_frame_itself_is_refused(folder: Path, loans: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="these are rows that the model was fitted on"):
        prove(folder, loans)


def test_the_rows_themselves_do_as_well(folder: Path, loans: pd.DataFrame, late: pd.DataFrame) -> None:
    (folder.parent / "m.training-rows.json").unlink()
    unknown = check(prove(folder, late), "training_rows")
    assert (unknown.state, "golive pack keeps marks" in unknown.text) == (State.impossible, True)
    loans.to_csv(folder.parent / "train.csv", index=False)
    mixed = prove(folder, pd.concat([late, loans.iloc[:20]]), training=folder.parent / "train.csv")
    assert check(mixed, "training_rows").state is State.failed
    assert mixed.digests.training == digest_file(folder.parent / "train.csv")


def test_marks_of_another_bundle_are_not_used(folder: Path, late: pd.DataFrame, loans: pd.DataFrame) -> None:
    build(fitted(loans, 1e-9), loans[COLUMNS], event="bad", out=folder.parent / "other.golive")
    other = folder.parent / "other.training-rows.json"
    with pytest.raises(BundleError, match="belongs to another bundle"):
        prove(folder, late, marks=other)
    other.replace(folder.parent / "m.training-rows.json")
    found = check(prove(folder, late), "training_rows")
    assert (found.state, "of another one" in found.text) == (State.impossible, True)


def test_the_share_of_the_outcome_is_compared(folder: Path, late: pd.DataFrame, loans: pd.DataFrame) -> None:
    found = check(prove(folder, late), "base_rate")
    share = round(100 * (loans["status"] == "bad").mean())
    assert f"{share} % of the training rows were" in found.text
    here = round(100 * (late["status"] == "bad").mean())
    assert f"{here} % of these rows are `bad`" in found.text
    only = pd.concat([late[late["status"] == "bad"], late[late["status"] == "good"].iloc[:5]])
    assert check(prove(folder, only), "base_rate").state is State.failed


def test_marks_are_not_written_over_unasked(folder: Path, loans: pd.DataFrame, tmp_path: Path) -> None:
    folder.rename(tmp_path / "moved.golive")
    with pytest.raises(OutputExistsError, match=r"m\.training-rows\.json"):
        build(fitted(loans), loans[COLUMNS], event="bad", out=folder)
    build(fitted(loans), loans[COLUMNS], event="bad", out=folder, force=True)
    assert read(tmp_path / "m.training-rows.json", TrainingRows).bundle == load(folder).id


def test_the_command_asks_when_inputs_are_known_and_takes_the_answer(folder: Path, late: pd.DataFrame) -> None:
    answers, rows = folder.parent / "known.toml", folder.parent / "rows.csv"
    run = CliRunner()
    assert run.invoke(command, [str(folder), "--init-known", str(answers)], standalone_mode=False).return_value == 0
    text = answers.read_text().replace('said_by = ""', 'said_by = "head of lending"')
    answers.write_text("".join(line.replace("# ", "") if "= \"before\"" in line else line + "" for line in
                               text.splitlines(keepends=True)))  # fmt: skip
    late.to_csv(rows, index=False)
    asked = [
        str(folder),
        str(rows),
        "--outcome",
        "status",
        "--known",
        str(answers),
        "--out",
        str(folder.parent / "out"),
    ]
    done = run.invoke(command, asked, standalone_mode=False)
    assert done.exception is None
    assert (folder.parent / "out" / "known.toml").read_bytes() == answers.read_bytes()
    found = prove(folder, late, known=answers)
    assert check(found, "known_missing").text == "All 3 inputs are known before the decision, says head of lending."
    assert found.digests.known == digest_file(answers)
    assert "Nobody has said" not in done.output

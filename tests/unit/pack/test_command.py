"""`golive pack` as it is typed in a project folder."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from golive.cli import run

CLEAN = """
import pandas as pd


def clean(df):
    df = df.copy()
    df["income"] = df["income"].fillna(df["income"].median())
    return pd.get_dummies(df[["income", "age", "home"]], columns=["home"])
"""
TRAIN = """
import pandas as pd
from sklearn.linear_model import LogisticRegression

from loan.clean import clean

print("loading")


def fit(rows):
    return LogisticRegression(max_iter=2000).fit(clean(rows), (rows["status"] == "bad").astype(int))


def fitted():
    print("fitting")
    return fit(pd.read_csv("train.csv"))


def needs(rows):
    return fit(rows)


def broken():
    raise OSError("libgomp.so.1: cannot open shared object file: No such file or directory")


def ends():
    raise SystemExit(5)


def lost():
    open("nowhere.csv")


nothing = 3
"""


@pytest.fixture
def project(loans: pd.DataFrame, late: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    package = tmp_path / "src" / "loan"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "clean.py").write_text(CLEAN)
    (package / "train.py").write_text(TRAIN)
    loans.to_csv(tmp_path / "train.csv", index=False)
    late.to_csv(tmp_path / "holdout.csv", index=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "loan"]:
        del sys.modules[name]


GOOD = ["pack", "loan.train:fitted", "--train", "train.csv", "--clean", "loan.clean:clean", "--outcome", "status"]


def test_it_says_what_was_compared_and_ends_with_the_next_command(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*GOOD, "--event", "bad", "--holdout", "holdout.csv", "--name", "loan"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "the score is the probability of bad" in err
    assert "  home: text; own, parents, rent" in err
    assert "  income: number, or null;" in err
    assert "  median of income = " in err and "clean.py:7" in err
    assert re.search(r"\n  holdout +120 of 120 +120 of 120 +120 of 120 +[0-9]", err)
    assert "420 of 420 rows equal, largest difference " in err
    assert "loan.golive, id sha256:" in err
    assert "golive prove loan.golive holdout.csv --outcome status --event bad" in err.splitlines()[-1]
    assert (project / "loan.golive" / "manifest.json").exists()


def test_json_is_the_parity_record_alone_on_stdout(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*GOOD, "--out", "m.golive", "--json"]) == 0
    out, err = capsys.readouterr()
    record = json.loads(out)
    assert record["format"] == "parity/1" and record["checks"]
    assert "fitting" in err  # what the user's own code prints is talk


def test_a_bundle_in_the_way_needs_force(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*GOOD, "--out", "m.golive"]) == 0
    assert run([*GOOD, "--out", "m.golive"]) == 2
    assert "already there" in capsys.readouterr().err
    assert run([*GOOD, "--out", "m.golive", "--force"]) == 0


def test_a_filter_is_listed_and_its_place_can_be_given_another_action(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filtered = CLEAN.replace("    df = df.copy()\n", "    df = df[df['age'] < 70]\n")
    (project / "src" / "loan" / "clean.py").write_text(filtered)
    fitted = TRAIN.replace('(rows["status"] == "bad")', '(rows["status"] == "bad")[rows["age"] < 70]')
    (project / "src" / "loan" / "train.py").write_text(fitted)
    assert run([*GOOD, "--event", "bad", "--out", "m.golive"]) == 0
    err = capsys.readouterr().err
    assert "  clean.py:6: age < 70; " in err and "a case: no score, review" in err
    chosen = ["--filter", "reject", "--filter", "clean.py:6=training"]
    assert run([*GOOD, "--event", "bad", "--out", "n.golive", *chosen]) == 0
    assert "a case: scored like any other" in capsys.readouterr().err
    assert run([*GOOD, "--event", "bad", "--out", "o.golive", "--filter", "clean.py:7=training"]) == 2
    assert "it does at: clean.py:6 (df = df[df['age'] < 70])" in capsys.readouterr().err


def test_explain_says_what_was_made_of_each_column_and_writes_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    filtered = CLEAN.replace("    df = df.copy()\n", "    df = df[df['age'] < 70]\n")
    looked = filtered.replace("    return", "    df['home'] = df['home'].map(lambda x: x[::-1])\n    return")
    (project / "src" / "loan" / "clean.py").write_text(looked)
    fitted = TRAIN.replace('(rows["status"] == "bad")', '(rows["status"] == "bad")[rows["age"] < 70]')
    (project / "src" / "loan" / "train.py").write_text(fitted)
    assert run([*GOOD, "--event", "bad", "--explain"]) == 0
    out, _ = capsys.readouterr()
    assert "  age: from age, as it is\n" in out
    assert "  income: from income; coalesce (clean.py:7)\n" in out
    assert "  median of income (some rows) = " in out
    assert "looked up: a lambda over 3 values of home: " in out and "own -> nwo" in out
    assert "  clean.py:6: age < 70; " in out and "; review\n" in out
    assert "the model\n  LogisticRegression\n  became: " in out and "linear, sigmoid" in out
    assert "refused" not in out
    assert not list(project.glob("*.golive"))


def test_explain_goes_as_far_as_it_can_and_lists_every_refusal_it_finds(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = CLEAN.replace(
        "    return", "    df['age'] = df['age'].shift(0)\n    df['age'] = df['age'].rank()\n    return"
    )
    (project / "src" / "loan" / "clean.py").write_text(broken)
    several = TRAIN.replace(
        "LogisticRegression(max_iter=2000)", "make_pipeline(KNNImputer(), GaussianProcessClassifier())"
    )
    imports = (
        "from sklearn.gaussian_process import GaussianProcessClassifier\nfrom sklearn.impute import KNNImputer\n"
        "from sklearn.pipeline import make_pipeline\n"
    )
    (project / "src" / "loan" / "train.py").write_text(imports + several)
    assert run([*GOOD, "--event", "bad", "--explain"]) == 2
    out, _ = capsys.readouterr()
    assert "frozen on the training rows: 1\n  median of income = " in out  # the line before
    assert "refused: 3\n  clean.py:8: `shift` looks at neighbouring rows" in out
    assert "df['age'] = df['age'].shift(0)\n    instead: " in out
    assert "`KNNImputer` cannot be compiled" in out and "`GaussianProcessClassifier` cannot be compiled" in out
    assert "likely to be refused next (seen in the source, not run): 1\n  clean.py:9: `rank`" in out
    assert run([*GOOD, "--event", "bad", "--explain", "--json"]) == 2


WRONG = {
    "loan.train": "is not of the form module:name",
    "loan.trian:fitted": "there is no module `loan.trian`",
    "loan.train:fited": "did you mean `fitted`?",
    "loan.train:needs": "needs the argument `rows`",
    "loan.train:nothing": "is a int; expected a fitted model",
    "loan.train:broken": "apt-get install libgomp1",
    "loan.train:ends": "`loan.train:ends` ends the program with 5",
    "loan.train:lost": "`loan.train:lost` raises FileNotFoundError: [Errno 2] No such file",
}


@pytest.mark.parametrize("spec", WRONG)
def test_a_model_that_cannot_be_found_is_explained(
    spec: str, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["pack", spec, "--train", "train.csv"]) == (3 if "broken" in spec else 2)
    assert WRONG[spec] in capsys.readouterr().err
    assert not list(project.glob("*.golive"))


FILES = {
    "empty.csv": ("", "is empty; expected a first line"),
    "header.csv": ("income,age,home,status\n", "has 0 rows"),
    "twice.csv": ("age,income,age,status\n1,2,3,bad\n", "has the column `age` twice"),
    "longer.csv": ("age,income\n1,2,3\n" * 40, "line 2 has more cells than the first line has names"),
    "ragged.csv": ('a,b\n1,2\n1,2,3\n"', "ragged.csv"),
    "train.xls": ("", "save it as .xlsx"),
    "train.xlsx": ("", "is not a readable workbook"),
    "absent.csv": (None, "is not a file, because nothing is there"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_named(name: str, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text, why = FILES[name]
    if text is not None:
        (project / name).write_text(text)
    assert run([*GOOD[:3], name, *GOOD[4:]]) == 2
    assert why in capsys.readouterr().err


def test_scores_of_another_frame_are_found_by_the_reference_column(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = pd.read_csv("train.csv")
    rows.assign(score=0.5).to_csv("scored.csv", index=False)
    scored = ["pack", GOOD[1], "--train", "scored.csv", *GOOD[4:], "--event", "bad"]
    assert run([*scored, "--reference", "score"]) == 2
    assert "the model gives other scores on `train` than `reference`" in capsys.readouterr().err
    assert run([*scored, "--reference", "scores"]) == 2
    assert "`scored.csv` has no column `scores`" in capsys.readouterr().err
    assert not (project / "model.golive").exists()

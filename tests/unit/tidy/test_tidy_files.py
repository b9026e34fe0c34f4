"""One file to learn from and one to judge by, cleaned alike or together: one raw row can be scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

IMPORTS = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
"""
LISTED = (
    "old, new = pd.read_csv('old.csv'), pd.read_csv('new.csv')",
    "number, flag = ['u', 'v'], ['w']",
    "for part in (old, new):\n    part['w'] = (part['u'] > 50).astype(int)\n    part['v'] = part['v'].fillna(-1)",
    "clf = make_pipeline(StandardScaler(), LogisticRegression())\nclf.fit(old[number + flag], old['t'].eq(1))",
    "print(roc_auc_score(new['t'].eq(1), clf.predict_proba(new[number + flag])[:, 1]))",
)
LEARNED = (
    "a = pd.read_csv('old.csv').drop_duplicates()",
    "b = pd.read_csv('new.csv')\nmiddle = a['v'].median()",
    "a['v'] = a['v'].fillna(middle)\nb['v'] = b['v'].fillna(middle)",
    "y1 = a['t']\nX1 = a.drop('t', axis=1)\nX2, y2 = b.drop('t', axis=1), b['t']",
    "m = LogisticRegression().fit(X1, y1)\nroc_auc_score(y2, m.predict_proba(X2)[:, 1])",
)
FOUR = (
    "X1 = pd.read_csv('old_X.csv')\ny1 = pd.read_csv('old_y.csv')['t']",
    "X2 = pd.read_csv('new_X.csv')\ny2 = pd.read_csv('new_y.csv')['t']",
    "X1['v'] = X1['v'].fillna(0)\nX2['v'] = X2['v'].fillna(0)",
    "m = LogisticRegression().fit(X1, y1)\nprint(roc_auc_score(y2, m.predict_proba(X2)[:, 1]))",
)
HANDED_IN = (
    "learn = pd.read_csv('old.csv')\nhand_in = pd.read_csv('new.csv').drop(columns='t')",
    "for frame in [learn, hand_in]:\n    frame['v'] = frame['v'].fillna(learn['v'].mean())\n"
    "    frame['w'] = frame['u'] - frame['v']",
    "hand_in['w'] = hand_in['w'].abs()\nlearn['w'] = learn['w'].abs()",
    "a, b, c, d = train_test_split(learn.drop(columns='t'), learn['t'], random_state=3)",
    "m = LogisticRegression().fit(a, c)\nprint(roc_auc_score(d, m.predict_proba(b)[:, 1]))",
)

PLAIN = (
    "a, b, c, d = train_test_split(X, y, random_state=1, stratify=y)\nm = LogisticRegression().fit(a, c)",
    "print(roc_auc_score(d, m.predict_proba(b)[:, 1]))",
)
TOGETHER = {
    "cut by the number of rows": (
        "tr, te = pd.read_csv('old.csv'), pd.read_csv('new.csv').drop(columns='t')\nn = len(tr)",
        "every = pd.concat([tr, te], sort=False).reset_index(drop=True)\n"
        "every['v'] = every['v'].fillna(every['v'].median())",
        "tr, te = every[:n], every[n:]\nX = tr.drop('t', axis=1)\ny = tr['t'].astype(int)",
    ),
    "the outcome kept apart": (
        "tr, te = pd.read_csv('old.csv'), pd.read_csv('new.csv').drop(columns='t')\ny = tr['t']",
        "every = pd.concat([tr.drop('t', axis=1), te], ignore_index=True)\n"
        "every['v'] = every['v'].fillna(every['v'].mean())",
        "X = every.iloc[:len(tr)]\nX_hand_in = every.iloc[len(tr):]",
    ),
    "cut by a flag": (
        "tr, te = pd.read_csv('old.csv'), pd.read_csv('new.csv').drop(columns='t')",
        "tr['known'] = 1\nte['known'] = 0\nevery = pd.concat([tr, te], axis=0)\n"
        "every['v'] = every['v'].fillna(every['v'].mean())",
        "own = every[every['known'] == 1]\nX = own[['u', 'v']]\ny = own['t']",
    ),
}


@pytest.fixture
def files(tmp_path: Path) -> None:
    """120 rows in two files, and the same with the outcome in files of its own."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    rows = [
        (str(i * 37 % 101), "" if i % 13 == 5 else str(i * 53 % 89), str(int(i * 37 % 101 + i * 7 % 40 > 70)))
        for i in range(120)
    ]
    for name, part in (("old", rows[:80]), ("new", rows[80:])):
        table = [("u", "v", "t"), *part]
        (folder / f"{name}.csv").write_text("".join(",".join(row) + "\n" for row in table))
        (folder / f"{name}_X.csv").write_text("".join(",".join(row[:2]) + "\n" for row in table))
        (folder / f"{name}_y.csv").write_text("".join(row[2] + "\n" for row in table))


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(LISTED, id="cleaned in a loop"),
        pytest.param(LEARNED, id="cleaned by what was learned from one"),
        pytest.param(FOUR, id="features and outcome apart"),
    ],
)
@pytest.mark.usefixtures("files")
def test_two_files_are_one_frame_that_is_cut_again(
    cells: tuple[str, ...], notebook: Callable[..., Path], tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(IMPORTS, *cells), tmp_path / "out")
    assert record.shape == "rows", record.why_stages
    assert record.metrics[0].kept == record.metrics[0].notebook


@pytest.mark.usefixtures("files")
def test_what_is_done_to_a_file_that_is_only_handed_in_stays_behind(
    notebook: Callable[..., Path], tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(IMPORTS, *HANDED_IN), tmp_path / "out")
    assert record.shape == "rows", record.why_stages
    assert record.metrics[0].kept == record.metrics[0].notebook
    assert [(leak.kind, leak.cell, leak.line) for leak in record.leaks] == [("statistic", 3, 2)]
    assert (3, 1) in [(one.cell, one.line) for one in record.kept]
    assert "new.csv" not in (tmp_path / "out" / "src" / "book" / "load.py").read_text()


@pytest.mark.parametrize("cells", [pytest.param(cells, id=name) for name, cells in TOGETHER.items()])
@pytest.mark.usefixtures("files")
def test_of_rows_that_are_cleaned_together_those_with_an_outcome_are_split(
    cells: tuple[str, ...], notebook: Callable[..., Path], tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(IMPORTS, *cells, *PLAIN), tmp_path / "out")
    assert record.shape == "rows", record.why_stages
    assert record.metrics[0].kept == pytest.approx(record.metrics[0].notebook)
    assert [leak.kind for leak in record.leaks] == ["statistic"]
    assert record.event_class in ("1", "1.0")

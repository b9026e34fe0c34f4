"""What is done to both parts alike after the split becomes one cleaning, learned from the training part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READ = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler
data = pd.read_csv("rows.csv")
"""
PARTED = "X_train, X_test, y_train, y_test = train_test_split(data[['u', 'v']], data['t'], random_state=1)"
JUDGED = (
    "lr = LogisticRegression(max_iter=500).fit(X_train, y_train)",
    "print(roc_auc_score(y_test, lr.predict_proba(X_test)[:, 1]))",
)
TWICE = (
    "X_train['v'] = X_train['v'].fillna(X_train['v'].median())",
    "X_test['v'] = X_test['v'].fillna(X_train['v'].median())",
)
LOOPED = (
    "for part in [X_train, X_test]:\n    part['gap'] = part['v'].isna().astype(int)\n    part.fillna(7, inplace=True)",
)
COUNTED = (
    "gaps = X_train['v'].median()\ntop = X_train['u'].quantile(0.9)",
    "X_train = X_train.fillna({'v': gaps})\nX_test = X_test.fillna({'v': gaps})",
    "X_train['u'] = X_train['u'].clip(upper=top)\nX_test['u'] = X_test['u'].clip(upper=top)",
)
FUNCTION = (
    "def ready(rows, fill):\n    rows = rows.copy()\n    rows['v'] = rows['v'].fillna(fill)\n"
    "    rows['uv'] = rows['u'] * rows['v']\n    return rows",
    "fill = X_train['v'].mean()\nA, B = ready(X_train, fill), ready(X_test, fill)",
    "sc = StandardScaler()\nX_train2 = sc.fit_transform(A)\nX_test2 = sc.transform(B)",
    "lr = LogisticRegression().fit(X_train2, y_train)\nlr.score(X_train2, y_train)",
    "print(roc_auc_score(y_test, lr.predict_proba(X_test2)[:, 1]))",
)
CLASS = (
    "class Filler:\n    def fit(self, rows):\n        self.middle = rows['v'].median()\n        return self\n"
    "    def transform(self, rows):\n        return rows.assign(v=rows['v'].fillna(self.middle))",
    "filler = Filler()\nfiller.fit(X_train)",
    "X_train = filler.transform(X_train)\nX_test = filler.transform(X_test)",
)
LETTERS = (
    "X_train['k'] = (X_train['u'] // 40).map({0.0: 'a', 1.0: 'b', 2.0: 'c'})",
    "X_test['k'] = (X_test['u'] // 40).map({0.0: 'a', 1.0: 'b', 2.0: 'c'})",
    "letters = LabelEncoder()\nX_train['k'] = letters.fit_transform(X_train['k'])",
    "X_test['k'] = letters.transform(X_test['k'])\nX_train = X_train.fillna(0)\nX_test = X_test.fillna(0)",
)
DUMMIES = (
    "X_train['k'] = X_train['u'] // 40\nX_test['k'] = X_test['u'] // 40",
    "X_train = pd.get_dummies(X_train.fillna(0), columns=['k'])",
    "X_test = pd.get_dummies(X_test.fillna(0), columns=['k'])",
    "X_test = X_test.reindex(columns=X_train.columns, fill_value=0)",
)
COLUMNS = (
    "names = [c for c in X_train.columns if c != 'v']\nlr = LogisticRegression().fit(X_train[names], y_train)",
    "print(roc_auc_score(y_test, lr.predict_proba(X_test[names])[:, 1]))",
)
ONE_FRAME = (
    "train, test = train_test_split(data, random_state=1)",
    "for rows in (train, test):\n    rows['v'] = rows['v'].fillna(3)",
    "lr = LogisticRegression().fit(train[['u', 'v']], train['t'])",
    "print(roc_auc_score(test['t'], lr.predict_proba(test[['u', 'v']])[:, 1]))",
)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param((PARTED, *TWICE, *JUDGED), id="twice"),
        pytest.param((PARTED, *LOOPED, *JUDGED), id="in-a-loop"),
        pytest.param((PARTED, *COUNTED, *JUDGED), id="with-numbers-of-the-training-part"),
        pytest.param((PARTED, *FUNCTION), id="by-a-function-under-new-names"),
        pytest.param((PARTED, *CLASS, *JUDGED), id="by-an-object-of-its-own-class"),
        pytest.param((PARTED, *LETTERS, *JUDGED), id="by-an-encoder-of-one-column"),
        pytest.param((PARTED, *DUMMIES, *JUDGED), id="columns-put-in-order"),
        pytest.param((PARTED, *COLUMNS), id="columns-chosen-where-they-are-used"),
        pytest.param(ONE_FRAME, id="parts-of-one-frame"),
    ],
)
@pytest.mark.usefixtures("rows")
def test_cleaning_that_is_written_for_both_parts_is_written_once(
    notebook: Callable[..., Path], tmp_path: Path, cells: tuple[str, ...]
) -> None:
    record = tidy_notebook(notebook(READ, *cells), tmp_path / "out")
    assert (record.shape, record.why_stages, record.leaks) == ("rows", "", ())
    assert [metric.kept for metric in record.metrics] == [metric.notebook for metric in record.metrics]
    assert [metric.repaired for metric in record.metrics] == [metric.notebook for metric in record.metrics]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        pytest.param(
            ("X_train['v'] = X_train['v'].fillna(X_train['v'].max())", "X_test['v'] = X_test['v'].fillna(0)"),
            "the rows that judge are changed after the cleaning",
            id="in-other-ways",
        ),
        pytest.param(
            ("X_train = X_train.fillna(X_train.median())", "X_test = X_test.fillna(X_test.median())"),
            "cell 4, line 1: the part kept aside is cleaned by its own median",
            id="each-by-its-own-median",
        ),
        pytest.param(
            ("def full(d):\n    return d.fillna(d.mean())", "X_train, X_test = full(X_train), full(X_test)"),
            "cell 4, line 1: the part kept aside is cleaned by its own mean of d",
            id="each-by-its-own-mean-in-a-function",
        ),
    ],
)
@pytest.mark.usefixtures("rows")
def test_parts_that_are_cleaned_otherwise_keep_the_stages(
    notebook: Callable[..., Path], tmp_path: Path, lines: tuple[str, ...], why: str
) -> None:
    record = tidy_notebook(notebook(READ, PARTED, *lines, *JUDGED), tmp_path / "out")
    assert record.shape == "stages"
    assert why in record.why_stages


@pytest.mark.usefixtures("rows")
def test_rows_that_only_train_may_be_added_and_taken_away(notebook: Callable[..., Path], tmp_path: Path) -> None:
    few = "few = X_train[y_train == 1]\nX_train = pd.concat([X_train, few])"
    more = "y_train = pd.concat([y_train, y_train[few.index]])"
    record = tidy_notebook(notebook(READ, PARTED, *TWICE, few, more, *JUDGED), tmp_path / "out")
    assert (record.shape, record.why_stages) == ("rows", "")

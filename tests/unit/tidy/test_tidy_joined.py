"""Features and outcome that are read apart are one frame of raw rows, and the numbers stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

IMPORTS = """
import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.datasets import load_breast_cancer, make_classification
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB
"""
JUDGED = """
a, b, c, d = train_test_split(X, y, test_size=0.3, random_state=2)
nb = GaussianNB()
nb.fit(a, c)
print(roc_auc_score(d, nb.predict_proba(b)[:, 1]))
"""
READ = {
    "both at once": "X, y = load_breast_cancer(return_X_y=True)",
    "frames of a bunch": "data = datasets.load_breast_cancer(as_frame=True)\nX = data.data\ny = data['target']",
    "the outcome taken late": "data = datasets.load_breast_cancer()\n"
    "X = pd.DataFrame(data['data'], columns=data['feature_names'])\n"
    "X['ratio'] = X['mean area'] / X['mean radius'].mean()\ny = 1 - data.target",
    "columns by position": "bunch = load_breast_cancer()\nX, y = bunch.data, bunch.target\nX = X[:, :6]",
    "made up": "X, y = make_classification(n_samples=300, random_state=4)",
    "selected with the outcome": "X, t = load_breast_cancer(return_X_y=True, as_frame=True)\ny = t == 0\n"
    "best = SelectKBest(f_classif, k=5)\nX = best.fit_transform(X, y)",
}
FILES = "X = pd.read_csv('measured.csv', index_col='u')\ny = pd.read_csv('told.csv')['t']\nX['v'] = X['v'].fillna(0)"


@pytest.mark.parametrize("read", [pytest.param(code, id=name) for name, code in READ.items()])
def test_features_and_outcome_of_a_library_are_one_frame(
    read: str, notebook: Callable[..., Path], tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(IMPORTS, read, JUDGED), tmp_path / "out")
    assert record.shape == "rows", record.why_stages
    assert record.metrics[0].kept == record.metrics[0].notebook
    assert len(record.outcome) > 0


def test_features_and_outcome_of_two_files_are_one_frame(notebook: Callable[..., Path], tmp_path: Path) -> None:
    book = notebook(IMPORTS, FILES, JUDGED)
    measured = "\n".join(f"{i},{i * 37 % 101},{'' if i % 13 == 5 else i * 53 % 89}" for i in range(90))
    book.with_name("measured.csv").write_text(f"u,w,v\n{measured}\n")
    told = "\n".join(str(int(i * 37 % 101 > 50)) for i in range(90))
    book.with_name("told.csv").write_text(f"t\n{told}\n")
    record = tidy_notebook(book, tmp_path / "out")
    assert record.shape == "rows", record.why_stages
    assert record.metrics[0].kept == record.metrics[0].notebook

"""Splits of any kind: whatever makes a part to learn from and a part to judge by, one raw row can be scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READ = """
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupShuffleSplit, StratifiedShuffleSplit, train_test_split
d = pd.read_csv("rows.csv")
d["v"] = d["v"].fillna(d["v"].mean())
d["w"] = d["u"] - d["v"]
names = ["u", "v", "w"]
"""
FRAMES = """
m = LogisticRegression(max_iter=500).fit(tr[names], tr["t"])
print(roc_auc_score(te["t"], m.predict_proba(te[names])[:, 1]))
"""
ARRAYS = """
m = LogisticRegression(max_iter=500)
m.fit(X1, y1)
auc = roc_auc_score(y2, m.predict_proba(X2)[:, 1])
auc
"""
APART = "X = d[names]\ny = d['t']\n"
OF_FRAMES = {
    "a mask and its opposite": "late = d['w'] > 40\ntr, te = d[~late], d[late].copy()",
    "a threshold that is computed": "edge = d['v'].quantile(0.7)\ntr = d[d['v'] <= edge]\nte = d.loc[d['v'] > edge]",
    "a query": "tr = d.query('v < 60')\nte = d.query('v >= 60').reset_index(drop=True)",
    "a sample and the rest": "tr = d.sample(frac=0.75, random_state=3)\nte = d.drop(tr.index)",
    "a sample and what is not in it": "tr = d.sample(n=80, random_state=3)\nte = d[~d.index.isin(tr.index)]",
    "positions": "n = int(0.7 * len(d))\ntr = d.iloc[:n]\nte = d.iloc[n:]",
    "the first and the last": "tr, te = d.head(90), d.tail(30)",
    "shuffled positions": "rng = np.random.RandomState(5)\norder = rng.permutation(d.shape[0])\n"
    "tr = d.iloc[order[:90]]\nte = d.iloc[order[90:]]",
    "a random mask": "np.random.seed(4)\nkeep = np.random.rand(len(d)) < 0.7\ntr = d[keep]\nte = d[~keep]",
    "three parts": "rest, te = train_test_split(d, test_size=0.2, random_state=1)\n"
    "tr, va = train_test_split(rest, test_size=0.25, random_state=1, stratify=rest['t'])\nprint(len(va))",
    "lists of labels": "a, b = train_test_split(d.index, random_state=2, stratify=d['t'])\n"
    "tr = d.loc[a]\nte = d.loc[b]",
}
OF_ARRAYS = {
    "positions of arrays": "X, y = d[names].values, d['t'].values\nX1, y1 = X[:80], y[:80]\nX2, y2 = X[80:], y[80:]",
    "row numbers": APART + "a, b = train_test_split(np.arange(len(X)), random_state=2, stratify=y)\n"
    "X1, X2 = X.iloc[a], X.iloc[b]\ny1, y2 = y.iloc[a], y.iloc[b]",
    "a splitter, asked once": APART + "s = StratifiedShuffleSplit(n_splits=1, test_size=0.3, random_state=6)\n"
    "a, b = next(s.split(X, y))\nX1, X2 = X.iloc[a], X.iloc[b]\ny1, y2 = y.iloc[a], y.iloc[b]",
    "a splitter in a loop": APART + "s = StratifiedShuffleSplit(n_splits=2, test_size=0.3, random_state=6)\n"
    "for a, b in s.split(X, y):\n    X1, X2 = X.iloc[a], X.iloc[b]\n    y1, y2 = y.iloc[a], y.iloc[b]",
    "groups": APART + "s = GroupShuffleSplit(n_splits=1, test_size=0.3, random_state=6)\n"
    "a, b = next(s.split(X, y, groups=d['u'] // 10))\nX1, X2, y1, y2 = X.iloc[a], X.iloc[b], y.iloc[a], y.iloc[b]",
    "columns and rows at once": "k = d['u'] % 3 > 0\nX1, y1 = d.loc[k, names], d.loc[k, 't']\n"
    "X2, y2 = d.loc[~k, names], d.loc[~k, 't']",
    "columns of rows": "k = d['u'] % 3 > 0\nX1 = d[k][names]\ny1 = d[k]['t']\nX2 = d[~k][names]\ny2 = d[~k]['t']",
    "columns taken afterwards": "k = d['u'] % 3 > 0\none, two = d[k], d[~k]\n"
    "X1, y1 = one.drop(columns='t'), one['t']\nX2, y2 = two.drop(columns='t'), two['t']",
    "three parts of two": APART + "Xa, X2, ya, y2 = train_test_split(X, y, random_state=1, stratify=y)\n"
    "X1, Xv, y1, yv = train_test_split(Xa, ya, random_state=1, stratify=ya)",
}

ORDERED = {
    "shuffled before a position": "d = d.sample(frac=1, random_state=8).reset_index(drop=True)\n"
    "tr = d[:80]\nte = d[80:]",
    "sorted in place": "d.sort_index(ascending=False, inplace=True)\nd.reset_index(drop=True, inplace=True)\n"
    "d['w'] = d['w'].abs()\ntr, te = d.iloc[:95], d.iloc[95:]",
    "shuffled by scikit-learn": "from sklearn.utils import shuffle\nd = shuffle(d, random_state=0)\n"
    "tr, te = train_test_split(d, random_state=1)",
}
INSIDE = {
    "returned at once": "def parts(frame, cols, share=0.3):\n    'Keep some rows.'\n"
    "    return train_test_split(frame[cols], frame['t'], test_size=share, random_state=1)\n"
    "X1, X2, y1, y2 = parts(d, names)",
    "with names of its own": "def parts(d, *, seed):\n    X = d.drop(columns='t')\n    y = d['t']\n"
    "    X1, X2, y1, y2 = train_test_split(X, y, random_state=seed, stratify=y)\n    return X1, X2, y1, y2\n"
    "X1, X2, y1, y2 = parts(d, seed=3)",
}


@pytest.mark.parametrize("split", [pytest.param(code, id=name) for name, code in OF_FRAMES.items()])
def test_parts_of_a_frame_are_a_split_of_raw_rows(
    split: str, notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(READ, split, FRAMES), tmp_path / "out")
    assert record.shape == "rows", record.why_stages
    assert record.metrics[0].kept == record.metrics[0].notebook
    assert [leak.kind for leak in record.leaks if leak.kind == "statistic"] == ["statistic"]


@pytest.mark.parametrize("split", [pytest.param(code, id=name) for name, code in OF_ARRAYS.items()])
def test_parts_of_features_and_outcome_are_a_split_of_raw_rows(
    split: str, notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(READ, split, ARRAYS), tmp_path / "out")
    assert record.shape == "rows", record.why_stages
    assert record.metrics[0].kept == record.metrics[0].notebook
    assert record.metrics[0].repaired is not None, record.why_not_repaired


@pytest.mark.parametrize("split", [pytest.param(code, id=name) for name, code in INSIDE.items()])
def test_a_split_inside_a_function_is_a_split(
    split: str, notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(READ, split, ARRAYS), tmp_path / "out")
    assert record.shape == "rows", record.why_stages
    assert record.metrics[0].kept == record.metrics[0].notebook


@pytest.mark.parametrize("split", [pytest.param(code, id=name) for name, code in ORDERED.items()])
def test_rows_that_are_put_into_another_order_are_read_in_that_order(
    split: str, notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(READ, split, FRAMES), tmp_path / "out")
    assert record.shape == "rows", record.why_stages
    assert record.metrics[0].kept == pytest.approx(record.metrics[0].notebook)


def test_a_plain_split_after_rows_are_counted_is_one(notebook: Callable[..., Path], rows: Path, tmp_path: Path) -> None:
    counted = APART + "X['share'] = X['u'] / len(X)\nX1, X2, y1, y2 = train_test_split(X, y, random_state=1)"
    record = tidy_notebook(notebook(READ, counted, ARRAYS), tmp_path / "out")
    assert record.metrics[0].kept == record.metrics[0].notebook

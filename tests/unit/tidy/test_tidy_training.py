"""Training that reads more than the training part: the package does the same, says so, and scores one row alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.errors import UnsupportedError
from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

READ = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.tree import DecisionTreeClassifier
data = pd.read_csv("rows.csv").fillna(0)
"""
PARTED = "F, t = data[['u', 'v']], data['t']\nF1, F2, t1, t2 = train_test_split(F, t, random_state=1)"

CHOSEN_BY_DEPTH = (
    READ,
    PARTED,
    "scores = {d: DecisionTreeClassifier(max_depth=d, random_state=0).fit(F1, t1).score(F2, t2) for d in (1, 2, 3)}",
    "depth = max(scores, key=scores.get)\ntree = DecisionTreeClassifier(max_depth=depth, random_state=0).fit(F1, t1)",
    "print(roc_auc_score(t2, tree.predict_proba(F2)[:, 1]))",
)
CHOSEN_BY_NAME = (
    READ,
    PARTED,
    "tried = []\nfor m in [LogisticRegression(C=0.01), DecisionTreeClassifier(random_state=0)]:\n"
    "    m.fit(F1, t1)\n    tried.append((accuracy_score(t2, m.predict(F2)), m))",
    "winner = sorted(tried, key=lambda pair: pair[0])[-1][1]",
    "accuracy_score(t2, winner.predict(F2))",
)
CHOSEN_AFTER_SCALING = (
    READ,
    PARTED,
    "sc = MinMaxScaler()\nF1[['u']] = sc.fit_transform(F1[['u']])\nF2[['u']] = sc.transform(F2[['u']])",
    "best, keep = 0, 1\nfor c in [0.01, 1, 100]:\n    s = LogisticRegression(C=c).fit(F1, t1).score(F2, t2)\n"
    "    if s > best:\n        best, keep = s, c",
    "clf = LogisticRegression(C=keep)\nclf.fit(F1, t1)\nauc = roc_auc_score(t2, clf.predict_proba(F2)[:, 1])",
)
SEARCHED = (
    READ,
    "F, t = data[['u', 'v']], data['t']",
    "kind = DecisionTreeClassifier(random_state=0)",
    "found = GridSearchCV(kind, {'max_depth': [1, 2, 4]}, cv=3).fit(F, t).best_params_",
    "F1, F2, t1, t2 = train_test_split(F, t, random_state=1)",
    "tree = DecisionTreeClassifier(random_state=0, **found).fit(F1, t1)",
    "print(roc_auc_score(t2, tree.predict_proba(F2)[:, 1]))",
)
WEIGHED = (
    READ,
    "F, t = data[['u', 'v']], data['t']\nshare = (t == 0).mean()",
    "F1, F2, t1, t2 = train_test_split(F, t, random_state=1)",
    "lr = LogisticRegression(class_weight={0: 1 - share, 1: share})\nlr.fit(F1, t1)",
    "print(roc_auc_score(t2, lr.predict_proba(F2)[:, 1]))",
)
SCALED_AND_SEARCHED = (
    READ,
    "F, t = data[['u', 'v']], data['t']\nF = pd.DataFrame(StandardScaler().fit_transform(F), columns=F.columns)",
    "gs = GridSearchCV(LogisticRegression(), {'C': [0.001, 1]}, cv=3)\ngs.fit(F, t)",
    "F1, F2, t1, t2 = train_test_split(F, t, random_state=1)",
    "lr = LogisticRegression(**gs.best_params_).fit(F1, t1)\nprint(roc_auc_score(t2, lr.predict_proba(F2)[:, 1]))",
)
TRAINED_ON_ALL = (
    READ,
    PARTED,
    "tree = DecisionTreeClassifier(max_depth=4, random_state=0)\ntree.fit(F, t)",
    "print(roc_auc_score(t2, tree.predict_proba(F2)[:, 1]))",
)


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(CHOSEN_BY_DEPTH, id="a-setting-by-a-comprehension"),
        pytest.param(CHOSEN_BY_NAME, id="a-model-by-a-sorted-list"),
        pytest.param(CHOSEN_AFTER_SCALING, id="a-setting-after-scaling-some-columns"),
        pytest.param(SEARCHED, id="a-search-over-all-rows"),
        pytest.param(WEIGHED, id="weights-from-all-rows"),
        pytest.param(SCALED_AND_SEARCHED, id="scaled-and-searched-over-all-rows"),
        pytest.param(TRAINED_ON_ALL, id="trained-on-all-rows"),
    ],
)
@pytest.mark.usefixtures("rows")
def test_training_that_reads_other_rows_too_is_kept_as_it_was(
    notebook: Callable[..., Path], tmp_path: Path, cells: tuple[str, ...]
) -> None:
    record = tidy_notebook(notebook(*cells), tmp_path / "out")
    assert (record.shape, record.why_stages) == ("rows", "")
    assert [metric.kept for metric in record.metrics] == [metric.notebook for metric in record.metrics]
    assert record.leaks


@pytest.mark.usefixtures("rows")
def test_a_choice_by_the_rows_that_judge_stays_when_repaired_and_is_called_kept(
    notebook: Callable[..., Path], tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(*CHOSEN_BY_DEPTH), tmp_path / "out", repair=True)
    assert [(leak.kind, leak.repaired) for leak in record.leaks] == [("tuned", False)]


@pytest.mark.parametrize(
    ("cells", "kinds"),
    [
        pytest.param(SEARCHED, ["tuned"], id="searched"),
        pytest.param(WEIGHED, ["statistic"], id="weighed"),
        pytest.param(SCALED_AND_SEARCHED, ["fitter", "tuned"], id="scaled-and-searched"),
    ],
)
@pytest.mark.usefixtures("rows")
def test_what_was_found_over_all_rows_is_found_over_the_training_part_when_repaired(
    notebook: Callable[..., Path], tmp_path: Path, cells: tuple[str, ...], kinds: list[str]
) -> None:
    record = tidy_notebook(notebook(*cells), tmp_path / "out", repair=True)
    assert [(leak.kind, leak.repaired) for leak in record.leaks] == [(kind, True) for kind in kinds]
    (train,) = (tmp_path / "out").glob("src/*/train.py")
    assert "def fit(F1: pd.DataFrame, t1: pd.Series):" in train.read_text(encoding="utf-8")


@pytest.mark.usefixtures("rows")
def test_a_model_trained_on_all_rows_is_not_repaired(notebook: Callable[..., Path], tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="cell 3, line 2: the model is trained on all rows"):
        tidy_notebook(notebook(*TRAINED_ON_ALL), tmp_path / "out", repair=True)


@pytest.mark.usefixtures("rows")
def test_rows_kept_aside_that_train_unseen_are_named_instead_of_repaired(
    notebook: Callable[..., Path], tmp_path: Path
) -> None:
    cells = (
        READ,
        PARTED,
        "lr = LogisticRegression()\nlr.fit(F1, t1)\nsure = lr.predict(F2)",
        "lr.fit(pd.concat([F1, F2]), pd.concat([t1, pd.Series(sure)]))",
        "print(roc_auc_score(t2, lr.predict_proba(F2)[:, 1]))",
    )
    record = tidy_notebook(notebook(*cells), tmp_path / "out")
    said = "cell 3, line 3: the training reads rows that were kept aside to judge"
    assert (record.shape, record.why_not_repaired) == ("rows", said)


@pytest.mark.usefixtures("rows")
def test_rows_that_were_cleaned_further_after_they_trained_are_not_taken_for_the_same(
    notebook: Callable[..., Path], tmp_path: Path
) -> None:
    cells = (
        READ,
        "F, t = data[['u', 'v']], data['t']",
        "gs = GridSearchCV(LogisticRegression(), {'C': [0.001, 1]}, cv=3)\ngs.fit(F, t)\nF['w'] = F['u'] * F['v']",
        "F1, F2, t1, t2 = train_test_split(F, t, random_state=1)",
        "lr = LogisticRegression(**gs.best_params_).fit(F1, t1)\nprint(roc_auc_score(t2, lr.predict_proba(F2)[:, 1]))",
    )
    record = tidy_notebook(notebook(*cells), tmp_path / "out")
    assert record.why_stages == "cell 3, line 2: rows from before the split are used to train"

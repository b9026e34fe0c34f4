"""Which model is final and what was reported of it, in the ways that notebooks are written in."""

from __future__ import annotations

import ast
import contextlib
import io
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from conformance.lived import Source

from conformance import exec_once
from golive.errors import NotebookError
from golive.tidy.finals import candidates, find, said
from golive.tidy.plan import slice_for
from golive.tidy.program import program
from golive.tidy.run import tidy_notebook
from golive.tidy.study import _fitted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from golive.tidy.target import Report

BEGIN = """
import numpy as np
import pandas as pd
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score, classification_report, confusion_matrix, log_loss
from sklearn.model_selection import train_test_split
from sklearn.model_selection import cross_val_score, cross_validate, KFold, StratifiedKFold, GridSearchCV
from sklearn.tree import DecisionTreeClassifier
X, y = make_classification(n_samples=160, n_features=5, flip_y=0.2, random_state=4)
Xa, Xb, ya, yb = train_test_split(X, y, random_state=0)
"""
TWO = """
one = LogisticRegression().fit(Xa, ya)
two = DecisionTreeClassifier(max_depth=3, random_state=0).fit(Xa, ya)
print(accuracy_score(yb, one.predict(Xb)))
print(accuracy_score(yb, two.predict(Xb)))
"""


class Found:
    """What is found in a notebook that was run here and now."""

    def __init__(self, folder: Path, *cells: str, wanted: str | None = None) -> None:
        source = Source(header={}, cells=[(str(number), cell) for number, cell in enumerate([BEGIN, *cells])])
        run = exec_once.run(source, folder)
        self.units, world = program(exec_once.cells_of(source), run.names, run.stars)
        self.several = candidates(self.units, run, world)
        self.said = said(self.units, run, world, self.several) if len(self.several) > 1 else None
        self.target = find(self.units, run, world, wanted=wanted or (self.said[0] if self.said else None))
        self.units = _fitted(self.units, world, self.target.model, lambda text: None)
        self.kept = slice_for(self.units, world, self.target)

    def again(self, report: Report) -> float:
        """The number, from the statements that are kept."""
        names: dict[str, Any] = {}
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for unit in self.kept:
                exec(compile(ast.unparse(unit.tree), "cell", "exec"), names)
            return float(eval(ast.unparse(report.expression), names))


FINAL = {
    "best of settings": (
        "best, final = -1, None\nfor depth in range(1, 6):\n"
        "    tree = DecisionTreeClassifier(max_depth=depth, random_state=0)\n    tree.fit(Xa, ya)\n"
        "    guess = tree.predict(Xb)\n    acc = accuracy_score(yb, guess)\n    print(f'{depth}: {acc:.3f}')\n"
        "    if acc > best:\n        best = acc\n        final = tree\nprint(best)",
        "final",
        ["accuracy"],
    ),
    "smallest loss": (
        "low = float('inf')\nfor c in (0.1, 1, 10):\n    m = LogisticRegression(C=c).fit(Xa, ya)\n"
        "    loss = log_loss(yb, m.predict_proba(Xb))\n    if loss < low:\n        low, chosen = loss, m\n",
        "chosen",
        ["log loss"],
    ),
    "best of models by name": (
        "models = {'lr': LogisticRegression(), 'tree': DecisionTreeClassifier(max_depth=2, random_state=1)}\n"
        "scores = {}\nfor name, clf in models.items():\n    clf.fit(Xa, ya)\n"
        "    scores[name] = roc_auc_score(yb, clf.predict_proba(Xb)[:, 1])\n"
        "winner = max(scores, key=scores.get)\nmodel = models[winner]\nprint(winner, scores[winner])",
        "model",
        ["AUC"],
    ),
    "best of a table of results": (
        "zoo = [('lr', LogisticRegression()), ('dt', DecisionTreeClassifier(max_depth=2, random_state=1))]\n"
        "rows = []\nfor name, est in zoo:\n    est.fit(Xa, ya)\n    p = est.predict(Xb)\n"
        "    rows.append({'model': name, 'acc': accuracy_score(yb, p)})\n"
        "table = pd.DataFrame(rows).sort_values('acc', ascending=False)\ntop = dict(zoo)[table.iloc[0]['model']]",
        "top",
        ["accuracy"],
    ),
    "folds by hand": (
        "aucs = []\nfor i, (t, v) in enumerate(StratifiedKFold(4).split(X, y)):\n"
        "    model = LogisticRegression().fit(X[t], y[t])\n"
        "    auc = roc_auc_score(y[v], model.predict_proba(X[v])[:, 1])\n"
        "    aucs.append(auc)\n    print('fold', i, auc)\nprint('mean', sum(aucs) / len(aucs))",
        "model",
        ["mean AUC"],
    ),
    "folds in an array": (
        "kf = KFold(3, shuffle=True, random_state=5)\nacc = np.zeros(3)\nfor k, (t, v) in enumerate(kf.split(X)):\n"
        "    m = DecisionTreeClassifier(max_depth=2, random_state=0)\n    m.fit(X[t], y[t])\n"
        "    acc[k] = m.score(X[v], y[v])\nf'{acc.mean():.3f} +- {acc.std():.3f}'",
        "m",
        ["mean accuracy"],
    ),
    "out of fold": (
        "oof = np.zeros(len(y))\nfor t, v in KFold(3).split(X):\n    m = LogisticRegression().fit(X[t], y[t])\n"
        "    oof[v] = m.predict_proba(X[v])[:, 1]\nprint(roc_auc_score(y, oof))",
        "m",
        ["AUC"],
    ),
    "folds and then all rows": (
        "m = LogisticRegression(C=0.3)\ns = cross_val_score(m, X, y, scoring='roc_auc')\n"
        "print('%.3f (%.3f)' % (s.mean(), s.std()))\nm.fit(X, y)\nprint(m.coef_)",
        "m",
        ["mean AUC"],
    ),
    "folds only": (
        "m = LogisticRegression(C=0.3)\nprint(cross_val_score(m, X, y, cv=4).mean())",
        "m",
        ["mean accuracy"],
    ),
    "several scores of folds": (
        "m = LogisticRegression()\ncv = cross_validate(m, X, y, scoring=['accuracy', 'f1'])\n"
        "print({k: v.mean() for k, v in cv.items() if k.startswith('test')})\nm.fit(X, y)",
        "m",
        ["mean accuracy", "mean F1"],
    ),
    "search": (
        "gs = GridSearchCV(DecisionTreeClassifier(random_state=0), {'max_depth': [1, 2, 3]}, cv=3)\ngs.fit(X, y)\n"
        "print(gs.best_params_, gs.best_score_)",
        "gs",
        ["best score of the search"],
    ),
    "tables": (
        "m = LogisticRegression().fit(Xa, ya)\np = m.predict(Xb)\nprint(classification_report(yb, p))\n"
        "cm = confusion_matrix(y_true=yb, y_pred=p)",
        "m",
        ["accuracy"],
    ),
    "dictionary of a function": (
        "def judge(m, X, y):\n    p = m.predict(X)\n    return {'acc': accuracy_score(y, p), 'f1': f1_score(y, p)}\n"
        "m = LogisticRegression().fit(Xa, ya)\nresult = judge(m, Xb, yb)\nprint(result)",
        "m",
        ["accuracy", "F1"],
    ),
    "function inside a text": (
        "def judge(m, X, y):\n    return f1_score(y, m.predict(X))\nm = LogisticRegression().fit(Xa, ya)\n"
        "print(f'F1: {judge(m, Xb, yb):.3f}')",
        "m",
        ["F1"],
    ),
    "gathered by hand": (
        "log = []\nm = LogisticRegression().fit(Xa, ya)\nlog.append({'name': 'lr', 'acc': m.score(Xb, yb)})",
        "m",
        ["accuracy"],
    ),
    "printed where it is fitted": (
        "def fit_and_tell(est, name, X=None):\n    est.fit(Xa, ya)\n    p = est.predict(Xb)\n"
        "    print(name, accuracy_score(yb, p))\n    return est\nm = fit_and_tell(LogisticRegression(), 'lr')",
        "m",
        ["accuracy"],
    ),
    "returned where it is fitted": (
        "def both(est):\n    est.fit(Xa, ya)\n    return est, est.score(Xb, yb)\nm, acc = both(LogisticRegression())",
        "m",
        ["accuracy"],
    ),
    "table beside a metric": (
        "m = LogisticRegression().fit(Xa, ya)\n"
        "print(accuracy_score(yb, m.predict(Xb)), confusion_matrix(yb, m.predict(Xb)))",
        "m",
        ["accuracy"],
    ),
    "cut-offs": (
        "m = LogisticRegression().fit(Xa, ya)\np = m.predict_proba(Xb)[:, 1]\nbest = 0\n"
        "for cut in (0.3, 0.4, 0.5):\n    f = f1_score(yb, p > cut)\n    if f > best:\n"
        "        best, at = f, cut\nprint(best)",
        "m",
        ["F1"],
    ),
    "scores of a list, and then one": (
        "m = LogisticRegression().fit(Xa, ya)\np = m.predict_proba(Xb)[:, 1]\ncuts = [0.3, 0.5]\n"
        "s = [f1_score(yb, p > c) for c in cuts]\nprint(f1_score(yb, p > cuts[np.argmax(s)]))",
        "m",
        ["F1"],
    ),
}


@pytest.mark.parametrize("habit", FINAL)
def test_the_model_is_found_and_its_numbers_come_again(habit: str, tmp_path: Path) -> None:
    code, model, names = FINAL[habit]
    found = Found(tmp_path, code)
    assert (found.target.model, [report.name for report in found.target.reports]) == (model, names)
    for report in found.target.reports:
        assert found.again(report) == pytest.approx(report.value, abs=1e-12)


SAID = {
    "with open('m.pkl', 'wb') as f:\n    import pickle\n    pickle.dump(one, f)": "it is saved",
    "import joblib\njoblib.dump({'model': one, 'names': [1]}, 'm.joblib')": "it is saved",
    "out = pd.DataFrame({'i': [1, 2]})\nout['p'] = one.predict(X[:2])\nout.to_csv('sent.csv')": "what it predicts is",
    "final = one": "it is picked",
    "print(accuracy_score(ya, one.predict(Xa)))": "it is judged once more",
    "coefficients = pd.Series(one.coef_[0])": "it alone is used",
}


@pytest.mark.parametrize("code", SAID, ids=SAID.values())
def test_a_notebook_says_itself_which_model_is_final(code: str, tmp_path: Path) -> None:
    found = Found(tmp_path, TWO, code)
    assert (found.several, found.target.model) in ((["one", "two"], "one"), (["two", "one"], "one"))
    assert found.said is not None
    assert found.said[1].startswith(SAID[code])


UNSAID = {
    "nothing follows": "",
    "both are saved": "import joblib\njoblib.dump(one, 'a')\njoblib.dump(two, 'b')",
    "both are used": "print(one.predict(X[:2]), two.predict(X[:2]))",
    "each by two metrics": "print(f1_score(yb, one.predict(Xb)))\nprint(f1_score(yb, two.predict(Xb)))",
}


@pytest.mark.parametrize("code", UNSAID.values(), ids=UNSAID)
def test_where_nothing_says_which_is_final_none_is_taken(code: str, tmp_path: Path) -> None:
    found = Found(tmp_path, TWO, code)
    assert (sorted(found.several), found.said) == (["one", "two"], None)


def test_a_cell_picks_the_model_that_it_reports(tmp_path: Path) -> None:
    cells = TWO.strip().splitlines()
    first, second = "\n".join(cells[:3]), cells[3]
    assert Found(tmp_path, first, second, wanted="2").target.model == "one"
    assert Found(tmp_path, first, second, wanted="3").target.model == "two"
    with pytest.raises(NotebookError, match="cell 2 reports metrics of several models"):
        Found(tmp_path, TWO, wanted="2")


def test_a_model_that_was_fitted_on_folds_only_is_fitted_on_all_rows_and_that_is_told(
    rows: Path, notebook: Callable[..., Path], tmp_path: Path
) -> None:
    code = (
        "import pandas as pd\nfrom sklearn.model_selection import cross_val_score\n"
        "from sklearn.tree import DecisionTreeClassifier\ndf = pd.read_csv('rows.csv')\n"
        "tree = DecisionTreeClassifier(max_depth=2, random_state=0)\n"
        "print(cross_val_score(tree, df[['u']], df['t'], cv=3).mean())"
    )
    told: list[str] = []
    record = tidy_notebook(notebook(code), tmp_path / "out", say=told.append)
    assert [metric.kept for metric in record.metrics] == [metric.notebook for metric in record.metrics]
    assert "`tree` is fitted on folds only (cell 1, line 6)" in "\n".join(told)
    assert "tree.fit(df[['u']], df['t'])" in (tmp_path / "out" / "src" / "book" / "train.py").read_text()

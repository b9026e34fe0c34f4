"""The package that is written: same metric, own tests that pass, a first commit; for two quite different notebooks."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from golive.errors import NotebookError, OutputExistsError, UnsupportedError
from golive.records.document import digest_file, read
from golive.records.tidied import Tidied
from golive.tidy import package as packages
from golive.tidy import trial
from golive.tidy.finals import find
from golive.tidy.kernel import Reported, Run
from golive.tidy.notebook import Cell
from golive.tidy.program import program
from golive.tidy.run import tidy_notebook

SMALL = """
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
"""
READ = 'df = pd.read_csv("rows.csv").fillna(0)'
SPLIT = 'X = df[["u", "v"]]\ny = df["t"]\na, b, c, d = train_test_split(X, y, random_state=1)'
FITTED = """
model = LogisticRegression().fit(a, c)
auc = roc_auc_score(d, model.predict_proba(b)[:, 1])
"""

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.records.tidied import Tidied as Record

    class Made(Protocol):
        """What the fixtures give, see conftest.py."""

        record: Record
        root: Path


def test_the_package_with_leaks_kept_gives_the_metric_of_the_notebook(made: Made) -> None:
    assert [metric.kept for metric in made.record.metrics] == [metric.notebook for metric in made.record.metrics]


def test_the_repaired_metric_is_another_number(made: Made) -> None:
    assert all(metric.repaired is not None for metric in made.record.metrics)
    assert any(metric.repaired != metric.kept for metric in made.record.metrics)


def test_the_cleaning_works_on_any_rows(made: Made) -> None:
    assert (made.record.shape, made.record.why_stages, made.record.why_not_repaired) == ("rows", "", "")


def test_the_tests_of_the_package_pass(made: Made) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"],
        cwd=made.root,
        env={**environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:]
    assert "7 passed" in ran.stdout


def test_the_command_line_of_the_package_prints_the_metric(made: Made) -> None:
    metric = made.record.metrics[0]
    shown = metric.repaired if made.record.repair else metric.kept
    ran = run_in(made.root, made.record.package, "evaluate")
    assert f"{metric.name} {shown:.4f}" in ran


def test_the_command_line_of_the_package_writes_raw_rows(made: Made, tmp_path: Path) -> None:
    run_in(made.root, made.record.package, "split", "--out", str(tmp_path))
    heads = {(tmp_path / f"{part}.csv").read_text(encoding="utf-8").splitlines()[0] for part in ("train", "holdout")}
    assert len(heads) == 1
    assert made.record.outcome in heads.pop().split(",")


def run_in(root: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(root / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-W", "error", "-m", *arguments]
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True).stdout


def test_no_function_reads_a_variable_of_the_notebook(made: Made) -> None:
    # Names at the top of a module are definitions and constants only.
    for path in (made.root / "src" / made.record.package).glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            allowed = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.Expr, ast.If)
            assert isinstance(node, allowed)
            if isinstance(node, ast.Assign) and path.name != "load.py":
                ast.literal_eval(node.value)


def test_the_first_commit_is_on_main_and_leaves_the_data_out(made: Made) -> None:
    assert made.record.git == "first commit on main"
    git = ["git", "-C", str(made.root)]
    branch = subprocess.run([*git, "branch", "--show-current"], capture_output=True, text=True, check=True).stdout
    tracked = subprocess.run([*git, "ls-files"], capture_output=True, text=True, check=True).stdout.splitlines()
    status = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=True).stdout
    assert (branch.strip(), status) == ("main", "")
    assert [name for name in made.record.files if name not in tracked] == [
        name for name in made.record.files if name.startswith("data/")
    ]


def test_the_record_is_in_the_package(made: Made) -> None:
    assert read(made.root / "tidied.json", Tidied) == made.record
    assert all((made.root / name).is_file() for name in made.record.files)


def test_everything_is_kept_or_left_with_a_reason(made: Made) -> None:
    kept = {(one.cell, one.line) for one in made.record.kept}
    assert len(kept) + len(made.record.left) >= 30
    left = {(one.cell, one.line) for one in made.record.left}
    assert not kept & left
    assert all(one.reason for one in made.record.left)
    assert all(one.module in ("load", "clean", "split", "train", "evaluate") for one in made.record.kept)


def test_a_column_made_for_a_plot_is_left_out_with_the_reason(credit_repaired: Made) -> None:
    (plotted,) = [one for one in credit_repaired.record.left if one.text.startswith("df['age_group'] =")]
    assert plotted.reason == "a column or form that the model does not get"


def test_the_demo_names_its_leaks_by_cell_and_line(credit_repaired: Made) -> None:
    source = json.loads((Path(__file__).parents[3] / "src/golive/chain/data/credit.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]).splitlines() for cell in source["cells"]]
    lines = [cells[leak.cell - 1][leak.line - 1] for leak in credit_repaired.record.leaks]
    assert ["median()" in lines[0], "transform(" in lines[1], "fit_transform(" in lines[2]] == [True, True, True]
    imputer = credit_repaired.record.leaks[2]
    assert imputer.what == (
        f"cell {imputer.cell}, line {imputer.line}: the imputer learns from all rows, also those later used to judge"
    )
    assert [leak.repaired for leak in credit_repaired.record.leaks] == [True, True, True]


def test_the_demo_is_reproduced_in_the_order_of_its_counts(credit_repaired: Made) -> None:
    file, counts = credit_repaired.record.attempts
    assert credit_repaired.record.order == "counts"
    assert "NameError" in file.failed
    assert counts.failed == ""


def test_the_demo_is_what_the_chain_needs(credit_repaired: Made) -> None:
    record = credit_repaired.record
    assert (record.model, record.clean, record.outcome, record.event, record.event_class) == (
        "credit.train:fitted",
        "credit.clean:clean",
        "Status",
        "bad",
        "1",
    )
    code = (
        "from credit import clean, load, split, train\n"
        "rows, holdout = split.split(load.load())\n"
        "learned = clean.learn(rows)\n"
        "scores = train.fitted().predict_proba(clean.clean(holdout, learned))[:, 1]\n"
        "print(len(holdout), (scores > 0.9).sum())"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(credit_repaired.root / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    holdout, sure = map(int, ran.stdout.split())
    assert 1300 <= holdout <= 1800
    assert sure >= 20


def test_the_other_notebook_needs_its_cells_moved(pumps_kept: Made) -> None:
    assert [bool(attempt.failed) for attempt in pumps_kept.record.attempts] == [True, True, False]
    assert (pumps_kept.record.order, pumps_kept.record.outcome, pumps_kept.record.event) == ("flow", "stopped", "yes")


def test_a_package_with_leaks_kept_says_so(pumps_kept: Made) -> None:
    assert [leak.repaired for leak in pumps_kept.record.leaks] == [False] * 4
    assert "Still in it are these leaks" in (pumps_kept.root / "README.md").read_text(encoding="utf-8")


def test_a_notebook_that_mixes_rows_becomes_stages(notebook: Callable[..., Path], rows: Path, tmp_path: Path) -> None:
    book = notebook(SMALL, 'df = pd.read_csv("rows.csv")\ndf["v"] = df["v"].ffill()', SPLIT, FITTED)
    record = tidy_notebook(book, tmp_path / "out")
    assert record.shape == "stages"
    assert record.why_stages.startswith("cell 2, line 2: `ffill` makes a row depend on other rows")
    assert [metric.kept for metric in record.metrics] == [metric.notebook for metric in record.metrics]
    assert "AUC" in run_in(tmp_path / "out", "book", "evaluate")


def test_what_cannot_be_repaired_is_refused_by_cell_and_line(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    book = notebook(SMALL, 'df = pd.read_csv("rows.csv")\ndf["v"] = df["v"].ffill()', SPLIT, FITTED)
    with pytest.raises(UnsupportedError, match="cell 2, line 2: `ffill`"):
        tidy_notebook(book, tmp_path / "out", repair=True)
    assert not (tmp_path / "out").exists()


def test_transformers_fitted_after_the_split_go_before_the_model(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    fitted = (
        "from sklearn.impute import SimpleImputer\nfrom sklearn.preprocessing import StandardScaler\n"
        "fill, scale = SimpleImputer(), StandardScaler()\n"
        "a2 = fill.fit_transform(a)\nb2 = fill.transform(b)\nmodel = LogisticRegression()\n"
        "model.fit(scale.fit_transform(a2), c)\n"
        "print(roc_auc_score(d, model.predict_proba(scale.transform(b2))[:, 1]), model.score(scale.transform(b2), d))"
    )
    record = tidy_notebook(notebook(SMALL, 'df = pd.read_csv("rows.csv")', SPLIT, fitted), tmp_path / "out")
    assert (record.shape, record.leaks) == ("rows", ())
    assert [metric.name for metric in record.metrics] == ["AUC", "accuracy"]
    assert [metric.repaired for metric in record.metrics] == [metric.notebook for metric in record.metrics]
    assert "make_pipeline(fill, scale, model)" in (tmp_path / "out/src/book/train.py").read_text(encoding="utf-8")


def test_a_function_with_a_name_the_package_needs_gets_another(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    own = 'def clean(frame):\n    frame = frame.copy()\n    frame["v"] = frame["v"].fillna(0)\n    return frame'
    book = notebook(SMALL, own, 'df = clean(pd.read_csv("rows.csv"))', SPLIT, FITTED)
    record = tidy_notebook(book, tmp_path / "out")
    assert record.shape == "rows"
    assert "df = notebook_clean(df)" in (tmp_path / "out/src/book/clean.py").read_text(encoding="utf-8")


def test_a_split_of_one_frame_is_a_split_of_features_and_outcome(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    fitted = (
        "from sklearn.model_selection import GridSearchCV\nfrom sklearn.ensemble import GradientBoostingClassifier\n"
        'columns = ["u", "v"]\ntr, te = train_test_split(df, test_size=0.4, random_state=2, stratify=df["t"])\n'
        "tree = GradientBoostingClassifier(n_estimators=5, random_state=0)\n"
        "search = GridSearchCV(tree, {'max_depth': [1, 2]}, cv=2)\n"
        "search.fit(tr[columns], tr.t)\nbest = search.best_estimator_\nprint(best.score(te[columns], te['t']))"
    )
    record = tidy_notebook(notebook(SMALL, READ, fitted), tmp_path / "out")
    assert (record.shape, record.outcome) == ("rows", "t")
    text = (tmp_path / "out/src/book/split.py").read_text(encoding="utf-8")
    assert "train_test_split(df, test_size=0.4, random_state=2, stratify=outcome(df))" in text


def test_what_a_star_brought_is_imported_by_name(notebook: Callable[..., Path], rows: Path, tmp_path: Path) -> None:
    book = notebook(SMALL.replace("import roc_auc_score", "import *"), READ, SPLIT, FITTED)
    assert tidy_notebook(book, tmp_path / "out").shape == "rows"
    text = (tmp_path / "out/src/book/evaluate.py").read_text(encoding="utf-8")
    assert "from sklearn.metrics import roc_auc_score\n" in text


def test_what_is_done_to_the_rows_as_they_are_read_is_cleaning(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    book = notebook(SMALL, READ, SPLIT, FITTED)
    before = {path.name: digest_file(path) for path in rows.parent.iterdir()}
    record = tidy_notebook(book, tmp_path / "out")
    assert {path.name: digest_file(path) for path in rows.parent.iterdir()} == before
    assert record.shape == "rows"
    assert 'df = pd.read_csv(folder / "rows.csv")' in (tmp_path / "out/src/book/load.py").read_text(encoding="utf-8")
    assert "df = df.fillna(0)" in (tmp_path / "out/src/book/clean.py").read_text(encoding="utf-8")


def test_rows_that_are_dropped_are_dropped_before_the_split(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    book = notebook(SMALL, 'df = pd.read_csv("rows.csv").dropna()\ndf = df[df["u"] > 3]', SPLIT, FITTED)
    record = tidy_notebook(book, tmp_path / "out")
    assert record.shape == "rows"
    assert 'df = df[df["u"] > 3]' in (tmp_path / "out/src/book/load.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (["a = 1"], "no fitted scikit-learn classifier"),
        (
            [SMALL, READ, SPLIT, "m = LogisticRegression().fit(a, c)"],
            "reports no metric",
        ),
        (
            [
                SMALL,
                READ,
                SPLIT,
                "m, n = LogisticRegression().fit(a, c), LogisticRegression(C=0.1).fit(a, c)\n"
                "print([roc_auc_score(d, x.predict(b)) for x in (m, n)])",
            ],
            "no metric belongs to one model alone",
        ),
    ],
)
def test_without_one_final_model_the_choices_are_named(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path, cells: list[str], message: str
) -> None:
    with pytest.raises(NotebookError, match=message):
        tidy_notebook(notebook(*cells), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_model_can_be_named(notebook: Callable[..., Path], rows: Path, tmp_path: Path) -> None:
    two = FITTED + "other = LogisticRegression(C=0.001).fit(a, c)\nworse = roc_auc_score(d, other.predict(b))"
    book = notebook(SMALL, READ, SPLIT, two)
    record = tidy_notebook(book, tmp_path / "out", target="model")
    assert any("another model" in left.reason for left in record.left)


def test_what_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    for force in (False, True):
        with pytest.raises(OutputExistsError):
            packages.refuse_existing(tmp_path / "out", force=force)
    (tmp_path / "out" / packages.RECORD).write_text("{}")
    packages.refuse_existing(tmp_path / "out", force=True)


def test_nothing_is_left_half_written(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), packages.fresh(tmp_path / "out", force=False) as root:
        (root / "half.txt").write_text("half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_git_without_an_identity_commits_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOME": str(tmp_path / "home"), "GIT_CONFIG_NOSYSTEM": "1", "XDG_CONFIG_HOME": ""}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "a.txt").write_text("a")
    assert packages.commit(tmp_path / "root") == "first commit on main"


def test_without_git_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert packages.commit(tmp_path) == "git is not installed: no repository was made"
    assert list(tmp_path.iterdir()) == []


def test_columns_that_are_listed_before_the_split_are_those_of_the_training_rows(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    pipe = "pipe = make_pipeline(make_column_transformer((StandardScaler(), names)), LogisticRegression())"
    more = "from sklearn.compose import make_column_transformer\nfrom sklearn.pipeline import make_pipeline\n"
    more += "from sklearn.preprocessing import StandardScaler"
    listed = 'X = df[["u", "v"]]\nnames = X.select_dtypes("number").columns.tolist()\ny = df["t"]'
    split = "a, b, c, d = train_test_split(X, y, random_state=1)"
    fitted = "pipe.fit(a, c)\nauc = roc_auc_score(d, pipe.predict_proba(b)[:, 1])"
    book = notebook("\n".join([SMALL, more, READ, listed, split, pipe, fitted]))
    record = tidy_notebook(book, tmp_path / "out")
    assert (record.shape, record.why_stages) == ("rows", "")


def test_a_package_that_differs_by_chance_says_where_the_seed_is_missing() -> None:
    code = SMALL + READ + "\n" + SPLIT.replace(", random_state=1", "") + FITTED
    cell = Cell(number=1, source=code)
    line = len(code.splitlines())
    reported = (Reported(cell=1, line=line, name="roc_auc_score", value=0.5),)
    run = Run(printed={}, reported=reported, scalars={1: {"auc": 0.5}}, names={"model": "model"})
    units, world = program([cell], run.names)
    target = find(units, run, world, wanted=None)
    place = next(number for number, text in enumerate(code.splitlines(), start=1) if "train_test_split(" in text)
    with pytest.raises(NotebookError, match=f"cell 1, line {place}: `train_test_split` has no random_state"):
        trial._refuse_other_metric(target, {"metrics": {"AUC": 0.6}}, units)


def test_the_score_of_neighbours_is_a_metric_too(notebook: Callable[..., Path], rows: Path, tmp_path: Path) -> None:
    near = "from sklearn.neighbors import KNeighborsClassifier\nnear = KNeighborsClassifier().fit(a, c)"
    record = tidy_notebook(notebook(SMALL, READ, SPLIT, near, "near.score(b, d)"), tmp_path / "out")
    assert [metric.name for metric in record.metrics] == ["accuracy"]


@pytest.mark.parametrize(
    ("notebook_name", "name"),
    [
        ("Credit Risk (final) v2.ipynb", "credit_risk_final_v2"),
        ("2024.ipynb", "n2024"),
        ("pandas.ipynb", "pandas_model"),
        ("json.ipynb", "json_model"),
        ("é.ipynb", "é"),
    ],
)
def test_the_package_is_named_after_the_notebook(notebook_name: str, name: str) -> None:
    assert packages.name_for(notebook_name) == name

"""``golive tidy``: data to stdout, talk to stderr, and the exit code says whose fault it was."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import msgspec
import pytest

from golive.cli import run
from golive.records.tidied import Tidied

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BOOK = """
import pandas as pd
from sklearn.metrics import f1_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier
df = pd.read_csv("rows.csv")
df["v"] = df["v"].fillna(df["v"].mean())
tr, te, y_tr, y_te = train_test_split(df[["u", "v"]], df["t"], test_size=0.5, random_state=4)
tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(tr, y_tr)
print(f1_score(y_te, tree.predict(te)))
"""


def test_json_is_the_record_and_nothing_else(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    code = run(["tidy", str(notebook(BOOK)), "--out", str(tmp_path / "out"), "--json", "--repair"])
    record = msgspec.json.decode(capfdbinary.readouterr().out, type=Tidied)
    assert code == 0
    assert (record.package, record.shape, record.repair, record.git) == ("book", "rows", True, "first commit on main")


def test_people_are_told_what_happened_and_what_to_type_next(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["tidy", str(notebook(BOOK)), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "leak in cell 1, line 7: the mean of v is taken over all rows, also those later used to judge" in told.err
    assert "notebook" in told.err
    assert "python -m book split --out data" in told.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.ipynb"], "`nothing.ipynb` is not a file"),
        (["{book}", "--data", "nowhere"], "`nowhere` is not a folder"),
        (["{book}", "--target", "unknown"], "`unknown` is not a fitted classifier"),
        (["{book}", "--timeout", "0"], "--timeout"),
        (["{book}", "--out", "{here}"], "is there already"),
        (["{book}", "--out", "{here}", "--force"], "is not a package that tidy wrote"),
    ],
)
def test_wrong_usage_is_2_and_says_what_is_wrong(
    arguments: list[str],
    message: str,
    notebook: Callable[..., Path],
    rows: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    book = notebook(BOOK)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    assert run(["tidy", *(part.format(book=book, here=book.parent) for part in arguments)]) == 2
    assert message in capsys.readouterr().err
    assert not list((tmp_path / "work").iterdir())


def test_a_package_of_tidys_own_is_replaced_with_force(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "tidied.json").write_text("{}")
    (out / "left.txt").write_text("from before")
    command = ["tidy", str(notebook(BOOK)), "--out", str(out)]
    assert run(command) == 2
    assert run([*command, "--force"]) == 0
    assert not (out / "left.txt").exists()


TWO = f"""{BOOK}
other = DecisionTreeClassifier(max_depth=1, random_state=0).fit(tr, y_tr)
print(f1_score(y_te, other.predict(te)))
"""


def test_of_several_models_none_is_taken_where_nobody_can_be_asked_and_all_are_named(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["tidy", str(notebook(TWO)), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "nothing says which is final: `tree` (cell 1, line 10: F1 0.8" in told
    assert "hint: name it: --target tree, --target other" in told
    assert not (tmp_path / "out").exists()


def test_the_number_of_a_cell_names_the_model_whose_metric_it_reports(
    notebook: Callable[..., Path], rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = str(notebook(BOOK, TWO.removeprefix(BOOK)))
    assert run(["tidy", book, "--out", str(tmp_path / "out"), "--target", "2"]) == 0
    assert "max_depth=1" in (tmp_path / "out" / "src" / "book" / "train.py").read_text()
    assert run(["tidy", book, "--out", str(tmp_path / "none"), "--target", "7"]) == 2
    told = capsys.readouterr().err
    assert "cell 7 reports no metric of one model alone" in told
    assert "--target 1, --target 2" in told


def test_on_a_terminal_somebody_is_asked_which_model_is_the_final_one(
    notebook: Callable[..., Path],
    rows: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("golive.cli.tidy.somebody_is_there", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO("forest\ntree\n"))
    assert run(["tidy", str(notebook(TWO)), "--out", str(tmp_path / "out")]) == 0
    told = capsys.readouterr().err
    assert "which is the final one [other]: " in told
    assert "`forest` is none of them" in told
    assert "max_depth=3" in (tmp_path / "out" / "src" / "book" / "train.py").read_text()

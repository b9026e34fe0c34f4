"""``%load_ext golive`` and ``%tidy``: the command inside a notebook, its page under the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from nbclient import NotebookClient

import golive

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


class Shell:
    """As much of IPython as an extension meets."""

    def __init__(self, **names: Any) -> None:
        self.user_ns = names
        self.magics: dict[str, Callable[[str], None]] = {}

    def register_magic_function(self, function: Callable[[str], None], kind: str, name: str) -> None:
        assert kind == "line"
        self.magics[name] = function


def test_in_a_real_kernel_the_page_stands_under_the_cell(notebook: Callable[..., Path], rows: Path) -> None:
    path = notebook(BOOK)
    v4: Any = nbformat.v4  # nbformat leaves its functions untyped
    asking = v4.new_notebook(cells=[v4.new_code_cell("%load_ext golive\n%tidy book.ipynb --out made")])
    NotebookClient(asking, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    outputs = asking.cells[0].outputs
    (shown,) = (one.data["text/html"] for one in outputs if one.output_type == "display_data")
    assert shown.startswith('<div><iframe sandbox srcdoc="&lt;!doctype html&gt;')
    assert "honest" in shown
    said = "".join(one.text for one in outputs if one.output_type == "stream")
    assert "running the notebook top to bottom" in said
    assert "\x1b" not in said
    assert (path.parent / "made" / "tidy.html").is_file()


@pytest.mark.parametrize("name", ["__vsc_ipynb_file__", "JPY_SESSION_NAME"])
def test_without_a_name_it_is_this_notebook(
    name: str, notebook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook("print(gone)")
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    shell = Shell(**{name: str(path)}) if name.startswith("__") else Shell()
    if not name.startswith("__"):
        monkeypatch.setenv(name, str(path))
    golive.load_ipython_extension(shell)
    shell.magics["tidy"]("--check")
    assert "hidden-state: no cell makes `gone`" in capsys.readouterr().out


def test_where_the_editor_does_not_say_it_must_be_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    shell = Shell()
    golive.load_ipython_extension(shell)
    shell.magics["tidy"]("")
    assert "name it: %tidy NOTEBOOK.ipynb" in capsys.readouterr().out


def test_what_goes_wrong_is_said_as_on_the_command_line(
    notebook: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    shell = Shell()
    golive.load_ipython_extension(shell)
    shell.magics["tidy"](f"'{notebook('x = = 1')}'")
    said = capsys.readouterr().out
    assert "cell 1, line 1: invalid syntax" in said
    assert "hint: " in said

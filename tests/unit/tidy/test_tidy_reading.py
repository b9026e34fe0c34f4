"""Reading a notebook: what is Python stays on its lines, what is not is told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from golive.errors import NotebookError
from golive.tidy.notebook import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotebookError, match=r"missing\.ipynb` is not a file"):
        read(tmp_path / "missing.ipynb")


@pytest.mark.parametrize("text", ["not json {", "[]", "{}", '{"cells": 3, "nbformat": 4, "nbformat_minor": 4}', "3"])
def test_what_is_not_a_notebook_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "book.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(NotebookError, match=r"`book\.ipynb` is not a notebook"):
        read(tmp_path / "book.ipynb")


def test_bytes_that_are_not_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "book.ipynb").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(NotebookError, match=r"`book\.ipynb` is not text"):
        read(tmp_path / "book.ipynb")


def test_a_notebook_without_code_is_refused(notebook: Callable[..., Path]) -> None:
    with pytest.raises(NotebookError, match="holds no Python code"):
        read(notebook("", "  \n"))


def test_another_language_is_named(notebook: Callable[..., Path]) -> None:
    path = notebook("x <- 1", kernelspec={"name": "ir", "language": "R", "display_name": "R"})
    with pytest.raises(NotebookError, match="is written in r"):
        read(path)


def test_format_3_is_read(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "input": ["a = 1\n", "a"], "outputs": [], "prompt_number": 7, "language": "python"}
    document = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell], "metadata": {}}]}
    (tmp_path / "old.ipynb").write_text(json.dumps(document), encoding="utf-8")
    (read_cell,) = read(tmp_path / "old.ipynb").cells
    assert (read_cell.source, read_cell.count) == ("a = 1\na", 7)


def test_magics_become_comments_and_lines_keep_their_numbers(notebook: Callable[..., Path]) -> None:
    source = (
        "%matplotlib inline\n!pip install x\nfor i in range(2):\n    %timeit i\n%time a = 1\nfiles = !ls\na?\nb = 5 %2"
    )
    (cell,) = read(notebook(source)).cells
    assert cell.source.splitlines() == [
        "# %matplotlib inline",
        "# !pip install x",
        "for i in range(2):",
        "    pass  # %timeit i",
        "a = 1",
        "# files = !ls",
        "# a?",
        "b = 5 %2",
    ]
    assert [aside.line for aside in cell.asides] == [1, 2, 4, 6, 7]


def test_a_line_inside_a_text_is_not_a_magic(notebook: Callable[..., Path]) -> None:
    source = 'text = """\n!important\n%s\n""" % 1'
    assert read(notebook(source)).cells[0].source == source


def test_a_cell_in_another_language_is_kept_out_by_name(notebook: Callable[..., Path]) -> None:
    cells = read(notebook("a = 1", "%%bash\nrm -rf x", "%%time\nb = 2")).cells
    assert cells[1].asides[0].reason == "a cell in another language or mode (%%bash)"
    assert not [line for line in cells[1].source.splitlines() if not line.startswith("#")]
    assert cells[2].source.splitlines()[1] == "b = 2"


def test_text_cells_are_counted_too(tmp_path: Path) -> None:
    text = {"cell_type": "markdown", "source": "# Title", "metadata": {}}
    code = {**text, "cell_type": "code", "source": "a = 1", "outputs": [], "execution_count": None}
    document = {"cells": [text, code], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (tmp_path / "book.ipynb").write_text(json.dumps(document), encoding="utf-8")
    assert [cell.number for cell in read(tmp_path / "book.ipynb").cells] == [2]


def test_a_script_is_parted_by_its_marks(tmp_path: Path) -> None:
    (tmp_path / "book.py").write_text(
        "import math\n# %%\na = 1\n# %% [markdown]\n# text\n# COMMAND ----------\nb = a\n", encoding="utf-8"
    )
    assert [cell.source for cell in read(tmp_path / "book.py").cells] == ["import math", "a = 1", "b = a"]


def test_what_changes_from_run_to_run_is_not_part_of_what_was_printed(notebook: Callable[..., Path]) -> None:
    printed = "\x1b[31mred\x1b[0m <f at 0x7f3a>  \nWall time: 3 s\n"
    assert read(notebook(("f", 1, printed))).cells[0].printed == "red <f at 0x>"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"source": 3}, "cell 1 is not a cell of a notebook"),
        ({"outputs": 3}, "`book.ipynb` is not a notebook|cell 1 is not a cell"),
        ({"metadata": 3}, "`book.ipynb` is not a notebook|cell 1 is not a cell"),
        ({"cell_type": True}, "not a notebook|no Python code"),
    ],
)
def test_a_cell_that_is_none_is_named(changed: dict[str, object], said: str, notebook: Callable[..., Path]) -> None:
    path = notebook("a = 1")
    document = json.loads(path.read_text())
    document["cells"][0] |= changed
    path.write_text(json.dumps(document))
    with pytest.raises(NotebookError, match=said):
        read(path)


def test_metadata_of_no_use_is_passed_over(notebook: Callable[..., Path]) -> None:
    path = notebook(("a = 1", 2), kernelspec="python")
    document = json.loads(path.read_text())
    document["cells"][0]["execution_count"] = "2"
    path.write_text(json.dumps(document))
    assert [cell.count for cell in read(path).cells] == [None]

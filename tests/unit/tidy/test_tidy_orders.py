"""The order a notebook was lived in, and every way in which it does not run: told by cell, line and cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.errors import NotebookError
from golive.tidy.data import gather
from golive.tidy.notebook import read
from golive.tidy.orders import Lived, lived

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def live(path: Path, *, data: Path | None = None, timeout: float = 60) -> Lived:
    return lived(gather(read(path), data), timeout=timeout, say=lambda text: None)


def test_top_to_bottom_is_believed_where_it_prints_what_is_stored(notebook: Callable[..., Path]) -> None:
    found = live(notebook(("a = 2", 1), ("print(a)", 2, "2\n")))
    assert (found.order, found.attempts[0].same, found.attempts[0].compared) == ("file", 1, 1)


def test_counts_are_believed_where_they_print_what_is_stored(notebook: Callable[..., Path]) -> None:
    # Top to bottom runs to the end as well, but prints something else.
    found = live(notebook(("a = 2", 1), ("a = a * 10", 3), ("print(a)", 2, "2\n")))
    assert found.order == "counts"
    assert [(attempt.order, attempt.same, attempt.different) for attempt in found.attempts] == [
        ("file", 0, (3,)),
        ("counts", 1, ()),
    ]


def test_cells_that_were_run_again_later_are_moved_to_where_they_are_needed(notebook: Callable[..., Path]) -> None:
    found = live(notebook(("print(a + b)", 2, "3\n"), ("a = 1", 1), ("b = 2", 5)))
    assert (found.order, [cell.number for cell in found.cells]) == ("flow", [2, 3, 1])


def test_a_cell_that_was_run_twice_in_a_row_is_run_twice(notebook: Callable[..., Path]) -> None:
    found = live(notebook(("a = 2", 1), ("a = a * 10\nprint(a)", 3, "200\n"), ("print(a + 1)", 4, "201\n")))
    assert (found.order, [cell.number for cell in found.cells]) == ("again", [1, 2, 2, 3])


def test_a_cell_that_prints_nothing_was_run_again_where_only_that_prints_what_is_stored(
    notebook: Callable[..., Path],
) -> None:
    found = live(notebook(("print(a)", 6, "42\n"), ("a = 2", 1), ("a = a + 10", 5)))
    assert (found.order, [cell.number for cell in found.cells]) == ("again", [2, 3, 3, 3, 3, 1])


def test_a_count_that_was_used_up_by_a_cell_deleted_since_runs_nothing_twice(notebook: Callable[..., Path]) -> None:
    found = live(notebook(("a = 2", 1), ("a += 1\nprint(a)", 4, "3\n"), ("print(a)", 5, "3\n")))
    assert (found.order, [cell.number for cell in found.cells]) == ("file", [1, 2, 3])


def test_what_no_order_prints_is_told_by_cell(notebook: Callable[..., Path]) -> None:
    found = live(notebook(("a = 2", 1), ("print(a)", 2, "3\n")))
    assert (found.attempts[0].same, found.attempts[0].different) == (0, (2,))


def test_without_stored_outputs_the_first_order_that_runs_is_taken(notebook: Callable[..., Path]) -> None:
    found = live(notebook("a = f(1)\nprint(a)", "def f(x):\n    return x"))
    assert (found.order, found.attempts[0].failed) == ("flow", "cell 1, line 1: NameError: name 'f' is not defined")


def test_a_cell_that_was_never_run_stays_out(notebook: Callable[..., Path]) -> None:
    found = live(notebook(("a = 2", 1), ("a = 1 / 0", None), ("this is not python", None), ("print(a)", 2, "2\n")))
    assert [cell.number for cell in found.cells] == [1, 4]


def test_an_error_that_was_lived_is_lived_again(notebook: Callable[..., Path]) -> None:
    assert live(notebook(("a = 2", 1), ("1 / 0", 2, "", "ZeroDivisionError"), ("print(a)", 3, "2\n"))).order == "file"


def test_a_failure_names_cell_line_and_cause(notebook: Callable[..., Path]) -> None:
    path = notebook("def half(x):\n    y = x / 0\n    return y", "a = 1\nb = half(a)")
    with pytest.raises(NotebookError, match=r"cell 1, line 2: ZeroDivisionError: division by zero"):
        live(path)


def test_state_that_no_longer_exists_is_called_so(notebook: Callable[..., Path]) -> None:
    with pytest.raises(NotebookError, match=r"cell 2, line 1: NameError.*no cell makes `gone` any more"):
        live(notebook(("a = 1", 3), ("print(gone)", 4, "7\n")))


def test_a_syntax_error_names_cell_and_line(notebook: Callable[..., Path]) -> None:
    with pytest.raises(NotebookError, match=r"cell 2, line 2: .*`print 3`"):
        live(notebook("a = 1", "a = 2\nprint 3"))


def test_a_missing_package_comes_with_what_to_install(notebook: Callable[..., Path]) -> None:
    with pytest.raises(NotebookError, match=r"cell 1, line 2: ModuleNotFoundError") as caught:
        live(notebook("a = 1\nimport yaml_that_nobody_has"))
    assert caught.value.hint == "pip install yaml_that_nobody_has"


def test_a_missing_file_comes_with_the_option_that_helps(notebook: Callable[..., Path]) -> None:
    with pytest.raises(NotebookError, match=r"cell 1, line 1: FileNotFoundError.*rows\.csv") as caught:
        live(notebook("open('rows.csv')"))
    assert "--data FOLDER" in caught.value.hint


def test_a_loop_without_end_is_stopped_and_its_line_named(notebook: Callable[..., Path]) -> None:
    with pytest.raises(NotebookError, match=r"cell 1, line [23]: still running after 2 seconds"):
        live(notebook("a = 1\nwhile True:\n    a += 1"), timeout=2)


def test_a_kernel_that_dies_is_told(notebook: Callable[..., Path]) -> None:
    with pytest.raises(NotebookError, match="cell 1: the kernel died here"):
        live(notebook("import os\nos._exit(1)"))


def test_nothing_of_the_users_is_written_over(notebook: Callable[..., Path]) -> None:
    path = notebook("open('kept.txt', 'w').write('new')\nimport os\nos.remove('gone.txt')")
    (path.parent / "kept.txt").write_text("old")
    (path.parent / "gone.txt").write_text("here")
    live(path)
    assert (path.parent / "kept.txt").read_text() == "old"
    assert (path.parent / "gone.txt").read_text() == "here"


def test_files_from_elsewhere_are_found_by_their_name(notebook: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "rows.csv").write_text("7\n")
    (tmp_path / "beside.csv").write_text("8\n")
    path = notebook(
        ("print(open('/content/drive/My Drive/rows.csv').read())", 1, "7\n\n"),
        ("print(open('../beside.csv').read())", 2, "8\n\n"),
    )
    found = live(path, data=tmp_path / "elsewhere")
    assert (found.order, found.attempts[0].same) == ("file", 2)


def test_a_path_of_another_machine_is_found_beside_the_notebook(notebook: Callable[..., Path]) -> None:
    path = notebook((r"print(open('C:\\Users\\x\\rows.csv').read())", 1, "7\n\n"))
    (path.parent / "rows.csv").write_text("7\n")
    assert live(path).attempts[0].same == 1


def test_an_address_is_found_by_name_only_in_the_folder_that_is_named(
    notebook: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "rows.csv").write_text("7\n")
    path = notebook(("address = 'https://example.org/a/rows.csv?raw=1'\nprint(address)", 1, "golive_data/rows.csv\n"))
    assert live(path, data=tmp_path / "elsewhere").attempts[0].same == 1
    assert live(path).attempts[0].same == 0


@pytest.mark.parametrize(
    "path",
    [
        "ROOT + 'rows.csv'",
        "f'{ROOT}rows.csv'",
        "os.path.join(ROOT, 'rows.csv')",
        "DEEP + '/rows.csv'",
        "'/content/drive/' + \"rows.csv\"",
    ],
)
def test_a_path_that_is_put_together_is_found_too(path: str, notebook: Callable[..., Path]) -> None:
    book = notebook(
        ("import os\nROOT = '/content/drive/My Drive/'\nDEEP = ROOT + 'a'", 1),
        (f"print(open({path}).read())", 2, "7\n\n"),
    )
    (book.parent / "rows.csv").write_text("7\n")
    assert live(book).attempts[0].same == 1


def test_a_path_whose_parts_change_is_left_as_it_is(notebook: Callable[..., Path]) -> None:
    book = notebook("root = '/a/'\nroot = '/b/'", "print(root + 'rows.csv', f'{root:>9}rows.csv', 'rows' + '.csv')")
    (book.parent / "rows.csv").write_text("7\n")
    assert gather(read(book), None).notebook.cells[1].source == (
        "print(root + 'rows.csv', f'{root:>9}rows.csv', 'rows.csv')"
    )

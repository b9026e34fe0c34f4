"""Functions that write variables of the notebook return them instead, and nothing else changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst
import pytest

from golive.errors import NotebookError
from golive.tidy.notebook import Cell
from golive.tidy.program import program
from golive.tidy.returning import returning
from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WRITTEN = {
    "read in a function": """
rows = None
def read():
    global rows
    rows = [3, 1, 2]
read()
""",
    "counted and answered": """
n = 0
def count(x):
    global n
    n += 1
    return x * 2
a = count(4)
count(5)
b = count(x=a)
""",
    "left early": """
state, seen = "new", 0
def step(x, *more, **options):
    global state, seen
    if x < 0:
        return
    seen = seen + x
    for one in more:
        seen += one
    state = "seen"
step(-1)
for i in range(3):
    step(i, 10, k=1)
""",
    "through another function": """
total = 1
def inner(x):
    global total
    total = total + x
def outer():
    inner(2)
    inner(3)
    return "done"
said = outer()
""",
    "only where it must be": """
best = 5
def better(x):
    global best
    if x > best:
        best = x
        return True
    return False
one = better(4)
two = better(9)
""",
    "several answers": """
k = 1
def pair():
    global k
    k = k + 1
    return k, k * 2
(u, v) = pair()
u, v = pair()
both = pair()
""",
    "made by calling": """
def prepare():
    "Set things up."
    global low, high
    # both ends
    low, high = 1, 9
prepare()
width = high - low
""",
}


def rewritten(code: str) -> tuple[str, str]:
    units, world = program([Cell(number=1, source=code.strip("\n"))], {})
    done = returning(units, world)
    assert [(unit.place, unit.last) for unit in done] == [(unit.place, unit.last) for unit in units]
    return code, "".join(cst.Module(body=[]).code_for_node(unit.code) for unit in done)


def variables(code: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(code, "cell", "exec"), names)
    return {name: value for name, value in names.items() if not name.startswith("_") and not callable(value)}


@pytest.mark.parametrize("habit", WRITTEN)
def test_every_variable_is_what_it_was_and_no_function_writes_one(habit: str) -> None:
    before, after = rewritten(WRITTEN[habit])
    assert variables(after) == variables(before)
    assert "global" not in after


def test_what_is_bound_first_is_not_handed_in() -> None:
    _, after = rewritten(WRITTEN["read in a function"])
    assert "def read():\n    rows = [3, 1, 2]\n    return rows\nrows = read()" in after


@pytest.mark.parametrize(
    "code",
    [
        "n = 0\ndef f(x):\n    global n\n    n = x\n    return n\nprint(f(1) + f(2))",
        "n = 0\ndef f(x):\n    global n\n    n = x\na = list(map(f, [1, 2]))",
        "n = 0\ndef f(x):\n    global n\n    n = x\na = f(1)",
        "n = 0\ndef f():\n    global n\n    def g():\n        return n\n    n = 1\nf()",
        "n = 0\ndef f():\n    global n\n    n = n + 1\n    yield n\na = list(f())",
    ],
    ids=["in an expression", "handed on", "no answer is taken", "read inside", "generator"],
)
def test_what_cannot_return_stays_as_it_is(code: str) -> None:
    before, after = rewritten(code)
    assert after.strip() == before.strip()


NOTEBOOK = """
import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier
frame, model, auc = None, None, 0
def read(name):
    global frame
    frame = pd.read_csv(name)
def cap(column, most):
    frame[column] = frame[column].clip(upper=most)
def add():
    global frame
    frame = frame.assign(sum=frame["u"] + frame["v"].fillna(0))
def train(a, c):
    global model
    model = DecisionTreeClassifier(max_depth=2, random_state=0)
    model.fit(a, c)
"""
LIVED = """
read("rows.csv")
cap("u", 80)
add()
a, b, c, d = train_test_split(frame[["u", "sum"]], frame["t"], random_state=3)
train(a, c)
"""


def test_a_notebook_that_works_through_globals_becomes_a_package(
    rows: Path, notebook: Callable[..., Path], tmp_path: Path
) -> None:
    book = notebook(NOTEBOOK, LIVED, "print(accuracy_score(d, model.predict(b)))")
    record = tidy_notebook(book, tmp_path / "out")
    assert [(metric.name, metric.kept) for metric in record.metrics] == [("accuracy", record.metrics[0].notebook)]
    written = "".join(file.read_text() for file in (tmp_path / "out" / "src" / record.package).glob("*.py"))
    assert "global" not in written


def test_where_a_function_cannot_return_it_is_named_with_cell_and_line(
    rows: Path, notebook: Callable[..., Path], tmp_path: Path
) -> None:
    used = LIVED.replace('read("rows.csv")', 'for x in map(read, ["rows.csv"]): pass')
    book = notebook(NOTEBOOK, used, "print(accuracy_score(d, model.predict(b)))")
    with pytest.raises(NotebookError, match=r"cell 1, line 8: `read` binds `frame` through `global`") as raised:
        tidy_notebook(book, tmp_path / "out")
    assert "return" in (raised.value.hint or "")

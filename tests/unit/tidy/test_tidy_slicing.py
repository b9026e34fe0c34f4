"""The slice holds what a result needs, through every way of changing a thing; never a line too few."""

from __future__ import annotations

import pytest

from golive.errors import NotebookError
from golive.tidy.columns import ALL, Columns, Lens
from golive.tidy.frames import all_frames, made_from
from golive.tidy.notebook import Cell
from golive.tidy.program import Unit, needed, program


def units_of(code: str, **kinds: str) -> tuple[list[Unit], object]:
    return program([Cell(number=1, source=code)], kinds)


def kept(code: str, *names: str, **kinds: str) -> list[str]:
    """First lines of what the names need."""
    units, _ = program([Cell(number=1, source=code)], kinds)
    return [unit.text for unit in needed(units, names)[0]]


@pytest.mark.parametrize(
    ("code", "wanted", "lines"),
    [
        ("a = 1\nb = 2\nc = a", "c", ["a = 1", "c = a"]),
        ("a = 1\na = 2\nc = a", "c", ["a = 2", "c = a"]),
        ("a = [1]\na.append(2)\nc = a", "c", ["a = [1]", "a.append(2)", "c = a"]),
        ("a = [1]\nb = a\nb.append(2)\nc = a", "c", ["a = [1]", "b = a", "b.append(2)", "c = a"]),
        ("d = {}\nd['k'] = 1\nc = d", "c", ["d = {}", "d['k'] = 1", "c = d"]),
        ("a = 1\na += 2\nc = a", "c", ["a = 1", "a += 2", "c = a"]),
        ("o = object()\no.x = 1\nc = o", "c", ["o = object()", "o.x = 1", "c = o"]),
        ("a = 1\ndel a\na = 2\nc = a", "c", ["a = 2", "c = a"]),
        ("t = 0\nfor i in [1, 2]:\n    t += i\nc = t", "c", ["t = 0", "for i in [1, 2]:", "c = t"]),
        ("i = 9\nfor i in [1]:\n    print(i)\nc = 1", "c", ["c = 1"]),
        ("a = 1\nif a:\n    b = 2\nc = 3", "c", ["c = 3"]),
        ("b = 1\nif b:\n    b = 2\nc = b", "c", ["b = 1", "if b:", "c = b"]),
        ("k = 2\ndef f(x):\n    return x * k\nc = f(1)", "c", ["k = 2", "def f(x):", "c = f(1)"]),
        ("def f(x):\n    return x * k\nk = 2\nc = f(1)", "c", ["def f(x):", "k = 2", "c = f(1)"]),
        ("l = []\ndef f(x):\n    x.append(1)\nf(l)\nc = l", "c", ["l = []", "def f(x):", "f(l)", "c = l"]),
        ("l = []\ndef f():\n    l.append(1)\nf()\nc = l", "c", ["l = []", "def f():", "f()", "c = l"]),
        ("n = 0\ndef f():\n    global n\n    n = 1\nf()\nc = n", "c", ["n = 0", "def f():", "f()", "c = n"]),
        ("a = 1\nprint(a)\nc = a", "c", ["a = 1", "c = a"]),
        ("a = [x for x in range(3)]\nx = 5\nc = a", "c", ["a = [x for x in range(3)]", "c = a"]),
    ],
)
def test_every_way_of_changing_a_thing_is_followed(code: str, wanted: str, lines: list[str]) -> None:
    assert kept(code, wanted) == lines


def test_models_in_a_dictionary_are_fitted_in_their_loop() -> None:
    code = "tries = {'a': A()}\nfor name, one in tries.items():\n    one.fit(X)\nbest = tries['a']"
    assert kept(code, "best", tries="container") == code.replace("\n    one.fit(X)", "").splitlines()


def test_a_loop_over_frames_that_are_written_down_changes_them() -> None:
    code = "a = load()\nb = load()\nfor d in [a, b]:\n    d['u'] = 0\nc = a"
    lines = ["a = load()", "b = load()", "for d in [a, b]:", "c = a"]
    assert kept(code, "c", a="frame", b="frame", d="frame") == lines


def test_a_loop_over_the_columns_of_a_frame_does_not() -> None:
    assert kept("a = load()\nfor d in a:\n    print(d)\nc = a", "c", a="frame") == ["a = load()", "c = a"]


def test_a_frame_that_is_named_in_a_text_for_exec_is_changed_by_it() -> None:
    code = "a = load()\nb = load()\nfor n in ['u']:\n    exec(f\"a['{n}'] = 1\")\nc = a"
    assert kept(code, "c", a="frame", b="frame") == ["a = load()", "for n in ['u']:", "c = a"]


def test_what_a_frame_shows_does_not_change_it() -> None:
    assert kept("df = load()\ndf.head()\ndf.plot()\nc = df", "c", df="frame") == ["df = load()", "c = df"]


def test_a_frame_changed_in_place_is_kept() -> None:
    code = "df = load()\ndf.drop(columns=['a'], inplace=True)\nc = df"
    assert kept(code, "c", df="frame") == code.splitlines()


def test_plots_do_not_change_what_they_draw() -> None:
    code = "import matplotlib.pyplot as plt\na = [1]\nplt.plot(a)\nc = a"
    assert kept(code, "c", a="container") == ["a = [1]", "c = a"]


def test_a_function_from_elsewhere_may_change_what_it_is_given() -> None:
    code = "from heapq import heappush\na = []\nheappush(a, 1)\nc = a"
    assert kept(code, "c") == code.splitlines()


def test_a_seed_is_kept_where_numpy_is_used() -> None:
    code = "import numpy as np\nnp.random.seed(1)\nc = np.random.rand()"
    assert kept(code, "c") == code.splitlines()


def test_two_statements_on_a_line_are_two() -> None:
    assert kept("a = 1; b = 2\nc = a", "c") == ["a = 1", "c = a"]


def test_comments_above_a_statement_stay_with_it() -> None:
    units, _ = program([Cell(number=1, source="# why\na = 1\n# and\nb = 2")], {})
    assert [[line.comment.value for line in unit.code.leading_lines if line.comment] for unit in units] == [  # type: ignore[attr-defined]
        ["# why"],
        ["# and"],
    ]


def test_a_syntax_error_is_told_by_cell_and_line() -> None:
    with pytest.raises(NotebookError, match=r"cell 4, line 2: .*`b = = 1`"):
        program([Cell(number=4, source="a = 1\nb = = 1")], {})


FRAME = """
df = read()
df["low"] = df["a"] * 2
df["plot"] = df["b"].round()
y = df["what"]
X = df.drop(columns=["what", "plot"])
"""


def columns_of(code: str, name: str, *, skip: bool = False) -> tuple[list[str], Columns]:
    units, world = program([Cell(number=1, source=code.strip())], {})
    lens = Lens(frames={"df"}, world=world)
    lens.frames = all_frames(units[1:], "df", lens)
    found, need = made_from(units[1:], name, lens, skip=skip)
    return [unit.text for unit in found], need["df"]


def test_a_column_made_for_a_plot_is_not_part_of_the_features() -> None:
    lines, need = columns_of(FRAME, "X")
    assert lines == ["df['low'] = df['a'] * 2", "X = df.drop(columns=['what', 'plot'])"]
    assert not need.meets(["what"])
    assert need.meets(["b"])


def test_the_outcome_needs_only_its_own_column() -> None:
    lines, need = columns_of(FRAME, "y")
    assert (lines, need) == (["y = df['what']"], Columns(frozenset({"what"})))


def test_what_is_not_understood_needs_every_column() -> None:
    lines, need = columns_of('df = read()\ndf = strange(df)\ny = df["what"]', "y")
    assert (lines, need) == (["df = strange(df)", "y = df['what']"], ALL)


def test_who_is_bold_passes_over_what_is_done_to_a_whole_frame() -> None:
    lines, need = columns_of('df = read()\ndf = strange(df)\ny = df["what"]', "y", skip=True)
    assert (lines, need) == (["y = df['what']"], Columns(frozenset({"what"})))


@pytest.mark.parametrize(
    ("statement", "needed_columns"),
    [
        ('df["new"] = df.groupby("a")["b"].transform("mean")', {"a", "b"}),
        ('df["new"] = df.apply(lambda row: row["a"] + row.b, axis=1)', {"a", "b"}),
        ('df.loc[df["a"] > 1, "new"] = df["b"]', {"a", "b", "new"}),
        ('df["new"] = df[["a", "b"]].sum(axis=1)', {"a", "b"}),
        ("df['new'] = df.a.clip(0) + len(df)", {"a"}),
        ('for name in ["new"]:\n    df[name] = df["a"]', {"a", "new"}),
    ],
)
def test_columns_are_read_out_of_expressions(statement: str, needed_columns: set[str]) -> None:
    _, need = columns_of(f'df = read()\n{statement}\ny = df["new"]', "y")
    assert need == Columns(frozenset(needed_columns))


def test_sets_of_columns_are_sets() -> None:
    some, rest = Columns(frozenset({"a", "b"})), ALL - {"a"}
    assert some | rest == ALL
    assert rest | Columns(frozenset({"c"})) == rest
    assert (some - {"a"}) == Columns(frozenset({"b"}))
    assert rest.meets(["b"])
    assert not rest.meets(["a"])
    assert not Columns(frozenset({"a"})).overlaps(rest)

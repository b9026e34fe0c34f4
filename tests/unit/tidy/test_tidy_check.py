"""``golive tidy --check``: what makes a notebook unfit to be run again and again, found without running it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance import exec_once, planted
from golive.cli import run
from golive.records.document import decode
from golive.records.notebook_check import NotebookCheck
from golive.tidy.check import RULES, check
from golive.tidy.guessed import kinds
from golive.tidy.leaks import everywhere
from golive.tidy.program import program
from golive.tidy.sarif import sarif

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SPLIT = (
    "from sklearn.model_selection import train_test_split\na, b = train_test_split(df, random_state=1)\nmodel.fit(a)"
)
CLEAN = (
    "import pandas as pd\nfrom sklearn.tree import DecisionTreeClassifier",
    "df = pd.read_csv('rows.csv')\nmodel = DecisionTreeClassifier()",
    SPLIT + "\nprint(model.score(b))",
)


def found(path: Path) -> list[tuple[str, int, int]]:
    return [(one.rule, one.cell, one.line) for one in check([path]).findings]


def test_a_notebook_that_can_be_run_again_and_again_has_no_finding(notebook: Callable[..., Path]) -> None:
    assert found(notebook(*((cell, count) for count, cell in enumerate(CLEAN, start=1)))) == []
    assert found(notebook(*CLEAN)) == []


def test_nothing_is_run(notebook: Callable[..., Path], tmp_path: Path) -> None:
    check([notebook(f"open({str(tmp_path / 'trace')!r}, 'w')\n1 / 0")])
    assert not (tmp_path / "trace").exists()


def test_a_name_that_no_cell_makes_is_told_at_its_first_use(notebook: Callable[..., Path]) -> None:
    path = notebook("a = 1\nb = a + gone", "print(gone, b, display, __name__, len)")
    assert found(path) == [("hidden-state", 1, 2)]
    assert check([path]).findings[0].what == "no cell makes `gone` (any more)"


def test_names_from_a_star_may_be_anything(notebook: Callable[..., Path]) -> None:
    assert found(notebook("from numpy import *", "print(array([1]))")) == []


def test_counts_that_belong_to_no_cell_any_more_are_told(notebook: Callable[..., Path]) -> None:
    path = notebook(("a = 1", 1), ("print(a)", 4))
    assert check([path]).findings[0].what == "counts 2, 3 of the stored run belong to no cell any more"


def test_another_order_than_down_the_file_is_told(notebook: Callable[..., Path]) -> None:
    path = notebook(("print(a, b)", 3), ("a = 1", 1), ("b = 2", 2), "print(a)")
    assert [(one.rule, one.cell, one.what) for one in check([path]).findings] == [
        ("order", 1, "`a` is made further down only, in cell 2"),
        ("order", 1, "`b` is made further down only, in cell 3"),
        ("order", 2, "was run before cell 1 above it (counts 1 and 3)"),
        ("order", 3, "was run before cell 1 above it (counts 2 and 3)"),
        ("order", 4, "was never run, others were"),
    ]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("df['a'] = df['a'].fillna(df['a'].median())", "the median of a is taken over all rows"),
        ("df['a'] = scaler.fit_transform(df[['a']])", "the scaler learns from all rows"),
        ("df['a'] = df.groupby('b')['a'].transform('mean')", "the mean of a by b is taken over all rows"),
    ],
)
def test_a_leak_is_found_without_a_run(line: str, what: str, notebook: Callable[..., Path]) -> None:
    made = "from sklearn.preprocessing import StandardScaler\nscaler = StandardScaler()\nprint(scaler)"
    (finding,) = check([notebook(CLEAN[0], made, CLEAN[1], line, CLEAN[2])]).findings
    assert (finding.rule, finding.cell, finding.line) == ("leak", 4, 1)
    assert finding.what.startswith(what)


def test_looking_at_all_rows_is_no_leak(notebook: Callable[..., Path]) -> None:
    look = "print(df['a'].median())\ndf.describe()\nshare = df['a'].mean()\nprint(share)"
    assert found(notebook(*CLEAN[:2], look, CLEAN[2])) == []


def test_a_parameter_that_is_written_over_or_never_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "book.py").write_text(
        '# %% tags=["parameters"]\nrate = 1\ndepth = 2\nspare = 3\n# %% tags=["injected-parameters"]\nrate = 5\n'
        "# %%\ndepth = 4\nprint(rate, depth)\n"
    )
    assert [(one.rule, one.cell, one.line, one.what) for one in check([tmp_path / "book.py"]).findings] == [
        ("parameters", 1, 3, "no cell reads the parameter `spare`"),
        ("parameters", 3, 1, "the parameter `depth` of cell 1 is written over: what papermill passes is lost"),
    ]


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ("a = = 1", "not-python"),
        ("import sklearn.cross_validation", "outdated"),
        ("import numpy as np\nprint(np.float(1))", "outdated"),
        ("from sklearn.metrics import plot_roc_curve", "outdated"),
        ("a = 1\nb = a + 1", "unused"),
        ("def half(x):\n    return x / 2\nprint(half(1))", "untested"),
        (
            "from sklearn.model_selection import train_test_split as t, train_test_split\ntrain_test_split([1])",
            "unseeded",
        ),
    ],
)
def test_every_habit_has_its_rule(cell: str, rule: str, notebook: Callable[..., Path]) -> None:
    assert [one.rule for one in check([notebook(cell)]).findings] == [rule]


def test_a_stored_error_is_told_unless_it_is_meant(notebook: Callable[..., Path]) -> None:
    path = notebook(("1 / 0", 1, "", "ZeroDivisionError"))
    assert found(path) == [("failed", 1, 1)]
    document = json.loads(path.read_text())
    document["cells"][0]["metadata"]["tags"] = ["raises-exception"]
    path.write_text(json.dumps(document))
    assert found(path) == []


def test_what_nbdev_exports_is_used_and_must_be_tested(notebook: Callable[..., Path]) -> None:
    exported = "#|export\ndef half(x):\n    return x / 2\n\ndef twice(x):\n    return x * 2"
    path = notebook(exported, "assert half(2) == 1", "def helper(): return 1\nprint(helper())")
    assert [(one.rule, one.what) for one in check([path]).findings] == [("untested", "no cell tests `twice`")]


def test_a_rule_can_be_left_out_and_an_unknown_one_is_named(
    notebook: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = notebook("a = = 1")
    assert run(["tidy", "--check", str(path), "--ignore", "not-python"]) == 0
    assert run(["tidy", "--check", str(path), "--ignore", "leaks"]) == 2
    assert "there is no rule `leaks`" in capsys.readouterr().err


def test_the_exit_code_is_1_on_findings_and_json_is_the_record(
    notebook: Callable[..., Path], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    bad, good = notebook("print(gone)", name="bad.ipynb"), notebook("print(1)", name="good.ipynb")
    assert run(["tidy", "--check", str(bad), str(good), "--json"]) == 1
    record = decode(capfdbinary.readouterr().out, NotebookCheck, name="stdout")
    assert record.notebooks == (str(bad), str(good))
    assert [one.notebook for one in record.findings] == [str(bad)]
    assert run(["tidy", "--check", str(good)]) == 0
    assert b"1 notebook, no findings" in capfdbinary.readouterr().err


def test_options_of_the_check_need_the_check(notebook: Callable[..., Path], tmp_path: Path) -> None:
    path = str(notebook("print(1)"))
    assert run(["tidy", path, path]) == 2
    assert run(["tidy", path, "--sarif", str(tmp_path / "a.sarif")]) == 2


@pytest.mark.parametrize("indent", [1, None])
def test_the_row_is_the_line_of_the_file(indent: int | None, tmp_path: Path) -> None:
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "source": ["# x\n", "print(gone)\n"], "metadata": {}},
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {},
            "outputs": [{"output_type": "stream", "name": "stdout", "text": ['"source"\n', "print(gone)\n"]}],
            "source": ["a = 'ä'\n", "\n", "print(gone)\n"],
        },
    ]
    document = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path = tmp_path / "book.ipynb"
    path.write_text(json.dumps(document, indent=indent, ensure_ascii=False), encoding="utf-8")
    finding = next(one for one in check([path]).findings if one.rule == "hidden-state")
    assert (finding.cell, finding.line) == (2, 3)
    assert finding.row is not None
    lines = path.read_text(encoding="utf-8").splitlines()
    assert "print(gone)" in lines[finding.row - 1]
    if indent:
        assert lines.index('    "print(gone)\\n"') < finding.row - 1
        assert [index for index, line in enumerate(lines, 1) if "print(gone)" in line][-1] == finding.row


def test_the_row_of_a_script_is_its_line(tmp_path: Path) -> None:
    (tmp_path / "book.py").write_text("# %%\n\n\na = 1\n# %%\nprint(a)\nprint(gone)\n")
    assert [one.row for one in check([tmp_path / "book.py"]).findings] == [7]


def test_sarif_holds_what_code_hosts_ask_for(notebook: Callable[..., Path], tmp_path: Path) -> None:
    """The parts of SARIF 2.1.0 that are used, by hand: no package of the tests carries the schema."""
    path, out = notebook("print(gone)", "def f(): return 1\nprint(f())", "a = = 1"), tmp_path / "out.sarif"
    assert run(["tidy", "--check", str(path), "--sarif", str(out)]) == 1
    log = json.loads(out.read_text())
    assert (log["version"], log["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    (one_run,) = log["runs"]
    assert set(one_run) == {"tool", "columnKind", "results"}
    rules = one_run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert one_run["results"]
    for result in one_run["results"]:
        assert set(result) == {"ruleId", "ruleIndex", "level", "message", "locations"}
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"].startswith("cell ")
        (place,) = result["locations"]
        assert place["physicalLocation"]["artifactLocation"]["uri"] == path.as_uri()
        assert place["physicalLocation"].get("region", {"startLine": 1})["startLine"] >= 1
    assert run(["tidy", "--check", str(path), "--sarif", str(out)]) == 1  # its own is written over


def test_a_relative_path_stays_relative_in_sarif(
    notebook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = notebook("print(gone)", name="a b.ipynb")
    monkeypatch.chdir(path.parent)
    checked = check([path.relative_to(path.parent)])
    (result,) = sarif(checked, RULES, version="1")["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20b.ipynb"


def test_what_is_not_ours_is_not_written_over(notebook: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert run(["tidy", "--check", str(notebook("print(1)")), "--sarif", str(tmp_path / "mine.txt")]) == 2
    assert (tmp_path / "mine.txt").read_text() == "mine"


def told(one: planted.Planted) -> set[tuple[int, int]]:
    """Cells and lines of the leaks that the text alone tells."""
    cells = exec_once.cells_of(one.source)
    units, _ = program(cells, kinds(*program(cells, {})))
    return {(leak.cell, leak.line) for leak in everywhere(units, units, None)}


@pytest.mark.parametrize("kind", ["fitter", "statistic", "target", "resampled", "duplicates", "time"])
def test_planted_leaks_are_found_without_a_run(kind: str) -> None:
    asked = [one for one in planted.everything() if [label[0] for label in one.source.labels] == [kind]][:5]
    assert asked
    for one in asked:
        assert told(one) == {(cell, line) for _, cell, line in one.source.labels}, one.name


def test_a_notebook_without_a_leak_is_told_none_without_a_run() -> None:
    clean = [one for one in planted.everything() if not one.source.labels][:10]
    assert clean
    assert [one.name for one in clean if told(one)] == []

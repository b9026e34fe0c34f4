"""Leaks that are no fit and no statistic: choices by the rows that judge, copies, the outcome, dates."""

from __future__ import annotations

import pytest

from golive.tidy.finals import find
from golive.tidy.kernel import Reported, Run
from golive.tidy.leaks import everywhere
from golive.tidy.notebook import Cell
from golive.tidy.plan import slice_for
from golive.tidy.program import program

BEGIN = 'df = pd.read_csv("rows.csv")\nX = df[["u", "v"]]\ny = df["t"]'
SPLIT = "A, B, a, b = train_test_split(X, y, random_state=1)"
FIT = "m = Tree().fit(A, a)"
JUDGE = "print(f1_score(b, m.predict(B)))"
KINDS = dict.fromkeys(("df", "X", "A", "B"), "frame") | dict.fromkeys(("y", "a", "b"), "series") | {"m": "model"}


def found(*lines: str, **kinds: str) -> list[tuple[str, int]]:
    """Kind and line of every leak of a notebook of one cell; its last line reports the metric."""
    source = "\n".join(lines)
    cell = Cell(number=1, source=f"import pandas as pd\nfrom sklearn.metrics import f1_score\n{source}")
    last = len(cell.source.splitlines())
    reported = (Reported(cell=1, line=last, name="f1_score", value=0.5),)
    run = Run(printed={}, reported=reported, names={**KINDS, **kinds})
    units, world = program([cell], run.names)
    target = find(units, run, world, wanted=None)
    first = 2 + sum(line.count("\n") + 1 for line in lines[:1])
    return [(leak.kind, leak.line - first) for leak in everywhere(slice_for(units, world, target), units, target)]


def test_a_notebook_without_leaks_has_none() -> None:
    assert found(BEGIN, SPLIT, FIT, JUDGE) == []


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('X["r"] = X["u"].map(df.groupby("u")["t"].mean())', "target"),
        ('X["r"] = df.t * 2', "target"),
        ('X["r"] = X["v"] + y', "target"),
        ("X, y = Smote().fit_resample(X, y)", "resampled"),
        ("X = pd.concat([X, X[y == 1]])", "resampled"),
        ('X["r"] = X["u"].shift(-1)', "time"),
    ],
)
def test_a_line_before_the_split_that_leaks_is_named(line: str, kind: str) -> None:
    said = found(BEGIN, line, SPLIT, FIT, JUDGE)
    assert (kind, 1) in said
    assert not {other for other, at in said if at == 1} - {kind}


@pytest.mark.parametrize(
    "line",
    [
        'df.groupby("u")["t"].mean()',
        'X = df.drop(columns=["t", "w"])',
        'X = X[df["t"].notna()]',
        'X = pd.concat([X, pd.get_dummies(df["w"])], axis=1)',
        'print(df["t"].mean(), y.mean())',
    ],
)
def test_looking_at_the_outcome_is_no_leak(line: str) -> None:
    assert [leak for leak in found(BEGIN, line, SPLIT, FIT, JUDGE) if leak[0] in ("target", "resampled")] == []


def test_a_cut_off_chosen_on_the_rows_that_judge_is_named() -> None:
    said = found(
        BEGIN,
        SPLIT,
        FIT,
        "p = m.predict_proba(B)[:, 1]",
        "s = [f1_score(b, p > c) for c in cuts]",
        "t = cuts[s.index(max(s))]",
        "print(f1_score(b, p > t))",
        p="array",
    )
    assert said == [("chosen", 5)]


def test_a_cut_off_chosen_on_other_rows_is_no_leak() -> None:
    said = found(
        BEGIN,
        SPLIT,
        "A, V, a, v = train_test_split(A, a, random_state=2)",
        FIT,
        "q = m.predict_proba(V)[:, 1]",
        "t = max(cuts, key=lambda c: f1_score(v, q > c))",
        "p = m.predict_proba(B)[:, 1]",
        "print(f1_score(b, p > t))",
        p="array",
        q="array",
        V="frame",
        v="series",
    )
    assert said == []


def test_a_setting_chosen_on_the_rows_that_judge_is_tuning() -> None:
    loop = "best = 0\nfor d in [1, 2]:\n    c = Tree(d).fit(A, a)\n    s = f1_score(b, c.predict(B))\n    if s > best:"
    said = found(BEGIN, SPLIT, f"{loop}\n        best, m = s, c", JUDGE)
    assert said == [("tuned", 6)]


@pytest.mark.parametrize(
    ("line", "leaks"),
    [
        ("m = Boost(early_stopping_rounds=5).fit(A, a, eval_set=[(B, b)])", [("tuned", 2)]),
        ("m = Boost(early_stopping_rounds=5).fit(A, a, eval_set=[(V, v)])", []),
        ("m = Boost().fit(A, a, eval_set=[(B, b)])", []),
        ("m = GridSearchCV(Tree(), grid).fit(X, y)", [("tuned", 2)]),
        ("m = GridSearchCV(Tree(), grid).fit(A, a)", []),
    ],
)
def test_training_that_watches_the_rows_that_judge_is_tuning(line: str, leaks: list[tuple[str, int]]) -> None:
    assert [leak for leak in found(BEGIN, SPLIT, line, JUDGE) if leak[0] == "tuned"] == leaks


@pytest.mark.parametrize(
    ("parts", "shared"),
    [
        ("tr = df.sample(frac=0.7)\nte = df.sample(frac=0.3)", True),
        ("tr = df\nte = df.sample(100)", True),
        ("tr = df[:80]\nte = df[70:]", True),
        ("tr = df[:80]\nte = df[80:]", False),
        ("tr = df.sample(frac=0.7)\nte = df.drop(tr.index)", False),
        ("tr, te = train_test_split(df)\ntr = pd.concat([tr, te])", True),
        ("tr, te = train_test_split(df)\ntr = pd.concat([tr, tr.sample(9)])", False),
    ],
)
def test_parts_that_share_rows_are_named(parts: str, shared: bool) -> None:
    apart = 'A, a = tr[["u"]], tr["t"]\nB, b = te[["u"]], te["t"]'
    said = found(BEGIN, f"{parts}\n{apart}", FIT, JUDGE, tr="frame", te="frame")
    assert said == ([("duplicates", 2)] if shared else [])


@pytest.mark.parametrize(
    ("split", "leaks"),
    [(SPLIT, [("time", 2)]), (SPLIT.replace("random_state=1", "shuffle=False"), [])],
)
def test_a_split_at_random_of_rows_with_dates_is_named(split: str, leaks: list[tuple[str, int]]) -> None:
    dated = 'X["month"] = pd.to_datetime(df["day"]).dt.month'
    assert found(BEGIN, dated, split, FIT, JUDGE) == leaks


def test_a_fit_inside_a_function_is_named_where_it_is_written() -> None:
    scaled = "def scaled(rows):\n    return Scaler().fit_transform(rows)\nX = scaled(X)"
    assert found(BEGIN, scaled, SPLIT, FIT, JUDGE) == [("fitter", 2)]

"""Chains, `pop`, `exec` and new names of columns are said so that each column can be followed by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.tidy.chains import spelled
from golive.tidy.code import code_of
from golive.tidy.notebook import Cell
from golive.tidy.program import program
from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def said(code: str, **constants: object) -> str:
    units, world = program([Cell(number=3, source=code)], {"df": "frame", "raw": "frame"})
    return "\n".join(code_of(part.code) for unit in units for part in spelled(unit, world, constants))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            'df = df.assign(a=lambda d: d["u"] + 1, b=lambda d: d.a * 2).drop(columns=["u"])',
            'df["a"] = df["u"] + 1\ndf["b"] = df.a * 2\ndf = df.drop(columns=["u"])',
        ),
        (
            'df = raw.assign(a=1)[["a", "v"]]',
            'df = raw.copy()\ndf["a"] = 1\ndf = df[["a", "v"]]',
        ),
        (
            'df = (\n    raw.dropna(subset=["v"])\n    # gross, not net\n'
            '    .assign(a=lambda x: x["v"] / 12)  # a month\n'
            "    .pipe(pd.get_dummies, columns=['k'])\n)",
            'df = raw.dropna(subset=["v"])\n# gross, not net\n# a month\ndf["a"] = df["v"] / 12\n'
            'df = pd.get_dummies(df, columns=["k"])',
        ),
        (
            "df = df.pipe(lambda t: t[t.u > 0]).assign(w=2)",
            'df = df[df.u > 0]\ndf["w"] = 2',
        ),
        ('y = df.pop("t")', 'y = df["t"]\ndf = df.drop(columns=["t"])'),
        ('df.pop("id")', 'df = df.drop(columns=["id"])'),
        (
            'df["a"], names = pd.factorize(df["a"])',
            'names = pd.factorize(df["a"])[1]\ndf["a"] = pd.factorize(df["a"])[0]',
        ),
        (
            "for name, rule in {'r': \"df['u'] / df['v']\"}.items():\n    exec(f\"df['{name}'] = {rule}\")",
            "df['r'] = df['u'] / df['v']",
        ),
        (
            "for c in ['u', 'v']:\n    exec('df[\"{0}_2\"] = df[\"{0}\"] ** 2'.format(c))",
            'df["u_2"] = df["u"] ** 2\ndf["v_2"] = df["v"] ** 2',
        ),
        (
            "for a, b in zip(['u', 'v'], NEW):\n    df[b] = eval('df.' + a + ' > 0')",
            'df["p"] = df.u > 0\ndf["q"] = df.v > 0',
        ),
        ('exec(\'df["a"] = 1; df["b"] = 2\')', "df['a'] = 1\ndf['b'] = 2"),
    ],
)
def test_a_long_statement_is_said_in_short_ones(code: str, expected: str) -> None:
    assert said(code, NEW=["p", "q"]) == expected


@pytest.mark.parametrize(
    "code",
    [
        'df = df.assign(a=1, b=df["a"])',  # the frame as it was before the chain
        "df = df.assign(**more)",
        "df = df.assign(a=1).merge(df, on='k')",
        "df = make().assign(a=1)",
        'x = stack.pop("t")',
        "for c in names:\n    exec(f\"df['{c}'] = 1\")",
        "for c in ['u']:\n    exec('df[c] = 1')",
        "for c in ['u']:\n    exec(f\"df['{c:>3}'] = 1\")",
        "exec(text)",
        "exec('df[')",
    ],
)
def test_what_is_not_understood_stays_as_it_is(code: str) -> None:
    assert said(code) == code


READ = """
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
"""
JUDGED = """
A, B, a, b = train_test_split(d.drop(columns="happened"), d["happened"], test_size=0.3, random_state=2)
rf = RandomForestClassifier(n_estimators=10, random_state=0).fit(A, a)
print(roc_auc_score(b, rf.predict_proba(B)[:, 1]))
"""


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        (
            'd = (pd.read_csv("rows.csv").rename(columns=str.upper)\n'
            '     .assign(happened=lambda x: x["T"] == 1, share=lambda x: x["U"] / (x["V"].fillna(0) + 1))\n'
            '     .drop(columns="T").fillna(-1))',
            "T",
        ),
        (
            'd = pd.read_csv("rows.csv")\nd.rename(columns={"t": "happened"}, inplace=True)\n'
            "d.fillna(d.median(), inplace=True)",
            "t",
        ),
        (
            'd = pd.read_csv("rows.csv")\nd = d.rename(columns={"v": "second", "t": "last"})\n'
            'd["happened"] = d["last"].map({0: "no", 1: "yes"})\n'
            'd = d.drop(columns=["last"])\nd = d.fillna(d.mean(numeric_only=True))',
            "t",
        ),
        (
            'd = pd.read_csv("rows.csv")\nd.columns = ["first", "second", "happened"]\n'
            'd["second"] = d["second"].fillna(d["second"].mean())',
            "happened",
        ),
    ],
)
def test_new_names_of_columns_are_followed_to_the_raw_rows(
    cell: str, outcome: str, notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(READ, cell, JUDGED), tmp_path / "out")
    assert (record.shape, record.why_stages, record.outcome) == ("rows", "", outcome)
    assert [metric.kept for metric in record.metrics] == [metric.notebook for metric in record.metrics]

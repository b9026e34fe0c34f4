"""Categories, edges and tables by group are learned: one row gets what it got among the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from golive.tidy.book import Book
from golive.tidy.code import code_of
from golive.tidy.learned import learning
from golive.tidy.neighbours import refuse_neighbours
from golive.tidy.notebook import Cell
from golive.tidy.program import program
from golive.tidy.run import tidy_notebook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = pd.DataFrame(
    {
        "a": [3.5, np.nan, 1.0, 8.0, 2.5, 2.5, np.nan, 9.0, 4.0, 6.5],
        "k": ["y", "x", "z", "x", None, "y", "z", "x", "y", "x"],
        "j": ["p", "q", "q", "p", "p", "q", "p", "q", "q", "p"],
        "n": [3, 1, 2, 2, 3, 1, 1, 3, 2, 1],
    }
)


def learned(code: str) -> str:
    units, _ = program([Cell(number=3, source=code)], {})
    book = Book()
    return "\n".join(code_of(line) for unit in units for line in learning(unit, {"df"}, book))


def run(code: str, df: pd.DataFrame, entries: dict[str, Any]) -> pd.DataFrame:
    names: dict[str, Any] = {"df": df.copy(), "learned": entries, "pd": pd, "np": np}
    exec(code, names)
    cleaned: pd.DataFrame = names["df"]
    return cleaned


@pytest.mark.parametrize(
    "code",
    [
        'df["b"] = df["k"].astype("category").cat.codes',
        'df["b"] = df.k.fillna("none").str.upper().astype("category").cat.codes + 1',
        'df["k"] = df["k"].astype("category")\ndf["b"] = df["k"].cat.codes',
        'for c in ["k", "j"]:\n    df[c] = df[c].astype("category").cat.codes',
        'df["b"] = pd.Categorical(df["k"]).codes',
        'df["b"] = df["k"].fillna(df["k"].mode()[0]).astype("category").cat.codes',
        'df["b"] = pd.factorize(df["k"])[0]',
        'df["b"] = df["k"].factorize(sort=True)[0]',
        'for c in ("k", "j"):\n    df[c + "_code"] = pd.factorize(df[c])[0]',
        'df["b"] = pd.qcut(df["a"], 4, labels=False)',
        'df["b"] = pd.qcut(df["n"], q=4, labels=False, duplicates="drop")',
        'df["b"] = pd.qcut(df["a"], [0, 0.3, 1], labels=["low", "high"])',
        'df["b"] = pd.cut(df["a"], 3, labels=False)',
        'df["b"] = pd.cut(df["a"], bins=3, labels=["u", "v", "w"])',
        'df["b"] = df.groupby(["k", "j"])["a"].transform("median")',
        'df["a"] = df["a"].fillna(df.groupby(["j", "n"])["a"].transform("mean")).fillna(0)',
        'df["a"] = df.groupby("k")["a"].transform(lambda s: s.fillna(s.median()))',
        'df["b"] = df.groupby(["j"])["a"].transform(lambda part: (part - part.mean()) / part.std())',
        'df["b"] = df.groupby("j")["a"].transform(lambda x: x.max()) - df["a"]',
        'df["b"] = df.groupby("j")["a"].transform(np.mean)',
        'df["b"] = df["k"].map(df["k"].value_counts())',
        'df["b"] = df["k"].map(df["k"].value_counts(normalize=True).to_dict())',
        'top = df["k"].value_counts().head(2).index\ndf["b"] = df["k"].where(df["k"].isin(top), "other")',
        'df["b"] = df["a"] / df["a"].dropna().max()',
        'df = df.merge(df.groupby("j")["a"].agg(["mean", "std"]).reset_index(), on="j", how="left")',
        'df = pd.merge(df, df.groupby(["j", "n"])["a"].mean().rename("m").reset_index(), how="left", on=["j", "n"])',
    ],
)
def test_a_row_by_itself_gets_what_it_got_among_the_others(code: str) -> None:
    for unit in program([Cell(number=3, source=code)], {})[0]:
        refuse_neighbours(unit, {"df"})
    entries: dict[str, Any] = {}
    said = learned(code)
    batch = run(said, ROWS, entries)
    assert entries
    pd.testing.assert_frame_equal(
        batch.astype(object), run(code, ROWS, {}).astype(object), check_dtype=False, check_index_type=False
    )
    for place in range(len(ROWS)):
        alone = run(said, ROWS.iloc[[place]], dict(entries)).astype(object)
        pd.testing.assert_frame_equal(
            alone.reset_index(drop=True), batch.astype(object).iloc[[place]].reset_index(drop=True), check_dtype=False
        )


def test_what_is_learned_reads_as_it_would_be_written_by_hand() -> None:
    code = 'df["a"] = df.groupby("k")["a"].transform(lambda s: s.fillna(s.median()))'
    assert learned(code) == (
        'df["a"] = df["a"].fillna(df["k"].map(learned.setdefault("median of a by k", '
        'df.groupby("k")["a"].median()))).where(df["k"].notna())'
    )


READ = """
import pandas as pd
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier
people = pd.read_csv("rows.csv")
people["band"] = people["u"] // 20
"""
JUDGED = """
one, two, y1, y2 = train_test_split(people.drop(columns=["t"]), people["t"], test_size=0.25, random_state=4)
tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(one.fillna(-1), y1)
print(roc_auc_score(y2, tree.predict_proba(two.fillna(-1))[:, 1]))
"""


@pytest.mark.parametrize(
    "cell",
    [
        'per_band = people.groupby("band")["v"].agg(["mean", "count"]).reset_index()\n'
        'per_band.columns = ["band", "v_mean", "v_n"]\npeople = people.merge(per_band, how="left", on="band")',
        'sizes = people["band"].value_counts().to_dict()\npeople["size"] = people["band"].map(sizes)',
        'means = people.groupby("band")["v"].mean()\nmeans = means / means.max()\n'
        'people = people.join(means.rename("v_share"), on="band")',
    ],
)
def test_a_table_taken_from_the_rows_is_looked_up(
    cell: str, notebook: Callable[..., Path], rows: Path, tmp_path: Path
) -> None:
    record = tidy_notebook(notebook(READ, cell, JUDGED), tmp_path / "out")
    assert (record.shape, record.why_stages) == ("rows", "")
    assert [metric.kept for metric in record.metrics] == [metric.notebook for metric in record.metrics]

"""What is taken over rows becomes an entry that a later row can use; what cannot is refused by cell and line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.tidy.book import Book, Obstacle
from golive.tidy.code import code_of
from golive.tidy.learned import learning, statistics
from golive.tidy.notebook import Cell
from golive.tidy.program import Unit, program


def unit_of(code: str) -> Unit:
    return program([Cell(number=3, source=code)], {})[0][0]


def learned(code: str, *rows: str) -> str:
    return "\n".join(code_of(line) for line in learning(unit_of(code), set(rows or ("df",)), Book()))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('a = df["a"].median()', 'a = learned.setdefault("median of a", df["a"].median())'),
        ("a = df.a.std()", 'a = learned.setdefault("standard deviation of a", df.a.std())'),
        ('a = np.nanmean(df["a"])', 'a = learned.setdefault("mean of a", np.nanmean(df["a"]))'),
        ('a = df["a"].quantile(0.9)', 'a = learned.setdefault("quantile 0.9 of a", df["a"].quantile(0.9))'),
        (
            'df["a"] = df["a"].fillna(df["a"].mode()[0])',
            'df["a"] = df["a"].fillna(learned["most frequent value of a"] if "most frequent value of a" in learned '
            'else learned.setdefault("most frequent value of a", df["a"].mode()[0]))',
        ),
        (
            'df["m"] = df.groupby("k")["a"].transform("mean")',
            'df["m"] = df["k"].map(learned.setdefault("mean of a by k", df.groupby("k")["a"].mean()))',
        ),
        (
            'for c in ["a"]:\n    df[c] = df[c].fillna(df[c].mean())',
            'for c in ["a"]:\n    df[c] = df[c].fillna(learned.setdefault(f"mean of {c}", df[c].mean()))',
        ),
        (
            'for c in ["a"]:\n    df[c] = df[c] / df[c].abs().max()',
            'for c in ["a"]:\n    df[c] = df[c] / learned.setdefault(f"maximum of {c}", df[c].abs().max())',
        ),
        (
            'for c in ["a"]:\n    df[c] = df[c] - (df[c] / df["b"]).mean()',
            """for c in ["a"]:\n    df[c] = df[c] - learned.setdefault(f"mean of df[c] / df['b'], {c}", """
            '(df[c] / df["b"]).mean())',
        ),
        ('df["s"] = df[["a", "b"]].sum(axis=1)', 'df["s"] = df[["a", "b"]].sum(axis=1)'),
        ('df["n"] = df["t"].str.count("x")', 'df["n"] = df["t"].str.count("x")'),
        ("a = other.mean()", "a = other.mean()"),
        (
            'df = pd.get_dummies(df, columns=["k"])',
            'df = pd.get_dummies(df, columns=["k"])\n'
            'df = df.reindex(columns=learned.setdefault("columns after get_dummies", list(df.columns)), '
            "fill_value=False)",
        ),
    ],
)
def test_a_number_over_rows_becomes_an_entry(code: str, expected: str) -> None:
    assert learned(code) == expected


def test_two_numbers_of_one_name_are_two_entries() -> None:
    book = Book()
    for _ in range(2):
        text = code_of(learning(unit_of('a = df["a"].mean()'), {"df"}, book)[0])
    assert text == 'a = learned.setdefault("mean of a (2)", df["a"].mean())'


@pytest.mark.parametrize(
    "code",
    [
        'df["b"] = df["a"].shift(1)',
        'df["b"] = df["a"].rolling(3).mean()',
        'df["b"] = df["a"].ffill()',
        'df["b"] = df["a"].rank()',
        "df = df.sort_values('a')",
        'df["b"] = df.groupby("k")["a"].transform(lambda s: s.rank())',
        'df["b"] = df.groupby("k")["a"].transform("cumsum")',
        'df["b"] = df.groupby(["k", c])["a"].transform("mean")',
        'df = df.merge(df.groupby("k")["a"].mean(), on="k")',
        'df = df.merge(df[["k", "a"]], on="k", how="left")',
        'df["b"] = pd.qcut(df["a"].shift(), 4)',
        'df["b"] = pd.cut(df[c], 4)',
    ],
)
def test_rows_that_look_at_their_neighbours_are_an_obstacle(code: str) -> None:
    with pytest.raises(Obstacle, match="cell 3, line 1"):
        learned(code)


def test_what_is_taken_over_rows_is_listed_with_its_line() -> None:
    sites = statistics(unit_of('x = (\n    df["a"].mean()\n    + df["b"].max()\n)'), {"df"})
    assert [(site.cell, site.line, site.what) for site in sites] == [(3, 2, "mean of a"), (3, 3, "maximum of b")]


CLEANING = """
df["a"] = df["a"].fillna(df["a"].median())
df["high"] = (df["a"] > df["a"].quantile(0.75)).astype(int)
df["by"] = df["a"] - df.groupby("k")["a"].transform("mean")
df["k"] = df["k"].fillna(df["k"].mode()[0])
kinds = pd.get_dummies(df["k"])
df = pd.concat([df, kinds], axis=1)
df = pd.get_dummies(df, columns=["k"], drop_first=True, dtype=int)
"""


def cleaning(code: str) -> str:
    units, _ = program([Cell(number=1, source=code)], {})
    book = Book()
    return "\n".join(code_of(line) for unit in units for line in learning(unit, {"df", "kinds"}, book))


def run(code: str, df: pd.DataFrame, entries: dict[str, object]) -> pd.DataFrame:
    names: dict[str, Any] = {"df": df.copy(), "learned": entries, "pd": pd}
    exec(code, names)
    cleaned: pd.DataFrame = names["df"]
    return cleaned


numbers = st.one_of(st.none(), st.floats(-100, 100).map(lambda x: round(x, 2)))


@settings(max_examples=12, deadline=None)  # pandas is slow, and slower on a busy machine
@given(st.lists(st.tuples(numbers, st.sampled_from(["x", "y", "z", None])), min_size=4, max_size=12))
def test_a_cleaning_that_learned_gives_every_row_what_the_batch_gave(
    rows: list[tuple[float | None, str | None]],
) -> None:
    df = pd.DataFrame([*rows, (1.0, "x"), (2.0, "y")], columns=["a", "k"]).astype({"a": float})
    entries: dict[str, object] = {}
    batch = run(cleaning(CLEANING), df, entries)
    pd.testing.assert_frame_equal(batch, run(CLEANING, df, {}), check_dtype=False)
    for place in range(len(df)):
        alone = run(cleaning(CLEANING), df.iloc[[place]], dict(entries))
        np.testing.assert_allclose(alone.to_numpy(float), batch.iloc[[place]].to_numpy(float), rtol=1e-12)

"""A replay never learns anything from the rows it cleans, and what the function learned is listed."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from golive.engine.builder import Builder
from golive.errors import InputError
from golive.pack.trace import trace
from golive.records.contract import Kind

if TYPE_CHECKING:
    from collections.abc import Callable


def learning(df: Any, learned: dict[str, Any] | None = None) -> Any:
    """Everything that can be learned, written the way tidy writes it: learned once, used again."""
    learned = {} if learned is None else learned
    df = df.copy()
    df["Income"] = df["Income"].fillna(learned.setdefault("median of Income", df["Income"].median()))
    top = learned.setdefault("top", df["Job"].value_counts().index[:1].tolist())
    df["Job"] = df["Job"].where(df["Job"].isin(top), "other")
    df["Debt"] = df["Debt"].clip(upper=learned.setdefault("high", df["Debt"].quantile(0.8)))
    table = learned.setdefault("by home", df.groupby("Home")["Amount"].mean())
    df["typical"] = df["Home"].map(table)
    df["z"] = df["Price"] - learned.setdefault("mean", df["Price"].mean())
    df["z"] /= learned.setdefault("std", df["Price"].std())
    share = learned.setdefault("share", df["Records"].value_counts(normalize=True).to_dict())
    df["share"] = df["Records"].map(share)
    df["rows"] = learned.setdefault("rows", len(df))
    return df


def test_a_replay_uses_the_aggregates_of_training(train: pd.DataFrame, unseen: pd.DataFrame) -> None:
    learned: dict[str, Any] = {}
    expected_train = learning(train, learned)
    expected = learning(unseen, learned)  # by pandas alone
    assert unseen["Income"].median() != train["Income"].median()
    traced = trace(learning, train, Builder(), kinds(train))
    pd.testing.assert_frame_equal(traced.frame, expected_train)
    pd.testing.assert_frame_equal(traced.replay(unseen), expected)
    pd.testing.assert_frame_equal(traced.replay(unseen.iloc[[3]]), expected.iloc[[3]])


def test_graph_equals_the_cleaning_with_learned_aggregates(equal: Callable[..., Any]) -> None:
    equal(learning)


def test_one_row_alone_gets_all_dummy_columns(train: pd.DataFrame) -> None:
    traced = trace(lambda df: pd.get_dummies(df[["Home", "Job"]], drop_first=True), train, Builder(), kinds(train))
    alone = traced.replay(train.iloc[[5]])
    pd.testing.assert_frame_equal(alone, traced.frame.iloc[[5]])


def test_what_was_frozen_is_listed_with_its_place(train: pd.DataFrame) -> None:
    traced = trace(learning, train, Builder(), kinds(train))
    listed = {frozen.what: frozen for frozen in traced.frozen}
    assert listed["median of Income"].value == str(train["Income"].median())
    assert listed["number of rows"].value == "60"
    assert listed["mean of Amount by Home"].value == "5 groups"
    lines, start = inspect.getsourcelines(learning)
    line = next(start + at for at, line in enumerate(lines) if "quantile" in line)
    assert listed["quantile 0.8 of Debt"].where == f"test_trace_replay.py:{line}"
    assert {frozen.where.partition(":")[0] for frozen in traced.frozen} == {"test_trace_replay.py"}


def test_an_aggregate_of_some_rows_is_frozen_as_such(train: pd.DataFrame, equal: Callable[..., Any]) -> None:
    def clean(df: Any) -> Any:
        rich = df[df["Income"] > 100]
        df["a"] = df["Age"] - rich["Age"].mean()
        df["b"] = df["Debt"] - df.loc[df["Home"] == "rent", "Debt"].dropna().median()
        df["c"] = df["Income"] / df.dropna(subset=["Job"])["Income"].max()
        return df

    traced = equal(clean)
    assert [frozen.what for frozen in traced.frozen] == [
        "mean of Age (some rows)",
        "median of Debt (some rows)",
        "max of Income (some rows)",
    ]


def test_a_frozen_value_cannot_be_changed_afterwards(equal: Callable[..., Any]) -> None:
    def clean(df: Any) -> Any:
        table = df.groupby("Home")["Age"].mean()
        table["castle"] = -5.0
        table *= 2
        df["x"] = df["Home"].map(table)
        return df

    equal(clean)


def test_a_column_made_of_what_is_no_input_has_no_node(train: pd.DataFrame) -> None:
    def clean(df: Any) -> Any:
        df["y"] = (df["Records"] == "yes").astype(int)
        df["both"] = df["y"] + df["Age"]
        df["by row"] = df.apply(lambda r: 1 if r["Records"] == "yes" else r["Age"], axis=1)
        df["dummy"] = df["Records"].apply(lambda x: len(x))
        return df.drop(columns="Records")

    known = {name: kind for name, kind in kinds(train).items() if name != "Records"}
    traced = trace(clean, train, Builder(), known)
    assert set(traced.frame.columns) - set(traced.columns) == {"y", "both", "by row", "dummy"}
    assert traced.depends["both"] == ("Age", "Records")
    assert traced.depends["y"] == ("Records",)
    assert "Records" in traced.depends["by row"]


def test_a_column_that_is_only_dropped_may_be_of_any_type(train: pd.DataFrame) -> None:
    rows = train.assign(When=pd.Timestamp("2020-01-01"), Mixed=[1, "a"] * 30)

    def clean(df: Any) -> Any:
        df = df.rename(columns={"Age": "age"})
        df["x"] = df["age"] + df[df["age"] > 30]["Debt"].mean()
        return df.drop(columns=["When", "Mixed"])

    traced = trace(clean, rows, Builder(), kinds(train))
    assert "x" in traced.columns


def test_rows_on_which_pandas_raises_are_guarded(train: pd.DataFrame) -> None:
    def clean(df: Any) -> Any:
        df["x"] = df["Home"].map({"rent": 1, "owner": 2, "Parents ": 3, "other-flat": 4, "": 5}).astype(int)
        return df

    traced = trace(clean, train, Builder(), kinds(train))
    assert traced.guards
    strange = train.iloc[[0]].assign(Home="castle")
    with pytest.raises(InputError, match="stopped with"):
        traced.replay(strange)


def test_a_replay_needs_the_columns_of_training(train: pd.DataFrame) -> None:
    traced = trace(lambda df: df, train, Builder(), kinds(train))
    with pytest.raises(InputError, match="lack the column `Age`"):
        traced.replay(train.drop(columns="Age"))


def test_a_replay_takes_types_as_a_file_gives_them(train: pd.DataFrame) -> None:
    traced = trace(lambda df: df.assign(x=df["Income"] + df["Age"]), train, Builder(), kinds(train))
    rows = pd.DataFrame(train.astype(object).to_dict("records")).infer_objects()
    rows["Age"] = rows["Age"].astype(float)
    got = traced.replay(rows)
    assert got.dtypes.equals(traced.frame.dtypes)
    assert np.array_equal(got["x"].to_numpy(), traced.frame["x"].to_numpy(), equal_nan=True)


def test_the_training_frame_is_left_as_it_was(train: pd.DataFrame) -> None:
    before = train.copy()
    trace(lambda df: df.fillna(0), train.drop(columns=["Job"]), Builder(), kinds(train))
    pd.testing.assert_frame_equal(train, before)


def kinds(rows: pd.DataFrame) -> dict[str, Kind]:
    texts = ("Home", "Job", "Records")
    special = {**dict.fromkeys(texts, Kind.text), "Married": Kind.boolean}
    return {str(name): special.get(str(name), Kind.number) for name in rows}

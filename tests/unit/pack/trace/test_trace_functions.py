"""Python functions in apply: every way through them is in the graph, also the ways that raise."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

CASES: list[Callable[[Any], Any]] = []
POINTS = {"fixed": 3, "freelance": 2}
GOOD = {"fixed", "part time"}
LIMIT = 100.0


def case(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    CASES.append(clean)
    return clean


@pytest.mark.parametrize("clean", CASES, ids=lambda clean: clean.__name__)
def test_graph_equals_pandas(clean: Any, equal: Callable[..., Any]) -> None:
    equal(clean)


def helper(x: Any, factor: float = 2.0) -> Any:
    if x > LIMIT:
        return x * factor
    return -x


@case
def branches(df: Any) -> Any:
    def band(age: Any) -> str:
        if age < 25:
            return "young"
        if age < 40 and age != 30:
            return "middle"
        if not age > 60:
            return "old"
        return "very old"

    df["a"] = df["Age"].apply(band)
    df["b"] = df["Income"].apply(lambda x: 1 if x > 100 else 0)
    df["c"] = df["Income"].apply(lambda x: x if x > 50 or x != x else -1.0)
    df["d"] = df["Income"].apply(helper)
    df["e"] = df["Debt"].apply(helper, factor=3)
    df["f"] = df["Debt"].apply(helper, args=(5,))
    df["g"] = df["Age"].apply(lambda x: x % 2 == 0)
    df["h"] = df["Age"].apply(lambda a: 20 < a <= 40)
    df["i"] = df["Age"].map(lambda a: min(max(a, 20), 50))
    df["j"] = df["Income"].apply(lambda x: 0 if pd.isna(x) else x / 2)
    df["k"] = df["Income"].apply(lambda x: -1 if np.isnan(x) else np.log1p(x))
    df["l"] = df["Income"].apply(lambda x: x and 1.0)
    return df


@case
def missing_values(df: Any) -> Any:
    df["a"] = df["Job"].apply(lambda x: "none" if pd.isnull(x) else x.lower())
    df["b"] = df["Job"].apply(lambda x: x if isinstance(x, str) else "other")
    df["c"] = df["Job"].map(lambda x: len(x), na_action="ignore")
    df["d"] = df["Income"].apply(lambda x: 0 if x is None else x)
    df["e"] = df["Home"].apply(lambda x: "empty" if not x else "full")
    df["f"] = df["Income"].apply(lambda x: isinstance(x, float))
    df["g"] = df["Age"].apply(lambda x: isinstance(x, str))
    df["h"] = df["Income"].apply(lambda x: math.nan if x < 50 else x)
    df["i"] = df["Job"].apply(lambda x: 1 if x == "fixed" else (0 if x != "freelance" else 2))
    return df


@case
def tables(df: Any) -> Any:
    df["a"] = df["Job"].apply(lambda x: POINTS.get(x, 0))
    df["b"] = df["Job"].apply(lambda x: POINTS[x] if x in POINTS else -1)  # noqa: SIM401
    df["c"] = df["Job"].apply(lambda x: x in GOOD)
    df["d"] = df["Job"].apply(lambda x: 1 if x not in ("fixed", "freelance") else 0)
    df["e"] = df["Records"].apply(lambda x: {"yes": 1, "no": 0}[x])
    df["f"] = df["Amount"].apply(lambda x: x in [0, 500.0, "a"])
    df["g"] = df["Job"].apply(lambda x: POINTS.get(x) or 9)

    def safe(x: Any) -> Any:
        value = POINTS.get(x)
        if value is None:
            return 0
        return value + 1

    df["h"] = df["Job"].apply(safe)
    return df


@case
def raising(df: Any) -> Any:
    df["a"] = df["Price"].apply(lambda x: 1 / x)
    df["b"] = df["Age"].apply(lambda x: math.log(x))
    df["c"] = df["Price"].apply(int)
    df["d"] = df["Price"].apply(lambda x: x // 3 + 100 % x)
    df["e"] = df["Age"].apply(lambda x: math.sqrt(x - 18))
    df["f"] = df["Age"].apply(lambda x: x**2 + x**-1)
    df["g"] = df["Home"].apply(lambda x: x[:1].upper() + x[1:])
    df["h"] = df["Records"].apply(lambda x: x[0])
    df["i"] = df["Age"].apply(lambda x: math.floor(x / 10) + round(x / 7) + abs(x - 40))
    df["j"] = df["Age"].apply(lambda x: math.exp(x / 10))

    def strict(x: Any) -> Any:
        if x < 0:
            raise ValueError(f"{x} is below zero: {x!r}")
        return x

    df["k"] = df["Amount"].apply(strict)
    return df


@case
def caught(df: Any) -> Any:
    def safe(x: Any) -> Any:
        try:
            return int(x)
        except ValueError:
            return -1

    def ratio(x: Any) -> Any:
        try:
            return 100 / x
        except ZeroDivisionError:
            return 0
        finally:
            pass

    def first(x: Any) -> Any:
        try:
            return x.split("-")[1]
        except (IndexError, AttributeError):
            return "none"

    def anything(x: Any) -> Any:
        try:
            return x.lower()
        except Exception:
            return "?"

    df["a"] = df["Income"].apply(safe)
    df["b"] = df["Amount"].apply(ratio)
    df["c"] = df["Home"].apply(first)
    df["d"] = df["Job"].apply(anything)
    return df


@case
def text(df: Any) -> Any:
    df["a"] = df["Home"].apply(lambda x: x.strip().replace("-", " "))
    df["b"] = df["Home"].apply(lambda x: f"{x}_{x.lower()}!")
    df["c"] = df["Home"].apply(lambda x: "r" in x)
    df["d"] = df["Home"].apply(lambda x: x.startswith(("r", "o")) or x.endswith("t"))
    df["d2"] = df["Home"].apply(lambda x: x.removeprefix("r").removesuffix("er"))
    df["e"] = df["Home"].apply(len)
    df["f"] = df["Home"].apply(str.upper)
    df["g"] = df["Job"].apply(lambda x: str(x))
    df["h"] = df["Home"].apply(lambda x: x + "/" + x[:2])
    df["i"] = df["Job"].apply(lambda x: f"job: {x}")
    return df


@case
def rows(df: Any) -> Any:
    def score(row: Any) -> Any:
        points = 0
        if row["Age"] > 30:
            points += 1
        if row["Job"] in ("fixed", "freelance"):
            points += 2
        if pd.isna(row["Income"]):
            return points
        return points + row["Income"] / 100

    df["a"] = df.apply(score, axis=1)
    df["b"] = df.apply(lambda r: r.Amount / r.Price if r.Price > 0 else 0, axis=1)
    df["c"] = df[["Income", "Debt"]].apply(lambda r: r["Income"] / r["Debt"], axis=1)
    df["d"] = df.apply(lambda r: "both" if r["Married"] and r["Records"] == "yes" else r["Home"], axis=1)
    df["e"] = df.apply(lambda r: max(r["Income"], r["Debt"]), axis=1)
    df["f"] = df.apply(lambda r: r.get("Age", 0) + r.get("Nothing", 1), axis=1)
    df["g"] = df.apply(lambda r: f"{r['Home']}-{r['Records']}", axis="columns")
    return df


@case
def several_cells_of_a_row(df: Any) -> Any:
    df["a"] = df.apply(lambda r: 0 if r[["Income", "Debt", "Job"]].isna().any() else 1, axis=1)
    df["b"] = df[["Age", "Price", "Income"]].apply(lambda r: r.sum() / r.max(), axis=1)
    df["c"] = df[["Income", "Debt"]].apply(lambda r: r.mean() if r.notna().all() else r.min(), axis=1)
    df["d"] = df.apply(lambda r: r.isnull().sum(), axis=1)
    df["e"] = df[["Age", "Amount"]].apply(lambda r: r["Age"] / r[["Amount", "Age"]].min(), axis=1)
    return df


@case
def aggregates_inside(df: Any) -> Any:
    mean = df["Income"].mean()
    counts = df["Home"].value_counts().to_dict()
    df["a"] = df["Income"].apply(lambda x: x > mean)
    df["b"] = df["Home"].apply(lambda x: counts.get(x, 0))
    df["c"] = df["Debt"].apply(lambda x: x - df["Age"].max() if x > 0 else df["Age"].min())
    return df


@case
def numpy_inside(df: Any) -> Any:
    df["a"] = df["Price"].apply(np.log1p)
    df["b"] = df["Price"].apply(lambda x: np.sqrt(x) + np.maximum(x, 10))
    df["c"] = df["Amount"].apply(lambda x: 1 / np.log(x + 1))
    df["d"] = df[["Age", "Price"]].apply(lambda r: np.round(r["Price"] / 3, 1), axis=1)
    return df


def test_each_way_through_a_function_is_one_branch(equal: Callable[..., Any]) -> None:
    def clean(df: Any) -> Any:
        def deep(x: Any) -> Any:
            total = 0
            for edge in (20, 25, 30, 35, 40, 45):
                if x > edge:
                    total += edge
            return total

        df["a"] = df["Age"].apply(deep)
        return df[["a"]]

    equal(clean)


def test_too_many_ways_are_refused(refused: Callable[..., Any]) -> None:
    def clean(df: Any) -> Any:
        def many(x: Any) -> Any:
            return sum(1 if x % n == 0 else 0 for n in range(2, 14))

        df["a"] = df["Age"].apply(many)
        return df

    refused(clean, "more than 512 ways")


def test_a_loop_that_depends_on_the_value_is_refused(refused: Callable[..., Any]) -> None:
    def clean(df: Any) -> Any:
        def down(x: Any) -> Any:
            while x > 10:
                x = x - 7
            return x

        df["a"] = df["Age"].apply(down)
        return df

    refused(clean, "more than 128 questions")


def test_a_function_of_one_kind_in_training_and_another_in_production_is_refused(refused: Callable[..., Any]) -> None:
    def clean(df: Any) -> Any:
        df["a"] = df["Age"].apply(lambda x: "unborn" if x < 0 else x)
        return df

    refused(clean, "text and number meet")

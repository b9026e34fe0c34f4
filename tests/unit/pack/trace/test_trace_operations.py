"""Each accepted operation: the graph gives what pandas gives, on training rows and on rows never seen."""

from __future__ import annotations

import copy
import functools
import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

CASES: list[Callable[[Any], Any]] = []
TYPICAL = {"fixed": 1.5, "freelance": 2.5}


def case(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
    CASES.append(clean)
    return clean


@pytest.mark.parametrize("clean", CASES, ids=lambda clean: clean.__name__)
def test_graph_equals_pandas(clean: Any, equal: Callable[..., Any]) -> None:
    equal(clean)


# Columns


@case
def nothing_at_all(df: Any) -> Any:
    return df


@case
def columns_made_renamed_and_dropped(df: Any) -> Any:
    df = df.drop(columns=["One"]).rename(columns={"Age": "age"})
    df["age2"] = df.age + 1
    df.insert(0, "first", df["age"] * 2)
    del df["Home"]
    job = df.pop("Job")
    df["job"] = job
    df = df.assign(total=lambda d: d["Debt"] + d["Price"], const=3, text="x")
    df.drop("Records", axis=1, inplace=True)
    df.columns = [c.lower() for c in df.columns]
    return df[["total", "age", "age2", "first", "job", "married", "const", "text"]]


@case
def columns_in_a_loop(df: Any) -> Any:
    for col in df.select_dtypes(include="number").columns:
        df[f"{col}_missing"] = df[col].isna().astype(int)
        df[col] = df[col].fillna(df[col].median())
    for col in ["Home", "Job"]:
        df[col] = df[col].fillna("unknown")
    return df.add_prefix("x_")


@case
def a_new_table(df: Any) -> Any:
    out = pd.DataFrame(index=df.index)
    out["a"] = df["Age"] / 2
    out["b"] = pd.Series(np.where(df["Income"].isna(), 1, 0), index=df.index)
    rest = pd.DataFrame({"c": df["Debt"], "d": 1.5})
    empty = pd.DataFrame()
    empty["e"] = df["Age"]
    return pd.concat([out, rest, df[["Home"]], empty], axis=1)


@case
def chained(df: Any) -> Any:
    return (
        df.copy()
        .assign(r=lambda d: d["Amount"] / d["Price"])
        .pipe(lambda d, k: d.assign(r2=d["r"] * k), 3)
        .drop(columns=["Home", "Job", "Records"])
        .fillna(0)
        .round({"r": 2, "r2": 1})
    )


@case
def columns_by_name(df: Any) -> Any:
    first = df.filter(like="e")
    second = df.loc[:, df.columns.str.startswith("A")]
    third = df.iloc[:, 2:4]
    return (
        first.join(second.add_suffix("_2"))
        .join(third.add_suffix("_3"))
        .reindex(columns=["Age", "Age_2", "Debt_3", "new"])
    )


# Missing values


@case
def fill_with_constants(df: Any) -> Any:
    df["a"] = df["Income"].fillna(0)
    df["b"] = df["Job"].fillna("none")
    df["c"] = df["Age"].fillna(0)
    df["d"] = df["Married"].fillna(False)
    df["e"] = df["Income"].fillna(np.nan)
    return df.fillna({"Debt": -1, "Income": 5})


@case
def fill_with_aggregates(df: Any) -> Any:
    df["a"] = df["Income"].fillna(df["Income"].mean())
    df["b"] = df["Income"].fillna(df["Income"].quantile(0.9))
    df["c"] = df["Job"].fillna(df["Job"].mode()[0])
    df["d"] = df["Debt"].fillna(df["Income"])
    df["e"] = df["Debt"].fillna(df.groupby("Home")["Debt"].transform("mean"))
    num = df.select_dtypes("number").columns
    df[num] = df[num].fillna(df[num].median())
    return df


@case
def missing_or_not(df: Any) -> Any:
    df["a"] = df["Income"].isna()
    df["b"] = df["Job"].notnull()
    df["c"] = pd.isna(df["Debt"]) | pd.isnull(df["Job"])
    df["d"] = df[["Income", "Debt", "Job"]].isna().sum(axis=1)
    df["e"] = np.isnan(df["Income"])
    df["f"] = df["Income"].combine_first(df["Debt"])
    df["g"] = df["Age"].combine_first(df["Income"])
    return df


# Arithmetic


@case
def arithmetic(df: Any) -> Any:
    df["a"] = df["Amount"] / df["Price"]
    df["b"] = df["Amount"] / df["Amount"]
    df["c"] = df["Age"] // 10 + df["Age"] % 7 - 3
    df["d"] = df["Debt"] // 7.5
    df["e"] = df["Debt"] % -3
    df["f"] = -(df["Income"] ** 2)
    df["g"] = 1 - df["Age"] * 0.1
    df["h"] = 100 // df["Amount"]
    df["i"] = df["Amount"] % df["Amount"]
    df["j"] = df["Amount"].sub(df["Price"]).mul(2).add(1).div(3)
    df["k"] = df["Debt"].abs() + abs(df["Amount"])
    df["l"] = df["Married"] + 1 + df["Married"] * df["Age"]
    df["m"] = df["Debt"].round(1) - df["Debt"].round()
    df["n"] = 5 % df["Age"]
    df["o"] = df["Debt"].rsub(3)
    df["p"] = np.inf * df["Debt"]
    return df


@case
def comparisons(df: Any) -> Any:
    df["a"] = df["Income"] > 100
    df["b"] = df["Income"] != 100
    df["c"] = df["Income"] == df["Amount"]
    df["d"] = (df["Age"] >= 30) & (df["Job"] == "fixed") | ~(df["Debt"] < 0)
    df["e"] = df["Job"] != "fixed"
    df["f"] = df["Job"] == df["Records"]
    df["g"] = df["Job"] == 5
    df["h"] = (df["Married"] == True) ^ (df["Married"] != df["a"])  # noqa: E712
    df["i"] = df["Income"].between(50, 200) | df["Age"].between(20, 30, inclusive="neither")
    df["j"] = df["Age"].le(30) & df["Age"].ne(25)
    df["k"] = df["Age"] > 40
    return df


@case
def ufuncs(df: Any) -> Any:
    df["a"] = np.log1p(df["Amount"])
    df["b"] = np.log(df["Amount"])
    df["c"] = np.sqrt(df["Debt"])
    df["d"] = np.exp(df["Debt"] / 1000)
    df["e"] = np.maximum(df["Income"], df["Debt"])
    df["f"] = np.minimum(df["Income"], 50)
    df["g"] = np.fmax(df["Income"], df["Debt"])
    df["h"] = np.sign(df["Debt"]) * np.abs(df["Debt"])
    df["i"] = np.floor(df["Debt"]) + np.ceil(df["Debt"]) + np.trunc(df["Debt"]) + np.rint(df["Debt"])
    df["j"] = np.clip(df["Debt"], 0, 100)
    df["k"] = np.round(df["Debt"], 1)
    df["l"] = np.square(df["Debt"]) + np.power(df["Age"], 2)
    df["m"] = np.isfinite(df["b"])
    df["n"] = np.isinf(df["b"])
    df["o"] = np.logical_and(df["Age"] > 30, df["Debt"] > 0)
    df[["p", "q"]] = np.log1p(df[["Age", "Price"]])
    df["r"] = np.log10(df["Price"]) + np.log2(df["Price"]) + np.expm1(df["Amount"] / 1e4) + np.tanh(df["Debt"])
    return df


@case
def clipping(df: Any) -> Any:
    df["a"] = df["Debt"].clip(lower=0)
    df["b"] = df["Debt"].clip(upper=df["Debt"].quantile(0.95))
    df["c"] = df["Income"].clip(10, 100)
    df["d"] = df["Age"].clip(upper=60.5)
    df[["Debt", "Income"]] = df[["Debt", "Income"]].clip(lower=0, upper=500)
    return df


# Types


@case
def casts(df: Any) -> Any:
    df["a"] = df["Debt"].fillna(0).astype(int)
    df["b"] = df["Age"].astype(float)
    df["c"] = df["Married"].astype("int64")
    df["d"] = df["Income"].astype(bool)
    df["e"] = df["Married"].astype(str)
    df["f"] = df["Home"].astype(str)
    df["g"] = df["Records"].astype("category")
    df["h"] = df["Home"].astype("category").cat.codes
    df["i"] = pd.to_numeric(df["Income"], errors="coerce")
    return df.astype({"Amount": "float64"})


@case
def categories_are_frozen(df: Any) -> Any:
    df["Home"] = df["Home"].astype("category")
    df["Age"] = df["Age"].astype("category")
    df["code"] = df["Home"].cat.codes
    df["same"] = df["Home"] == "rent"
    codes, values = pd.factorize(df["Job"])
    df["factor"] = codes
    df["some"] = df["Job"].isin(values[:1])
    return df


# Look-ups


@case
def maps(df: Any) -> Any:
    df["a"] = df["Records"].map({"yes": 1, "no": 0})
    df["b"] = df["Job"].map({"fixed": "stable", "freelance": "free"})
    df["c"] = df["Job"].map({"fixed": 1.5, "freelance": None}).fillna(-1)
    df["d"] = df["Amount"].map({0: "none", 500: "some", 1000.0: "more"})
    df["e"] = df["Married"].map({True: "yes", False: "no"})
    df["f"] = df["Job"].map(df["Job"].value_counts())
    df["g"] = df["Job"].map(df.groupby("Job")["Income"].mean())
    df["h"] = df["Home"].map(len)
    df["i"] = df["Job"].map({"fixed": 1, np.nan: 7})
    df["j"] = df["Records"].map({"yes": True, "no": False})
    df["k"] = df["Job"].map(TYPICAL)
    return df


@case
def replacements(df: Any) -> Any:
    df["a"] = df["Job"].replace("fixed", "stable")
    df["b"] = df["Job"].replace({"fixed": "freelance", "freelance": "fixed"})
    df["c"] = df["Home"].replace(["rent", "owner"], "known")
    df["d"] = df["Home"].replace(["rent", ""], ["r", "e"])
    df["e"] = df["Amount"].replace(0, 7)
    df["f"] = df["Amount"].replace(0, np.nan)
    df["g"] = (df["Amount"] / df["Amount"]).replace(np.nan, -1)
    df["h"] = np.log(df["Amount"]).replace([np.inf, -np.inf], 0)
    df["i"] = df["Home"].replace("", np.nan)
    df["j"] = (100 / df["Amount"]).replace(np.inf, np.nan).fillna(0)
    return df.replace({"Records": {"yes": "Y"}})


@case
def membership(df: Any) -> Any:
    top = df["Job"].value_counts().index[:2]
    df["a"] = df["Job"].isin(top)
    df["b"] = df["Age"].isin([20, 30, 40.0, "x"])
    df["c"] = ~df["Job"].isin(["fixed", np.nan])
    df["d"] = df["Job"].where(df["Job"].isin(top), "other")
    df["e"] = df["Income"].isin([np.nan, 100])
    df["f"] = df["Home"].isin({"rent"})
    df["g"] = df["Home"].isin([])
    return df


# Conditions


@case
def conditions(df: Any) -> Any:
    df["a"] = np.where(df["Age"] > 40, "old", "young")
    df["b"] = np.where(df["Income"] > 100, df["Income"], 0)
    df["c"] = np.where(df["Income"].isna(), -1, df["Age"])
    df["d"] = np.where(df["Job"].isna(), "?", df["Job"])
    df["e"] = np.where(df["Age"] > 30, np.where(df["Age"] > 50, 2, 1), 0) * 10 + df["Age"]
    df["f"] = np.select([df["Age"] < 30, df["Age"] < 50], ["young", "middle"], default="old")
    df["g"] = np.select([df["Income"] < 100, df["Debt"] > 0], [df["Income"], df["Debt"]], np.nan)
    df["h"] = df["Income"].where(df["Income"] > 50)
    df["i"] = df["Income"].mask(df["Income"] > 50, df["Debt"])
    df["j"] = df["Job"].where(df["Age"] > 30)
    df["k"] = np.where(df["Age"] > 40, True, False)
    df["l"] = np.where(df["Age"] > 40, df["Married"], 2)
    df["n"] = np.where(df["Income"] > 100, 1, 0).astype(float) / 3
    df["o"] = df["Income"].where(lambda s: s > 50, 0)
    return df


@case
def cells_written_by_a_condition(df: Any) -> Any:
    df.loc[df["Age"] < 30, "Income"] = 0
    df.loc[df["Income"].isna(), ["Income", "Debt"]] = -1
    df.loc[df["Job"].isna(), "Job"] = "none"
    df.loc[df["Age"] > 50, "senior"] = 1
    df.loc[df["Age"] > 60, "Debt"] = df["Income"]
    m = df["Amount"] > 500
    df.loc[m, "Price"] = df.loc[m, "Price"] * 2
    df["label"] = "low"
    df.loc[df["Amount"] > 1000, "label"] = "high"
    df.loc[:, "One"] = 2
    s = df["Debt"].copy()
    s[s < 0] = 0
    df["s"] = s
    return df


# Groups


@case
def groups(df: Any) -> Any:
    df["a"] = df.groupby("Home")["Income"].transform("median")
    df["b"] = df["Income"] / df.groupby("Home")["Income"].transform("mean")
    df["c"] = df.groupby(["Records", "Home"])["Debt"].transform("max")
    df["d"] = df.groupby("Home")["Income"].transform(lambda s: s.fillna(s.median()))
    df["e"] = df.groupby("Job")["Debt"].transform(lambda s: (s - s.mean()) / s.std())
    df["e2"] = df.groupby("Home")["Age"].transform(lambda s: (s.mean() + s).max() + s)
    df["f"] = df.groupby("Job", dropna=False)["Age"].transform("mean")
    df["g"] = df.groupby(df["Age"] > 40)["Amount"].transform("sum")
    df["h"] = df["Amount"].groupby(df["Records"]).transform("min")
    df["i"] = df.groupby("Home")["Home"].transform("count") / len(df)
    df["j"] = df.groupby(["Amount", "Job"], dropna=False)["Age"].transform("mean")
    df[["k", "l"]] = df.groupby("Records")[["Age", "Amount"]].transform("mean")
    df["m"] = df.groupby("Records")["Job"].transform(lambda s: s.fillna(s.mode()[0]))
    return df


@case
def merges(df: Any) -> Any:
    mean = df.groupby("Job", as_index=False)["Income"].mean().rename(columns={"Income": "typical"})
    df = df.merge(mean, on="Job", how="left")
    stats = df.groupby("Home")["Debt"].agg(["min", "max"]).reset_index()
    df = pd.merge(df, stats, on="Home", how="left")
    rates = pd.DataFrame({"r": ["yes", "no"], "rate": [0.5, 0.25], "Age": [1, 2]})
    df = df.merge(rates, left_on="Records", right_on="r", how="left", suffixes=("", "_r"))
    both = df.groupby(["Records", "Amount"])["Price"].median().rename("both").reset_index()
    df = df.merge(both, how="left", on=["Records", "Amount"])
    return df.join(df.groupby("Job")["Age"].max().rename("oldest"), on="Job")


# Dummies and bins


@case
def dummies_of_a_table(df: Any) -> Any:
    return pd.get_dummies(df)


@case
def dummies_with_options(df: Any) -> Any:
    df["Amount2"] = df["Amount"]
    df = pd.get_dummies(df, columns=["Home", "Amount"], drop_first=True, prefix=["h", "a"], prefix_sep=":", dtype=float)
    df = pd.concat([df, pd.get_dummies(df["Job"], prefix="job", dummy_na=True, dtype=int)], axis=1)
    return df.join(pd.get_dummies(df["Records"], drop_first=True)).drop(columns=["Job"])


@case
def bins(df: Any) -> Any:
    df["a"] = pd.cut(df["Age"], [0, 25, 50, 100], labels=["young", "middle", "old"])
    df["b"] = pd.cut(df["Age"], bins=[18, 30, 45], labels=False, right=False)
    df["c"] = pd.cut(df["Income"], 4, labels=False)
    df["d"] = pd.qcut(df["Income"], 4, labels=["q1", "q2", "q3", "q4"])
    df["e"] = pd.qcut(df["Amount"], 3, labels=False, duplicates="drop")
    df["f"] = pd.cut(df["Debt"], [-np.inf, 0, np.inf], labels=["neg", "pos"]).astype(str)
    df["g"] = pd.cut(df["Age"], [18, 40, 60], include_lowest=True).cat.codes
    df["h"] = pd.cut(df["Age"], [0, 40, 60]).astype(str)
    df["i"] = pd.cut(df["Age"], [0, 40, 100], labels=[1, 2]).astype(int)
    df["j"] = np.digitize(df["Debt"], [-100, 0, 100])
    df["k"] = df["a"].map({"young": 1, "old": 3}).astype(float)
    df["band"] = pd.cut(df["Price"], 3)
    return pd.get_dummies(df, columns=["a", "d", "band"], drop_first=True)


# Text


@case
def text(df: Any) -> Any:
    df["a"] = df["Home"].str.lower().str.strip()
    df["b"] = df["Home"].str.upper()
    df["c"] = df["Home"].str.replace("-", "_")
    df["d"] = df["Home"].str.contains("e")
    df["e"] = df["Job"].str.startswith("f", na=False)
    df["f"] = df["Home"].str.endswith(("t", "r"))
    df["f2"] = df["Home"].str.removeprefix("r").str.removesuffix("er")
    df["g"] = df["Home"].str[:3]
    df["h"] = df["Home"].str[0]
    df["i"] = df["Home"].str[-1]
    df["j"] = df["Home"].str.len()
    df["k"] = df["Home"].str.split("-").str[0]
    df["l"] = df["Home"].str.split("-").str[1]
    df["m"] = df["Home"] + "_" + df["Job"]
    df["n"] = df["Job"].str.len()
    df["o"] = df["Home"].str.cat(df["Records"], sep="/")
    df["p"] = df["Job"].str.contains("t i", na=False, regex=False)
    df["q"] = df["Home"].str.slice(1, -1)
    return df


# Along a row


@case
def along_rows(df: Any) -> Any:
    cols = ["Income", "Debt", "Age"]
    df["a"] = df[cols].sum(axis=1)
    df["b"] = df[cols].mean(axis=1)
    df["c"] = df[cols].min(axis=1)
    df["d"] = df[cols].max(axis="columns")
    df["e"] = df[cols].sum(axis=1, skipna=False)
    df["f"] = (df[cols] > 50).any(axis=1)
    df["g"] = (df[cols] > 50).all(axis=1)
    df["h"] = df[cols].count(axis=1)
    df["i"] = (df[cols].notna() & (df[cols] > 10)).sum(axis=1)
    df[["x", "y"]] = df[["Income", "Debt"]].div(df["Price"], axis=0)
    df[["u", "v"]] = (df[["Age", "Price"]] - df[["Age", "Price"]].mean()) / df[["Age", "Price"]].std()
    df[cols] = df[cols].apply(lambda s: s.fillna(s.median()))
    df[["Age", "Price"]] = df[["Age", "Price"]].apply(np.log1p)
    return df


# As people write it


class Cleaner:
    """A class of the user's own."""

    def __init__(self) -> None:
        self.edge = 40

    def band(self, age: Any) -> str:
        return "young" if age < self.edge else "old"

    def run(self, df: Any) -> Any:
        df["band"] = df["Age"].apply(self.band)
        return df


@case
def a_class_of_ones_own(df: Any) -> Any:
    return Cleaner().run(df)


@case
def tools_of_the_standard_library(df: Any) -> Any:
    df["a"] = functools.reduce(operator.and_, [df["Age"] > 20, df["Debt"] > 0])
    df["b"] = functools.reduce(lambda x, y: x + y, [df["Age"], df["Amount"]])
    df["c"] = sum(df[name] for name in ("Age", "Price"))
    df["d"] = df["Age"].apply(functools.partial(min, 30))
    return copy.deepcopy(df)


@case
def columns_chosen_by_what_they_hold(df: Any) -> Any:
    missing = df.isnull().mean()
    df = df.drop(columns=missing[missing > 0.2].index)
    for name in list(df.columns):
        if df[name].nunique() == 1:
            del df[name]
    strong = df[["Age", "Price", "Amount"]].corr().abs()
    df = df.drop(columns=[name for name in strong if (strong[name] > 0.9).sum() > 1])
    try:
        df = df.drop(columns=["Postcode"])
    except KeyError:
        df["no postcode"] = 1
    return df.drop(columns=["Street"], errors="ignore").sort_index(axis=1)


@case
def outliers(df: Any) -> Any:
    _, high = df["Price"].quantile([0.25, 0.75])
    df["a"] = np.where(df["Price"] > high, high, df["Price"])
    first, last = np.percentile(df["Price"], [1, 99])
    df["b"] = df["Price"].clip(first, last)
    df["c"] = (df["Age"] - np.mean(df["Age"])) / np.std(df["Age"])
    df["d"] = df["Age"] / df["Age"].agg("max") - df[["Age"]].agg("min")["Age"]
    df[["Age", "Price"]] = (df[["Age", "Price"]] - df[["Age", "Price"]].min()) / df[["Age", "Price"]].max()
    part = df[["Income", "Debt"]]
    part[part < 0] = 0
    df[["Income", "Debt"]] = part
    return df


@case
def rare_categories(df: Any) -> Any:
    share = df["Home"].value_counts(normalize=True)
    df.loc[df["Home"].isin(share[share < 0.2].index), "Home"] = "rare"
    df["freq"] = df["Home"].map(df["Home"].value_counts() / len(df))
    stats = df.groupby("Home").agg(middle=("Age", "mean"), spread=("Price", "std"))
    return df.merge(stats, left_on="Home", right_index=True, how="left")


@case
def texts_replaced_by_numbers(df: Any) -> Any:
    df["a"] = df["Records"].replace({"yes": 1, "no": 0})
    df["b"] = df["a"].astype(int) + 1
    df["c"] = df["a"].astype(float) / 3
    return df.drop(columns="a")

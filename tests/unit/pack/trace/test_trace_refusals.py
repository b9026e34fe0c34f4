"""What cannot be followed is refused with file, line, the user's own line and a rewrite; nothing escapes."""

from __future__ import annotations

import functools
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from golive.engine.builder import Builder
from golive.errors import InputError, UnsupportedError
from golive.pack.trace import trace

if TYPE_CHECKING:
    from collections.abc import Callable

CASES: list[tuple[Callable[[Any], Any], str]] = []


def case(match: str) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    def keep(clean: Callable[[Any], Any]) -> Callable[[Any], Any]:
        CASES.append((clean, match))
        return clean

    return keep


@pytest.mark.parametrize(("clean", "match"), CASES, ids=lambda value: getattr(value, "__name__", "match"))
def test_refused_with_place_line_and_rewrite(clean: Any, match: str, refused: Callable[..., UnsupportedError]) -> None:
    error = refused(clean, match)
    assert error.where.startswith("test_trace_refusals.py:")
    assert error.hint
    line = int(error.where.partition(":")[2])
    source = Path(__file__).read_text(encoding="utf-8").splitlines()[line - 1].strip()
    assert source
    assert source in str(error)


# Neighbouring rows


@case("`rolling` looks at neighbouring rows")
def rolling(df: Any) -> Any:
    df["x"] = df["Age"].rolling(3).mean()
    return df


@case("`shift` looks at neighbouring rows")
def shift(df: Any) -> Any:
    return df.assign(x=df["Age"].shift(1))


@case("`diff` looks at neighbouring rows")
def diff(df: Any) -> Any:
    return df.assign(x=df["Age"].diff())


@case("`cumsum` looks at neighbouring rows")
def cumsum(df: Any) -> Any:
    return df.assign(x=df["Age"].cumsum())


@case("`rank` depends on all the other rows")
def rank(df: Any) -> Any:
    return df.assign(x=df["Age"].rank())


@case("`ffill` looks at neighbouring rows")
def ffill(df: Any) -> Any:
    return df.ffill()


@case("`interpolate` looks at neighbouring rows")
def interpolate(df: Any) -> Any:
    return df.assign(x=df["Income"].interpolate())


@case("`cumcount` depends on all the other rows")
def cumcount(df: Any) -> Any:
    return df.assign(x=df.groupby("Home").cumcount())


@case("`shift` looks at neighbouring rows")
def shift_in_groups(df: Any) -> Any:
    return df.assign(x=df.groupby("Home")["Age"].shift())


@case("`rank` depends on all the other rows")
def rank_in_groups(df: Any) -> Any:
    return df.assign(x=df.groupby("Home")["Age"].transform("rank"))


@case("the order or the number of rows")
def sample(df: Any) -> Any:
    return df.sample(frac=1)


@case("the order or the number of rows")
def sort_values(df: Any) -> Any:
    return df.sort_values("Age")


# Row filters


@case("only the first rows: a case has no position")
def head(df: Any) -> Any:
    return df.head(100)


@case("a case has no position")
def tail_of_filtered_rows(df: Any) -> Any:
    df = df[df["Age"] < 60].tail(20)
    return df.reset_index(drop=True)


@case("asks about no column")
def query_without_a_column(df: Any) -> Any:
    return df.query("1 < 2")


@case("in a query is not compiled")
def query_with_a_call(df: Any) -> Any:
    return df.query("Home.str.len() > 2")


@case("`@nowhere` in a query is not known")
def query_with_an_unknown_name(df: Any) -> Any:
    return df.query("Age > @nowhere")


@case("rows are dropped by label")
def drop_rows(df: Any) -> Any:
    return df.drop(index=[100])


@case("with other rows")
def a_filtered_column_written_into_all_rows(df: Any) -> Any:
    df["x"] = df[df["Age"] > 30]["Income"]
    return df


@case("with different rows")
def a_filtered_column_beside_all_rows(df: Any) -> Any:
    df["x"] = df["Age"] + df[df["Age"] > 30]["Income"]
    return df


@case("other rows than those that are written")
def another_condition_on_the_right(df: Any) -> Any:
    df.loc[df["Age"] > 30, "Income"] = df.loc[df["Age"] > 31, "Debt"]
    return df


# Values taken out of the table


@case("takes it out of the table")
def float_of_a_column(df: Any) -> Any:
    df["x"] = float(df["Age"])
    return df


@case("`array` of `numpy` gets a traced column")
def array_of_a_column(df: Any) -> Any:
    df["x"] = np.array(df["Age"]) * 2
    return df


@case("np.vectorize loops over the values")
def vectorized(df: Any) -> Any:
    df["x"] = np.vectorize(lambda x: x + 1)(df["Age"])
    return df


@case("a loop over the values")
def list_of_values(df: Any) -> Any:
    df["x"] = [x + 1 for x in df["Age"]]
    return df


@case("`tolist` takes the values out")
def tolist(df: Any) -> Any:
    df["x"] = [x + 1 for x in df["Age"].tolist()]
    return df


@case("`iterrows` takes the values out")
def iterrows(df: Any) -> Any:
    for i, row in df.iterrows():
        df.loc[i, "x"] = row["Age"]
    return df


@case("`iloc` reads one cell")
def one_cell(df: Any) -> Any:
    df["x"] = df["Age"] - df["Age"].iloc[0]
    return df


@case("rows chosen by position")
def one_row(df: Any) -> Any:
    df["x"] = df.iloc[0]["Age"]
    return df


@case("items of an array are cells")
def a_cell_of_an_array(df: Any) -> Any:
    df["x"] = df["Age"].values[0]
    return df


@case("an array is changed in place")
def array_in_place(df: Any) -> Any:
    a = df["Age"].to_numpy()
    a[0] = 5
    df["x"] = a
    return df


@case("its values belong to the training rows")
def constants_per_row(df: Any) -> Any:
    df["x"] = np.arange(len(df))
    return df


@case("its values belong to the training rows")
def a_list_per_row(df: Any) -> Any:
    df["x"] = list(range(len(df)))
    return df


@case("row by row")
def an_array_beside_a_column(df: Any) -> Any:
    df["x"] = df["Age"] + np.arange(len(df))
    return df


@case("is written into a `DataFrame`")
def a_real_table(df: Any) -> Any:
    real = pd.DataFrame({"a": [1, 2]})
    real["x"] = df["Age"]
    return real


@case("need one truth")
def if_of_a_column(df: Any) -> Any:
    if df["Age"] > 30:
        df["x"] = 1
    return df


@case("need one truth")
def and_of_columns(df: Any) -> Any:
    df["x"] = (df["Age"] > 30) and (df["Debt"] > 0)
    return df


@case("need one truth per row")
def max_of_columns(df: Any) -> Any:
    df["x"] = max(df["Age"], df["Income"])
    return df


@case("a whole column inside an f-string")
def column_in_an_f_string(df: Any) -> Any:
    df["x"] = f"{df['Home']}"
    return df


@case("`format` of `builtins` gets a traced column")
def column_in_format(df: Any) -> Any:
    df["x"] = "{}".format(df["Home"])
    return df


# Changes in place


@case("a change in place of a column")
def chained_inplace(df: Any) -> Any:
    df["Income"].fillna(0, inplace=True)
    return df


@case("a change in place of a column")
def chained_assignment(df: Any) -> Any:
    df["Income"][df["Income"] > 5] = 0
    return df


# What changes between two calls


@case("may give another answer in production")
def random_numbers(df: Any) -> Any:
    df["x"] = random.random()
    return df


@case("may give another answer in production")
def numpy_random(df: Any) -> Any:
    df["x"] = np.random.rand()
    return df


@case("may give another answer in production")
def the_clock(df: Any) -> Any:
    df["x"] = time.time()
    return df


@case("may give another answer in production")
def today(df: Any) -> Any:
    df["x"] = pd.Timestamp.today().year
    return df


@case("may give another answer in production")
def a_file(df: Any) -> Any:
    with open("rates.txt") as file:  # noqa: PTH123
        df["x"] = float(file.read())
    return df


@case("may give another answer in production")
def a_read_table(df: Any) -> Any:
    return df.merge(pd.read_csv("rates.csv"), on="Home", how="left")


@case("(fitted or used inside|fits something to the data)")
def fitted_inside(df: Any) -> Any:
    from sklearn.preprocessing import StandardScaler

    df[["Age"]] = StandardScaler().fit_transform(df[["Age"]])
    return df


# Types and texts


@case("float32")
def float32(df: Any) -> Any:
    df["x"] = df["Age"].astype("float32")
    return df


@case("gives int8")
def int8_arithmetic(df: Any) -> Any:
    df["x"] = df["Home"].astype("category").cat.codes * 100
    return df


@case("not compiled: narrow types")
def int8(df: Any) -> Any:
    df["x"] = df["Age"].astype("int8")
    return df


@case("whole numbers beside missing ones, written as text")
def text_from_doubles(df: Any) -> Any:
    df["x"] = df["Price"].astype(str)
    return df


@case("kept as an object")
def objects_from_numbers(df: Any) -> Any:
    df["x"] = df["Age"].astype(object)
    return df


@case("a number that may have a fraction, written as text")
def text_from_a_fraction(df: Any) -> Any:
    df["x"] = df.apply(lambda row: f"{row['Age'] / 2}", axis=1)
    return df


@case("a number that may have a fraction, written as text")
def text_from_rows_of_numbers(df: Any) -> Any:
    df["x"] = df[["Age", "Amount"]].apply(lambda row: str(row["Age"]), axis=1)
    return df


@case("holds mixed values")
def mixed(df: Any) -> Any:
    df["x"] = np.where(df["Age"] > 30, df["Home"], df["Age"])
    return df


@case("(holds mixed values|text and number|number and text|filled with text)")
def mixed_fill(df: Any) -> Any:
    df["x"] = df["Income"].fillna("missing")
    return df


@case("holds mixed values")
def missing_truth(df: Any) -> Any:
    df["x"] = df["Job"].map({"fixed": True, "freelance": False})
    return df


@case("the pattern")
def pattern(df: Any) -> Any:
    df["x"] = df["Home"].str.contains("^r.n")
    return df


@case("replacing a pattern")
def pattern_replaced(df: Any) -> Any:
    df["x"] = df["Home"].str.replace("[aeiou]", "", regex=True)
    return df


@case("`title` of text")
def title(df: Any) -> Any:
    df["x"] = df["Home"].str.title()
    return df


@case("the order of texts")
def text_order(df: Any) -> Any:
    df["x"] = df["Home"] > "m"
    return df


@case("cleaned column `x` holds intervals")
def intervals(df: Any) -> Any:
    df["x"] = pd.cut(df["Age"], 3)
    return df.copy()


@case("Python rounds decimals by their exact binary value")
def round_inside(df: Any) -> Any:
    df["x"] = df["Price"].apply(lambda x: round(x / 3, 2))
    return df


@case("cells of several kinds")
def sum_of_cells_that_are_objects(df: Any) -> Any:
    df["x"] = df.apply(lambda r: r[["Age", "Price"]].sum(), axis=1)
    return df


@case("asks which object a value is")
def is_nan(df: Any) -> Any:
    df["x"] = df["Income"].apply(lambda x: 0 if x is np.nan else x)
    return df


@case("whether NaN is `in` a list")
def in_with_nan(df: Any) -> Any:
    df["x"] = df["Income"].apply(lambda x: x in [1, np.nan])
    return df


# Merges, groups, calls


@case("merge with how='inner'")
def inner_merge(df: Any) -> Any:
    return df.merge(df.groupby("Home")["Age"].mean().rename("m").reset_index(), on="Home")


@case("the same key")
def repeated_keys(df: Any) -> Any:
    return df.merge(pd.DataFrame({"Home": ["rent", "rent"], "v": [1, 2]}), on="Home", how="left")


@case("made from the rows themselves")
def merge_with_itself(df: Any) -> Any:
    return df.merge(df[["Home", "Age"]], on="Home", how="left")


@case("changes the number of rows")
def concat_rows(df: Any) -> Any:
    return pd.concat([df, df])


@case("may do anything with the rows of a group")
def groupby_apply(df: Any) -> Any:
    df["x"] = df.groupby("Home").apply(lambda g: g["Age"].mean())
    return df


@case("the length of a group")
def length_of_a_group(df: Any) -> Any:
    df["x"] = df.groupby("Home")["Age"].transform(lambda s: s / len(s))
    return df


@case("is not among the functions")
def unknown_numpy(df: Any) -> Any:
    df["x"] = np.sinh(df["Age"])
    return df


@case("is not among the functions")
def unknown_pandas(df: Any) -> Any:
    return df.assign(x=pd.wide_to_long(df, ["A"], "Home", "Job"))


@case("has no attribute 'kurtosis2'")
def misspelt_method(df: Any) -> Any:
    df["x"] = df["Age"].kurtosis2()
    return df


@case("a `case` that takes a value apart")
def match_statement(df: Any) -> Any:
    def f(x: Any) -> Any:
        match (x, 1):
            case (None, _):
                return 0
            case _:
                return 1

    df["x"] = df["Age"].apply(f)
    return df


@case("depends on the data")
def try_around_a_cast(df: Any) -> Any:
    try:
        df["Income"] = df["Income"].div(df["Home"])
    except Exception:
        df["Income"] = 0
    return df


@case("stopped with KeyError")
def a_missing_column(df: Any) -> Any:
    df["x"] = df["Nothing"] + 1
    return df


@case("stopped with AttributeError: 'DataFrame' object has no attribute 'Nothing'")
def a_missing_attribute(df: Any) -> Any:
    df["x"] = df.Nothing + 1
    return df


@functools.lru_cache(maxsize=8)
def cached(x: float) -> float:
    return x + 1


@case("_lru_cache_wrapper|`cached`")
def cached_function(df: Any) -> Any:
    df["x"] = df["Age"].apply(cached)
    return df


def test_a_result_that_is_no_table_is_refused(train: pd.DataFrame) -> None:
    with pytest.raises(UnsupportedError, match="gives a `Series`"):
        trace(lambda df: df["Age"], train, Builder(), {})


def test_a_cleaned_column_without_a_text_name_is_refused(train: pd.DataFrame) -> None:
    with pytest.raises(UnsupportedError, match="has no text name"):
        trace(lambda df: df["Home"].str.split("-", expand=True), train, Builder(), {})


def test_source_that_cannot_be_found_is_refused(train: pd.DataFrame) -> None:
    space: dict[str, Any] = {}
    exec("def clean(df):\n    return df\n", space)
    with pytest.raises(UnsupportedError, match="source of `clean`"):
        trace(space["clean"], train, Builder(), {})


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        (pd.DataFrame({"a": [1.0]}).set_axis([0], axis=1), "plain text names"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns"),
        (pd.DataFrame({"a": [1, 2]}, index=[0, 0]), "same row label twice"),
        (pd.DataFrame({"a": []}), "no rows"),
        ({"a": [1]}, "expected a pandas DataFrame"),
    ],
)
def test_a_training_frame_that_cannot_be_used_is_named(rows: Any, match: str) -> None:
    with pytest.raises(InputError, match=match):
        trace(lambda df: df, rows, Builder(), {})


def test_a_function_that_needs_more_than_the_table_is_named(train: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="needs 2 arguments"):
        trace(lambda df, learned: df, train, Builder(), {})


def test_a_function_that_gives_another_answer_each_time_is_refused(train: pd.DataFrame) -> None:
    calls: list[int] = []

    def clean(df: Any) -> Any:
        calls.append(1)
        df["x"] = len(calls)
        return df

    with pytest.raises(UnsupportedError, match="differs from pandas"):
        trace(clean, train, Builder(), {})

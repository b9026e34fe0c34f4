"""The traps of pandas, Python and NumPy: each answer is the one pandas gives, or there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas import cut as cut_by_another_name

if TYPE_CHECKING:
    from collections.abc import Callable

    Equal = Callable[..., Any]

NEARLY_ZERO = pd.DataFrame({"x": [1e-18, -1e-18, 1e-9, 5e-324, -0.0, 0.0, -0.5]})


def test_a_missing_value_compares_false_and_unequal(equal: Equal) -> None:
    def clean(df: Any) -> Any:
        for name, value in (("Income", 100), ("Job", "fixed")):
            df[f"{name} eq"] = df[name] == value
            df[f"{name} ne"] = df[name] != value
            df[f"{name} own"] = df[name] == df[name]
        df["gt"] = df["Income"] > 100
        df["not gt"] = ~(df["Income"] > 100)
        df["le"] = df["Income"] <= 100
        return df

    equal(clean)


def test_whole_numbers_with_missing_values_become_doubles(equal: Equal) -> None:
    def clean(df: Any) -> Any:
        df["a"] = df["Age"].where(df["Age"] > 30)
        df["b"] = df["a"].fillna(0).astype(int) // 7
        df.loc[df["Age"] > 60, "Amount"] = np.nan
        return df

    equal(clean)


def test_none_and_nan_in_one_text_column_are_one_missing_value(equal: Equal) -> None:
    rows = pd.DataFrame({"t": pd.Series(["a", None, "b", np.nan, "a"], dtype=object), "n": [1.0, 2.0, 3.0, 4.0, 5.0]})

    def clean(df: Any) -> Any:
        df["missing"] = df["t"].isna()
        df["filled"] = df["t"].fillna("none")
        df["eq"] = df["t"] == "a"
        df["map"] = df["t"].map({"a": 1})
        df["group"] = df.groupby("t")["n"].transform("mean")
        df["len"] = df["t"].apply(lambda x: 0 if pd.isna(x) else len(x))
        return df.drop(columns="t")

    equal(clean, rows, rows)


def test_telling_none_from_nan_is_refused_where_a_column_has_both(refused: Callable[..., Any]) -> None:
    rows = pd.DataFrame({"t": pd.Series(["a", None, "b", np.nan], dtype=object)})

    def clean(df: Any) -> Any:
        df["x"] = df["t"].apply(lambda x: 0 if x is None else 1)
        return df

    refused(clean, "sometimes None and sometimes NaN", rows)


def test_is_none_is_decided_as_pandas_stores_missing_text(equal: Equal) -> None:
    def clean(df: Any) -> Any:
        df["a"] = df["t"].apply(lambda x: 0 if x is None else 1)
        df["b"] = df["t"].apply(lambda x: x == x)
        df["c"] = df["t"].apply(lambda x: "missing" if not x else "there")
        df["d"] = df["t"].apply(lambda x: x if x is not None else "none")
        df["e"] = df["t"].apply(lambda x: x in ("a", None))
        df["f"] = df["t"].apply(lambda x: f"<{x}>")
        df["g"] = df["t"].apply(lambda x: isinstance(x, float))
        return df.drop(columns="t")

    for marker in (None, np.nan):
        rows = pd.DataFrame({"t": pd.Series(["a", marker, "b", ""], dtype=object)})
        equal(clean, rows, rows)
    rows = pd.DataFrame({"t": ["a", None, "b", ""]})  # as this version of pandas stores text by itself
    equal(clean, rows, rows)


def test_an_unseen_value_is_missing_after_map_and_kept_by_replace(equal: Equal) -> None:
    def clean(df: Any) -> Any:
        df["map"] = df["Home"].map({"rent": "r", "owner": "o"})
        df["replace"] = df["Home"].replace({"rent": "r", "owner": "o"})
        return df

    equal(clean)


def test_cut_is_closed_on_the_right_and_dummies_drop_the_first_label(equal: Equal) -> None:
    rows = pd.DataFrame({"x": [0, 1, 10, 11, 20, 21, 30, 31, 9.999999999999999, 10.000000000000002]})

    def clean(df: Any) -> Any:
        df["z"] = cut_by_another_name(df["x"], [0, 10, 20, 30], labels=["z low", "middle", "a high"])
        df["left"] = pd.cut(df["x"], [0, 10, 20, 30], labels=False, right=False)
        df["lowest"] = pd.cut(df["x"], [0, 10, 20, 30], labels=False, include_lowest=True)
        return pd.get_dummies(df, columns=["z"], drop_first=True)

    traced = equal(clean, rows, rows)
    assert list(traced.columns) == ["x", "left", "lowest", "z_middle", "z_a high"]


def test_halves_round_to_even(equal: Equal) -> None:
    rows = pd.DataFrame({"x": [0.5, 1.5, 2.5, -0.5, -1.5, 0.25, 0.35, 1.115, 2.675, np.nan]})

    def clean(df: Any) -> Any:
        df["a"] = df["x"].round()
        df["b"] = df["x"].round(1)
        df["c"] = df["x"].round(2)
        df["d"] = np.rint(df["x"])
        df["e"] = df["x"].fillna(0).apply(round)
        return df

    equal(clean, rows, rows)


def test_remainder_takes_the_sign_of_the_divisor(equal: Equal) -> None:
    rows = pd.DataFrame({"x": [7, -7, 7, -7, 0, 5, -5], "y": [3, 3, -3, -3, 3, 0, 0]})

    def clean(df: Any) -> Any:
        df["a"] = df["x"] % df["y"]
        df["b"] = df["x"] // df["y"]
        df["c"] = df["x"] % -2.5
        df["d"] = df["x"].apply(lambda x: x % -3 + x // 2)
        df["e"] = df["x"] / df["y"]
        df["f"] = df["x"].astype(float) // df["y"]
        return df

    equal(clean, rows, rows)


def test_whole_division_of_arrays_by_zero_is_refused(refused: Callable[..., Any]) -> None:
    rows = pd.DataFrame({"x": [7, 8], "y": [3, 0]})

    def clean(df: Any) -> Any:
        df["a"] = df["x"].values // df["y"].values
        return df

    refused(clean, "NumPy gives 0", rows)


def test_sums_along_a_row_skip_missing_values(equal: Equal) -> None:
    rows = pd.DataFrame({"x": [1.0, np.nan, np.nan], "y": [2.0, 3.0, np.nan]})

    def clean(df: Any) -> Any:
        df["sum"] = df[["x", "y"]].sum(axis=1)
        df["mean"] = df[["x", "y"]].mean(axis=1)
        df["plus"] = df["x"] + df["y"]
        df["strict"] = df[["x", "y"]].max(axis=1, skipna=False)
        return df

    equal(clean, rows, rows)


def test_casts_to_whole_numbers_cut_off(equal: Equal) -> None:
    rows = pd.DataFrame({"x": [1.9, -1.9, 0.5, -0.5, 2.0, 1e15 + 0.5]})

    def clean(df: Any) -> Any:
        df["a"] = df["x"].astype(int)
        df["b"] = df["x"].apply(int)
        df["c"] = (df["x"] > 1).astype(int)
        return df

    others = pd.DataFrame({"x": [np.nan, np.inf, 1e300, 3.7]})
    equal(clean, rows, others[others["x"].notna() & np.isfinite(others["x"])])


def test_log1p_keeps_the_smallest_numbers(equal: Equal) -> None:
    def clean(df: Any) -> Any:
        df["a"] = np.log1p(df["x"])
        df["b"] = np.expm1(df["x"])
        df["c"] = np.log(1 + df["x"])
        return df

    equal(clean, NEARLY_ZERO, NEARLY_ZERO)


def test_missing_text_written_as_text_is_what_this_pandas_writes(equal: Equal) -> None:
    def clean(df: Any) -> Any:
        df["a"] = df["Job"].astype(str)
        df["b"] = df["a"] == "nan"
        df["c"] = df["a"].isna()
        return df

    equal(clean)


def test_text_of_other_alphabets(equal: Equal) -> None:
    rows = pd.DataFrame(
        {"t": ["straße", "İstanbul", "ΣΑΣ", "ﬁn", " x ", "é", "日本語"]}, dtype=object
    )  # pyarrow: test_trace_cases

    def clean(df: Any) -> Any:
        df["upper"] = df["t"].str.upper()
        df["lower"] = df["t"].str.lower()
        df["strip"] = df["t"].str.strip()
        df["len"] = df["t"].str.len()
        df["first"] = df["t"].str[0]
        return df

    equal(clean, rows, rows)


def test_python_and_numpy_divide_by_zero_differently(equal: Equal) -> None:
    rows = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [1.0, 2.0, 4.0], "t": ["a", "b", "c"]})
    others = pd.DataFrame({"x": [1.0, 0.0, -1.0], "y": [0.0, 0.0, 0.0], "t": ["a", "b", "c"]})

    def clean(df: Any) -> Any:
        df["numpy"] = df[["x", "y"]].apply(lambda r: r["x"] / r["y"], axis=1)
        return df

    def python(df: Any) -> Any:
        df["python"] = df.apply(lambda r: r["x"] / r["y"], axis=1)
        return df

    assert not equal(clean, rows, others).guards
    assert equal(python, rows, others).guards


def test_infinities_are_told_apart(equal: Equal) -> None:
    def clean(df: Any) -> Any:
        df["r"] = df["Price"] / df["Amount"]
        df["a"] = df["r"].replace([np.inf, -np.inf], np.nan).fillna(-1)
        df["b"] = np.isinf(df["r"])
        df["c"] = df["r"].clip(upper=100)
        df["d"] = (df["r"] == np.inf).astype(int)
        df["e"] = df["r"].isna()
        return df

    equal(clean)


def test_truths_become_numbers_as_in_numpy(equal: Equal) -> None:
    def clean(df: Any) -> Any:
        df["a"] = np.where(df["Age"] > 40, df["Married"], 2.5)
        df["b"] = df["Married"] * 3
        df["c"] = df["Married"].map({True: "y", False: "n"})
        df["d"] = df[["Married"]].sum(axis=1) + (df["Age"] > 30)
        df["e"] = df["Married"] == 1
        return df

    equal(clean)


def test_a_table_keeps_its_own_copy(equal: Equal) -> None:
    def clean(df: Any) -> Any:
        part = df[["Age", "Income"]]
        part["Age"] = 0
        same = df
        same["x"] = 1
        other = df.copy()
        other["Age"] = -1
        df["y"] = part["Age"] + other["Age"]
        return df

    equal(clean)


def test_learned_is_an_ordinary_dict(equal: Equal) -> None:
    def clean(df: Any, learned: dict[str, Any] | None = None) -> Any:
        if learned is None:
            learned = {}
        if "median" not in learned:
            learned["median"] = df["Income"].median()
        df["Income"] = df["Income"].fillna(learned["median"])
        learned.update(high=df["Income"].quantile(0.9))
        df["high"] = df["Income"] > learned.get("high", 0)
        return df

    equal(clean)


def test_columns_by_type_are_those_of_training(equal: Equal) -> None:
    rows = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"], "c": [1.5, None, 2.5]})
    others = pd.DataFrame({"a": [1.0], "b": [None], "c": [None]}).astype({"c": float})
    others["b"] = others["b"].astype(rows["b"].dtype)

    def clean(df: Any) -> Any:
        for col in df.select_dtypes(exclude="number"):
            df[col] = df[col].map({"x": 1, "y": 2})
        for col in df.columns:
            if df[col].dtype == "float64":
                df[col] = df[col].fillna(0)
            if df[col].isna().any():
                df[f"{col}_missing"] = df[col].isna()
        return df

    equal(clean, rows, others)


def test_a_column_may_have_any_name(equal: Equal) -> None:
    rows = pd.DataFrame(
        {"rows": [1, 2], "owner": [3, 4], "real": [5, 6], "expr": [7, 8], "session": [9, 1], "made": [2, 3]}
    )

    def clean(df: Any) -> Any:
        df["x"] = df.rows + df.owner + df.real + df.expr + df.session + df.made
        df.rows = df.rows * 2
        df.owner += 1
        df["y"] = df.apply(lambda r: r.real + r.session + r.made, axis=1)
        df["z"] = getattr(df, "expr") + (1 if hasattr(df, "label") else 2)  # noqa: B009
        return df

    equal(clean, rows, rows)


def test_what_a_proxy_keeps_for_itself_is_out_of_reach(refused: Callable[..., Any]) -> None:
    def clean(df: Any) -> Any:
        df["x"] = df["Age"].real.to_numpy()
        return df

    refused(clean, "has no attribute 'real'")


def test_the_inside_of_a_proxy_is_out_of_reach(refused: Callable[..., Any]) -> None:
    def clean(df: Any) -> Any:
        df["x"] = df.__dict__["real"]["Age"]
        return df

    refused(clean, "has no attribute '__dict__'")


class Filler:
    """An object that is called like a function."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __call__(self, df: Any) -> Any:
        return df.fillna({"Income": self.value, "Debt": self.value})

    def method(self, df: Any, learned: Any = None) -> Any:
        return self(df)


def test_methods_and_objects_are_cleaning_functions_too(equal: Equal) -> None:
    equal(Filler(3.0))
    equal(Filler(4.0).method)

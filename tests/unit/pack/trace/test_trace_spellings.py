"""The same steps as people write them in notebooks, course work and banks: each spelling gives what pandas gives."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
import types
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from pandas.api.types import is_object_dtype

if TYPE_CHECKING:
    from collections.abc import Callable

CASES: list[Callable[..., Any]] = []
RATES = pd.DataFrame({"Records": ["yes", "no"], "rate": [0.1, 0.2]})


def case(clean: Callable[..., Any]) -> Callable[..., Any]:
    CASES.append(clean)
    return clean


@pytest.mark.parametrize("clean", CASES, ids=lambda clean: clean.__name__)
def test_graph_equals_pandas(clean: Any, equal: Callable[..., Any]) -> None:
    equal(clean)


@dataclasses.dataclass(frozen=True)
class Settings:
    """Constants in an object."""

    cap: float = 300.0
    cols: tuple[str, ...] = ("Income", "Debt")
    weights: dict[str, int] = dataclasses.field(default_factory=lambda: {"fixed": 1})


class Bounds(NamedTuple):
    """Constants in a tuple with names."""

    lo: float = 0
    hi: float = 100


class Config:
    """Constants in a class."""

    CAP = 250
    FILL = {"Income": 0, "Job": "none"}


SETTINGS = Settings()


def logged(step: Any) -> Any:
    @functools.wraps(step)
    def inner(*args: Any, **options: Any) -> Any:
        return step(*args, **options)

    return inner


def named(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def decorate(step: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(step)
        def inner(df: Any, *args: Any, **options: Any) -> Any:
            out = step(df, *args, **options)
            print(name, out.shape)
            return out

        return inner

    return decorate


@logged
def step_a(df: Any) -> Any:
    df["a"] = df["Age"] + 1
    return df


@named("b")
def step_b(df: Any, k: int = 2) -> Any:
    df["b"] = df["Age"] * k
    return df


def capped(df: Any, col: str = "Income", top: float = 300) -> Any:
    df[col] = df[col].clip(upper=top)
    return df


@case
def fill_df_median(df: Any) -> Any:
    return df.fillna(df.median(numeric_only=True))


@case
def fill_df_mean_cols(df: Any) -> Any:
    cols = ["Income", "Debt"]
    df[cols] = df[cols].fillna(df[cols].mean())
    return df


@case
def fill_mode_iloc0(df: Any) -> Any:
    return df.fillna(df.mode().iloc[0])


@case
def fill_inplace_df(df: Any) -> Any:
    df.fillna({"Income": df["Income"].median(), "Job": "none"}, inplace=True)
    return df


@case
def fill_inplace_df_series(df: Any) -> Any:
    df.fillna(df.median(numeric_only=True), inplace=True)
    return df


@case
def fill_apply_median(df: Any) -> Any:
    num = df.select_dtypes(include=[np.number]).columns
    df[num] = df[num].apply(lambda c: c.fillna(c.median()), axis=0)
    return df


@case
def fill_map_groupmedian(df: Any) -> Any:
    med = df.groupby("Home")["Income"].median()
    df["Income"] = df["Income"].fillna(df["Home"].map(med))
    return df


@case
def fill_mode_values0(df: Any) -> Any:
    df["Job"] = df["Job"].fillna(df["Job"].mode().values[0])
    return df


@case
def fill_value_counts_idxmax(df: Any) -> Any:
    df["Job"] = df["Job"].fillna(df["Job"].value_counts().idxmax())
    return df


@case
def replace_nested_inplace(df: Any) -> Any:
    df.replace({"Records": {"yes": "Y", "no": "N"}}, inplace=True)
    return df


@case
def replace_df_list(df: Any) -> Any:
    return df.replace(["rent", "owner"], "x")


@case
def map_series_built(df: Any) -> Any:
    m = pd.Series([1, 2], index=["rent", "owner"])
    df["x"] = df["Home"].map(m).fillna(0)
    return df


@case
def map_dict_zip(df: Any) -> Any:
    u = df["Home"].unique()
    d = {v: i for i, v in enumerate(u)}
    df["x"] = df["Home"].map(d)
    return df


@case
def apply_cols_minmax(df: Any) -> Any:
    df[["Income", "Debt"]] = df[["Income", "Debt"]].apply(lambda c: (c - c.min()) / (c.max() - c.min()))
    return df


@case
def apply_str_cols(df: Any) -> Any:
    df[["Home", "Records"]] = df[["Home", "Records"]].apply(lambda c: c.str.lower().str.strip())
    return df


@case
def rows_several_expand(df: Any) -> Any:
    df[["a", "b"]] = df.apply(lambda r: (r["Age"] + 1, r["Amount"] * 2), axis=1, result_type="expand")
    return df


@case
def rows_several_series_named(df: Any) -> Any:
    df[["a", "b"]] = df.apply(lambda r: pd.Series({"a": r["Age"] + 1, "b": r["Amount"] * 2}), axis=1)
    return df


@case
def loc_two_cols_list(df: Any) -> Any:
    df.loc[df["Age"] > 40, ["Income", "Debt"]] = [1.0, 2.0]
    return df


@case
def dummies_reindex(df: Any) -> Any:
    d = pd.get_dummies(df, columns=["Home", "Records"], drop_first=True, dtype=int)
    return d.reindex(columns=["Age", "Home_rent", "Home_castle", "Records_yes"], fill_value=0)


@case
def dummies_prefix_dict(df: Any) -> Any:
    return pd.get_dummies(
        df, columns=["Home", "Records"], prefix={"Home": "h", "Records": "r"}, dummy_na=True, dtype="int64"
    )


@case
def dummies_uint8(df: Any) -> Any:
    return pd.get_dummies(df, columns=["Home"], dtype=np.uint8)


@case
def cut_inf(df: Any) -> Any:
    df["x"] = pd.cut(
        df["Income"], bins=[-np.inf, 50, 100, np.inf], labels=["l", "m", "h"], right=False, include_lowest=True
    )
    return df


@case
def cut_add_cat(df: Any) -> Any:
    df["x"] = pd.cut(df["Income"], bins=[0, 50, 100], labels=["l", "m"]).cat.add_categories("none").fillna("none")
    return df


@case
def qcut_list(df: Any) -> Any:
    df["x"] = pd.qcut(df["Price"], [0, 0.25, 0.5, 1.0], labels=[1, 2, 3]).astype(int)
    return df


@case
def pd_categorical(df: Any) -> Any:
    df["x"] = pd.Categorical(df["Home"], categories=["rent", "owner"])
    return df


@case
def pd_categorical_codes(df: Any) -> Any:
    df["x"] = pd.Categorical(df["Home"], categories=["rent", "owner"], ordered=True).codes
    return df


@case
def cat_loop(df: Any) -> Any:
    for c in df.columns:
        if df[c].dtype == "object":
            df[c] = df[c].astype("category")
    return df


@case
def factorize_sort(df: Any) -> Any:
    df["x"] = pd.factorize(df["Home"], sort=True)[0]
    return df


@case
def is_numeric_dtype(df: Any) -> Any:
    for c in df.columns:
        if pd.api.types.is_numeric_dtype(df[c]):
            df[c] = df[c].fillna(-1)
    return df


@case
def from_types(df: Any) -> Any:
    for c in df.columns:
        if is_object_dtype(df[c]):
            df[c] = df[c].fillna("x")
    return df


@case
def str_lstrip(df: Any) -> Any:
    df["x"] = df["Home"].str.lstrip() + df["Home"].str.rstrip()
    df["y"] = df["Home"].str.strip("Per-") + df["Home"].str.rstrip("rt") + df["Home"].str.lstrip("|ro")
    df["z"] = df["Home"].apply(lambda x: x.strip("er"))
    return df


@case
def str_contains_or(df: Any) -> Any:
    df["x"] = df["Home"].str.contains("rent|owner")
    return df


@case
def log1p_map(df: Any) -> Any:
    df["x"] = df["Price"].map(np.log1p)
    df[["a", "b"]] = df[["Age", "Price"]].map(lambda v: v + 1)
    return df


@case
def isnull_sum_rows(df: Any) -> Any:
    df["x"] = df.isnull().sum(axis=1)
    df["y"] = df.isna().any(axis=1).astype(int)
    return df


@case
def decorated(df: Any) -> Any:
    return step_b(step_a(df), k=3)


@case
def piped(df: Any) -> Any:
    return df.pipe(step_a).pipe(step_b, k=4).pipe(capped, col="Debt").pipe(capped, "Income", top=10)


@case
def settings_object(df: Any) -> Any:
    for c in SETTINGS.cols:
        df[c] = df[c].clip(upper=SETTINGS.cap)
    df["w"] = df["Job"].map(SETTINGS.weights)
    df["n"] = df["Debt"].clip(Bounds().lo, Bounds().hi)
    return df.fillna(Config.FILL)


@case
def simple_ns(df: Any) -> Any:
    ns = types.SimpleNamespace(cap=5)
    df["x"] = df["Debt"].clip(upper=ns.cap)
    return df


@case
def closures(df: Any) -> Any:
    def maker(k: Any) -> Any:
        def inner(x: Any, off: Any = 1) -> Any:
            return x * k + off

        return inner

    f = maker(3)
    df["x"] = df["Age"].apply(f)
    df["y"] = df["Age"].apply(maker(2))
    df["z"] = df["Age"].apply(lambda x: maker(5)(x))
    return df


@case
def dict_of_functions(df: Any) -> Any:
    fs: dict[str, Any] = {"Age": lambda s: s / 100, "Debt": lambda s: s.fillna(0), "Price": np.log1p}
    for c, f in fs.items():
        df[c] = f(df[c])
    return df


@case
def early_return(df: Any) -> Any:
    if "Foo" not in df.columns:
        df["x"] = 1
        return df
    df["x"] = df["Foo"]
    return df


@case
def asserts(df: Any) -> Any:
    assert "Age" in df.columns, "no age"
    assert df["Age"].notna().all()
    assert len(df) > 0
    assert isinstance(df, pd.DataFrame)
    return df


@case
def try_key(df: Any) -> Any:
    try:
        df["x"] = df["Foo"]
    except KeyError:
        df["x"] = 0
    return df


@case
def option_context(df: Any) -> Any:
    with pd.option_context("mode.chained_assignment", None):
        df["x"] = df["Age"] + 1
    return df


@case
def errstate(df: Any) -> Any:
    with np.errstate(divide="ignore", invalid="ignore"):
        df["x"] = np.log(df["Amount"])
    return df


@case
def match_const(df: Any) -> Any:
    mode = "b"
    match mode:
        case "a":
            df["x"] = 1
        case _:
            df["x"] = 2
    return df


@case
def match_in_apply(df: Any) -> Any:
    def f(x: Any) -> Any:
        match x:
            case "fixed":
                return 1
            case "freelance" | "part time":
                return 2
            case _:
                return 0

    df["x"] = df["Job"].apply(f)
    return df


@case
def walrus(df: Any) -> Any:
    if (m := df["Income"].median()) > 0:
        df["x"] = df["Income"].fillna(m)
    df["y"] = df["Age"].apply(lambda x: (z := x + 1) * z)
    return df


@case
def zips(df: Any) -> Any:
    for a, b in zip(["Age", "Amount"], ["Price", "Debt"], strict=True):
        df[f"{a}_{b}"] = df[a] / df[b]
    for i, c in enumerate(df.columns[:3]):
        df[f"{c}_{i}"] = df[c] * i
    for a, b in itertools.combinations(["Age", "Amount", "Price"], 2):
        df[f"{a}x{b}"] = df[a] * df[b]
    return df


@case
def cols_str(df: Any) -> Any:
    df.columns = df.columns.str.strip().str.lower().str.replace(" ", "_")
    return df


@case
def cols_map(df: Any) -> Any:
    df.columns = df.columns.map(str.lower)
    return df.rename(columns=str.upper)


@case
def int_max(df: Any) -> Any:
    top = int(df["Age"].max())
    df["x"] = df["Age"] / top
    df["y"] = df["Income"].fillna(float(df["Income"].median()))
    df["z"] = round(df["Age"].mean(), 2)
    return df


@case
def learned_none(df: Any, learned: Any = None) -> Any:
    if learned is None:
        learned = {"m": df["Income"].median(), "top": df["Home"].value_counts().nlargest(2).index.tolist()}
    df["Income"] = df["Income"].fillna(learned["m"])
    df["Home"] = df["Home"].where(df["Home"].isin(learned["top"]), "other")
    return df


@case
def value_counts_ops(df: Any) -> Any:
    vc = df["Home"].value_counts()
    rare = vc[vc < 10].index
    df["Home"] = df["Home"].replace(list(rare), "rare")
    df["Home2"] = df["Home"].apply(lambda v: "rare" if v in rare else v)
    return df


@case
def group_named_agg2(df: Any) -> Any:
    g = df.groupby("Home", as_index=False).agg(m=pd.NamedAgg(column="Income", aggfunc="mean"))
    return pd.merge(df, g, how="left", on="Home")


@case
def group_agg_multi(df: Any) -> Any:
    g = df.groupby("Home")[["Income", "Debt"]].agg(["mean", "max"])
    g.columns = ["_".join(c) for c in g.columns]
    return df.join(g, on="Home")


@case
def group_agg_dict(df: Any) -> Any:
    g = df.groupby("Home").agg({"Income": "mean", "Age": "max"})
    df["x"] = df["Home"].map(g["Income"])
    df["y"] = df["Home"].map(g.Age)
    return df


@case
def target_enc(df: Any) -> Any:
    m = df.groupby("Home")["Married"].mean()
    df["x"] = df["Home"].map(m).fillna(df["Married"].mean())
    return df


@case
def merge_const_validate(df: Any) -> Any:
    return df.merge(RATES, on="Records", how="left", validate="m:1")


@case
def map_const_setindex(df: Any) -> Any:
    df["x"] = df["Records"].map(RATES.set_index("Records")["rate"])
    return df.join(RATES.set_index("Records"), on="Records")


@case
def drop_na_cols(df: Any) -> Any:
    return df.dropna(axis=1)


@case
def drop_na_cols_thresh(df: Any) -> Any:
    return df.dropna(axis=1, thresh=55)


@case
def drop_missing_cols(df: Any) -> Any:
    return df.loc[:, df.isnull().mean() < 0.1]


@case
def corr_drop(df: Any) -> Any:
    cm = df.corr(numeric_only=True).abs()
    up = cm.where(np.triu(np.ones(cm.shape), k=1).astype(bool))
    return df.drop(columns=[c for c in up.columns if any(up[c] > 0.95)])


@case
def apply_row_loc(df: Any) -> Any:
    med = df.groupby("Home")["Income"].median()
    df["Income"] = df.apply(lambda r: med.loc[r["Home"]] if pd.isnull(r["Income"]) else r["Income"], axis=1)
    return df


@case
def np_array_ops(df: Any) -> Any:
    a = df["Age"].values
    b = df["Price"].to_numpy()
    df["x"] = a / b
    df["y"] = a**2 + b
    df["z"] = np.log1p(a)
    return df


@case
def applymap_strip(df: Any) -> Any:
    return df.map(lambda x: x.strip() if isinstance(x, str) else x)


@case
def to_numeric_apply_kw(df: Any) -> Any:
    df[["Age", "Income"]] = df[["Age", "Income"]].apply(pd.to_numeric, errors="coerce")
    return df


@case
def pivot_table(df: Any) -> Any:
    p = df.pivot_table(index="Home", values="Income", aggfunc="median")
    df["x"] = df["Home"].map(p["Income"])
    return df


@case
def crosstab(df: Any) -> Any:
    p = pd.crosstab(df["Home"], df["Records"])
    df["x"] = df["Home"].map(p["yes"])
    return df


@case
def filter_regex(df: Any) -> Any:
    return df.filter(regex="^A|I").copy()


@case
def cols_difference(df: Any) -> Any:
    rest = df.columns.difference(["Home"])
    return df[rest]


@case
def cols_values(df: Any) -> Any:
    for c in df.columns.values:
        if df[c].dtypes == object:  # noqa: E721
            df[c] = df[c].fillna("x")
    return df


@case
def dtypes_items(df: Any) -> Any:
    for c, t in df.dtypes.items():
        if t == float:  # noqa: E721
            df[c] = df[c].fillna(0)
    return df


@case
def items_loop(df: Any) -> Any:
    out = {}
    for c, s in df.items():
        out[c] = s.fillna(0) if s.dtype == float else s
    return pd.DataFrame(out)


@case
def while_loop(df: Any) -> Any:
    i = 0
    while i < 3:
        df[f"p{i}"] = df["Age"] ** i
        i += 1
    return df


@case
def nested_functions_lists(df: Any) -> Any:
    steps_: list[Any] = [lambda d: d.assign(x=1), lambda d: d.assign(y=d["x"] + d["Age"])]
    for s in steps_:
        df = s(df)
    return functools.reduce(lambda d, f: f(d), steps_, df)


@case
def star_args(df: Any) -> Any:
    def add(*cols: Any) -> Any:
        return sum(df[c] for c in cols)

    df["x"] = add("Age", "Amount", "Price")
    return df


@case
def tuples_branches(df: Any) -> Any:
    def f(r: Any) -> Any:
        if r["Age"] > 40:
            return "old", r["Amount"] * 2, 1
        if pd.isna(r["Income"]):
            return "none", 0, 2
        return r["Home"], 1 / r["Price"], 3

    df["a"], df["b"], df["c"] = zip(*df.apply(f, axis=1))  # noqa: B905
    return df


@case
def tuples_frame(df: Any) -> Any:
    e = pd.DataFrame(df["Age"].apply(lambda x: (x, x * 2)).tolist(), index=df.index, columns=["u", "v"])
    return pd.concat([df, e], axis=1)


@case
def tuples_const_way(df: Any) -> Any:
    df[["a", "b"]] = df.apply(
        lambda r: pd.Series([1, 2]) if r["Age"] > 40 else pd.Series([r["Age"], r["Amount"]]), axis=1
    )
    return df


@case
def expand_join(df: Any) -> Any:
    return df.join(df.apply(lambda r: pd.Series({"p": r["Age"], "q": r["Home"]}), axis=1))


@case
def raising_way(df: Any) -> Any:
    df["a"], df["b"] = zip(*df["Age"].apply(lambda x: (1 / (x - 5), x)))  # noqa: B905
    return df


@case
def match_guard(df: Any) -> Any:
    def f(x: Any) -> Any:
        match x:
            case 1000 | 500:
                return 1
            case y if y > 1500:
                return y
            case None:
                return -1
            case _:
                return 0

    df["x"] = df["Amount"].apply(f)
    return df


@case
def star_call(df: Any) -> Any:
    def add(*c: Any) -> Any:
        return sum(df[k] for k in c)

    cols = ["Age", "Amount"]
    df["x"] = add(*cols)
    df["y"] = np.maximum(*[df[c] for c in cols])
    return df


@case
def any_proxy_builtin_row(df: Any) -> Any:
    df["x"] = df.apply(lambda r: any([r["Married"], r["Age"] > 60]), axis=1)
    return df


@case
def math_log_base(df: Any) -> Any:
    df["x"] = df["Age"].apply(lambda a: math.log(a, 2))
    return df


@case
def join_(df: Any) -> Any:
    df["x"] = df.apply(lambda r: "-".join([r["Home"], r["Records"]]), axis=1)
    return df


@case
def join_map(df: Any) -> Any:
    df["x"] = df.apply(lambda r: "-".join(map(str, [r["Home"], r["Records"]])), axis=1)
    return df

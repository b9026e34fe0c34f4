"""Cleaning functions as people write them. Each is handed to golive unchanged, in front of a plain model.

What a function learns from the training rows is written out a second time in ``frozen``, in pandas: what the same step
means for rows that come later. On the training rows both must give the same table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from conformance.cases import CLEANINGS, Case, add, covered
from conformance.project import WEALTHY, grade_points, money, per_month, tidy_names

if TYPE_CHECKING:
    from collections.abc import Callable

    Frozen = Callable[[Any, Any], Any] | None


def case(covers: str, columns: str, *, frozen: Frozen = None, **more: Any) -> Callable[[Any], Any]:
    def named(clean: Any) -> Any:
        name = clean.__name__
        holds = name.replace("_", " ")
        add(CLEANINGS, Case(name, plain, tuple(columns.split()), covered(covers), holds, clean, frozen, **more))
        return clean

    return named


def plain() -> Any:
    """A model that looks at every column, whatever comes."""
    parts = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), make_column_selector(dtype_include="number")),
        (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_include=["object", "str", "category"])),
        remainder="passthrough",
    )
    return make_pipeline(parts, LogisticRegression(max_iter=300))


# Missing values


def filled_columns_frozen(df: Any, train: Any) -> Any:
    df = df.copy()
    df["income"] = df["income"].fillna(train["income"].median())
    df["rate"] = df["rate"].fillna(train["rate"].mean())
    df["employment"] = df["employment"].fillna(train["employment"].mode()[0])
    df["balance"] = df["balance"].fillna(0)
    return df


@case(
    "copy; assignment; fillna value; fillna mean; fillna median; fillna mode",
    "income rate employment balance home age",
    frozen=filled_columns_frozen,
)
def filled_columns(df: Any) -> Any:
    df = df.copy()
    df["income"] = df["income"].fillna(df["income"].median())
    df["rate"] = df["rate"].fillna(df["rate"].mean())
    df["employment"] = df["employment"].fillna(df["employment"].mode()[0])
    df["balance"] = df["balance"].fillna(0)
    return df


def filled_from_dict_frozen(df: Any, train: Any) -> Any:
    df = df.fillna({"income": 0.0, "employment": "unknown"})
    numbers = df[["rate", "balance"]].fillna(train[["rate", "balance"]].median())
    return pd.concat([df.drop(columns=["rate", "balance"]), numbers, df["income"].eq(0).rename("no_income")], axis=1)


@case(
    "fillna dict; fillna Series; concat; drop; comparisons",
    "income rate employment balance home",
    frozen=filled_from_dict_frozen,
)
def filled_from_dict(df: Any) -> Any:
    df = df.fillna({"income": 0.0, "employment": "unknown"})
    numbers = df[["rate", "balance"]].fillna(df[["rate", "balance"]].median())
    return pd.concat([df.drop(columns=["rate", "balance"]), numbers, df["income"].eq(0).rename("no_income")], axis=1)


def missing_flags_frozen(df: Any, train: Any) -> Any:
    def filled(frame: Any) -> Any:
        frame = frame.copy()
        for name in ["income", "rate", "balance"]:
            frame[f"{name}_missing"] = frame[name].isna().astype(int)
            frame[name] = frame[name].fillna(train[name].median())
        return frame

    df, learned = filled(df), filled(train)
    df["known"] = df["employment"].notna()
    numbers = learned.select_dtypes("number").columns
    df[numbers] = (df[numbers] - learned[numbers].mean()) / learned[numbers].std()
    return df


@case(
    "isna; notna; loop over columns; f-string; select_dtypes; astype int; arithmetic",
    "income rate balance employment",
    frozen=missing_flags_frozen,
)
def missing_flags_in_a_loop(df: Any) -> Any:
    df = df.copy()
    for name in ["income", "rate", "balance"]:
        df[f"{name}_missing"] = df[name].isna().astype(int)
        df[name] = df[name].fillna(df[name].median())
    df["known"] = df["employment"].notna()
    numbers = df.select_dtypes("number").columns
    df[numbers] = (df[numbers] - df[numbers].mean()) / df[numbers].std()
    return df


# Look-ups and replacements


@case(
    "replace scalar; replace list; replace dict; map dict; map Series; in; dict look-up; astype bool",
    "home purpose grade insured late region age",
)
def replaced_and_mapped(df: Any) -> Any:
    df = df.copy()
    df["home"] = df["home"].replace("other", "rent")
    df["purpose"] = df["purpose"].replace(["boat", "travel", "wedding"], "fun")
    df["grade"] = df["grade"].replace({"F": "E", "G": "E"}).map({"A": 1, "B": 2, "C": 3, "D": 4, "E": 5})
    df["insured"] = df["insured"].map(pd.Series({"yes": 1.0, "no": 0.0}))
    df["late"] = df["late"].replace(0, -1)
    df["ever_late"] = (df["late"] > 0).astype(bool)
    df["north"] = df["region"].map(lambda region: region in ("R01", "R02", "R03"))
    return df.drop(columns=["region"])


@case(
    "map function; apply column; is None; in; dict look-up; imported function; helper function", "grade home late used"
)
def functions_on_columns(df: Any) -> Any:
    df = df.copy()
    df["points"] = df["grade"].apply(grade_points)
    df["house"] = df["home"].map(lambda home: "owner" if home in ["own", "mortgage"] else "tenant")
    df["strikes"] = df["late"].apply(strikes)
    return df[["points", "house", "strikes", "used"]]


def strikes(late: Any) -> str:
    if late == 0:
        return "clean"
    if late < 3:
        return "some"
    return "many"


@case("apply rows; comparisons; cast; boolean operators", "income amount age home late married months employment")
def points_per_row(df: Any) -> Any:
    df["points"] = df.apply(points, axis=1)
    df["segment"] = df.apply(lambda row: f"{row['home']}-{'m' if row['married'] else 's'}", axis=1)
    return df.drop(columns=["home", "employment"])


def points(row: Any) -> Any:
    total = 0.0
    if row["income"] > 2000 and not row["late"] > 1:
        total += 2
    elif pd.isna(row["income"]):
        total -= 1
    if row["home"] in ("own", "mortgage") or row["employment"] == "retired":
        total += 1
    if row["age"] < 25:
        return total - float(row["months"]) / 12
    return total + min(row["amount"], 10_000) / 10_000


# Numbers that came as text


@case("isinstance; try; cast; apply column; imported function", "price stated amount late")
def dirty_amounts_by_function(df: Any) -> Any:
    df = df.copy()
    df["price"] = df["price"].apply(money)
    df["stated"] = df["stated"].apply(as_number)
    return df


def as_number(text: Any) -> Any:
    try:
        return float(text)
    except (TypeError, ValueError):
        return np.nan


@case("str.replace; str.strip; astype float; to_numeric; to_numeric coerce", "price interest stated term late")
def dirty_amounts_by_column(df: Any) -> Any:
    df = df.assign(late=df["late"] * 1.0)
    df["price"] = df["price"].str.replace("$", "", regex=False).str.replace(",", "", regex=False).astype(float)
    df["interest"] = pd.to_numeric(df["interest"].str.strip("%"))
    df["stated"] = pd.to_numeric(df["stated"], errors="coerce")
    df["term"] = df["term"].str.replace(" months", "").str.strip().astype(int)
    return df


@case("str.split; str[]; str.slice; str.len; map dict; fillna value", "tenure code term city used")
def parts_of_codes(df: Any) -> Any:
    df = df.copy()
    years = {"< 1 year": 0, "1 year": 1, "2 years": 2, "5 years": 5, "10+ years": 10}
    df["tenure"] = df["tenure"].map(years).fillna(-1)
    df["country"] = df["code"].str.split("-").str[0]
    df["first"] = df["code"].str[0]
    df["number"] = df["code"].str.split("-").str[1].str.len()
    df["short"] = df["term"].str.strip().str.slice(0, 2)
    df["long_name"] = df["city"].str.len() > 6
    return df.drop(columns=["code", "term", "city"])


@case(
    "str.lower; str.upper; str.strip; str.contains; str.startswith; str.endswith; boolean operators; astype int",
    "comment home purpose used",
)
def words_in_comments(df: Any) -> Any:
    df = df.copy()
    text = df["comment"].fillna("").str.strip().str.lower()
    df["late_word"] = text.str.contains("late")
    df["good"] = text.str.startswith("good").astype(int)
    df["loan"] = (text.str.endswith("loan") | text.str.contains("car")) & ~df["late_word"]
    df["silent"] = text.isin(["", "n/a"])
    df["home"] = df["home"].str.upper()
    return df.drop(columns="comment")


# Conditions


@case(
    "where; mask; np.where; np.select; loc assignment; between; isin; boolean operators; comparisons",
    "income amount age home late months balance",
)
def conditions(df: Any) -> Any:
    df = df.copy()
    df["income"] = df["income"].where(df["income"] < 50_000, 50_000)
    df["balance"] = df["balance"].mask(df["balance"].isna() | (df["balance"] < 0), 0)
    df["short"] = np.where((df["months"] <= 12) & (df["amount"] > 1000), 1, 0)
    steps = [df["age"] < 25, df["age"].between(25, 40), df["age"] > 65]
    df["stage"] = np.select(steps, ["young", "building", "old"], default="settled")
    df["tenant"] = df["home"].isin(["rent", "other"])
    df.loc[df["late"] > 5, "late"] = 5
    df.loc[df["income"].isna() & df["tenant"], "income"] = 500.0
    df.loc[~df["tenant"], "amount"] = df["amount"] * 0.9
    return df


@case("clip; abs; round; ufuncs; arithmetic; assign; insert; rename", "income amount balance age months used")
def arithmetic_of_amounts(df: Any) -> Any:
    df = df.assign(burden=lambda d: d["amount"] / d["months"] / d["income"].clip(lower=1))
    df["log_amount"] = np.log1p(df["amount"])
    df["reserve"] = np.sqrt(df["balance"].abs()) * np.sign(df["balance"])
    df["decade"] = df["age"] // 10 * 10
    df["rest"] = df["months"] % 12
    df["squared"] = df["used"] ** 2 - 0.5
    df["thousands"] = (df["amount"] / 1000).round(1)
    df.insert(0, "limited", np.minimum(df["income"], 5_000.0).clip(100, 4_000))
    return df.rename(columns={"used": "utilisation"})


@case(
    "sum axis; mean axis; min axis; max axis; any axis; all axis; comprehension; isna",
    "income amount balance rate used late dependents",
)
def along_the_row(df: Any) -> Any:
    money_columns = [name for name in df.columns if name in {"income", "amount", "balance"}]
    df = df.copy()
    df["total"] = df[money_columns].sum(axis=1)
    df["average"] = df[money_columns].mean(axis=1)
    df["least"] = df[["late", "dependents"]].min(axis=1)
    df["most"] = df[["late", "dependents"]].max(axis=1)
    df["gaps"] = df.isna().sum(axis=1)
    df["any_gap"] = df[["income", "rate"]].isna().any(axis=1)
    df["all_zero"] = (df[["late", "dependents"]] == 0).all(axis=1)
    return df


# Bins, categories, dummies


def binned_frozen(df: Any, train: Any) -> Any:
    df = df.copy()
    df["age_band"] = pd.cut(df["age"], bins=[0, 25, 40, 60, 120], labels=["young", "adult", "older", "old"])
    df["late_band"] = pd.cut(df["late"], [-1, 0, 2, 100], labels=False)
    edges = pd.qcut(train["amount"], 5, retbins=True)[1]
    df["amount_band"] = pd.cut(df["amount"], edges, labels=False, include_lowest=True)
    edges = pd.cut(train["used"], 4, retbins=True)[1]
    df["used_band"] = pd.cut(df["used"], edges, labels=["q1", "q2", "q3", "q4"])
    return df.drop(columns=["age", "amount"])


@case("cut; qcut; drop", "age late amount used", frozen=binned_frozen)
def binned(df: Any) -> Any:
    df = df.copy()
    df["age_band"] = pd.cut(df["age"], bins=[0, 25, 40, 60, 120], labels=["young", "adult", "older", "old"])
    df["late_band"] = pd.cut(df["late"], [-1, 0, 2, 100], labels=False)
    df["amount_band"] = pd.qcut(df["amount"], 5, labels=False)
    df["used_band"] = pd.cut(df["used"], 4, labels=["q1", "q2", "q3", "q4"])
    return df.drop(columns=["age", "amount"])


def dummies_frozen(df: Any, train: Any) -> Any:
    df = df.copy()
    for name in ("home", "purpose", "employment"):
        df[name] = pd.Categorical(df[name], categories=sorted(train[name].dropna().unique()))
    df = pd.get_dummies(df, columns=["home", "purpose"], drop_first=True, prefix=["h", "p"])
    return pd.get_dummies(df, columns=["employment"], dummy_na=True, dtype=int)


@case(
    "get_dummies columns; get_dummies drop_first; get_dummies dummy_na; get_dummies prefix",
    "home purpose employment age used",
    frozen=dummies_frozen,
)
def dummies_of_texts(df: Any) -> Any:
    df = pd.get_dummies(df, columns=["home", "purpose"], drop_first=True, prefix=["h", "p"])
    return pd.get_dummies(df, columns=["employment"], dummy_na=True, dtype=int)


def codes_frozen(df: Any, train: Any) -> Any:
    df = df.copy()
    df["home"] = pd.Categorical(df["home"], categories=sorted(train["home"].unique())).codes
    order = list(dict.fromkeys(train["purpose"]))
    df["purpose"] = pd.Categorical(df["purpose"], categories=order).codes.astype("int64")
    order = list(dict.fromkeys(train["employment"].dropna()))
    df["employment"] = pd.Categorical(df["employment"], categories=order).codes.astype("int64")
    df["grade"] = pd.Categorical(df["grade"], categories=sorted(train["grade"].unique()))
    return df


@case("astype category; cat.codes; factorize", "home purpose employment grade used", frozen=codes_frozen)
def codes(df: Any) -> Any:
    df = df.copy()
    df["home"] = df["home"].astype("category").cat.codes
    df["purpose"] = pd.factorize(df["purpose"])[0]
    df["employment"], _ = df["employment"].factorize()
    df["grade"] = df["grade"].astype("category")
    return df


def banded_dummies_frozen(df: Any, train: Any) -> Any:
    bands = pd.cut(df["age"], [17, 30, 50, 99], labels=["a", "b", "c"])
    rare = train["region"].value_counts()
    kept = rare[rare >= 200].index
    region = df["region"].where(df["region"].isin(kept), "rare")
    seen = sorted(train["region"].where(train["region"].isin(kept), "rare").unique())
    return pd.concat(
        [
            df[["used"]],
            pd.get_dummies(bands, prefix="age", dtype=float),
            pd.get_dummies(pd.Categorical(region, categories=seen), dtype=int)
            .set_index(df.index)
            .add_prefix("region_"),
        ],
        axis=1,
    )


@case("get_dummies prefix; cut; concat; isin; where", "age region used", frozen=banded_dummies_frozen)
def banded_dummies(df: Any) -> Any:
    bands = pd.cut(df["age"], [17, 30, 50, 99], labels=["a", "b", "c"])
    often = df["region"].value_counts()
    region = df["region"].where(df["region"].isin(often[often >= 200].index), "rare")
    return pd.concat(
        [df[["used"]], pd.get_dummies(bands, prefix="age", dtype=float),
         pd.get_dummies(region, dtype=int).add_prefix("region_")],
        axis=1,
    )  # fmt: skip


# Groups and merges


def grouped_frozen(df: Any, train: Any) -> Any:
    df = df.copy()
    df["of_home"] = df["home"].map(train.groupby("home")["income"].median())
    df["income"] = df["income"].fillna(df["of_home"])
    grade = train.groupby("grade")["amount"].mean()
    df["against_grade"] = df["amount"] / df["grade"].map(grade)
    df["share"] = df["home"].map(train["home"].value_counts(normalize=True))
    return df


@case(
    "groupby transform; groupby agg map; arithmetic; fillna Series", "home grade income amount", frozen=grouped_frozen
)
def grouped(df: Any) -> Any:
    df = df.copy()
    df["of_home"] = df.groupby("home")["income"].transform("median")
    df["income"] = df["income"].fillna(df["of_home"])
    df["against_grade"] = df["amount"] / df["grade"].map(df.groupby("grade")["amount"].mean())
    df["share"] = df["home"].map(df["home"].value_counts(normalize=True))
    return df


def merged_groups_frozen(df: Any, train: Any) -> Any:
    rates = train.groupby("region").agg(mean_rate=("rate", "mean"), most_late=("late", "max")).reset_index()
    df = df.merge(rates, on="region", how="left")
    df["above"] = df["rate"] > df["mean_rate"]
    return df.drop(columns="region")


@case("groupby agg merge; merge; comparisons; drop", "region rate late used", frozen=merged_groups_frozen)
def merged_groups(df: Any) -> Any:
    rates = df.groupby("region").agg(mean_rate=("rate", "mean"), most_late=("late", "max")).reset_index()
    df = df.merge(rates, on="region", how="left")
    df["above"] = df["rate"] > df["mean_rate"]
    return df.drop(columns="region")


PURPOSE_TABLE = pd.DataFrame(
    {
        "purpose": ["car", "debt", "house", "medical", "boat"],
        "secured": [1, 0, 1, 0, 1],
        "kind": ["a", "b", "a", "c", "d"],
    }
)
GRADE_TABLE = pd.DataFrame({"limit": [9000.0, 7000.0, 5000.0]}, index=["A", "B", "C"])


@case("merge; join; fillna value; arithmetic", "purpose grade amount used")
def merged_tables(df: Any) -> Any:
    df = df.merge(PURPOSE_TABLE, on="purpose", how="left")
    df["secured"] = df["secured"].fillna(0)
    df["kind"] = df["kind"].fillna("none")
    df = df.join(GRADE_TABLE, on="grade")
    df["over"] = df["amount"] - df["limit"].fillna(3000.0)
    return df.drop(columns=["purpose"])


# Dates


@case(
    "to_datetime ISO; dt.year; dt.month; dt.day; dt.dayofweek; dt.quarter; dt.days; date difference",
    "applied opened used late",
)
def parts_of_dates(df: Any) -> Any:
    df = df.copy()
    df["applied"] = pd.to_datetime(df["applied"])
    df["year"] = df["applied"].dt.year
    df["month"] = df["applied"].dt.month
    df["day"] = df["applied"].dt.day
    df["weekday"] = df["applied"].dt.dayofweek
    df["quarter"] = df["applied"].dt.quarter
    df["open_days"] = (df["applied"] - df["opened"]).dt.days
    return df.drop(columns=["applied", "opened"])


@case("to_datetime format; date difference; dt.days; arithmetic; comparisons; cut", "born applied used")
def age_from_dates(df: Any) -> Any:
    born = pd.to_datetime(df["born"], format="%d.%m.%Y")
    applied = pd.to_datetime(df["applied"], format="%Y-%m-%d")
    years = (applied - born).dt.days / 365.25
    df = df.assign(years=years, adult=years >= 21, band=pd.cut(years, [0, 30, 50, 120], labels=["a", "b", "c"]))
    return df.drop(columns=["born", "applied"])


@case("date difference; dt.days; dt.month; isna; np.where; comparisons", "opened amount late")
def since_a_fixed_day(df: Any) -> Any:
    df = df.copy()
    df["since"] = (pd.Timestamp("2025-01-01") - df["opened"]).dt.days
    df["no_account"] = df["opened"].isna()
    df["old_account"] = np.where(df["opened"] < pd.Timestamp("2015-01-01"), 1, 0)
    df["summer"] = df["opened"].dt.month.isin([6, 7, 8])
    return df.drop(columns="opened")


# Structure: helpers, pipes, own modules


def fill_by_median(df: Any, names: Any) -> Any:
    for name in names:
        df[name] = df[name].fillna(df[name].median())
    return df


def as_flags(df: Any, **flags: Any) -> Any:
    return df.assign(**{name: df[column].eq(value).astype(int) for name, (column, value) in flags.items()})


def piped_frozen(df: Any, train: Any) -> Any:
    df = df.copy()
    for name in ("income", "rate"):
        df[name] = df[name].fillna(train[name].median())
    df = df.assign(per_month=df["amount"] / df["months"].replace(0, 12))
    df = df.rename(columns={"late": "late_payments", "used": "utilisation"})
    df["rents"] = (df["home"] == "rent").astype(int)
    df["wealthy"] = df["income"] > WEALTHY
    return df.drop(columns="home")


@case(
    "pipe; helper function; imported function; rename; comprehension; loop over columns; copy",
    "income rate amount months late used home",
    frozen=piped_frozen,
)
def piped(df: Any) -> Any:
    return (
        df.copy()
        .pipe(fill_by_median, ["income", "rate"])
        .pipe(per_month)
        .pipe(tidy_names)
        .pipe(as_flags, rents=("home", "rent"))
        .assign(wealthy=lambda d: d["income"] > WEALTHY)
        .drop(columns="home")
    )


@case(
    "astype str; f-string; is None; comprehension; apply column; str.upper; astype bool",
    "home employment insured phone used",
)
def texts_made_of_texts(df: Any) -> Any:
    df = df.copy()
    df["key"] = df["home"].astype(str) + "_" + df["insured"].astype(str)
    df["called"] = df["phone"].astype(str)
    df["work"] = df["employment"].apply(lambda job: "NONE" if job is None or pd.isna(job) else f"<{job.upper()}>")
    for flag in [name for name in df.columns if name in ("phone", "insured")]:
        df[flag] = (df[flag] == "yes") if flag == "insured" else df[flag].astype(bool)
    return df.drop(columns=["home", "employment"])


# Rows left out


@case("filter dropna; filter mask", "income rate amount age")
def rows_with_gaps_left_out(df: Any) -> Any:
    df = df.dropna(subset=["income", "rate"])
    df = df[df["age"] >= 21]
    return df.assign(ratio=df["amount"] / df["income"])


def outliers_left_out_frozen(df: Any, train: Any) -> Any:
    low, high = train["amount"].quantile(0.01), train["amount"].quantile(0.99)
    df = df[df["amount"].between(low, high)]
    middle, spread = train["used"].mean(), train["used"].std()
    df = df[(df["used"] - middle).abs() <= 3 * spread]
    return df.assign(log=np.log(df["amount"]))


@case("filter outliers; filter mask; between; abs", "amount used late", frozen=outliers_left_out_frozen)
def outliers_left_out(df: Any) -> Any:
    low, high = df["amount"].quantile(0.01), df["amount"].quantile(0.99)
    middle, spread = df["used"].mean(), df["used"].std()
    df = df[df["amount"].between(low, high)]
    df = df[(df["used"] - middle).abs() <= 3 * spread]
    return df.assign(log=np.log(df["amount"]))


def duplicates_left_out_frozen(df: Any, train: Any) -> Any:
    """A single row is nobody's duplicate."""
    df = df[df["months"] > 0]
    return df.assign(per_month=df["amount"] / df["months"])


@case("filter drop_duplicates; filter mask", "amount months late home", frozen=duplicates_left_out_frozen)
def duplicates_left_out(df: Any) -> Any:
    df = df.drop_duplicates()
    df = df[df["months"] > 0]
    return df.assign(per_month=df["amount"] / df["months"])


# A whole notebook


def whole_notebook_frozen(df: Any, train: Any) -> Any:
    df = df.copy()
    for name in ["income", "balance"]:
        df[name] = df[name].fillna(train[name].median())
    df["employment"] = df["employment"].fillna("none")
    df["income"] = df["income"].clip(upper=train["income"].fillna(train["income"].median()).quantile(0.99))
    df["burden"] = df["amount"] / df["income"]
    df["interest"] = pd.to_numeric(df["interest"].str.rstrip("%"), errors="coerce").fillna(0)
    df["years"] = df["tenure"].apply(years_of)
    df["month"] = pd.to_datetime(df["applied"], format="%Y-%m-%d").dt.month
    df["risky"] = ((df["late"] > 2) | df["purpose"].isin(["boat", "travel"])).astype(int)
    for name in ["home", "employment"]:
        df[name] = pd.Categorical(df[name], categories=sorted(train[name].fillna("none").unique()))
    df = df.drop(columns=["purpose", "tenure", "applied"])
    return pd.get_dummies(df, columns=["home", "employment"], dtype=int)


@case(
    "fillna median; clip; to_numeric coerce; apply column; get_dummies columns; to_datetime format; dt.month; isin",
    "income balance employment amount interest tenure applied late purpose home",
    frozen=whole_notebook_frozen,
)
def whole_notebook(df: Any) -> Any:
    df = df.copy()
    for name in ["income", "balance"]:
        df[name] = df[name].fillna(df[name].median())
    df["employment"] = df["employment"].fillna("none")
    df["income"] = df["income"].clip(upper=df["income"].quantile(0.99))
    df["burden"] = df["amount"] / df["income"]
    df["interest"] = pd.to_numeric(df["interest"].str.rstrip("%"), errors="coerce").fillna(0)
    df["years"] = df["tenure"].apply(years_of)
    df["month"] = pd.to_datetime(df["applied"], format="%Y-%m-%d").dt.month
    df["risky"] = ((df["late"] > 2) | df["purpose"].isin(["boat", "travel"])).astype(int)
    df = df.drop(columns=["purpose", "tenure", "applied"])
    return pd.get_dummies(df, columns=["home", "employment"], dtype=int)


def years_of(tenure: Any) -> float:
    if not isinstance(tenure, str):
        return -1.0
    if tenure.startswith("<"):
        return 0.0
    return float(tenure.split(" ")[0].replace("+", ""))


def telecom_churn_frozen(df: Any, train: Any) -> Any:
    df = df.rename(columns=str.lower)
    df["total"] = pd.to_numeric(df["stated"], errors="coerce")
    df["total"] = df["total"].fillna(df["months"] * df["used"])
    df["insured"] = df["insured"].map({"yes": 1, "no": 0})
    df["services"] = df[["phone", "married"]].sum(axis=1)
    df["tenure_band"] = pd.cut(df["months"], [0, 12, 36, 100], labels=["new", "known", "loyal"], right=True)
    df["used_z"] = (df["used"] - train["used"].mean()) / train["used"].std()
    return df.drop(columns=["stated"])


@case(
    "to_numeric coerce; rename; map dict; sum axis; cut; arithmetic",
    "stated months used insured phone married",
    frozen=telecom_churn_frozen,
)
def telecom_churn(df: Any) -> Any:
    df = df.rename(columns=str.lower)
    df["total"] = pd.to_numeric(df["stated"], errors="coerce")
    df["total"] = df["total"].fillna(df["months"] * df["used"])
    df["insured"] = df["insured"].map({"yes": 1, "no": 0})
    df["services"] = df[["phone", "married"]].sum(axis=1)
    df["tenure_band"] = pd.cut(df["months"], [0, 12, 36, 100], labels=["new", "known", "loyal"], right=True)
    df["used_z"] = (df["used"] - df["used"].mean()) / df["used"].std()
    return df.drop(columns=["stated"])

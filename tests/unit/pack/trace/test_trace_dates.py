"""Dates: read from text or handed in as dates, taken apart, subtracted, compared; equal to pandas or no score."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from tests.conformance.javascript import needs_node, run

import golive
from golive.errors import ContractError, UnsupportedError
from golive.export.javascript import document

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from golive.engine.bundle import Bundle

    Clean = Callable[[Any], Any]

CASES: list[Clean] = []


def case(clean: Clean) -> Clean:
    CASES.append(clean)
    return clean


def accounts(rows: int = 240, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)

    def days(first: str, count: int) -> pd.Series:
        return pd.Series(pd.Timestamp(first) + pd.to_timedelta(rng.integers(0, count, rows), "D"))

    opened = days("2014-12-20", 3000) + pd.to_timedelta(rng.integers(0, 86_400, rows), "s")
    frame = pd.DataFrame(
        {
            "opened": opened.where(rng.random(rows) > 0.1),
            "born": days("1950-01-01", 18_000).dt.strftime("%Y-%m-%d"),
            "paid": days("2023-06-01", 400).dt.strftime("%d.%m.%Y").where(rng.random(rows) > 0.1),
            "seen": (days("2024-02-25", 9) + pd.to_timedelta(rng.integers(0, 86_400, rows), "s")).dt.strftime(
                "%Y-%m-%dT%H:%M:%S"
            ),
            "x": rng.normal(size=rows),
        }
    )
    frame.loc[3, "paid"] = "soon"
    return frame


def built(clean: Clean, rows: pd.DataFrame, out: Path) -> tuple[Bundle, Any]:
    made = clean(rows.copy())
    late = (made["x"] + np.random.default_rng(1).normal(size=len(rows)) > 0).astype(int)
    model = HistGradientBoostingClassifier(max_iter=20, min_samples_leaf=5).fit(made, late)
    return golive.build(model, rows, clean=clean, holdout=accounts(200, seed=9), out=out), model


@case
def parts_of_a_date_column(df: Any) -> Any:
    made = pd.DataFrame({"x": df["x"]})
    opened = df["opened"].fillna(df["opened"].median())
    for part in ("year", "month", "day", "quarter", "day_of_week", "hour", "minute", "second", "days_in_month"):
        made[part] = getattr(opened.dt, part)
    made["age"] = 2026 - opened.dt.year
    made["half"] = (opened.dt.month - 1) // 6
    return made


@case
def edges_of_months_and_years(df: Any) -> Any:
    born = pd.to_datetime(df["born"])
    made = pd.DataFrame({"x": df["x"]})
    for edge in ("month_start", "month_end", "quarter_start", "quarter_end", "year_start", "year_end"):
        made[edge] = getattr(born.dt, f"is_{edge}").astype(int)
    made["day_of_year"] = born.dt.day_of_year
    return made


@case
def differences(df: Any) -> Any:
    born, seen = pd.to_datetime(df["born"], format="%Y-%m-%d"), pd.to_datetime(df["seen"])
    made = pd.DataFrame({"x": df["x"]})
    made["days"] = (seen - born).dt.days
    made["years"] = (seen - born).dt.days / 365.25
    made["rest"] = (seen - born).dt.seconds
    made["hours"] = (seen - born).dt.total_seconds() / 3600
    made["to"] = (pd.Timestamp("2025-01-01") - seen) / np.timedelta64(1, "D")
    made["back"] = (born - seen.dt.normalize()).dt.days
    made["since_first"] = (seen - seen.min()).dt.days
    return made


@case
def missing_and_unreadable_dates(df: Any) -> Any:
    paid = pd.to_datetime(df["paid"], format="%d.%m.%Y", errors="coerce")
    made = pd.DataFrame({"x": df["x"]})
    made["none"] = paid.isna().astype(int)
    made["late"] = (paid > "2024-01-01").astype(int)
    made["year"] = paid.dt.year.fillna(0)
    made["gap"] = (df["opened"] - paid).dt.days.fillna(-1)
    made["between"] = paid.between(pd.Timestamp("2023-08-01"), pd.Timestamp("2023-12-31")).astype(int)
    return made


@case
def a_date_in_place_of_a_text(df: Any) -> Any:
    df["seen"] = pd.to_datetime(df["seen"], errors="raise")
    df["weekend"] = np.where(df["seen"].dt.day_of_week >= 5, 1, 0)
    df["noon"] = (df["seen"] - df["seen"].dt.floor("D")).dt.total_seconds() > 43_200
    return df.drop(columns=["seen", "born", "paid", "opened"])


@pytest.mark.parametrize("clean", CASES, ids=lambda clean: clean.__name__)
def test_dates_are_equal_to_pandas(clean: Clean, tmp_path: Path) -> None:
    rows = accounts()
    bundle, model = built(clean, rows, tmp_path / "m.golive")
    expected = model.predict_proba(clean(rows.copy()))[:, 1]
    np.testing.assert_allclose(bundle.score(rows), expected, rtol=0, atol=1e-12)
    alone = [bundle.score(rows.iloc[[at]])[0] for at in range(0, 240, 40)]
    np.testing.assert_array_equal(alone, bundle.score(rows)[::40])


@pytest.mark.parametrize("clean", CASES[1:4], ids=lambda clean: clean.__name__)
@needs_node
def test_dates_are_equal_in_javascript(clean: Clean, tmp_path: Path) -> None:
    rows = accounts()
    bundle, _ = built(clean, rows, tmp_path / "m.golive")
    cases = json.loads(rows.assign(opened=rows["opened"].dt.strftime("%Y-%m-%dT%H:%M:%S")).to_json(orient="records"))
    script = "const b = golive.load(given.document); return given.cases.map((row) => b.score(row));"
    found = run(script, {"document": document(bundle), "cases": cases})
    np.testing.assert_allclose(np.array(found), bundle.score(cases), rtol=0, atol=1e-15)


def test_a_product_sends_dates_as_text_and_the_contract_says_how(tmp_path: Path) -> None:
    bundle, _ = built(missing_and_unreadable_dates, accounts(), tmp_path / "m.golive")
    assert {one.name: one.form for one in bundle.contract.inputs} == {"opened": "iso", "paid": "%d.%m.%Y", "x": ""}
    case = {"opened": "2016-02-03", "paid": "01.02.2024", "x": 0.5}
    frame = pd.DataFrame({"opened": pd.to_datetime(["2016-02-03"]), "paid": ["01.02.2024"], "x": [0.5]})
    assert bundle.score([case])[0] == bundle.score(frame)[0]
    assert (
        bundle.score([{**case, "opened": None, "paid": None}])[0]
        == bundle.score([{**case, "opened": None, "paid": "soon"}])[0]
    )
    with pytest.raises(ContractError, match="number 20160203"):
        bundle.score([{**case, "opened": 20160203}])


@pytest.mark.parametrize("text", ["1.2.2024", "2024-02-01", "now", "01.02.1500", "٠١.٠٢.٢٠٢٤", " 01.02.2024"])
def test_what_readers_disagree_on_gets_no_score(text: str, tmp_path: Path) -> None:
    bundle, _ = built(missing_and_unreadable_dates, accounts(), tmp_path / "m.golive")
    assert np.isnan(bundle.score([{"opened": "2016-02-03", "paid": text, "x": 0.5}])[0])


def test_what_makes_pandas_raise_gets_no_score(tmp_path: Path) -> None:
    bundle, _ = built(differences, accounts(), tmp_path / "m.golive")
    good = {"born": "1980-02-29", "seen": "2024-03-01T10:00:00", "x": 0.0}
    assert 0 < bundle.score([good])[0] < 1
    for wrong in ("1981-02-29", "soon", "1980-2-29", "29.02.1980"):
        assert np.isnan(bundle.score([{**good, "born": wrong}])[0]), wrong


def refusal(rows: pd.DataFrame, clean: Clean, match: str, tmp_path: Path) -> None:
    model = HistGradientBoostingClassifier(max_iter=2).fit(rows[["x"]], np.arange(len(rows)) % 2)
    with pytest.raises(UnsupportedError, match=match):
        golive.build(model, rows, clean=clean, out=tmp_path / "m.golive")
    assert not (tmp_path / "m.golive").exists()


def test_dates_that_cannot_be_followed_are_refused_by_name(tmp_path: Path) -> None:
    rows = accounts()

    def unstated(df: Any) -> Any:
        df["x"] = df["x"] + pd.to_datetime(df["born"]).dt.year
        return df[["x"]]

    refusal(rows.assign(born="3 of May 24 AD"), unstated, "form of the date '3 of May 24 AD' cannot be seen", tmp_path)
    refusal(rows.assign(born="2024-3-1"), unstated, "the text '2024-3-1' is a date", tmp_path)

    def two_digits(df: Any) -> Any:
        df["x"] = df["x"] + pd.to_datetime(df["born"].str[2:], format="%y-%m-%d").dt.year
        return df[["x"]]

    refusal(rows, two_digits, "dates of the form '%y-%m-%d'", tmp_path)

    def by_hand(df: Any) -> Any:
        df["x"] = df["opened"].apply(lambda date: 1.0 if pd.isna(date) else date.year)
        return df[["x"]]

    refusal(rows, by_hand, "a function on single values of a date", tmp_path)

    def as_numbers(df: Any) -> Any:
        df["x"] = pd.to_datetime(df["born"]).astype("int64")
        return df[["x"]]

    refusal(rows, as_numbers, "of a date is not compiled", tmp_path)

    def zoned(df: Any) -> Any:
        df["x"] = pd.to_datetime(df["born"]).dt.tz_localize("UTC").dt.year
        return df[["x"]]

    refusal(rows, zoned, "`tz_localize` of dates is not compiled", tmp_path)
    refusal(rows.assign(opened=rows["opened"].dt.tz_localize("UTC")), by_hand, "UTC", tmp_path)

    def clock(df: Any) -> Any:
        df["x"] = (pd.Timestamp.now() - df["opened"]).dt.days
        return df[["x"]]

    refusal(rows, clock, "may give another answer", tmp_path)


DECIDING = """
id = "dates"
version = "1"
owner = "nobody"
actions = { names = ["approve", "review", "reject"], favourable = "approve" }
bands = [{ id = "all", from = 0, to = 1, action = "approve" }]
fallback = { action = "review" }
"""


@needs_node
def test_a_decision_names_the_date_that_cannot_be_read(tmp_path: Path) -> None:
    built(differences, accounts(), tmp_path / "m.golive")
    (tmp_path / "m.golive" / "policy.toml").write_text(DECIDING)
    bundle = golive.load(tmp_path / "m.golive")
    good = {"born": "1980-02-29", "seen": "2024-03-01T10:00:00", "x": 0.0}
    cases = [good, {**good, "born": "29.02.1980"}, {**good, "born": "soon", "seen": "now"}]
    decisions = [bundle.decide(case) for case in cases]
    assert [one.action for one in decisions] == ["approve", "review", "review"]
    told = [[(one.field, one.problem, one.expected) for one in decision.problems] for decision in decisions]
    assert told[1] == [("born", "'29.02.1980' is not read alike everywhere", "a date written %Y-%m-%d")]
    assert [field for field, _, _ in told[2]] == ["born", "seen"]
    assert bundle.decide_many(cases) == decisions
    script = "const b = golive.load(given.document); return given.cases.map((row) => b.decide(row).problems);"
    found: Any = run(script, {"document": document(bundle), "cases": cases})
    assert [[(one["field"], one["problem"], one["expected"]) for one in problems] for problems in found] == told

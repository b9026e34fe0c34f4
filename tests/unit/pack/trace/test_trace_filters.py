"""Row filters: pandas' own rows on the training frame, one rule per line, and each row alone afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from tests.unit.pack.trace.conftest import assert_same, cell, column, kinds_of

from golive.engine.builder import Builder
from golive.engine.program import Program
from golive.errors import GoliveError, InputError
from golive.pack.trace import trace
from golive.records.contract import TRAINING, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

CUT = 2500


def mask(df: Any) -> Any:
    return df[df["Age"] < 60]


def mask_by_loc(df: Any) -> Any:
    df = df.loc[(df["Age"] < 60) & (df["Records"] == "no"), ["Age", "Income", "Home"]]
    df["Age"] = df["Age"] / df["Age"].mean()
    return df


def outliers(df: Any) -> Any:
    df = df[df["Price"] < df["Price"].quantile(0.9)]
    df = df[(df["Debt"] - df["Debt"].mean()).abs() <= 2 * df["Debt"].std()]
    return df.assign(Income=df["Income"].fillna(df["Income"].median()))


def dropped_missing(df: Any) -> Any:
    df = df.dropna(subset=["Income", "Job"]).reset_index(drop=True)
    df["Income"] = df["Income"].astype(int)
    return df


def dropped_missing_anywhere(df: Any) -> Any:
    return df.dropna()


def dropped_when_all_are_missing(df: Any) -> Any:
    return df.dropna(how="all", subset=["Income", "Debt"])


def dropped_below_a_number_of_values(df: Any) -> Any:
    return df.dropna(thresh=2, subset=["Income", "Debt", "Job"], ignore_index=True)


def queried(df: Any) -> Any:
    most = CUT  # noqa: F841  # the query reads it
    df = df.query("Price < @most and not (Home == 'rent' or Home in ['owner', 'castle']) and Age + 1 > 20")
    return df.query("Records != 'never' & -Age < 0")


def a_loop_at_one_line(df: Any) -> Any:
    for name in ("Price", "Age"):
        df = df[df[name] <= df[name].quantile(0.95)]
    return df


def dropped_by_the_labels_of_a_condition(df: Any) -> Any:
    return df.drop(df[df["Price"] > CUT].index)


def written_by_a_condition_after_a_filter(df: Any) -> Any:
    df = df[df["Age"] < 60].copy()
    df.loc[df["Price"] > CUT, "Price"] = df.loc[df["Price"] > CUT, "Age"]
    return df


def only_columns_of_filtered_rows(df: Any) -> Any:
    left = df[df["Age"] < 60]
    return pd.DataFrame({"age": left["Age"], "log": np.log1p(left["Price"])})


def groups_after_a_filter(df: Any) -> Any:
    df = df[df["Age"] < 60]
    df["typical"] = df.groupby("Home")["Price"].transform("median")
    return df


FILTERS = [
    mask, mask_by_loc, outliers, dropped_missing, dropped_missing_anywhere, dropped_when_all_are_missing,
    dropped_below_a_number_of_values, queried, a_loop_at_one_line, dropped_by_the_labels_of_a_condition,
    written_by_a_condition_after_a_filter, only_columns_of_filtered_rows, groups_after_a_filter,
]  # fmt: skip


@pytest.mark.parametrize("clean", FILTERS, ids=lambda clean: clean.__name__)
def test_rows_that_pandas_keeps_keep_every_rule_and_the_others_break_one(
    clean: Callable[..., Any], train: pd.DataFrame, unseen: pd.DataFrame
) -> None:
    traced, program = compiled(clean, train)
    expected = clean(train.copy())
    pd.testing.assert_frame_equal(traced.frame, expected, check_exact=True)
    assert 0 < len(expected) < len(train)
    kept = keeps(program, train)
    assert np.flatnonzero(kept).tolist() == traced.places.tolist()
    assert sum(rule.dropped for rule in traced.ruled.rules) == len(train) - len(expected)
    assert_same(program, train[kept], expected)
    for rows in (unseen, train):
        kept = keeps(program, rows)
        replayed = traced.replayed(rows)
        assert np.flatnonzero(kept).tolist() == replayed.places.tolist()
        assert set(replayed.gone) == set(np.flatnonzero(~kept).tolist())
        assert_same(program, rows[kept], replayed.frame)
        for at in range(0, len(rows), 5):
            alone = traced.replayed(rows.iloc[[at]])
            assert (len(alone.frame) == 1) == kept[at]
            if not kept[at]:
                node = program.graph.rules[alone.gone[0]]
                assert program.row(case(program, rows, at))[node] is False


def test_a_rule_names_line_source_inputs_and_says_in_words_what_holds(train: pd.DataFrame) -> None:
    found = trace(dropped_missing, train, Builder(), kinds_of(train)).ruled.rules
    assert [(rule.text, rule.inputs, rule.action) for rule in found] == [
        ("Income is not missing and Job is not missing", ("Income", "Job"), "review")
    ]
    assert found[0].name.startswith("test_trace_filters.py:")
    assert found[0].source == 'df = df.dropna(subset=["Income", "Job"]).reset_index(drop=True)'
    assert found[0].dropped == len(train) - len(dropped_missing(train))
    (one,) = trace(a_loop_at_one_line, train, Builder(), kinds_of(train)).ruled.rules
    assert one.inputs == ("Age", "Price")


def from_march(df: Any) -> Any:
    df = df.dropna(subset=["Opened"])
    return df[df["Opened"] >= pd.Timestamp("2020-03-01")][["Age"]]


def test_dates_are_written_as_dates(train: pd.DataFrame) -> None:
    days = pd.to_timedelta(range(len(train)), unit="D")
    rows = train.assign(Opened=(pd.Timestamp("2020-02-01") + days).where(train["Age"] > 25))
    kinds = kinds_of(train) | {"Opened": Kind.text}
    found = trace(from_march, rows, Builder(), kinds).ruled.rules
    assert [rule.text for rule in found] == ["Opened is not missing", "Opened >= 2020-03-01"]


@pytest.mark.parametrize("action", ["reject", TRAINING])
def test_the_user_says_what_happens_by_place_or_for_all(action: str, train: pd.DataFrame) -> None:
    first, second = trace(outliers, train, Builder(), kinds_of(train)).ruled.rules
    chosen = trace(outliers, train, Builder(), kinds_of(train), {first.name: action, "*": "later"}).ruled
    assert [rule.action for rule in chosen.rules] == [action, "later"]
    assert list(chosen.nodes) == [
        name for name in (first.name, second.name) if name == second.name or action != TRAINING
    ]
    assert {rule.action for rule in trace(outliers, train, Builder(), kinds_of(train), action).ruled.rules} == {action}


def test_a_filter_of_training_alone_takes_no_case_away(train: pd.DataFrame, unseen: pd.DataFrame) -> None:
    traced, program = compiled(outliers, train, TRAINING)
    expected = outliers(train.copy())
    pd.testing.assert_frame_equal(traced.frame, expected, check_exact=True)
    assert program.graph.rules == {}
    replayed = traced.replayed(unseen)
    assert (len(replayed.frame), replayed.gone) == (len(unseen), {})
    assert_same(program, unseen, replayed.frame)
    assert replayed.frame["Income"].fillna(-1).eq(unseen["Income"].fillna(expected["Income"].median())).sum() > 0


def repeated(df: Any) -> Any:
    return df.drop_duplicates(subset=["Age"])


def repeated_by_hand(df: Any) -> Any:
    return df[~df.duplicated(subset=["Age"], keep="last")]


def known_outcome(df: Any) -> Any:
    df = df[df["Married"] | (df["Age"] > 100)]
    return df.drop(columns="Married")


@pytest.mark.parametrize("clean", [repeated, repeated_by_hand, known_outcome], ids=lambda clean: clean.__name__)
def test_what_no_case_can_be_asked_is_a_matter_of_training(clean: Callable[..., Any], train: pd.DataFrame) -> None:
    kinds = {name: kind for name, kind in kinds_of(train).items() if name != "Married"}
    traced = trace(clean, train, Builder(), kinds)
    (rule,) = traced.ruled.rules
    assert (rule.action, traced.ruled.nodes) == (TRAINING, {})
    assert "other rows" in rule.text or "nobody knows when deciding" in rule.text
    assert len(traced.replayed(train.drop(columns="Married")).frame) == len(train)
    with pytest.raises(InputError, match="cannot be asked of a case"):
        trace(clean, train, Builder(), kinds, {rule.name: "review"})


def both_at_one_line(df: Any) -> Any:
    return df.drop_duplicates(subset=["Age"]).dropna(subset=["Income"])


def test_two_kinds_of_filters_at_one_line_are_two_rules(train: pd.DataFrame) -> None:
    by_nature, asked = trace(both_at_one_line, train, Builder(), kinds_of(train)).ruled.rules
    assert (asked.action, by_nature.action) == ("review", TRAINING)
    assert by_nature.name == f"{asked.name} (2)"


def missing_outcome(df: Any) -> Any:
    return df.dropna().drop(columns="Debt")


def test_a_missing_outcome_is_left_to_training_and_missing_inputs_are_asked(train: pd.DataFrame) -> None:
    kinds = {name: kind for name, kind in kinds_of(train).items() if name != "Debt"}
    traced = trace(missing_outcome, train, Builder(), kinds)
    asked, outcome = traced.ruled.rules
    assert (asked.text, asked.action) == ("Income is not missing and Job is not missing", "review")
    assert outcome.action == TRAINING
    assert "Debt" in outcome.text
    there = train["Income"].notna() & train["Job"].notna()
    assert len(traced.replayed(train.assign(Debt=np.nan)).frame) == there.sum()


def test_a_place_without_a_filter_is_refused_with_those_that_are_there(train: pd.DataFrame) -> None:
    with pytest.raises(InputError, match=r"takes no rows away at `clean\.py:1`") as caught:
        trace(mask, train, Builder(), kinds_of(train), {"clean.py:1": TRAINING})
    assert 'return df[df["Age"] < 60]' in str(caught.value.hint)
    with pytest.raises(InputError, match="expected an action"):
        trace(mask, train, Builder(), kinds_of(train), {"*": " "})


def for_an_aggregate_only(df: Any) -> Any:
    return df.assign(Income=df["Income"].fillna(df[df["Age"] > 30].dropna()["Income"].median()))


def test_rows_left_out_for_an_aggregate_are_no_rule(equal: Callable[..., Any]) -> None:
    assert equal(for_an_aggregate_only).ruled.rules == ()


def two_filters_meet(df: Any) -> Any:
    df["x"] = 1.0
    young, poor = df[df["Age"] < 200], df[df["Price"] < 99_999]
    return young.assign(x=poor["Price"])


def test_rows_that_are_the_same_only_in_training_do_not_meet(train: pd.DataFrame) -> None:
    with pytest.raises(GoliveError, match="other rows"):
        compiled(two_filters_meet, train)


def compiled(clean: Callable[..., Any], rows: pd.DataFrame, filters: Any = "review") -> tuple[Any, Program]:
    builder = Builder()
    traced = trace(clean, rows, builder, kinds_of(rows), filters)
    graph, arrays = builder.finish(traced.columns, builder.node("number", value=0.0), (), traced.ruled.nodes)
    return traced, Program(graph, arrays)


def case(program: Program, rows: pd.DataFrame, at: int) -> dict[str, Any]:
    return {name: cell(rows[name].iloc[at]) for name in program.graph.inputs}


def keeps(program: Program, rows: pd.DataFrame) -> Any:
    values = program.columns({name: column(rows[name]) for name in program.graph.inputs})
    return np.logical_and.reduce([values[node] for node in program.graph.rules.values()])

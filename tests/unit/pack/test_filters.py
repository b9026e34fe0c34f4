"""Row filters of the cleaning function through the whole of pack: rules in the bundle, and who is scored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from golive.engine.bundle import Bundle, load
from golive.errors import ContractError, DocumentError, InputError
from golive.pack.build import build
from golive.records.document import read
from golive.records.parity import Parity

POLICY = """
id = "p"
version = "1"
owner = "risk"
actions = {{ names = [{names}], favourable = "{favourable}" }}
fallback = {{ action = "review", message = "A person looks." }}
bands = [
  {{ id = "low", from = 0, to = 0.3, action = "approve" }},
  {{ id = "high", from = 0.3, to = 1, action = "review" }},
]
"""


def clean(df: pd.DataFrame) -> pd.DataFrame:
    df = df.drop_duplicates()
    df = df.dropna(subset=["income"])
    df = df[df["debt"] < df["debt"].quantile(0.9)].reset_index(drop=True)
    df["ratio"] = df["debt"] / df["income"].mean()
    return df[["age", "income", "ratio"]]


DROPNA, OUTLIERS = (
    next(n for n, line in enumerate(Path(__file__).read_text().splitlines(), start=1) if text in line)
    for text in ("df.dropna(", ".quantile(0.9)]")
)
MISSING, BEYOND = f"test_filters.py:{DROPNA}", f"test_filters.py:{OUTLIERS}"


@pytest.fixture(scope="module")
def left(loans: pd.DataFrame) -> pd.DataFrame:
    """The raw rows that are left, under their own labels."""
    rows = loans.dropna(subset=["income"])
    return rows[rows["debt"] < rows["debt"].quantile(0.9)]


@pytest.fixture(scope="module")
def model(loans: pd.DataFrame, left: pd.DataFrame) -> Any:
    return LogisticRegression(max_iter=2000).fit(clean(loans), (left["status"] == "bad").astype(int))


def packed(model: Any, loans: pd.DataFrame, out: Path, **options: Any) -> Bundle:
    return build(model, loans, clean=clean, outcome="status", event="bad", out=out / "m.golive", **options)


def with_policy(bundle: Bundle, names: str = '"approve", "reject", "review"', favourable: str = "approve") -> Bundle:
    (bundle.path / "policy.toml").write_text(POLICY.format(names=names, favourable=favourable))
    return load(bundle.path)


def test_remaining_rows_are_scored_as_the_model_scores_them_and_the_others_not(
    model: Any, loans: pd.DataFrame, left: pd.DataFrame, late: pd.DataFrame, tmp_path: Path
) -> None:
    reference = pd.Series(model.predict_proba(clean(loans))[:, 1], index=left.index)
    bundle = packed(model, loans, tmp_path, holdout=late.drop(columns="status"), reference=reference.sample(frac=1))
    np.testing.assert_allclose(bundle.score(left), reference, rtol=0, atol=1e-12)
    assert np.flatnonzero(~bundle.breaking(loans)).tolist() == left.index.tolist()
    checks = {(check.rows, check.what): check for check in read(bundle.path / "parity.json", Parity).checks}
    assert checks["training", "score"].compared == len(left)
    assert checks["training, filtered", "rule"].equal == len(loans) - len(left)
    assert checks["holdout", "rule"].equal == len(late)


@pytest.mark.parametrize("shape", ["all", "left"])
def test_scores_to_compare_may_be_of_all_rows_or_of_those_left(
    shape: str, model: Any, loans: pd.DataFrame, left: pd.DataFrame, tmp_path: Path
) -> None:
    scores = model.predict_proba(clean(loans))[:, 1]
    every = np.full(len(loans), 0.5)
    every[left.index] = scores
    packed(model, loans, tmp_path, reference=every if shape == "all" else scores)
    with pytest.raises(InputError, match="other scores"):
        packed(model, loans, tmp_path, reference=scores[::-1], force=True)


def test_a_case_that_breaks_a_rule_gets_its_action_without_a_score(
    model: Any, loans: pd.DataFrame, tmp_path: Path
) -> None:
    bundle = with_policy(packed(model, loans, tmp_path, filters={BEYOND: "reject"}))
    case = {"income": 100.0, "age": 40, "debt": 5.0}
    assert bundle.decide(case).score is not None
    missing = bundle.decide(case | {"income": None})
    assert (missing.action, missing.score, missing.fallback, missing.message) == (
        "review", None, True, "A person looks.",
    )  # fmt: skip
    assert [msgspec.to_builtins(problem) for problem in missing.problems] == [
        {"field": "income", "problem": f"the model knows no such rows ({MISSING})", "expected": "income is not missing"}
    ]
    beyond = bundle.decide(case | {"debt": 1e6})
    assert (beyond.action, beyond.score, beyond.message, beyond.problems[0].field) == ("reject", None, "", "debt")
    assert beyond.problems[0].expected.startswith("debt < ")
    assert bundle.decide(case | {"debt": 1e6, "income": None}).action == "review"  # the first filter decides


def test_deciding_many_is_deciding_each_also_where_rules_are_broken(
    model: Any, loans: pd.DataFrame, late: pd.DataFrame, tmp_path: Path
) -> None:
    bundle = with_policy(packed(model, loans, tmp_path, filters="reject"))
    rows = pd.concat([late, late.assign(debt=[1e5, 0.0] * (len(late) // 2))], ignore_index=True)
    decided = bundle.decide_many(rows)
    assert decided == [bundle.decide(row) for _, row in rows.iterrows()]
    assert {"reject", "approve", "review"} == {decision.action for decision in decided}
    assert all(decision.score is None for decision in decided if decision.action == "reject")


def test_scoring_lists_the_rows_that_break_a_rule(model: Any, loans: pd.DataFrame, tmp_path: Path) -> None:
    bundle = packed(model, loans, tmp_path)
    rows = loans.iloc[:3].assign(income=[100.0, np.nan, 100.0], debt=[0.0, 0.0, 9e9])
    for ask in (bundle.score, bundle.contributions):
        with pytest.raises(ContractError, match=r"2 of 3 rows break a row rule .*; row 1: `income`") as caught:
            ask(rows)
        assert [(row, field) for row, field, _ in caught.value.problems] == [(1, "income"), (2, "debt")]


def test_a_filter_of_training_alone_lets_every_case_pass(model: Any, loans: pd.DataFrame, tmp_path: Path) -> None:
    bundle = packed(model, loans, tmp_path, filters={BEYOND: "training"})
    rich = loans[loans["debt"] > loans["debt"].quantile(0.95)].dropna()
    cleaned = rich.assign(ratio=rich["debt"] / clean(loans)["income"].mean())[["age", "income", "ratio"]]
    # The mean is that of the rows that are left, which is what the constant of the function is on the training frame.
    mean = loans.dropna(subset=["income"]).query("debt < debt.quantile(0.9)")["income"].mean()
    expected = model.predict_proba(cleaned.assign(ratio=rich["debt"] / mean))[:, 1]
    np.testing.assert_allclose(bundle.score(rich), expected, rtol=0, atol=1e-12)
    assert list(bundle.graph.rules) == [MISSING]


def test_a_policy_without_the_action_or_that_would_grant_it_does_not_compile(
    model: Any, loans: pd.DataFrame, tmp_path: Path
) -> None:
    bundle = packed(model, loans, tmp_path, filters={BEYOND: "reject"})
    with pytest.raises(DocumentError, match=rf"rule {BEYOND} .*get `reject`, which is not in `names`"):
        with_policy(bundle, names='"approve", "review"')
    granted = packed(model, loans, tmp_path, filters={BEYOND: "approve"}, force=True)
    with pytest.raises(DocumentError, match=rf"rule {BEYOND} .*the favourable action"):
        with_policy(granted)


def test_a_place_without_a_filter_is_named_with_the_places_that_have_one(
    model: Any, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"no rows away at `clean\.py:99`") as caught:
        packed(model, loans, tmp_path, filters={"clean.py:99": "training"})
    assert f"{MISSING} (" in str(caught.value.hint) and "df.dropna" in str(caught.value.hint)
    plain = LogisticRegression().fit(loans[["age"]], bad)
    with pytest.raises(InputError, match="it takes none away anywhere"):
        build(plain, loans[["age"]], filters={"clean.py:99": "training"}, out=tmp_path / "x.golive")

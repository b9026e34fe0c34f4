"""The contract is what the training rows were, and no more is accepted than the user's own encoders accept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder

from golive.errors import ContractError, UnsupportedError
from golive.pack.build import build
from golive.records.contract import Contract, Kind, Unknown


def only(text: Any, columns: list[str]) -> Any:
    return make_pipeline(ColumnTransformer([("t", text, columns)], remainder="passthrough"), LogisticRegression())


def dummies(df: pd.DataFrame) -> pd.DataFrame:
    return pd.get_dummies(df[["home", "age"]], columns=["home"])


@pytest.fixture(scope="module")
def contract(loans: pd.DataFrame, bad: pd.Series, tmp_path_factory: pytest.TempPathFactory) -> Contract:
    model = only(OneHotEncoder(handle_unknown="ignore"), ["home", "job"])
    columns = ["home", "job", "age", "member"]
    return build(
        model.fit(loans[columns], bad), loans, outcome="status", out=tmp_path_factory.mktemp("b") / "m.golive"
    ).contract


def test_inputs_are_described_in_the_order_of_the_frame(contract: Contract, loans: pd.DataFrame) -> None:
    assert [known.name for known in contract.inputs] == ["age", "home", "job", "member"]
    age, home, job, member = contract.inputs
    assert (age.kind, age.nullable, age.low, age.high) == (
        Kind.number, False, float(loans["age"].min()), float(loans["age"].max()),
    )  # fmt: skip
    assert (home.kind, home.nullable, home.categories) == (Kind.text, False, ("own", "parents", "rent"))
    assert (job.nullable, job.categories) == (True, ("fixed", "none", "partime"))
    assert (member.kind, member.nullable) == (Kind.boolean, False)
    assert (contract.event, contract.outcome, contract.rows) == ("1", "status", 300)


def test_unknown_texts_are_accepted_where_the_users_encoder_was_told_so(contract: Contract) -> None:
    assert [known.unknown for known in contract.inputs if known.kind is Kind.text] == [Unknown.accept] * 2


@pytest.mark.parametrize("text", [OneHotEncoder(), OrdinalEncoder()])
def test_unknown_texts_break_the_contract_where_the_encoder_would_raise(
    text: Any, loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    columns = ["home", "age"]
    bundle = build(only(text, ["home"]).fit(loans[columns], bad), loans[columns], out=tmp_path / "m.golive")
    with pytest.raises(ContractError, match="never seen in training"):
        bundle.score([{"home": "castle", "age": 30}])


def test_unknown_texts_break_the_contract_where_get_dummies_would_hide_them(
    loans: pd.DataFrame, bad: pd.Series, tmp_path: Path
) -> None:
    model = LogisticRegression(max_iter=1000).fit(dummies(loans), bad)
    bundle = build(model, loans, clean=dummies, outcome="status", out=tmp_path / "m.golive")
    with pytest.raises(ContractError, match="never seen in training"):
        bundle.score([{"home": "castle", "age": 30}])
    one_row = bundle.score([{"home": "rent", "age": 30}])
    columns = dummies(loans).columns
    by_hand = pd.DataFrame([[30, False, False, True]], columns=columns)
    assert np.abs(one_row - model.predict_proba(by_hand)[:, 1]).max() <= 1e-12


def test_a_column_of_many_texts_is_free_text(bad: pd.Series, loans: pd.DataFrame, tmp_path: Path) -> None:
    train = pd.DataFrame({"code": [f"c{i % 150}" for i in range(300)], "age": loans["age"]})
    encoder = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)
    bundle = build(only(encoder, ["code"]).fit(train, bad), train, out=tmp_path / "m.golive")
    (code, _) = bundle.contract.inputs
    assert (code.categories, code.unknown) == (None, Unknown.accept)
    assert bundle.score([{"code": "brand new", "age": 3}]).shape == (1,)


def test_columns_that_the_model_does_not_use_are_no_inputs(bad: pd.Series, loans: pd.DataFrame, tmp_path: Path) -> None:
    train = loans.assign(when=pd.Timestamp("2024-02-29"), what=pd.Series([{1}] * 300))
    model = LogisticRegression(max_iter=1000).fit(train[["age"]], bad)
    bundle = build(model, train, out=tmp_path / "m.golive")
    assert [known.name for known in bundle.contract.inputs] == ["age"]


UNFIT: dict[str, tuple[Any, str]] = {
    "categories of numbers": (lambda df: df["age"].astype("category"), "it is a category of int64"),
    "nullable": (lambda df: df["home"].astype("string"), "it is `string`"),
    "mixed": (lambda df: pd.Series([1.5, *df["home"].to_list()[1:]], dtype=object), "mixed"),
    "missing truths": (lambda df: pd.Series([np.nan, *df["member"][1:]], dtype=object), "true, false or missing"),
}


@pytest.mark.parametrize("which", UNFIT)
def test_a_column_that_cannot_be_an_input_is_refused_with_what_to_do(
    which: str, bad: pd.Series, loans: pd.DataFrame, tmp_path: Path
) -> None:
    make, why = UNFIT[which]
    train = pd.DataFrame({"x": make(loans), "age": loans["age"]})
    as_text = FunctionTransformer(lambda X: X.astype(str).to_numpy(dtype=object))
    model = only(make_pipeline(as_text, OneHotEncoder(handle_unknown="ignore")), ["x"]).fit(train, bad)
    with pytest.raises(UnsupportedError, match="column `x` cannot be an input") as caught:
        build(model, train, out=tmp_path / "m.golive")
    assert why in caught.value.message and caught.value.hint


@pytest.mark.parametrize("which", UNFIT)
def test_a_column_that_the_model_drops_may_be_anything(
    which: str, bad: pd.Series, loans: pd.DataFrame, tmp_path: Path
) -> None:
    train = pd.DataFrame({"x": UNFIT[which][0](loans), "age": loans["age"]})
    model = make_pipeline(ColumnTransformer([("n", "passthrough", ["age"])]), LogisticRegression()).fit(train, bad)
    bundle = build(model, train, out=tmp_path / "m.golive")
    assert [known.name for known in bundle.contract.inputs] == ["age"]
    assert list(bundle.graph.cleaned) == ["age"]

"""One step outside the graph: tried on the training rows, marked in the contract, listed wherever it is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from golive.cli import run
from golive.engine.contract import outside
from golive.errors import ContractError, InputError
from golive.export.javascript import document
from golive.pack.build import build
from golive.records.document import decode
from golive.records.golden import Golden
from golive.tables.cast import by_contract


def words(df: pd.DataFrame) -> pd.DataFrame:
    """Numbers from free text, with a pattern."""
    note = df["note"].fillna("")
    return pd.DataFrame({"digits": note.str.count(r"\d"), "shouts": note.str.contains(r"[A-Z]{2,}", regex=True)})


def clean(df: pd.DataFrame) -> pd.DataFrame:
    return df[["age"]].assign(digits=np.log1p(df["digits"]), shouts=df["shouts"].astype(int))


@pytest.fixture(scope="module")
def noted(loans: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    notes = [f"{'OK' if rng.random() < 0.3 else 'ok'} case {rng.integers(0, 10**6)}" for _ in range(len(loans))]
    return loans.assign(note=pd.Series(notes).where(rng.random(len(loans)) > 0.05))


@pytest.fixture(scope="module")
def model(noted: pd.DataFrame, bad: pd.Series) -> Any:
    return LogisticRegression(max_iter=1000).fit(clean(noted.join(words(noted))), bad)


def packed(model: Any, noted: pd.DataFrame, out: Path, sidecar: Callable[[Any], Any] = words, **options: Any) -> Any:
    return build(model, noted, clean=clean, outcome="status", sidecar=sidecar, out=out / "m.golive", **options)


def test_its_columns_are_inputs_marked_as_made_by_it_and_its_text_is_kept(
    model: Any, noted: pd.DataFrame, tmp_path: Path
) -> None:
    bundle = packed(model, noted, tmp_path, holdout=noted.sample(50, random_state=1).drop(columns="status"))
    made = {known.name: known.made_by for known in bundle.contract.inputs}
    assert made == {"age": "", "digits": "words", "shouts": "words"}
    told = bundle.contract.sidecar
    assert (told.name, told.makes) == ("words", ("digits", "shouts"))
    assert "status" not in told.reads and "note" in told.reads
    assert told.source.startswith("def words(df") and told.where.startswith("test_sidecar.py:")
    rows = noted.join(words(noted))
    expected = model.predict_proba(clean(rows))[:, 1]
    np.testing.assert_allclose(bundle.score(rows), expected, rtol=0, atol=1e-12)


def test_golden_rows_say_what_it_gives_on_synthetic_rows(model: Any, noted: pd.DataFrame, tmp_path: Path) -> None:
    bundle = packed(model, noted, tmp_path)
    golden = decode((bundle.path / "golden/golden.json").read_bytes(), Golden, name="golden.json")
    assert len(golden.sidecar) == 32
    real = set(noted["note"].dropna())
    for row in golden.sidecar:
        assert row.inputs["note"] not in real
        given = words(pd.DataFrame([row.inputs])).iloc[0]
        assert row.makes == {"digits": given["digits"], "shouts": given["shouts"]}


def test_whoever_carries_the_decision_elsewhere_is_told(
    model: Any, noted: pd.DataFrame, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = packed(model, noted, tmp_path)
    (line,) = outside(bundle.contract)
    assert re.match(r"the inputs digits, shouts: to be computed by `words` \(test_sidecar\.py:\d+\)", line)
    assert line in document(bundle)["not_included"]  # type: ignore[operator]
    assert run(["export", "javascript", str(bundle.path), "--out", str(tmp_path / "js"), "--json"]) == 0
    assert line in json.loads(capsys.readouterr().out)["not_included"]
    with pytest.raises(ContractError) as caught:
        by_contract({"age": np.array(["40"], dtype=object)}, bundle.contract)
    assert "`digits` is made by `words`: write it into the file first" in str(caught.value.hint)


def averaged(df: pd.DataFrame) -> pd.DataFrame:
    return words(df).assign(digits=lambda made: made["digits"] - made["digits"].mean())


def numbered(df: pd.DataFrame) -> pd.DataFrame:
    return words(df).assign(digits=range(len(df)))


_CALLS: list[int] = []


def changing(df: pd.DataFrame) -> pd.DataFrame:
    _CALLS.append(1)
    return words(df).assign(digits=len(_CALLS))


def shorter(df: pd.DataFrame) -> pd.DataFrame:
    return words(df).iloc[:-1]


def taken(df: pd.DataFrame) -> pd.DataFrame:
    return words(df).assign(age=1)


def needs_outcome(df: pd.DataFrame) -> pd.DataFrame:
    return words(df).assign(digits=df["status"] == "bad")


WRONG: dict[str, tuple[Callable[[Any], Any], str]] = {
    "an average": (averaged, "gives `digits` = .* when the row is alone"),
    "a number by position": (numbered, "when the rows come in another order"),
    "another answer": (changing, "when called again"),
    "fewer rows": (shorter, "gives 299 rows for 300"),
    "a name that is there": (taken, "makes `age`, which the training frame has already"),
    "the outcome": (needs_outcome, "raises KeyError: 'status'"),
    "no frame": (lambda df: df["age"], "gives a Series for 300"),
}


@pytest.mark.parametrize("which", WRONG)
def test_what_is_not_a_function_of_one_row_is_refused(
    which: str, model: Any, noted: pd.DataFrame, tmp_path: Path
) -> None:
    function, match = WRONG[which]
    with pytest.raises(InputError, match=match):
        packed(model, noted, tmp_path, function)
    assert not list(tmp_path.iterdir())


def test_a_sidecar_that_no_model_needs_is_refused(noted: pd.DataFrame, bad: pd.Series, tmp_path: Path) -> None:
    plain = LogisticRegression().fit(noted[["age"]], bad)
    with pytest.raises(InputError, match="the model uses no column of the sidecar `words`"):
        build(plain, noted, clean=lambda df: df[["age"]], outcome="status", sidecar=words, out=tmp_path / "x.golive")
